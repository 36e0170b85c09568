package copies

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Through is until when records were looked through that are in step until a moment, of which the centre says whole seconds: what of
// them came in that second was looked through too, and is not new the next time.
func Through(step time.Time, records []*ehrdesk.Record) time.Time {
	if step.IsZero() {
		return step
	}
	out, second := step, step.Add(time.Second)
	for _, r := range records {
		if r.Updated.After(out) && r.Updated.Before(second) {
			out = r.Updated
		}
	}
	return out
}

// Count notes what of the records is new to each who has had the chart open. It is called at the
// end of a sync, when the chart lies open and the access is written down: whoever asks later how
// much is new, before they open the chart, has it from the header, and no list is read for it.
// step is until when the copy is in step, as Through gives it; zero where it is not.
//
// alerts gives, by kind, what of the records is to be acted on and what is to be known by who has seen
// those until a moment.
func (h *Header) Count(records []*ehrdesk.Record, step time.Time, alerts func(after time.Time) (act, know map[string]int)) {
	h.look()
	if !step.IsZero() {
		h.Step = step
	}
	news := map[string]News{}
	for staff, seen := range h.Seen {
		news[staff] = News{After: seen}
	}
	for staff, n := range h.News {
		news[staff] = News{After: line.Later(n.After, news[staff].After)}
	}
	for staff, n := range news {
		for _, r := range records {
			if !r.Updated.After(n.After) || r.Linked || r.Restricted || r.Void() || r.Type() == ehrdesk.Demographics {
				continue // as what is new in an open chart is told, record for record
			}
			if n.Kinds == nil {
				n.Kinds = map[string]int{}
			}
			n.Kinds[r.Kind.String()]++
		}
		if n.Kinds != nil {
			n.Act, n.Know = alerts(n.After)
		}
		news[staff] = n
	}
	h.News = news
}

// FetchedBy notes that a person fetches the records before anybody opens them.
func (h *Header) FetchedBy(staff string, at time.Time) {
	h.Unopened, h.By = true, with(h.By, staff, at)
}

// AwaitedBy reports whether a person has fetched the records, or opened the chart, since a moment by this
// desk's clock: nothing is to be fetched for them.
func (h *Header) AwaitedBy(staff string, since time.Time) bool {
	return line.Later(h.By[staff], h.Opened[staff]).After(since)
}

// look is that somebody looks at what was fetched ahead, or that it was fetched once more by an access of
// its own: from then on it is as any other.
func (h *Header) look() {
	if h.Unopened {
		h.Step = line.Later(h.Step, h.Whole)
		h.Unopened, h.Whole = false, time.Time{}
	}
}

// unseen reports a copy of which nobody at this desk has seen anything yet.
func (h *Header) unseen() bool { return h.Unopened && h.Step.IsZero() && len(h.Opened) == 0 }

// newTo is what is new to somebody, of the kinds that they are generally given: how many records, and
// of how many something is to be done or to be known.
func (h *Header) newTo(a ehrdesk.Account) (out ehrdesk.Held) {
	n := h.News[a.Staff]
	for _, k := range ehrdesk.Kinds() {
		if ehrdesk.AccessOf(a.Role, k) == ehrdesk.General {
			out.New += n.Kinds[k.String()]
			out.Act += n.Act[k.String()]
			out.Know += n.Know[k.String()]
		}
	}
	return out
}

// Held lists those with a copy and a consent in force. A copy into which nothing has come yet,
// and one that cannot be read, are left out: whoever opens it is told. So is one that was fetched
// ahead and not opened yet; what was fetched ahead into another counts when it is opened.
func (s *Copies) Held(ctx context.Context, a ehrdesk.Account) ([]ehrdesk.Held, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	var out []ehrdesk.Held
	for _, c := range all {
		h, err := OpenHeader(c.Header)
		if err != nil || c.Synced.IsZero() || h.unseen() || !h.Consent.StateAt(line.Later(s.Time(), h.Checked)).Allows() {
			continue
		}
		one := h.newTo(a)
		one.Patient = h.Patient.Patient()
		out = append(out, one)
	}
	return out, nil
}

// WithResults gives each copy under a consent in force that somebody has seen, with its abnormal results.
func WithResults(ctx context.Context, s *Copies, give func(p ehrdesk.Patient, results []Result)) error {
	all, err := s.all(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		h, err := OpenHeader(c.Header)
		if err != nil || c.Synced.IsZero() || h.unseen() || !h.Consent.StateAt(line.Later(s.Time(), h.Checked)).Allows() {
			continue
		}
		give(h.Patient.Patient(), h.Results)
	}
	return nil
}

// Known lists who those are of whom this desk keeps a copy that the policy in force lets it keep, under a
// consent in force.
func (s *Copies) Known(ctx context.Context) ([]ehrdesk.Acquaintance, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	var out []ehrdesk.Acquaintance
	for _, c := range all {
		h, err := OpenHeader(c.Header)
		now := line.Later(s.Time(), h.Checked)
		if err != nil || !h.Consent.StateAt(now).Allows() || s.InForce(h.Policy).exceeds(h, now) {
			continue
		}
		out = append(out, ehrdesk.Acquaintance{Patient: h.Patient.Patient(), At: h.Checked})
	}
	return out, nil
}
