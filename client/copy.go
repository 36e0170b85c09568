package client

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// header is what the desk keeps of a patient beside the records: identity,
// consent, and how far the copy has come. The cache seals it whole.
type header struct {
	Patient savedPatient           `json:"patient"`
	Consent ehrdesk.SharingConsent `json:"consent"`
	Checked time.Time              `json:"checked"` // when the centre last said that consent stands
	// Marks are how far the copy has come, by the profession it was brought into step
	// for: the centre gives each its own.
	Marks    map[ehrdesk.Profession]mark `json:"marks,omitempty"`
	Notified string                      `json:"notified,omitempty"`
	Policy   policy                      `json:"policy"` // in force when the copy was last checked
	// Held is how many records of a kind were restricted one by one when the centre
	// was last asked: without it an offline chart would say "none" of what it hides.
	Held  map[string]int `json:"held,omitempty"`
	Total int            `json:"total,omitempty"`
	// Aside are the records kept from the copy, read again at each sync; Missing is
	// how many the centre counted more than came.
	Aside   []ehrdesk.Aside `json:"aside,omitempty"`
	Missing int             `json:"missing,omitempty"`
}

// mark is a sync that was complete.
type mark struct {
	Centre fhir.Mark `json:"centre"` // where the centre's next feed begins
	Desk   time.Time `json:"desk"`   // the desk's when all had come
}

// mark is how far the copy has come for a profession: by a sync of its own, or of
// one that is given all that it is. Zero where nobody's was.
func (h header) mark(role ehrdesk.Profession) mark {
	var best mark
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

// savedPatient spells out the numbers that mask themselves everywhere else.
type savedPatient struct {
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

func save(p ehrdesk.Patient) savedPatient {
	return savedPatient{ID: p.ID, EHR: p.EHR.Compact(), HKIC: p.HKIC.Compact(), Documents: p.Documents, Name: p.Name,
		Gender: p.Gender, Born: p.Born, Deceased: p.Deceased, Died: p.Died, Merged: p.Merged, MergedTo: p.MergedTo, Inactive: p.Inactive, Altered: p.Altered}
}

func (s savedPatient) patient() ehrdesk.Patient {
	p := ehrdesk.Patient{ID: s.ID, Documents: s.Documents, Name: s.Name, Gender: s.Gender, Born: s.Born, Deceased: s.Deceased, Died: s.Died,
		Merged: s.Merged, MergedTo: s.MergedTo, Inactive: s.Inactive, Altered: s.Altered}
	p.EHR, _ = ehrdesk.ParseEHRNumber(s.EHR)
	p.HKIC, _ = ehrdesk.ParseHKIC(s.HKIC)
	return p
}

func (h header) seal() ([]byte, error) {
	b, err := json.Marshal(h)
	if err != nil {
		return nil, ehrdesk.Errorf("copy", ehrdesk.CodeOther, "the copy's header cannot be written")
	}
	return b, nil
}

func openHeader(b []byte) (header, error) {
	var h header
	if json.Unmarshal(b, &h) != nil || h.Patient.ID == "" {
		return header{}, ehrdesk.Errorf("copy", ehrdesk.CodeTampered, "the copy's header cannot be read")
	}
	return h, nil
}

// keys are what a copy is found by.
func keys(p ehrdesk.Patient) []string {
	out := []string{"id|" + p.ID}
	for _, n := range [...]ehrdesk.Number{{HKIC: p.HKIC}, {EHR: p.EHR}} {
		if !n.IsZero() {
			out = append(out, key(n))
		}
	}
	for _, d := range p.Documents {
		out = append(out, key(ehrdesk.Number{Document: d}))
	}
	return out
}

func key(n ehrdesk.Number) string {
	system, value := n.Identifier()
	return system + "|" + value
}

// offlineUntil is until when a copy may be opened without asking the centre:
// zero for never.
func (h header) offlineUntil() time.Time {
	hours := h.Policy.OfflineHours
	if h.Policy.Mode != keepHours || hours <= 0 {
		return time.Time{}
	}
	return h.atMost(h.Checked.Add(time.Duration(min(hours, h.Policy.Hours)) * time.Hour))
}

// until is when the copy must be gone under p: the time the policy gives it, but
// never after the consent's end. Zero for "with the session", which a consent that
// ends meanwhile cuts short (over).
func (h header) until(p policy) time.Time {
	t := p.purgeAfter(h.Checked)
	if t.IsZero() {
		return t
	}
	return h.atMost(t)
}

// atMost is t, or the consent's end where that comes first.
func (h header) atMost(t time.Time) time.Time {
	if end := h.Consent.Until; !end.IsZero() && end.Before(t) {
		return end
	}
	return t
}

// held is what is known of restricted records without asking the centre.
func (h header) held() (out []fhir.KindAccess) {
	for _, k := range ehrdesk.Kinds() {
		if n := h.Held[k.String()]; n > 0 {
			out = append(out, fhir.KindAccess{Kind: k, Access: ehrdesk.General, Restricted: n})
		}
	}
	return out
}
