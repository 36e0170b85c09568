package arrivals

import (
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
)

// commas are what stands between cells.
var commas = []rune{',', ';', '\t', '|'}

// Separators are what may stand between cells.
func Separators() []rune { return slices.Clone(commas) }

// maxCells is how many cells a line may have.
const maxCells = 500

// record is one line of a table.
type record struct {
	line  int
	cells []string
}

func (r record) blank() bool {
	return !slices.ContainsFunc(r.cells, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// split cuts a text into its lines and cells. bad are lines that cannot be cut.
func split(text string, comma rune) (out []record, bad []int, err error) {
	in := csv.NewReader(strings.NewReader(text))
	lines := strings.Split(text, "\n")
	in.Comma, in.FieldsPerRecord, in.TrimLeadingSpace = comma, -1, comma != '\t'
	for {
		cells, err := in.Read()
		var at *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return out, bad, nil
		case errors.As(err, &at) && at.StartLine == at.Line: // of this line alone
			if r, ok := unquoted(lines, at.Line, comma); ok {
				out = append(out, r)
			} else {
				bad = append(bad, at.Line)
			}
			continue
		case err != nil:
			return nil, nil, ErrQuotes
		case len(cells) > maxCells:
			return nil, nil, ErrNoList
		}
		line, _ := in.FieldPos(0)
		if r := (record{line, cells}); !r.blank() {
			out = append(out, r)
		}
		if len(out)+len(bad) > MaxLines+maxPreamble+1 {
			return nil, nil, ErrTooLarge
		}
	}
}

// unquoted is a line of which no cell begins with a quotation mark, so that those within
// are its own: CHAN "Peter" Tai Man, ="0905".
func unquoted(lines []string, n int, comma rune) (r record, ok bool) {
	if n < 1 || n > len(lines) {
		return record{}, false
	}
	cells := strings.Split(strings.TrimRight(lines[n-1], "\r"), string(comma))
	opened := slices.ContainsFunc(cells, func(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), `"`) })
	return record{n, cells}, !opened && len(cells) <= maxCells
}

// maxPreamble is how many lines may stand above the headings.
const maxPreamble = 20

// commaOf is what stands between the cells: what leaves most of them numbers or times.
func commaOf(text string, now time.Time) rune {
	best, most := ',', 0
	sample := text
	if len(sample) > 16<<10 {
		sample = sample[:16<<10]
		if i := strings.LastIndexByte(sample, '\n'); i > 0 {
			sample = sample[:i]
		}
	}
	words := lexicon()
	for _, c := range commas {
		if !strings.ContainsRune(sample, c) {
			continue
		}
		n := 0
		for line := range strings.Lines(sample) {
			cells := strings.Split(line, string(c))
			if len(cells) > maxCells {
				break
			}
			for _, cell := range cells {
				cell = strings.Trim(strings.TrimSpace(cell), `"`)
				if _, ok := headingOf(words, cell); ok {
					n++
				}
				if len(cells) == 1 || !strings.ContainsFunc(cell, unicode.IsDigit) || len(cell) > 64 {
					continue
				}
				if _, why := numberOf(cell); why != NoNumber {
					n++
				}
				if _, ok := momentOf(cell, false, now); ok {
					n++
				}
			}
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

// readTable reads lines of cells.
func readTable(r *Reading, text string, o Options) error {
	r.Format = Table
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	text, r.Comma = separator(text)
	if r.Comma == 0 {
		r.Comma = commaOf(text, o.Now)
	}
	records, bad, err := split(text, r.Comma)
	if err != nil {
		return err
	}
	for _, line := range bad {
		r.no(line, Quote)
	}
	t := table{r: r, o: o, words: lexicon()}
	records = t.begin(records)
	if len(records) > MaxLines {
		return ErrTooLarge
	}
	drafts := make([]draft, 0, len(records))
	for _, rec := range records {
		if t.layout != nil && slices.Equal(rec.cells, t.heads) {
			continue // the headings, once more on each page
		}
		if d := t.draft(rec); d.why != "" {
			r.no(d.row.Line, d.why)
		} else {
			drafts = append(drafts, d)
		}
	}
	if t.layout != nil {
		r.Columns = t.layout.columns()
	} else {
		r.Columns = t.told.columns(len(records))
	}
	if len(drafts)+len(r.Refused) == 0 && r.Columns == nil {
		return ErrEmpty
	}
	t.date(drafts)
	return nil
}

// separator takes the line by which a spreadsheet is told what stands between cells.
func separator(text string) (rest string, comma rune) {
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.Trim(strings.TrimRight(line, "\r"), `"`)
	if s, ok := strings.CutPrefix(strings.ToLower(line), "sep="); ok {
		if c, n := utf8.DecodeRuneInString(s); n == len(s) && slices.Contains(commas, c) {
			return "\n" + rest, c // the lines keep their numbers
		}
	}
	return text, 0
}

// table is a table while it is read.
type table struct {
	r      *Reading
	o      Options
	words  map[string]meant
	layout *layout // nil: no headings that are understood
	heads  []string
	days   []dated // that stand above the headings, for lines without their own
	told   told
}

// begin finds the headings, and in what stands above them the day of the list.
func (t *table) begin(records []record) []record {
	for i, rec := range records[:min(len(records), maxPreamble)] {
		l := layoutOf(t.words, rec.cells)
		if l == nil {
			if t.somebody(rec.cells) {
				break
			}
			continue
		}
		t.layout, t.heads = l, rec.cells
		if !l.has(AsNumber) && !l.has(AsEHR) && !l.has(AsText) {
			t.numbersByContent(records[i+1:])
		}
		for _, above := range records[:i] {
			t.title(above.cells)
		}
		return records[i+1:]
	}
	if len(records) > 0 && !strings.ContainsFunc(strings.Join(records[0].cells, ""), unicode.IsDigit) {
		return records[1:] // headings that nobody knows
	}
	return records
}

// somebody reports a line that has a number.
func (t *table) somebody(cells []string) bool {
	return slices.ContainsFunc(cells, func(s string) bool {
		_, why := numberOf(s)
		return why != NoNumber
	})
}

// numbersByContent takes the one column that has numbers, where no heading names one.
func (t *table) numbersByContent(records []record) {
	count := map[int]int{}
	for _, rec := range records {
		for i, cell := range rec.cells {
			if n, why := numberOf(cell); why == "" && !n.HKIC.IsZero() {
				count[i]++
			}
		}
	}
	if len(count) == 1 {
		for i := range count {
			if i < len(t.layout.names) {
				t.layout.at[AsNumber] = []int{i}
			}
		}
	}
}

// printed are words beside the day on which a list was made.
var printed = regexp.MustCompile(`(?i)print|generat|report date|created|export|列印|打印|製表|制表|產生|匯出|导出`)

// title takes the days that stand above the headings.
func (t *table) title(cells []string) {
	line := strings.Join(cells, " ")
	if len(line) > 4*longest || printed.MatchString(line) {
		return
	}
	for _, words := range append(cells, strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == ':' || r == '：' })...) {
		if m, ok := momentOf(words, false, t.o.Now); ok && m.date != nil {
			t.days = append(t.days, m.date)
		}
	}
}

// draft is a row before it is known in which order its date stands.
type draft struct {
	row   Row
	dates []dated
	clock int
	end   int
	why   Why
}

// draft reads one line.
func (t *table) draft(rec record) draft {
	if t.layout == nil {
		return t.told.draft(rec, t.o.Now)
	}
	d := draft{row: Row{Line: rec.line}, clock: none, end: none}
	l := t.layout
	for _, at := range l.at {
		for _, i := range at {
			if i < len(rec.cells) && d.why == "" {
				d.why = unfit(rec.cells[i])
			}
		}
	}
	if d.why == "" {
		d.row.Number, d.why = t.number(rec.cells)
	}
	for _, as := range []Role{AsDate, AsTime} {
		for _, cell := range l.of(as, rec.cells) {
			if d.why == "" {
				d.take(cell, as, t.o.Now)
			}
		}
	}
	if cell := l.one(AsEnd, rec.cells); cell != "" && d.why == "" {
		if m, ok := momentOf(cell, true, t.o.Now); ok && m.clock != none {
			d.end = m.clock
		}
	}
	d.row.Booking, d.row.Status, d.row.Name = ehrdesk.CleanLine(l.one(AsBooking, rec.cells)), statusOf(l.one(AsStatus, rec.cells)), t.name(rec.cells)
	return d
}

// take takes what a cell says of when.
func (d *draft) take(cell string, as Role, now time.Time) {
	m, ok := momentOf(cell, true, now)
	switch {
	case !ok && as == AsDate:
		d.why = BadDate
	case !ok:
		d.why = BadTime
	case m.clock != none && d.clock != none && m.clock != d.clock:
		d.why = TwoTimes
	default:
		if m.clock != none {
			d.clock, d.end = m.clock, m.end
		}
		if m.date != nil {
			d.dates = append(d.dates, m.date)
		}
	}
}

// number is whom a line is about.
func (t *table) number(cells []string) (ehrdesk.Number, Why) {
	l := t.layout
	var found finder
	check := l.one(AsCheck, cells)
	for _, as := range []Role{AsNumber, AsEHR} {
		for _, cell := range l.of(as, cells) {
			n, why := numberOf(cell)
			if why == NoCheckDigit && check != "" {
				n, why = numberOf(cell + "(" + strings.Trim(check, "() ") + ")")
			}
			found.take(n, why)
		}
	}
	if n, why := found.number(); why != NoNumber || !l.has(AsText) {
		return n, why
	}
	return numbersIn(strings.Join(l.of(AsText, cells), "\n"))
}

// name is a patient's name as the file has it: in letters, then in characters.
func (t *table) name(cells []string) string {
	l := t.layout
	family, given := l.one(AsFamily, cells), l.one(AsGiven, cells)
	whole := strings.Trim(family+", "+given, ", ")
	if unicode.Is(unicode.Han, firstRune(family)) {
		whole = family + given
	}
	if n := l.one(AsName, cells); n != "" {
		whole = n
	}
	if c := l.one(AsChinese, cells); c != "" && c != whole {
		whole += " " + c
	}
	return ehrdesk.CleanLine(whole)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// longest is how many bytes of a cell are read.
const longest = 256

// unfit says why a cell is not read at all.
func unfit(cell string) Why {
	switch {
	case len(cell) > longest:
		return TooLong
	case strings.ContainsRune(cell, utf8.RuneError):
		return Garbled
	case strings.ContainsFunc(cell, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return Control
	}
	return ""
}

// firstWord is what a text begins with, "" where it is blank.
func firstWord(text string) string {
	s := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
	return s[:min(len(s), 64)]
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
