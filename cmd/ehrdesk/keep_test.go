package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestTheAccessLogSaysWhatACardProved(t *testing.T) {
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditGrant, Staff: "clerk", Card: &ehrdesk.CardEvidence{Profile: "training-1", Proof: ehrdesk.CardGenuineChip, Face: []byte("CANARY"), Signed: []byte("CANARY")}}
	b, err := json.Marshal(auditLine(7, e))
	if err != nil || !strings.Contains(string(b), `"proof":"genuine-chip","profile":"training-1"`) || strings.Contains(string(b), "Q0FOQVJZ") {
		t.Errorf("%s, %v", b, err)
	}
	if w := auditLine(7, e).words(); !strings.HasSuffix(w, "clerk grant card training-1: genuine-chip") {
		t.Errorf("%q", w)
	}
	e.Card = nil
	if b, err := json.Marshal(auditLine(7, e)); err != nil || strings.Contains(string(b), "proof") || strings.Contains(auditLine(7, e).words(), "card") {
		t.Errorf("an act without a card: %s, %v", b, err)
	}
}

func TestEveryFormOfTheAccessLogHasEveryField(t *testing.T) {
	e := ehrdesk.AuditEvent{ID: "i", At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Action: ehrdesk.AuditOpen, Staff: "drlee", Role: ehrdesk.Doctor, Provider: "h", Location: "Kwai Chung",
		Patient: "p1", Purpose: ehrdesk.Consultation, Reason: "why", Outcome: ehrdesk.CodeDenied, Detail: "how", TimeUncertain: true, Card: &ehrdesk.CardEvidence{Profile: "training-1", Proof: ehrdesk.CardGenuineChip}}
	row := auditLine(7, e)
	columns, values := strings.Fields(auditColumns), row.cells()
	if len(columns) != len(values) || slices.Contains(values, "") {
		t.Fatalf("%d columns, %q", len(columns), values)
	}
	b, err := json.Marshal(row)
	var got map[string]any
	if err != nil || json.Unmarshal(b, &got) != nil || len(got) != len(columns) {
		t.Fatalf("%s: %v", b, err)
	}
	for i, c := range columns {
		if v := fmt.Sprint(got[strings.TrimPrefix(c, "card_")]); v != values[i] {
			t.Errorf("%s is %q as CSV and %q as JSON", c, values[i], v)
		}
	}
	for _, want := range []string{"7 ", "drlee open", "patient p1", "consultation", "reason: why", "denied", "detail: how", "(time uncertain)"} {
		if !strings.Contains(row.words(), want) {
			t.Errorf("%q is not in %q", want, row.words())
		}
	}
	if w := auditLine(9, ehrdesk.AuditEvent{Action: ehrdesk.AuditSealed}).words(); w != "9 sealed" {
		t.Errorf("%q", w)
	}
}
