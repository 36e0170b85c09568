package write

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
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
func (p *Page) othersLines() []line {
	e, t := p.b.Env, &p.b.Env.T.Writing
	words := p.recordWords(p.others.of)
	if r, ok := p.record(p.others.of); ok && r.Source != "" {
		words = joined(" · ", words, ehrdesk.CleanLine(r.Source))
	}
	return []line{{theme.Title, e.S(t.OthersTitle), 0}, {theme.Text, words, 0}, {theme.Muted, e.S(t.OthersNote), 0}, {}, {theme.Text, e.S(t.OthersAsk), 1}}
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
func (p *Page) askedHead(r *ehrdesk.Request) []line {
	e, t := p.b.Env, &p.b.Env.T.Writing
	return []line{{theme.Strong, text.Sprintf(e.S(t.AskedTo), p.asked(r.To)), 0}, {theme.Text, e.S(t.AskedAlone), 0}}
}

// letterLines are a request word by word: which record it is about, and the letter.
func (p *Page) letterLines(r *ehrdesk.Request) (out []line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	if r.Body.About.ID != "" {
		out = append(out, line{theme.Label, text.Sprintf(e.S(t.AskedAbout), p.recordWords(r.Body.About)), 0})
	}
	out = append(out, line{})
	for l := range strings.SplitSeq(strings.TrimRight(r.Body.Letter.Text, "\n"), "\n") {
		out = append(out, line{theme.Text, ehrdesk.CleanLine(l), 0})
	}
	return append(out, line{}, line{theme.Muted, e.S(t.AskedLeaves), 0})
}
