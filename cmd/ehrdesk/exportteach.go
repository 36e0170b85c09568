package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/ips"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// lessonJSON is the first line: what the extract is, and what it is not.
type lessonJSON struct {
	Is       string         `json:"is"`
	IsNot    string         `json:"is_not"`
	Sex      ehrdesk.Gender `json:"sex,omitempty"`
	AgeBand  string         `json:"age_band,omitempty"`
	Origin   string         `json:"origin"`
	Records  int            `json:"records"`
	LeftOut  int            `json:"left_out"`  // records without a code or a value that can be given
	FreeText int            `json:"free_text"` // records whose title stands in it, as somebody marked them
	Reviewed bool           `json:"reviewed_by_a_second_person"`
}

// lessonRecordJSON is a record of it.
type lessonRecordJSON struct {
	Day      *int               `json:"day,omitempty"`
	Type     ehrdesk.RecordType `json:"type"`
	Resource string             `json:"resource"`
	Status   string             `json:"status,omitempty"`
	Codes    []codeJSON         `json:"codes,omitempty"`
	Values   []lessonValueJSON  `json:"values,omitempty"`
	Text     string             `json:"text,omitempty"`
}

type lessonValueJSON struct {
	Of    []codeJSON   `json:"of,omitempty"`
	Value string       `json:"value,omitempty"` // as written
	Unit  string       `json:"unit,omitempty"`
	Codes []codeJSON   `json:"codes,omitempty"`
	Flag  ehrdesk.Flag `json:"flag,omitempty"`
}

const (
	lessonIs    = "codes, values and units of one person's records, with an age band, a sex and days from the day of the earliest record; names, numbers, dates, places, people and free text are left out"
	lessonIsNot = "anonymous: whoever knows the course of somebody's illness may know whom it is of. No second person has reviewed it. Treat it as that person's record"
)

// exportTeaching lets codes and values leave.
func (a *app) exportTeaching(ctx context.Context, leaves ehrdesk.Exporting, chart ehrdesk.Chart, x *recordExport) error {
	const op = "export"
	l := ips.Teach(chart.Patient(), chart.List, x.marked)
	head := lessonJSON{Is: lessonIs, IsNot: lessonIsNot, Sex: l.Sex, AgeBand: l.AgeBand, Origin: "day 0 is the day of the earliest record", Records: len(l.Records), LeftOut: l.LeftOut, FreeText: l.Marked}
	if x.dry {
		return a.line(head, fmt.Sprintf("nothing was written: %d record(s) would stand in it, %d have nothing that can be given, %d with their free text. It is not %s.", head.Records, head.LeftOut, head.FreeText, lessonIsNot))
	}
	lines := []any{head}
	for i := range l.Records {
		lines = append(lines, lessonRecordOf(&l.Records[i]))
	}
	var out bytes.Buffer
	for _, v := range lines {
		b, err := json.Marshal(v, jsontext.EscapeForHTML(false))
		if err != nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the extract cannot be written as JSON")
		}
		out.Write(append(b, '\n'))
	}
	err := leaves.Export(ctx, ehrdesk.Export{What: "teaching", Reason: x.reason, Records: len(l.Records), Approval: x.approval}, func(context.Context) error {
		if x.out != "" {
			return report.Write(op, x.out, out.Bytes())
		}
		_, err := a.out.Write(out.Bytes())
		return written(err)
	})
	switch {
	case err != nil:
		return renamed(op, err)
	case x.out != "":
		return a.line(head, fmt.Sprintf("%d record(s) written for teaching. It is not %s.", head.Records, lessonIsNot))
	}
	return nil
}

func lessonRecordOf(r *ips.LessonRecord) lessonRecordJSON {
	out := lessonRecordJSON{Day: r.Day, Type: r.Type, Resource: r.Resource, Status: r.Status, Codes: bare(r.Codes), Text: r.Text}
	for i := range r.Values {
		v := &r.Values[i]
		out.Values = append(out.Values, lessonValueJSON{Of: bare(v.Of), Value: v.Comparator + v.Number, Unit: v.Unit, Codes: bare(v.Codes), Flag: v.Flag})
	}
	return out
}

func bare(codes []ehrdesk.Coding) (out []codeJSON) {
	for _, c := range codes {
		out = append(out, codeJSON{c.System, c.Code})
	}
	return out
}

// readMarks reads which records' words may stand: Type/id a line.
func readMarks(name string) (map[string]bool, error) {
	invalid := ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the file of marks names a record a line, as Condition/17")
	f, err := os.Open(name)
	if err != nil {
		return nil, ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the file of marks cannot be read")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxInput))
	if err != nil {
		return nil, ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the file of marks cannot be read")
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		kind, id, found := strings.Cut(line, "/")
		if !found || kind == "" || id == "" || strings.ContainsAny(line, " \t*") { // record by record: no pattern
			return nil, invalid
		}
		out[line] = true
	}
	return out, nil
}
