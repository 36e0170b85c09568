package medication

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// row is a drug, or a line of its history.
type row struct {
	drug  *medication.Drug
	event *medication.Event // nil for the drug itself

	lines []line // laid out; nil before that
	notes int    // of lines those from here on stand under the drug's line
	short string // the drug's name, for the lines that say what is above and below
}

// line is one line of a row.
type line struct {
	before  string // what turns the meaning round, drawn as critical
	strong  string
	text    string
	style   paint.Style
	mark    string // at the right end
	indent  int
	special bool // mark is of a high-risk group
	quiet   bool // mark is a day
}

// record is what the row opens.
func (r *row) record() *ehrdesk.Record {
	if r.event != nil {
		return r.event.Record
	}
	return r.drug.Lead
}

// laid is a row laid out at the page's width.
func (p *Page) laid(i int) *row {
	r := &p.rows[i]
	if r.lines != nil {
		return r
	}
	w := p.b.Words()
	if r.event != nil {
		mark, day, words := w.DrugEvent(r.drug, r.event)
		head := p.fresh(r.event.Record, strings.TrimSpace(mark+" "+day))
		if words != "" {
			head += " · "
		}
		for n, s := range wrap(head+words, p.laidFor.w-4, p.laidFor.w-6) {
			in := 4
			if n > 0 {
				in = 6
			}
			r.lines = append(r.lines, line{text: s, style: theme.Muted, indent: in})
		}
		return r
	}
	f := w.Open(r.drug.Lead)
	drug := w.Drug(r.drug.Lead, &f)
	r.drugLines(&drug, w.HighRisk(r.drug), p.laidFor.w)
	unfolded := p.open[r.drug.Lead.Ref()]
	if p.bare && !unfolded && p.plain(r.drug) {
		r.notes = len(r.lines)
		r.day(p.since(r.drug), p.laidFor.w)
		return r
	}
	notes := strings.Join(w.DrugNotes(r.drug, &f, p.brief && !unfolded), " · ")
	if len(r.drug.History) > 1 {
		if unfolded {
			notes += " ▼"
		} else {
			notes += " ▸"
		}
	}
	notes = p.fresh(r.drug.Lead, notes)
	r.notes = len(r.lines)
	for _, s := range wrap(notes, p.laidFor.w-2, p.laidFor.w-2) {
		r.lines = append(r.lines, line{text: s, style: theme.Muted, indent: 2})
	}
	apart := p.b.OtherwiseLines(r.drug.Lead, p.laidFor.w-2)
	if p.b.Differs(r.drug.Lead) && (len(apart) == 0 || len(r.drug.Also) > 0) { // of others than who leads, or what runs as well is said above
		apart = []string{p.b.Env.S(p.b.Env.T.Own.Differ)}
	}
	for _, s := range apart {
		r.lines = append(r.lines, line{text: s, style: theme.Text, indent: 2})
	}
	return r
}

// plain is a drug of which nothing has to be told but its dose.
func (p *Page) plain(d *medication.Drug) bool {
	return !p.b.Differs(d.Lead) && d.Remarks == 0 && d.Newer == nil && len(d.Also) == 0 && d.Step == 0 && d.State == medication.Started
}

// since is the day that a drug was first taken, and where its dose was another before, with
// a mark the day of its dose.
func (p *Page) since(d *medication.Drug) string {
	day := p.b.Words().Date(d.First)
	if d.Before != nil {
		day += " ~ " + p.b.Words().Date(d.Since)
	}
	return p.fresh(d.Lead, day) + " ▸"
}

// day puts the day of a dose at the right end of a drug's last line that has room, else on
// one of its own.
func (r *row) day(words string, w int) {
	for i := len(r.lines) - 1; i >= 0; i-- {
		if l := &r.lines[i]; l.mark == "" && l.indent+paint.Width(l.before+l.strong+l.text)+2+paint.Width(words) <= w {
			l.mark, l.quiet = words, true
			return
		}
	}
	r.lines = append(r.lines, line{text: words, style: theme.Muted, indent: 2})
}

// begin is how many lines of a drug may stand in h rows that its whole does not fit in: its
// name and dose and how it stands, with more to come; 0 where they do not fit. A drug that
// somebody has to be told more of is shown whole or not at all.
func (p *Page) begin(i, h int) int {
	r := p.laid(i)
	d := r.drug
	if r.event != nil || p.b.Differs(d.Lead) || d.Remarks != 0 || d.Newer != nil || len(d.Also) > 0 || h <= r.notes || h >= len(r.lines) {
		return 0
	}
	if l := &r.lines[h-1]; l.indent+paint.Width(l.text)+paint.Width(more) > p.laidFor.w {
		return 0
	}
	return h
}

// more stands behind the last line of a drug that is shown in part.
const more = " …"

// fresh marks words of a record that came since this person last looked, or that this provider wrote.
func (p *Page) fresh(r *ehrdesk.Record, words string) string {
	if p.b.New(r) {
		mark := p.b.Env.S(p.b.Env.T.Chart.NewMark)
		if words != "" {
			mark += " · "
		}
		words = mark + words
	}
	return p.b.Own(r, words)
}

// drugLines lays a drug's line: parted between attributes, the dash on the upper line,
// how it is taken in one line where that fits, since a dose is read with its interval, and
// the word of its high-risk group at the end of the first. Source: NHS CUI MEDi-034.
func (r *row) drugLines(d *text.DrugLine, risk string, width int) {
	name, taken := d.Parts()
	room := width
	if n := paint.Width(risk); n > 0 && paint.Width(name[0])+2+n+2 <= width {
		room -= n + 2
	}
	lines := pack(dashed(name, len(taken) > 0), room, width-2)
	if last := len(lines) - 1; len(taken) > 0 {
		whole, left := strings.Join(dashed(taken, false), " "), width-2
		if last == 0 {
			left = room
		}
		if paint.Width(lines[last])+1+paint.Width(whole) <= left {
			lines[last] += " " + whole
		} else {
			lines = append(lines, pack(dashed(taken, false), width-2, width-2)...)
		}
	}
	head := d.Before + d.Generic
	for i, s := range lines {
		l := line{text: s, style: theme.Text}
		if i > 0 {
			l.indent = 2
		}
		if head != "" { // the name is strong, also where it goes on
			n := common(head, s)
			l.strong, l.text = s[:n], s[n:]
			head = strings.TrimLeft(head[n:], " ")
			if d.Before != "" && i == 0 && len(l.strong) >= len(d.Before) {
				l.before, l.strong = l.strong[:len(d.Before)], l.strong[len(d.Before):]
			}
		}
		r.lines = append(r.lines, l)
	}
	switch {
	case risk == "":
	case room < width:
		r.lines[0].mark, r.lines[0].special = risk, true
	default:
		for _, s := range paint.Wrap(nil, risk, width-2) {
			r.lines = append(r.lines, line{strong: s, indent: 2, special: true})
		}
	}
}

// dashed are attributes with the dash behind each that another follows.
func dashed(parts []string, more bool) []string {
	out := slices.Clone(parts)
	for i := range out {
		if more || i < len(out)-1 {
			out[i] += " —"
		}
	}
	return out
}

// common is how much two texts begin alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// wrap wraps attributes with dots between them; no line begins or ends with one.
func wrap(s string, first, rest int) []string {
	return joined(strings.Split(s, " · "), " · ", first, rest)
}

// pack puts parts into lines, and breaks one within only where it is wider than a line.
func pack(parts []string, first, rest int) []string { return joined(parts, " ", first, rest) }

func joined(parts []string, between string, first, rest int) (out []string) {
	cur, room := "", first
	for _, part := range parts {
		switch {
		case cur == "":
			cur = part
		case paint.Width(cur)+paint.Width(between)+paint.Width(part) <= room:
			cur += between + part
			continue
		default:
			out, cur, room = append(out, cur), part, rest
		}
		if paint.Width(cur) > room {
			broken := paint.Wrap(nil, cur, room)
			out, cur = append(out, broken[:len(broken)-1]...), broken[len(broken)-1]
			room = rest
		}
	}
	return append(out, cur)
}

// name is a drug's name alone, with a mark where it is of a high-risk group.
func (p *Page) name(i int) string {
	r := &p.rows[i]
	if r.short == "" {
		w := p.b.Words()
		f := w.Open(r.drug.Lead)
		d := w.Drug(r.drug.Lead, &f)
		r.short = d.Before + d.Generic
		if r.drug.HighRisk() {
			r.short += " !"
		}
	}
	return r.short
}
