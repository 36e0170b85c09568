package records

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"
)

// asked is a search as the centre understood it.
type asked struct {
	patients []string
	ids      []string
	updated  []store.Bound
	tokens   map[string][]string // identifier, category, code: any of the values
	newest   bool
	count    int
	unknown  []string
}

func (s *Records) search(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	form, err := rest.Form(w, r)
	if err != nil {
		return err
	}
	return s.Search(w, r, who, r.PathValue("type"), form)
}

// searchByGet is a search whose form stands in the address: it may name a patient by the logical id, and nobody by a number.
func (s *Records) searchByGet(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	if r.PathValue("type") == "Patient" {
		return refusal.Invalid("A patient is looked up by POST: no number stands in an address.")
	}
	return s.Search(w, r, who, r.PathValue("type"), r.URL.Query())
}

// searchPage is a later page of a search; its form is sealed in the cursor.
func (s *Records) searchPage(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	kind := r.PathValue("type")
	cur, err := s.rest.Unseal(r.URL.Query().Get("page"), who, "search/"+kind)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(cur.Search)
	if err != nil {
		return refusal.Invalid("This page is not one of this list.")
	}
	return s.answerSearch(w, r, who, kind, form, cur)
}

// Search answers a search among records of a type.
func (s *Records) Search(w http.ResponseWriter, r *http.Request, who *store.Account, kind string, form url.Values) error {
	return s.answerSearch(w, r, who, kind, form, rest.Cursor{Search: form.Encode()})
}

func parseSearch(form url.Values, strict bool) (asked, error) {
	a := asked{tokens: map[string][]string{}}
	var err error
	for name, values := range form {
		for _, v := range values {
			switch name {
			case "patient", "subject":
				id := strings.TrimPrefix(v, "Patient/")
				if !fhir.ValidID(id) {
					return a, refusal.Invalid("A patient is searched for as Patient/id.")
				}
				a.patients = append(a.patients, id)
			case "_id":
				a.ids = append(a.ids, strings.Split(v, ",")...)
			case "_lastUpdated":
				b, err := parseBound(v)
				if err != nil {
					return a, err
				}
				a.updated = append(a.updated, b...)
			case "_count":
				if a.count, err = rest.Count(v, 100, 1000); err != nil {
					return a, err
				}
			case "_sort":
				switch v {
				case "_lastUpdated":
				case "-_lastUpdated":
					a.newest = true
				default:
					a.unknown = append(a.unknown, "_sort")
				}
			case "identifier", "category", "code":
				if len(a.tokens[name]) > 0 {
					return a, refusal.Invalid("A parameter is given once; several values are separated by commas.")
				}
				a.tokens[name] = strings.Split(v, ",")
			case "_format":
			default:
				a.unknown = append(a.unknown, name)
			}
		}
	}
	if a.count == 0 {
		a.count = 100
	}
	if strict && len(a.unknown) > 0 {
		return a, refusal.New(http.StatusBadRequest, "invalid", "A search parameter is not known here.")
	}
	slices.Sort(a.unknown)
	a.unknown = slices.Compact(a.unknown)
	return a, nil
}

// parseBound reads an instant or date with a comparator. A value stands for the
// span its precision covers, as FHIR has it.
func parseBound(v string) ([]store.Bound, error) {
	op := "eq"
	if len(v) > 2 && v[0] >= 'a' && v[0] <= 'z' {
		op, v = v[:2], v[2:]
	}
	w, err := ehrdesk.ParseWhen(v)
	if err != nil {
		return nil, refusal.Invalid("_lastUpdated is a date or an instant.")
	}
	lo, hi := w.Time, w.Time.Add(time.Microsecond)
	switch w.Precision {
	case ehrdesk.ToYear:
		hi = lo.AddDate(1, 0, 0)
	case ehrdesk.ToMonth:
		hi = lo.AddDate(0, 1, 0)
	case ehrdesk.ToDay:
		hi = lo.AddDate(0, 0, 1)
	case ehrdesk.ToMinute:
		hi = lo.Add(time.Minute)
	case ehrdesk.ToSecond:
		if w.Time.Nanosecond() == 0 && (op == "eq" || op == "gt" || op == "le") {
			hi = lo.Add(time.Second)
		}
	case ehrdesk.NoDate:
	}
	switch op {
	case "ge":
		return []store.Bound{{Op: ">=", At: lo.UnixMicro()}}, nil
	case "lt":
		return []store.Bound{{Op: "<", At: lo.UnixMicro()}}, nil
	case "gt":
		return []store.Bound{{Op: ">=", At: hi.UnixMicro()}}, nil
	case "le":
		return []store.Bound{{Op: "<", At: hi.UnixMicro()}}, nil
	case "eq":
		return []store.Bound{{Op: ">=", At: lo.UnixMicro()}, {Op: "<", At: hi.UnixMicro()}}, nil
	}
	return nil, refusal.Invalid("_lastUpdated takes eq, ge, gt, le and lt.")
}

// answerSearch gives the records of a type that fit. Those of patients need the
// patient named, or the ids; each patient's consent is asked for. Fitting by
// identifier, category and code is done on the bytes: a type of one patient's
// is small, and no index of clinical codes is kept.
func (s *Records) answerSearch(w http.ResponseWriter, r *http.Request, who *store.Account, kind string, form url.Values, cur rest.Cursor) error {
	a, err := parseSearch(form, strings.Contains(r.Header.Get("Prefer"), "handling=strict"))
	if err != nil {
		return err
	}
	if !fhir.ValidType(kind) {
		return refusal.NotFound()
	}
	if len(a.patients) > 1 {
		return refusal.Invalid("A search names one patient.")
	}
	owners := a.patients
	if len(owners) == 0 && !resource.Linked(kind) {
		owners, err = s.ownersOf(r, kind, a.ids)
	}
	if e := gate.Profession(r.Context(), s.store, accesslog.Event{Action: ehrdesk.AuditQuery, Who: who, What: kind}, owners...); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	if err := s.queried(r, who, kind, owners, &cur); err != nil {
		return err
	}
	if len(owners) == 0 {
		owners = []string{""}
	}
	return s.answer(w, r, who, func(tx *store.Tx, b *bundleWriter) error {
		kinds := gate.Visible(who)
		for _, owner := range owners {
			if owner == "" {
				continue
			}
			p, _, err := gate.MayRead(tx, who, owner)
			if err != nil {
				return err
			}
			if p.Waiting(tx.Now) {
				kinds = gate.Given(who, p, tx.Now)
			}
		}
		return s.found(tx, b, who, kind, owners, kinds, a, cur)
	})
}

// queried writes a search down, for each patient whose records are looked through, and
// asks whether it may be: a further page of it too.
func (s *Records) queried(r *http.Request, who *store.Account, kind string, owners []string, cur *rest.Cursor) error {
	begun := cur.Access
	if begun == "" {
		cur.Access = uuid.NewString()
	}
	if len(owners) == 0 {
		return s.store.Write(r.Context(), func(tx *store.Tx) error {
			e := accesslog.Event{ID: cur.Access, Action: ehrdesk.AuditQuery, Who: who, What: kind}
			if begun != "" {
				e.ID, e.Access = "", begun
			}
			accesslog.Add(tx, e)
			return nil
		})
	}
	for i, owner := range owners {
		e := accesslog.Event{Action: ehrdesk.AuditQuery, Who: who, Patient: owner, What: kind, Access: begun}
		if i == 0 && begun == "" {
			e.ID = cur.Access
		}
		_, at, err := gate.Access(r.Context(), s.store, e)
		if err != nil {
			return err
		}
		cur.At = max(cur.At, at)
	}
	return nil
}

// ownersOf finds whose the records of some ids are.
func (s *Records) ownersOf(r *http.Request, kind string, ids []string) (owners []string, err error) {
	if len(ids) == 0 {
		return nil, refusal.Invalid("A search names its patient.")
	}
	err = s.store.Read(r.Context(), func(tx *store.Tx) error {
		for _, id := range ids {
			rec := tx.Records.Get(kind, id)
			if rec != nil && rec.Patient != "" && !slices.Contains(owners, rec.Patient) {
				owners = append(owners, rec.Patient)
			}
		}
		return nil
	})
	return owners, err
}

// query is the part of a search that the store answers.
func (a *asked) query(kind string, owners []string, kinds []ehrdesk.Kind, after int64) store.Query {
	return store.Query{Type: kind, Patients: owners, IDs: a.ids, Kinds: kinds, Updated: a.updated, Newest: a.newest, After: after}
}

// found puts one page of a search into b.
func (s *Records) found(tx *store.Tx, b *bundleWriter, who *store.Account, kind string, owners []string, kinds []ehrdesk.Kind, a asked, cur rest.Cursor) error {
	type hit struct{ id, body []byte }
	var hits []hit
	more, size := false, 0
	if err := full(tx.Charts.Search(a.query(kind, owners, kinds, cur.After), func(row *store.Row) error {
		if !a.fits(row.Body) {
			return nil
		}
		if len(hits) == a.count || pageIsFull(size, len(row.Body)) {
			more = true
			return errPageFull
		}
		hits, size = append(hits, hit{slices.Clone(row.ID), slices.Clone(row.Body)}), size+len(row.Body)
		cur.After = row.Place
		return nil
	})); err != nil {
		return err
	}
	if cur.At == 0 {
		cur.At = s.rest.Now().UnixMicro()
	}
	b.more = more
	b.start(size, cur.At)
	for _, h := range hits {
		if err := b.entry([]byte(kind), h.id, h.body, false); err != nil {
			return err
		}
	}
	if len(a.unknown) > 0 {
		b.outcome("These search parameters are not known here and were passed over: " + strings.Join(namedPlainly(a.unknown), ", ") + ".")
	}
	return b.end(s.rest, cur, who, "search/"+kind, "/"+kind+"/_search")
}

// namedPlainly gives back parameter names that are plain words; others may
// carry anything.
func namedPlainly(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		if strings.Trim(n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-:.") != "" || len(n) > 40 {
			n = "(unnamed)"
		}
		out = append(out, n)
	}
	return out
}

// outcome adds a warning about the search itself.
func (b *bundleWriter) outcome(text string) {
	sep := ","
	if b.n == 0 {
		sep = `,"entry":[`
	}
	b.n++
	b.w.WriteString(sep + `{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"not-supported","diagnostics":` + resource.Quote(text) + `}]},"search":{"mode":"outcome"}}`)
}

// fits reports whether a body carries one of the asked tokens under each member.
func (a *asked) fits(body []byte) bool {
	if len(a.tokens) == 0 {
		return true
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return false
	}
	for name, wanted := range a.tokens {
		if !slices.ContainsFunc(tokensOf(members[name]), func(have [2]string) bool {
			return slices.ContainsFunc(wanted, func(want string) bool { return tokenFits(want, have) })
		}) {
			return false
		}
	}
	return true
}

// tokenFits compares FHIR's token forms: code, system|code, |code, system|.
func tokenFits(want string, have [2]string) bool {
	system, code, both := strings.Cut(want, "|")
	if !both {
		return have[1] == want
	}
	return have[0] == system && (code == "" || have[1] == code)
}

// tokensOf collects system and value of Identifiers, Codings, CodeableConcepts
// and plain codes, single or repeated.
func tokensOf(raw json.RawMessage) (out [][2]string) {
	if len(raw) == 0 {
		return nil
	}
	switch raw[0] {
	case '[':
		var all []json.RawMessage
		_ = json.Unmarshal(raw, &all)
		for _, one := range all {
			out = append(out, tokensOf(one)...)
		}
	case '"':
		var code string
		_ = json.Unmarshal(raw, &code)
		out = append(out, [2]string{"", code})
	case '{':
		var one struct {
			System, Value, Code string
			Coding              []struct{ System, Code string }
		}
		_ = json.Unmarshal(raw, &one)
		if v := one.Value + one.Code; v != "" {
			out = append(out, [2]string{one.System, v})
		}
		for _, c := range one.Coding {
			out = append(out, [2]string{c.System, c.Code})
		}
	}
	return out
}
