package ehrdesk_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// A file's name is only a name: it leads to no other folder, hides nothing and begins no option.
func TestAFileOfACaseHasANameThatIsHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"report.pdf": "report.pdf", "化驗報告.pdf": "化驗報告.pdf", "../../etc/passwd": "passwd", `C:\x\y.doc`: "y.doc", ".bashrc": "bashrc", "-rf": "rf",
		"a\x1b[31mb\n.txt": "ab .txt", "": "file", "..": "file", "/": "_", "x.pdf .": "x.pdf", "$(id).pdf": "_(id).pdf", strings.Repeat("長", 300) + ".pdf": strings.Repeat("長", 116) + ".pdf",
	} {
		if got := ehrdesk.CaseFileName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzCaseFileName(f *testing.F) {
	for _, s := range []string{"report.pdf", "../x", "-", "\u202e.exe", strings.Repeat("x.", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := ehrdesk.CaseFileName(s)
		if name == "" || strings.ContainsAny(name, "/\\\x00\n\x1b") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") || len([]rune(name)) > 120 || ehrdesk.CaseFileName(name) != name {
			t.Errorf("%q: %q, again %q", s, name, ehrdesk.CaseFileName(name))
		}
	})
}

// An alert is not view-only: whoever reads it is to make a record of it, which is a copy.
func TestAnAlertIsNotToBeViewedOnly(t *testing.T) {
	b := ehrdesk.CaseBody{Allergy: &ehrdesk.CaseAllergy{Substance: "Cefazolin", Kind: "allergy", Category: "medication", Risk: "high", Reaction: "anaphylaxis", Certainty: ehrdesk.AllergyLikely, Seen: "Dr Ho"}}
	if err := b.Check(); err != nil {
		t.Fatal(err)
	}
	if b.ViewOnly = true; ehrdesk.CodeOf(b.Check()) != ehrdesk.CodeInvalid {
		t.Error("one that is to be viewed only is taken")
	}
}
