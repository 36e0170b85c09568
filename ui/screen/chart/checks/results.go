package checks

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// resultItems are the abnormal results that nobody here has acknowledged; none where there is none. As with findings, all
// shows those that are folded at first.
func resultItems(b *page.Book, all bool) (out []item) {
	if b.Unseen == nil {
		return nil
	}
	e, t := b.Env, &b.Env.T.Unseen
	done, rest := 0, 0
	list := b.Unseen()
	for i := range list {
		switch x := &list[i]; {
		case !x.Open():
			done++
		case !all && len(out) == shownAtFirst:
			rest++
		default:
			out = append(out, waiting(b, x))
		}
	}
	if len(out) == 0 {
		return nil
	}
	title := item{finding: -1, says: []said{{theme.Title, 0, e.S(t.Title) + " " + text.Sprintf("%d", len(out)+rest)}}}
	out = append([]item{title}, out...)
	if rest > 0 {
		out = append(out, item{finding: -1, rest: true, says: []said{{theme.Strong, 4, text.Sprintf(e.S(e.T.Safety.More), rest)}}})
	}
	below := []string{e.S(t.Hint)}
	if done > 0 {
		below = append(below, text.Sprintf(e.S(t.Done), done))
	}
	if at := b.Of(ehrdesk.KindLaboratory); at != page.Seen {
		below = append(below, text.Sprintf(e.S(t.InPart), b.Why(at)))
	}
	return append(out, item{finding: -1, says: []said{{theme.Muted, 4, strings.Join(below, " · ")}}})
}

// waiting is a result in a line: what it says, how it is flagged, how long it waits, who has opened it.
func waiting(b *page.Book, x *unseen.Result) item {
	it := recordItem(b, x.Record, b.Row(x.Record).Flag)
	it.says = append(it.says, said{theme.Muted, 6, b.Words().Waits(x)})
	if it.says[0].style = theme.Abnormal; x.Critical {
		it.says[0].style = theme.Critical
	}
	return it
}
