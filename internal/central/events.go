package central

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// How often a stream looks for changes and says that it is alive, unless
// Options say otherwise, and how long a client may take to read.
const (
	eventsEvery = time.Second
	eventsAlive = 15 * time.Second
	eventsWrite = 30 * time.Second
)

// The kinds of event. Each is a hint to ask, and never the truth.
const (
	eventConsent = "consent"
	eventRecord  = "record"
)

// changeEvent is one event: that something changed, about whom, and under which
// change number.
type changeEvent struct {
	seq     int64
	kind    string
	patient string
}

// events is a stream of server-sent events for the asking provider. Changes are
// found in the store, so that those of other processes come as well. It ends
// with the token, with the client, and with the service.
func (s *server) events(w http.ResponseWriter, r *http.Request, _ *token) error {
	if a := r.Header.Get("Accept"); a != "" && !strings.Contains(a, "text/event-stream") && !strings.Contains(a, "*/*") {
		return refuse(http.StatusNotAcceptable, "", "Events come as text/event-stream.")
	}
	seen, err := s.firstSeen(r)
	if err != nil {
		return err
	}
	out := &eventStream{w: w, control: http.NewResponseController(w)}
	if err := out.control.SetReadDeadline(time.Time{}); err != nil { // the server's own would end the stream
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	if !out.say(fmt.Sprintf(": listening\nid: %d\n\n", seen)) {
		return nil
	}
	look, alive := time.NewTicker(s.c.eventsEvery), time.NewTicker(s.c.eventsAlive)
	defer look.Stop()
	defer alive.Stop()
	last := s.c.now()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-s.ending:
			return nil
		case <-alive.C:
			if !out.say(": alive\n\n") {
				return nil
			}
		case <-look.C:
			who, err := s.account(r.Context(), r)
			if err != nil { // the token has ended, or the account
				return nil
			}
			now := s.c.now()
			var news []changeEvent
			if news, seen, err = s.since(r, who, seen, last, now); err != nil {
				return nil // the client comes back, from where it was
			}
			last = now
			for _, e := range news {
				if !out.say(fmt.Sprintf("event: %s\nid: %d\ndata: {\"patient\":%s}\n\n", e.kind, e.seq, quote(e.patient))) {
					return nil
				}
			}
		}
	}
}

// eventStream writes to a client that may read slowly or not at all.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (o *eventStream) say(text string) bool {
	if o.control.SetWriteDeadline(time.Now().Add(eventsWrite)) != nil {
		return false
	}
	_, err := o.w.Write([]byte(text))
	return err == nil && o.control.Flush() == nil
}

// firstSeen is the change that a client has come to: the Last-Event-ID it gives,
// or the present one. A number that is not yet reached is of another store.
func (s *server) firstSeen(r *http.Request) (seen int64, err error) {
	err = s.c.read(r.Context(), func(q *tx) error {
		_, err := q.row("SELECT seq FROM change", nil, &seen)
		return err
	})
	if n, e := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); e == nil && n >= 0 && n < seen {
		seen = n
	}
	return seen, err
}

// since gives what has happened after change number seen, and what came about by
// itself between two moments. With no change it costs one row.
func (s *server) since(r *http.Request, who *token, seen int64, last, now time.Time) (news []changeEvent, upTo int64, err error) {
	err = s.c.read(r.Context(), func(q *tx) error {
		if _, err := q.row("SELECT seq FROM change", nil, &upTo); err != nil {
			return err
		}
		if upTo > seen {
			if err := q.changed(who, seen, &news); err != nil {
				return err
			}
		}
		return q.cameAbout(who, last, now, upTo, &news)
	})
	slices.SortStableFunc(news, func(a, b changeEvent) int { return cmp.Compare(a.seq, b.seq) })
	return news, upTo, err
}

// known is the condition that a patient has, or had, a consent to the provider.
func (t *token) known() (text string, args []any) {
	if t.provider.Deemed {
		return "patient IN (SELECT patient FROM participant WHERE state = ?)", []any{string(ehrdesk.Registered)}
	}
	return "patient IN (SELECT patient FROM consent WHERE hcp = ?)", []any{t.hcp}
}

// changed: one event a patient and kind. That records changed is told to those
// who may see records.
func (q *tx) changed(who *token, seen int64, news *[]changeEvent) error {
	err := q.happened(eventConsent, news, "SELECT max(changed), patient FROM consent WHERE hcp = ? AND changed > ? GROUP BY patient", who.hcp, seen)
	if err != nil || !who.role.Clinical() {
		return err
	}
	known, args := who.known()
	return q.happened(eventRecord, news, "SELECT max(seq), patient FROM record WHERE seq > ? AND "+known+" GROUP BY patient", append([]any{seen}, args...)...)
}

// cameAbout: consents that ended on their day, and records that began to flow.
func (q *tx) cameAbout(who *token, last, now time.Time, seq int64, news *[]changeEvent) error {
	err := q.happened(eventConsent, news, "SELECT ?, patient FROM consent WHERE hcp = ? AND until > ? AND until <= ? AND state = ?",
		seq, who.hcp, last.UnixMicro(), now.UnixMicro(), string(ehrdesk.ConsentActive))
	if err != nil || !who.role.Clinical() {
		return err
	}
	known, args := who.known()
	return q.happened(eventRecord, news, "SELECT ?, patient FROM participant WHERE expected > ? AND expected <= ? AND "+known, append([]any{seq, last.UnixMicro(), now.UnixMicro()}, args...)...)
}

func (q *tx) happened(kind string, news *[]changeEvent, text string, args ...any) error {
	return q.rows(text, args, func(scanRow func(...any) error) error {
		e := changeEvent{kind: kind}
		err := scanRow(&e.seq, &e.patient)
		*news = append(*news, e)
		return err
	})
}
