package mailbox

import (
	"net/http"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Limits of keys that are offered.
const (
	mostOnce   = 100            // prekeys of a desk that were given to nobody
	mostOffers = 50             // of a request
	maxOffers  = 512 << 10      // bytes of it
	mostTaken  = 10             // prekeys of one desk that one person is given in a day; after them they have that of the last resort
	takenIn    = 24 * time.Hour // that day
	mostAsked  = ehrdesk.MostCaseMembers
)

// The kinds, as they are kept.
const kindOnce, kindLast, kindCase = string(sealed.OfferOnce), string(sealed.OfferLast), string(sealed.OfferCase)

// offer takes keys that a desk offers to be sealed to, each signed by the person there. One that is there already stays.
func (m *Mailbox) offer(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	what := accesslog.Event{Action: ehrdesk.AuditCreate, What: "offered-key"}
	if err := works(who); err != nil {
		return m.tried(r, who, what, "", err)
	}
	in, err := rest.ReadInput(w, r, maxOffers)
	if err != nil {
		return err
	}
	var signed []string
	for _, p := range in {
		if p.Name == "key" {
			signed = append(signed, p.ValueString)
		}
	}
	if len(signed) == 0 || len(signed) > mostOffers {
		return refusal.Invalid("A desk offers 1 to 50 keys at a time.")
	}
	var out any
	err = m.store.Write(r.Context(), func(tx *store.Tx) error {
		if err := standing.Check(tx, who); err != nil {
			return err
		}
		one, err := enrolled.KeyOf(tx, who)
		if err != nil {
			return err
		}
		for _, s := range signed {
			if err := takeOffer(tx, who, one, s); err != nil {
				return err
			}
		}
		once, last := tx.Desks.OfferedKeys().Left(who.Client, who.Staff)
		if once > mostOnce {
			return refusal.New(http.StatusUnprocessableEntity, "full", "The desk has as many keys here as it may have.")
		}
		tx.Desks.OfferedKeys().Forget(tx.Now.Add(-takenIn).UnixMicro())
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditCreate, Who: who, What: "offered-key"})
		out = counted(once, last)
		return nil
	})
	if err != nil {
		return m.tried(r, who, what, "", err)
	}
	m.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

func takeOffer(tx *store.Tx, who *store.Account, one sealed.One, signed string) error {
	o, key, err := sealed.ReadOffer(signed, one)
	if err != nil {
		return enrolled.Unsigned(err)
	}
	if o.Desk != who.Client || o.At.Sub(tx.Now).Abs() > apart {
		return refusal.Invalid("A key is offered by the desk that it is of, now.")
	}
	if o.Kind == sealed.OfferCase {
		row, err := member(tx, who, o.Case)
		if err != nil {
			return err
		}
		if ehrdesk.CaseState(row.State).Over() {
			return refusal.New(http.StatusConflict, "case-rule", "The case is over.")
		}
	}
	made := &store.OfferedKey{Name: key.Name(), Client: who.Client, HCP: who.HCP, Staff: who.Staff, Kind: string(o.Kind), Case: o.Case, Print: one.Name, Signed: signed, Made: tx.Now.UnixMicro()}
	if fresh := tx.Desks.OfferedKeys().Add(made); fresh && o.Kind == sealed.OfferCase { // the others are to seal to it from now on
		seq, _ := tx.Changes.Next()
		tx.Desks.Cases().Told(o.Case, seq)
	}
	return nil
}

func counted(once int, last bool) any { return rest.Parameters(counts(once, last)...) }

func counts(once int, last bool) rest.List {
	return rest.List{numbered("left", int64(once)), rest.Param("last", "valueBoolean", last)}
}

// left says how many prekeys of the asker's at this desk were given to nobody.
func (m *Mailbox) left(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	if err := works(who); err != nil {
		return m.tried(r, who, accesslog.Event{Action: ehrdesk.AuditQuery, What: "offered-key"}, "", err)
	}
	var out any
	err := m.store.Read(r.Context(), func(tx *store.Tx) error {
		out = counted(tx.Desks.OfferedKeys().Left(who.Client, who.Staff))
		return nil
	})
	if err != nil {
		return err
	}
	m.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

// take gives, for each desk of members of a case, the key to seal to: that which the desk made for the case, or else a prekey, which
// nobody else is given, or where none is left that of the last resort. With once it is a prekey or none: what passes is sealed to nothing
// that lives on.
func (m *Mailbox) take(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	what := accesslog.Event{Action: ehrdesk.AuditQuery, What: "offered-key"}
	if err := works(who); err != nil {
		return m.tried(r, who, what, "", err)
	}
	in, err := rest.ReadInput(w, r, rest.MaxInput)
	if err != nil {
		return err
	}
	id := strings.TrimPrefix(in.Get("case").ValueUUID, "urn:uuid:")
	if !isID(id) {
		return refusal.Invalid("A case has a UUID.")
	}
	once := in.Get("once").ValueBoolean
	var people []ehrdesk.CasePerson
	for _, p := range in {
		if p.Name == "person" {
			people = append(people, ehrdesk.CasePerson{Provider: p.Part.Get("provider").ValueString, Staff: p.Part.Get("staff").ValueString})
		}
	}
	if len(people) == 0 || len(people) > mostAsked {
		return refusal.Invalid("Keys are asked for of 1 to 50 people.")
	}
	var out rest.List
	err = m.store.Write(r.Context(), func(tx *store.Tx) (err error) {
		out, err = taken(tx, who, id, people, once)
		return err
	})
	if err != nil {
		return m.tried(r, who, what, id, err)
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

func taken(tx *store.Tx, who *store.Account, id string, people []ehrdesk.CasePerson, once bool) (out rest.List, err error) {
	row, err := member(tx, who, id)
	if err != nil {
		return nil, err
	}
	if _, err := limits.Spend(tx, &limits.Prekeys, who, ehrdesk.AuditQuery); err != nil {
		return nil, err
	}
	in := map[ehrdesk.CasePerson]bool{}
	for _, o := range tx.Desks.Cases().Members(id) {
		in[ehrdesk.CasePerson{Provider: o.HCP, Staff: o.Staff}] = o.Left == 0
	}
	for _, p := range people {
		if !in[p] {
			return nil, refusal.New(http.StatusForbidden, "case-rule", "Keys are given of who is in the case.")
		}
		in[p] = false // each once
		if _, err := goesTo(tx, row.Patient, p); err != nil {
			return nil, err
		}
		for _, client := range tx.Desks.OfferedKeys().Desks(p.Provider, p.Staff) {
			if o := offered(tx, who, id, client, p.Staff, once); o != nil {
				out = append(out, rest.Part("key", rest.Param("provider", "valueString", o.HCP), rest.Param("staff", "valueString", o.Staff), rest.Param("kind", "valueCode", o.Kind), rest.Param("offer", "valueString", o.Signed)))
			}
		}
	}
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditQuery, Who: who, Patient: row.Patient, What: "offered-key", Reason: ofCase(id)})
	return out, nil
}

// offered is the key of one desk of somebody's, nil for none; with once a prekey and no other.
func offered(tx *store.Tx, who *store.Account, id, client, staff string, once bool) *store.OfferedKey {
	all := tx.Desks.OfferedKeys()
	if o := all.Of(client, staff, kindCase, id); o != nil && !once {
		return o
	}
	if all.Given(client, staff, who.HCP, who.Staff, tx.Now.Add(-takenIn).UnixMicro()) < mostTaken {
		if o := all.Take(client, staff, who.HCP, who.Staff, tx.Now.UnixMicro()); o != nil {
			return o
		}
	}
	if once {
		return nil
	}
	return all.Of(client, staff, kindLast, "")
}
