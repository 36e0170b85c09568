package territory

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
)

type (
	codes struct {
		Coding []struct{ System, Code, Display string }
		Text   string
	}
	link struct{ Reference string }
	// amount keeps its digits as they are printed.
	amount struct {
		Value float64
		Unit  string
	}
	period struct{ Start, End moment }
	// moment is a time, or a day at its beginning.
	moment struct{ time.Time }
)

func (m *moment) UnmarshalJSON(b []byte) (err error) {
	b = bytes.Trim(b, `"`)
	if len(b) == len("2006-01-02") {
		m.Time, err = time.ParseInLocation("2006-01-02", string(b), hongKong)
		return err
	}
	m.Time, err = time.Parse(time.RFC3339, string(b))
	return err
}

func (c codes) code() string {
	if len(c.Coding) == 0 {
		return ""
	}
	return c.Coding[0].Code
}

// entry is a resource as a clinician's check reads it.
type entry struct {
	ResourceType, ID, Status, Description, ValueString, Conclusion, Created, Start string
	Code, MedicationCodeableConcept, StatusReason, CancelationReason               codes
	Category, ReasonCode, Interpretation                                           []codes
	EffectiveDateTime, Issued, AuthoredOn, WhenHandedOver, Date                    moment
	OnsetDateTime                                                                  string
	Encounter, Requester, Recorder, PriorPrescription                              link
	Result, Appointment, AuthorizingPrescription, ReasonReference, Performer       []link
	Diagnosis                                                                      []struct{ Condition link }
	ValueQuantity                                                                  amount
	ReferenceRange                                                                 []struct{ Low, High *amount }
	Component                                                                      []struct{ ValueQuantity amount }
	Period                                                                         period
	Note                                                                           []struct{ Text string }
	DosageInstruction                                                              []struct {
		Sequence int
		Text     string
		Timing   struct {
			Repeat struct {
				Frequency, Period int
				PeriodUnit        string
				DayOfWeek         []string
				BoundsDuration    amount
			}
		}
		DoseAndRate []struct{ DoseQuantity amount }
	}
	DispenseRequest struct {
		ExpectedSupplyDuration amount
		Performer              link
	}
	Content []struct {
		Attachment struct {
			ContentType string
			Data        []byte
		}
	}
	PresentedForm []struct {
		ContentType string
		Data        []byte
	}
	Context struct{ Related []link }
	raw     []byte
}

func (e *entry) is() string { return e.ResourceType + "/" + e.ID }

func (e *entry) drug() string { return e.MedicationCodeableConcept.Coding[0].Display }

// chart is one person's record, read.
type chart struct {
	Person
	all []*entry
	by  map[string]*entry
}

func read(t *testing.T, p Person) chart {
	t.Helper()
	c := chart{p, nil, map[string]*entry{}}
	for _, r := range p.Resources[1:] {
		e := &entry{raw: r}
		if err := json.Unmarshal(r, e, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatalf("%v in %s", err, r)
		}
		c.all = append(c.all, e)
		c.by[e.is()] = e
	}
	return c
}

func (c chart) of(resource string) (out []*entry) {
	for _, e := range c.all {
		if e.ResourceType == resource {
			out = append(out, e)
		}
	}
	return out
}

// measured are the values of a LOINC code, oldest first.
func (c chart) measured(code string) (out []*entry) {
	for _, e := range c.of("Observation") {
		if e.Code.code() == code {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *entry) int { return a.EffectiveDateTime.Compare(b.EffectiveDateTime.Time) })
	return out
}

// orders are the prescriptions of a drug, oldest first.
func (c chart) orders(drug string) (out []*entry) {
	for _, e := range c.of("MedicationRequest") {
		if e.drug() == drug {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *entry) int { return a.AuthoredOn.Compare(b.AuthoredOn.Time) })
	return out
}

// crowd are some hundred people of a few seeds, the long record not among them.
func crowd(t *testing.T, check func(t *testing.T, c chart)) {
	t.Helper()
	for _, seed := range []uint64{3, 20261122} {
		world := New(Options{Patients: 100, Seed: seed, Now: now})
		for i := range world.Len() {
			if i != 9 {
				check(t, read(t, world.Person(i)))
			}
			if t.Failed() {
				t.Fatalf("that was person %d of seed %d", i, seed)
			}
		}
	}
}

// cast is the person whose note in the list of numbers to try has the words.
func cast(t *testing.T, words string) chart {
	t.Helper()
	world := New(Options{Patients: 60, Seed: 20261122, Now: now})
	for _, h := range world.Highlights() {
		if strings.Contains(h.Note["en"], words) {
			return read(t, world.Person(h.Index))
		}
	}
	t.Fatalf("nobody to try is %q", words)
	return chart{}
}
