package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestTheAccessLogSaysWhatACardProved(t *testing.T) {
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditGrant, Staff: "clerk", Card: &ehrdesk.CardEvidence{Profile: "training-1", Proof: ehrdesk.CardGenuineChip, Face: []byte("CANARY"), Signed: []byte("CANARY")}}
	b, err := json.Marshal(auditLine(7, e))
	if err != nil || !strings.Contains(string(b), `"proof":"genuine-chip","profile":"training-1"`) || strings.Contains(string(b), "Q0FOQVJZ") {
		t.Errorf("%s, %v", b, err)
	}
	if w := auditWords(7, e); !strings.HasSuffix(w, "clerk grant card training-1: genuine-chip") {
		t.Errorf("%q", w)
	}
	e.Card = nil
	if b, err := json.Marshal(auditLine(7, e)); err != nil || strings.Contains(string(b), "proof") || strings.Contains(auditWords(7, e), "card") {
		t.Errorf("an act without a card: %s, %v", b, err)
	}
}
