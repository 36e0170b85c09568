package fhirtest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// filters are the search parameters by which rows are chosen; each is given one value.
var filters = map[string]func(s *Server, r r4.Resource, v version, value string) bool{
	"_id": func(_ *Server, r r4.Resource, _ version, value string) bool {
		return slices.Contains(strings.Split(value, ","), r.ID)
	},
	"identifier": func(_ *Server, r r4.Resource, _ version, value string) bool {
		return slices.ContainsFunc(strings.Split(value, ","), func(value string) bool {
			system, id, _ := strings.Cut(value, "|")
			return slices.Contains(r.Identifiers(), r4.Identifier{System: system, Value: id})
		})
	},
	"_tag": func(_ *Server, r r4.Resource, _ version, value string) bool {
		found := false
		r4.Each(r4.ObjectOf(r.Raw("meta")).Raw("tag"), func(t r4.Value) {
			found = found || r4.TextAt(t, "system")+"|"+r4.TextAt(t, "code") == value
		})
		return found
	},
	"patient": func(s *Server, r r4.Resource, _ version, value string) bool {
		return s.quirks.is(IgnorePatient) || of(r, value)
	},
	"subject": func(s *Server, r r4.Resource, _ version, value string) bool {
		return s.quirks.is(IgnorePatient) || of(r, value)
	},
	"_lastUpdated": func(_ *Server, _ r4.Resource, v version, value string) bool { return within(v.at, value) },
}

// forms are those that say how a list is to look.
var forms = []string{"_count", "_elements", "_summary", "_total", "_sort", "_format"}

func of(r r4.Resource, patient string) bool {
	claims, _ := r.Claims()
	return slices.ContainsFunc(claims, func(c r4.Claim) bool {
		return r4.Target(c.Literal) == ehrdesk.Ref{Resource: "Patient", ID: strings.TrimPrefix(patient, "Patient/")}
	})
}

func within(at time.Time, value string) bool {
	prefix := value[:min(2, len(value))]
	w, err := ehrdesk.ParseWhen(strings.TrimPrefix(value, prefix))
	if err != nil {
		return false
	}
	switch prefix {
	case "ge":
		return !at.Before(w.Time)
	case "gt":
		return at.After(w.Time)
	case "lt":
		return at.Before(w.Time)
	case "le":
		return !at.After(w.Time)
	}
	return false
}

// known are the parameters of a search of a type that this server knows; all is false where one
// is not.
func (s *Server) known(resource string, q url.Values) (out url.Values, all bool) {
	out, all = url.Values{}, true
	apart := slices.Contains(s.quirks.Apart, resource)
	for name, values := range q {
		_, filter := filters[name]
		if (filter || slices.Contains(forms, name)) && !slices.Contains(s.quirks.Unsupported, name) && (name != "patient" && name != "subject" || !apart) {
			if out[name] = values; s.quirks.is(LastOfSame) {
				out[name] = values[len(values)-1:]
			}
		} else {
			all = false
		}
	}
	return out, all
}

// find is what a search chooses.
func (s *Server) find(resource string, q url.Values) ([]ehrdesk.Ref, error) {
	known, all := s.known(resource, q)
	switch {
	case !all && s.quirks.Unknown == UnknownRefused:
		return nil, http.ErrNotSupported
	case !all && s.quirks.Unknown == UnknownNothing:
		return nil, nil
	}
	return slices.DeleteFunc(s.rows(resource), func(ref ehrdesk.Ref) bool {
		v := s.stored[ref].last()
		r, err := r4.Read(v.body)
		for name, values := range known {
			for _, value := range values {
				if match := filters[name]; err != nil || match != nil && !match(s, r, v, value) {
					return true
				}
			}
		}
		return false
	}), nil
}

func (s *Server) search(w http.ResponseWriter, resource string, q url.Values) {
	if slices.Contains(s.quirks.Refuses, resource) {
		refuse(w, http.StatusForbidden, "forbidden")
		return
	}
	found, err := s.find(resource, q)
	if err != nil {
		refuse(w, http.StatusBadRequest, "not-supported")
		return
	}
	known, _ := s.known(resource, q)
	found = s.quirks.cut(resource, found)
	if known.Get("_summary") == "count" {
		b := map[string]any{"resourceType": "Bundle", "type": "searchset"}
		if !s.quirks.is(NoTotal) {
			b["total"] = len(found)
		}
		write(w, http.StatusOK, b)
		return
	}
	known.Set("type", resource)
	s.list(w, found, 0, known)
}

// size is how many rows a page has.
func (q *Quirks) size(form url.Values) int {
	size := cmp.Or(q.MaxPage, 1000)
	if n, err := strconv.Atoi(form.Get("_count")); err == nil && n > 0 && !q.is(IgnoreCount) {
		size = min(size, n)
	}
	return size
}

// cut are the rows of a list that come where something is said of it.
func (q *Quirks) cut(of string, found []ehrdesk.Ref) []ehrdesk.Ref {
	if q.Says[of] == "" {
		return found
	}
	return found[:len(found)/2]
}

// said is what is said of a list among its rows. FHIR asks for no id of it.
func (q *Quirks) said(of string) []any {
	severity, code, ok := strings.Cut(q.Says[of], " ")
	if !ok {
		return nil
	}
	return []any{map[string]any{"search": map[string]any{"mode": "outcome"},
		"resource": map[string]any{"resourceType": "OperationOutcome", "issue": []any{map[string]any{"severity": severity, "code": code}}}}}
}

// list gives the rows from one on.
func (s *Server) list(w http.ResponseWriter, found []ehrdesk.Ref, from int, q url.Values) {
	rows := found[min(from, len(found)):]
	size := s.quirks.size(q)
	b := map[string]any{"resourceType": "Bundle", "type": "searchset", "timestamp": s.now.UTC().Format(time.RFC3339Nano)}
	if len(rows) > size {
		link := url.Values{"page": {uuid.NewString()}}
		switch s.quirks.Paging {
		case PagingLinks:
			s.pages[link.Get("page")] = slices.Clone(rows[size:])
			maps.Copy(link, url.Values{"total": {strconv.Itoa(len(found))}, "_count": q["_count"], "_elements": q["_elements"]})
		case PagingOffset:
			link = maps.Clone(q)
			link.Set("page", "offset")
			link.Set("offset", strconv.Itoa(from+size))
		case PagingNone:
			link = nil
		}
		if s.quirks.is(LoopingLinks) {
			link = url.Values{"page": {"loop"}}
			s.pages["loop"] = found
		}
		if link != nil {
			b["link"] = []any{map[string]any{"relation": "next", "url": s.URL + "?" + link.Encode()}}
		}
		rows = rows[:size]
	}
	switch {
	case s.quirks.is(NoTotal):
	case s.quirks.is(PageTotal):
		b["total"] = len(rows)
	default:
		b["total"] = len(found)
		if n, err := strconv.Atoi(q.Get("total")); err == nil {
			b["total"] = n
		}
	}
	var entries []any
	if from == 0 {
		entries = s.quirks.said(q.Get("type"))
	}
	for _, ref := range rows {
		if kept := s.stored[ref]; kept.last().body != nil {
			entries = append(entries, map[string]any{"fullUrl": s.URL + "/" + ref.String(), "resource": s.shown(kept.last(), q), "search": map[string]any{"mode": "match"}})
		}
	}
	if entries != nil {
		b["entry"] = entries
	}
	write(w, http.StatusOK, b)
}

// shown is a resource as a list has it.
func (s *Server) shown(v version, q url.Values) jsontext.Value {
	if q.Get("_elements") == "" {
		return v.body
	}
	o, err := r4.Parse(v.body)
	if err != nil {
		panic(err)
	}
	var few r4.Object
	for _, m := range o {
		if n := string(m.Name); n == "resourceType" || n == "id" || n == "meta" && !s.quirks.is(BareElements) {
			few = append(few, m)
		}
	}
	return with(few, "resourceType", o.Raw("resourceType"))
}

// next follows a link.
func (s *Server) next(w http.ResponseWriter, q url.Values) {
	page := q.Get("page")
	s.uses["all"]++
	if n := s.quirks.ExpireLinks; n > 0 && s.uses["all"]%n == 0 {
		refuse(w, http.StatusGone, "expired")
		return
	}
	if page == "offset" {
		from, _ := strconv.Atoi(q.Get("offset"))
		search := maps.Clone(q)
		for _, own := range []string{"page", "offset", "type"} {
			delete(search, own)
		}
		found, _ := s.find(q.Get("type"), search)
		if q.Get("type") == "$everything" {
			found = s.compartment(q.Get("of"))
		}
		s.list(w, found, from, q)
		return
	}
	rows, ok := s.pages[page]
	if !ok {
		refuse(w, http.StatusNotFound, "not-found")
		return
	}
	s.list(w, rows, 0, q)
}

// compartment is what $everything has.
func (s *Server) compartment(patient string) []ehrdesk.Ref {
	types := map[string]bool{}
	for ref := range s.stored {
		types[ref.Resource] = true
	}
	linked := map[ehrdesk.Ref]bool{}
	var out []ehrdesk.Ref
	for _, t := range slices.Sorted(maps.Keys(types)) {
		for _, ref := range s.rows(t) {
			body := s.stored[ref].last().body
			r, err := r4.Read(body)
			if err != nil || !of(r, patient) && ref != (ehrdesk.Ref{Resource: "Patient", ID: patient}) {
				continue
			}
			out = append(out, ref)
			for _, m := range literal.FindAllSubmatch(body, -1) {
				linked[r4.Target(string(m[1]))] = true
			}
		}
	}
	if s.quirks.is(EverythingUnlinked) {
		return out
	}
	for _, t := range []string{"Location", "Medication", "Organization", "Practitioner"} {
		for _, ref := range s.rows(t) {
			if linked[ref] {
				out = append(out, ref)
			}
		}
	}
	return out
}

func (s *Server) everything(w http.ResponseWriter, patient string, q url.Values) {
	kept := s.stored[ehrdesk.Ref{Resource: "Patient", ID: patient}]
	switch s.quirks.Everything {
	case EverythingMissing:
		refuse(w, http.StatusNotFound, "not-supported")
		return
	case EverythingEmpty:
		write(w, http.StatusOK, map[string]any{"resourceType": "Bundle", "type": "searchset"})
		return
	case EverythingPatient, EverythingWhole:
	}
	if kept == nil || kept.last().deleted {
		refuse(w, http.StatusNotFound, "not-found")
		return
	}
	found := s.compartment(patient)
	if s.quirks.Everything == EverythingPatient {
		found = []ehrdesk.Ref{{Resource: "Patient", ID: patient}}
	}
	if since := q.Get("_since"); since != "" && !s.quirks.is(EverythingSince) {
		found = slices.DeleteFunc(found, func(ref ehrdesk.Ref) bool { return !within(s.stored[ref].last().at, "ge"+since) })
	}
	if s.quirks.is(EverythingUncapped) {
		q.Del("_count")
	}
	found = s.quirks.cut("$everything", found)
	q.Set("type", "$everything")
	q.Set("of", patient)
	s.list(w, found, 0, q)
}

func (s *Server) history(w http.ResponseWriter, resource string, q url.Values) {
	if s.quirks.is(NoHistory) {
		refuse(w, http.StatusNotFound, "not-supported")
		return
	}
	entries := []any{}
	for _, ref := range s.rows(resource) {
		for _, v := range s.stored[ref].versions {
			if since := q.Get("_since"); v.body != nil && (since == "" || within(v.at, "ge"+since)) {
				entries = append(entries, map[string]any{"resource": jsontext.Value(v.body), "request": map[string]any{"method": "PUT", "url": ref.String()}})
			}
		}
	}
	write(w, http.StatusOK, map[string]any{"resourceType": "Bundle", "type": "history", "entry": entries[:min(len(entries), s.quirks.size(q))]})
}

// statement is the CapabilityStatement.
func (s *Server) statement(w http.ResponseWriter) {
	rest := map[string]any{"mode": "server"}
	if !s.quirks.is(Bare) {
		var params []any
		for _, name := range append(slices.Sorted(maps.Keys(filters)), forms...) {
			if !slices.Contains(s.quirks.Unsupported, name) {
				params = append(params, map[string]any{"name": name, "type": "string"})
			}
		}
		types := s.quirks.Types
		if types == nil {
			types = r4.PatientTypes()
			types = append(types, "Patient", "Organization", "Practitioner", "Location", "Medication", "Provenance", "AuditEvent")
		}
		var list []any
		for _, t := range types {
			ops := []any{}
			if t == "Patient" && s.quirks.Everything == EverythingWhole {
				ops = append(ops, map[string]any{"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"})
			}
			var interactions []any
			for _, code := range []string{"read", "search-type", "create", "update", "history-type"} {
				if code == "history-type" && s.quirks.is(NoHistory) || (code == "create" || code == "update") && s.quirks.Refused[t] != 0 {
					continue
				}
				interactions = append(interactions, map[string]any{"code": code})
			}
			params := params
			if slices.Contains(s.quirks.Apart, t) {
				params = []any{map[string]any{"name": "_id", "type": "token"}}
			}
			list = append(list, map[string]any{"type": t, "interaction": interactions, "updateCreate": !s.quirks.is(NoUpdateCreate), "conditionalCreate": !s.quirks.is(IgnoreIfNone),
				"versioning": "versioned", "searchParam": params, "operation": ops})
		}
		rest["resource"] = list
	}
	b, err := json.Marshal(map[string]any{"resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1", "date": s.now.Format(time.RFC3339),
		"software": map[string]any{"name": "fhirtest", "version": "1"}, "format": []any{"json"}, "rest": []any{rest}}, json.Deterministic(true))
	if err != nil {
		panic(fmt.Sprint("fhirtest: ", err))
	}
	_, _ = w.Write(b)
}
