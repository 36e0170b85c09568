package engine

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// vitals are the types without which a chart misleads: who is given a drug is asked for allergies,
// for what is taken already, and for what the patient has. An engine that has one of them and cannot
// be asked for one patient's of it is not stood in front of; of the others desks say that they
// are not to be had.
var vitals = []string{"AllergyIntolerance", "Condition", "MedicationDispense", "MedicationRequest", "MedicationStatement"}

// noSuch is the id of a resource that nobody has: a search for it tells whether there is the type, and
// gives nobody's record.
const noSuch = "ehrcentral-no-such-record"

// types tries which types the engine has and by what it is asked for one patient's of each. That a type
// is not there is believed where its statement does not name it and two searches say so, the
// second without a patient: a single 404 may come of anything on the way.
func (p *probe) types(ctx context.Context) error {
	kinds := slices.Clone(shared)
	if !p.seen.Everything.Given { // it gives all types in one list
		kinds = append(kinds, fhir.PatientTypes()...)
	}
	var mu sync.Mutex
	p.seen.Types = map[string][]string{}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2 * lanes)
	for _, kind := range kinds {
		g.Go(func() error {
			param, there, err := p.askedBy(ctx, kind)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil || !there:
			case param == "":
				p.seen.Types[kind] = []string{}
			default:
				p.seen.Types[kind] = []string{param}
			}
			return err
		})
	}
	return g.Wait()
}

// askedBy is the parameter by which one patient's resources of a type are found, of what records
// refer to that of their ids; "" for none. there is false of a type that the engine does not have.
func (p *probe) askedBy(ctx context.Context, kind string) (param string, there bool, err error) {
	params, named := p.said[kind]
	absent := !named
	if !slices.Contains(shared, kind) {
		for _, by := range [...]string{"patient", "subject"} {
			if named && params != nil && !slices.Contains(params, by) {
				continue
			}
			heeded, missing, err := p.tried(ctx, kind, by, "Patient/"+probePerson)
			if err != nil || heeded {
				return by, true, err
			}
			absent = absent && missing
		}
		if named {
			return "", true, nil
		}
	}
	heeded, missing, err := p.tried(ctx, kind, "_id", noSuch)
	if slices.Contains(shared, kind) {
		return "_id", heeded, err
	}
	return "", !absent || !missing, err
}

// tried is whether a search of a type is answered, and gives nobody's where there is nobody's to be
// given; missing is whether the answer says that there is no such type.
func (p *probe) tried(ctx context.Context, kind, param, value string) (heeded, missing bool, err error) {
	b, a, err := p.e.list(ctx, kind+"/_search", url.Values{param: {value}, "_count": {"20"}})
	if f, ok := refusal.As(err); ok && f.Issue == Strange().Issue {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	heeded = a.status == http.StatusOK && b.Type == "searchset" && (kind == "Basic" || len(refs(b, kind)) == 0)
	missing = a.status == http.StatusNotFound || len(p.said) > 0 && (a.status == http.StatusBadRequest || a.status == http.StatusMethodNotAllowed)
	return heeded, missing, nil
}

// parameter is by what a type is searched for one patient's, "" for nothing; there is false of a type
// that the engine does not have.
func (e *Engine) parameter(kind string) (param string, there bool) {
	if e.Seen.Types == nil {
		return fhir.PatientParameter(kind), true
	}
	params, there := e.Seen.Types[kind]
	if len(params) == 0 {
		return "", there
	}
	return params[0], true
}

// Unasked are the types of patients' records that the engine has and gives no way to ask for one
// patient's of.
func (e *Engine) Unasked() (out []string) {
	if e.Seen.Everything.Given {
		return nil
	}
	for _, kind := range fhir.PatientTypes() {
		if param, there := e.parameter(kind); there && param == "" {
			out = append(out, kind)
		}
	}
	return out
}

// vital is the refusal of an engine that cannot be asked for what nobody may go without.
func (e *Engine) vital() error {
	lacking := slices.DeleteFunc(e.Unasked(), func(kind string) bool { return !slices.Contains(vitals, kind) })
	if len(lacking) == 0 {
		return nil
	}
	return unsafe("it has " + strings.Join(lacking, ", ") + " and gives no way to ask for one patient's: a chart without them would mislead")
}

// Lost are the types that an engine was asked for by themselves and cannot be any more: it has them no longer,
// or gives no way to.
func (s *Seen) Lost(before *Seen) (out []string) {
	if s.Everything.Given || before.Types == nil {
		return nil
	}
	for _, kind := range fhir.PatientTypes() {
		if len(before.Types[kind]) > 0 && len(s.Types[kind]) == 0 {
			out = append(out, kind)
		}
	}
	return out
}
