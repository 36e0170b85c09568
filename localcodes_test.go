package ehrdesk

import (
	"errors"
	"strings"
	"testing"
)

const codesHeader = "system,code,en,zh-Hant,zh-Hans\n"

func TestATableOfLocalCodesNamesWhatCameWithoutWords(t *testing.T) {
	codes, _, err := ParseLocalCodes(strings.NewReader("\ufeff" + codesHeader +
		"urn:clinic,D-401,\"Hypertension, essential\",原發性高血壓,原发性高血压\r\nurn:clinic,D-402,Gout,痛風,\nurn:clinic,D-403,Asthma,,\n"))
	if err != nil || codes.Len() != 3 {
		t.Fatal(codes.Len(), err)
	}
	of := func(system, code, display, text string) Concept {
		return Concept{Text: text, Codings: []Coding{{System: system, Code: code, Display: display}}}
	}
	for _, c := range []struct {
		k    Concept
		want LocalName
		ok   bool
	}{
		{of("urn:clinic", "D-401", "", ""), LocalName{"Hypertension, essential", "原發性高血壓", "原发性高血压"}, true},
		{of("urn:clinic", "D-402", "", ""), LocalName{"Gout", "痛風", "痛風"}, true},
		{of("urn:clinic", "D-403", "", ""), LocalName{"Asthma", "Asthma", "Asthma"}, true},
		{of("urn:clinic", "D-401", "HT", ""), LocalName{}, false}, // what was sent stands
		{of("urn:clinic", "D-401", "", "high BP"), LocalName{}, false},
		{of("urn:other", "D-401", "", ""), LocalName{}, false}, // another system's D-401 is another thing
		{of("", "D-401", "", ""), LocalName{}, false},
		{of("urn:clinic", "d-401", "", ""), LocalName{}, false},
		{Concept{}, LocalName{}, false},
	} {
		if got, _, ok := codes.Of(c.k); got != c.want || ok != c.ok {
			t.Errorf("%+v: %+v %v", c.k, got, ok)
		}
	}
	if _, _, ok := (*LocalCodes)(nil).Of(of("urn:clinic", "D-401", "", "")); ok {
		t.Error("no table has a name")
	}
}

func TestATableOfLocalCodesThatIsWrongSaysWhere(t *testing.T) {
	for text, want := range map[string]struct {
		err  error
		line int
	}{
		"":                                       {ErrCodesHeader, 1},
		"code,system,en,zh-Hant,zh-Hans\n":       {ErrCodesHeader, 1},
		codesHeader + "s,c,n\n":                  {ErrCodesCSV, 2},
		codesHeader + "s,c,n,,\ns,\"c,n,,\n":     {ErrCodesCSV, 3},
		codesHeader + "s,,n,,\n":                 {ErrCodesEmpty, 2},
		codesHeader + "s,c,,名,\n":                {ErrCodesEmpty, 2},
		codesHeader + "s,c,n,,\ns,c,m,,\n":       {ErrCodesTwice, 3},
		codesHeader + "s,c,n\x1b[2J,,\n":         {ErrCodesText, 2},
		codesHeader + "s,c,\u202en,,\n":          {ErrCodesText, 2},
		codesHeader + "s,c,\xff,,\n":             {ErrCodesText, 0},
		codesHeader + "s,c,\"n\nm\",,\n":         {ErrCodesText, 2},
		codesHeader + "s,c," + long(600) + ",,":  {ErrCodesText, 2},
		codesHeader + long(MaxLocalCodes) + "\n": {ErrCodesTooMany, 0},
	} {
		codes, line, err := ParseLocalCodes(strings.NewReader(text))
		if codes != nil || line != want.line || CodeOf(err) != CodeInvalid || !errors.Is(err, want.err) {
			t.Errorf("%.60q: line %d, %v; want line %d, %v", text, line, err, want.line, want.err)
		}
	}
}

func long(n int) string { return strings.Repeat("x", n) }

// FuzzParseLocalCodes: a table that is taken holds names that are safe to draw.
func FuzzParseLocalCodes(f *testing.F) {
	f.Add(codesHeader + "urn:clinic,D-401,Gout,痛風,痛风\n")
	f.Add(codesHeader + "s,c,\"n\"\"m\",,\n")
	f.Fuzz(func(t *testing.T, s string) {
		codes, _, err := ParseLocalCodes(strings.NewReader(s))
		if err != nil {
			return
		}
		for k, n := range codes.names {
			for _, w := range [...]string{n.English, n.Hant, n.Hans} {
				if w == "" || CleanLine(w) != w || k.code == "" || k.system == "" {
					t.Errorf("%q is called %q", k, w)
				}
			}
		}
	})
}
