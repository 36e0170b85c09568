package caps

import (
	"testing"
	"time"
)

// Each ability has words for what it comes to that a server lacks it, and nothing that was
// not seen is told as a lack.
func TestAReportSaysWhatEachLackComesTo(t *testing.T) {
	c := Caps{FHIR: "4.0.1", Can: map[Name]Found{}}
	for _, n := range names {
		if h := harms[n.Name]; h.harm == "" || h.means == "" {
			t.Errorf("%s: nothing is said of a lack of it", n.Name)
		}
		c.Can[n.Name] = Found{Is: No, At: time.Now()}
	}
	if len(harms) != len(names) {
		t.Errorf("%d harms of %d abilities", len(harms), len(names))
	}
	r := c.Report(time.Second)
	if !r.Stops() || len(r.Findings) != len(names) {
		t.Errorf("%+v", r)
	}
	for _, f := range r.Findings {
		if f.Is != "no" || f.Means == "" || f.How != "seen" {
			t.Errorf("%+v", f)
		}
	}
	bare := Caps{FHIR: "4.0.1"}
	for _, f := range bare.Report(0).Findings {
		if f.Is != "unknown" || f.Harm != "" || f.Means != "" {
			t.Errorf("%+v", f)
		}
	}
}
