package fhir

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// maxEvent is the longest line of an event stream that is read, in bytes.
const maxEvent = 4 << 10

// Events is an open stream of hints (text/event-stream, WHATWG HTML 9.2). It
// belongs to one goroutine.
type Events struct {
	body io.ReadCloser
	scan *bufio.Scanner
	last string

	quiet *time.Timer // ends a stream of which nothing comes any more
	hush  time.Duration
	begun time.Time // of the second under way
	lines int       // read in it
	flood bool      // it had more than a centre has to say
	part  bool      // it tells of consents alone
}

// A centre sends a comment every 15 seconds: a stream of which nothing comes for three
// times as long has been lost on the way. And what it has to say is a few lines a second:
// of more is read no more than that.
const (
	longestHush = 45 * time.Second
	mostLines   = 200 // a second
)

// Events opens a stream of hints, from after the event of an id, or from now.
// Errors: CodeNotFound where there is none.
func (c *Client) Events(ctx context.Context, ref, after string) (*Events, error) {
	const op = "events"
	target, err := c.resolve(ref)
	if err != nil {
		return nil, err
	}
	for try := 0; ; try++ {
		var token Token
		if c.tokens != nil {
			if token, err = c.tokens.Token(ctx); err != nil {
				return nil, rewrap(op, err)
			}
		}
		events, again, err := c.listen(ctx, op, target, after, token)
		switch {
		case !again:
			return events, err
		case try > 0:
			return nil, errNonces(op)
		}
	}
}

// listen asks for a stream once; again says that the proof is to have the centre's nonce.
func (c *Client) listen(ctx context.Context, op, target, after string, token Token) (e *Events, again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, false, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "not a request")
	}
	req.Header.Set("Accept", "text/event-stream")
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	if err := token.authorize(op, req, false); err != nil {
		return nil, false, err
	}
	came, err := c.begin(ctx, op)
	if err != nil {
		return nil, false, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		err = LineError(ctx, op, err)
		came(err)
		return nil, false, err
	}
	came(lineOf(op, res))
	token.Prover.heard(nonceOf(res.Header))
	if kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";"); res.StatusCode == http.StatusOK && strings.TrimSpace(kind) == "text/event-stream" {
		e := NewEvents(res.Body)
		e.part = res.Header.Get("Events-Of") == "consent"
		return e, false, nil
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		return nil, false, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the central service sends no events")
	}
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxEvent)) // only to name the refusal
	if token.Prover != nil && asksNonce(res.StatusCode, res.Header, body) {
		return nil, true, nil
	}
	if res.StatusCode == http.StatusUnauthorized && c.tokens != nil {
		c.tokens.Reject(token.Value)
	}
	return nil, false, outcomeError(op, Answer{Status: res.StatusCode, Body: body})
}

// NewEvents reads a stream of hints from body, and closes it in the end.
func NewEvents(body io.ReadCloser) *Events {
	return newEvents(body, longestHush)
}

func newEvents(body io.ReadCloser, hush time.Duration) *Events {
	e := &Events{body: body, hush: hush}
	e.quiet = time.AfterFunc(hush, func() { _ = body.Close() }) // whoever reads is told that it has ended
	e.scan = bufio.NewScanner(body)
	e.scan.Buffer(make([]byte, 0, maxEvent), maxEvent)
	return e
}

// Whole reports whether all that changes is told in time: not where more came than is read, as what
// is behind comes late, nor by a centre that does not know when records change.
func (e *Events) Whole() bool { return !e.flood && !e.part }

// line reads one more line, at the pace of a centre.
func (e *Events) line() bool {
	if now := time.Now(); now.Sub(e.begun) >= time.Second {
		e.begun, e.lines = now, 0
	}
	if e.lines++; e.lines > mostLines {
		e.flood = true
		time.Sleep(time.Until(e.begun.Add(time.Second)))
	}
	if !e.scan.Scan() {
		return false
	}
	e.quiet.Reset(e.hush)
	return true
}

// Last is the id of the newest event read, "" for none.
func (e *Events) Last() string { return e.last }

// Close ends the stream.
func (e *Events) Close() error {
	e.quiet.Stop()
	return e.body.Close()
}

// Next waits for the next hint. Events of other kinds and broken ones are passed
// over: a hint that is lost costs a little time and nothing else.
// Errors: CodeOffline when the stream ends.
func (e *Events) Next() (ehrdesk.Hint, error) {
	var kind, id string
	var data strings.Builder
	for e.line() {
		line := e.scan.Text()
		if line == "" {
			if id != "" {
				e.last = id
			}
			if h, ok := hint(kind, data.String()); ok {
				return h, nil
			}
			kind, id = "", ""
			data.Reset()
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			kind = value
		case "id":
			id = ehrdesk.CleanLine(value)
		case "data":
			if data.Len()+len(value) <= maxEvent {
				data.WriteString(value)
			}
		}
	}
	return ehrdesk.Hint{}, ehrdesk.Errorf("events", ehrdesk.CodeOffline, "the central service's events have ended")
}

func hint(kind, data string) (ehrdesk.Hint, bool) {
	h := ehrdesk.Hint{Kind: ehrdesk.HintKind(kind)}
	switch h.Kind {
	case ehrdesk.HintDay, ehrdesk.HintRequest, ehrdesk.HintCase:
		return h, true
	case ehrdesk.HintConsent, ehrdesk.HintRecord:
	default:
		return h, false
	}
	var v struct {
		Patient string `json:"patient"`
	}
	if json.Unmarshal([]byte(data), &v) != nil || !r4.ValidID(v.Patient) {
		return h, false
	}
	h.Patient = v.Patient
	return h, true
}
