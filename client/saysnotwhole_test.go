package client

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// Of allergies a chart says "none" by no list that the server says is not whole; those that the copy had
// stay, and it is said that records may be missing.
func TestNoChartSaysNoneByAListThatIsNotWhole(t *testing.T) {
	s, sess, n := elsewhere(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing, Says: map[string]string{"AllergyIntolerance": "warning incomplete"}})
	grantByForm(t, sess, n)
	c, err := sess.Open(t.Context(), n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := c.Sync(t.Context(), nil); err != nil || rep.Missing == 0 {
		t.Fatalf("%+v, %v", rep, err)
	}
	if a := c.Allergies(); a.State != ehrdesk.AllergyCannotKnow {
		t.Errorf("of allergies it says %q", a.State)
	}
	s.Set(func(q *fhirtest.Quirks) { q.Says = nil })
	s.Put(`{"resourceType":"AllergyIntolerance","id":"a","clinicalStatus":{"coding":[{"code":"active"}]},"patient":{"reference":"Patient/p"},"code":{"text":"Penicillin"}}`)
	if rep, err := c.Sync(t.Context(), nil); err != nil || rep.Missing != 0 || c.Allergies().State != ehrdesk.AllergyListed {
		t.Fatalf("%+v, %v, %q", rep, err, c.Allergies().State)
	}
	s.Set(func(q *fhirtest.Quirks) { q.Says = map[string]string{"AllergyIntolerance": "error exception"} })
	if rep, err := c.Sync(t.Context(), nil); err != nil || rep.Missing == 0 || rep.Deleted != 0 || c.Truth().Missing == 0 {
		t.Errorf("%+v, %v, %+v", rep, err, c.Truth())
	}
	if a := c.Allergies(); a.State != ehrdesk.AllergyListed {
		t.Errorf("of an allergy that was listed it says %q", a.State)
	}
}

// grantByForm has the patient's consent to this provider on record.
func grantByForm(t *testing.T, sess ehrdesk.Session, n ehrdesk.Number) {
	t.Helper()
	if _, err := sess.Grant(t.Context(), ehrdesk.Grant{Patient: n, Channel: ehrdesk.ByForm, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, NoticeRead: true, DocumentSighted: true, FormReference: "F1"}); err != nil {
		t.Fatal(err)
	}
}
