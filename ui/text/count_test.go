package text

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestWordsAgreeWithTheirNumber(t *testing.T) {
	for _, c := range []struct {
		format string
		args   []any
		want   string
	}{
		{"%s record{s}", []any{"1"}, "1 record"},
		{"%d record{s}", []any{2}, "2 records"},
		{"%d record{s}", []any{0}, "0 records"},
		{"%s time{s}", []any{"1.5"}, "1.5 times"},
		{"%s record{s}", []any{"1,001"}, "1,001 records"},
		{"; %d tr{y|ies} left.", []any{1}, "; 1 try left."},
		{"%s record{s} {has|have} come", []any{"1"}, "1 record has come"},
		{"%s record{s} {has|have} come", []any{"11"}, "11 records have come"},
		{"%[2]s of %[1]s entr{y|ies}", []any{"1", "2"}, "2 of 1 entry"},
		{"100%% of %s record{s}", []any{"1"}, "100% of 1 record"},
		{"%s: %s", []any{"{s}", "a {b|c}"}, "{s}: a {b|c}"}, // from outside
		{"%s record{s}: %s", []any{"1", "tr{y|ies}"}, "1 record: tr{y|ies}"},
	} {
		if got := Sprintf(c.format, c.args...); got != c.want {
			t.Errorf("Sprintf(%q, %q) = %q, want %q", c.format, c.args, got, c.want)
		}
	}
}

// A noun that is counted agrees with its number: none of ours stands in the plural alone
// behind one.
func TestEveryCountedNounAgreesWithItsNumber(t *testing.T) {
	plural := regexp.MustCompile(`%(\[\d\])?[sd]( more| restricted| long| current| technical)?( [a-z]+ing)? (records|tests|attachments|types|entries|results|sources|times|notes|bytes|characters|elements|lines|minutes|tries|months|years|drugs|columns|rows|repeats|items|days|hours|patients|people|letters|values|problems|visits|dates)\b`)
	n := 0
	each(reflect.ValueOf(New()), "", func(path string, x T) {
		if plural.MatchString(x[English]) {
			t.Errorf("%s: %q does not agree with its number", path, x[English])
		}
		if strings.Contains(x[English], "{") {
			n++
		}
		for _, lang := range [...]Lang{Hant, Hans} {
			if strings.Contains(x[lang], "{") {
				t.Errorf("%s: %q has an ending to choose, and no such language", path, x[lang])
			}
		}
	})
	if n < 20 {
		t.Errorf("%d texts have a noun that agrees: this looks at nothing", n)
	}
}

// Whoever fills in words of ours does it with Sprintf of this package: fmt's would print the
// two ends.
func TestWordsOfOursAreFilledInByThisPackage(t *testing.T) {
	foreign := regexp.MustCompile(`fmt\.Sprintf\([^"]*(\bS\(|\bs\(|\bt\(|Lang\])|= fmt\.Sprintf$`)
	files := 0
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for i, l := range strings.Split(string(b), "\n") {
			if foreign.MatchString(l) {
				t.Errorf("%s:%d: %s", path, i+1, strings.TrimSpace(l))
			}
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("%d files read, %v", files, err)
	}
}

// An allergy has one word in each language, as the chart's heading has it.
func TestAnAllergyHasOneWord(t *testing.T) {
	n := 0
	each(reflect.ValueOf(New()), "", func(path string, x T) {
		if e := strings.ToLower(x[English]); !strings.Contains(e, "allerg") {
			return
		}
		n++
		for _, lang := range [...]Lang{Hant, Hans} {
			if strings.Contains(x[lang], "敏感") {
				t.Errorf("%s: %q", path, x[lang])
			}
		}
	})
	if n < 10 {
		t.Errorf("%d texts are of allergies: this looks at nothing", n)
	}
}
