// Package engine is a FHIR R4 engine that keeps what a gate does not: it is asked over HTTP,
// within a time and a size, and whatever it answers is told as a refusal of the wire. It knows
// the habits that engines were seen with and decides nothing about who may see what.
package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// patience is how long one answer may take, from the asking to its last byte.
const patience = 20 * time.Second

// maxAnswer is the largest answer that is read, in bytes: no desk reads a larger one.
const maxAnswer = 64 << 20

// Config is where an engine is and by which systems it names people.
type Config struct {
	URL   string `json:"url"`             // the FHIR base
	HKIC  string `json:"hkic,omitempty"`  // identifier systems; "" for ours
	EHR   string `json:"ehr,omitempty"`   //
	Token string `json:"token,omitempty"` // file with a bearer token for the engine; "" for none
}

// Engine is one FHIR R4 server. It is safe for use by many goroutines.
type Engine struct {
	Config
	Seen Seen // what it was seen to do

	base  *url.URL
	http  *http.Client
	token string
	wait  time.Duration
}

// New is an engine at an address; token is what it is told as a bearer, "" for nothing. over is
// the way to it, nil for the usual. Errors: CodeInvalid for an address that is none, or that
// records would go to in the clear.
func New(c Config, token string, over http.RoundTripper) (*Engine, error) {
	const op = "upstream"
	base, err := url.Parse(strings.TrimSuffix(c.URL, "/"))
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the engine's address is the URL of a FHIR base")
	}
	ip := net.ParseIP(base.Hostname())
	if local := base.Hostname() == "localhost" || ip != nil && ip.IsLoopback(); base.Scheme != "https" && (base.Scheme != "http" || !local) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "records go over plain HTTP on this machine only: the engine's address begins with https://")
	}
	if over == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 32
		over = t
	}
	return &Engine{Config: c, base: base, token: token, wait: patience, http: &http.Client{
		Transport:     over,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

type untilKey struct{}

// Until is a context in which all that the engine is asked has to be answered by a time, each as all of it
// together: whoever waits for the whole is told in time that it did not come. What goes on when nobody
// waits any more, as a consent that is told, ends by it too.
func Until(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, untilKey{}, t)
}

// Wait is how long one answer may take from now on.
func (e *Engine) Wait(d time.Duration) { e.wait = d }

// answer is what came of one request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// The troubles of an engine, as desks are told of them: none of its own words are passed on.
func down() *refusal.Error { // and no time to ask again: a desk shows what it has at once
	return refusal.New(http.StatusBadGateway, "upstream-down", "The records cannot be reached at present.")
}

func busy() *refusal.Error {
	return refusal.New(http.StatusServiceUnavailable, "upstream-busy", "The records are asked for too often at present.")
}

// Slow is the refusal where no answer came in time.
func Slow() *refusal.Error {
	return refusal.New(http.StatusGatewayTimeout, "upstream-slow", "The records did not come in time.")
}

// Strange is the refusal of an answer that is not what was asked for.
func Strange() *refusal.Error {
	return refusal.New(http.StatusBadGateway, "upstream-wrong", "The records came in a form that is not to be relied on.")
}

// ask sends one request and reads the whole answer. Errors: *refusal.Error for an engine in
// trouble; what it refuses is an answer.
func (e *Engine) ask(ctx context.Context, method, path string, header http.Header, body []byte) (answer, error) {
	until := time.Now().Add(e.wait)
	if all, ok := ctx.Value(untilKey{}).(time.Time); ok && all.Before(until) {
		until = all
	}
	ctx, stop := context.WithDeadline(ctx, until)
	defer stop()
	to := path
	if !strings.Contains(path, "://") {
		to = e.base.String() + "/" + path
	}
	req, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return answer{}, Strange()
	}
	req.Header.Set("Accept", "application/fhir+json")
	if body != nil {
		req.Header.Set("Content-Type", "application/fhir+json")
	}
	if e.token != "" {
		req.Header.Set("Authorization", "Bearer "+e.token)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := e.http.Do(req)
	if err != nil {
		return answer{}, lost(ctx, err)
	}
	defer res.Body.Close()
	out := answer{status: res.StatusCode, header: res.Header}
	switch {
	case res.StatusCode == http.StatusServiceUnavailable, res.StatusCode == http.StatusTooManyRequests:
		return out, busy()
	case res.StatusCode >= 500, res.StatusCode >= 300 && res.StatusCode < 400, res.StatusCode == http.StatusUnauthorized:
		return out, Strange()
	}
	out.body, err = readAll(res, roomFor(path))
	switch {
	case err != nil:
		return out, lost(ctx, err)
	case len(out.body) > maxAnswer, out.status == http.StatusNotFound && e.Seen.Outcomes && !outcome(out.body):
		return out, Strange()
	}
	return out, nil
}

// outcome reports whether an answer is an OperationOutcome: a FHIR server says by one why it refuses. What says
// 404 without it where the engine has never done so is a proxy's word, while the engine starts
// again: it ends no consent and takes nothing off.
func outcome(body []byte) bool {
	o, err := fhir.Parse(body)
	return err == nil && o.Text("resourceType") == "OperationOutcome"
}

// roomFor is how much memory is set aside for an answer that does not say how long it is: that of a page of
// records is not copied again and again while it comes.
func roomFor(path string) int {
	if strings.Contains(path, "$everything") || strings.Contains(path, "://") { // or a page that follows
		return 1 << 20
	}
	return 16 << 10
}

// readAll reads a body into as much memory as it takes, and one byte more than the bound of
// one that is too large.
func readAll(res *http.Response, room int) ([]byte, error) {
	from := io.LimitReader(res.Body, maxAnswer+1)
	if n := res.ContentLength; n >= 0 && n <= maxAnswer {
		b := make([]byte, n)
		_, err := io.ReadFull(from, b)
		return b, err
	}
	var b bytes.Buffer
	b.Grow(room)
	_, err := b.ReadFrom(from)
	return b.Bytes(), err
}

// lost is a request of which no answer came.
func lost(ctx context.Context, err error) error {
	var late net.Error
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return Slow()
	case ctx.Err() != nil:
		return ehrdesk.E("upstream", ehrdesk.CodeTimeout, ctx.Err())
	}
	return down()
}

// Late is that a context ended before the engine could be asked.
func Late(ctx context.Context) error { return lost(ctx, ctx.Err()) }

// expired is a page that is not there any more: who reads the list begins again.
func expired() *refusal.Error {
	return refusal.New(http.StatusGone, "page-expired", "This page was to be asked for sooner: begin the list again.")
}

// Found is a resource as the engine has it.
type Found struct {
	fhir.Resource
	ETag     string
	Modified string
	Gone     bool // it was there once
}

// Read reads one resource, or one version of it. It is nil where there is none.
func (e *Engine) Read(ctx context.Context, ref ehrdesk.Ref, version string) (*Found, error) {
	path := url.PathEscape(ref.Resource) + "/" + url.PathEscape(ref.ID)
	if version != "" {
		path += "/_history/" + url.PathEscape(version)
	}
	a, err := e.ask(ctx, http.MethodGet, path, nil, nil)
	switch {
	case err != nil:
		return nil, err
	case a.status == http.StatusNotFound:
		return nil, nil
	case a.status == http.StatusGone:
		return &Found{Gone: true}, nil
	case a.status != http.StatusOK:
		return nil, Strange()
	}
	r, err := fhir.Read(a.body)
	if err != nil || r.Ref() != ref {
		return nil, Strange()
	}
	return &Found{Resource: r, ETag: a.header.Get("ETag"), Modified: a.header.Get("Last-Modified")}, nil
}

// Put stores a resource under its own id, in the place of what was read there, nil for nothing, as
// far as the engine was seen to heed that. conflict says that another stands there, or that the
// engine takes no such resource.
func (e *Engine) Put(ctx context.Context, ref ehrdesk.Ref, body []byte, over *Found) (conflict bool, err error) {
	header := http.Header{}
	switch {
	case over != nil && over.ETag != "" && e.Seen.IfMatch:
		header.Set("If-Match", over.ETag)
	case over == nil && e.Seen.IfNoneMatch:
		header.Set("If-None-Match", "*")
	}
	a, err := e.ask(ctx, http.MethodPut, url.PathEscape(ref.Resource)+"/"+url.PathEscape(ref.ID), header, body)
	switch {
	case err != nil:
		return false, err
	case a.status == http.StatusPreconditionFailed, a.status == http.StatusConflict:
		return true, nil
	case a.status/100 != 2:
		return false, Strange()
	}
	return false, nil
}

// Search finds resources of a type, in one page: who looks somebody up follows no link, as some
// engines repeat what was asked for in it. What was found has to be held against what was asked.
func (e *Engine) Search(ctx context.Context, kind string, form url.Values) (fhir.Bundle, error) {
	b, a, err := e.list(ctx, kind+"/_search", form)
	if err == nil && (a.status != http.StatusOK || b.Type != "searchset" || b.Unfinished()) {
		err = Strange() // a refusal is no "nobody"
	}
	return b, err
}

// list reads one page of a list: by POST where there is a form, so that no number stands in an
// address.
func (e *Engine) list(ctx context.Context, path string, form url.Values) (fhir.Bundle, answer, error) {
	method, header, body := http.MethodGet, http.Header{}, []byte(nil)
	if form != nil {
		method, body = http.MethodPost, []byte(form.Encode())
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	header.Set("Prefer", "handling=strict")
	a, err := e.ask(ctx, method, path, header, body)
	if err != nil {
		return fhir.Bundle{}, a, err
	}
	if a.status != http.StatusOK {
		return fhir.Bundle{}, a, nil
	}
	b, err := fhir.ParseBundle(a.body)
	if err != nil {
		return b, a, Strange()
	}
	return b, a, nil
}
