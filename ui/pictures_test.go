package ui_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The screens in the README and in docs/screens.md are goldens: what a reader sees there
// is what the program draws. With -update they are written anew.
func TestThePicturesInTheDocumentsAreGoldens(t *testing.T) {
	picture := regexp.MustCompile("(?s)<!-- picture: ([^ ]+) -->\n```\n.*?```\n")
	for doc, least := range map[string]int{"../README.md": 1, "../docs/screens.md": 5} {
		b, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		got := picture.ReplaceAllStringFunc(string(b), func(block string) string {
			seen++
			name := picture.FindStringSubmatch(block)[1]
			golden, err := os.ReadFile(filepath.Join("..", "ui", filepath.FromSlash(name)+".golden"))
			if err != nil {
				t.Errorf("%s: %v", doc, err)
				return block
			}
			return "<!-- picture: " + name + " -->\n```\n" + strings.TrimRight(string(golden), "\n") + "\n```\n"
		})
		if seen < least {
			t.Errorf("%s has %d pictures, at least %d are to be there", doc, seen, least)
		}
		if got == string(b) {
			continue
		}
		if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
			if err := os.WriteFile(doc, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s shows screens that the program no longer draws: go test ./ui -run Pictures -update", doc)
	}
}
