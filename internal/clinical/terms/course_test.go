package terms_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

func TestADiseaseLastsOrPassesByItsCodeOrItsName(t *testing.T) {
	const icd, icpc = "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icpc-2"
	for _, c := range []struct {
		system, code, text string
		want               terms.Course
	}{
		{icd, "I48.2", "", terms.Lasting}, {icd, "C34.1", "", terms.Lasting}, {icd, "J06.9", "", terms.Passing}, {icpc, "K86", "", terms.Lasting}, {icpc, "R74", "", terms.Passing}, {icd, "Q99", "", terms.Unsaid},
		{"", "", "Type 2 diabetes", terms.Lasting}, {"", "", "高血壓", terms.Lasting}, {"", "", "Hypertension 高血壓", terms.Lasting}, {"", "", "Hypertension (高血壓)", terms.Lasting}, {"", "", "Asthma 高血壓", terms.Unsaid},
		{"", "", "URTI", terms.Passing}, {"", "", "Upper respiratory tract infection", terms.Passing}, {"", "", "Wart", terms.Unsaid}, {icd, "J06.9", "Hypertension", terms.Passing},
	} {
		k := ehrdesk.Concept{Text: c.text}
		if c.code != "" {
			k.Codings = []ehrdesk.Coding{{System: c.system, Code: c.code}}
		}
		if got := terms.CourseOf(&k); got != c.want {
			t.Errorf("%s %s: %d, want %d", c.code, c.text, got, c.want)
		}
	}
}

func TestEveryRowOfTheTableOfCoursesIsUsable(t *testing.T) {
	for _, f := range tables.Courses() {
		if len(f) != 5 || f[0] != "lasting" && f[0] != "passing" || f[4] == "" {
			t.Errorf("%v", f)
			continue
		}
		for _, name := range strings.Split(f[1], ";") {
			if x := terms.Diseases().Named(name); x == nil || x.English != name {
				t.Errorf("%q is no name of the table of diseases", name)
			}
		}
	}
}
