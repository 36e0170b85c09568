// Package events tells a provider's desks that something changed, as server-sent events:
// a consent, a record, the day, a request or a case, and about whom, and no more. Each is a hint to ask, and never
// the truth; what it is about is asked for like anything else.
package events

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// How often a stream looks for changes and says that it is alive, unless
// Options say otherwise, and how long a client may take to read.
const (
	eventsEvery = time.Second
	eventsAlive = 15 * time.Second
	eventsWrite = 30 * time.Second
)

// Stream is the events of a store.
type Stream struct {
	rest         *rest.Server
	store        store.Store
	still        func(*http.Request) (*store.Account, error) // who has asked, asked anew at each look
	records      bool                                        // it is known here when records change
	every, alive time.Duration
}

// New is the events of a store: looked for every so often, a second where zero, and
// said to be alive, every 15 seconds where zero. records is whether it is known here when
// records change; where it is not the stream says that it is of consents alone.
func New(rest *rest.Server, store store.Store, still func(*http.Request) (*store.Account, error), records bool, every, alive time.Duration) *Stream {
	return &Stream{rest, store, still, records, cmp.Or(every, eventsEvery), cmp.Or(alive, eventsAlive)}
}

// The kinds of event. Each is a hint to ask, and never the truth.
const (
	consent = "consent"
	record  = "record"
	day     = "day"
	request = "request"
	inCase  = "case"
)

// event is one event: that something changed, about whom, and under which
// change number.
type event struct {
	seq     int64
	kind    string
	patient string
}

// Follow answers with a stream of server-sent events for the asking provider. Changes are
// found in the store, so that those of other processes come as well. It ends
// with the token, with the client, and with the service: when ending
// is closed.
func (s *Stream) Follow(w http.ResponseWriter, r *http.Request, ending <-chan struct{}) error {
	if a := r.Header.Get("Accept"); a != "" && !strings.Contains(a, "text/event-stream") && !strings.Contains(a, "*/*") {
		return refusal.New(http.StatusNotAcceptable, "", "Events come as text/event-stream.")
	}
	seen, err := s.firstSeen(r)
	if err != nil {
		return err
	}
	out := &answer{w: w, control: http.NewResponseController(w)}
	if err := out.control.SetReadDeadline(time.Time{}); err != nil { // the server's own would end the stream
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	if !s.records {
		w.Header().Set("Events-Of", consent)
	}
	if !out.say(fmt.Sprintf(": listening\nid: %d\n\n", seen)) {
		return nil
	}
	look, alive := time.NewTicker(s.every), time.NewTicker(s.alive)
	defer look.Stop()
	defer alive.Stop()
	last := s.rest.Now()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-ending:
			return nil
		case <-alive.C:
			if !out.say(": alive\n\n") {
				return nil
			}
		case <-look.C:
			who, err := s.still(r)
			if err != nil { // the token has ended, or the account
				return nil
			}
			now := s.rest.Now()
			var news []event
			if news, seen, err = s.since(r, who, seen, last, now); err != nil {
				return nil // the client comes back, from where it was
			}
			last = now
			for _, e := range news {
				if !out.say(fmt.Sprintf("event: %s\nid: %d\ndata: {\"patient\":%s}\n\n", e.kind, e.seq, resource.Quote(e.patient))) {
					return nil
				}
			}
		}
	}
}

// answer writes to a client that may read slowly or not at all.
type answer struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (o *answer) say(text string) bool {
	if o.control.SetWriteDeadline(time.Now().Add(eventsWrite)) != nil {
		return false
	}
	_, err := o.w.Write([]byte(text))
	return err == nil && o.control.Flush() == nil
}

// firstSeen is the change that a client has come to: the Last-Event-ID it gives,
// or the present one. A number that is not yet reached is of another store.
func (s *Stream) firstSeen(r *http.Request) (seen int64, err error) {
	err = s.store.Read(r.Context(), func(tx *store.Tx) error { seen = tx.Changes.Last(); return nil })
	if n, e := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); e == nil && n >= 0 && n < seen {
		seen = n
	}
	return seen, err
}

// since gives what has happened after change number seen, and what came about by
// itself between two moments: one event a patient and kind. With no change it costs one
// row. That records changed is told to those who may see records.
func (s *Stream) since(r *http.Request, who *store.Account, seen int64, last, now time.Time) (news []event, upTo int64, err error) {
	err = s.store.Read(r.Context(), func(tx *store.Tx) error {
		hear := func(kind string, hints []store.Hint) {
			for _, h := range hints {
				news = append(news, event{cmp.Or(h.Seq, upTo), kind, h.Patient})
			}
		}
		upTo = tx.Changes.Last()
		if upTo > seen {
			hear(consent, tx.Changes.Consents(who.HCP, seen))
			if who.Role.Clinical() {
				hear(record, tx.Changes.Records(&who.Provider, seen))
			}
			if last := tx.Desks.Days().Last(who.HCP); last > seen {
				hear(day, []store.Hint{{Seq: last}})
			}
			if last := tx.Desks.Inbox().Last(who.HCP); last > seen {
				hear(request, []store.Hint{{Seq: last}})
			}
			if last := tx.Desks.Cases().Last(who.HCP, who.Staff); last > seen {
				hear(inCase, []store.Hint{{Seq: last}})
			}
		}
		hear(consent, tx.Changes.Ended(who.HCP, last, now))
		if who.Role.Clinical() {
			hear(record, tx.Changes.Flowed(&who.Provider, last, now))
		}
		return nil
	})
	slices.SortStableFunc(news, func(a, b event) int { return cmp.Compare(a.seq, b.seq) })
	return news, upTo, err
}
