package accesslog

import (
	"context"
	"errors"
	"math"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// aPage is how many rows are read before they are given away.
const aPage = 500

// paged gives each what find finds, a page at a time, each page of a transaction of its own:
// who takes the rows may be slow, and a snapshot that is held for them keeps the store's log
// of changes from being put away. find gives the rows after a number, in their order; each
// says the row's own.
func paged[T any](ctx context.Context, s store.Store, find func(tx *store.Tx, after int64, fn func(*T) error) error, each func(*T) (int64, error)) error {
	for after, more := int64(math.MinInt64), true; more; {
		var page []*T
		err := s.Read(ctx, func(tx *store.Tx) error {
			err := find(tx, after, func(row *T) error {
				if len(page) == aPage {
					return errEnough
				}
				page = append(page, row)
				return nil
			})
			if more = errors.Is(err, errEnough) && len(page) == aPage; errors.Is(err, errEnough) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
		for _, row := range page {
			if after, err = each(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// walk is paged over the events that there are when it begins: what comes while somebody reads
// is none of the list.
func (l *Log) walk(ctx context.Context, of Select, find func(tx *store.Tx, of *fits, after int64, fn func(*store.LogEntry) error) error, each func(*store.LogEntry) error) error {
	var want *fits
	last := int64(0)
	return paged(ctx, l.store, func(tx *store.Tx, after int64, fn func(*store.LogEntry) error) (err error) {
		if want == nil {
			if want, err = of.in(tx); err != nil {
				return err
			}
			last, _ = tx.Log.Last()
		}
		return find(tx, want, after, func(e *store.LogEntry) error {
			if e.Seq > last {
				return errEnough
			}
			return fn(e)
		})
	}, func(e *store.LogEntry) (int64, error) { return e.Seq, each(e) })
}
