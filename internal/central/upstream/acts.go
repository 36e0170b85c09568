package upstream

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// consents count where both have them: the store beneath, which heard of the act, and the engine,
// where the Consent stands that anybody with a right to may end.
type consents struct {
	store.Consents
	v *view
}

func (q consents) Last(patient, hcp string) *store.Consent {
	c := q.Consents.Last(patient, hcp)
	if c == nil {
		return nil
	}
	for _, text := range []*string{&c.Giver.Name, &c.Giver.Document, &c.Giver.Declaration} {
		*text = q.v.lifted(ofGiver, *text)
	}
	q.v.pairs[c.ID] = [2]string{patient, hcp}
	if c.State == ehrdesk.ConsentWithdrawn && !q.v.local && !q.v.set[c.ID] {
		q.v.doubts.add(ehrdesk.Ref{Resource: consentType, ID: c.ID}, pair{patient, hcp})
	}
	if q.v.local || q.v.closing || q.v.set[c.ID] || !c.StateAt(q.v.tx.Now).Allows() {
		return c
	}
	return q.v.asTheEngineHas(c, patient, hcp)
}

func (q consents) Add(patient, hcp string, c ehrdesk.SharingConsent, notices string) {
	kept := c
	for _, text := range []*string{&kept.Giver.Name, &kept.Giver.Document, &kept.Giver.Declaration} {
		*text = q.v.veil.text(ofGiver, *text)
	}
	q.Consents.Add(patient, hcp, kept, notices)
	q.v.set[c.ID] = true
	q.v.gives(patient, hcp, c, notices)
}

func (q consents) Set(c *store.Consent, changed bool) {
	q.Consents.Set(c, changed)
	if q.v.quiet {
		return
	}
	pair, known := q.v.pairs[c.ID]
	if !known {
		q.v.abort(store.Err)
	}
	q.v.set[c.ID] = true
	q.v.owe(q.v.consent(pair[0], pair[1], *c, ""))
	q.v.withoutEngine(pair[1], c.ID)
}

func (q consents) Act(hcp, request string) (print, answer []byte) {
	print, answer = q.Consents.Act(hcp, request)
	if print == nil {
		return nil, nil
	}
	answer, err := q.v.veil.open(ofAct, answer)
	if err != nil {
		q.v.abort(err)
	}
	return print, answer
}

// Ending has what it takes to tell of the consents that end at hand, read from the engine together.
func (q consents) Ending(hcp string, from, to time.Time, after store.Ending, most int) ([]store.Ending, int) {
	out, total := q.Consents.Ending(hcp, from, to, after, most)
	var refs []ehrdesk.Ref
	for _, e := range out {
		refs = append(refs, ehrdesk.Ref{Resource: "Patient", ID: e.Patient})
		if c := q.Consents.Last(e.Patient, hcp); c != nil {
			refs = append(refs, ehrdesk.Ref{Resource: "Consent", ID: c.ID})
		}
	}
	q.v.all(refs)
	return out, total
}

func (q consents) AddAct(hcp, request string, print, answer []byte) {
	q.Consents.AddAct(hcp, request, print, q.v.veil.bytes(ofAct, answer))
}

// accesses is the access log beneath; the engine is told of each event and notice.
type accesses struct {
	store.Log
	v *view
}

func (q accesses) Add(e *store.LogEntry) {
	q.Log.Add(e)
	q.v.owe(q.v.auditEvent(e))
}

func (q accesses) AddNotice(n store.Notice) {
	q.v.owe(q.v.communication(&n))
	n.Contact = q.v.veil.text(ofContact, n.Contact)
	q.Log.AddNotice(n)
}

// named gives entries with the numbers that they were read with.
func (q accesses) named(each func(*store.LogEntry) error) func(*store.LogEntry) error {
	return func(e *store.LogEntry) error {
		var err error
		if e.EHR, err = q.v.veil.lift(ofNumber, e.EHR); err != nil {
			return err
		}
		return each(e)
	}
}

func (q accesses) one(e *store.LogEntry) *store.LogEntry {
	if e != nil {
		e.EHR = q.v.lifted(ofNumber, e.EHR)
	}
	return e
}

func (q accesses) Event(id string) *store.LogEntry     { return q.one(q.Log.Event(id)) }
func (q accesses) Review(event string) *store.LogEntry { return q.one(q.Log.Review(event)) }

func (q accesses) Each(patient string, after int64, each func(*store.LogEntry) error) error {
	return q.Log.Each(patient, after, q.named(each))
}

func (q accesses) Unusual(after int64, each func(*store.LogEntry) error) error {
	return q.Log.Unusual(after, q.named(each))
}

func (q accesses) Sampled(each func(*store.LogEntry) error) error {
	return q.Log.Sampled(q.named(each))
}

func (q accesses) OfProvider(hcp string, from, after int64, each func(*store.LogEntry) error) error {
	return q.Log.OfProvider(hcp, from, after, q.named(each))
}

func (q accesses) EachFrom(n int64, each func(*store.LogEntry) error) error {
	return q.Log.EachFrom(n, q.named(each))
}

func (q accesses) EachNotice(patient string, after int64, each func(*store.Notice) error) error {
	return q.Log.EachNotice(patient, after, func(n *store.Notice) error {
		var err error
		if n.EHR, err = q.v.veil.lift(ofNumber, n.EHR); err == nil {
			n.Contact, err = q.v.veil.lift(ofContact, n.Contact)
		}
		if err != nil {
			return err
		}
		return each(n)
	})
}

// tries are those beneath, with the contacts that codes go to sealed.
type tries struct {
	store.Tries
	v *view
}

func (q tries) Contact(patient string) *store.CodeContact {
	c := q.Tries.Contact(patient)
	if c != nil {
		c.To, c.Next.To = q.v.lifted(ofContact, c.To), q.v.lifted(ofContact, c.Next.To)
	}
	return c
}

func (q tries) SetContact(patient string, c store.CodeContact) {
	c.To, c.Next.To = q.v.veil.text(ofContact, c.To), q.v.veil.text(ofContact, c.Next.To)
	q.Tries.SetContact(patient, c)
}

// cards are those beneath, with the part of the evidence that names the person sealed.
type cards struct {
	store.Cards
	v *view
}

func (q cards) KeepEvidence(of store.EvidenceOf, id string, e *ehrdesk.CardEvidence, issuer string) {
	kept := *e
	if kept.Face != nil {
		kept.Face = q.v.veil.bytes(ofFace, kept.Face)
	}
	q.Cards.KeepEvidence(of, id, &kept, issuer)
}

// releases are those beneath, with the reason's words sealed.
type releases struct {
	store.Releases
	v *view
}

func (q releases) Add(r *store.Release, who *store.Account) {
	kept := *r
	kept.Words = q.v.veil.text(ofWords, r.Words)
	q.Releases.Add(&kept, who)
}
