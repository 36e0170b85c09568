package mailbox

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Limits of envelopes.
const (
	mostEnvelope = sealed.MostBytes + sealed.MostBytes/8 + 1<<20 // bytes, sealed: a class is an eighth longer at most, the keys beside it
	pieceSize    = 256 << 10                                     // bytes of an envelope that are in memory
	mostUnder    = 8                                             // envelopes of somebody that no event came for
	mostHeld     = 16 << 30                                      // bytes of a provider's envelopes
	waits        = time.Hour                                     // that an envelope lies without an event
)

// bring takes the bytes of an envelope before the event that it comes with, piece by piece.
func (m *Mailbox) bring(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.URL.Query().Get("id")
	refuse := func(err error) error {
		return m.tried(r, who, accesslog.Event{Action: ehrdesk.AuditCreate, What: "Envelope"}, "", err)
	}
	if err := works(who); err != nil {
		return refuse(err)
	}
	if !isID(id) {
		return refusal.Invalid("An envelope has a UUID.")
	}
	if err := m.store.Write(r.Context(), func(tx *store.Tx) error { return begin(tx, who, id) }); err != nil {
		return refuse(err)
	}
	if err := m.pieces(w, r, who, id); err != nil {
		return errors.Join(err, m.store.Write(context.WithoutCancel(r.Context()), func(tx *store.Tx) error {
			if under(tx, who, id) != nil {
				tx.Desks.Envelopes().Drop(id)
			}
			return nil
		}))
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// pieces keeps the bytes that a request brings, one piece in memory at a time.
func (m *Mailbox) pieces(w http.ResponseWriter, r *http.Request, who *store.Account, id string) error {
	sum, n := sha256.New(), 0
	err := rest.BodyPieces(w, r, mostEnvelope, pieceSize, func(piece []byte) error {
		sum.Write(piece)
		n++
		return m.store.Write(r.Context(), func(tx *store.Tx) error {
			if e := under(tx, who, id); e == nil || e.Whole || tx.Desks.Envelopes().Piece(id, n-1) != nil {
				return gone()
			}
			tx.Desks.Envelopes().Add(id, n-1, piece)
			return nil
		})
	})
	switch {
	case err != nil:
		return err
	case n == 0:
		return refusal.Invalid("An envelope has something in it.")
	}
	digest := sum.Sum(nil)
	return m.store.Write(r.Context(), func(tx *store.Tx) error {
		e := under(tx, who, id)
		if e == nil || e.Whole || tx.Desks.Envelopes().Piece(id, n) != nil {
			return gone()
		}
		e.Digest = digest
		tx.Desks.Envelopes().Whole(e)
		return nil
	})
}

// under is an envelope of somebody's that no event came for yet, nil for none.
func under(tx *store.Tx, who *store.Account, id string) *store.Envelope {
	e := tx.Desks.Envelopes().Get(id)
	if e == nil || e.N != 0 || e.HCP != who.HCP || e.Staff != who.Staff {
		return nil
	}
	return e
}

// begin makes room for an envelope of somebody's.
func begin(tx *store.Tx, who *store.Account, id string) error {
	if err := standing.Check(tx, who); err != nil {
		return err
	}
	if _, err := limits.Spend(tx, &limits.Envelopes, who, ehrdesk.AuditCreate); err != nil {
		return err
	}
	return room(tx, who, id)
}

func room(tx *store.Tx, who *store.Account, id string) error {
	all := tx.Desks.Envelopes()
	all.Sweep(tx.Now.UnixMicro())
	had := all.Get(id)
	switch {
	case had != nil && (had.N != 0 || had.HCP != who.HCP || had.Staff != who.Staff) || len(all.For(id)) > 0:
		return refusal.New(http.StatusConflict, "", "There is another envelope of this id.")
	case had == nil && all.Under(who.HCP, who.Staff) >= mostUnder:
		return limits.TooOften(tx.Now.Add(waits))
	case all.Held(who.HCP) >= mostHeld:
		return refusal.New(http.StatusUnprocessableEntity, "full", "The provider has too much in envelopes that are not over.")
	}
	all.Begin(&store.Envelope{ID: id, HCP: who.HCP, Staff: who.Staff, Client: who.Client, Made: tx.Now.UnixMicro(), Until: tx.Now.Add(waits).UnixMicro()})
	return nil
}

func gone() *refusal.Error {
	return refusal.New(http.StatusConflict, "", "This envelope was begun anew, or has a place already.")
}

// post gives an envelope its place in a case, once its head says of it what the event does and its bytes are those.
func (a *act) post(tx *store.Tx, c *ehrdesk.Case) error {
	one, err := enrolled.KeyOf(tx, a.who)
	if err != nil {
		return err
	}
	head, err := sealed.ReadHead(a.head, one)
	if err != nil {
		return enrolled.Unsigned(err)
	}
	v := a.event.Envelope
	if !isID(v.ID) || !caselog.Envelope(c, &a.event, &head) || head.At.Sub(tx.Now).Abs() > sealedBefore {
		return refusal.Invalid("The envelope is not the one that the event names.")
	}
	if err := a.sealedToGroups(tx, &head); err != nil {
		return err
	}
	all := tx.Desks.Envelopes()
	if a.short != nil {
		if err := room(tx, a.who, v.ID); err != nil {
			return err
		}
		sum := sha256.Sum256(a.short)
		all.Add(v.ID, 0, a.short)
		all.Whole(&store.Envelope{ID: v.ID, Digest: sum[:]})
	}
	e := under(tx, a.who, v.ID)
	switch {
	case e == nil || !e.Whole:
		return refusal.New(http.StatusConflict, "envelope", "The envelope is not here: it is brought before the event, or with it.")
	case e.Size != head.Size || subtle.ConstantTimeCompare(e.Digest, v.Digest) != 1:
		return refusal.Invalid("The envelope's bytes are not those that the event names.")
	}
	e.Case, e.N, e.Until = c.ID, a.event.N, 0
	if !v.Passes.IsZero() {
		e.Until = v.Passes.UnixMicro()
	}
	to := make([]store.Delivery, 0, len(v.To))
	for _, p := range v.To {
		to = append(to, store.Delivery{HCP: p.Provider, Staff: p.Staff})
	}
	if as := a.event.As; as != (ehrdesk.CasePerson{}) { // what is said for a group its staff read
		to = append(to, store.Delivery{HCP: as.Provider, Staff: as.Staff})
	}
	all.Post(e, to)
	return nil
}

// sealedBefore is how long before its event an envelope may have been sealed: without the line it waits at the desk.
const sealedBefore = 30 * 24 * time.Hour

// received notes who has opened what, and has a passing message go when all have.
func (a *act) received(tx *store.Tx, c *ehrdesk.Case, seq int64) {
	if a.event.Kind != ehrdesk.CaseOpened {
		return
	}
	all := tx.Desks.Envelopes()
	said := opened(c, a.event.Of)
	opened := 0
	deliveries := all.For(said.Envelope)
	for j := range deliveries {
		d := &deliveries[j]
		if (ehrdesk.CasePerson{Provider: d.HCP, Staff: d.Staff}) == a.actor() {
			d.Opened, d.Change = tx.Now.UnixMicro(), seq
			all.Reach(d)
		}
		if d.Opened != 0 || d.HCP == said.By.Provider && d.Staff == said.By.Staff {
			opened++
		}
	}
	if !said.Passes.IsZero() && opened == len(deliveries) {
		all.SetUntil(said.Envelope, min(said.Passes.UnixMicro(), tx.Now.Add(ehrdesk.CaseShown).UnixMicro()))
	}
}

// fetch gives an envelope to its author, or to whom it is for, piece by piece, and notes that it came to them.
func (m *Mailbox) fetch(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.URL.Query().Get("id")
	if !isID(id) {
		return refusal.Invalid("An envelope has a UUID.")
	}
	what, of := accesslog.Event{Action: ehrdesk.AuditReceive, What: ofEnvelope(id)}, ""
	if err := works(who); err != nil {
		return m.tried(r, who, what, of, err)
	}
	var e *store.Envelope
	err := m.store.Write(r.Context(), func(tx *store.Tx) (err error) {
		if e = tx.Desks.Envelopes().Get(id); e != nil {
			of = e.Case
		}
		patient := ""
		if patient, err = mayFetch(tx, who, e); err != nil {
			return err
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditReceive, Who: who, Patient: patient, What: ofEnvelope(id)})
		return nil
	})
	if err != nil {
		return m.tried(r, who, what, of, err)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(e.Size, 10))
	for n, given := 0, int64(0); given < e.Size; n++ {
		var piece []byte
		err := m.store.Read(r.Context(), func(tx *store.Tx) error { piece = tx.Desks.Envelopes().Piece(id, n); return nil })
		if err != nil || piece == nil { // it is over meanwhile: who reads sees that it is not whole
			panic(http.ErrAbortHandler)
		}
		if _, err := w.Write(piece); err != nil {
			panic(http.ErrAbortHandler)
		}
		given += int64(len(piece))
	}
	return m.store.Write(r.Context(), func(tx *store.Tx) error {
		deliver(tx, who, e)
		return nil
	})
}

// mayFetch gives of whom an envelope is to whom it may be given. Errors: 404, 410 for what has passed, and those of member.
func mayFetch(tx *store.Tx, who *store.Account, e *store.Envelope) (patient string, err error) {
	if e == nil || e.N == 0 {
		return "", refusal.NotFound()
	}
	row, err := member(tx, who, e.Case)
	if err != nil {
		return "", err
	}
	if e.Until != 0 && e.Until <= tx.Now.UnixMicro() {
		return "", passed()
	}
	if e.HCP == who.HCP && e.Staff == who.Staff {
		return row.Patient, nil
	}
	is := standsFor(tx, who)
	for _, d := range tx.Desks.Envelopes().For(e.ID) {
		if !is[ehrdesk.CasePerson{Provider: d.HCP, Staff: d.Staff}] {
			continue
		}
		if e.Until != 0 && d.Opened != 0 && !tx.Now.Before(store.Time(d.Opened).Add(ehrdesk.CaseShown)) {
			return "", passed()
		}
		return row.Patient, nil
	}
	return "", refusal.New(http.StatusForbidden, "sealed-for-others", "This envelope is for others.")
}

func passed() *refusal.Error {
	return refusal.New(http.StatusGone, "passed", "This message has passed.")
}

// deliver notes that an envelope was given whole to somebody whom it is for, and has those hear who are in the case.
func deliver(tx *store.Tx, who *store.Account, e *store.Envelope) {
	is := standsFor(tx, who)
	for _, d := range tx.Desks.Envelopes().For(e.ID) {
		if is[ehrdesk.CasePerson{Provider: d.HCP, Staff: d.Staff}] && d.Delivered == 0 {
			seq, _ := tx.Changes.Next()
			d.Delivered, d.Change = tx.Now.UnixMicro(), seq
			tx.Desks.Envelopes().Reach(&d)
			tx.Desks.Cases().Told(e.Case, seq)
		}
	}
}
