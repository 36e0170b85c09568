package caps

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// nothing is an id that no server has.
const nothing = "ehrdesk-no-such-id"

// future is a moment after which nothing was stored, and past one before everything.
const (
	future = "gt2999-01-01T00:00:00Z"
	past   = "ge1900-01-01T00:00:00Z"
)

// prober asks searches of one row that is known to be there.
type prober struct {
	wire *fhir.Client
	c    *Caps
	at   ehrdesk.Ref
	err  error // that ended it
}

// Probe tries on one row, which is known to be there, what searches a server does. The
// row is nobody's record, or the patient's whom the caller may look at. Errors:
// CodeOffline, CodeTimeout; what was found until then comes with them.
func Probe(ctx context.Context, wire *fhir.Client, c Caps, at ehrdesk.Ref) (Caps, error) {
	p := &prober{wire: wire, c: &c, at: at}
	c.Can = c.With("", "", c.At).Can // a map of its own
	one := url.Values{"_id": {at.ID}}
	_, rows, ok := p.search(ctx, one)
	if !ok && p.err == nil && c.Is(SearchByGet) == "" {
		c.found(SearchByGet, No)
		if _, rows, ok = p.search(ctx, one); !ok {
			delete(c.Can, SearchByGet)
		}
	}
	if !ok || len(rows) != 1 {
		return c, p.err // not even that: nothing can be told by it
	}
	if c.Is(SearchByGet) == "" {
		c.found(SearchByGet, Yes)
	}
	p.unknown(ctx, one)
	p.lastUpdated(ctx, one)
	if b, rows, ok := p.search(ctx, with(one, "_elements", "id,meta")); p.err == nil {
		c.found(Elements, yes(ok && len(rows) == 1 && len(b.Entries) == 1))
	}
	if _, rows, ok := p.search(ctx, url.Values{"_id": {at.ID + "," + nothing}}); p.err == nil {
		c.found(IDs, yes(ok && len(rows) == 1))
	}
	if b, _, ok := p.search(ctx, with(one, "_summary", "count")); p.err == nil {
		c.found(CountAlone, yes(ok && b.Total == 1))
	}
	p.batch(ctx, one)
	if at.Resource != "Patient" { // of those more than one is somebody else's
		p.lists(ctx)
		p.history(ctx)
	}
	return c, p.err
}

// search searches the row's type; ok is false where that is refused, or done in part.
func (p *prober) search(ctx context.Context, form url.Values) (b r4.Bundle, rows []ehrdesk.Ref, ok bool) {
	if p.err != nil {
		return b, nil, false
	}
	b, _, err := p.wire.List(ctx, "capabilities", fhir.Query{Resource: p.at.Resource, Form: form, Post: p.c.Is(SearchByGet) == No})
	if stops(ctx, err) {
		p.err = err
	}
	return b, rowsOf(b, p.at.Resource), err == nil && !b.Short()
}

// unknown tries a parameter that there is not.
func (p *prober) unknown(ctx context.Context, one url.Values) {
	_, rows, ok := p.search(ctx, with(one, nothing, "1"))
	if p.err != nil {
		return
	}
	p.c.found(Strict, yes(!ok))
	p.c.found(Honest, yes(!ok || len(rows) == 0))
}

// lastUpdated tries a moment before everything and one after: a server that does not
// know the parameter may answer either as it likes, and not both rightly.
func (p *prober) lastUpdated(ctx context.Context, one url.Values) {
	_, none, ok := p.search(ctx, with(one, "_lastUpdated", future))
	_, all, also := p.search(ctx, with(one, "_lastUpdated", past))
	if p.err == nil {
		p.c.found(LastUpdated, yes(ok && also && len(none) == 0 && len(all) == 1))
	}
}

// lists tries what a list says of itself. It needs two rows.
func (p *prober) lists(ctx context.Context) {
	_, rows, ok := p.search(ctx, url.Values{"_count": {"2"}})
	if !ok || len(rows) < 2 {
		return
	}
	b, first, ok := p.search(ctx, url.Values{"_count": {"1"}})
	if p.err != nil || !ok || len(first) != 1 { // a server without _count shows nothing by it
		return
	}
	p.c.found(Totals, yes(b.Total >= 2))
	p.c.found(Paging, yes(b.Next != ""))
}

// batch tries several searches in one request: one that has a row, one that has none, and one
// whose row is ruled out by a parameter. A server that answers in another order, or each by
// nothing, is told by that.
func (p *prober) batch(ctx context.Context, one url.Values) {
	if p.err != nil || p.c.Is(SearchByGet) != Yes || p.c.Is(LastUpdated) != Yes {
		return // what it does not do alone is not tried in a batch
	}
	var queries []fhir.Query
	rows := [...]int{0, 1, 0}
	for _, form := range [...]url.Values{{"_id": {nothing}}, one, with(one, "_lastUpdated", future)} {
		queries = append(queries, fhir.Query{Resource: p.at.Resource, Form: form})
	}
	b, err := p.wire.Batch(ctx, "capabilities", queries)
	if stops(ctx, err) {
		p.err = err
		return
	}
	ok := err == nil
	for i := range b.Pages {
		found := rowsOf(b.Pages[i], p.at.Resource)
		ok = ok && b.Is[i] && !b.Pages[i].Short() && len(found) == rows[i] && (len(found) == 0 || found[0] == p.at)
	}
	p.c.found(Batch, yes(ok))
}

func (p *prober) history(ctx context.Context) {
	ask := func(query string) (r4.Bundle, int) {
		if p.err != nil {
			return r4.Bundle{}, 0
		}
		b, ans, err := p.wire.List(ctx, "capabilities", fhir.Query{Link: p.at.Resource + "/_history?" + query})
		if stops(ctx, err) {
			p.err = err
		}
		return b, ans.Status
	}
	b, status := ask("_count=1")
	if p.err != nil {
		return
	}
	there := status == http.StatusOK && b.Type == "history"
	p.c.found(History, yes(there))
	if !there || len(b.Entries) == 0 {
		return
	}
	if b, status = ask("_count=1&_since=2999-01-01T00%3A00%3A00Z"); p.err == nil {
		p.c.found(HistorySince, yes(status == http.StatusOK && len(b.Entries) == 0))
	}
}

// Patient tries what needs a patient whom the caller may look at: $everything, and the
// searches where no other row was there to try them on.
func Patient(ctx context.Context, wire *fhir.Client, c Caps, id string) (Caps, error) {
	at := ehrdesk.Ref{Resource: "Patient", ID: id}
	if c.Is(LastUpdated) == "" {
		var err error
		if c, err = Probe(ctx, wire, c, at); err != nil {
			return c, err
		}
	}
	if c.Is(Batch) == "" { // known of a time when nobody asked
		p := &prober{wire: wire, c: &c, at: at}
		c.Can = c.With("", "", c.At).Can
		if p.batch(ctx, url.Values{"_id": {id}}); p.err != nil {
			return c, p.err
		}
	}
	if f := c.Can[Everything]; f.Is != "" && (!f.Said || f.Is == No) {
		return c, nil
	}
	ask := func(query url.Values) (r4.Bundle, bool, error) {
		b, _, err := wire.List(ctx, "capabilities", fhir.Query{Link: "Patient/" + url.PathEscape(id) + "/$everything?" + query.Encode()})
		if stops(ctx, err) {
			return b, false, err
		}
		return b, err == nil && !b.Short(), nil
	}
	b, ok, err := ask(url.Values{"_count": {"2"}})
	if err != nil {
		return c, err
	}
	there := ok && slices.ContainsFunc(b.Entries, func(e r4.Entry) bool {
		return e.Fault == nil && e.Resource.Bytes != nil && e.Resource.Whose(r4.Person{ID: id}) == r4.Theirs
	})
	c.found(Everything, yes(there))
	if !there {
		return c, nil
	}
	c.found(EverythingCount, yes(len(b.Entries) <= 2))
	b, ok, err = ask(url.Values{"_count": {"2"}, "_since": {"2999-01-01T00:00:00Z"}})
	if err != nil {
		return c, err
	}
	c.found(EverythingSince, yes(ok && len(b.Entries) == 0))
	return c, nil
}

func with(form url.Values, name, value string) url.Values {
	out := url.Values{name: {value}}
	for k, v := range form {
		out[k] = v
	}
	return out
}
