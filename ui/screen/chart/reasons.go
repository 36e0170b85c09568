package chart

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
)

// DisabledReason says why an intent cannot be carried out now.
func (s *Screen) DisabledReason(id intent.ID) string {
	e := s.env
	if s.checks.card != nil {
		if id == intent.GoOn {
			return s.noGoingOn()
		}
		return ""
	}
	if s.asksOfDraft() {
		return ""
	}
	if s.writes() && id != intent.Consent && id != intent.Withdraw {
		return s.whole().DisabledReason(id)
	}
	switch id {
	case intent.Accept:
		if s.rel == nil && s.pane == paneDetail && !(s.query != nil && s.query.typing) && !s.onLink() {
			return e.S(e.T.Chart.NoReference)
		}
		if p := s.page(); s.rel == nil && s.pane == paneList && s.chooser == nil && s.query == nil && (p == nil || p.HintFor(id) == "") {
			if _, any := s.selected(); !any {
				return e.S(e.T.Chart.NoRecord)
			}
		}
	case intent.Consent:
		return e.S(e.T.Find.UseConsent)
	case intent.Withdraw:
		if s.chart.Consent().State == ehrdesk.ConsentDeemed {
			return e.S(e.T.Withdraw.Deemed)
		}
	case intent.Release:
		if s.chart.Released().ID == "" && len(s.heldKinds()) == 0 {
			return e.S(e.T.Chart.NoRestricted)
		}
		if s.env.Session.Link().State == ehrdesk.Offline {
			return e.S(e.T.Find.NeedsLine)
		}
	case intent.Reference:
		if s.view != viewSummary || s.query != nil {
			return e.S(e.T.KeyPoints.NoSuch)
		}
	case intent.CloseResult:
		return s.noClosing()
	case intent.KnowAll:
		if len(s.toKnow()) == 0 {
			return e.S(e.T.News.NoKnow)
		}
	case intent.Write, intent.CorrectRecord, intent.WithdrawRecord:
		return s.noWriting(id)
	case intent.Refer:
		return s.noReferring()
	case intent.Drafts, intent.DiscardDraft:
		return s.noDrafts(id)
	case intent.Filter:
		return s.noFilter()
	case intent.OpenViewer, intent.CopyText, intent.PrintText:
		return s.whyNotOut(id)
	case intent.Return:
		if len(s.followed) == 0 {
			return e.S(e.T.Chart.NotFollowed)
		}
	case intent.Trend:
		if p := s.page(); p != nil && s.pane == paneList {
			if why := p.DisabledReason(id); why != "" {
				return why
			}
		}
		return e.S(s.noTrend())
	case intent.OtherView, intent.Fold:
		if s.pane == paneDetail && !s.wide() {
			return e.S(e.T.Chart.OneView)
		}
		if id == intent.Fold && s.query != nil && s.pane == paneList {
			return ""
		}
		if s.page() == nil && (id == intent.Fold || s.view != viewList || s.query != nil || s.typ != ehrdesk.LaboratoryRadiology && s.typ != ehrdesk.DiagnosisProcedureMedication) {
			return e.S(e.T.Chart.OneView)
		}
	case intent.Raw, intent.AllElements:
		r, ok := s.read()
		if !ok {
			return e.S(e.T.Chart.NoRecord)
		}
		if r.Restricted {
			return e.S(e.T.Chart.RestrictedWhy)
		}
	}
	if p := s.page(); p != nil {
		return p.DisabledReason(id)
	}
	return ""
}

// HintFor names what Enter does.
func (s *Screen) HintFor(id intent.ID) string {
	if s.checks.card != nil && id == intent.Tick {
		return s.env.S(s.env.T.Chart.ChooseHint)
	}
	if k := s.checks.card; k != nil && id == intent.Accept {
		if k.asks {
			return s.env.S(s.env.T.Capture.NextHint)
		}
		return s.env.S(s.env.T.Safety.CardEnter)
	}
	if p := s.page(); p != nil && s.rel == nil && s.pane == paneList {
		if hint := p.HintFor(id); hint != "" {
			return hint
		}
	}
	if s.chooser != nil && id == intent.Accept {
		return s.env.S(s.env.T.Chart.ChooseHint)
	}
	if id == intent.Tick && s.rel != nil {
		return s.env.S(s.env.T.Chart.ChooseHint)
	}
	if id != intent.Accept {
		return ""
	}
	if s.rel != nil {
		return s.env.S(s.env.T.Capture.NextHint)
	}
	if s.pane == paneDetail {
		return s.env.S(s.env.T.Chart.EnterFollow)
	}
	if s.pane == paneRail || (s.query != nil && s.query.typing) {
		return s.env.S(s.env.T.Chart.EnterOpen)
	}
	return s.env.S(s.env.T.Chart.EnterDetail)
}
