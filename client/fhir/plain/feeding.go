package plain

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

const (
	lanes      = 4    // types whose first pages are on their way at a time
	mostLooked = 500  // records that are asked for one by one because a list lacks them
	mostLinked = 2000 // practitioners, organisations and products
)

// early are the types that a clinician waits for, in order.
var early = []string{"AllergyIntolerance", "Condition", "MedicationRequest", "MedicationStatement", "Encounter", "Observation", "DiagnosticReport", "Immunization", "Procedure", "DocumentReference"}

// inOrder puts those first.
func inOrder(types []string) []string {
	rest := slices.DeleteFunc(types, func(t string) bool { return slices.Contains(early, t) })
	return slices.Concat(early, rest)
}

// errStopped ends a feed that nobody reads any more.
var errStopped = errors.New("nobody reads on")

// feeding is a feed at work: it gives pages to whoever reads them.
type feeding struct {
	*Feed
	yield func(fhir.Page, error) bool
}

// all reads what there is: the patient, what $everything gives, each type by itself, and
// what records refer to.
func (f feeding) all(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer f.lists.drop()
	defer stop()
	self, err := f.c.wire.Reread(ctx, f.who, ehrdesk.Ref{Resource: "Patient", ID: f.who.ID})
	if err != nil {
		return err
	}
	now := self.Timestamp
	f.sweeps = f.sweeps || now.IsZero() || f.from.Ago < opening || now.Sub(f.mark.Swept) >= sweepEvery
	if _, err := f.give(self, ""); err != nil {
		return err
	}
	if err := f.c.look(ctx, f.who.ID); err != nil {
		return err
	}
	by, whole, err := f.atOnce(ctx)
	if err != nil {
		return err
	}
	if !whole || f.sweeps {
		types := inOrder(r4.PatientTypes())
		f.allAhead(ctx, types, by)
		for i, resource := range types {
			for _, next := range types[i:min(i+lanes, len(types))] {
				f.before(ctx, next, by)
			}
			if err := f.kind(ctx, resource, by); err != nil {
				return err
			}
		}
	}
	if err := f.others(ctx); err != nil {
		return err
	}
	f.settled = 1
	return nil
}

// give hands a page on, without what this person may not be shown, and says what was in
// it. Of another patient's records one is kept, so that it is told; resource is the type
// that was asked for, "" for any.
func (f feeding) give(p fhir.Page, resource string) (page, error) {
	out := page{rows: map[ehrdesk.Ref]row{}, total: p.Total, short: p.Short}
	for i := range p.Resources {
		r := &p.Resources[i].Record
		now := row{r.Version, r.Updated}
		if resource == "" || r.Resource == resource {
			out.rows[r.Ref()] = now
		}
		f.got[r.Ref()] = now
		f.link(p.Resources[i].Links)
	}
	for _, a := range p.Aside {
		out.foreign = out.foreign || a.Reason == ehrdesk.AsideAnother
		switch ref := (ehrdesk.Ref{Resource: a.Resource, ID: a.ID}); {
		case a.ID == "" || a.Resource == "":
			out.nameless++
		case resource == "" || a.Resource == resource:
			out.rows[ref], f.got[ref] = row{}, row{}
		}
	}
	before := len(p.Resources) + len(p.Aside)
	p.Resources = slices.DeleteFunc(p.Resources, func(r fhir.Resource) bool { return itsOwn(&r) || r.Sharable && !f.sees(r.Record.Kind) })
	if out.foreign {
		told := false
		p.Aside = slices.DeleteFunc(p.Aside, func(a ehrdesk.Aside) bool {
			drop := a.Reason == ehrdesk.AsideAnother && told
			told = told || a.Reason == ehrdesk.AsideAnother
			return drop
		})
	}
	p.Entries -= before - len(p.Resources) - len(p.Aside)
	p.Total = -1 // of one list of many
	if !f.yield(p, nil) {
		return out, errStopped
	}
	return out, nil
}

// link notes what a record refers to for its name or its source.
func (f feeding) link(l r4.Links) {
	for _, ref := range append([]ehrdesk.Ref{l.Medication}, l.Sources...) {
		if ref.ID != "" && ehrdesk.Place(ref.Resource, nil, nil).Linked {
			f.linked[ref] = true
		}
	}
}

// full is a fetch that hands each page on.
func (f feeding) full(ctx context.Context, resource, link string, form url.Values) (page, error) {
	var p fhir.Page
	var next string
	var err error
	if a := f.lists.first(resource, link, form); a != nil {
		p, next, err = a.Page(f.who)
	} else {
		p, next, err = f.c.wire.ListOf(ctx, f.c.query(resource, link, form), f.who, f.from.Open)
	}
	if err != nil {
		return page{}, err
	}
	out, err := f.give(p, resource)
	out.next = next
	return out, err
}

// atOnce reads $everything where the server has one to be relied on. by says that it was
// read, and whole that its own count shows that nothing lacks.
func (f feeding) atOnce(ctx context.Context) (by, whole bool, err error) {
	first, ok := f.everything()
	if !ok {
		return false, false, nil
	}
	foreign := false
	l, err := f.lists.read(ctx, "", nil, func(ctx context.Context, resource, link string, _ url.Values) (page, error) {
		if link == "" {
			link = first
		}
		p, err := f.full(ctx, resource, link, nil)
		foreign, p.foreign = foreign || p.foreign, false // one record of another does not end it
		return p, err
	})
	if refused(err) {
		f.c.learn(caps.Everything, caps.No, f.c.Caps().At)
		return false, false, nil
	}
	trusted := f.c.Caps().Is(caps.Totals) == caps.Yes
	return !l.cut && !l.short, err == nil && trusted && !l.cut && !l.short && !foreign && l.pages == 1 && l.total == l.count(), err
}

// kind reads one type; by says that $everything has had it already.
func (f feeding) kind(ctx context.Context, resource string, by bool) error {
	param, there := f.parameter(resource)
	switch {
	case !f.reads(resource) || !there:
		return nil
	case param == "": // it has the type, and no way to ask for one patient's
		f.lacking++
		return nil
	}
	form := f.form(param)
	err := f.c.either(func() error { return f.read(ctx, resource, form, by) })
	if refused(err) && param == "patient" {
		form = url.Values{"subject": form["patient"], "_count": form["_count"]}
		if e := f.read(ctx, resource, form, by); e == nil || !refused(e) {
			return e
		}
	}
	switch {
	case len(f.c.Caps().Types) == 0 && ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
		return nil // nobody said that it has the type
	case refused(err), ehrdesk.CodeOf(err) == ehrdesk.CodeDenied:
		f.lacking++
		return nil
	}
	return err
}

// form asks for the patient's of a type.
func (f feeding) form(param string) url.Values {
	return url.Values{param: {f.who.ID}, "_count": {pageSize}}
}

// before asks for the first page that kind will want of a type, ahead.
func (f feeding) before(ctx context.Context, resource string, by bool) {
	if form := f.firstForm(resource, by); form != nil {
		f.lists.ask(ctx, resource, form, f.from.Open)
	}
}

// firstForm asks for the first page that kind will want of a type, nil for none.
func (f feeding) firstForm(resource string, by bool) url.Values {
	param, there := f.parameter(resource)
	if !f.reads(resource) || !there || param == "" {
		return nil
	}
	form, since := f.form(param), f.since()
	all := since == "" || f.sweeps || f.c.Caps().Is(caps.LastUpdated) != caps.Yes
	if by || all && since != "" {
		form = f.lists.idsAlone(form)
	}
	if !all {
		form.Set("_lastUpdated", "ge"+since)
	}
	return form
}

// allAhead asks for the first pages of all types in as few requests as the server takes, where
// they are short: what has changed, or ids, and then what the copy holds beside. Records as a whole come type by type, those first
// that a clinician waits for.
func (f feeding) allAhead(ctx context.Context, types []string, by bool) {
	known := f.c.Caps()
	changes := f.since() != "" && !f.sweeps && known.Is(caps.LastUpdated) == caps.Yes
	if known.Is(caps.Batch) != caps.Yes || known.Is(caps.SearchByGet) != caps.Yes || !changes && (known.Is(caps.Elements) != caps.Yes || f.since() == "" && !by) {
		return
	}
	var queries []fhir.Query
	for _, resource := range types {
		if form := f.firstForm(resource, by); form != nil {
			queries = append(queries, f.c.query(resource, "", form))
		}
	}
	beside := map[string][]string{}
	f.heldBeside(types, beside)
	for _, resource := range slices.Sorted(maps.Keys(beside)) {
		if !f.reads(resource) || known.Is(caps.IDs) != caps.Yes {
			continue
		}
		for ids := range slices.Chunk(slices.Sorted(slices.Values(beside[resource])), atOnce) {
			queries = append(queries, f.c.query(resource, "", byIDs(ids)))
		}
	}
	f.lists.together(ctx, f.who.ID, queries, f.from.Open)
}

// parameter is by what a type is searched, "" for nothing; there is false of a type that
// the server says it does not search.
func (f feeding) parameter(resource string) (param string, there bool) {
	known := f.c.Caps()
	if len(known.Types) > 0 && !known.Types[resource].Search {
		return "", false
	}
	for _, p := range [...]string{r4.PatientParameter(resource), "patient", "subject"} {
		if known.Knows(resource, p) {
			return p, true
		}
	}
	return "", true
}

// read reads the rows of a type: all of them, those that have changed, or the names of
// all to find out what has changed, and what of them is gone.
func (f feeding) read(ctx context.Context, resource string, form url.Values, by bool) error {
	since, dated := f.since(), f.c.Caps().Is(caps.LastUpdated) == caps.Yes
	ids := f.lists.idsAlone(form)
	if since == "" && !by {
		_, err := f.settle(ctx, resource, form, f.full, true)
		return err
	}
	if since == "" || f.sweeps || !dated {
		before := len(f.got)
		tells, err := f.settle(ctx, resource, ids, f.lists.ids, true)
		if by && since == "" && len(f.got) > before {
			f.c.learn(caps.Everything, caps.No, f.c.Caps().At) // it is not everything
		}
		if err != nil || tells {
			return err
		}
		if since == "" || !dated { // nothing tells what has changed
			_, err := f.settle(ctx, resource, form, f.full, false)
			return err
		}
	}
	get := f.full
	if by {
		form, get = ids, f.lists.ids
	}
	form = maps.Clone(form)
	form.Set("_lastUpdated", "ge"+since)
	_, err := f.settle(ctx, resource, form, get, false)
	return err
}

// settle reads a list until it is whole, asks for what it names and has not come, and,
// where it is of all there is, whether what it does not name is gone. tells is whether
// each row says its version or its time.
func (f feeding) settle(ctx context.Context, resource string, form url.Values, get fetch, all bool) (tells bool, err error) {
	rows, lacking, err := f.lists.whole(ctx, resource, form, get)
	if err != nil {
		return false, err
	}
	f.lacking += lacking
	var come []string
	tells = true
	for ref, now := range rows {
		if tells = tells && (now.version != "" || !now.at.IsZero()); f.new(ref, now) {
			come = append(come, ref.ID)
		}
	}
	slices.Sort(come)
	if err := f.byID(ctx, resource, come); err != nil || !all || f.lists.short { // what such a list does not name may be there
		return tells, err
	}
	missed := map[ehrdesk.Ref]bool{}
	for _, of := range [...]map[ehrdesk.Ref]row{f.got, f.held} {
		for ref := range of {
			if _, there := rows[ref]; ref.Resource == resource && !there {
				missed[ref] = true
			}
		}
	}
	return tells, f.look(ctx, slices.SortedFunc(maps.Keys(missed), func(a, b ehrdesk.Ref) int { return strings.Compare(a.ID, b.ID) }))
}

// refused reports an answer that says no more than that the server does not do this.
func refused(err error) bool {
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeNotFound, ehrdesk.CodeInvalid:
		return true
	case ehrdesk.CodeOther:
		var busy *ehrdesk.TooOften
		return err != nil && !errors.As(err, &busy) && !errors.Is(err, context.Canceled) && !errors.Is(err, errStopped)
	}
	return false
}
