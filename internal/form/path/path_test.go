package path_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

func words(s string) path.Node { return path.Node{Text: s} }

func patient() []path.Node {
	return []path.Node{{Members: map[string][]path.Node{
		"gender": {words("female")},
		"name": {
			{Members: map[string][]path.Node{"use": {words("usual")}, "family": {words("CHAN")}, "given": {words("Tai"), words("Man")}}},
			{Members: map[string][]path.Node{"use": {words("official")}, "family": {words("陳")}, "given": {words("大文")}}},
		},
	}}}
}

func TestAWayLeadsToWhatStandsAtItsEnd(t *testing.T) {
	for expr, want := range map[string]string{
		"%patient.gender":                                       "female",
		"%patient.name.family":                                  "CHAN 陳",
		"%patient.name.first().given.first()":                   "Tai",
		"%patient.name.last().given":                            "大文",
		"%patient.name[1].family":                               "陳",
		"%patient.name[7].family":                               "",
		"%patient.name.where(use='official').family":            "陳",
		"%patient.name.where( use = 'official' ).given.first()": "大文",
		"%patient.name.where(use='old').family.first()":         "",
		"%patient.other.more":                                   "",
	} {
		e, err := path.Parse(expr)
		if err != nil || e.Name != "patient" {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		var got []string
		for _, n := range e.Of(patient()) {
			got = append(got, n.Text)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", expr, s, want)
		}
	}
}

func TestTodayAndSoManyDaysFromIt(t *testing.T) {
	now := time.Date(2026, time.January, 31, 9, 30, 0, 0, time.UTC)
	for expr, want := range map[string]string{
		"today()": "2026-01-31", "today() + 7 days": "2026-02-07", "today() - 1 week": "2026-01-24", "today()+1 month": "2026-02-28", "today() - 2 years": "2024-01-31", "now()": "2026-01-31",
	} {
		e, err := path.Parse(expr)
		if err != nil || e.At(now).Format(time.DateOnly) != want || e.Now != strings.HasPrefix(expr, "now") {
			t.Errorf("%s: %v %v", expr, e.At(now), err)
		}
	}
}

func TestWhatIsOfAnotherShapeIsRefused(t *testing.T) {
	for _, expr := range []string{
		"", "%", "patient.gender", "%patient.", "%patient.name.exists()", "%patient.name.where(use='a' or use='b')", "%a | %b", "today() + 1", "today() + 1 hour", "today() = now()",
		"iif(true, 1, 2)", "%patient.name[x]", "%patient.name[0", "%patient.name.where(use=1)", "%a.b + 'c'", "1", `%a.where(b='\'')`,
	} {
		if e, err := path.Parse(expr); err == nil {
			t.Errorf("%q: %+v", expr, e)
		}
	}
}

func FuzzPath(f *testing.F) {
	f.Add("%patient.name.where(use='official')[0].given.first()")
	f.Add("today() + 7 days")
	f.Fuzz(func(_ *testing.T, s string) {
		if e, err := path.Parse(s); err == nil {
			_ = e.Of(patient())
			_ = e.At(time.Date(2026, time.January, 31, 9, 30, 0, 0, time.UTC))
		}
	})
}
