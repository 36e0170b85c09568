package fhir

import (
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Decide is how a patient's sharing consent to one provider stands, by all Consent
// resources of an answer: a pure function of them, whatever their order. What is
// in force and forbids comes first, then what is in force and permits; where
// nothing is in force the newest says why. A Consent that is not about sharing, not
// of this patient or not to this provider counts nowhere, and what is not
// understood opens nothing.
func Decide(consents []r4.Resource, patient, provider string, now time.Time) ehrdesk.SharingConsent {
	var found []ehrdesk.SharingConsent
	for _, r := range consents {
		if r.Type != "Consent" || !ofPatient(r, patient) || !aboutSharing(r) || !namesProvider(r, provider) {
			continue
		}
		c := ConsentFrom(r.Object)
		c.State = stateOf(r, c, now)
		found = append(found, c)
	}
	rank := func(c ehrdesk.SharingConsent) int {
		switch {
		case c.State == denied:
			return 0
		case c.State.Allows():
			return 1
		}
		return 2
	}
	slices.SortStableFunc(found, func(a, b ehrdesk.SharingConsent) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Since.Compare(a.Since), cmp.Compare(a.State, b.State), cmp.Compare(a.ID, b.ID))
	})
	if len(found) == 0 {
		return ehrdesk.SharingConsent{State: ehrdesk.ConsentNone}
	}
	if found[0].State == denied {
		found[0].State = ehrdesk.ConsentWithdrawn
	}
	return found[0]
}

// denied is a provision in force that forbids.
const denied ehrdesk.ConsentState = "deny"

func ofPatient(r r4.Resource, patient string) bool {
	t := r4.Target(r4.TextAt(r.Raw("patient"), "reference"))
	return t.Resource == "Patient" && t.ID == patient
}

// aboutSharing reports a Consent in the scope of privacy and the category of
// sharing: research, treatment and advance directives are other things.
func aboutSharing(r r4.Resource) bool {
	return hasCode(r.Raw("scope"), "", "patient-privacy") && hasCode(r.Raw("category"), ehrdesk.SystemConsent, "sharing")
}

func hasCode(v []byte, system, code string) bool {
	found := false
	r4.Each(v, func(v r4.Value) {
		r4.Each(r4.ObjectOf(v).Raw("coding"), func(k r4.Value) {
			if r4.TextAt(k, "code") == code && (system == "" || r4.TextAt(k, "system") == system) {
				found = true
			}
		})
	})
	return found
}

// namesProvider reports whether the provider is who may see: the actors of the
// provision say, or the organisation where there are none.
func namesProvider(r r4.Resource, provider string) bool {
	is := func(v r4.Value) bool {
		i := r4.ObjectOf(v).Raw("identifier")
		return r4.TextAt(i, "system") == ehrdesk.SystemHCP && r4.TextAt(i, "value") == provider
	}
	actors, ours := 0, false
	r4.Each(r4.ObjectOf(r.Raw("provision")).Raw("actor"), func(v r4.Value) {
		actors++
		ours = ours || is(r4.ObjectOf(v).Raw("reference"))
	})
	if actors > 0 {
		return ours
	}
	r4.Each(r.Raw("organization"), func(v r4.Value) { ours = ours || is(v) })
	return ours
}

// stateOf is the state of one Consent at a moment: the most restrictive of its
// status, its provision, its period and our centre's own word.
func stateOf(r r4.Resource, c ehrdesk.SharingConsent, now time.Time) ehrdesk.ConsentState {
	status, kind := r.Text("status"), r4.ObjectOf(r.Raw("provision")).Text("type")
	ahead := c.Since.After(now.Add(ehrdesk.ConsentSlack))
	switch {
	case status == "active" && kind == "deny" && !ahead && (c.Until.IsZero() || now.Before(c.Until)):
		return denied
	case status == "proposed" || status == "draft":
		return ehrdesk.ConsentPending
	case status != "active" || kind != "permit":
		if c.State.Allows() || c.State == "" {
			return ehrdesk.ConsentWithdrawn
		}
		return c.State
	case ahead:
		return ehrdesk.ConsentPending
	case c.State == "": // a server without our extension
		c.State = ehrdesk.ConsentActive
	}
	return c.StateAt(now)
}

// ConsentFrom reads a sharing Consent resource; what its state allows is for
// Decide to say.
func ConsentFrom(f r4.Object) ehrdesk.SharingConsent {
	c := ehrdesk.SharingConsent{
		ID:      f.Text("id"),
		State:   ehrdesk.ConsentState(r4.Text(ExtensionValue(f, "consent-state"))),
		Term:    ehrdesk.Term(r4.Text(ExtensionValue(f, "consent-term"))),
		Channel: ehrdesk.Channel(r4.Text(ExtensionValue(f, "consent-channel"))),
		Giver:   ehrdesk.Giver{Kind: ehrdesk.CleanLine(r4.Text(ExtensionValue(f, "consent-giver")))},
		Since:   f.When("dateTime").Time,
		Ended:   Moment(r4.Text(ExtensionValue(f, "consent-ended"))),
	}
	period := r4.ObjectOf(r4.ObjectOf(f.Raw("provision")).Raw("period"))
	if t := Moment(period.Text("start")); !t.IsZero() {
		c.Since = t
	}
	c.Until = Moment(period.Text("end"))
	return c
}
