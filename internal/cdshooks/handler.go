package cdshooks

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// MostBody is the most that is read of a call, in bytes.
const MostBody = 1 << 20

// mostWaiting is how many calls are in memory at once: the one that is carried out and those that wait.
const mostWaiting = 8

// Options are how calls are taken.
type Options struct {
	Desk       Desk
	Token      ehrdesk.Secret // that a caller shows
	Origins    []string       // of pages that may call, "https://emr.example"; none for programs alone
	User       string         // whose calls are taken, as the caller names them ("Practitioner/7"); "" for anybody's
	IDIsNumber bool           // the caller's ids of patients are HKIC or eHR numbers
	Wait       time.Duration  // how long a call may take, waiting included
	Now        func() time.Time
	Told       func(Told) // hears of every call to a service that showed the token; nil for nobody
}

// Told is what may be written of a call: nothing of whom it was about.
type Told struct {
	Hook   Hook
	Status int
	Code   ehrdesk.Code
	Cards  int
	Took   time.Duration
}

type handler struct {
	Options
	digest [sha256.Size]byte // of the token
	room   chan struct{}     // a place for each call that is in memory
	turn   chan struct{}     // whose it is
}

// New serves the hooks.
func New(o Options) http.Handler {
	return &handler{o, sha256.Sum256([]byte(o.Token.Reveal())), make(chan struct{}, mostWaiting), make(chan struct{}, 1)}
}

// errNoNumber is that nothing in a call says whose record is meant. Source: CDS Hooks 2.0, which has 412 for
// what a service needs and was not sent.
var errNoNumber = ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the call has no HKIC or eHR number: send the Patient as prefetch.patient with such an identifier")

var errBusy = ehrdesk.Errorf(op, ehrdesk.CodeTimeout, "other calls are being answered")

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	if !loopback(r.Host) { // a page whose name was made to lead here
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if !slices.Contains(h.Origins, origin) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		head.Set("Access-Control-Allow-Origin", origin)
		head.Set("Vary", "Origin")
		if r.Method == http.MethodOptions { // which a browser sends without the token
			head.Set("Access-Control-Allow-Methods", "GET, POST")
			head.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	if !h.shown(r) {
		head.Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	h.route(w, r)
}

// shown reports that a request has the token. Digests are compared: they are of one length whatever was shown.
func (h *handler) shown(r *http.Request) bool {
	all := r.Header.Values("Authorization")
	if len(all) != 1 {
		return false
	}
	kind, token, _ := strings.Cut(all[0], " ")
	digest := sha256.Sum256([]byte(token))
	return strings.EqualFold(kind, "Bearer") && subtle.ConstantTimeCompare(digest[:], h.digest[:]) == 1
}

func (h *handler) route(w http.ResponseWriter, r *http.Request) {
	rest, below := strings.CutPrefix(r.URL.Path, "/cds-services")
	id, inside := strings.CutPrefix(rest, "/")
	switch {
	case below && rest == "":
		if r.Method != http.MethodGet {
			notAllowed(w, http.MethodGet)
			return
		}
		write(w, http.StatusOK, struct {
			Services []service `json:"services"`
		}{services()})
	case inside && hookOf(id) != "":
		if r.Method != http.MethodPost {
			notAllowed(w, http.MethodPost)
			return
		}
		h.serve(w, r, hookOf(id))
	default:
		refuse(w, http.StatusNotFound, ehrdesk.CodeNotFound, "no such service")
	}
}

// serve answers a call and tells of it.
func (h *handler) serve(w http.ResponseWriter, r *http.Request, hook Hook) {
	begun := h.Now()
	ctx, cancel := context.WithTimeout(r.Context(), h.Wait)
	defer cancel()
	cards, err := h.call(ctx, w, r, hook)
	told := Told{Hook: hook, Status: http.StatusOK, Code: ehrdesk.CodeOf(err), Cards: len(cards)}
	if err == nil {
		write(w, told.Status, sent(cards))
	} else {
		told.Status = statusOf(err)
		if told.Status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "5")
		}
		refuse(w, told.Status, told.Code, ehrdesk.Message(err))
	}
	if told.Took = h.Now().Sub(begun); h.Told != nil {
		h.Told(told)
	}
}

// call reads a call, waits for its turn, and asks.
func (h *handler) call(ctx context.Context, w http.ResponseWriter, r *http.Request, hook Hook) ([]Card, error) {
	select {
	case h.room <- struct{}{}:
		defer func() { <-h.room }()
	default:
		return nil, errBusy
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, errKind
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MostBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, errLarge
		}
		return nil, invalid("the call was cut off")
	}
	c, err := reader{h.User, h.IDIsNumber}.read(raw, hook, h.Now())
	if err != nil {
		return nil, err
	}
	if hook == OrderSelect && !slices.ContainsFunc(c.Drafts, func(d Draft) bool { return d.Selected }) {
		return nil, nil // no drug: there is no reason to open a record
	}
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return nil, errBusy
	}
	return h.Desk.Ask(ctx, c)
}

var (
	errKind  = ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a call is application/json")
	errLarge = ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a call has 1 MiB at most")
)

// statusOf is the status by which an error is told.
func statusOf(err error) int {
	switch {
	case errors.Is(err, errNoNumber):
		return http.StatusPreconditionFailed
	case errors.Is(err, errKind):
		return http.StatusUnsupportedMediaType
	case errors.Is(err, errLarge):
		return http.StatusRequestEntityTooLarge
	}
	var often *ehrdesk.TooOften
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeInvalid:
		return http.StatusBadRequest
	case ehrdesk.CodeNotFound:
		return http.StatusNotFound
	case ehrdesk.CodeDenied, ehrdesk.CodeConsentNeeded, ehrdesk.CodeLocked, ehrdesk.CodeNotSignedIn:
		return http.StatusForbidden
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeConflict:
		return http.StatusServiceUnavailable
	}
	if errors.As(err, &often) || errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// loopback reports a Host that names this machine to itself.
func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func notAllowed(w http.ResponseWriter, method string) {
	w.Header().Set("Allow", method)
	refuse(w, http.StatusMethodNotAllowed, ehrdesk.CodeInvalid, "another method is needed")
}

// refuse tells an error by fixed words.
func refuse(w http.ResponseWriter, status int, code ehrdesk.Code, words string) {
	type fault struct {
		Code    ehrdesk.Code `json:"code"`
		Message string       `json:"message"`
	}
	write(w, status, struct {
		Error fault `json:"error"`
	}{fault{code, words}})
}

func write(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v, jsontext.EscapeForHTML(true))
	if err != nil { // words that are no UTF-8: CleanLine leaves none
		status, b = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // a caller that is gone needs no answer
}
