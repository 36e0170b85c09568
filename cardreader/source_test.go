//go:build unix

package cardreader_test

import (
	"crypto/ecdsa"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// TestEvidenceThatTheDeskKnowsIsJudgedHere has a bridge bring a training card's.
func TestEvidenceThatTheDeskKnowsIsJudgedHere(t *testing.T) {
	i := issuer(t)
	c := issue(t, i, chanTaiMan(t)).Applet.(*simcard.Training)
	challenge := [32]byte{1, 2, 3}
	e := c.Evidence(challenge)
	old := c.Evidence([32]byte{9})
	answer := func(name, proof string, e ehrdesk.CardEvidence) string {
		b, err := json.Marshal(map[string]any{"version": 1, "proof": proof,
			"face":     map[string]any{"hkic": "A123456(3)", "name": name, "local_name": "陳大文", "born": "1966-02-15", "sex": "male", "issued": "1998-06-03"},
			"evidence": map[string]any{"scheme": e.Scheme, "response": e.Response, "signed": e.Signed, "face": e.Face}})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	without := e
	without.Response = nil
	for name, c := range map[string]struct {
		answer  string
		issuers []*ecdsa.PublicKey
		want    cardreader.Kind
	}{
		"what the card showed":            {answer("CHAN, Tai Man", "genuine-chip", e), []*ecdsa.PublicKey{i.Public()}, fine},
		"less than the card showed":       {answer("CHAN, Tai Man", "signed-data", e), []*ecdsa.PublicKey{i.Public()}, fine},
		"an answer to another challenge":  {answer("CHAN, Tai Man", "genuine-chip", old), []*ecdsa.PublicKey{i.Public()}, cardreader.Untrusted},
		"no answer of the chip's":         {answer("CHAN, Tai Man", "signed-data", without), []*ecdsa.PublicKey{i.Public()}, cardreader.Untrusted},
		"another name than was signed":    {answer("WONG, Siu Ming", "genuine-chip", e), []*ecdsa.PublicKey{i.Public()}, cardreader.BadData},
		"an issuer that is not trusted":   {answer("CHAN, Tai Man", "genuine-chip", e), []*ecdsa.PublicKey{issuer(t).Public()}, cardreader.Untrusted},
		"evidence where nothing is known": {answer("CHAN, Tai Man", "genuine-chip", e), nil, cardreader.Untrusted},
	} {
		path, _ := program(t, says(c.answer))
		b, err := cardreader.NewBridge("bridge", path, []string{"hkic-2018"}, c.issuers)
		if err != nil {
			t.Fatal(err)
		}
		r, err := b.Read(t.Context(), request())
		switch {
		case c.want != fine:
			wantKind(t, err, c.want)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case !strings.Contains(c.answer, r.Proof.String()):
			t.Errorf("%s: proof %v", name, r.Proof)
		}
	}
}

func TestTheStationIsASourceToo(t *testing.T) {
	d, s, i := desk(t)
	c := issue(t, i, chanTaiMan(t))
	s.Insert("A", c)
	var own cardreader.FaceSource = d.Source()
	r, err := own.Read(t.Context(), cardreader.FaceRequest{Reader: "A", Profile: "training-1", ATR: c.ATR, Challenge: &[32]byte{5}})
	if err != nil || r.Proof != ehrdesk.CardGenuineChip || r.Evidence.Challenge != [32]byte{5} || r.Evidence.Source != own.Name() {
		t.Error(err)
	}
	for profile, want := range map[string]bool{"training-1": true, "thai-nid": true, "hkic-2018": false, "training-sam-1": false, "": false} {
		if own.Reads(profile) != want {
			t.Errorf("it reads %q: %v", profile, !want)
		}
	}
	d.SAM = "S"
	if !own.Reads("training-sam-1") {
		t.Error("it has a SAM and does not read a closed card")
	}
}
