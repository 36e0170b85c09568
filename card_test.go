package ehrdesk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestCompareCard(t *testing.T) {
	id := func(s string) ehrdesk.HKIC {
		h, err := ehrdesk.ParseHKIC(s)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	patient := ehrdesk.Patient{
		HKIC: id("A123456(3)"), Name: ehrdesk.Name{Family: "CHAN", Given: "Tai Man", Title: "Mr", Chinese: "陳大文"},
		Born: ehrdesk.Day(1980, time.February, 1), Gender: ehrdesk.Male,
	}
	card := ehrdesk.CardFace{HKIC: patient.HKIC, Name: "CHAN, TAI-MAN", LocalName: "陳大文", Born: patient.Born, Sex: ehrdesk.Male}
	for _, c := range []struct {
		name    string
		change  func(*ehrdesk.CardFace, *ehrdesk.Patient)
		differs string // fields, with spaces between
		holds   bool
		other   bool
	}{
		{name: "all agree", change: func(*ehrdesk.CardFace, *ehrdesk.Patient) {}, holds: true},
		{name: "another person's", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.HKIC = id("G123456(A)") }, differs: "number", other: true},
		{name: "no number on the card", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.HKIC = ehrdesk.HKIC{} }, differs: "number", other: true},
		{name: "married name", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.Name = "CHAN WONG, Tai Man" }, differs: "name"},
		{name: "born on another day", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.Born = ehrdesk.Day(1980, time.January, 2) }, differs: "born"},
		{name: "born in a year, as old cards say", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.Born, _ = ehrdesk.ParseWhen("1980") }, holds: true},
		{name: "the centre knows another year", change: func(f *ehrdesk.CardFace, p *ehrdesk.Patient) { p.Born, _ = ehrdesk.ParseWhen("1981") }, differs: "born"},
		{name: "a card of 2003 has no sex", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.Sex = "" }, holds: true},
		{name: "another sex", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.Sex = ehrdesk.Female }, differs: "sex"},
		{name: "no Chinese name at the centre", change: func(_ *ehrdesk.CardFace, p *ehrdesk.Patient) { p.Name.Chinese = "" }, holds: true},
		{name: "a variant of a character is another", change: func(f *ehrdesk.CardFace, _ *ehrdesk.Patient) { f.LocalName = "陈大文" }, differs: "local-name"},
		{name: "another place's card", change: func(f *ehrdesk.CardFace, p *ehrdesk.Patient) {
			f.HKIC, f.Other = ehrdesk.HKIC{}, ehrdesk.Document{Type: "NID", Number: "1234567890123"}
			p.HKIC, p.Documents = ehrdesk.HKIC{}, []ehrdesk.Document{f.Other}
		}, holds: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, p := card, patient
			c.change(&f, &p)
			m := ehrdesk.CompareCard(f, p)
			var differs []string
			for _, field := range m {
				if field.Agreement == ehrdesk.CardDiffers {
					differs = append(differs, field.Name)
				}
			}
			if got := strings.Join(differs, " "); got != c.differs || m.Holds() != c.holds || m.OtherPerson() != c.other {
				t.Errorf("differs %q holds %v other %v, want %q %v %v", got, m.Holds(), m.OtherPerson(), c.differs, c.holds, c.other)
			}
		})
	}
	if (ehrdesk.CardMatch{}).Holds() {
		t.Error("a comparison of nothing holds")
	}
}

// The challenge is one act's: another nonce, request or provider has another.
func TestCardChallengeIsOneActs(t *testing.T) {
	seen := map[[32]byte]bool{}
	for n := range byte(3) {
		for _, request := range []string{"a", "a\x00", "b"} {
			for _, provider := range []string{"1", "2"} {
				seen[ehrdesk.CardChallenge([32]byte{n}, request, provider)] = true
			}
		}
	}
	if len(seen) != 3*3*2 {
		t.Errorf("%d challenges for 18 acts", len(seen))
	}
}

func TestWhatACardSaysPrintsAsAMask(t *testing.T) {
	r := ehrdesk.CardReading{Face: ehrdesk.CardFace{Name: "CHAN"}, Evidence: ehrdesk.CardEvidence{Face: []byte("CHAN")}}
	for _, s := range []string{fmt.Sprintf("%v %+v %#v %s", r.Face, r.Face, r.Face, r.Face), fmt.Sprintf("%v %x %#v", r.Evidence, r.Evidence, r.Evidence)} {
		if strings.Contains(s, "CHAN") || strings.Contains(s, "4348414e") {
			t.Errorf("printed %q", s)
		}
	}
	face := r.Evidence.Face
	r.Wipe()
	if r.Face.Name != "" || r.Evidence.Face != nil || string(face) != "\x00\x00\x00\x00" {
		t.Error("wiping left something")
	}
}

func TestCardFaultsHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range ehrdesk.CardFaults() {
		if k.String() == "" || k.Error() == "" || seen[k.String()] {
			t.Errorf("fault %d: %q %q", k, k.String(), k.Error())
		}
		seen[k.String()] = true
		if got := ehrdesk.CardFaultOf(ehrdesk.E("card.read", ehrdesk.CodeCard, k)); got != k {
			t.Errorf("fault of %v: %v", k, got)
		}
	}
}
