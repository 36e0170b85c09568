package safety_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// TestFewChartsInterrupt counts, in charts of a whole population, how many stop who opens them (under 1 %) and how many
// have more than three items in the panel (under 5 %). EHRDESK_CHARTS is how many charts; make long has ten thousand.
func TestFewChartsInterrupt(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 100
	}
	if s, err := strconv.Atoi(os.Getenv("EHRDESK_CHARTS")); err == nil && s > 0 {
		n = s
	}
	people := territory.New(territory.Options{Patients: n, Seed: 1, Now: now})
	stopped, long, medicated, medicines, findings := 0, 0, 0, 0, 0
	by, stops, drugs := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range n {
		r := hold(t, now, people.Person(i).Resources...).check()
		modal, panel := false, 0
		for j := range r.Findings {
			f := &r.Findings[j]
			key := fmt.Sprintf("%s tier %d", f.Line.Name(), f.Tier)
			by[key]++
			if f.Modal() {
				modal = true
				stops[key]++
			}
			if f.Tier < safety.Info {
				panel++
			}
		}
		findings += len(r.Findings)
		for j := range r.Medicines {
			for _, s := range r.Medicines[j].Substances {
				if s.Term != nil {
					drugs[s.Term.English]++
				}
			}
		}
		medicines += len(r.Medicines)
		if len(r.Medicines) > 0 {
			medicated++
		}
		if modal {
			stopped++
		}
		if panel > 3 {
			long++
		}
	}
	t.Logf("%d charts, %d with medicines (%.1f each, %d substances in all), %d findings; %d with a modal (%.2f %%), %d with more than three items (%.2f %%)\nby rule: %s\nthat stop: %s\ntaken: %s",
		n, medicated, float64(medicines)/float64(max(medicated, 1)), len(drugs), findings, stopped, share(stopped, n), long, share(long, n), most(by), most(stops), most(drugs))
	if findings == 0 {
		t.Error("no finding in any chart: the test looks at nothing")
	}
	if share(stopped, n) >= 1 {
		t.Errorf("%.2f %% of charts interrupt", share(stopped, n))
	}
	if share(long, n) >= 5 {
		t.Errorf("%.2f %% of charts have more than three items", share(long, n))
	}
}

func share(part, of int) float64 { return 100 * float64(part) / float64(of) }

// most are the counts, the largest first.
func most(by map[string]int) string {
	var keys []string
	for k := range by {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(by[b]-by[a], strings.Compare(a, b)) })
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%s %d", k, by[k])
	}
	return strings.Join(keys, ", ")
}
