package central

import (
	"errors"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
	"github.com/klauspost/compress/gzip"
)

// maxBody bounds a request. A whole patient of 8 MiB comes in one go.
const maxBody = 64 << 20

type server struct {
	c      *Centre
	ending <-chan struct{} // closed when streams are to end; nil for one that only its clients end
}

// Handler serves the FHIR base at /fhir.
func (c *Centre) Handler() http.Handler { return c.handler(nil) }

func (c *Centre) handler(ending <-chan struct{}) http.Handler {
	s := &server{c, ending}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /fhir/metadata", s.metadata)
	for _, op := range operations {
		mux.HandleFunc("GET /fhir/OperationDefinition/"+op.name, func(w http.ResponseWriter, r *http.Request) {
			s.fhir(w, r, http.StatusOK, op.definition())
		})
	}
	mux.HandleFunc("GET /fhir/.well-known/smart-configuration", s.smartConfiguration)
	mux.HandleFunc("GET /fhir/.well-known/jwks.json", s.jwks)
	mux.HandleFunc("POST /fhir/enrol", s.enrol)
	mux.HandleFunc("POST /fhir/token", s.token)
	for pattern, h := range s.routes() {
		mux.HandleFunc(pattern, s.signedIn(h))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, refuse(http.StatusNotFound, "", "There is no such route."))
	})
	return s.outer(mux)
}

// routes are those that need a token. The tests walk them all.
func (s *server) routes() map[string]handler {
	return map[string]handler{
		"GET /fhir/$consent-offer":                    s.offer,
		"GET /fhir/$events":                           s.events,
		"GET /fhir/$expiring-consents":                s.expiring,
		"POST /fhir/$card-nonce":                      s.cardNonce,
		"POST /fhir/$audit-checkpoint":                s.auditCheckpoint,
		"GET /fhir/$staff":                            s.staffList,
		"POST /fhir/Patient/_search":                  s.patientSearch,
		"POST /fhir/Patient/$grant-sharing-consent":   s.grant,
		"POST /fhir/Patient/$registration":            s.registration,
		"POST /fhir/Patient/$verify-identity":         s.verify,
		"POST /fhir/Patient/$revoke-sharing-consent":  s.revoke,
		"POST /fhir/Patient/{id}/$open":               s.open,
		"POST /fhir/Patient/{id}/$send-one-time-code": s.sendCode,
		"POST /fhir/Patient/{id}/$release-restricted": s.release,
		"POST /fhir/Patient/{id}/$end-release":        s.endRelease,
		"GET /fhir/Patient/{id}/$restricted":          s.restricted,
		"GET /fhir/Patient/{id}/$everything":          s.everything,
		"GET /fhir/Patient/{id}/$tombstones":          s.tombstones,
		"GET /fhir/{type}/{id}":                       s.readRecord,
		"GET /fhir/{type}/{id}/_history/{v}":          s.readVersion,
		"GET /fhir/{type}/{id}/_history":              s.instanceHistory,
		"GET /fhir/{type}/_history":                   s.typeHistory,
		"POST /fhir/{type}/_search":                   s.search,
		"GET /fhir/{type}/_search":                    s.searchPage,
		"POST /fhir/{type}":                           s.create,
		"PUT /fhir/{type}/{id}":                       s.update,
		"DELETE /fhir/{type}/{id}":                    s.delete,
		"PUT /fhir/AuditEvent/{id}":                   s.reportAccess,
		"POST /fhir":                                  s.transaction,
		"POST /fhir/{$}":                              s.transaction,
	}
}

// handler answers a signed-in request; what it returns becomes an OperationOutcome.
type handler func(w http.ResponseWriter, r *http.Request, who *token) error

func (s *server) signedIn(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := s.account(r.Context(), r)
		if err == nil {
			err = h(w, r, who)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

// outer sets the headers of every answer, turns a panic into a bare 500, and
// logs method, route pattern, status and time: never a path, a query, a header
// or a body, any of which could name a person.
func (s *server) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		h := w.Header()
		h.Set("Date", s.c.now().UTC().Format(http.TimeFormat)) // the clock that everything here goes by
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		rec := &recorder{ResponseWriter: w}
		defer func() {
			p := recover()
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				s.c.log.Warn("answer cut short", "method", r.Method, "route", r.Pattern)
				panic(p)
			}
			if p != nil { // the value may quote data; the stack holds addresses only
				s.c.log.Error("panic", "route", r.Pattern, "stack", string(debug.Stack()))
				if rec.status == 0 {
					s.fail(rec, r, errStore)
				}
			}
			s.c.log.Info("request", "method", r.Method, "route", r.Pattern, "status", rec.status, "took", time.Since(began).Round(time.Microsecond))
		}()
		next.ServeHTTP(rec, r)
	})
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// base is the FHIR base as clients see it. It is a setting, or the listener's
// own address; a Host header decides only on the loopback interface, since the
// audience of every assertion is checked against it.
func (s *server) base(r *http.Request) string {
	if b := s.c.base.Load(); b != nil {
		return *b
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

func (s *server) body(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, refuse(http.StatusRequestEntityTooLarge, "", "The request is too large.")
	case err != nil:
		return nil, malformed("The request ended too early.")
	}
	return b, nil
}

func (s *server) fhir(w http.ResponseWriter, r *http.Request, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.send(w, r, status, b)
}

// send answers with FHIR JSON, compressed where the client takes it and it pays.
func (s *server) send(w http.ResponseWriter, r *http.Request, status int, b []byte) {
	w.Header().Set("Content-Type", "application/fhir+json; charset=utf-8")
	if len(b) < 4<<10 {
		w.WriteHeader(status)
		_, _ = w.Write(b) // the client is gone: there is nobody to tell
		return
	}
	out, done := compressed(w, r)
	w.WriteHeader(status)
	_, _ = out.Write(b)
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

func (s *server) json(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// oauth answers as RFC 6749, section 5.2.
func (s *server) oauth(w http.ResponseWriter, status int, word string) {
	s.json(w, status, map[string]string{"error": word})
}

// fail answers with an OperationOutcome. An error that is no refusal gives no
// word of its cause.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var f *apiError
	if !errors.As(err, &f) {
		f = refuse(http.StatusInternalServerError, "", "The centre could not answer.")
		if ehrdesk.CodeOf(err) == ehrdesk.CodeTimeout {
			f = refuse(http.StatusServiceUnavailable, "", "The centre is busy.")
		}
		s.c.log.Error("failed", "method", r.Method, "route", r.Pattern, "code", string(ehrdesk.CodeOf(err)))
	}
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Del("ETag")
	s.fhir(w, r, f.status, outcomeOf(f))
}
