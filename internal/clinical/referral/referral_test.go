package referral

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

func TestALetterIsSuggestedASpecialtyByItsWordsAndUrgency(t *testing.T) {
	for _, c := range []struct {
		name   string
		letter Letter
		want   []Suggestion
	}{
		{"what it names comes first", Letter{Specialty: "Cardiology please", Words: "known asthma"}, []Suggestion{{Specialty: "cardiology", Names: []string{"Cardiology"}}, {Specialty: "respiratory", Words: []string{"asthma"}}}},
		{"a word of its reason", Letter{Words: "Chest pain on effort. Is this ANGINA?"}, []Suggestion{{Specialty: "cardiology", Words: []string{"chest pain", "angina"}}}},
		{"Simplified for a Traditional word", Letter{Words: "是否心绞痛？"}, []Suggestion{{Specialty: "cardiology", Words: []string{"心絞痛"}}}},
		{"its urgency alone", Letter{Words: "unwell", Urgency: "emergency"}, []Suggestion{{Specialty: "emergency", Urgency: "emergency"}}},
		{"a word within a word is none", Letter{Words: "she molested nobody, initialled the form"}, nil},
		{"nothing", Letter{}, nil},
	} {
		if got := Suggest(c.letter); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestAnUrgencyIsOneOfFHIRsPriorities(t *testing.T) {
	for urgency, want := range map[string]string{"routine": "routine", "soon": "urgent", "urgent": "asap", "emergency": "stat", "": "routine"} {
		if got := Priority(urgency); got != want {
			t.Errorf("%q is %q", urgency, got)
		}
	}
}

func TestEveryRowOfTheTableOfReferralsIsUsable(t *testing.T) {
	seen := map[string]string{}
	for _, f := range tables.Referrals() {
		if _, ok := ehrdesk.SpecialtyOf(f[0]); !ok {
			t.Errorf("%s is no specialty", f[0])
		}
		if !slices.Contains([]string{"", "routine", "soon", "urgent", "emergency"}, f[1]) || f[3] == "" || f[1]+f[2] == "" {
			t.Errorf("%q", f)
		}
		for w := range strings.SplitSeq(f[2], ";") {
			if had := seen[w]; w != "" && had != "" {
				t.Errorf("%q leads to %s and %s", w, had, f[0])
			}
			if seen[w] = f[0]; strings.TrimSpace(w) != w {
				t.Errorf("%q", w)
			}
		}
	}
}
