package cases

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// mark is how far the list of cases was read.
type mark struct {
	UpTo    string    `json:"up_to"`
	At      time.Time `json:"at"`
	Version int       `json:"version,omitempty"` // keptVersion of the cases here: with an older one the list is read from its beginning
}

// Told is what the centre says with its list of cases of what a desk would ask for each time: it is asked for where that has changed.
type Told struct {
	Keys   *fhir.CaseKeysLeft // nil where it says nothing of it
	Groups string             // up to which change groups have come; "" the same
}

// Sync brings the cases of whoever is signed in into step with the centre: its list, and of each that has changed the events, each held
// against its author's key and the rules. A history that is not one stops there, and is written down. told is what the centre said with the
// list of what else a desk asks for.
func (s *Cases) Sync(ctx context.Context) (told Told, err error) {
	const op = "case.sync"
	if err := s.may(op); err != nil {
		return told, err
	}
	defer s.Idle.Work()()
	s.turn.Lock()
	defer s.turn.Unlock()
	if half, err := s.root.half(); err != nil || half { // as a crash has left it
		if err = cmp.Or(err, s.destroy(ctx, func() error { return nil })); err != nil {
			return told, err
		}
	}
	if err := (filing{s}).sweep(ctx); err != nil {
		return told, err
	}
	var m mark
	if _, err := s.get(ctx, caseList, markItem, &m); err != nil {
		return told, err
	}
	upTo := m.UpTo
	if m.Version < keptVersion {
		upTo = ""
	}
	for more := true; more; {
		out, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.CasesOut, error) { return s.centre.Cases(ctx, upTo) })
		if err != nil {
			return told, err
		}
		told = Told{out.Keys, out.Groups}
		for _, r := range out.Cases {
			if r.ID == "" {
				return told, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's list of cases cannot be read")
			}
			if err := s.bring(ctx, r); err != nil {
				return told, err
			}
		}
		if more = out.More && out.UpTo != upTo; out.UpTo != "" {
			upTo = out.UpTo
		}
		if m.At = s.Now(); m.Version == keptVersion || !more { // what is made anew is begun with again where it was broken off
			m.UpTo, m.Version = upTo, keptVersion
		}
		if err := s.put(ctx, caseList, markItem, m); err != nil {
			return told, err
		}
	}
	return told, archiving{s}.archives(ctx)
}

// bring brings one case into step, and offers a key of this desk for it.
func (s *Cases) bring(ctx context.Context, r fhir.CaseRow) error {
	k, err := s.kept(ctx, r.ID)
	if err != nil {
		return err
	}
	if k.Left, k.Closed = r.Left, r.Closed; r.Closed != "" {
		if k.Case.ID == "" {
			return nil // nothing is known of it here
		}
		return s.keep(ctx, r.ID, &k)
	}
	if err := s.follow(ctx, r.ID, &k); err != nil {
		return err
	}
	s.ahead.note(r.ID)
	return s.settle(ctx, r.ID, &k)
}

// settle does what follows of how far a case has come: of one that is over, or that whoever is signed in has left, the keys go, and the
// words too where they are not archived; for one that goes on this desk offers a key.
func (s *Cases) settle(ctx context.Context, id string, k *kept) error {
	in, forGroup, err := answering{s}.in(ctx, &k.Case)
	switch {
	case err != nil:
		return err
	case k.Broken != "", forGroup && !k.Case.State.Over(): // for a group it is its own key that opens
		return nil
	case in && !k.Case.State.Over():
		return s.goesOn(ctx, id, k)
	case !k.Archived.IsZero():
		return nil
	}
	if k.Offered != "" { // who comes back offers another
		k.Offered = ""
		if err := s.keep(ctx, id, k); err != nil {
			return err
		}
	}
	if k.Case.Ends == ehrdesk.CaseDestroys { // whoever left keeps nothing either
		return s.forget(ctx, id, true)
	}
	// Until it is archived what was read stays.
	return cmp.Or(s.put(ctx, endedList, id, mark{At: s.Now()}), s.forget(ctx, id, false))
}

// goesOn offers a key of this desk for a case, where it has offered none.
func (s *Cases) goesOn(ctx context.Context, id string, k *kept) error {
	if k.Offered != "" {
		return nil
	}
	k.Archived = time.Time{} // of whoever left it, and is in it again
	name, err := offering{s}.offer(ctx, "case.keys", id, []sealed.OfferKind{sealed.OfferCase})
	if err != nil {
		return err
	}
	k.Offered = name
	return s.keep(ctx, id, k)
}

// follow reads on in the events of a case, and keeps it.
func (s *Cases) follow(ctx context.Context, id string, k *kept) error {
	read := s.readOn
	if k.Version < keptVersion && k.Case.Events > 0 {
		read = s.anew
	}
	if err := read(ctx, id, k); err != nil {
		return err
	}
	k.Asked = s.Now()
	return s.keep(ctx, id, k)
}

// anew makes a case again from its events, as what was kept of them is an older program's. What was here stays until all of it has come
// again and is the same; where the centre gives it no more it stays as it is.
func (s *Cases) anew(ctx context.Context, id string, k *kept) error {
	n := kept{Left: k.Left, Closed: k.Closed, Broken: k.Broken, Offered: k.Offered, pieces: k.pieces}
	err := s.readOn(ctx, id, &n)
	switch code := ehrdesk.CodeOf(err); {
	case code == ehrdesk.CodeNotFound, code == ehrdesk.CodeDenied, code == ehrdesk.CodeConsentNeeded:
		k.Version = keptVersion
		return nil
	case err != nil:
		return err
	}
	if len(n.Hashes) >= len(k.Hashes) && slices.Equal(n.Hashes[:len(k.Hashes)], k.Hashes) {
		*k = n
		return nil
	}
	return s.breaks(ctx, k, cmp.Or(n.Broken, (&caselog.Broken{N: len(n.Hashes), Why: caselog.ErrForked}).Error()))
}

// breaks notes that the history of a case is not one, and writes it down once.
func (s *Cases) breaks(ctx context.Context, k *kept, why string) error {
	if k.Broken == "" {
		if err := s.access.Incident(ctx, k.Case.Patient, "a sealed case whose history breaks"); err != nil {
			return err
		}
	}
	k.Broken = why
	return nil
}

// readOn reads on in the events of a case.
func (s *Cases) readOn(ctx context.Context, id string, k *kept) error {
	if k.Case.Events == 0 {
		k.Version = keptVersion
	}
	for more := true; more; {
		out, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.CaseEventsOut, error) {
			return s.centre.CaseEvents(ctx, id, k.Case.Events, k.Change)
		})
		if err != nil {
			return err
		}
		before := k.Case.Events
		if err := s.take(ctx, id, k, out.Events); err != nil {
			return err
		}
		if p := out.Patient; p.ID == k.Case.Patient && k.Case.Events > 0 {
			k.Whom = whomOf(&p)
		}
		for _, d := range out.Delivered {
			k.Change = max(k.Change, d.Change)
			if !slices.ContainsFunc(k.Reached, func(g ehrdesk.CaseGiven) bool { return g.Envelope == d.Envelope && g.To == d.To }) { // another fetch by them
				k.Reached = append(k.Reached, ehrdesk.CaseGiven{Envelope: d.Envelope, To: d.To, At: d.At})
			}
		}
		more = out.More && k.Case.Events > before && k.Broken == ""
	}
	return nil
}

// take brings a case on by events that came. A signer whom the desk does not know has the directory asked once, and a history of a group
// that it does not know that group.
func (s *Cases) take(ctx context.Context, id string, k *kept, events []fhir.CaseEventOut) error {
	signed := make([]string, len(events))
	for i, e := range events {
		signed[i] = e.Signed
	}
	err, failed := answering{s}.follow(ctx, k, signed)
	if failed != nil {
		return failed
	}
	if k.Case.Events > 0 && k.Case.ID != id {
		err = &caselog.Broken{N: 1, Why: caselog.ErrForked}
	}
	if err := s.heads(ctx, id, k, events); err != nil {
		return err
	}
	var broken *caselog.Broken
	switch {
	case errors.As(err, &broken):
	case err == nil && len(events) > 0:
		k.Broken = ""
		return nil
	default:
		return err
	}
	return s.breaks(ctx, k, broken.Error())
}

// heads keeps the signed heads of the envelopes that are for whoever is signed in, or were sealed by them at another desk, until they are
// read. It is called before the case is kept, so that no event is here without its head.
func (s *Cases) heads(ctx context.Context, id string, k *kept, events []fhir.CaseEventOut) error {
	put := map[string]text{}
	mine, err := answering{s}.of(ctx, &k.Case)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Head == "" || e.N > k.Case.Events {
			continue
		}
		if said := saidBy(&k.Case, e.N); said != nil && said.Opens(s.me(), mine) {
			put[said.Envelope] = text{Head: e.Head, At: said.At}
		}
	}
	if len(put) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	had, err := s.said(ctx, id)
	if err != nil {
		return err
	}
	for at := range put {
		if had[at].Read {
			delete(put, at)
		}
	}
	return s.keepSaid(ctx, id, put)
}

// forget destroys the keys by which this desk opens what is said in a case, and with words what was read of it too. What the case was
// stays, under another key: the one before opens what was copied from the disk.
func (s *Cases) forget(ctx context.Context, id string, words bool) error {
	var gone []string
	if err := s.keys(ctx, nil, func(name string, k *keptKey) {
		if k.Case == id {
			gone = append(gone, name)
		}
	}); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := s.said(ctx, id)
	if err != nil {
		return err
	}
	if words = words && len(all) > 0; !words && len(gone) == 0 {
		return nil
	}
	k, err := s.kept(ctx, id)
	if err != nil {
		return err
	}
	files := filesOf(all)
	if words { // a crash after this finds the words still, and comes here again
		if err := cache.LongOf(s.Vault).Remove(ctx, files...); err != nil {
			return err
		}
	}
	err = s.destroy(ctx, func() error {
		if err := s.off(ctx, keyList, gone...); err != nil || !words {
			return err
		}
		if err := s.off(ctx, fileList, files...); err != nil {
			return err
		}
		return cmp.Or(s.off(ctx, rawList(id), slices.Collect(maps.Keys(all))...), s.off(ctx, saidList(id), slices.Collect(maps.Keys(all))...), s.off(ctx, caseList, id))
	})
	if err != nil || !words {
		return err
	}
	return s.keep(ctx, id, &k) // what a crash before this loses the centre gives again
}
