package territory

import (
	"math/rand/v2"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// MaxPatients is the largest population.
const MaxPatients = 10_000

// Options say which population.
type Options struct {
	Patients int // 1 to MaxPatients
	Seed     uint64
	Now      time.Time // histories end here
}

// Territory is one population. People are made when asked for, not held.
type Territory struct {
	opt       Options
	providers []Provider
}

// New makes a population. A count outside 1 to MaxPatients is brought into it.
func New(o Options) *Territory {
	o.Patients = min(max(o.Patients, 1), MaxPatients)
	o.Now = o.Now.UTC().Truncate(time.Second)
	return &Territory{opt: o, providers: providers()}
}

// Len is how many people there are.
func (t *Territory) Len() int { return t.opt.Patients }

// Providers are the healthcare providers of the territory, the same for every
// seed; DemoProvider is one of them.
func (t *Territory) Providers() []Provider { return t.providers }

// Person is one inhabitant with all that the central service holds of them.
type Person struct {
	Patient       ehrdesk.Patient
	AccessKey     string
	Participation ehrdesk.Participation
	Consents      []Consent
	Notify        string   // "sms", "email", "post", "" for none
	Resources     [][]byte // FHIR R4 JSON with ids and relative references, the Patient first
}

// Consent is a sharing consent to one provider.
type Consent struct {
	Provider string
	Consent  ehrdesk.SharingConsent
}

// Person makes inhabitant i, 0 to Len-1.
func (t *Territory) Person(i int) Person {
	w := &writer{
		rand: newRand(t.opt.Seed, i), now: t.opt.Now, index: i,
	}
	role := roleOf(i)
	w.identity(role)
	p := Person{Patient: w.patient, AccessKey: w.digits(8), Notify: pick(w.rand, "sms", "sms", "sms", "email", "post", "")}
	if role.labelled { // a one-time code must reach them
		p.Notify = "sms"
	}
	p.Participation, p.Consents = w.consents(role)
	w.history(role)
	p.Resources = w.resources
	return p
}

// Patient makes who inhabitant i is, without a history.
func (t *Territory) Patient(i int) ehrdesk.Patient {
	w := &writer{rand: newRand(t.opt.Seed, i), now: t.opt.Now, index: i}
	w.identity(roleOf(i))
	return w.patient
}

// newRand gives inhabitant i a source of their own: the same for the same seed.
func newRand(seed uint64, i int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(i)*0x9e3779b97f4a7c15+1)) //nolint:gosec // repeatable on purpose
}

// Highlight is somebody worth trying in a demonstration.
type Highlight struct {
	Index int
	Note  map[string]string // by language: "en", "zh-Hant", "zh-Hans"
}

// Highlights lists them: each state of consent, each look-alike, the long
// record; then a few of those for the front desk's day.
func (t *Territory) Highlights() []Highlight {
	var out []Highlight
	for i := range min(firstLater+len(laterRoles), t.opt.Patients) {
		r := roleOf(i)
		if i >= len(roles) && !r.hint {
			continue
		}
		out = append(out, Highlight{i, map[string]string{"en": r.note.en, "zh-Hant": r.note.hant, "zh-Hans": r.note.hans}})
	}
	return out
}
