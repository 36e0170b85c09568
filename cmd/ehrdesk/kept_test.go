package main

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/client"
)

func TestWhoDecidedHowLongACopyStaysIsSaid(t *testing.T) {
	until := time.Date(2026, 11, 22, 9, 0, 0, 0, time.Local)
	for by, want := range map[string]string{
		"centre":  "kept until 22-Nov-2026 09:00 by the policy of the centre or site",
		"desk":    "kept until 22-Nov-2026 09:00 by this desk's limit",
		"consent": "kept until 22-Nov-2026 09:00 by the consent's end",
	} {
		if got := keptWords(client.Kept{Until: until, Why: "hours", By: by}); !strings.Contains(got, want) {
			t.Errorf("%s: %s", by, got)
		}
	}
}
