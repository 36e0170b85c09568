package main

import (
	"bytes"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestTheEvidenceOfACardIsWipedOnceItWasSent(t *testing.T) {
	e := ehrdesk.CardEvidence{Face: []byte("face"), Response: []byte("response"), Signed: []byte("signed")}
	wipeEvidence(&e)
	for _, b := range [][]byte{e.Face, e.Response, e.Signed} {
		if len(b) == 0 || len(bytes.Trim(b, "\x00")) > 0 {
			t.Errorf("%q is left", b)
		}
	}
}
