package write

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// others is a record that another provider wrote: it is not put right here; who wrote it is asked to look at it.
type others struct{ of ehrdesk.Ref }

// handleOthers begins the query, or goes back.
func (p *Page) handleOthers(in intent.Intent) (tea.Cmd, bool) {
	switch in.ID {
	case intent.Back:
		return p.goBack(), true
	case intent.Accept:
		of, away := p.others.of, p.away
		p.close()
		p.away = away
		now, language, known := p.b.Env.Now(), p.b.Env.Lang.Tag(), p.known()
		return start(p, querying, func(ctx context.Context, w ehrdesk.Writing, patient string) (ready, error) {
			d, err := w.Query(ctx, patient, of, language)
			if err != nil {
				return ready{}, err
			}
			return read(ctx, w, d, known, now)
		}), true
	}
	return nil, false
}

// othersLines say whose record it is, and what can be done.
func (p *Page) othersLines() []page.Line {
	e, t := p.b.Env, &p.b.Env.T.Writing
	words := p.recordWords(p.others.of)
	if r, ok := p.record(p.others.of); ok && r.Source != "" {
		words = joined(" · ", words, ehrdesk.CleanLine(r.Source))
	}
	return []page.Line{page.Says(theme.Title, e.S(t.OthersTitle)), page.Says(theme.Text, words), page.Says(theme.Muted, e.S(t.OthersNote)), {}, {Style: theme.Text, Words: e.S(t.OthersAsk), Item: 1}}
}

// whyNoQuery says why nobody can be asked about a record.
func (p *Page) whyNoQuery(err error) string {
	e, t := p.b.Env, &p.b.Env.T.Writing
	var none *ehrdesk.NoContributor
	switch {
	case errors.As(err, &none) && none.Source != "":
		return text.Sprintf(e.S(t.NobodyToAsk), ehrdesk.CleanLine(none.Source))
	case errors.As(err, &none):
		return e.S(t.NoSource)
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
		return e.S(t.NoQueryForm)
	}
	return e.ExplainLine(err)
}

// asked is who is asked by a request.
func (p *Page) asked(to ehrdesk.RequestParty) string {
	if name := ehrdesk.CleanLine(to.Name); name != "" && to.ID != ehrdesk.Office {
		return name
	}
	return p.b.Env.S(p.b.Env.T.Requests.Office)
}

// askedHead is whom what leaves goes to, and that nobody else reads it.
func (p *Page) askedHead(r *ehrdesk.Request) []page.Line {
	e, t := p.b.Env, &p.b.Env.T.Writing
	return []page.Line{page.Says(theme.Strong, text.Sprintf(e.S(t.AskedTo), p.asked(r.To))), page.Says(theme.Text, e.S(t.AskedAlone))}
}

// letterLines are a request word by word: which record it is about, and the letter.
func (p *Page) letterLines(r *ehrdesk.Request) (out []page.Line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	if r.Body.About.ID != "" {
		out = append(out, page.Says(theme.Label, text.Sprintf(e.S(t.AskedAbout), p.recordWords(r.Body.About))))
	}
	out = append(out, page.Line{})
	for l := range strings.SplitSeq(strings.TrimRight(r.Body.Letter.Text, "\n"), "\n") {
		out = append(out, page.Says(theme.Text, ehrdesk.CleanLine(l)))
	}
	return append(out, page.Line{}, page.Says(theme.Muted, e.S(t.AskedLeaves)))
}
