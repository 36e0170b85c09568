package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Whose key is new is said in the case, and before something is sealed to them; not where it is for others, nor of who has left.
func TestAColleaguesNewKeyIsSaidBeforeAnythingIsSealedToIt(t *testing.T) {
	d := fake.New()
	c := d.TellCase("joint", d.Patient(fake.Active).ID, ehrdesk.CaseJointCare, caseLee(), time.Hour, fake.CaseHo, fake.CaseWu, fake.CaseCheng)
	c.Tell(fake.CaseCheng, ago(20), ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: &fake.CaseCheng}, "")
	for _, m := range []ehrdesk.CaseMember{fake.CaseHo, fake.CaseCheng, caseLee()} {
		c.NewKeys = append(c.NewKeys, ehrdesk.CaseNewKey{Of: m.CasePerson, Since: ago(3 * 24 * 60)})
	}
	const said = "Dr HO Chi Keung 何志強's key is new since 18-Nov-2026: another desk, or enrolled anew."
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter").Want(said).Deny("CHENG Lok Man 鄭樂文's key", "you's key")
	p.Press("2").Type("Words.").Press("f9").Want("Sealed for: Dr HO", said).Press("esc", "tab").Type("@wu").Press("down", "enter").Press("f9").Want("Sealed for: Dr WU").Deny("key is new")
}
