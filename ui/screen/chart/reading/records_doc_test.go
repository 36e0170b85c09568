package reading_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // the flag -update

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// docs/records.md prints the table, so that what a doctor reads about it is true. With
// -update it is written anew.
func TestTheDocumentOfRecordsPrintsTheTable(t *testing.T) {
	const path, begin, end = "../../../../docs/records.md", "<!-- table -->\n", "<!-- end of table -->\n"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	_, after, done := strings.Cut(rest, end)
	if !ok || !done {
		t.Fatal("the marks of the table are gone")
	}
	var table strings.Builder
	table.WriteString("| resource | first, in this order | last |\n|---|---|---|\n")
	for _, f := range tables.Details() {
		fmt.Fprintf(&table, "| %s | %s | %s |\n", f[0], strings.ReplaceAll(f[1], ";", ", "), strings.ReplaceAll(f[2], ";", ", "))
	}
	want := before + begin + table.String() + end + after
	if want == string(b) {
		return
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("docs/records.md does not print internal/tables/details.csv")
}
