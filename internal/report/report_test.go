package report

import "testing"

func TestNoCellIsAFormula(t *testing.T) {
	for _, v := range []string{"=1+1", "+1", "-1", "@x", "＝HYPERLINK(1)", "＋1", "－1", "＠x", " \t=1", "=1\n=2"} {
		if got := Cells(v)[0]; got[0] != '\'' {
			t.Errorf("%q became %q", v, got)
		}
	}
	if got := Cells("陳大文"); got[0] != "陳大文" {
		t.Errorf("%q", got)
	}
}
