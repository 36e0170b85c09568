package central

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

func (s *server) create(w http.ResponseWriter, r *http.Request, who *token) error {
	return s.single(w, r, who, request{method: "POST", url: r.PathValue("type"), ifNoneExist: r.Header.Get("If-None-Exist")})
}

func (s *server) update(w http.ResponseWriter, r *http.Request, who *token) error {
	return s.single(w, r, who, request{method: "PUT", url: r.PathValue("type") + "/" + r.PathValue("id"), ifMatch: r.Header.Get("If-Match")})
}

func (s *server) delete(w http.ResponseWriter, r *http.Request, who *token) error {
	it := &item{request: request{method: "DELETE", url: r.PathValue("type") + "/" + r.PathValue("id"), ifMatch: r.Header.Get("If-Match")}}
	_, err := s.deposit(r, who, []*item{it})
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// single takes one resource.
func (s *server) single(w http.ResponseWriter, r *http.Request, who *token, req request) error {
	body, err := s.body(w, r, maxBody)
	if err != nil {
		return err
	}
	v := jsontext.Value(body)
	if err := v.Compact(); err != nil {
		return malformedJSON(err)
	}
	f, err := scan(v)
	if err != nil {
		return err
	}
	done, err := s.deposit(r, who, []*item{{resourceInfo: f, raw: v, request: req}})
	if err != nil {
		return err
	}
	d := done[0]
	if d.warning != "" {
		return refuse(http.StatusUnprocessableEntity, "invalid", d.warning)
	}
	w.Header().Set("Location", s.base(r)+"/"+d.location())
	w.Header().Set("ETag", etag(d.Version))
	if d.body == nil || strings.Contains(r.Header.Get("Prefer"), "return=minimal") {
		w.WriteHeader(d.status)
		return nil
	}
	s.send(w, r, d.status, d.body)
	return nil
}

// deposited is what became of one entry.
type deposited struct {
	outcome
	status  int
	body    []byte
	warning string    // why an entry was not kept although nothing is wrong with it
	refused *apiError // in a batch only
}

func (d deposited) location() string {
	return d.Type + "/" + d.ID + "/_history/" + strconv.FormatInt(d.Version, 10)
}

// deposit stores what a provider sends, all of it or nothing. It needs the
// patients to be participants and no sharing consent (the ordinance since
// December 2025); a record belongs to the provider that sent it.
func (s *server) deposit(r *http.Request, who *token, items []*item) ([]deposited, error) {
	var out []deposited
	err := s.c.write(r.Context(), func(q *tx) (err error) {
		out, err = q.deposit(s.c, who, items)
		return err
	})
	return out, err
}

func (q *tx) deposit(c *Centre, who *token, items []*item) ([]deposited, error) {
	if !who.role.Clinical() {
		return nil, roleMayNot()
	}
	b := newBatch(c, q, items)
	existing := map[*item]*stored{}
	for _, it := range items {
		if err := q.aim(b, it, who, existing); err != nil {
			return nil, err
		}
	}
	if err := b.own(); err != nil {
		return nil, err
	}
	for _, it := range b.items {
		if err := b.resolve(it); err != nil {
			return nil, err
		}
	}
	out := make([]deposited, len(items))
	for i, it := range items { // FHIR processes deletions first
		if it.request.method == "DELETE" {
			d, err := q.withdraw(it, who)
			if err != nil {
				return nil, err
			}
			out[i] = d
		}
	}
	for i, it := range items {
		if it.request.method == "DELETE" {
			continue
		}
		d, err := q.keep(it, who, existing[it])
		if err != nil {
			return nil, err
		}
		out[i] = d
	}
	return out, nil
}

// aim gives an entry its target: the id in the url, a new one, or the resource
// that a conditional create finds.
func (q *tx) aim(b *batch, it *item, who *token, existing map[*item]*stored) error {
	kind, id, _ := strings.Cut(it.request.url, "/")
	switch {
	case !fhir.ValidType(kind):
		return invalid("An entry's url is Type or Type/id.")
	case it.request.method == "DELETE":
		if !fhir.ValidID(id) {
			return invalid("A deletion names Type/id.")
		}
		return nil
	case it.fault != nil:
		return it.fault
	case it.resourceInfo == nil:
		return refuse(http.StatusBadRequest, "invalid", "An entry needs its resource.")
	case it.Type != kind:
		return refuse(http.StatusBadRequest, "invalid", "The resource is of another type than its url.")
	case it.Type == "Patient":
		return q.aimPatient(b, it)
	case it.request.method == "POST" && id == "":
		it.target = uuid.NewString()
		if it.request.ifNoneExist != "" {
			return q.aimConditional(b, it, existing)
		}
		return nil
	case it.request.method == "PUT" && fhir.ValidID(id):
		if it.ID != id {
			return refuse(http.StatusBadRequest, "invalid", "The resource's id is another than its url's.")
		}
		it.target = id
		return nil
	}
	return refuse(http.StatusBadRequest, "invalid", "An entry is POST Type, PUT Type/id or DELETE Type/id.")
}

// aimPatient finds the participant that a deposited Patient is. A deposit never
// registers anybody and never changes who somebody is.
func (q *tx) aimPatient(b *batch, it *item) error {
	for _, id := range it.patientIDs(b.c.personPrint(it.resourceInfo)) {
		p, err := q.participant(id)
		if err != nil {
			return err
		}
		if p != nil && string(p.person) == string(b.c.personPrint(it.resourceInfo)) {
			it.target = id
			return nil
		}
	}
	return notRegistered()
}

func (q *tx) aimConditional(b *batch, it *item, existing map[*item]*stored) error {
	key := conditionalIdentifier(strings.TrimPrefix(it.request.ifNoneExist, it.Type+"?"))
	if key == "" {
		return refuse(http.StatusBadRequest, "invalid", "A conditional create goes by identifier alone.")
	}
	// Whose it is decides where to look: a match in another patient's record
	// must neither be found nor betrayed.
	if err := b.ownByReference(it); err != nil {
		return err
	}
	owner := it.owner
	it.owner, it.decided, it.reason = "", false, ""
	var found []string
	err := q.rows("SELECT id, body FROM record WHERE type = ? AND patient = ? AND deleted = 0", []any{it.Type, owner}, func(scanRow func(...any) error) error {
		var id string
		var body []byte
		if err := scanRow(&id, &body); err != nil {
			return err
		}
		f, err := scan(body)
		if err == nil && f.hasIdentifier(key) {
			found = append(found, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
		it.target = found[0]
		existing[it], err = q.record(it.Type, found[0])
		return err
	}
	return refuse(http.StatusPreconditionFailed, "", "More than one resource has this identifier.")
}

// keep stores one entry of a deposit.
func (q *tx) keep(it *item, who *token, existing *stored) (deposited, error) {
	d := deposited{outcome: outcome{Type: it.Type, ID: it.target}, status: http.StatusOK}
	if existing != nil {
		d.Version, d.Updated = existing.version, existing.updated
		return d, nil
	}
	if it.Type == "Patient" {
		rec, err := q.record("Patient", it.target)
		if err == nil && rec != nil {
			d.Version, d.Updated = rec.version, rec.updated
		}
		return d, err
	}
	switch it.reason {
	case "":
	case whyUnknownPatient:
		return d, notRegistered()
	default:
		return d, invalid("A resource cannot be kept: " + it.reason + ".")
	}
	if !it.place().Sharable {
		d.warning, d.status = "This type lies outside eHealth's sharable scope and is not kept.", http.StatusAccepted
		return d, nil
	}
	old, err := q.record(it.Type, it.target)
	if err != nil {
		return d, err
	}
	if err := mayChange(old, it, who); err != nil {
		return d, err
	}
	it.fingerprint = it.sharedPrintIf()
	if d.outcome, err = q.put(it, who.hcp, false); err != nil {
		return d, err
	}
	if d.Created || (old != nil && old.deleted) {
		d.status = http.StatusCreated
	}
	rec, err := q.record(it.Type, it.target)
	if err == nil && rec != nil {
		d.body = rec.body
	}
	return d, err
}

func (it *item) sharedPrintIf() []byte {
	if it.owner != "" {
		return nil
	}
	return it.sharedPrint()
}

// mayChange is whether a provider may write over what is stored: only what it
// sent itself, for the same patient, and in the version it has seen.
func mayChange(old *stored, it *item, who *token) error {
	if it.request.ifMatch != "" && (old == nil || it.request.ifMatch != etag(old.version)) {
		return refuse(http.StatusPreconditionFailed, "", "The resource has changed since.")
	}
	switch {
	case old == nil:
		return nil
	case old.source != who.hcp:
		return refuse(http.StatusForbidden, "source", "The resource came from another provider.")
	case it.resourceInfo != nil && old.owner != it.owner:
		return refuse(http.StatusConflict, "invalid", "A record cannot move to another patient.")
	}
	return nil
}

func (q *tx) withdraw(it *item, who *token) (deposited, error) {
	kind, id, _ := strings.Cut(it.request.url, "/")
	d := deposited{outcome: outcome{Type: kind, ID: id}, status: http.StatusNoContent}
	old, err := q.record(kind, id)
	if err != nil {
		return d, err
	}
	if kind == "Patient" {
		return d, roleMayNot()
	}
	if old == nil {
		return d, notFound()
	}
	if err := mayChange(old, it, who); err != nil {
		return d, err
	}
	d.outcome, err = q.remove(kind, id)
	return d, err
}

// transaction takes a whole Bundle: all of it or nothing, or, for a batch, each
// entry by itself.
func (s *server) transaction(w http.ResponseWriter, r *http.Request, who *token) error {
	body, err := s.body(w, r, maxBody)
	if err != nil {
		return err
	}
	in, err := parseBody(jsontext.Value(body))
	if err != nil {
		return err
	}
	var out []deposited
	switch in.bundle {
	case "transaction":
		for _, it := range in.items {
			if it.request.method == "" {
				return refuse(http.StatusBadRequest, "invalid", "An entry needs its request.")
			}
		}
		out, err = s.deposit(r, who, in.items)
	case "batch":
		out, err = s.batch(r, who, in.items)
	default:
		return refuse(http.StatusBadRequest, "invalid", "The base takes a transaction or a batch.")
	}
	if err != nil {
		return err
	}
	entries := make(list, len(out))
	for i, d := range out {
		entries[i] = obj{"response": d.response()}
	}
	answer := obj{"resourceType": "Bundle", "type": in.bundle + "-response"}
	if len(entries) > 0 {
		answer["entry"] = entries
	}
	s.fhir(w, r, http.StatusOK, answer)
	return nil
}

func (s *server) batch(r *http.Request, who *token, items []*item) ([]deposited, error) {
	out := make([]deposited, len(items))
	for i, it := range items {
		one, err := s.deposit(r, who, []*item{it})
		var f *apiError
		switch {
		case errors.As(err, &f):
			out[i] = deposited{refused: f}
		case err != nil:
			return nil, err
		default:
			out[i] = one[0]
		}
	}
	return out, nil
}

func (d deposited) response() obj {
	if d.refused != nil {
		return obj{"status": strconv.Itoa(d.refused.status), "outcome": outcomeOf(d.refused)}
	}
	out := obj{"status": strconv.Itoa(d.status)}
	if d.warning != "" {
		out["outcome"] = obj{"resourceType": "OperationOutcome", "issue": list{obj{"severity": "warning", "code": "not-supported", "diagnostics": d.warning}}}
		return out
	}
	out["etag"], out["lastModified"] = etag(d.Version), instant(d.Updated)
	if d.status != http.StatusNoContent {
		out["location"] = d.location()
	}
	return out
}
