package upstream

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// word is what the engine's Consent says of one that was given here.
type word int

const (
	stands word = iota
	closed      // it says what a gate cannot keep to, or what is for a time: nothing opens while it does
	ended       // it is over, and does not begin again
)

// heed reads the engine's Consent of a patient to a provider: whoever writes there may end it, limit it
// or end it sooner. What is more restrictive there counts, and what is not understood opens nothing: a
// gate gives a whole record or none. at is when it ended, zero where that is not said; until when it
// ends there, zero for no end.
func heed(r fhir.Resource, patient, hcp string, now time.Time) (w word, at, until time.Time) {
	provision := fhir.ObjectOf(r.Raw("provision"))
	period := fhir.ObjectOf(provision.Raw("period"))
	until = bound(period, "end").Ends()
	switch {
	case isOver(r), provision.Text("type") == "deny":
		return ended, r.Meta().Updated, until
	case !until.IsZero() && !until.After(now):
		return ended, until, until
	case !sharing(r, patient, hcp), !permits(provision, hcp), !running(period, now):
		return closed, at, until
	}
	return stands, at, until
}

// over are the statuses of a Consent that has ended.
var over = [...]string{"inactive", "rejected", "entered-in-error"}

// isOver reports a Consent that has ended, whatever else it says.
func isOver(r fhir.Resource) bool { return slices.Contains(over[:], r.Text("status")) }

// elements are the members of a Consent that a gate knows the meaning of, or that change none. Of those
// that FHIR has modify a resource none but the status may be there.
var elements = [...]string{"resourceType", "id", "meta", "language", "text", "contained", "extension", "identifier", "status", "scope", "category", "patient",
	"dateTime", "performer", "organization", "sourceAttachment", "sourceReference", "policy", "policyRule", "verification", "provision"}

// sharing reports an active sharing consent of the patient to the provider with nothing in it that is
// not known.
func sharing(r fhir.Resource, patient, hcp string) bool {
	allows, ours := true, false
	fhir.Each(r.Raw("extension"), func(v fhir.Value) {
		if fhir.TextAt(v, "url") == ehrdesk.ExtensionPrefix+"consent-state" {
			allows = allows && ehrdesk.ConsentState(fhir.TextAt(v, "valueCode")).Allows()
		}
	})
	fhir.Each(r.Raw("organization"), func(v fhir.Value) { ours = ours || provider(v, hcp) })
	return r.Text("status") == "active" && only(r.Object, elements[:]) && allows && ours &&
		fhir.Target(fhir.TextAt(r.Raw("patient"), "reference")) == ehrdesk.Ref{Resource: "Patient", ID: patient} &&
		coded(r.Raw("scope"), "http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy") && categories(r)
}

// categories reports that the Consent is about sharing.
func categories(r fhir.Resource) (found bool) {
	fhir.Each(r.Raw("category"), func(v fhir.Value) { found = found || coded(v, ehrdesk.SystemConsent, "sharing") })
	return found
}

// permits reports a provision that gives the provider all records for all that a consent is for: one
// within it, or of some records, acts or purposes, is more than a gate can keep to.
func permits(p fhir.Object, hcp string) bool {
	ours := false
	fhir.Each(p.Raw("actor"), func(v fhir.Value) {
		a := fhir.ObjectOf(v)
		ours = ours || provider(a.Raw("reference"), hcp) && !a.Has("modifierExtension") &&
			coded(a.Raw("role"), "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP")
	})
	return p.Text("type") == "permit" && ours && only(p, []string{"id", "extension", "type", "period", "actor"})
}

// running reports a period that has begun, with ends that can be read.
func running(period fhir.Object, now time.Time) bool {
	start, end := bound(period, "start").Begins(), bound(period, "end").Ends()
	return (period.Has("start") == !start.IsZero()) && (period.Has("end") == !end.IsZero()) && !start.After(now.Add(ehrdesk.ConsentSlack)) &&
		only(period, []string{"id", "extension", "start", "end"})
}

// bound is a time of a period, zero where there is none that can be read.
func bound(period fhir.Object, name string) ehrdesk.When {
	w, err := ehrdesk.ParseWhen(period.Text(name))
	if err != nil {
		return ehrdesk.When{}
	}
	return w
}

func only(o fhir.Object, names []string) bool {
	return !slices.ContainsFunc(o, func(m fhir.Member) bool { return !slices.Contains(names, string(m.Name)) })
}

func provider(v fhir.Value, hcp string) bool {
	id := fhir.ObjectOf(fhir.ObjectOf(v).Raw("identifier"))
	return id.Text("system") == ehrdesk.SystemHCP && id.Text("value") == hcp
}

func coded(v fhir.Value, system, code string) (found bool) {
	fhir.Each(fhir.ObjectOf(v).Raw("coding"), func(c fhir.Value) {
		found = found || fhir.TextAt(c, "system") == system && fhir.TextAt(c, "code") == code
	})
	return found
}
