package drafts

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
)

// longest is how many bytes a line has at most that a program is given.
const longest = 1000

// Field is one kind of record as a program would be given it.
type Field struct {
	ehrdesk.DraftPart
	Standing page.Standing // not Seen: nothing of it is given, or not all of it is seen here
	Naming   int           // lines that name the patient, or are too long: they are not given
	More     int           // records beyond the newest
}

// Fields are what a program would be given of the chart that is open, the newest record first: no restricted record, also
// while it is released, none that ought never to have been, and no line that names the patient.
func Fields(b *page.Book, p *ehrdesk.DraftProgram) []Field {
	who, out := b.Chart.Patient(), make([]Field, 0, len(p.Fields))
	for _, k := range p.Fields {
		f := Field{DraftPart: ehrdesk.DraftPart{Field: k}, Standing: b.Of(k)}
		if f.Standing != page.Hidden {
			f.fill(b, &who)
		}
		out = append(out, f)
	}
	return out
}

func (f *Field) fill(b *page.Book, who *ehrdesk.Patient) {
	records := b.Chart.List(f.Field.Type())
	for i := range records {
		r := &records[i]
		switch {
		case r.Kind != f.Field, r.Linked, r.Restricted, r.Released, r.Void():
			continue
		case len(f.Lines) == ehrdesk.DraftMostLines:
			f.More++
			continue
		}
		line := worded(b, r)
		if line == "" || len(line) > longest || who.Identifies(line) {
			f.Naming++
			continue
		}
		f.Records, f.Lines = append(f.Records, r.Ref()), append(f.Lines, line)
	}
}

// worded is a record in one line: what it is, what it says, how it stands and its day.
func worded(b *page.Book, r *ehrdesk.Record) string {
	words := b.Row(r)
	out := make([]string, 0, 5)
	for _, w := range [...]string{words.Title, words.Value, words.Flag, words.Status, words.Day} {
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return ehrdesk.CleanLine(strings.Join(out, " · "))
}

// Request is what is asked for when fields are given as they are shown: a kind without a line is not named.
func Request(p *ehrdesk.DraftProgram, fields []Field) ehrdesk.DraftRequest {
	r := ehrdesk.DraftRequest{Program: *p}
	for i := range fields {
		if len(fields[i].Lines) > 0 {
			r.Parts = append(r.Parts, fields[i].DraftPart)
		}
	}
	return r
}

// ProgramName is a program as it is named: "scribe 1.2".
func ProgramName(name, version string) string { return name + " " + version }
