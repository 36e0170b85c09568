package copies

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Header is what the desk keeps of a patient beside the records: identity,
// consent, and how far the copy has come. The cache seals it whole.
type Header struct {
	Patient SavedPatient           `json:"patient"`
	Consent ehrdesk.SharingConsent `json:"consent"`
	Checked time.Time              `json:"checked"` // when the centre last said that consent stands
	// Marks are how far the copy has come, by the profession it was brought into step
	// for: the centre gives each its own.
	Marks map[ehrdesk.Profession]Mark `json:"marks,omitempty"`
	Looks
	Notified string `json:"notified,omitempty"`
	Policy   Policy `json:"policy"` // in force when the copy was last checked
	// Held is how many records of a kind were restricted one by one when the centre
	// was last asked: without it an offline chart would say "none" of what it hides.
	Held map[string]int `json:"held,omitempty"`
	// Unasked are, by kind, types of records that the centre could not ask its source for then.
	Unasked map[string][]string `json:"unasked,omitempty"`
	Total   int                 `json:"total,omitempty"`
	// Aside are the records kept from the copy, read again at each sync; Missing is
	// how many the centre counted more than came.
	Aside   []ehrdesk.Aside `json:"aside,omitempty"`
	Missing int             `json:"missing,omitempty"`
	// Results are the abnormal results of the copy as it was when it was last in step.
	Results []Result `json:"results,omitempty"`
	// Known is of a server that has the patient and cannot say who joined eHealth.
	Known bool `json:"known,omitempty"`
}

// Result is an abnormal result of a copy: what has to be known to tell that it waits, and not what it says.
type Result struct {
	Mark     string    `json:"mark"`
	At       time.Time `json:"at,omitzero"`
	Critical bool      `json:"critical,omitempty"`
	Partial  bool      `json:"partial,omitempty"`
	By       string    `json:"by,omitempty"` // who ordered it, as the order says
	ByID     string    `json:"by_id,omitempty"`
}

// News is how much of a copy somebody has not seen.
type News struct {
	After time.Time      `json:"after"`           // what changed at the centre later than this is new to them
	Kinds map[string]int `json:"kinds,omitempty"` // how many records, by kind: each profession is given its own
	Act   map[string]int `json:"act,omitempty"`   // likewise, of how many something is to be done
	Know  map[string]int `json:"know,omitempty"`  // and of how many something is to be known
}

// Participation is how the patient stands with eHealth, as far as the copy says.
func (h *Header) Participation() ehrdesk.Participation {
	if h.Known {
		return ehrdesk.KnownHere
	}
	return ehrdesk.Registered
}

// Looks are when people at this desk looked at a copy, and what is new to each of them.
type Looks struct {
	// Seen is until when each person, by staff id, had the chart open and in step, by
	// the centre's clock: what changed after it is new to them.
	Seen map[string]time.Time `json:"seen,omitempty"`
	// SeenBefore is the last of those moments that was on an earlier day than Seen.
	SeenBefore map[string]time.Time `json:"seen_before,omitempty"`
	// Opened is when each person, by staff id, last opened the chart, by this desk's clock.
	Opened map[string]time.Time `json:"opened,omitempty"`
	// News is what of the copy each person, by staff id, has not seen, as of its last sync.
	News map[string]News `json:"news,omitempty"`
	// Step is until when, by the centre's clock, the copy was in step: whoever opens it sees that much.
	Step time.Time `json:"step,omitzero"`
	Ahead
}

// Ahead is what was fetched before anybody opened it. Until somebody does, nothing of it is shown,
// counted or searched.
type Ahead struct {
	Unopened bool      `json:"unopened,omitempty"`
	Whole    time.Time `json:"whole,omitzero"` // until when, by the centre's clock, the copy is in step by it; zero where not all has come
	// By is when each person, by staff id, last fetched it so, by this desk's clock.
	By map[string]time.Time `json:"fetched,omitempty"`
}

// Mark is a sync that was complete.
type Mark struct {
	Centre fhir.Mark `json:"centre"` // where the centre's next feed begins
	Desk   time.Time `json:"desk"`   // the desk's when all had come
}

// Mark is how far the copy has come for a profession: by a sync of its own, or of
// one that is given all that it is. Zero where nobody's was.
func (h Header) Mark(role ehrdesk.Profession) Mark {
	var best Mark
	for other, m := range h.Marks {
		if m.Desk.After(best.Desk) && covers(other, role) {
			best = m
		}
	}
	return best
}

// covers reports that whatever role may see is given to other as well.
func covers(other, role ehrdesk.Profession) bool {
	for _, k := range ehrdesk.Kinds() {
		if ehrdesk.AccessOf(role, k) == ehrdesk.General && ehrdesk.AccessOf(other, k) != ehrdesk.General {
			return false
		}
	}
	return true
}

func (h Header) Seal() ([]byte, error) {
	b, err := json.Marshal(h)
	if err != nil {
		return nil, ehrdesk.Errorf("copy", ehrdesk.CodeOther, "the copy's header cannot be written")
	}
	return b, nil
}

func OpenHeader(b []byte) (Header, error) {
	var h Header
	if json.Unmarshal(b, &h) != nil || h.Patient.ID == "" {
		return Header{}, ehrdesk.Errorf("copy", ehrdesk.CodeTampered, "the copy's header cannot be read")
	}
	return h, nil
}

// OfflineUntil is until when a copy may be opened without asking the centre:
// zero for never.
func (h Header) OfflineUntil() time.Time {
	hours := h.Policy.OfflineHours
	if h.Policy.Mode != keepHours || hours <= 0 {
		return time.Time{}
	}
	return h.atMost(h.Checked.Add(time.Duration(min(hours, h.Policy.Hours)) * time.Hour))
}

// until is when the copy must be gone under p: the time the policy gives it, but
// never after the consent's end. Zero for "with the session", which a consent that
// ends meanwhile cuts short (over).
func (h Header) until(p Policy) time.Time {
	t := p.purgeAfter(h.Checked)
	if t.IsZero() {
		return t
	}
	return h.atMost(t)
}

// atMost is t, or the consent's end where that comes first.
func (h Header) atMost(t time.Time) time.Time {
	if end := h.Consent.Until; !end.IsZero() && end.Before(t) {
		return end
	}
	return t
}

// HeldKinds is what is known of restricted records, and of those that cannot be had, without asking
// the centre.
func (h Header) HeldKinds() (out []fhir.KindAccess) {
	for _, k := range ehrdesk.Kinds() {
		if n, unasked := h.Held[k.String()], h.Unasked[k.String()]; n > 0 || unasked != nil {
			out = append(out, fhir.KindAccess{Kind: k, Access: ehrdesk.General, Restricted: n, Unasked: unasked})
		}
	}
	return out
}

// SavedPatient spells out the numbers that mask themselves everywhere else.
type SavedPatient struct {
	ID        string             `json:"id"`
	EHR       string             `json:"ehr,omitempty"`
	HKIC      string             `json:"hkic,omitempty"`
	Documents []ehrdesk.Document `json:"documents,omitempty"`
	Name      ehrdesk.Name       `json:"name"`
	Gender    ehrdesk.Gender     `json:"gender"`
	Born      ehrdesk.When       `json:"born"`
	Deceased  bool               `json:"deceased,omitempty"`
	Died      ehrdesk.When       `json:"died"`
	Merged    bool               `json:"merged,omitempty"`
	MergedTo  ehrdesk.Ref        `json:"merged_to,omitzero"`
	Inactive  bool               `json:"inactive,omitempty"`
	Altered   bool               `json:"altered,omitempty"`
}

func Save(p ehrdesk.Patient) SavedPatient {
	return SavedPatient{ID: p.ID, EHR: p.EHR.Compact(), HKIC: p.HKIC.Compact(), Documents: p.Documents, Name: p.Name,
		Gender: p.Gender, Born: p.Born, Deceased: p.Deceased, Died: p.Died, Merged: p.Merged, MergedTo: p.MergedTo, Inactive: p.Inactive, Altered: p.Altered}
}

func (s SavedPatient) Patient() ehrdesk.Patient {
	p := ehrdesk.Patient{ID: s.ID, Documents: s.Documents, Name: s.Name, Gender: s.Gender, Born: s.Born, Deceased: s.Deceased, Died: s.Died,
		Merged: s.Merged, MergedTo: s.MergedTo, Inactive: s.Inactive, Altered: s.Altered}
	p.EHR, _ = ehrdesk.ParseEHRNumber(s.EHR)
	p.HKIC, _ = ehrdesk.ParseHKIC(s.HKIC)
	return p
}

// Keys are what a copy is found by.
func Keys(p ehrdesk.Patient) []string {
	out := []string{"id|" + p.ID}
	for _, n := range [...]ehrdesk.Number{{HKIC: p.HKIC}, {EHR: p.EHR}} {
		if !n.IsZero() {
			out = append(out, Key(n))
		}
	}
	for _, d := range p.Documents {
		out = append(out, Key(ehrdesk.Number{Document: d}))
	}
	return out
}

func Key(n ehrdesk.Number) string {
	system, value := n.Identifier()
	return system + "|" + value
}
