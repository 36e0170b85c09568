// Package rest is what the rooms answer HTTP with: the headers of every answer, bounds
// of bodies, FHIR JSON and its OperationOutcome, compression, and pages that only the
// account they were made for can ask for. It logs method, route, status and time, and
// nothing that could name a person. It holds no rule and opens no transaction.
package rest

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	json "github.com/go-json-experiment/json/v1"
	"github.com/klauspost/compress/gzip"
)

// MaxBody bounds a request. A whole patient of 8 MiB comes in one go.
const MaxBody = 64 << 20

// Server is what every answer is written by. It is safe for use by many goroutines.
type Server struct {
	Now  func() time.Time // the clock that everything here goes by
	log  *slog.Logger
	base atomic.Pointer[string]
	page cipher.AEAD

	crowd crowd
	pace  pace
}

// New answers by a clock and a log, with a key of 32 bytes that seals pages. base is
// the FHIR base as clients see it, found from the listener where empty.
func New(now func() time.Time, log *slog.Logger, key []byte, base string) (*Server, error) {
	s := &Server{Now: now, log: log, pace: usualPace(), crowd: crowd{list: map[string]int{}, turn: make(chan struct{}, makingAtOnce)}}
	if base != "" {
		s.SetBase(base)
	}
	var err error
	s.page, err = pageCipher(key)
	return s, err
}

// SetBase says what the FHIR base is.
func (s *Server) SetBase(base string) { s.base.Store(&base) }

// Known is the base as it was set, "" where nobody has.
func (s *Server) Known() string {
	if b := s.base.Load(); b != nil {
		return *b
	}
	return ""
}

// Warn says in the log that something beside the answers failed.
func (s *Server) Warn(what string, code ehrdesk.Code) { s.log.Warn(what, "code", string(code)) }

// Handler answers a signed-in request; what it returns becomes an OperationOutcome.
type Handler func(w http.ResponseWriter, r *http.Request, who *store.Account) error

// SignedIn has h answer those whom account knows. What account has to say beside that
// goes into the header of the answer.
func (s *Server) SignedIn(account func(http.Header, *http.Request) (*store.Account, error), h Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := account(w.Header(), r)
		if err == nil {
			err = s.inTurn(w, r, who, h)
		}
		if err != nil {
			s.Fail(w, r, err)
		}
	}
}

// Outside has h answer whoever asks, of whom nobody is signed in: as few of them at once as of one account, so that
// they take no place from desks.
func (s *Server) Outside(of string, h http.HandlerFunc) http.HandlerFunc {
	who := &store.Account{Staff: of}
	return func(w http.ResponseWriter, r *http.Request) {
		leave, err := s.crowd.enter(w, who, false, s.Now())
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		defer leave()
		h(w, r)
	}
}

// inTurn has h answer, where not too much is under way.
func (s *Server) inTurn(w http.ResponseWriter, r *http.Request, who *store.Account, h Handler) error {
	leave, err := s.crowd.enter(w, who, strings.HasSuffix(r.Pattern, "/$events"), s.Now())
	if err != nil {
		return err
	}
	defer leave()
	return h(w, r, who)
}

// Outer sets the headers of every answer, turns a panic into a bare 500, and
// logs method, route pattern, status and time: never a path, a query, a header
// or a body, any of which could name a person.
func (s *Server) Outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		h := w.Header()
		h.Set("Date", s.Now().UTC().Format(http.TimeFormat)) // the clock that everything here goes by
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		rec := &recorder{ResponseWriter: w, control: http.NewResponseController(w), crowd: &s.crowd, pace: s.pace}
		defer func() {
			s.crowd.held.Add(-rec.held)
			p := recover()
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				s.log.Warn("answer cut short", "method", r.Method, "route", r.Pattern)
				panic(p)
			}
			if p != nil { // the value may quote data; the stack holds addresses only
				s.log.Error("panic", "route", r.Pattern, "stack", string(debug.Stack()))
				if rec.status == 0 {
					s.Fail(rec, r, store.Err)
				}
			}
			s.log.Info("request", "method", r.Method, "route", r.Pattern, "status", rec.status, "took", time.Since(began).Round(time.Microsecond))
		}()
		next.ServeHTTP(rec, r)
	})
}

type recorder struct {
	http.ResponseWriter
	status  int
	control *http.ResponseController
	until   time.Time // by when the whole answer has to be taken; zero before its first byte
	pace    pace
	crowd   *crowd
	held    int64 // bytes of crowd's that are this request's
	works   bool  // counted among those that the centre works for
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Base is the FHIR base as clients see it. It is a setting, or the listener's
// own address; a Host header decides only on the loopback interface, since the
// audience of every assertion is checked against it.
func (s *Server) Base(r *http.Request) string {
	if b := s.Known(); b != "" {
		return b
	}
	host := r.Host
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if ip := net.ParseIP(name); name != "localhost" && (ip == nil || !ip.IsLoopback()) {
		host = "localhost"
	}
	if r.TLS != nil {
		return "https://" + host + "/fhir"
	}
	return "http://" + host + "/fhir"
}

// FHIR answers with v as FHIR JSON.
func (s *Server) FHIR(w http.ResponseWriter, r *http.Request, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	s.Send(w, r, status, b)
}

// writeSize is how much of an answer is written at a time.
const writeSize = 64 << 10

// Send answers with FHIR JSON in pieces, compressed where the client takes it and it pays.
func (s *Server) Send(w http.ResponseWriter, r *http.Request, status int, pieces ...[]byte) {
	size := 0
	for _, b := range pieces {
		size += len(b)
	}
	if size >= smallBody && !holding(w, size) {
		s.Fail(w, r, busy())
		return
	}
	w.Header().Set("Content-Type", "application/fhir+json; charset=utf-8")
	out, done := io.Writer(w), func() error { return nil }
	if size >= 4<<10 {
		out, done = compressed(w, r)
	}
	w.WriteHeader(status)
	together := bufio.NewWriterSize(out, min(size, writeSize)) // pieces are small, a write is not
	for _, b := range pieces {
		_, _ = together.Write(b) // the client is gone: there is nobody to tell
	}
	_ = together.Flush()
	_ = done()
}

// compressed is w, behind gzip where the client accepts it. done ends the stream.
func compressed(w http.ResponseWriter, r *http.Request) (out io.Writer, done func() error) {
	w.Header().Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		return w, func() error { return nil }
	}
	w.Header().Set("Content-Encoding", "gzip")
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		panic(err) // only a level out of range
	}
	return z, z.Close
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		q = strings.ReplaceAll(q, " ", "")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// JSON answers with what is no FHIR.
func (s *Server) JSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// OAuth answers as RFC 6749, section 5.2.
func (s *Server) OAuth(w http.ResponseWriter, status int, word string) {
	s.JSON(w, status, map[string]string{"error": word})
}

// Fail answers with an OperationOutcome. An error that is no refusal gives no
// word of its cause.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	var f *refusal.Error
	if !errors.As(err, &f) {
		f = refusal.New(http.StatusInternalServerError, "", "The centre could not answer.")
		if ehrdesk.CodeOf(err) == ehrdesk.CodeTimeout {
			f = refusal.New(http.StatusServiceUnavailable, "", "The centre is busy.")
		}
		s.log.Error("failed", "method", r.Method, "route", r.Pattern, "code", string(ehrdesk.CodeOf(err)))
	}
	if f.Status == http.StatusUnauthorized {
		challenge := `DPoP algs="ES256"`
		if f.Proof != "" {
			challenge += `, error="` + f.Proof + `"`
		}
		w.Header().Set("WWW-Authenticate", challenge)
	}
	if f.Status == http.StatusTooManyRequests || f.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", s.after(f.Until))
	}
	w.Header().Del("ETag")
	s.FHIR(w, r, f.Status, OutcomeOf(f))
}

// busyFor is when to ask again where nothing better is known.
const busyFor = 5 * time.Second

// after is a time to ask again, in whole seconds from now.
func (s *Server) after(until time.Time) string {
	wait := busyFor
	if !until.IsZero() {
		wait = until.Sub(s.Now())
	}
	return strconv.Itoa(max(1, int((wait+time.Second-1)/time.Second)))
}

// Act does something in the one writing transaction, and gives what is answered: FHIR
// JSON as bytes, or what makes it.
type Act func(tx *store.Tx) (any, error)

// Operation answers an operation: op makes an act of the parameters, of maxInput bytes
// at most.
func (s *Server) Operation(st store.Store, maxInput int64, op func(r *http.Request, who *store.Account, in Input) (Act, error)) Handler {
	return func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
		in, err := ReadInput(w, r, maxInput)
		if err != nil {
			return err
		}
		act, err := op(r, who, in)
		if err != nil {
			return err
		}
		var out any
		if err := st.Write(r.Context(), func(tx *store.Tx) (err error) { out, err = act(tx); return err }); err != nil {
			return err
		}
		if b, made := out.([]byte); made {
			s.Send(w, r, http.StatusOK, b)
		} else {
			s.FHIR(w, r, http.StatusOK, out)
		}
		return nil
	}
}

// Cursor is where a list goes on. Clients carry it sealed: they can neither read
// nor change it, and it opens only for the account, the desk and the path it was made
// for, and only for minutes.
type Cursor struct {
	Since  int64  `json:"s,omitempty"` // instant the list begins at
	At     int64  `json:"t"`           // the centre's clock at the first page
	Phase  int    `json:"p,omitempty"` // 0: the patient's own records, 1: linked ones
	After  int64  `json:"a,omitempty"` // last change (phase 0) or row (phase 1) given
	Total  int    `json:"n"`
	Count  int    `json:"c"`
	Search string `json:"q,omitempty"` // the form of a search
	Last   string `json:"l,omitempty"` // id of the last resource given, of a list in the order of ids
	Access string `json:"x,omitempty"` // the event of the access log that the list began with
	Made   int64  `json:"m"`           // when the link was given; set by Seal
}

// pageLife is how long a link to the next page is good for: a desk asks for it as soon as
// it has the page before, and what is kept longer is no longer that access.
const pageLife = 10 * time.Minute

// Seal encrypts a cursor for who, at the desk they ask from, and where.
func (s *Server) Seal(cur Cursor, who *store.Account, where string) (string, error) {
	cur.Made = s.Now().UnixMicro()
	plain, err := json.Marshal(cur)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.page.NonceSize())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(s.page.Seal(nonce, nonce, plain, sealedFor(who, where))), nil
}

// Unseal opens a page. Errors: 422 where it is another's, or of another list; 410 where
// it is too old.
func (s *Server) Unseal(text string, who *store.Account, where string) (Cursor, error) {
	var cur Cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < s.page.NonceSize() {
		return cur, refusal.Invalid("This page is not one of this list.")
	}
	plain, err := s.page.Open(nil, b[:s.page.NonceSize()], b[s.page.NonceSize():], sealedFor(who, where))
	if err != nil || json.Unmarshal(plain, &cur) != nil {
		return cur, refusal.Invalid("This page is not one of this list.")
	}
	if age := s.Now().Sub(store.Time(cur.Made)); age < 0 || age > pageLife {
		return cur, refusal.New(http.StatusGone, "page-expired", "This page was to be asked for sooner: begin the list again.")
	}
	return cur, nil
}

func pageCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func sealedFor(who *store.Account, where string) []byte {
	return []byte(strings.Join([]string{who.HCP, who.Staff, string(who.Role), who.Client, where}, "\x00"))
}
