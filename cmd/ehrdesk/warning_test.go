package main

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func TestTheScreenHasWordsForEveryWarning(t *testing.T) {
	words := text.New().Warning.Codes
	for _, code := range client.WarningCodes() {
		for _, l := range text.Langs() {
			if words[code].In(l) == "" {
				t.Errorf("%s has no words in %v", code, l)
			}
		}
		if client.WarningWords(code) == code {
			t.Errorf("%s has no words on the command line", code)
		}
	}
	if len(words) != len(client.WarningCodes()) || !strings.Contains(client.WarningWords("other"), "other") {
		t.Errorf("%d words for %d codes", len(words), len(client.WarningCodes()))
	}
}
