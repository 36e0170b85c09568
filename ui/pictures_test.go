package ui_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
	"github.com/ehrdesk/ehrdesk/ui/uitest/picture"
)

// pictured is a picture in a document: a comment that names the screen and says what is on
// it, the picture, and the same as text for who cannot see it.
var pictured = regexp.MustCompile("(?s)<!-- picture: ([^ ]+) (.+?) -->\n!\\[.*?\n</details>\n")

// The screens in the README and in docs/screens.md are goldens, drawn: what a reader sees
// there is what the program draws. With -update they are made anew.
func TestThePicturesInTheDocumentsAreGoldens(t *testing.T) {
	used := map[string]bool{}
	for doc, least := range map[string]int{"../README.md": 1, "../docs/screens.md": 5} {
		b, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		got := pictured.ReplaceAllStringFunc(string(b), func(block string) string {
			seen++
			m := pictured.FindStringSubmatch(block)
			name, says := m[1], m[2]
			used[name+".svg"] = true
			frame := replayed(t, name, says)
			at, err := filepath.Rel(filepath.Dir(doc), filepath.Join("..", "docs", "pictures", name+".svg"))
			if err != nil {
				t.Fatal(err)
			}
			return "<!-- picture: " + name + " " + says + " -->\n![" + says + "](" + filepath.ToSlash(at) + ")\n\n<details><summary>The same as text</summary>\n\n```\n" + frame + "\n```\n</details>\n"
		})
		if seen < least {
			t.Errorf("%s has %d pictures, at least %d are to be there", doc, seen, least)
		}
		fresh(t, doc, b, []byte(got))
	}
	kept, err := os.ReadDir(filepath.Join("..", "docs", "pictures"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range kept {
		if !used[e.Name()] {
			t.Errorf("docs/pictures/%s is in no document", e.Name())
		}
	}
}

// replayed plays a screen by the name of its golden, holds it against that, and draws it.
func replayed(t *testing.T, name, says string) string {
	t.Helper()
	parts := strings.Split(name, "_")
	size := strings.Split(parts[len(parts)-1], "x")
	w, _ := strconv.Atoi(size[0])
	h, _ := strconv.Atoi(size[len(size)-1])
	for _, s := range screens {
		if len(parts) != 3 || s.name != parts[0] || s.card != nil {
			continue
		}
		d := fake.New()
		if s.desk != nil {
			s.desk(d)
		}
		p := play(t, d, parts[1], w, h)
		s.play(p)
		folder := "TestScreens"
		if w < 80 {
			folder = "TestNarrowScreens"
		}
		golden, err := os.ReadFile(filepath.Join("testdata", folder, name+".golden"))
		if err != nil {
			t.Fatal(err)
		}
		if string(golden) != p.Screen()+"\n" {
			t.Errorf("%s: its golden is another", name)
		}
		drawn(t, p, name, says)
		return strings.TrimRight(string(golden), "\n")
	}
	t.Fatalf("no screen is called %s", name)
	return ""
}

// drawn holds a picture against what the screen shows.
func drawn(t *testing.T, p *uitest.Player, name, says string) {
	t.Helper()
	var b bytes.Buffer
	picture.SVG(&b, p.Content(), says, p.W, p.H)
	at := filepath.Join("..", "docs", "pictures", name+".svg")
	was, err := os.ReadFile(at)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	fresh(t, at, was, b.Bytes())
}

// fresh holds what is kept against what is made now, and writes it where that is asked.
func fresh(t *testing.T, at string, was, is []byte) {
	t.Helper()
	if bytes.Equal(was, is) {
		return
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(at, is, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s shows what the program no longer draws: go test ./ui -run Pictures -update", at)
}
