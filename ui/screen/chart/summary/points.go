package summary

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// pointsOf is what the key points are made of, but for the sections and the alerts.
func pointsOf(b *page.Book) keypoints.In {
	at, _ := b.Chart.AsOf()
	truth := b.Chart.Truth()
	in := keypoints.In{List: b.Chart.List, Now: b.Env.Now(), Since: b.Before, AsOf: at, Lacking: truth.Missing + len(truth.Aside), Allergies: b.Chart.Allergies()}
	stands := map[ehrdesk.Kind]page.Standing{}
	for _, k := range ehrdesk.Kinds() {
		stands[k] = b.Of(k)
	}
	in.Stands = func(k ehrdesk.Kind) page.Standing { return stands[k] }
	in.Ends = b.Chart.Consent().Until
	a := b.Env.Account()
	in.Provider, in.Clinic = a.Provider, a.ProviderName
	if b.Unseen != nil {
		in.Said = unseen.Said(b.Unseen())
	}
	return in
}

// numbers are the records that the key points cite, in the order in which they first do:
// the number of each is its place from 1. A clause shows the first and the last of its own.
func (p *content) numbers() (out []ehrdesk.Ref, at map[ehrdesk.Ref]int) {
	at = map[ehrdesk.Ref]int{}
	for _, l := range p.keyLines() {
		for i := range l.line.Clauses {
			for _, ref := range shownRefs(&l.line.Clauses[i]) {
				if at[ref] == 0 {
					out = append(out, ref)
					at[ref] = len(out)
				}
			}
		}
	}
	return out, at
}

// shownRefs are the records of a clause that have a number: its first and its last.
func shownRefs(c *keypoints.Clause) (out []ehrdesk.Ref) {
	if n := len(c.Records); n > 0 {
		if out = append(out, c.Records[0].Ref()); n > 1 {
			out = append(out, c.Records[n-1].Ref())
		}
	}
	return out
}

// keyLine is one of the key points with its name and what commands call it.
type keyLine struct {
	id    string
	name  string
	since string
	line  *keypoints.Line
}

func (p *content) keyLines() []keyLine {
	e, t := p.b.Env, &p.b.Env.T.KeyPoints
	since := ""
	if !p.keys.Since.IsZero() {
		since = text.Sprintf(e.S(t.Looked), p.b.Words().Date(ehrdesk.At(p.keys.Since)))
	}
	return []keyLine{{"now", e.S(t.Now), "", &p.keys.Now}, {"changed", e.S(t.Changed), since, &p.keys.Changed}, {"to-do", e.S(t.ToDo), "", &p.keys.ToDo}}
}

// marked is a clause with the numbers of its records behind it.
func (p *content) marked(c *keypoints.Clause, at map[ehrdesk.Ref]int, short func(string) string) string {
	said := p.b.Words().KeyPoint(c, short)
	for i, ref := range shownRefs(c) {
		if i == 0 {
			said += " "
		}
		said += "[" + strconv.Itoa(at[ref]) + "]"
	}
	if c.Kind == keypoints.Ending {
		said += " " + p.b.Env.S(p.b.Env.T.KeyPoints.OfConsent)
	}
	return said
}

// aside is what stands behind the clauses of a line: that nothing was found, or which kinds
// are not all seen.
func (p *content) aside(l *keypoints.Line) string {
	e, t := p.b.Env, &p.b.Env.T.KeyPoints
	var names []string
	for _, k := range l.Unseen {
		names = append(names, e.S(e.T.KindName(k)))
	}
	switch {
	case len(names) > 0:
		return text.Sprintf(e.S(t.Unavailable), strings.Join(names, ", "))
	case len(l.Clauses) == 0:
		return e.S(t.Nothing)
	}
	return ""
}

// coverage is what the key points were taken from, and what they are.
func (p *content) coverage() string {
	e, t := p.b.Env, &p.b.Env.T.KeyPoints
	read := append(p.b.Words().KeyCoverage(&p.keys.Coverage), text.Sprintf(e.S(t.Label), keypoints.Version))
	return text.Sprintf(e.S(t.Said), e.S(t.Coverage), strings.Join(read, " · "))
}

// clauses are all clauses of the key points as sections, a line each.
func (p *content) clauses() (out []sections.Section) {
	_, at := p.numbers()
	for _, l := range p.keyLines() {
		s := sections.Section{ID: l.id, Name: l.name, Note: l.since, Why: p.aside(l.line)}
		for i := range l.line.Clauses {
			c := &l.line.Clauses[i]
			line := sections.Line{Title: p.marked(c, at, nil), Style: theme.Text}
			if len(c.Records) > 0 {
				line.Rec = c.Records[0]
			} else {
				line.To = intent.Intent{ID: intent.PickType, Arg: int(ehrdesk.AllergyADR) - 1}
			}
			s.Lines = append(s.Lines, line)
		}
		if len(s.Lines) > 0 {
			s.Why, s.Below = "", s.Why
		}
		out = append(out, s)
	}
	return out
}

// spoken are the key points as lines that are read: each whole, and the coverage.
func (p *content) spoken() (out []screen.Line) {
	if !p.b.Env.Clinical() {
		return nil
	}
	for _, l := range p.Points() {
		out = append(out, screen.Line{Text: l.Words})
	}
	return out
}

// Point is a key point in words, for whoever prints it: a line of its own.
type Point struct {
	ID      string // now, changed, to-do, coverage
	Words   string
	Clauses []Said
	Since   string // of changed: the day that it counts from
	Aside   string
}

// Said is a clause in words, with what it cites.
type Said struct {
	Words   string
	Records []ehrdesk.Ref
}

// Points are the three key points and their coverage, whole and in the language of the book.
func (p *content) Points() (out []Point) {
	_, at := p.numbers()
	for _, l := range p.keyLines() {
		one := Point{ID: l.id, Since: l.since, Aside: p.aside(l.line)}
		var said []string
		for i := range l.line.Clauses {
			c := &l.line.Clauses[i]
			words := Said{Words: p.b.Words().KeyPoint(c, nil)}
			for _, r := range c.Records {
				words.Records = append(words.Records, r.Ref())
			}
			one.Clauses = append(one.Clauses, words)
			said = append(said, p.marked(c, at, nil))
		}
		if one.Aside != "" {
			said = append(said, one.Aside)
		}
		name := l.name
		if l.since != "" {
			name += " " + l.since
		}
		one.Words = text.Sprintf(p.b.Env.S(p.b.Env.T.KeyPoints.Said), name, strings.Join(said, " · "))
		out = append(out, one)
	}
	return append(out, Point{ID: "coverage", Words: p.coverage()})
}

// Summary is what a chart's summary says, for a command.
func Summary(b *page.Book) ([]Point, []sections.Section) {
	m := work(b)()
	c := content{b, m.sections, m.risks, m.keys}
	return c.Points(), c.sections()
}

// ask takes the number of a record; used is false for what is not about it.
func (p *Page) ask(in intent.Intent) (cmd tea.Cmd, used bool) {
	refs, _ := p.numbers()
	switch {
	case in.ID == intent.Reference:
		p.asked = &widget.Input{Max: 4}
		return nil, true
	case p.asked == nil:
		return nil, false
	case in.ID == intent.Back:
		p.asked = nil
		return nil, true
	case in.ID != intent.Edited && in.ID != intent.Accept:
		return nil, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(p.asked.Text()))
	switch {
	case in.ID == intent.Edited && (err != nil || n < 1 || n*10 <= len(refs)): // another digit may follow
		return nil, true
	case err != nil || n < 1 || n > len(refs):
		p.b.Env.Warn(p.b.Env.S(p.b.Env.T.KeyPoints.NoSuch))
		p.asked.Clear()
		return nil, true
	}
	p.asked = nil
	return p.b.Open(refs[n-1]), true
}

// Field is the field for a record's number, nil while nobody asks for one.
func (p *Page) Field() *widget.Input { return p.asked }

// more says how many clauses are not shown, with the key that shows them.
func (p *content) more(n int) string {
	return text.Sprintf(p.b.Env.S(p.b.Env.T.KeyPoints.More), fmt.Sprint(n))
}
