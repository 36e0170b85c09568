package client_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// Of what a doctor did on this desk nobody is told more than their profession is given of the
// record: neither the words of the reason, nor which kinds of record there are and how many.
func TestNobodyAtTheDeskLearnsFromTheLogOrTheCopiesWhatTheyAreNotGiven(t *testing.T) {
	w := newWorld(t, 24)
	for staff, role := range map[string]ehrdesk.Profession{"drlee": ehrdesk.Doctor, "drchan": ehrdesk.Doctor, "nan": ehrdesk.Nurse, "clerk": ehrdesk.FrontDesk} {
		w.enrol(staff, role)
	}
	n, key := w.patient("CHANNTK", 3)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	const words = "HIV drug interaction check"
	c, err := s.Open(ctx, n, ehrdesk.OtherPurposes, words)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for staff, want := range map[string]struct {
		words   bool
		kinds   []string
		records int
	}{
		"drchan": {true, []string{"allergy", "encounter", "laboratory", "personal"}, 7},
		"nan":    {false, []string{"allergy", "personal"}, 3},
		"clerk":  {false, []string{"personal"}, 2},
	} {
		t.Run(staff, func(t *testing.T) {
			s := w.signIn(staff)
			defer s.Close()
			told := ""
			if err := s.EachMeant(ctx, ehrdesk.LogFilter{}, func(_ int64, e ehrdesk.AuditEvent) error {
				told += e.Reason + "|" + e.Detail + "|" + string(e.Purpose) + "\n"
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			onScreen, err := s.AccessLog(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range onScreen {
				told += e.Reason + "|" + e.Detail + "|" + string(e.Purpose) + "\n"
			}
			if got := strings.Contains(told, words); got != want.words {
				t.Errorf("the words are told: %v\n%s", got, told)
			}
			if staff == "clerk" && strings.Contains(told, string(ehrdesk.OtherPurposes)) {
				t.Errorf("the purpose is told: %s", told)
			}
			kept, err := s.Copies(ctx)
			if err != nil || len(kept) != 1 {
				t.Fatal(kept, err)
			}
			if kinds := slices.Sorted(maps.Keys(kept[0].Kinds)); !slices.Equal(kinds, want.kinds) || kept[0].Records != want.records {
				t.Errorf("%d records of %q", kept[0].Records, kinds)
			}
		})
	}
}
