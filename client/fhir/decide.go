package fhir

import (
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Sharing is which Consents count as a patient's sharing consent to one provider, and
// how they name the two.
type Sharing struct {
	Patients     []string        // logical ids of one person: a record that was merged has its own
	Base         string          // of the server, with a slash at its end; "" takes any
	Provider     []r4.Identifier // each of them is the provider's
	Organization string          // logical id of the provider's Organization, "" where there is none
	Categories   []Coding        // those of sharing
}

// Decide is how a patient's sharing consent to one provider stands at a centre that
// names both as ours does.
func Decide(consents []r4.Resource, patient, provider string, now time.Time) ehrdesk.SharingConsent {
	return Sharing{Patients: []string{patient}, Provider: []r4.Identifier{{System: ehrdesk.SystemHCP, Value: provider}},
		Categories: []Coding{{System: ehrdesk.SystemConsent, Code: "sharing"}}}.Decide(consents, now)
}

// Decide is how the sharing consent stands, by all Consent
// resources of an answer: a pure function of them, whatever their order. What is
// in force and forbids comes first, then what is in force and permits; where
// nothing is in force the newest says why. A Consent that permits and is not about
// sharing, not of this patient or not to this provider counts nowhere; one that forbids
// counts unless it plainly is about something or somebody else; and what is not
// understood opens nothing.
func (s Sharing) Decide(consents []r4.Resource, now time.Time) ehrdesk.SharingConsent {
	var found []ehrdesk.SharingConsent
	for _, r := range consents {
		if r.Type != "Consent" || !s.OfPatient(r) {
			continue
		}
		c := ConsentFrom(r.Object)
		switch about := s.aboutSharing(r) && s.namesProvider(r); {
		case s.forbids(r) && inForce(r, c, now):
			c.State = denied
		case s.Permits(r), about && s.forbids(r), about && !inForce(r, c, now):
			c.State = stateOf(r, c, now)
		default:
			continue
		}
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

// Forbidden reports a Consent in force that may forbid the provider: no other opens
// anything beside it.
func (s Sharing) Forbidden(consents []r4.Resource, now time.Time) bool {
	return slices.ContainsFunc(consents, func(r r4.Resource) bool {
		return r.Type == "Consent" && s.OfPatient(r) && s.forbids(r) && inForce(r, ConsentFrom(r.Object), now)
	})
}

// InForce are the Consents of sharing with the provider that are active, whatever they
// permit of it: what a withdrawal ends.
func (s Sharing) InForce(consents []r4.Resource) (out []r4.Resource) {
	for _, r := range consents {
		if s.OfPatient(r) && r.Text("status") == "active" && s.aboutSharing(r) && s.namesProvider(r) && r4.ObjectOf(r.Raw("provision")).Text("type") != "deny" {
			out = append(out, r)
		}
	}
	return out
}

// denied is a provision in force that forbids.
const denied ehrdesk.ConsentState = "deny"

// OfPatient reports a resource whose patient is the person.
func (s Sharing) OfPatient(r r4.Resource) bool {
	base, kind, id, _ := r4.SplitReference(r4.TextAt(r.Raw("patient"), "reference"))
	return kind == "Patient" && slices.Contains(s.Patients, id) && (base == "" || s.Base == "" || base == s.Base)
}

// Permits reports a Consent of sharing with the provider, in the scope of privacy, with
// nothing in it that the desk could not heed: what is limited to some records, purposes or
// acts, or has an element that changes its meaning, is more than a desk can keep to. Of a
// status or a time it says nothing.
func (s Sharing) Permits(r r4.Resource) bool {
	p := r4.ObjectOf(r.Raw("provision"))
	return s.OfPatient(r) && hasCode(r.Raw("scope"), "", "patient-privacy") && s.aboutSharing(r) && s.namesProvider(r) &&
		!r.Has("modifierExtension") && !r.Has("implicitRules") && whole(p)
}

func (s Sharing) aboutSharing(r r4.Resource) bool {
	return slices.ContainsFunc(s.Categories, func(c Coding) bool { return hasCode(r.Raw("category"), c.System, c.Code) })
}

// whole reports a provision that is for all records and for treatment, and of which it can be
// told when it ends.
func whole(p r4.Object) bool {
	for _, name := range [...]string{"modifierExtension", "securityLabel", "class", "code", "dataPeriod", "data"} {
		if p.Has(name) {
			return false
		}
	}
	period := r4.ObjectOf(p.Raw("period"))
	if _, err := ehrdesk.ParseWhen(period.Text("end")); err != nil && period.Has("end") {
		return false
	}
	treats, acts := !p.Has("purpose"), !p.Has("action")
	r4.Each(p.Raw("purpose"), func(v r4.Value) { treats = treats || r4.TextAt(v, "code") == "TREAT" })
	acts = acts || hasCode(p.Raw("action"), "", "access")
	nested := true
	r4.Each(p.Raw("provision"), func(v r4.Value) { // a denial in it was looked at before
		if kind := r4.TextAt(v, "type"); kind != "permit" && kind != "deny" {
			nested = false
		}
	})
	return treats && acts && nested
}

// elsewhere are the scopes of Consents that are about other things than who sees a record.
var elsewhere = [...]string{"research", "treatment", "adr"}

// forbids reports a Consent that may forbid this provider something, in its provision or
// in one inside: which records, or which acts, is more than a desk can keep to.
func (s Sharing) forbids(r r4.Resource) bool {
	for _, scope := range elsewhere {
		if hasCode(r.Raw("scope"), "", scope) && !hasCode(r.Raw("scope"), "", "patient-privacy") {
			return false
		}
	}
	return s.denies(r4.ObjectOf(r.Raw("provision")))
}

func (s Sharing) denies(p r4.Object) bool {
	found := p.Text("type") == "deny" && s.mayMean(p)
	r4.Each(p.Raw("provision"), func(v r4.Value) { found = found || s.denies(r4.ObjectOf(v)) })
	return found
}

// mayMean reports a provision for everybody, or one whose actors may be the provider.
func (s Sharing) mayMean(p r4.Object) bool {
	actors, may := 0, false
	r4.Each(p.Raw("actor"), func(v r4.Value) {
		actors++
		may = may || s.is(r4.ObjectOf(v).Raw("reference")) != isAnother
	})
	return actors == 0 || may
}

// who is whom a reference names.
type who int

const (
	isUnclear who = iota
	isProvider
	isAnother
)

// is tells whether a reference names the provider: by an identifier, or by the
// Organization that the server has of it.
func (s Sharing) is(v r4.Value) who {
	i := r4.ObjectOf(v).Raw("identifier")
	own := r4.Identifier{System: r4.TextAt(i, "system"), Value: r4.TextAt(i, "value")}
	base, kind, id, _ := r4.SplitReference(r4.TextAt(v, "reference"))
	local := base == "" || base == s.Base
	switch {
	case slices.Contains(s.Provider, own):
		return isProvider
	case kind == "Organization" && local && id == s.Organization:
		return isProvider
	case kind == "Organization" && local && s.Organization != "", kind == "Patient", kind == "RelatedPerson":
		return isAnother
	case own.Value != "" && slices.ContainsFunc(s.Provider, func(p r4.Identifier) bool { return p.System == own.System }):
		return isAnother
	}
	return isUnclear
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
// provision say, or the organisation where there are none. An actor in another part than
// that of who receives is not meant.
func (s Sharing) namesProvider(r r4.Resource) bool {
	actors, ours := 0, false
	r4.Each(r4.ObjectOf(r.Raw("provision")).Raw("actor"), func(v r4.Value) {
		actors++
		a := r4.ObjectOf(v)
		receives := !a.Has("role") || hasCode([]byte(a.Raw("role")), "", "IRCP") || hasCode([]byte(a.Raw("role")), "", "PRCP")
		ours = ours || receives && s.is(a.Raw("reference")) == isProvider
	})
	if actors > 0 {
		return ours
	}
	r4.Each(r.Raw("organization"), func(v r4.Value) { ours = ours || s.is(v) == isProvider })
	return ours
}

// inForce reports a Consent whose status and time are those of today.
func inForce(r r4.Resource, c ehrdesk.SharingConsent, now time.Time) bool {
	return r.Text("status") == "active" && !c.Since.After(now.Add(ehrdesk.ConsentSlack)) && (c.Until.IsZero() || now.Before(c.Until))
}

// stateOf is the state of one Consent at a moment: the most restrictive of its
// status, its provision, its period and our centre's own word.
func stateOf(r r4.Resource, c ehrdesk.SharingConsent, now time.Time) ehrdesk.ConsentState {
	status, kind := r.Text("status"), r4.ObjectOf(r.Raw("provision")).Text("type")
	ahead := c.Since.After(now.Add(ehrdesk.ConsentSlack))
	switch {
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
	c.Telephone = r4.Text(ExtensionValue(f, "consent-telephone")) == "true"
	if signed, err := ehrdesk.ParseWhen(r4.Text(ExtensionValue(f, "consent-signed"))); err == nil {
		c.Signed = signed
	}
	period := r4.ObjectOf(r4.ObjectOf(f.Raw("provision")).Raw("period"))
	if w, err := ehrdesk.ParseWhen(period.Text("start")); err == nil {
		c.Since = w.Begins()
	}
	if w, err := ehrdesk.ParseWhen(period.Text("end")); err == nil {
		c.Until = w.Ends()
	}
	return c
}
