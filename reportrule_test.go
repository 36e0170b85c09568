package ehrdesk

import (
	"errors"
	"strings"
	"testing"
)

// Every line of the program's table has words in three languages, and is for somebody who is given the kind.
func TestTheProgramsRulesOfReportsAreUsable(t *testing.T) {
	rules := ReportRules()
	if len(rules) < 5 {
		t.Fatalf("%d rules", len(rules))
	}
	for _, r := range rules {
		if r.Says.English == "" || r.Says.Hant == "" || r.Says.Hans == "" || r.Source == "" || r.Most < r.Days {
			t.Errorf("%+v", r)
		}
		for _, p := range r.For {
			if AccessOf(p, r.Kind) != General || p == FrontDesk {
				t.Errorf("%s is for %s", r.Name, p)
			}
		}
	}
}

func TestATableOfReportsThatIsWrongIsRefusedWithItsLine(t *testing.T) {
	const good = "a,laboratory,SP,loinc:1-8,critical,doctor;dentist,1,30,a report,,,ours\n"
	for name, c := range map[string]struct {
		table string
		line  int
		why   error
	}{
		"no heading":                {good, 1, ErrReportsHeader},
		"empty":                     {"", 1, ErrReportsHeader},
		"a field too few":           {reportHead + "\n" + good + "b,laboratory\n", 3, ErrReportsCSV},
		"no name":                   {reportHead + "\n,laboratory,,,,doctor,1,30,a report,,,ours\n", 2, ErrReportsRule},
		"a name twice":              {reportHead + "\n" + good + good, 3, ErrReportsRule},
		"a kind that is none":       {reportHead + "\nb,blood,,,,doctor,1,30,a report,,,ours\n", 2, ErrReportsKind},
		"a flag that is none":       {reportHead + "\nb,laboratory,,,bad,doctor,1,30,a report,,,ours\n", 2, ErrReportsKind},
		"a code without its system": {reportHead + "\nb,laboratory,,18842-5,,doctor,1,30,a report,,,ours\n", 2, ErrReportsKind},
		"for nobody":                {reportHead + "\nb,laboratory,,,,,1,30,a report,,,ours\n", 2, ErrReportsFor},
		"for the front desk":        {reportHead + "\nb,laboratory,,,,doctor;frontdesk,1,30,a report,,,ours\n", 2, ErrReportsFor},
		"for who may not see it":    {reportHead + "\nb,radiology,,,,pharmacist,1,30,a report,,,ours\n", 2, ErrReportsFor},
		"days that are none":        {reportHead + "\nb,laboratory,,,,doctor,soon,30,a report,,,ours\n", 2, ErrReportsDays},
		"days below nothing":        {reportHead + "\nb,laboratory,,,,doctor,-1,30,a report,,,ours\n", 2, ErrReportsDays},
		"no words":                  {reportHead + "\nb,laboratory,,,,doctor,1,30,,報告,,ours\n", 2, ErrReportsWords},
		"no text":                   {reportHead + "\n\xff\xfe", 0, ErrReportsText},
		"too long":                  {reportHead + "\n#" + strings.Repeat("x", MaxReportRules), 0, ErrReportsText},
	} {
		rules, line, err := ParseReportRules(strings.NewReader(c.table))
		if !errors.Is(err, c.why) || CodeOf(err) != CodeInvalid || line != c.line || rules != nil {
			t.Errorf("%s: line %d, %v, %d rules", name, line, err, len(rules))
		}
	}
	rules, _, err := ParseReportRules(strings.NewReader("\ufeff# a comment\n" + reportHead + "\n" + good + "\"b\",note,,snomed:1,abnormal,doctor,0,0,\"a report, ours\",,,ours\n"))
	if err != nil || len(rules) != 2 || rules[1].Says.English != "a report, ours" || rules[0].Codes[0] != (Coding{System: "http://loinc.org", Code: "1-8"}) || len(rules[0].For) != 2 {
		t.Errorf("%+v, %v", rules, err)
	}
}
