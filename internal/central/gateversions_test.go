package central_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// An earlier version of a Patient is given where it is of who was registered, by a number or by a name with
// the birth date: what the id stood for before them, or in between, is nobody's to read by their consent.
func TestAnEarlierVersionOfAPatientIsOfThePerson(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	own := string(g.engine.Body(patientP))
	moved := strings.NewReplacer("CHUNGHARBOUR", "WED", "51112222", "52223333").Replace(own)
	for _, body := range []string{stranger("p"), moved, own} { // versions 2 to 4
		g.engine.Put(body)
	}
	d := g.doctor()
	for v, want := range map[string]int{"1": 200, "2": 404, "3": 200, "4": 200, "5": 404} {
		if status, text := d.do("GET", "/Patient/p/_history/"+v, ""); status != want || strings.Contains(text, "XAVIER") {
			t.Errorf("version %s: %d %s", v, status, text)
		}
	}
	if text := d.want(200, "GET", "/Patient/p", ""); !strings.Contains(text, "CHUNGHARBOUR") {
		t.Error(text)
	}
}

// Where the engine gives a stranger's Patient with a list, or under the id, of before or from elsewhere, it
// does not go out, whoever stands there when it is decided.
func TestAStrangersPatientIsInNoList(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	own := string(g.engine.Body(patientP))
	g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "$everything") {
			return withBody(res, `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":`+stranger("p")+`}]}`), nil
		}
		return res, nil
	})
	if status, text := d.do("GET", "/Patient/p/$everything", ""); status != 503 || strings.Contains(text, "XAVIER") {
		t.Errorf("%d %s", status, text)
	}
	once := true
	g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/Patient/p") && once {
			once = false
			return withBody(res, stranger("p")), nil
		}
		return res, nil
	})
	if status, text := d.do("GET", "/Patient/p", ""); status != 404 || strings.Contains(text, "XAVIER") {
		t.Errorf("%d %s", status, text)
	}
	g.line.spoils(nil)
	if text := d.want(200, "GET", "/Patient/p", ""); text != own {
		t.Error(text)
	}
}
