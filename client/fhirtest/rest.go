package fhirtest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// most is how much of a request's body is read.
const most = 32 << 20

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return
	}
	s.mu.Lock()
	s.asked++
	n, before, admits := s.asked, s.before, s.admits
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/fhir"), "/")
	line := r.Method + " " + path
	query := r.URL.Query()
	if strings.HasSuffix(path, "/_search") {
		form, _ := url.ParseQuery(string(body))
		for k, v := range form {
			query[k] = append(query[k], v...)
		}
	}
	if len(query) > 0 {
		line += "?" + query.Encode()
	}
	s.log = append(s.log, line)
	s.mu.Unlock()
	if before != nil {
		before(n, r)
	}
	let := admits == nil || admits(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/fhir+json; charset=utf-8")
	w.Header().Set("Date", s.now.UTC().Format(http.TimeFormat))
	if s.quirks.is(NoDate) {
		w.Header()["Date"] = nil
	}
	switch public, ok := s.public[path]; {
	case ok:
		_, _ = io.WriteString(w, public)
	case !let:
		refuse(w, http.StatusUnauthorized, "login")
	default:
		s.route(w, r, path, query, body)
	}
}

// route finds what is asked for. The caller holds s.mu.
func (s *Server) route(w http.ResponseWriter, r *http.Request, path string, query url.Values, body []byte) {
	part := strings.Split(path, "/")
	switch {
	case path == "metadata":
		s.statement(w)
	case path == "" && r.Method == http.MethodPost:
		s.batch(w, r, body)
	case path == "" && query.Get("page") != "":
		s.next(w, query)
	case !r4.ValidType(part[0]) || s.quirks.Types != nil && !slices.Contains(s.quirks.Types, part[0]):
		s.unknown(w)
	case len(part) == 1 && r.Method == http.MethodPost:
		s.create(w, r, part[0], body)
	case len(part) == 1 && r.Method == http.MethodGet && s.quirks.is(PostOnly):
		refuse(w, http.StatusNotFound, "not-supported")
	case len(part) == 1 && r.Method == http.MethodGet, len(part) == 2 && part[1] == "_search" && r.Method == http.MethodPost:
		s.search(w, part[0], query)
	case len(part) == 2 && part[1] == "_history":
		s.history(w, part[0], query)
	case len(part) == 3 && part[0] == "Patient" && part[2] == "$everything":
		s.everything(w, part[1], query)
	case len(part) >= 2 && strings.HasPrefix(part[len(part)-1], "$"):
		s.unknown(w)
	case len(part) == 2 && r.Method == http.MethodGet:
		s.read(w, ehrdesk.Ref{Resource: part[0], ID: part[1]})
	case len(part) == 4 && part[2] == "_history" && r.Method == http.MethodGet:
		giveVersion(w, s, ehrdesk.Ref{Resource: part[0], ID: part[1]}, part[3])
	case len(part) == 2 && r.Method == http.MethodPut:
		s.update(w, r, ehrdesk.Ref{Resource: part[0], ID: part[1]}, body)
	default:
		refuse(w, http.StatusNotFound, "not-found")
	}
}

// unknown answers what is neither a type nor an operation.
func (s *Server) unknown(w http.ResponseWriter) {
	if s.quirks.is(TypesUnknown) {
		write(w, http.StatusOK, map[string]any{"resourceType": "Bundle", "type": "searchset"})
		return
	}
	refuse(w, http.StatusNotFound, "not-supported")
}

func (s *Server) read(w http.ResponseWriter, ref ehrdesk.Ref) {
	kept := s.stored[ref]
	switch {
	case kept == nil, kept.last().deleted && s.quirks.is(Deleted404):
		if s.quirks.is(Mute) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		refuse(w, http.StatusNotFound, "not-found")
	case s.quirks.is(UnchangedAll) || s.quirks.is(Unchanged) && ref.Resource != "Patient":
		w.Header().Set("ETag", `W/"`+kept.last().id+`"`)
		w.WriteHeader(http.StatusNotModified)
	case kept.last().deleted:
		refuse(w, http.StatusGone, "deleted")
	default:
		s.give(w, http.StatusOK, kept.last())
	}
}

// giveVersion gives one version of a record, whatever became of it since. The caller holds s.mu.
func giveVersion(w http.ResponseWriter, s *Server, ref ehrdesk.Ref, id string) {
	if kept := s.stored[ref]; kept != nil && !s.quirks.is(NoVersions) {
		for _, v := range kept.versions {
			if v.id == id && !v.deleted {
				s.give(w, http.StatusOK, v)
				return
			}
		}
	}
	refuse(w, http.StatusNotFound, "not-found")
}

func (s *Server) give(w http.ResponseWriter, status int, v version) {
	if !s.quirks.is(NoVersions) {
		w.Header().Set("ETag", `W/"`+v.id+`"`)
	}
	w.WriteHeader(status)
	_, _ = w.Write(v.body)
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, ref ehrdesk.Ref, body []byte) {
	res, ok := s.take(w, ref.Resource, body)
	if !ok {
		return
	}
	kept := s.stored[ref]
	there := kept != nil && !kept.last().deleted
	switch {
	case res.Ref() != ref:
		refuse(w, http.StatusBadRequest, "invalid")
	case kept == nil && s.quirks.is(NoUpdateCreate):
		refuse(w, http.StatusMethodNotAllowed, "not-supported")
	case there && r.Header.Get("If-None-Match") == "*" && !s.quirks.is(IgnoreIfNone):
		refuse(w, http.StatusPreconditionFailed, "conflict")
	case r.Header.Get("If-Match") != "" && !s.quirks.is(IgnoreIfMatch) && (!there || r.Header.Get("If-Match") != `W/"`+kept.last().id+`"`):
		refuse(w, http.StatusPreconditionFailed, "conflict")
	default:
		s.store(w, res, there)
	}
}

func (s *Server) create(w http.ResponseWriter, r *http.Request, resource string, body []byte) {
	o, err := r4.Parse(body)
	if err != nil {
		refuse(w, http.StatusBadRequest, "structure")
		return
	}
	id := o.Text("id")
	if id == "" || !s.quirks.is(KeepsPostedID) {
		id = uuid.NewString()
	}
	res, ok := s.take(w, resource, with(o, "id", []byte(`"`+id+`"`)))
	if !ok {
		return
	}
	if cond := r.Header.Get("If-None-Exist"); cond != "" && !s.quirks.is(IgnoreIfNone) {
		q, err := url.ParseQuery(cond)
		if err != nil {
			refuse(w, http.StatusBadRequest, "invalid")
			return
		}
		switch found, _ := s.find(resource, q); len(found) {
		case 0:
		case 1:
			s.give(w, http.StatusOK, s.stored[found[0]].last())
			return
		default:
			refuse(w, http.StatusPreconditionFailed, "multiple-matches")
			return
		}
	}
	w.Header().Set("Location", s.URL+"/"+resource+"/"+id)
	s.store(w, res, false)
}

// take reads the body of a write; ok is false where it was answered already.
func (s *Server) take(w http.ResponseWriter, resource string, body []byte) (r4.Resource, bool) {
	if status := s.quirks.Refused[resource]; status != 0 {
		refuse(w, status, "not-supported")
		return r4.Resource{}, false
	}
	res, err := r4.Read(body)
	if err != nil || res.Type != resource {
		refuse(w, http.StatusBadRequest, "structure")
		return res, false
	}
	if s.quirks.is(Integrity) {
		for _, m := range literal.FindAllSubmatch(body, -1) {
			if kept := s.stored[r4.Target(string(m[1]))]; kept == nil || kept.last().deleted {
				refuse(w, http.StatusConflict, "not-found")
				return res, false
			}
		}
	}
	return res, true
}

var literal = regexp.MustCompile(`"reference":"([A-Z][A-Za-z]+/[^"]+)"`)

func (s *Server) store(w http.ResponseWriter, res r4.Resource, there bool) {
	status := http.StatusCreated
	if there {
		status = http.StatusOK
	}
	if s.quirks.is(StoresNothing) {
		w.WriteHeader(status)
		_, _ = w.Write(res.Bytes)
		return
	}
	s.give(w, status, s.write(res))
}

// stamped is a resource with the meta of a version.
func (s *Server) stamped(r r4.Resource, v version) []byte {
	meta := r4.ObjectOf(r.Raw("meta"))
	if !s.quirks.is(NoVersions) {
		meta = r4.ObjectOf(with(meta, "versionId", []byte(`"`+v.id+`"`)))
	}
	stamp := v.at.UTC().Format("2006-01-02T15:04:05.000Z")
	if s.quirks.is(WholeSeconds) {
		stamp = v.at.UTC().Format(time.RFC3339)
	}
	body := with(r.Object, "meta", with(meta, "lastUpdated", []byte(`"`+stamp+`"`)))
	if s.quirks.is(Decimals) {
		body = trailing.ReplaceAll(body, []byte("$1"))
	}
	return body
}

var trailing = regexp.MustCompile(`(:-?\d+\.\d*[1-9])0+\b`)

// with is an object with one member set, the others as they stand.
func with(o r4.Object, name string, value []byte) []byte {
	var out []byte
	set := false
	for _, m := range o {
		v := []byte(m.Value)
		if string(m.Name) == name {
			v, set = value, true
		}
		out = fmt.Appendf(out, ",%q:%s", m.Name, v)
	}
	if !set {
		out = fmt.Appendf(out, ",%q:%s", name, value)
	}
	out[0] = '{'
	return append(out, '}')
}

func refuse(w http.ResponseWriter, status int, code string) {
	write(w, status, map[string]any{"resourceType": "OperationOutcome", "issue": []any{map[string]any{"severity": "error", "code": code}}})
}

func write(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
