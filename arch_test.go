package ehrdesk_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/ehrdesk/ehrdesk"

// arrows are the imports each room may make of others, beyond the root package
// and packages inside the room itself. docs/ARCHITECTURE.md draws them.
var arrows = map[string][]string{
	"":                          {"internal/tables"},
	"internal/tables":           {},
	"cache":                     {"cache/internal/seal", "cache/internal/disk", "cache/internal/keyring", "cache/internal/journal", "cache/internal/records"},
	"cache/cachetest":           {"cache", "cache/internal/keyring"}, // for tests: no arrow leads to it
	"cache/internal/records":    {"cache/internal/seal", "cache/internal/disk", "cache/internal/keyring"},
	"cache/internal/journal":    {"cache/internal/seal", "cache/internal/disk", "cache/internal/keyring"},
	"cache/internal/keyring":    {"cache/internal/seal", "cache/internal/disk"},
	"cache/internal/disk":       {"cache/internal/seal"},
	"cache/internal/seal":       {},
	"cardreader/tlv":            {},
	"cardreader/trust":          {"cardreader/tlv"},
	"cardreader":                {"cardreader/tlv", "cardreader/trust"},
	"client/fhir":               {"internal/fhir", "internal/pin"},
	"client/fhir/house":         {"client/fhir", "internal/fhir"},
	"client/fhir/caps":          {"client/fhir", "internal/fhir"},
	"client/fhir/smart":         {"client/fhir"},
	"client/fhir/plain":         {"client/fhir", "client/fhir/caps", "client/fhir/smart", "internal/fhir"},
	"client/fhirtest":           {"internal/fhir"}, // for tests: no arrow leads to it
	"client":                    {"internal/report", "internal/authority", "internal/pin", "internal/outgoing", "internal/signature", "internal/form", "client/fhir", "client/fhir/house", "client/fhir/plain", "client/fhir/caps", "client/fhir/smart", "cache", "client/internal/acts", "client/internal/day", "client/internal/directory", "client/internal/chart", "client/internal/copies", "client/internal/accesslog", "client/internal/person", "client/internal/line", "client/internal/warnings", "client/internal/idle", "client/internal/cases", "internal/sealed", "internal/strength", "internal/clinical"},
	"client/internal/acts":      {"client/internal/day", "client/internal/copies", "client/internal/person", "client/internal/line", "client/internal/warnings", "client/fhir", "cache", "internal/fhir"},
	"client/internal/cases":     {"client/internal/person", "client/internal/line", "client/fhir", "internal/casearchive", "internal/caselog", "internal/keylog", "internal/sealed", "cache"},
	"client/internal/day":       {"client/internal/person", "client/internal/line", "client/fhir", "cache"},
	"client/internal/chart":     {"client/internal/copies", "client/internal/directory", "client/internal/person", "client/internal/line", "client/internal/warnings", "client/fhir", "internal/fhir", "internal/clinical", "cache"},
	"client/internal/directory": {"internal/keylog", "client/internal/person", "client/internal/line", "client/internal/warnings", "client/fhir", "internal/fhir", "internal/signature", "internal/sealed", "internal/authority", "cache"},
	"client/internal/copies":    {"client/internal/person", "client/internal/line", "client/internal/warnings", "client/fhir", "cache"},
	"client/internal/accesslog": {"internal/report", "client/internal/person", "client/internal/line", "client/internal/warnings", "client/fhir", "cache"},
	"client/internal/person":    {"client/internal/line", "client/internal/idle", "client/internal/warnings", "client/fhir", "client/fhir/caps", "client/fhir/smart", "cache"},
	"client/internal/line":      {"client/internal/warnings", "client/fhir"},
	"client/internal/warnings":  {},
	"client/internal/idle":      {},
	"ui":                        {"ui/text", "internal/arrivals", "internal/clinical", "internal/form", "internal/report", "internal/tables"},
	"ui/text":                   {"internal/arrivals", "internal/clinical", "internal/tables"},
	"internal/clinical":         {"internal/tables"},
	"internal/fhir":             {},
	"internal/arrivals":         {"internal/fhir"},
	"internal/cdshooks":         {"internal/fhir"},
	"internal/form":             {"internal/fhir"},
	"internal/confine":          {},
	"internal/pdftext":          {"internal/confine"},
	"internal/draftcommand":     {"internal/confine"},
	"internal/handout":          {},
	"internal/report":           {},
	"internal/strength":         {},
	"internal/agefile":          {},
	"internal/pin":              {},
	"internal/signature":        {"internal/fhir"},
	"internal/outgoing":         {"internal/fhir", "internal/form", "internal/signature"},
	"internal/shlink":           {},
	"internal/sealed":           {},
	"internal/caselog":          {"internal/sealed"},
	"internal/casearchive":      {"internal/caselog", "internal/sealed", "internal/agefile"},
	"internal/keylog":           {},
	"internal/ips":              {"internal/fhir", "internal/clinical"},
	"internal/authority":        {"internal/agefile", "internal/pin"},
	"internal/fest":             {},
	"internal/territory":        {},
	"internal/bench":            {"cache"}, // for benchmarks
	"internal/bench/traffic":    {"client/fhir"},
	"internal/bench/load":       {"internal/bench/traffic", "internal/central"},
	"internal/virtualpcd":       {},                                                        // for tests
	"internal/testpg":           {},                                                        // for tests, likewise
	"internal/testcentre":       {"internal/central/sqlstore", "internal/central/sharing"}, // for tests, likewise
	"internal/testclock":        {},                                                        // for tests: no arrow leads to it
	"internal/testhours":        {},                                                        // runs tests, as the next
	"internal/testrun":          {},

	"internal/central": {"internal/strength", "internal/agefile", "internal/central/refusal", "internal/central/store", "internal/central/sqlstore", "internal/central/rest", "internal/central/registry", "internal/central/accesslog", "internal/central/signin",
		"internal/central/filing", "internal/central/inbox", "internal/central/links", "internal/central/mailbox", "internal/central/sharing", "internal/central/records", "internal/central/events", "internal/central/day", "internal/central/directory", "internal/central/capability", "internal/central/relay", "internal/central/upstream", "internal/central/engine"},
	"internal/central/capability": {"internal/central/accesslog", "internal/central/directory", "internal/central/rest"},
	"internal/central/day":        {"internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/inbox":      {"internal/central/accesslog", "internal/central/standing", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/enrolled":   {"internal/keylog", "internal/sealed", "internal/central/refusal", "internal/central/store"},
	"internal/central/directory":  {"internal/keylog", "internal/sealed", "internal/central/enrolled", "internal/central/limits", "internal/central/standing", "internal/central/accesslog", "internal/central/registry", "internal/central/rest", "internal/central/store", "internal/central/refusal"},
	"internal/central/events":     {"internal/central/resource", "internal/central/rest", "internal/central/store", "internal/central/refusal"},
	"internal/central/links":      {"internal/shlink", "internal/central/gate", "internal/central/limits", "internal/central/accesslog", "internal/central/registry", "internal/central/rest", "internal/central/store", "internal/central/refusal"},
	"internal/central/mailbox":    {"internal/caselog", "internal/sealed", "internal/central/enrolled", "internal/central/gate", "internal/central/registry", "internal/central/limits", "internal/central/standing", "internal/central/accesslog", "internal/central/rest", "internal/central/store", "internal/central/refusal"},
	"internal/central/records":    {"internal/central/filing", "internal/central/gate", "internal/central/accesslog", "internal/central/resource", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/sharing":    {"internal/central/gate", "internal/central/standing", "internal/central/limits", "internal/central/accesslog", "internal/central/registry", "internal/central/resource", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir", "internal/signature", "cardreader/trust"},
	"internal/central/filing":     {"internal/central/limits", "internal/central/standing", "internal/central/accesslog", "internal/central/registry", "internal/central/resource", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/relay":      {"internal/central/engine", "internal/central/gate", "internal/central/accesslog", "internal/central/resource", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/upstream":   {"internal/central/engine", "internal/central/gate", "internal/central/accesslog", "internal/central/registry", "internal/central/resource", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/engine":     {"internal/central/resource", "internal/central/refusal", "internal/fhir"},
	"internal/central/gate":       {"internal/central/rest", "internal/central/standing", "internal/central/accesslog", "internal/central/registry", "internal/central/store", "internal/central/refusal"},
	"internal/central/limits":     {"internal/central/accesslog", "internal/central/store", "internal/central/refusal"},
	"internal/central/standing":   {"internal/central/accesslog", "internal/central/store", "internal/central/refusal"},
	"internal/central/signin":     {"internal/central/enrolled", "internal/central/standing", "internal/central/accesslog", "internal/central/rest", "internal/central/store", "internal/central/refusal"},
	"internal/central/accesslog":  {"internal/report", "internal/central/registry", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/registry":   {"internal/central/resource", "internal/central/rest", "internal/central/store", "internal/central/refusal", "internal/fhir"},
	"internal/central/sqlstore":   {"internal/keylog", "internal/caselog", "internal/central/resource", "internal/central/store", "internal/central/refusal"},
	"internal/central/rest":       {"internal/central/store", "internal/central/refusal"},
	"internal/central/resource":   {"internal/central/refusal", "internal/fhir"},
	"internal/central/store":      {},
	"internal/central/refusal":    {},

	"cmd/internal":       {"internal/central", "internal/territory"},
	"cmd/internal/usage": {},
	"cmd/ehrcentral":     {"cmd/internal/usage", "cmd/internal", "ui/text", "internal/report", "internal/central", "internal/territory"},
	"cmd/ehrdesk":        {"internal/casearchive", "cmd/internal/usage", "cmd/internal", "ui", "ui/text", "internal/arrivals", "internal/cdshooks", "internal/clinical", "internal/fest", "client", "cache", "cardreader", "cardreader/trust", "internal/central", "internal/territory", "internal/confine", "internal/pdftext", "internal/handout", "internal/report", "internal/authority", "internal/strength", "internal/outgoing", "internal/form", "internal/draftcommand", "internal/ips", "internal/shlink", "internal/agefile"},
}

// terminal are the libraries that only ui may know; cmd draws its help with one.
var terminal = []string{"charm.land/bubbletea/", "charm.land/bubbles/", "charm.land/lipgloss/", "charm.land/huh/", "github.com/charmbracelet/ultraviolet"}

// TestImportsFollowTheArrows reads what every package imports directly and
// fails on any arrow between rooms that is not drawn.
func TestImportsFollowTheArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		from := room(f[0])
		if _, ok := arrows[from]; !ok {
			t.Errorf("%s: a room that docs/ARCHITECTURE.md does not know", f[0])
			continue
		}
		for _, imp := range f[1:] {
			for _, lib := range terminal {
				if strings.HasPrefix(imp, lib) && from != "ui" {
					t.Errorf("%s imports %s: only ui knows the terminal", f[0], imp)
				}
			}
			if imp == "encoding/json" && !strings.HasPrefix(from, "internal/test") {
				t.Errorf("%s imports %s: one package reads and writes JSON, with two doors, json and json/v1", f[0], imp)
			}
			if !strings.HasPrefix(imp, module) {
				continue
			}
			seen++
			if to := room(imp); to != "" && to != from && !contains(arrows[from], to) {
				t.Errorf("%s imports %s: no such arrow", f[0], imp)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d imports seen: the test looks at nothing", seen)
	}
}

// room is the longest known room that holds a package.
func room(pkg string) string {
	path := strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/")
	best := path
	found := false
	for r := range arrows {
		if r != "" && (path == r || strings.HasPrefix(path, r+"/")) && (!found || len(r) > len(best)) {
			best, found = r, true
		}
	}
	return best
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// TestTheThreatModelNamesTestsThatExist: a promise whose test is gone is none.
func TestTheThreatModelNamesTestsThatExist(t *testing.T) { namesTests(t, "docs/threat-model.md", 20) }

// TestTheDisplayRulesNameTestsThatExist: a rule that no test holds is a wish.
func TestTheDisplayRulesNameTestsThatExist(t *testing.T) {
	namesTests(t, "docs/display-rules.md", 60)
}

// namesTests reports tests that a document names and nobody has, or too few of them.
func namesTests(t *testing.T, document string, least int) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("git", "grep", "--untracked", "-hoE", "^func Test[A-Za-z0-9]+", "--", "*_test.go").Output()
	if err != nil {
		t.Skip("SKIP not in a git checkout: ", err)
	}
	have := map[string]bool{}
	for f := range strings.FieldsSeq(string(out)) {
		have[f] = true
	}
	named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllSubmatch(text, -1)
	for _, m := range named {
		if !have[string(m[1])] {
			t.Errorf("%s names %s, which is no test", document, m[1])
		}
	}
	if len(named) < least {
		t.Errorf("only %d tests are named", len(named))
	}
}

// TestTheMapNamesFilesThatExist: a walk that leads to a file that is gone leads
// nowhere. A name in brackets after a file is something that the file declares.
func TestTheMapNamesFilesThatExist(t *testing.T) {
	text, err := os.ReadFile("docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	walks := regexp.MustCompile("`([a-zA-Z0-9_/.-]+\\.(?:go|csv))`(?:\\s+\\(`([A-Za-z]+)`)?").FindAllSubmatch(text, -1)
	for _, m := range walks {
		src, err := os.ReadFile(string(m[1]))
		if err != nil {
			t.Errorf("docs/ARCHITECTURE.md names %s: %v", m[1], err)
			continue
		}
		if name := string(m[2]); name != "" && !regexp.MustCompile(`(?m)^func (\([^)]*\) )?`+name+`\b`).Match(src) {
			t.Errorf("docs/ARCHITECTURE.md leads to %s in %s, which has no such function", name, m[1])
		}
	}
	if len(walks) < 30 {
		t.Errorf("only %d files are named", len(walks))
	}
}

// TestOneFileNamesTheCentreASessionWorksWith: what a session is written for is the
// interface, whatever is behind it.
func TestOneFileNamesTheCentreASessionWorksWith(t *testing.T) {
	out, err := exec.Command("git", "grep", "--untracked", "-l", module+"/client/fhir/house\"", "--", "client/*.go", "cmd/*.go", ":!*_test.go").Output()
	if err != nil {
		t.Skip("SKIP not in a git checkout: ", err)
	}
	if got := strings.TrimSpace(string(out)); got != "client/house.go" {
		t.Errorf("the adapter is named by %q, want client/house.go alone", got)
	}
}

// TestNoContractIsAnonymous: what somebody is asked for has a name that its implementers
// are held against when they are compiled.
func TestNoContractIsAnonymous(t *testing.T) {
	out, err := exec.Command("git", "grep", "--untracked", "-nE", `\.\(interface *\{`, "--", "*.go", ":!*_test.go").Output()
	if err != nil && len(out) > 0 {
		t.Skip("SKIP not in a git checkout: ", err)
	}
	if len(out) > 0 {
		t.Errorf("an assertion to an interface without a name:\n%s", out)
	}
}
