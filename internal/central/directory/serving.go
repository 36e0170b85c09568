package directory

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Directory is the directory of a store, for desks.
type Directory struct {
	rest  *rest.Server
	store store.Store
	signs Signer
}

// New is the directory of a store; signs signs what it says of its log of keys.
func New(rest *rest.Server, store store.Store, signs Signer) *Directory {
	return &Directory{rest, store, signs}
}

// Params are what a type is searched by, beside _count and page; nil for a type that the directory does not have.
func Params(kind string) []string {
	switch kind {
	case organizations, people:
		return []string{"_id", "name", "identifier", "active"}
	case roles:
		return []string{"_id", "name", "identifier", "active", "organization", "practitioner"}
	case services:
		return []string{"_id", "name", "identifier", "active", "organization", "specialty"}
	}
	return nil
}

// Kinds are the types that the directory has.
func Kinds() []string { return []string{organizations, people, roles, services} }

// Searches are those of records.
type Searches func(w http.ResponseWriter, r *http.Request, who *store.Account, kind string, form url.Values) error

// Routes are the searches; a single resource is read where records are (Before). A search by what the directory does not have, as by
// a patient, or for resources of other ids, is one of records.
func (d *Directory) Routes(records Searches) map[string]rest.Handler {
	out := map[string]rest.Handler{"GET /fhir/$key-log": d.keys, "POST /fhir/$on-call": d.call}
	for _, kind := range Kinds() {
		out["GET /fhir/"+kind] = func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
			form := r.URL.Query()
			if form.Get("page") == "" {
				theirs, err := d.ofRecords(r, kind, form)
				if err != nil {
					return err
				}
				if theirs {
					return records(w, r, who, kind, form)
				}
			}
			return d.search(w, r, who, kind)
		}
	}
	return out
}

// ofRecords reports a search that is one of records.
func (d *Directory) ofRecords(r *http.Request, kind string, form url.Values) (bool, error) {
	for name := range form {
		switch name {
		case "patient", "subject", "_lastUpdated", "code", "category":
			return true, nil
		}
	}
	if !form.Has("_id") {
		return false, nil
	}
	found := false
	err := d.store.Read(r.Context(), func(tx *store.Tx) error {
		ids := strings.Split(form.Get("_id"), ",")
		found = slices.ContainsFunc(of(tx, kind), func(e entry) bool { return slices.Contains(ids, e.id) })
		return nil
	})
	return !found, err
}

// Before answers a read of what the directory has, and has records answer every other: those of patients refer to
// organizations and people of their own.
func (d *Directory) Before(records rest.Handler) rest.Handler {
	return func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
		kind, id := r.PathValue("type"), r.PathValue("id")
		if Params(kind) == nil {
			return records(w, r, who)
		}
		var found *entry
		err := d.store.Read(r.Context(), func(tx *store.Tx) error {
			found = nil
			all := of(tx, kind)
			if i := slices.IndexFunc(all, func(e entry) bool { return e.id == id }); i >= 0 {
				found = &all[i]
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case found == nil:
			return records(w, r, who)
		}
		d.rest.FHIR(w, r, http.StatusOK, found.body)
		return nil
	}
}

// mostPage and usualPage are how many resources a page has.
const mostPage, usualPage = 500, 100

// search gives a page of one type. The whole list that is asked for has one ETag: whoever has it is told so.
func (d *Directory) search(w http.ResponseWriter, r *http.Request, who *store.Account, kind string) error {
	where := "directory " + kind
	form := r.URL.Query()
	cur := rest.Cursor{}
	if page := form.Get("page"); page != "" {
		var err error
		if cur, err = d.rest.Unseal(page, who, where); err != nil {
			return err
		}
		if form, err = url.ParseQuery(cur.Search); err != nil {
			return err
		}
	} else {
		n, err := rest.Count(form.Get("_count"), usualPage, mostPage)
		if err != nil {
			return err
		}
		form.Del("_count")
		cur = rest.Cursor{At: d.rest.Now().UnixMicro(), Count: n, Search: form.Encode()}
	}
	want, err := wanted(kind, form)
	if err != nil {
		return err
	}
	var all []entry
	if err := d.store.Read(r.Context(), func(tx *store.Tx) error { all = of(tx, kind); return nil }); err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(e entry) bool { return !want(&e) })
	tag, err := tagOf(all)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", tag)
	if cur.Last == "" && r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	total := len(all)
	from, _ := slices.BinarySearchFunc(all, cur.Last+"\x00", func(e entry, last string) int { return strings.Compare(e.id, last) }) // the first after the last that was given
	if cur.Last == "" {
		from = 0
	}
	all = all[from:]
	out := rest.Obj{"resourceType": "Bundle", "type": "searchset", "timestamp": rest.Instant(cur.At), "total": total}
	if len(all) > cur.Count {
		all = all[:cur.Count]
		cur.Last = all[len(all)-1].id
		page, err := d.rest.Seal(cur, who, where)
		if err != nil {
			return err
		}
		out["link"] = rest.List{rest.Obj{"relation": "next", "url": d.rest.Base(r) + "/" + kind + "?page=" + page}}
	}
	entries := rest.List{}
	for _, e := range all {
		entries = append(entries, rest.Obj{"fullUrl": d.rest.Base(r) + "/" + kind + "/" + e.id, "resource": e.body, "search": rest.Obj{"mode": "match"}})
	}
	if len(entries) > 0 {
		out["entry"] = entries
	}
	d.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

// tagOf is the ETag of a list.
func tagOf(all []entry) (string, error) {
	sum := sha256.New()
	for _, e := range all {
		b, err := jsonv2.Marshal(e.body, jsonv2.Deterministic(true))
		if err != nil {
			return "", err
		}
		sum.Write(b)
	}
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:18]) + `"`, nil
}

// wanted is what a search asks for. Of a parameter that is given twice both count; of values with a comma one does. Errors: 422.
func wanted(kind string, form url.Values) (func(*entry) bool, error) {
	for name := range form {
		if name != "page" && !slices.Contains(Params(kind), name) {
			return nil, refusal.Invalid("The directory is not searched by this.")
		}
	}
	return func(e *entry) bool {
		for name, values := range form {
			for _, v := range values {
				if !slices.ContainsFunc(strings.Split(v, ","), func(v string) bool { return e.is(name, v) }) {
					return false
				}
			}
		}
		return true
	}, nil
}

// is whether an entry has a value of a parameter. A name is found by the beginning of any of its words, and Chinese by any part.
func (e *entry) is(name, value string) bool {
	switch name {
	case "_id":
		return e.id == value
	case "identifier":
		if !strings.Contains(value, "|") {
			_, had, _ := strings.Cut(e.identifier, "|")
			return had == value
		}
		return e.identifier == value
	case "active":
		return value == "true" && e.active || value == "false" && !e.active
	case "organization":
		return e.organization == strings.TrimPrefix(value, organizations+"/")
	case "practitioner":
		return e.practitioner == strings.TrimPrefix(value, people+"/")
	case "specialty":
		_, code, coded := strings.Cut(value, "|")
		if !coded {
			code = value
		}
		return slices.Contains(e.specialties, code)
	case "name":
		return slices.ContainsFunc(e.names, func(had string) bool { return begins(had, value) })
	}
	return false
}

// begins reports whether a word of a name begins so, or any part of one in Chinese.
func begins(name, part string) bool {
	name, part = strings.ToLower(name), strings.ToLower(strings.TrimSpace(part))
	for at := 0; part != ""; {
		i := strings.Index(name[at:], part)
		if i < 0 {
			return false
		}
		if at += i; at == 0 || name[at-1] == ' ' || name[at-1] == '(' || name[at-1] == '-' || name[at] >= 0x80 {
			return true
		}
		at++
	}
	return false
}
