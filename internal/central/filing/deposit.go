package filing

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// Deposited is what became of one entry.
type Deposited struct {
	outcome
	Status  int
	Body    []byte
	Warning string         // why an entry was not kept although nothing is wrong with it
	refused *refusal.Error // in a batch only
}

// Location is where a version can be read, below the base.
func (d Deposited) Location() string {
	return d.Type + "/" + d.ID + "/_history/" + strconv.FormatInt(d.Version, 10)
}

// One takes one resource as a request says, or withdraws one where body is nil.
func (p *Deposits) One(ctx context.Context, who *store.Account, req Request, body []byte) (Deposited, error) {
	it := &item{request: req}
	if body != nil {
		v := jsontext.Value(body)
		if err := v.Compact(); err != nil {
			return Deposited{}, resource.Malformed(err)
		}
		var err error
		if it.Info, err = resource.Scan(v); err != nil {
			return Deposited{}, err
		}
		it.raw = v
	}
	out, err := p.all(ctx, who, []*item{it})
	if err != nil {
		return Deposited{}, err
	}
	return out[0], nil
}

// Bundle takes a transaction, all of it or nothing, or a batch, each entry by itself.
// kind is which it was.
func (p *Deposits) Bundle(ctx context.Context, who *store.Account, body []byte) (kind string, out []Deposited, err error) {
	in, err := parseBody(body)
	if err != nil {
		return "", nil, err
	}
	switch in.bundle {
	case "transaction":
		for _, it := range in.items {
			if it.request.Method == "" {
				return "", nil, refusal.New(http.StatusBadRequest, "invalid", "An entry needs its request.")
			}
		}
		out, err = p.all(ctx, who, in.items)
		return in.bundle, out, err
	case "batch":
		for _, it := range in.items {
			one, err := p.all(ctx, who, []*item{it})
			if refused, ok := refusal.As(err); ok {
				one = []Deposited{{refused: refused}}
			} else if err != nil {
				return "", nil, err
			}
			out = append(out, one[0])
		}
		return in.bundle, out, nil
	}
	return "", nil, refusal.New(http.StatusBadRequest, "invalid", "The base takes a transaction or a batch.")
}

// all stores what a provider sends, all of it or nothing. It needs the
// patients to be participants and no sharing consent (the ordinance since
// December 2025); a record belongs to the provider that sent it.
func (p *Deposits) all(ctx context.Context, who *store.Account, items []*item) (out []Deposited, err error) {
	err = p.store.Write(ctx, func(tx *store.Tx) (err error) {
		out, err = p.deposit(tx, who, items)
		return err
	})
	if refused, ok := refusal.As(err); ok { // nothing of it is stored, and that it was tried is
		if refused.Status == http.StatusTooManyRequests {
			return out, err
		}
		return out, errors.Join(err, p.store.Write(ctx, func(tx *store.Tx) error {
			var marks []string
			if refused.Issue == refusal.NotRegistered().Issue {
				marks, _ = limits.Spend(tx, &limits.Strangers, who, ehrdesk.AuditCreate) // counts from the next on
			}
			for _, it := range items {
				accesslog.Add(tx, accesslog.Event{Action: actionOf(it, true), Who: who, What: it.requested(), Outcome: refused.Code(), Marks: marks})
			}
			return nil
		}))
	}
	return out, err
}

// actionOf is what the access log calls a deposit. Source: IHE Basic Audit Log Patterns.
func actionOf(it *item, created bool) ehrdesk.AuditAction {
	switch {
	case it.request.Method == "DELETE":
		return ehrdesk.AuditDelete
	case it.request.Method == "PUT" && !created:
		return ehrdesk.AuditUpdate
	}
	return ehrdesk.AuditCreate
}

// requested is what of an entry's url the access log keeps: a type, and an id where both are
// well formed, as anything else may be anything.
func (it *item) requested() string {
	kind, id, _ := strings.Cut(it.request.URL, "/")
	switch {
	case !fhir.ValidType(kind):
		return ""
	case !fhir.ValidID(id):
		return kind
	}
	return kind + "/" + id
}

// written notes a deposit that was taken, also one that changed nothing.
func written(tx *store.Tx, who *store.Account, it *item, patient string, kind ehrdesk.Kind, d Deposited) {
	accesslog.Add(tx, accesslog.Event{Action: actionOf(it, d.Created), Who: who, Patient: patient, What: d.Type + "/" + d.ID, Kinds: []ehrdesk.Kind{kind}})
}

func (p *Deposits) deposit(tx *store.Tx, who *store.Account, items []*item) ([]Deposited, error) {
	if !who.Role.Clinical() {
		return nil, refusal.RoleMayNot()
	}
	if err := standing.Check(tx, who); err != nil {
		return nil, err
	}
	if h := tx.Accounts.Provider(who.HCP); h == nil || h.NoDeposit {
		return nil, refusal.NotAgreed("deposit")
	}
	if err := limits.Left(tx, &limits.Strangers, who, ehrdesk.AuditCreate); err != nil {
		return nil, err
	}
	b := newBatch(p.keys, tx, items)
	b.from = who
	existing := map[*item]*store.Record{}
	for _, it := range items {
		if err := b.aim(it, existing); err != nil {
			return nil, err
		}
	}
	if err := b.once(items, existing); err != nil {
		return nil, err
	}
	b.own()
	for _, it := range b.items {
		if err := b.resolve(it); err != nil {
			return nil, err
		}
	}
	for _, it := range b.items {
		if err := b.apart(it, existing[it]); err != nil {
			return nil, err
		}
	}
	was := b.standing()
	out := make([]Deposited, len(items))
	for i, it := range items { // FHIR processes deletions first
		if it.request.Method == "DELETE" {
			d, err := b.withdraw(it, who)
			if err != nil {
				return nil, err
			}
			out[i] = d
		}
	}
	for i, it := range items {
		if it.request.Method == "DELETE" {
			continue
		}
		d, err := keep(tx, it, who, existing[it])
		if err != nil {
			return nil, err
		}
		out[i] = d
	}
	return out, p.tell(tx, who, items, out, was)
}

// aim gives an entry its target: the id in the url, a new one, or the resource
// that a conditional create finds.
func (b *batch) aim(it *item, existing map[*item]*store.Record) error {
	kind, id, _ := strings.Cut(it.request.URL, "/")
	switch {
	case !fhir.ValidType(kind):
		return refusal.Invalid("An entry's url is Type or Type/id.")
	case it.request.Method == "DELETE":
		if !fhir.ValidID(id) {
			return refusal.Invalid("A deletion names Type/id.")
		}
		return nil
	case it.fault != nil:
		return it.fault
	case it.Info == nil:
		return refusal.New(http.StatusBadRequest, "invalid", "An entry needs its resource.")
	case it.Type != kind:
		return refusal.New(http.StatusBadRequest, "invalid", "The resource is of another type than its url.")
	case it.Type == "Patient":
		return b.aimPatient(it)
	case it.request.Method == "POST" && id == "":
		it.target = uuid.NewString()
		if it.request.IfNoneExist != "" {
			return b.aimConditional(it, existing)
		}
		return nil
	case it.request.Method == "PUT" && fhir.ValidID(id):
		if it.ID != id {
			return refusal.New(http.StatusBadRequest, "invalid", "The resource's id is another than its url's.")
		}
		it.target = id
		return nil
	}
	return refusal.New(http.StatusBadRequest, "invalid", "An entry is POST Type, PUT Type/id or DELETE Type/id.")
}

// aimPatient finds the participant that a deposited Patient is. A deposit never
// registers anybody and never changes who somebody is.
func (b *batch) aimPatient(it *item) error {
	for _, id := range it.patientIDs(b.keys.PersonPrint(it.Info)) {
		p := b.tx.Participants.Get(id)
		if p != nil && string(p.Person) == string(b.keys.PersonPrint(it.Info)) {
			it.target = id
			return nil
		}
	}
	return refusal.NotRegistered()
}

func (b *batch) aimConditional(it *item, existing map[*item]*store.Record) error {
	key := conditionalIdentifier(strings.TrimPrefix(it.request.IfNoneExist, it.Type+"?"))
	if key == "" {
		return refusal.New(http.StatusBadRequest, "invalid", "A conditional create goes by identifier alone.")
	}
	// Whose it is decides where to look: a match in another patient's record
	// must neither be found nor betrayed, nor one that another provider sent.
	b.ownByReference(it)
	owner := it.owner
	it.owner, it.decided, it.reason = "", false, ""
	var found []string
	err := b.tx.Records.EachOf(it.Type, owner, b.source(), func(id string, body []byte) error {
		f, err := resource.Scan(body)
		if err == nil && hasIdentifier(f, key) {
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
		existing[it] = b.tx.Records.Get(it.Type, found[0])
		return nil
	}
	return refusal.New(http.StatusPreconditionFailed, "", "More than one resource has this identifier.")
}

// keep stores one entry of a deposit.
func keep(tx *store.Tx, it *item, who *store.Account, existing *store.Record) (Deposited, error) {
	d := Deposited{outcome: outcome{Type: it.Type, ID: it.target}, Status: http.StatusOK}
	if existing != nil {
		d.Version, d.Updated = existing.Version, existing.Updated
		written(tx, who, it, existing.Patient, existing.Kind, d)
		return d, nil
	}
	if it.Type == "Patient" {
		if rec := tx.Records.Get("Patient", it.target); rec != nil {
			d.Version, d.Updated = rec.Version, rec.Updated
		}
		return d, nil
	}
	switch it.reason {
	case "":
	case whyUnknownPatient:
		return d, refusal.NotRegistered()
	default:
		return d, refusal.Invalid("A resource cannot be kept: " + it.reason + ".")
	}
	if !it.place().Sharable {
		d.Warning, d.Status = "This type lies outside eHealth's sharable scope and is not kept.", http.StatusAccepted
		return d, nil
	}
	old := tx.Records.Get(it.Type, it.target)
	if err := mayChange(old, it, who); err != nil {
		return d, err
	}
	it.fingerprint = it.sharedPrintIf()
	var err error
	if d.outcome, err = put(tx, it, who.HCP, false); err != nil {
		return d, err
	}
	written(tx, who, it, it.owner, it.place().Kind, d)
	if d.Created || (old != nil && old.Deleted) {
		d.Status = http.StatusCreated
	}
	if rec := tx.Records.Get(it.Type, it.target); rec != nil {
		d.Body = rec.Body
	}
	return d, nil
}

func (it *item) sharedPrintIf() []byte {
	if it.owner != "" {
		return nil
	}
	return it.sharedPrint()
}

// mayChange is whether a provider may write over what is stored: only what it
// sent itself, for the same patient, and in the version it has seen.
func mayChange(old *store.Record, it *item, who *store.Account) error {
	if it.request.IfMatch != "" && (old == nil || it.request.IfMatch != rest.ETag(old.Version)) {
		return refusal.New(http.StatusPreconditionFailed, "", "The resource has changed since.")
	}
	switch {
	case old == nil:
		return nil
	case old.Source != who.HCP:
		return refusal.New(http.StatusForbidden, "source", "The resource came from another provider.")
	case it.Info != nil && old.Patient != it.owner:
		return refusal.New(http.StatusConflict, "invalid", "A record cannot move to another patient.")
	}
	return nil
}

func (b *batch) withdraw(it *item, who *store.Account) (Deposited, error) {
	kind, id, _ := strings.Cut(it.request.URL, "/")
	d := Deposited{outcome: outcome{Type: kind, ID: id}, Status: http.StatusNoContent}
	old := b.tx.Records.Get(kind, id)
	if kind == "Patient" {
		return d, refusal.RoleMayNot()
	}
	if old == nil {
		return d, refusal.NotFound()
	}
	if err := mayChange(old, it, who); err != nil {
		return d, err
	}
	if old.Patient == "" {
		if err := b.unreferred(ehrdesk.Ref{Resource: kind, ID: id}, ""); err != nil {
			return d, err
		}
	}
	d.outcome = remove(b.tx, kind, id)
	written(b.tx, who, it, old.Patient, old.Kind, d)
	return d, nil
}

// Response is what a Bundle says of it.
func (d Deposited) Response() rest.Obj {
	if d.refused != nil {
		return rest.Obj{"status": strconv.Itoa(d.refused.Status), "outcome": rest.OutcomeOf(d.refused)}
	}
	out := rest.Obj{"status": strconv.Itoa(d.Status)}
	if d.Warning != "" {
		out["outcome"] = rest.Obj{"resourceType": "OperationOutcome", "issue": rest.List{rest.Obj{"severity": "warning", "code": "not-supported", "diagnostics": d.Warning}}}
		return out
	}
	out["etag"], out["lastModified"] = rest.ETag(d.Version), rest.Instant(d.Updated)
	if d.Status != http.StatusNoContent {
		out["location"] = d.Location()
	}
	return out
}
