package fhir

import (
	"context"
	"io"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Pages is a patient's records, page by page. While one page is in use the next is
// being projected, and the one after that is on its way. Of heavy pages there is one
// at a time: it is done with before the next is asked for, so that what documents
// take of the disk on their way is bounded by one answer. It belongs to one
// goroutine.
type Pages struct {
	in    <-chan staged[Page]
	stop  context.CancelFunc
	spool *spools
	used  chan struct{} // one for each heavy page that is done with
	last  Page
}

// staged is a page on its way through the stages.
type staged[P any] struct {
	page P
	err  error
}

// Pages follows a list of who's records from its first link. Long documents of a
// page go to spools of open, which Next and Close end; nil keeps them in memory.
// Close has to be called. ctx is that of every page.
func (c *Client) Pages(ctx context.Context, link string, who *Person, open OpenSpool) *Pages {
	ctx, stop := context.WithCancel(ctx)
	p := &Pages{stop: stop, spool: &spools{open: open}, used: make(chan struct{}, 1)}
	if open != nil {
		open = p.spool.next
	}
	p.in = project(ctx, who, c.fetch(ctx, link, open, p.used))
	return p
}

// Next gives the next page, and with it ends the one before: no Long of that can be
// read any more. Errors: io.EOF after the last page, CodeTampered for a list that
// does not end, the spool's, the centre's.
func (p *Pages) Next(ctx context.Context) (Page, error) {
	before := p.last
	p.last = Page{}
	if err := before.close(); err != nil {
		return Page{}, err
	}
	if before.Heavy {
		p.used <- struct{}{}
	}
	next, more := <-p.in
	switch {
	case more:
		p.last = next.page
		return next.page, next.err
	case ctx.Err() != nil:
		return Page{}, ehrdesk.E("sync", ehrdesk.CodeOther, ctx.Err())
	}
	return Page{}, io.EOF
}

// Close ends the pages that are on their way, and every spool.
func (p *Pages) Close() {
	p.stop()
	p.spool.end()
}

// fetch reads the pages' bytes, one ahead, and asks for the next before one is split, but after a heavy one waits until that is
// done with.
func (c *Client) fetch(ctx context.Context, link string, open OpenSpool, used <-chan struct{}) <-chan staged[rawPage] {
	out := make(chan staged[rawPage], 1)
	go func() {
		defer close(out)
		var seen visited
		page, err := c.ahead(ctx, link, open)
		for send(ctx, out, staged[rawPage]{page, err}) && err == nil && page.next != "" {
			next, heavy := page.next, page.heavy
			page = rawPage{} // its bytes are others' by now
			if heavy {
				select {
				case <-used:
				case <-ctx.Done():
					return
				}
			}
			if err = seen.follow("sync", next); err == nil {
				page, err = c.ahead(ctx, next, open)
			}
		}
	}()
	return out
}

// project makes overviews of what arrives.
func project(ctx context.Context, who *Person, in <-chan staged[rawPage]) <-chan staged[Page] {
	out := make(chan staged[Page], 1)
	go func() {
		defer close(out)
		for raw := range in {
			next := staged[Page]{err: raw.err}
			if next.err == nil {
				raw.page, next.err = raw.page.split()
			}
			if next.err == nil {
				next.page, next.err = raw.page.project(who)
			}
			if !send(ctx, out, next) || next.err != nil {
				return
			}
		}
	}()
	return out
}

func send[P any](ctx context.Context, out chan<- staged[P], p staged[P]) bool {
	select {
	case out <- p:
		return true
	case <-ctx.Done():
		return false
	}
}

// spools are where the documents of a list lie between the line and whoever keeps
// them. All end with the list, however that ends.
type spools struct {
	open OpenSpool

	mu    sync.Mutex
	ended bool
	list  []r4.Spool
}

func (s *spools) next(ctx context.Context) (r4.Spool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil, ehrdesk.E("sync", ehrdesk.CodeOther, context.Canceled)
	}
	one, err := s.open(ctx)
	if err == nil {
		s.list = append(s.list, one)
	}
	return one, err
}

func (s *spools) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, one := range s.list {
		_ = one.Close() // what was to be kept of it is in the store
	}
}

// EachPage follows a short list's pages. Errors: CodeTampered for a list that
// leads back into itself, or that does not end.
func (c *Client) EachPage(ctx context.Context, op, link string, fn func(r4.Bundle)) error {
	var seen visited
	for link != "" {
		if err := seen.follow(op, link); err != nil {
			return err
		}
		ans, err := c.Get(ctx, op, link)
		if err != nil {
			return err
		}
		b, err := ParseBundle(op, ans.Body)
		if err != nil {
			return err
		}
		fn(b)
		link = b.Next
	}
	return nil
}

// mostPages is how many pages one list may have: 5 million records.
const mostPages = 10_000

// visited are the pages of one list that have been asked for.
type visited struct{ seen map[string]bool }

// follow notes that a page is asked for. Errors: CodeTampered for one that was
// asked for before, or one page too many: a list without an end would keep the
// desk busy for ever.
func (l *visited) follow(op, link string) error {
	if l.seen[link] || len(l.seen) >= mostPages {
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's list of pages does not end")
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[link] = true
	return nil
}
