package client

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// lines are the lines of this desk, one to each centre: what one session has found of a
// line is known to all.
type lines struct {
	mu   sync.Mutex
	of   map[string]*line.Breaker // by the centre's address
	over bool
}

// to is the line to a centre, that probe asks past the breaker.
func (l *lines) to(way person.Way, probe *fhir.Client, patience time.Duration) *line.Breaker {
	l.mu.Lock()
	defer l.mu.Unlock()
	central := way.Central
	b := l.of[central]
	if b == nil {
		b = line.NewBreaker(func(ctx context.Context) error {
			if way.Kind == Plain {
				_, err := probe.Get(ctx, "line", "metadata")
				if !line.Down(err) || ehrdesk.TroubleOf(err) == ehrdesk.TroubleOwnNone { // who asks is to sign in, or to show a certificate
					err = nil
				}
				return err
			}
			_, err := probe.Discover(ctx)
			if errors.Is(err, fhir.ErrNoCentre) {
				return ehrdesk.E("line", ehrdesk.CodeOffline, ehrdesk.TroubleStranger)
			}
			return err
		}, patience)
		if l.over {
			b.End()
		}
		if l.of == nil {
			l.of = map[string]*line.Breaker{}
		}
		l.of[central] = b
	}
	return b
}

// end probes none of them any more.
func (l *lines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	for _, b := range l.of {
		b.End()
	}
}
