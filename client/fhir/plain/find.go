package plain

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

const (
	mostPeople = 20 // of one number: records that were merged into each other
	mostMerges = 5  // from one record to the next
)

// person is who a number is: a record, and those that were merged into it.
type person struct {
	ehrdesk.Patient
	ids []string // the record's own first
}

// Find looks a patient up. The number travels in the body of a POST, no link of the
// answer is followed, and consents are a search of their own: some servers bring a whole
// chart where they are asked to add them. Errors: CodeNotFound, CodeTampered (more than
// one person, another one, or consents of which nothing shows that they are all).
func (c *Centre) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	who, _, err := c.person(ctx, "find", n)
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	con, _, at, err := c.consents(ctx, "find", who)
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	return ehrdesk.Finding{Participation: ehrdesk.KnownHere, Patient: who.Patient, Consent: con, Checked: at, NoDeposit: ehrdesk.BarServer}, nil
}

// person is whom a number leads to, and the server's clock.
func (c *Centre) person(ctx context.Context, op string, n ehrdesk.Number) (person, time.Time, error) {
	id := c.identifier(n)
	ans, err := c.wire.Search(ctx, op, "Patient", url.Values{"identifier": {token(id)}, "_count": {strconv.Itoa(mostPeople)}})
	if err != nil {
		return person{}, time.Time{}, err
	}
	b, err := fhir.ParseBundle(op, ans.Body)
	if err != nil {
		return person{}, time.Time{}, err
	}
	at := clock(ans)
	wrong := ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server's answer is not the one person asked for")
	var found []r4.Resource
	for i := range b.Entries {
		switch e := &b.Entries[i]; {
		case e.Resource.Type == "OperationOutcome": // which needs no id
		case e.Fault != nil:
			return person{}, at, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server's answer cannot be read")
		case e.Resource.Type != "Patient": // what nobody asked for
		case !c.carries(e.Resource, n):
			return person{}, at, wrong
		default:
			found = append(found, e.Resource)
		}
	}
	if len(found) > mostPeople || b.Next != "" || b.Total > mostPeople {
		return person{}, at, wrong
	}
	var who person
	for _, r := range found {
		one, err := c.follow(ctx, op, r, n, at)
		if err != nil {
			return person{}, at, err
		}
		if who.ID != "" && who.ID != one.ID {
			return person{}, at, wrong
		}
		who = person{one.Patient, append(one.ids, who.ids...)}
	}
	switch {
	case who.ID == "" && b.Short():
		return who, at, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the server keeps something back of this look-up")
	case who.ID == "":
		return who, at, ehrdesk.E(op, ehrdesk.CodeNotFound, ehrdesk.ErrNotAtServer)
	}
	return who, at, nil
}

// token is an identifier as a search has it: what parts values from each other is escaped.
func token(i r4.Identifier) string {
	return i.System + "|" + strings.NewReplacer(`\`, `\\`, `,`, `\,`, `|`, `\|`, `$`, `\$`).Replace(i.Value)
}

// follow goes from a record that was merged to the one that took its place, each once. Errors:
// CodeConflict with ErrNumberAsID, before the number would stand in an address; CodeTampered.
func (c *Centre) follow(ctx context.Context, op string, r r4.Resource, n ehrdesk.Number, at time.Time) (person, error) {
	var who person
	for {
		if who = (person{c.patient(r, at), append([]string{r.ID}, who.ids...)}); who.NamedByNumber() || (ehrdesk.Patient{ID: who.MergedTo.ID}).NamedByNumber() {
			return who, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrNumberAsID)
		}
		if who.MergedTo.ID == "" {
			return who, nil
		}
		seen := false
		for _, id := range who.ids {
			seen = seen || id == who.MergedTo.ID
		}
		if seen || len(who.ids) > mostMerges || who.MergedTo.Resource != "Patient" {
			return who, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server's record was merged, and where it went cannot be told")
		}
		ans, err := c.wire.Get(ctx, op, "Patient/"+url.PathEscape(who.MergedTo.ID))
		if err != nil {
			return who, err
		}
		if r, err = r4.Read(ans.Body); err != nil || r.Ref() != who.MergedTo || c.contradicts(r, n) {
			return who, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server's answer is not the one person asked for")
		}
	}
}

// patient reads a Patient, whose numbers stand under the site's systems.
func (c *Centre) patient(r r4.Resource, at time.Time) ehrdesk.Patient {
	p := r4.PatientOf(r.Object, at)
	for _, i := range r.Identifiers() {
		switch i.System {
		case c.site.HKIC:
			if h, err := ehrdesk.ParseHKIC(i.Value); err == nil && c.site.HKIC != "" {
				p.HKIC = h
			}
		case c.site.EHR:
			if e, err := ehrdesk.ParseEHRNumber(i.Value); err == nil && c.site.EHR != "" {
				p.EHR = e
			}
		}
	}
	return p
}

// carries checks the server's filter: some ignore a parameter that they do not know.
func (c *Centre) carries(r r4.Resource, n ehrdesk.Number) bool { return c.holds(r, n) == yes }

// contradicts reports a record with another number of the same kind.
func (c *Centre) contradicts(r r4.Resource, n ehrdesk.Number) bool { return c.holds(r, n) == no }

type answer int

const (
	unsaid answer = iota
	yes
	no
)

// holds tells whether a record has a number, or another in its place.
func (c *Centre) holds(r r4.Resource, n ehrdesk.Number) answer {
	want, out := c.identifier(n), unsaid
	for _, i := range r.Identifiers() {
		if i.System != want.System {
			continue
		}
		value := i.Value
		switch {
		case !n.HKIC.IsZero():
			if h, err := ehrdesk.ParseHKIC(value); err == nil {
				value = h.Compact()
			}
		case !n.EHR.IsZero():
			if e, err := ehrdesk.ParseEHRNumber(value); err == nil {
				value = e.Compact()
			}
		}
		if value == want.Value {
			return yes
		}
		out = no
	}
	return out
}

// consents reads every Consent of a person and decides how the sharing consent stands,
// by the server's clock. Errors: CodeTampered where nothing shows that these are all, as
// the one that is lacking may forbid.
func (c *Centre) consents(ctx context.Context, op string, who person) (con ehrdesk.SharingConsent, all []r4.Resource, at time.Time, err error) {
	if c.Caps().Is(caps.LastUpdated) == "" { // of the record that was found, and nothing else
		found, err := caps.Probe(ctx, c.wire, c.Caps(), ehrdesk.Ref{Resource: "Patient", ID: who.ID})
		if err != nil {
			return con, nil, at, err
		}
		c.take(found)
	}
	lists, sharing := lister{c: c}, c.sharing(who.ids...)
	read := map[ehrdesk.Ref]r4.Resource{}
	take := func(ctx context.Context, resource, link string, form url.Values) (page, error) {
		b, ans, err := c.wire.List(ctx, op, c.query(resource, link, form))
		if err != nil {
			return page{}, err
		}
		if at.IsZero() {
			at = clock(ans)
		}
		if b.Unfinished() {
			return page{}, fhir.Unfinished(op)
		}
		p := page{rows: map[ehrdesk.Ref]row{}, total: b.Total, next: b.Next, short: b.Short()}
		for i := range b.Entries {
			switch e := &b.Entries[i]; {
			case e.Resource.Type == "OperationOutcome":
			case e.Fault != nil:
				return p, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "a consent at the server cannot be read")
			case e.Resource.Type != resource || e.Mode == "outcome":
			case !sharing.OfPatient(e.Resource):
				p.foreign = true
			default:
				m := e.Resource.Meta()
				p.rows[e.Resource.Ref()], read[e.Resource.Ref()] = row{m.Version, m.Updated}, e.Resource
			}
		}
		return p, nil
	}
	for _, id := range who.ids {
		var rows map[ehrdesk.Ref]row
		var lacking int
		err := c.either(func() (err error) {
			rows, lacking, err = lists.whole(ctx, "Consent", url.Values{"patient": {id}, "_count": {pageSize}}, take)
			return err
		})
		switch {
		case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound: // it has no such type
			return ehrdesk.SharingConsent{State: ehrdesk.ConsentNone}, nil, time.Now(), nil
		case err != nil:
			return con, nil, at, err
		case lacking > 0:
			return con, nil, at, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "nothing shows that the server has given all consents of this patient, and no other's")
		}
		for ref, now := range rows {
			m := read[ref].Meta()
			if _, ok := read[ref]; ok && !(row{m.Version, m.Updated}).differs(now) {
				continue
			}
			ans, err := c.wire.Get(ctx, op, "Consent/"+url.PathEscape(ref.ID))
			if err != nil {
				return con, nil, at, err
			}
			r, err := r4.Read(ans.Body)
			if err != nil || r.Ref() != ref || !sharing.OfPatient(r) {
				return con, nil, at, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "a consent at the server cannot be read")
			}
			read[ref] = r
		}
	}
	for _, r := range read {
		all = append(all, r)
	}
	if at.IsZero() {
		at = time.Now()
	}
	return sharing.Decide(all, at), all, at, nil
}
