package fest_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/fest"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

func sample(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/m30.xml")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestAnExtractIsReadAndWhatIsLeftOutIsNamed(t *testing.T) {
	got, err := fest.Read(bytes.NewReader(sample(t)))
	if err != nil {
		t.Fatal(err)
	}
	id := func(n string) string { return "ID_1000000" + n + "-0000-4000-8000-00000000000" + n }
	want := &fest.Extract{
		Fetched: "2026-11-20T03:09:06",
		Lines: []fest.Line{
			{Rule: "F-10000001", A: []string{"N06BA04"}, B: []string{"C02CA04"}, Relevance: fest.Avoid},
			{Rule: "F-10000002", A: []string{"C03C"}, B: []string{"N06DA04"}, Relevance: fest.Precautions},
			{Rule: "F-10000003", A: []string{"N06BC01"}, B: []string{"R06AX13"}, Relevance: fest.NoAction},
		},
		Left:      []fest.Left{{ID: id("2"), Why: fest.SomeNoCode}, {ID: id("4"), Why: fest.NoRelevance}, {ID: id("5"), Why: fest.NoCode}, {ID: id("6"), Why: fest.NoPair}},
		Withdrawn: 1, NotAssessed: 2, Situations: 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
}

// Nobody is stopped by what no pharmacist here has reviewed.
func TestNoRelevanceStopsAnybody(t *testing.T) {
	for r, tier := range map[fest.Relevance]int{fest.Avoid: 2, fest.Precautions: 3, fest.NoAction: 4} {
		if r.Tier() != tier {
			t.Errorf("relevance %d is tier %d, want %d", r, r.Tier(), tier)
		}
	}
}

func TestTwoIdsThatBeginAlikeAreTwoRules(t *testing.T) {
	raw := bytes.ReplaceAll(sample(t), []byte("ID_10000003-"), []byte("ID_10000001-"))
	x, err := fest.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := x.Lines[0].Rule, x.Lines[1].Rule; a == b || !strings.HasPrefix(a, "F-ID_10000001-") {
		t.Errorf("%s and %s", a, b)
	}
}

func TestTheTableSaysThatTheLinesAreInItAndWhose(t *testing.T) {
	x, err := fest.Read(bytes.NewReader(sample(t)))
	if err != nil {
		t.Fatal(err)
	}
	table, err := fs.ReadFile(tables.Knowledge(), "interactions.csv")
	if err != nil {
		t.Fatal(err)
	}
	out := string(fest.Append(table, x))
	for _, want := range []string{"+fest20261120\n", "\nF-10000001,,N06BA04,C02CA04,,2,,,", ",FEST,NLOD,,\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out[len(table)-200:])
		}
	}
	if fest.Append([]byte("# only a comment\n"), x) != nil {
		t.Error("a table without a head was written")
	}
}

func TestWhatIsNoExtractIsRefused(t *testing.T) {
	for _, s := range []string{"", "no XML", "<FEST></FEST>", "<FEST><KatInteraksjon></KatInteraksjon></FEST>", "<html><OppfInteraksjon/></html>"} {
		if _, err := fest.Read(strings.NewReader(s)); err == nil {
			t.Errorf("%q was read", s)
		}
	}
	if _, err := fest.Read(strings.NewReader("<FEST/>")); !errors.Is(err, fest.ErrNone) {
		t.Errorf("%v, want that there is none", err)
	}
	cut := sample(t)
	if _, err := fest.Read(bytes.NewReader(cut[:len(cut)/2])); err == nil || errors.Is(err, fest.ErrNone) {
		t.Errorf("half an extract: %v", err)
	}
}

func FuzzAnExtractIsReadOrRefused(f *testing.F) {
	f.Add(sample(f))
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, err := fest.Read(bytes.NewReader(raw))
		if err != nil {
			return
		}
		for _, l := range x.Lines {
			if l.Relevance.Tier() < 2 || l.Relevance.Tier() > 4 || len(l.A) == 0 || len(l.B) == 0 {
				t.Fatalf("%+v", l)
			}
		}
	})
}
