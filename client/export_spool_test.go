package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// WatchSpools calls watch before everything that is done with a spool.
func (s *Session) WatchSpools(watch func()) {
	open := s.charts.Spool
	s.charts.Spool = func(ctx context.Context) (r4.Spool, error) {
		sp, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return &watchedSpool{sp, watch}, nil
	}
}

type watchedSpool struct {
	r4.Spool
	watch func()
}

func (w *watchedSpool) Write(p []byte) (int, error) {
	w.watch()
	return w.Spool.Write(p)
}

func (w *watchedSpool) ReadAt(p []byte, off int64) (int, error) {
	w.watch()
	return w.Spool.ReadAt(p, off)
}

// BreakSpools makes spools that take nothing, until done.
func (s *Session) BreakSpools() (done func()) {
	open := s.charts.Spool
	s.charts.Spool = func(ctx context.Context) (r4.Spool, error) {
		sp, err := open(ctx)
		return brokenSpool{sp}, err
	}
	return func() { s.charts.Spool = open }
}

type brokenSpool struct{ r4.Spool }

func (brokenSpool) Write([]byte) (int, error) {
	return 0, ehrdesk.Errorf("cache.spool", ehrdesk.CodeOther, "broken")
}
