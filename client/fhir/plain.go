package fhir

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What any FHIR R4 server is asked, without an operation of ours: lists that are asked
// for page by page, and writes under a condition.

// Query is a page of a list: the first of a search, whose form names nobody but by logical
// id, or, where Link is not "", the page that a link leads to. A search is a GET: there a
// parameter may stand twice everywhere. Post is for servers that take it by POST alone.
type Query struct {
	Resource string
	Form     url.Values
	Link     string
	Post     bool
}

// List reads one page. What it says of itself is for whoever reads it to heed.
func (c *Client) List(ctx context.Context, op string, q Query) (r4.Bundle, Answer, error) {
	ans, err := c.do(ctx, listing(op, q))
	if err != nil {
		return r4.Bundle{}, ans, err
	}
	b, err := parse(op, ans.Body)
	return b, ans, err
}

// ListOf is List of who's records, each held against who; long documents go to spools,
// and nil for open keeps them in memory. next is the link of the page after it. End has
// to be called for the page.
func (c *Client) ListOf(ctx context.Context, q Query, who *Person, open OpenSpool) (p Page, next string, err error) {
	one := listing("sync", q)
	one.open = open
	raw, err := c.pageOf(ctx, one)
	if err != nil {
		return Page{}, "", err
	}
	p, err = raw.project(who)
	return p, raw.next, err
}

// Ahead is the first page of a search, asked for before anybody waits for it.
type Ahead struct {
	done chan struct{}
	raw  rawPage
	err  error
}

// Ahead asks for the first page of a search. One of Page, Bundle and Drop has to be called.
func (c *Client) Ahead(ctx context.Context, q Query, open OpenSpool) *Ahead {
	a := &Ahead{done: make(chan struct{})}
	go func() {
		defer close(a.done)
		one := listing("sync", q)
		one.open = open
		a.raw, a.err = c.pageOf(ctx, one)
	}()
	return a
}

// Page waits for it, as ListOf gives it.
func (a *Ahead) Page(who *Person) (p Page, next string, err error) {
	if <-a.done; a.err != nil {
		return Page{}, "", a.err
	}
	p, err = a.raw.project(who)
	return p, a.raw.next, err
}

// Bundle waits for it, as List gives it.
func (a *Ahead) Bundle() (r4.Bundle, error) {
	<-a.done
	return a.raw.bundle, a.err
}

// Drop waits for it and gives up what it holds outside memory.
func (a *Ahead) Drop() {
	<-a.done
	_ = Page{spool: a.raw.spool}.close() // nobody reads it
}

func listing(op string, q Query) call {
	switch {
	case q.Link != "":
		return call{op: op, method: http.MethodGet, ref: q.Link, most: MaxAnswer}
	case q.Post:
		return call{op: op, method: http.MethodPost, ref: q.Resource + "/_search", contentType: formType, body: []byte(q.Form.Encode()), most: MaxAnswer}
	}
	return call{op: op, method: http.MethodGet, ref: q.Resource + "?" + q.Form.Encode(), most: MaxAnswer, condition: http.Header{"Prefer": {"handling=strict"}}}
}

// End gives up what the page holds outside memory: no Long of it can be read any more.
// Errors: the spool's.
func (p Page) End() error { return p.close() }

// Expired reports that a server no longer knows a page's link: the list has to begin
// again.
func Expired(err error) bool {
	if errors.Is(err, ErrPageExpired) {
		return true
	}
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeNotFound, ehrdesk.CodeInvalid, ehrdesk.CodeConflict:
		return true
	}
	return false
}

// Links are the pages of one list that have been asked for.
type Links struct{ visited visited }

// Follow notes that a page is asked for. Errors: CodeTampered for one that was asked for
// before, or one page too many.
func (l *Links) Follow(op, link string) error { return l.visited.follow(op, link) }

// Create puts a resource at an id where nothing is. An error that is not
// ErrOutcomeUnknown says that nothing was stored; CodeConflict that something is there,
// where the server looks.
func (c *Client) Create(ctx context.Context, op string, ref ehrdesk.Ref, body []byte) (Answer, error) {
	return c.write(ctx, op, http.MethodPut, ref.Resource+"/"+url.PathEscape(ref.ID), body, http.Header{"If-None-Match": {"*"}})
}

// CreateOnce posts a resource unless a search by query finds one, which is a promise
// that servers break when they are asked twice at once. Errors as Create.
func (c *Client) CreateOnce(ctx context.Context, op, resource string, query url.Values, body []byte) (Answer, error) {
	return c.write(ctx, op, http.MethodPost, resource, body, http.Header{"If-None-Exist": {query.Encode()}})
}

// Replace puts a new version in the place of the one that was read; "" for version where
// the server gave none. Errors as Create; CodeConflict where there is a newer one.
func (c *Client) Replace(ctx context.Context, op string, ref ehrdesk.Ref, version string, body []byte) (Answer, error) {
	var condition http.Header
	if version != "" {
		condition = http.Header{"If-Match": {`W/"` + version + `"`}}
	}
	return c.write(ctx, op, http.MethodPut, ref.Resource+"/"+url.PathEscape(ref.ID), body, condition)
}

// write sends a resource. Of a server that is not ours no error of its own tells that
// nothing was stored: a proxy may have given up, and the server gone on.
func (c *Client) write(ctx context.Context, op, method, ref string, body []byte, condition http.Header) (Answer, error) {
	ans, err := c.do(ctx, call{op: op, method: method, ref: ref, contentType: "application/fhir+json", body: body, condition: condition})
	if errors.Is(err, errArrived) || ans.Status >= 500 {
		return ans, OutcomeUnknown(op)
	}
	return ans, err
}

// Base is the server's base URL with a slash at its end.
func (c *Client) Base() string { return c.base.String() + "/" }
