package central_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// An earlier version is given of a record that may be read as it stands, and only where the version
// may be given itself: not of one that was labelled, deleted or is another's by now, and none that was
// labelled or another's then.
func TestAGateGivesNoVersionOfWhatItWouldNotGiveNow(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	ref := ehrdesk.Ref{Resource: "Observation", ID: "obs-p"}
	body := string(g.engine.Body(ref))
	first := func() string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.engine.URL+"/Observation/obs-p", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return "/Observation/obs-p/_history/" + strings.Trim(strings.TrimPrefix(res.Header.Get("ETag"), "W/"), `"`)
	}
	plain := first()
	if got := d.want(200, "GET", plain, ""); !strings.Contains(got, "Potassium") {
		t.Errorf("the version of now: %s", got)
	}
	g.engine.Put(strings.Replace(body, `"meta":{`, `"meta":{"security":[{"code":"R"}],`, 1))
	labelled := first()
	for _, path := range []string{plain, labelled} {
		if got := issue(t, d.want(403, "GET", path, "")); got != "restricted" {
			t.Errorf("%s of a record that was labelled: %s", path, got)
		}
	}
	g.engine.Put(strings.Replace(body, "Patient/p", "Patient/q", 1))
	others := first()
	d.want(404, "GET", plain, "") // nobody has looked q up
	d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|912345678911")
	d.want(403, "GET", plain, "")
	g.engine.Put(body)
	d.want(200, "GET", plain, "")
	d.want(404, "GET", labelled, "")
	d.want(404, "GET", others, "")
	d.want(404, "GET", "/Observation/obs-p/_history/none", "")
	g.engine.Delete(ref)
	d.want(410, "GET", plain, "")
}
