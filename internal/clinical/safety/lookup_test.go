package safety

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

func TestARuleIsFoundByItsNumberAndItsPart(t *testing.T) {
	for rule, want := range map[string]int{"1": 3, "1a": 1, "1A": 1, "A4": 1, "D2": 1, "R1": 2, "M1": 1, "W5": 1, "V-k": 1, "V-glucose": 2, "V-egfr": 0, "": 0, "99": 0} {
		_, of, err := Look(Tables(), rule)
		if err != nil || len(of) != want {
			t.Errorf("%q: %d lines, want %d (%v)", rule, len(of), want, err)
		}
		for i := range of {
			if of[i].Get("source") == "" || of[i].Get("licence") == "" || of[i].Line < 2 {
				t.Errorf("%q: %+v", rule, of[i])
			}
		}
	}
}

// Each file that lacks, or has a line that cannot be read, is named with the line.
func TestAFaultOfAFolderHasItsFileAndLine(t *testing.T) {
	for _, c := range []struct {
		name, file, content string
		line                int
	}{
		{"no file", "tails.csv", "", 0},
		{"a quote that does not end", "tails.csv", "class,days,source,licence,reviewed_by\n\"C01BD01,100,label,facts,\n", 2},
		{"a column too many", "tails.csv", "class,days,source,licence,reviewed_by\nC01BD01,100,label,facts,,\n", 2},
		{"no class of that name", "tails.csv", "# a comment\nclass,days,source,licence,reviewed_by\nC01BD01,100,label,facts,\nnone-such,100,label,facts,\n", 4},
		{"no number", "tails.csv", "class,days,source,licence,reviewed_by\nC01BD01,many,label,facts,\n", 2},
		{"no head", "tails.csv", "# nothing\n", 0},
		{"no version", "interactions.csv", "rule,part,a,b,needs,tier,raise,antibiotic,effect,effect_hant,effect_hans,action,action_hant,action_hans,instead,source,licence,reviewed_by,reviewed_on\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := copyOf(t)
			in[c.file] = &fstest.MapFile{Data: []byte(c.content)}
			if c.content == "" {
				delete(in, c.file)
			}
			k, err := Parse(in)
			var f *Fault
			if !errors.As(err, &f) || k != nil || f.File != c.file || f.Line != c.line || f.What == "" {
				t.Errorf("%v: %+v", err, f)
			}
		})
	}
}

// An allergy to "statins" is held against a class that the program knows by its name: a folder without it is refused.
func TestAFolderWithoutAClassThatAllergiesNameIsRefused(t *testing.T) {
	in := copyOf(t)
	var kept []string
	for l := range strings.Lines(string(in["classes.csv"].Data)) {
		if !strings.HasPrefix(l, "aminoglycoside,") {
			kept = append(kept, l)
		}
	}
	in["classes.csv"].Data = []byte(strings.Join(kept, ""))
	in["interactions.csv"].Data = []byte(strings.ReplaceAll(string(in["interactions.csv"].Data), ",aminoglycoside,", ",J01G,"))
	var f *Fault
	if _, err := Parse(in); !errors.As(err, &f) || f.File != "classes.csv" || !strings.Contains(f.What, "aminoglycoside") {
		t.Errorf("%v", err)
	}
}
