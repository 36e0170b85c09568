package fhir

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// MaxAnswer is the largest answer read, in bytes: a page of 1,000 large records
// with room. A longer one is refused, not cut.
const MaxAnswer = 64 << 20

// smallAnswer is the largest answer to anything but a page of records.
const smallAnswer = 8 << 20

// OpenSpool opens a spool. Where there can be none, its error has
// errors.ErrUnsupported as the cause, and memory is taken.
type OpenSpool func(ctx context.Context) (r4.Spool, error)

// TokenSource gives the access token for the next request; it may sign in for it.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
	// Reject says that the centre no longer takes this token.
	Reject(token string)
}

// Client sends requests to one FHIR base. It keeps no state but the connection
// pool of its http.Client.
type Client struct {
	base   *url.URL
	http   *http.Client
	tokens TokenSource
	heard  func(time.Time) // told of the centre's clock; nil for nobody
	line   Breaker         // nil: nobody keeps account of the line

	patience time.Duration
}

// NewClient makes a client for base ("https://host/fhir"). tokens may be nil
// for requests that need none. Plain http is taken for loopback hosts only.
// Errors: CodeInvalid.
func NewClient(base string, hc *http.Client, tokens TokenSource) (*Client, error) {
	u, err := ParseBase(base)
	if err != nil {
		return nil, err
	}
	own := *hc
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a token goes nowhere else
	return &Client{base: u, http: &own, tokens: tokens, patience: patience}, nil
}

// Part closes the connections that nothing uses. What came last on one stands in its buffer
// for as long as it is open.
func (c *Client) Part() { c.http.CloseIdleConnections() }

// Breaker keeps account of the line to one centre.
type Breaker interface {
	// Pass refuses a request while the line is down. Errors: CodeOffline, CodeTimeout.
	Pass(ctx context.Context, op string) error
	// Began tells that a request goes out. The function is called once, with what came of
	// it: nil for any answer of the centre.
	Began() func(error)
}

// Watch has b keep account of the line. It is set before the first request.
func (c *Client) Watch(b Breaker) { c.line = b }

// begin asks whether a request may go out, and tells what comes of it.
func (c *Client) begin(ctx context.Context, op string) (func(error), error) {
	if c.line == nil {
		return func(error) {}, nil
	}
	if err := c.line.Pass(ctx, op); err != nil {
		return nil, err
	}
	return c.line.Began(), nil
}

// OnAnswer has f told of the centre's clock with each answer, zero where it gave
// none. It is set before the first request.
func (c *Client) OnAnswer(f func(centre time.Time)) { c.heard = f }

// ParseBase checks the address of a centre: https, or http on this machine.
func ParseBase(base string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(base), "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, ehrdesk.Errorf("central", ehrdesk.CodeInvalid, "not the address of a central service")
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, ehrdesk.Errorf("central", ehrdesk.CodeInvalid, "the central service must be reached by https")
	}
	return u, nil
}

// Answer is a response, read to its end.
type Answer struct {
	Status int
	Body   []byte
	Date   time.Time     // the centre's clock, zero where it gave none
	again  time.Duration // after which it asks to be asked again, 0 where it does not

	tag       string // by which the centre names the state of what it gave, "" for none
	nonce     string // for the next proof, "" where none was given
	nonceOnly bool   // nothing came of the request but that a proof is to have the nonce

	// Of a extracted answer, whose Body is then not all of it:
	cuts  []r4.Cut
	spool r4.Spool
}

// call is one request of the desk.
type call struct {
	op, method, ref string // ref: a path below the base, or a link the centre gave
	contentType     string
	body            []byte
	open            OpenSpool             // for what is long in the answer; nil: all of it stays in memory
	most            int64                 // bytes of an answer; 0 is smallAnswer
	into            io.Writer             // of an answer that is no FHIR, as it comes; nil: it is FHIR
	give            func(io.Writer) error // writes the body, piece by piece; nil: it is body
	proofAlone      bool                  // the token stands in the body
	condition       http.Header           // under which a write is one; nil for none
}

// Ask posts Parameters to an operation and reads those that it answers with. The
// answer is there beside a refusal. Errors: CodeTampered for an answer that is none.
func (c *Client) Ask(ctx context.Context, op, ref string, p Parameters) (Answers, Answer, error) {
	body, err := p.Marshal(op)
	if err != nil {
		return nil, Answer{}, err
	}
	ans, err := c.do(ctx, call{op: op, method: http.MethodPost, ref: ref, contentType: "application/fhir+json", body: body})
	if err != nil {
		return nil, ans, err
	}
	a, err := ParseAnswers(op, ans.Body)
	return a, ans, err
}

// Answers reads what an operation without input answers with. Errors as Ask.
func (c *Client) Answers(ctx context.Context, op, ref string) (Answers, error) {
	ans, err := c.Get(ctx, op, ref)
	if err != nil {
		return nil, err
	}
	return ParseAnswers(op, ans.Body)
}

// Submit asks for an act. An error that is not ErrOutcomeUnknown says that nothing was
// recorded.
func (c *Client) Submit(ctx context.Context, op, ref string, p Parameters) (Answers, Answer, error) {
	a, ans, err := c.Ask(ctx, op, ref, p)
	unread := err != nil && ans.Status >= 200 && ans.Status < 300
	if unread || errors.Is(err, errArrived) || ans.Status >= 500 && ans.Status != http.StatusServiceUnavailable {
		return nil, ans, OutcomeUnknown(op)
	}
	return a, ans, err
}

// Get reads a path below the base, or a link the centre gave.
func (c *Client) Get(ctx context.Context, op, ref string) (Answer, error) {
	return c.do(ctx, call{op: op, method: http.MethodGet, ref: ref})
}

// Search posts a search: what is searched for is never part of a URL.
func (c *Client) Search(ctx context.Context, op, resource string, form url.Values) (Answer, error) {
	return c.do(ctx, call{op: op, method: http.MethodPost, ref: resource + "/_search", contentType: formType, body: []byte(form.Encode())})
}

const formType = "application/x-www-form-urlencoded"

// Put sends FHIR JSON to an id of the desk's choosing.
func (c *Client) Put(ctx context.Context, op, ref string, body []byte) (Answer, error) {
	return c.do(ctx, call{op: op, method: http.MethodPut, ref: ref, contentType: "application/fhir+json", body: body})
}

// do sends once, and once more with a fresh token when the first is refused, or when the
// centre asks to wait for a moment: who waits at the counter is told of nothing less.
func (c *Client) do(ctx context.Context, q call) (Answer, error) {
	target, err := c.resolve(q.ref)
	if err != nil {
		return Answer{}, ehrdesk.E(q.op, ehrdesk.CodeTampered, err)
	}
	for renewed, waited := false, 0; ; {
		var token Token
		if c.tokens != nil {
			if token, err = c.tokens.Token(ctx); err != nil {
				return Answer{}, notSent(q.op, err)
			}
		}
		ans, err := c.send(ctx, q, target, token)
		if err == nil && ans.Status == http.StatusUnauthorized && c.tokens != nil && !renewed {
			c.tokens.Reject(token.Value)
			renewed = true
			continue
		}
		if err == nil && ans.again > 0 && ans.again <= moment && waited < mostMoments && pause(ctx, apart(ans.again)) {
			waited++
			continue
		}
		switch {
		case err == nil && strange(q.method, ans):
			err = mayHaveArrived(true, unspoken(q.op, ans))
		case err == nil && ans.Status >= 300:
			err = outcomeError(q.op, ans)
		}
		return ans, err
	}
}

// resolve makes a link absolute and holds it to the base's own origin: a path is
// below the base, and one that begins with a slash below the host (RFC 3986, 4.2).
func (c *Client) resolve(ref string) (string, error) {
	absolute := strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, "\\")
	if !absolute && !strings.Contains(ref, "://") {
		return c.base.String() + "/" + ref, nil
	}
	u, err := url.Parse(ref)
	if err == nil && absolute && u.Host == "" && !strings.HasPrefix(ref, "//") && !strings.Contains(ref, "\\") {
		u.Scheme, u.Host = c.base.Scheme, c.base.Host
	}
	if err != nil || u.Scheme != c.base.Scheme || u.Host != c.base.Host || u.User != nil {
		return "", errors.New("the centre gave a link to another place")
	}
	return u.String(), nil
}

// send sends once, and once more where the centre asks for its nonce in the proof. One
// that asks for ever is not followed. Errors: CodeTampered for that.
func (c *Client) send(ctx context.Context, q call, target string, token Token) (Answer, error) {
	for try := 0; ; try++ {
		ans, err := c.once(ctx, q, target, token)
		if err != nil || !ans.nonceOnly {
			return ans, err
		}
		if try > 0 {
			return Answer{}, errNonces(q.op)
		}
	}
}

// once sends once. What token proves hears of the nonce that the answer gives.
func (c *Client) once(ctx context.Context, q call, target string, token Token) (ans Answer, err error) {
	req, err := http.NewRequestWithContext(ctx, q.method, target, bytes.NewReader(q.body))
	if err != nil {
		return Answer{}, ehrdesk.Errorf(q.op, ehrdesk.CodeInvalid, "not a request")
	}
	if q.give != nil {
		req.Header.Set("Expect", "100-continue") // what is long is not sent to whoever refuses it
	}
	req.Header.Set("Accept", "application/fhir+json, application/json")
	if q.contentType != "" {
		req.Header.Set("Content-Type", q.contentType)
	}
	if strings.HasSuffix(target, "/_search") {
		req.Header.Set("Prefer", "handling=strict")
	}
	for name, value := range q.condition {
		req.Header[name] = value
	}
	if err := token.authorize(q.op, req, q.proofAlone); err != nil {
		return Answer{}, err
	}
	came, err := c.begin(ctx, q.op)
	if err != nil {
		return Answer{}, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	reached := false // a connection was had: the centre may have read the request
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { reached = true }}))
	if q.give != nil {
		up := uploading(c, q.give, stop)
		defer func() {
			if own := up.finish(); own != nil {
				ans, err = Answer{}, rewrap(q.op, own)
			}
		}()
		req.Body, req.ContentLength, req.GetBody = up, -1, nil
	}
	res, err := c.http.Do(req)
	if err != nil {
		err = LineError(ctx, q.op, err)
		came(err)
		return Answer{}, mayHaveArrived(reached, err)
	}
	defer res.Body.Close()
	came(lineOf(q.op, res))
	if !fromCentre(res) {
		return Answer{}, mayHaveArrived(true, trouble(q.op, ehrdesk.TroubleStranger))
	}
	body, end := c.moving(res.Body, stop)
	defer end()
	ans = Answer{Status: res.StatusCode, tag: res.Header.Get("ETag")}
	ans.Date, _ = http.ParseTime(res.Header.Get("Date"))
	ans.nonce = nonceOf(res.Header)
	token.Prover.heard(ans.nonce)
	ans.again = againAfter(res)
	if c.heard != nil {
		c.heard(ans.Date)
	}
	if q.into != nil && ans.Status == http.StatusOK {
		return arriving(ctx, q, res, body, ans)
	}
	var open func() (r4.Spool, error)
	if q.open != nil && ans.Status == http.StatusOK {
		open = func() (r4.Spool, error) { return q.open(ctx) }
	}
	var ours *ehrdesk.Error
	switch err = ans.receive(body, res.ContentLength, cmp.Or(q.most, smallAnswer), open); {
	case err == nil && ans.Status < 500 && !spoken(res.Header.Get("Content-Type"), ans.Body):
		ans.close()
		return Answer{}, mayHaveArrived(true, trouble(q.op, ehrdesk.TroubleStranger))
	case err == nil:
		ans.nonceOnly = token.Prover != nil && asksNonce(ans.Status, res.Header, ans.Body)
		return ans, nil
	case errors.Is(err, errTooLarge):
		return Answer{}, tooLarge(q.op)
	case errors.As(err, &ours): // the spool's: nothing is the matter with the line
		return Answer{}, rewrap(q.op, err)
	}
	return Answer{}, mayHaveArrived(true, LineError(ctx, q.op, err))
}

func tooLarge(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer is too large")
}

// errArrived is of a failure after which the centre may still have acted.
var errArrived = errors.New("the request may have arrived")

func mayHaveArrived(reached bool, err error) error {
	if !reached {
		return err
	}
	return &arrived{err}
}

// notSent is of a sign-in that failed: whatever became of that, the request that
// it was for never left.
func notSent(op string, err error) error {
	if !errors.Is(err, errArrived) {
		return rewrap(op, err)
	}
	if t := ehrdesk.TroubleOf(err); t != "" {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), t)
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeOf(err), "%s", ehrdesk.Message(err))
}

// arrived marks err with errArrived and says nothing more than it.
type arrived struct{ error }

func (a *arrived) Unwrap() []error { return []error{a.error, errArrived} }

// rewrap gives err this operation's name and keeps its code and cause.
func rewrap(op string, err error) error { return ehrdesk.E(op, ehrdesk.CodeOf(err), err) }

// ErrOutcomeUnknown is the cause of a CodeTimeout error after which an act may or
// may not be on record: asking what became of it settles that, and counts once.
var ErrOutcomeUnknown = errors.New("not known whether the central service has recorded this")

// OutcomeUnknown is an act's error of which nobody knows what became of it.
func OutcomeUnknown(op string) error { return ehrdesk.E(op, ehrdesk.CodeTimeout, ErrOutcomeUnknown) }
