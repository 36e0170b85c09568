package checks

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// orderers are who ordered the results that wait, whoever is at the desk first; "" is of those of whom no record says.
func orderers(b *page.Book) (out []string) {
	if b.Unseen == nil {
		return nil
	}
	for _, x := range b.Unseen() {
		switch {
		case !x.Open() || slices.Contains(out, x.By):
		case x.Own:
			out = append([]string{x.By}, out...)
		default:
			out = append(out, x.By)
		}
	}
	return out
}

// orderer is the one of them that is asked for; all is true where everybody's are, and where none of theirs waits any more.
func orderer(b *page.Book, of *string) (by string, all bool) {
	if of != nil && slices.Contains(orderers(b), *of) {
		return *of, false
	}
	return "", true
}

// next is the one after, nil for everybody after the last.
func next(b *page.Book, of *string) *string {
	people, at := orderers(b), 0
	if by, all := orderer(b, of); !all {
		at = slices.Index(people, by) + 1
	}
	if at < len(people) {
		return &people[at]
	}
	return nil
}

// ordered says whose results are shown, and how many are not.
func ordered(b *page.Book, by string, others int) string {
	e, t := b.Env, &b.Env.T.Unseen
	words := e.S(t.NobodyNamed)
	if by != "" {
		words = text.Sprintf(e.S(t.OrderedBy), ehrdesk.CleanLine(by))
	}
	return " · " + text.Sprintf(e.S(t.OnlyOf), words, others)
}

// resultItems are the abnormal results that nobody here has acknowledged, of everybody or of one who ordered them; none
// where there is none. As with findings, all shows those that are folded at first. How many are of others is said.
func resultItems(b *page.Book, all bool, of *string) (out []item) {
	if b.Unseen == nil {
		return nil
	}
	e, t := b.Env, &b.Env.T.Unseen
	done, rest, others := 0, 0, 0
	by, everyones := orderer(b, of)
	list := b.Unseen()
	for i := range list {
		switch x := &list[i]; {
		case !x.Open():
			done++
		case !everyones && x.By != by:
			others++
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
	if !everyones {
		title.says[0].words += ordered(b, by, others)
	}
	out = append([]item{title}, out...)
	if rest > 0 {
		out = append(out, item{finding: -1, rest: true, says: []said{{theme.Strong, 4, text.Sprintf(e.S(e.T.Safety.More), rest)}}})
	}
	below := []string{e.S(t.Hint)}
	if len(orderers(b)) > 1 {
		below = append(below, e.S(t.ByWhom))
	}
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
