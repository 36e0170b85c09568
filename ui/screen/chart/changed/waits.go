package changed

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// waits is what came new and waits to be acknowledged, what is to be acted on first, whatever the page counts from; ok is
// false where nothing does.
func (p *Page) waits() (out sections.Section, ok bool) {
	if p.b.News == nil {
		return out, false
	}
	news := p.b.News()
	if len(news) == 0 {
		return out, false
	}
	e, t := p.b.Env, &p.b.Env.T.News
	by := map[ehrdesk.Ref]*ehrdesk.Record{}
	for _, rt := range ehrdesk.RecordTypes() {
		list := p.b.Chart.List(rt)
		for i := range list {
			by[list[i].Ref()] = &list[i]
		}
	}
	out.Name = e.S(t.Title)
	keys := []string{e.S(t.Key)}
	for _, n := range news {
		l, flag := sections.Line{Title: e.S(t.NotSeen)}, ""
		if r := by[n.Call.Record]; r != nil {
			l, flag = sections.Record(p.b, r), p.b.Row(r).Flag
		}
		word, style := t.Know, theme.Text
		if n.Call.What == ehrdesk.FollowAct {
			word, style = t.Act, theme.Critical
		} else if len(keys) == 1 {
			keys = append(keys, e.S(t.KeyAll))
		}
		owner := e.S(e.T.Calls.Nobody)
		if who := n.Call.Owner(); who != "" {
			owner = text.Sprintf(e.S(t.Whose), ehrdesk.CleanLine(who))
		}
		l.Flag, l.Style = sections.Joined(e.S(word), flag), style
		l.Ago = "· " + text.Sprintf(e.S(t.Since), e.Elapsed(max(0, e.Now().Sub(n.Call.At)))) + " · " + owner
		out.Lines = append(out.Lines, l)
	}
	out.Below = strings.Join(keys, " · ")
	return out, true
}
