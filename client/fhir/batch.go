package fhir

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Batch is what came of several searches that were asked for in one request.
type Batch struct {
	Pages []r4.Bundle // in the order of the queries
	Is    []bool      // whether a query was answered at all, as it would have been alone
	ans   Answer
}

// Batch asks for the first pages of searches in one request. Nothing of an answer is
// believed that does not have an entry for each query with rows of its type alone: a server
// that answers in another order, or something else, is told by that. Errors: CodeInvalid for
// such an answer.
func (c *Client) Batch(ctx context.Context, op string, queries []Query) (Batch, error) {
	type get struct {
		Request map[string]string `json:"request"`
	}
	asked := make([]get, len(queries))
	for i, q := range queries {
		asked[i].Request = map[string]string{"method": http.MethodGet, "url": q.Resource + "?" + q.Form.Encode()}
	}
	body, err := json.Marshal(map[string]any{"resourceType": "Bundle", "type": "batch", "entry": asked}, json.Deterministic(true))
	if err != nil {
		return Batch{}, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the searches cannot be written")
	}
	ans, err := c.do(ctx, call{op: op, method: http.MethodPost, ref: c.base.String(), contentType: "application/fhir+json", body: body, most: MaxAnswer,
		condition: http.Header{"Prefer": {"handling=strict"}}})
	if err != nil {
		return Batch{}, err
	}
	b := Batch{Pages: make([]r4.Bundle, len(queries)), Is: make([]bool, len(queries)), ans: ans}
	if !b.read(queries) {
		return Batch{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the server does not answer a batch as it was asked")
	}
	return b, nil
}

// read reads the answers; ok is false where they cannot be those to the queries.
func (b *Batch) read(queries []Query) (ok bool) {
	o, err := r4.Parse(b.ans.Body)
	if err != nil || o.Text("resourceType") != "Bundle" || o.Text("type") != "batch-response" {
		return false
	}
	n := 0
	ok = true
	r4.Each(o.Raw("entry"), func(v r4.Value) {
		i := n
		if n++; i >= len(queries) || !ok {
			return
		}
		e := r4.ObjectOf(v)
		if !strings.HasPrefix(r4.TextAt(e.Raw("response"), "status"), "200") {
			return // whatever it says, it is asked for alone
		}
		page, err := r4.ParseBundle(e.Raw("resource"))
		if err != nil || page.Type != "searchset" {
			return
		}
		b.Pages[i], b.Is[i] = page, true
		for j := range page.Entries {
			if r := &page.Entries[j]; r.Mode != "outcome" && r.Mode != "include" && r.Resource.Type != "" && r.Resource.Type != "OperationOutcome" && r.Resource.Type != queries[i].Resource {
				ok = false
			}
		}
	})
	return ok && n == len(queries)
}

// page is one page as it would have come alone.
func (b *Batch) page(c *Client, i int) rawPage {
	p := b.Pages[i]
	return rawPage{next: p.Next, heavy: len(b.ans.Body) > heavyPage, base: c.base.String() + "/", date: b.ans.Date, bundle: p}
}

// alone is how many searches are on their way at a time of those that a batch left open.
const alone = 4

// Together asks for the first pages of searches in one batch, ahead of whoever wants them.
// What the batch does not give is asked for by itself. sound judges a batch that has all its
// entries: whether what it says can be the server's word. heard is told what came of the
// batch, nil for a sound one. For each of the list one of Page, Bundle and Drop has to be
// called.
func (c *Client) Together(ctx context.Context, queries []Query, open OpenSpool, sound func(*Batch) error, heard func(error)) []*Ahead {
	list := make([]*Ahead, len(queries))
	for i := range list {
		list[i] = &Ahead{done: make(chan struct{})}
	}
	go func() {
		b, err := c.Batch(ctx, "sync", queries)
		if err == nil {
			err = sound(&b)
		}
		heard(err)
		lanes := make(chan struct{}, alone)
		for i, a := range list {
			if err == nil && b.Is[i] {
				a.raw = b.page(c, i)
				close(a.done)
				continue
			}
			lanes <- struct{}{}
			go func() {
				defer close(a.done)
				defer func() { <-lanes }()
				one := listing("sync", queries[i])
				one.open = open
				a.raw, a.err = c.pageOf(ctx, one)
			}()
		}
	}()
	return list
}
