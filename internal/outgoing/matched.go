package outgoing

import (
	"slices"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// matched says which records a correction makes versions of.
type matched struct {
	ids    map[int]string                    // by the call for an id
	before map[string]*ehrdesk.DepositRecord // by id: of which it is a version
	gone   []*ehrdesk.DepositRecord          // made no more
}

func (m *matched) name(call int) string { return m.ids[call] }

// match gives every record that is made the id of the one that it is a version of: the very same, else one of the same type,
// code and time, else of the same type and code, else of the same type; those that are left have new ones.
func (f *Filled) match(made []extract.Resource, response string) *matched {
	m := &matched{ids: map[int]string{}, before: map[string]*ehrdesk.DepositRecord{}}
	names := make([]string, len(made))
	had, is := make([]likeness, len(f.Had)), make([]likeness, len(made))
	for i := range f.Had {
		had[i] = likenessOf(f.Had[i].Body)
	}
	for n := range made {
		is[n] = likenessOf(made[n].JSON)
	}
	taken := map[int]bool{}
	for level := range likenesses {
		for n := range made {
			for i := range had {
				if names[n] == "" && !taken[i] && had[i][level] == is[n][level] {
					names[n], taken[i] = f.Had[i].Record.ID, true
					m.before[names[n]] = &f.Had[i]
				}
			}
		}
	}
	next := 0
	for n := range made {
		for names[n] == "" {
			id := MadeOf(response, next)
			if !slices.ContainsFunc(f.Had, func(h ehrdesk.DepositRecord) bool { return h.Record.ID == id }) {
				names[n] = id
			}
			next++
		}
		if call, err := strconv.Atoi(made[n].ID); err == nil {
			m.ids[call] = names[n]
		}
	}
	for i := range f.Had {
		if !taken[i] && f.Had[i].Record.Status != "entered-in-error" {
			m.gone = append(m.gone, &f.Had[i])
		}
	}
	return m
}

// likeness is what two records have in common, from everything to the type alone.
type likeness [likenesses]string

const likenesses = 4

// whole is where a likeness is all of the record.
const whole = 0

// likenessOf is a record's: without its id, what a server writes into it, and that it was corrected before.
func likenessOf(body []byte) likeness {
	r, err := fhir.Read(body)
	if err != nil {
		return likeness{}
	}
	bare, _ := fhir.Renamed(body, "x", nil)
	if r.Object.Text("status") == "corrected" {
		bare, _ = fhir.Restated(bare, "final")
	}
	all, _, _ := signature.Canonical(bare, signature.Static)
	rec := r.Record()
	kind := rec.Resource
	facts := rec.Facts()
	code := kind + "\x00" + facts.Code.Words()
	for _, c := range facts.Code.Codings {
		code += "\x00" + c.System + "|" + c.Code
	}
	return likeness{string(all), code + "\x00" + rec.Date.String(), code, kind}
}
