package chart

import (
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Scope is the pane in focus.
func (s *Screen) Scope() intent.Scope {
	switch {
	case s.rel != nil:
		return intent.ReleaseForm
	case s.inbox.card != nil, s.checks.card != nil && s.checks.card.asks:
		return intent.AlertForm
	case s.checks.card != nil:
		return intent.AlertCard
	case s.asksOfDraft():
		return intent.DraftCard
	case s.writes():
		return s.whole().Scope()
	case s.query != nil && s.query.typing, s.typing() != nil:
		return intent.SearchBox
	case s.pane == paneRail:
		return intent.Rail
	case s.pane == paneDetail:
		return intent.Detail
	default:
		return intent.List
	}
}

// Field is the search.
func (s *Screen) Field() *widget.Input {
	if s.rel != nil {
		if s.rel.busy() || s.rel.offer == nil {
			return nil
		}
		return s.rel.form.Field()
	}
	if k := s.inbox.card; k != nil {
		if k.job.Running() {
			return nil
		}
		return k.form.Field()
	}
	if k := s.checks.card; k != nil {
		if !k.asks || k.job.Running() {
			return nil
		}
		return k.form.Field()
	}
	if s.query != nil && s.query.typing {
		return &s.query.in
	}
	return s.typing()
}

// typing is the field of the page, nil where nobody types into one.
func (s *Screen) typing() *widget.Input {
	if p, ok := s.page().(page.Typing); ok && s.pane == paneList {
		return p.Field()
	}
	return nil
}
