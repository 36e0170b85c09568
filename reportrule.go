package ehrdesk

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// ReportRule is a line of the table that says which report has somebody look at it. The first that fits a report decides.
type ReportRule struct {
	Name       string // by which a task knows it
	Kind       Kind
	Categories []string // codes of a category, of which the report has one; none for whatever
	Codes      []Coding // likewise, what it is
	Flag       ReportFlag
	For        []Profession // who looks, each given the kind without asking
	Days, Most int          // within how many days; how many days old a report may be and be news
	Says       LocalName    // what the report is called in the task
	Source     string       // whose rule it is
}

// ReportFlag is how abnormal a report has to be.
type ReportFlag string

// The flags.
const (
	ReportAny      ReportFlag = ""
	ReportAbnormal ReportFlag = "abnormal" // or critical
	ReportCritical ReportFlag = "critical"
)

// Of a table of rules: its size and its lines.
const (
	MaxReportRules = 64 << 10 // bytes
	mostReportRows = 200
	mostReportDays = 366
	reportHead     = "rule,kind,category,codes,flag,for,days,most,en,zh-Hant,zh-Hans,source"
)

// What a table of rules can have wrong.
var (
	ErrReportsHeader = errors.New(`the first line is not "` + reportHead + `"`)
	ErrReportsCSV    = errors.New("the quotes or the number of fields are wrong")
	ErrReportsText   = errors.New("the table is not UTF-8, or has more than 64 KiB or 200 lines")
	ErrReportsRule   = errors.New("the rule has no name, or one that is in the table already")
	ErrReportsKind   = errors.New("the kind, the flag or a code is not known")
	ErrReportsFor    = errors.New("who looks is no profession that is given this kind without asking")
	ErrReportsDays   = errors.New("the days are not numbers from 0 to 366")
	ErrReportsWords  = errors.New("the English words are missing")
)

// ReportRules are those of the program's own table.
func ReportRules() []ReportRule {
	rules, line, err := ParseReportRules(strings.NewReader(tables.Reports()))
	if err != nil {
		panic("reports.csv, line " + strconv.Itoa(line) + ": " + err.Error()) // the table is part of the program
	}
	return rules
}

// ParseReportRules reads a table as CSV (RFC 4180, UTF-8) of the columns of reportHead; lines that begin with '#' are comments.
// One without a rule opens no task. Errors: CodeInvalid with one of those above; line is where.
func ParseReportRules(r io.Reader) (rules []ReportRule, line int, err error) {
	const op = "reports"
	b, err := io.ReadAll(io.LimitReader(r, MaxReportRules+1))
	switch {
	case err != nil:
		return nil, 0, E(op, CodeInvalid, err)
	case len(b) > MaxReportRules || !utf8.Valid(b):
		return nil, 0, E(op, CodeInvalid, ErrReportsText)
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff")))
	in.FieldsPerRecord, in.Comment = strings.Count(reportHead, ",")+1, '#'
	head, err := in.Read()
	if err != nil || strings.Join(head, ",") != reportHead {
		return nil, 1, E(op, CodeInvalid, ErrReportsHeader)
	}
	for {
		f, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rules, 0, nil
		}
		if err != nil {
			var at *csv.ParseError
			if errors.As(err, &at) {
				line = at.Line
			}
			return nil, line, E(op, CodeInvalid, ErrReportsCSV)
		}
		line, _ = in.FieldPos(0)
		rule, err := reportRule(f)
		switch {
		case err != nil:
			return nil, line, E(op, CodeInvalid, err)
		case slices.ContainsFunc(rules, func(had ReportRule) bool { return had.Name == rule.Name }):
			return nil, line, E(op, CodeInvalid, ErrReportsRule)
		case len(rules) == mostReportRows:
			return nil, line, E(op, CodeInvalid, ErrReportsText)
		}
		rules = append(rules, rule)
	}
}

// reportRule is a line.
func reportRule(f []string) (r ReportRule, err error) {
	for i := range f {
		f[i] = CleanLine(f[i])
	}
	r = ReportRule{Name: f[0], Categories: parted(f[2]), Flag: ReportFlag(f[4]), Says: LocalName{English: f[8], Hant: f[9], Hans: f[10]}, Source: f[11]}
	if r.Name == "" {
		return r, ErrReportsRule
	}
	if r.Kind, err = ParseKind(f[1]); err != nil || r.Flag != ReportAny && r.Flag != ReportAbnormal && r.Flag != ReportCritical {
		return r, ErrReportsKind
	}
	for _, code := range parted(f[3]) {
		system, value, ok := strings.Cut(code, ":")
		at, known := map[string]string{"loinc": "http://loinc.org", "snomed": "http://snomed.info/sct"}[system]
		if !ok || !known || value == "" {
			return r, ErrReportsKind
		}
		r.Codes = append(r.Codes, Coding{System: at, Code: value})
	}
	for _, p := range parted(f[5]) {
		r.For = append(r.For, Profession(p))
	}
	if len(r.For) == 0 || slices.ContainsFunc(r.For, func(p Profession) bool { return !p.Clinical() || AccessOf(p, r.Kind) != General }) {
		return r, ErrReportsFor
	}
	for i, to := range []*int{&r.Days, &r.Most} {
		if *to, err = strconv.Atoi(f[6+i]); err != nil || *to < 0 || *to > mostReportDays {
			return r, ErrReportsDays
		}
	}
	if r.Says.English == "" {
		return r, ErrReportsWords
	}
	return r, nil
}

// parted are the parts of a field, without what is empty.
func parted(field string) (out []string) {
	for part := range strings.SplitSeq(field, ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
