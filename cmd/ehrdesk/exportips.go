package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/ips"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
)

// sectionJSON is a section as `export --dry-run --json` prints it.
type sectionJSON struct {
	Section string   `json:"section"` // LOINC
	Title   string   `json:"title"`
	Records []string `json:"records"`
	Empty   string   `json:"empty,omitempty"` // unknown, withheld
	Partly  bool     `json:"partly,omitzero"` // records of its kinds are left out
}

// exportedJSON is the last line: what left.
type exportedJSON struct {
	Export  string     `json:"export"`
	Records int        `json:"records"`
	Bytes   int        `json:"bytes,omitzero"`
	File    string     `json:"file,omitempty"`
	InStep  string     `json:"in_step"` // when the copy that it was made of was last in step with the centre
	LeftOut []lackJSON `json:"left_out"`
	*linkJSON
}

// lackJSON is a kind of which not all is there.
type lackJSON struct {
	Kind string `json:"kind"`
	Why  string `json:"why"`
}

// exportIPS makes a patient summary of an open chart and lets it leave.
func (a *app) exportIPS(ctx context.Context, leaves ehrdesk.Exporting, chart ehrdesk.Chart, s *client.Session, x *recordExport) error {
	b, now := a.bookOf(chart, s), time.Now()
	at, _ := chart.AsOf()
	in := standing.In{Role: s.Account().Role, Types: chart.Summary(), AsOf: at, Truth: chart.Truth()}
	sections := ips.Select(ips.Chart{List: chart.List, In: in}, now)
	out := exportedJSON{Export: "ips", InStep: stamp(at), LeftOut: []lackJSON{}}
	lacks := ips.LeftOut(in)
	for _, l := range lacks {
		out.LeftOut = append(out.LeftOut, lackJSON{l.Kind.String(), l.Why.String()})
	}
	if x.dry {
		return a.listSections(sections, out)
	}
	doc, err := ips.Make(a.ipsGiven(ctx, chart, s, b, sections, lacks), now)
	if err != nil {
		return renamed("export", err)
	}
	out.Records, out.Bytes = len(doc.Records), len(doc.Bytes)
	defer clear(doc.Bytes)
	switch {
	case x.link:
		return a.exportLink(ctx, leaves, s, x, doc, out)
	case x.plain:
		return leaves.Export(ctx, ehrdesk.Export{What: "ips-plain", Reason: x.reason, Records: out.Records, Approval: x.approval}, func(context.Context) error {
			_, err := a.out.Write(append(doc.Bytes[:len(doc.Bytes):len(doc.Bytes)], '\n'))
			return written(err)
		})
	}
	err = leaves.Export(ctx, ehrdesk.Export{What: "ips-file", Reason: x.reason, Records: out.Records, Approval: x.approval}, func(context.Context) error {
		sealed, err := agefile.Seal(doc.Bytes, x.sealed.Bytes(), a.cost.file)
		if err != nil {
			return ehrdesk.Errorf("export", ehrdesk.CodeOther, "the summary cannot be sealed")
		}
		return report.Write("export", x.out, sealed)
	})
	if err != nil {
		return renamed("export", err)
	}
	out.File = x.out
	return a.line(out, fmt.Sprintf("summary of %d record(s) written, sealed by the passphrase%s", out.Records, leftOutWords(out.LeftOut)))
}

func leftOutWords(l []lackJSON) string {
	if len(l) == 0 {
		return ""
	}
	return fmt.Sprintf("; of %d kind(s) of record not everything is in it, which it says itself", len(l))
}

// ipsGiven is what a document is made of.
func (a *app) ipsGiven(ctx context.Context, chart ehrdesk.Chart, s *client.Session, b *page.Book, sections []ips.Section, lacks []ips.Lack) ips.Given {
	at, _ := chart.AsOf()
	said, beside := english(a.names), map[ehrdesk.Ref]bool{}
	for _, t := range ehrdesk.RecordTypes() {
		for _, r := range chart.List(t) {
			if !r.Restricted && !r.Released && !r.Void() {
				beside[r.Ref()] = true
			}
		}
	}
	return ips.Given{
		Patient: chart.Patient(), By: s.Account(), Sections: sections, LeftOut: lacks, InStep: at,
		Body:   func(r ehrdesk.Ref) ([]byte, error) { return chart.Raw(ctx, r) },
		Beside: func(r ehrdesk.Ref) bool { return beside[r] },
		Words: func(r *ehrdesk.Record) []string {
			row := said.Whole(r)
			return []string{row.Time, row.Title, row.Value, row.Flag, row.Status, r.Source}
		},
		Why: func(l ips.Lack) string { return b.Why(l.Why) },
	}
}

// listSections lists what would stand in a summary.
func (a *app) listSections(sections []ips.Section, out exportedJSON) error {
	said := english(a.names)
	empty := map[ips.Empty]string{ips.Unknown: "unknown", ips.Withheld: "withheld"}
	for i := range sections {
		sec := &sections[i]
		j := sectionJSON{Section: sec.Code, Title: sec.Title, Records: []string{}, Empty: empty[sec.Empty], Partly: sec.Partly}
		var lines []string
		for k := range sec.Records {
			r := &sec.Records[k]
			j.Records = append(j.Records, r.Ref().String())
			l := recordLine(said, r)
			lines = append(lines, sec.Title+" · "+l.words())
		}
		switch sec.Empty {
		case ips.NotEmpty:
		case ips.Unknown:
			lines = []string{sec.Title + " · nothing is recorded: it would say that it is not known"}
		case ips.Withheld:
			lines = []string{sec.Title + " · held back, or not to be had: it would say so"}
		}
		out.Records += len(sec.Records)
		if a.json {
			if err := a.line(j, ""); err != nil {
				return err
			}
			continue
		}
		for _, l := range lines {
			if err := a.line(nil, l); err != nil {
				return err
			}
		}
	}
	return a.line(out, fmt.Sprintf("nothing was written: %d record(s) would stand in it, with what they refer to%s", out.Records, leftOutWords(out.LeftOut)))
}
