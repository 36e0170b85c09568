package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// bySecondPerson is a desk whose provider has a second person approve what rests on one person's word.
func bySecondPerson(d *fake.Desk) { d.SecondActs = ehrdesk.OneWords() }

// takeForm takes a consent by signed form.
func takeForm(p *uitest.Player) *uitest.Player {
	return find(p, fake.NoConsent).Press("3", "y", "space").Type(fake.Tail).Press("enter", "a", "enter").Type("SCF-00012").Press("enter", "y")
}

// toApproval is the page of an act that waits, as the doctor has it after the clerk has taken it.
func toApproval(p *uitest.Player) *uitest.Player {
	takeForm(signIn(p, clerk)).Press("enter", "ctrl+p").Type("sign out").Press("enter")
	return signIn(p, doctor).Press("ctrl+t", "home", "enter")
}

// What one person takes by form waits on Today's list; another looks at it whole and approves it: three keys from the list.
func TestASecondPersonApprovesAConsentFromTodaysList(t *testing.T) {
	d := fake.New()
	bySecondPerson(d)
	p := play(t, d, "en", 80, 24)
	find(signIn(p, clerk), fake.NoConsent).Press("3", "y", "space").Type(fake.Tail).Press("enter", "a", "enter").Want("A second person of this provider approves it")
	p.Type("SCF-00012").Press("enter", "y").Want("Kept for a second person", "not submitted").Deny("Consent recorded")
	if len(d.Grants) != 0 {
		t.Fatal("it was submitted")
	}
	p.Press("enter", "ctrl+t", "home").Want("taken by you, waits for a second person")
	p.Press("enter").Want("You took this", "SCF-00012").Deny("y  Approve")
	p.Press("y").Want("nobody approves or refuses what they took themselves")
	p.Press("esc", "ctrl+p").Type("sign out").Press("enter")
	signIn(p, doctor).Press("ctrl+t", "home").Want("waits for a second person: Enter (taken by CHEUNG Mei Yee")
	p.Press("delete").Want("Enter approves it, or refuses it")
	p.Press("enter").Want("Compare with the paper", "SCF-00012", "Taken by", "CHEUNG Mei Yee", "until the patient withdraws it", "y  Approve and submit")
	p.Press("y").Want("Consent recorded", "SC-2026-000484", "all 3 contacts")
	if len(d.Grants) != 1 || d.Grants[0].FormReference != "SCF-00012" {
		t.Errorf("%+v", d.Grants)
	}
	p.Press("enter").Want("Today").Deny("waits for a second person")
}

// An act that says much is read to its end at 80×24, with what is asked, why and the field below it on the screen all the while.
func TestALongActIsReadWholeAndItsQuestionStays(t *testing.T) {
	d := fake.New()
	bySecondPerson(d)
	p := play(t, d, "en", 80, 24)
	longApproval(p, d).Want("y  Approve and submit", "Taken by")
	p.Press("end").Want("indefinite", "y  Approve and submit").Press("J").Want("Why it is not approved").Type("what is written is seen").Want("what is written is seen")
	d.Fail["refuse-act"] = ehrdesk.E("fake", ehrdesk.CodeOther, nil)
	p.Press("enter").Want("what is written is seen", "! ")
}

// longApproval is the page of an identity verified by somebody who acts for the patient, with long contact data.
func longApproval(p *uitest.Player, d *fake.Desk) *uitest.Player {
	signIn(p, doctor)
	who := d.Patient(fake.Unverified)
	v := ehrdesk.Verification{Method: ehrdesk.VerifyByDocument, DocumentType: ehrdesk.DocumentTypes()[0].Code, ContactConfirmed: true,
		Contact: ehrdesk.Contact{Phone: "9123 4567", PhoneOther: "2345 6789", Email: "guardian@example.org", Address: "Flat 12B, Tower 3, Lohas Park Phase 2, 1 Lohas Park Road, Tseung Kwan O, New Territories, Hong Kong", Language: "zh-Hant", Notify: "post"},
		Grant: ehrdesk.Grant{Patient: who.Number(), Channel: ehrdesk.ByForm, FormReference: "SCF-00099", Term: ehrdesk.Indefinite, DocumentSighted: true, NoticeReadAt: fake.Clock(), RequestID: "r-1",
			Giver: ehrdesk.Giver{Kind: ehrdesk.GiverKinds()[2], Name: "CHAN Siu Ming 陳小明", Document: "HKIC", DocumentNumber: "A123456(3)"}}}
	d.Held = append(d.Held, ehrdesk.HeldAct{ID: "r-1", Digest: "SCF-00099", Op: ehrdesk.AuditVerify, Verification: v, Who: who, By: "cmei", Name: "CHEUNG Mei Yee 張美儀", At: fake.Clock()})
	d.Day = append(d.Day, ehrdesk.Task{ID: "r-1", Kind: ehrdesk.TaskAct, State: ehrdesk.TaskHeld, Act: ehrdesk.AuditVerify, Channel: ehrdesk.ByForm, Form: "SCF-00099", Number: who.Number(), Patient: who, Staff: "cmei",
		At: fake.Clock(), Added: fake.Clock(), Second: ehrdesk.Seconded{Taker: "CHEUNG Mei Yee 張美儀"}})
	return p.Press("ctrl+t", "home", "enter")
}

// It is refused with a reason, which who took it reads, and takes off the list.
func TestASecondPersonRefusesWithAReason(t *testing.T) {
	d := fake.New()
	bySecondPerson(d)
	p := play(t, d, "en", 80, 24)
	toApproval(p).Press("J").Want("Why it is not approved")
	p.Press("enter").Want("Please write why")
	p.Type("y J the signature is missing").Press("enter").Want("Not approved", "Today")
	if len(d.Grants) != 0 || len(d.Held) != 0 {
		t.Errorf("%+v %+v", d.Grants, d.Held)
	}
	p.Press("ctrl+p").Type("sign out").Press("enter")
	signIn(p, clerk).Press("ctrl+t", "home").Want("not approved by Dr LEE", "the signature is missing")
	p.Press("delete", "delete").Deny("the signature is missing")
}

// Esc leaves the reason, then the page; what was decided elsewhere meanwhile is said, and nothing is sent.
func TestAnApprovalIsLeftAsItIsAndMayComeTooLate(t *testing.T) {
	d := fake.New()
	bySecondPerson(d)
	p := play(t, d, "en", 80, 24)
	toApproval(p).Press("J").Type("no").Press("esc").Want("y  Approve and submit").Press("esc").Want("Today", "waits for a second person")
	p.Press("enter").Want("Compare with the paper")
	held := d.Held
	d.Held = nil
	p.Press("y").Want("approved, refused or given up meanwhile")
	if len(d.Grants) != 0 {
		t.Error("sent")
	}
	d.Held = held
	d.Fail["approve-act"] = ehrdesk.E("fake", ehrdesk.CodeDenied, ehrdesk.ErrTakerUnknown)
	p.Press("esc", "enter", "y").Want("does not know who took this")
}

// An identity that a document verifies is taken by form alone, as a key is not kept.
func TestAnIdentityByDocumentIsTakenByFormWhereASecondPersonApproves(t *testing.T) {
	d := fake.New()
	bySecondPerson(d)
	p := play(t, d, "en", 80, 40)
	find(signIn(p, clerk), fake.Unverified).Press("i", "y").Want("Form reference", "A second person of this provider").Deny("Access Key, 8 digits")
}
