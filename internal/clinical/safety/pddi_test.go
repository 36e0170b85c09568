package safety_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

// scenario is what the guide says of a kind of scenario: the gravest finding of the two drugs, and what raises it.
type scenario struct {
	rule  string
	tier  safety.Tier
	raise []safety.GroundKind
}

// theGuide says of each scenario, by the beginning of its file's name, what HL7's guide on drug interactions (PDDI-CDS,
// CC0) makes of it. What differs is argued in docs/safety.md.
func theGuide() map[string]scenario {
	return map[string]scenario{
		"request-warfarin-nsaid-scenario-01":       {"1c", safety.Info, nil},                                                       // a gel
		"request-warfarin-nsaid-scenario-02":       {"1a", safety.Serious, nil},                                                    // with a PPI
		"request-warfarin-nsaid-scenario-03":       {"1a", safety.Stop, []safety.GroundKind{safety.GroundAge, safety.GroundTakes}}, // over 65, with a steroid
		"warfarin-nsaids-order":                    {"1a", safety.Stop, []safety.GroundKind{safety.GroundFinding}},                 // a bleeding ulcer
		"multi-update-draft-orders-1":              {"1a", safety.Stop, []safety.GroundKind{safety.GroundFinding}},                 // the same
		"multi-update-draft-orders-3":              {"1a", safety.Stop, []safety.GroundKind{safety.GroundFinding}},                 // the same
		"multi-update-draft-orders-2":              {"37c", safety.Serious, nil},                                                   // level 0.7, potassium 3.6
		"multi-update-draft-orders-4":              {"37c", safety.Serious, nil},                                                   // the same
		"digoxin-cyclosporine-order":               {"37c", safety.Serious, nil},                                                   // the same
		"request-digoxin-cyclosporine-scenario-01": {"37c", safety.Stop, []safety.GroundKind{safety.GroundValue}},                  // level 2.3
		"request-digoxin-cyclosporine-scenario-02": {"37c", safety.Stop, []safety.GroundKind{safety.GroundValue}},                  // potassium 0.9
		"request-digoxin-cyclosporine-scenario-03": {"37c", safety.Serious, nil},                                                   // kidneys well, no level
	}
}

func TestTheScenariosOfThePDDIGuide(t *testing.T) {
	for _, file := range othersRecords(t, "pddi", "requests_*.json") {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "requests_"), ".json")
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, how := range []string{"as it was sent", "with its dates worked out"} {
				var request any
				if err := json.Unmarshal(raw, &request); err != nil {
					t.Fatal(err)
				}
				at := lastDate(string(raw))
				if how != "as it was sent" {
					request = evaluated(request, at)
				}
				var list [][]byte
				resourcesIn(request, &list, t)
				guided(t, name, how, hold(t, at, list...).check())
			}
		})
	}
}

// guided holds a report against what the guide says of a scenario.
func guided(t *testing.T, name, how string, r *safety.Report) {
	t.Helper()
	key := ""
	guide := theGuide()
	for k := range guide {
		if strings.HasPrefix(name, k) && len(k) > len(key) {
			key = k
		}
	}
	want, ok := guide[key]
	if !ok {
		t.Skipf("nobody has said what the guide makes of it:\n%s", told(r))
	}
	at := slices.IndexFunc(r.Findings, func(f safety.Finding) bool { return f.Kind == safety.Interaction })
	if at < 0 {
		t.Fatalf("%s: no interaction:\n%s", how, told(r))
	}
	f := &r.Findings[at]
	if f.Line.Name() != want.rule || f.Tier != want.tier || f.Modal() != (want.tier == safety.Stop) {
		t.Errorf("%s: rule %s of tier %d, want %s of %d:\n%s", how, f.Line.Name(), f.Tier, want.rule, want.tier, told(r))
	}
	for _, k := range want.raise {
		if !slices.ContainsFunc(f.Raised, func(g safety.Ground) bool { return g.Kind == k }) {
			t.Errorf("%s: not raised by ground %d: %+v", how, k, f.Raised)
		}
	}
}

// lastDate is the day after the last that a scenario speaks of: its time.
func lastDate(s string) (at time.Time) {
	for _, d := range regexp.MustCompile(`"20\d\d-\d\d-\d\d`).FindAllString(s, -1) {
		if day, err := time.Parse(time.DateOnly, d[1:]); err == nil && day.After(at) {
			at = day
		}
	}
	if at.IsZero() { // all its days are counted from today; the guide is of these years
		at = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return at.AddDate(0, 0, 1)
}

// evaluated puts dates in the place of the expressions that the guide's own server works out before it answers.
func evaluated(v any, at time.Time) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = evaluated(v[i], at)
		}
	case map[string]any:
		for _, name := range sortedNames(v) {
			days := expressions(v[name], at)
			switch {
			case name[0] == '_' && len(days) == 1:
				v[name[1:]] = days[0]
				delete(v, name)
			case len(days) == 2:
				v[name] = map[string]any{"start": days[0], "end": days[1]}
			default:
				v[name] = evaluated(v[name], at)
			}
		}
	}
	return v
}

var today = regexp.MustCompile(`Today\(\)(?: *([+-]) *(\d+) *(day|month)s?)?`)

// expressions are the days that an element's expressions come to.
func expressions(v any, at time.Time) (days []any) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	list, ok := m["extension"].([]any)
	if !ok {
		return nil
	}
	for _, e := range list {
		x, ok := e.(map[string]any)
		if !ok || !strings.HasSuffix(asText(x["url"]), "cqlExpression") {
			continue
		}
		for _, f := range today.FindAllStringSubmatch(asText(x["valueString"]), -1) {
			n, _ := strconv.Atoi(f[1] + f[2])
			day := at.AddDate(0, 0, n)
			if f[3] == "month" {
				day = at.AddDate(0, n, 0)
			}
			days = append(days, day.Format(time.DateOnly))
		}
	}
	return days
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}
