package central_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// TestWhatIsTooLongForAnAnswerIsRefusedByName: a resource that no desk's answer could
// hold is not kept, and two that would be one answer too long are two pages.
func TestWhatIsTooLongForAnAnswerIsRefusedByName(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP resources of 40 and 63 MiB: a fifth of a gigabyte of memory")
	}
	w := newWorld(t)
	document := func(id string, size int) string {
		return entry(`{"resourceType":"Binary","id":"` + id + `","contentType":"image/png","data":"` + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("p", size/4*3))) + `"}`)
	}
	r := w.importText(patientBundle(uuidA, "CHAN", entry(`{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/`+uuidA+`"}}`),
		document("a", 5<<20), document("b", 60<<20), document("c", 40<<20), document("d", 40<<20), document("e", 64<<20-200)))
	if len(r) != 1 || len(r[0].Rejected) != 1 || r[0].Rejected[0].ID != "e" || r[0].Changed != 6 {
		t.Fatalf("%+v", r)
	}
	got := received(t, w.reader(), uuidA)
	total := 0
	for _, x := range got {
		total += len(x.Body)
	}
	if len(got) != 6 || total < 2*fhir.MaxAnswer {
		t.Errorf("%d records of %d MiB", len(got), total>>20)
	}
}

// TestNoAnswerIsLongerThanAPage: a search, the history of a record and that of a type
// end where a page is full, whatever count was asked for, and nothing is lost: the
// search goes on, and a version is read by its number.
func TestNoAnswerIsLongerThanAPage(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN"))
	note := func(id string, n int) string {
		return fmt.Sprintf(`{"resourceType":"DocumentReference","id":"%s","status":"current","type":{"text":"letter %d"},"subject":{"reference":"Patient/%s"},"content":[{"attachment":{"contentType":"text/plain","data":"%s"}}]}`,
			id, n, uuidA, base64.StdEncoding.EncodeToString([]byte(strings.Repeat("p", 3<<20))))
	}
	const n = 6 // of 4 MiB each
	for i := range n {
		w.add(note(fmt.Sprintf("d%d", i), i))
		w.add(note("many", i))
	}
	d := w.reader()
	most := func(what, text string) {
		t.Helper()
		if len(text) > 20<<20 {
			t.Errorf("%s: an answer of %d MiB", what, len(text)>>20)
		}
	}
	seen := map[string]bool{}
	for path, method, body := "/DocumentReference/_search", "POST", "_count=1000&patient="+uuidA; path != ""; method, body = "GET", "" {
		text := d.want(200, method, path, body)
		most("search", text)
		b := parse(t, text)
		for _, e := range b.Entry {
			seen[e.FullURL] = true
		}
		path = b.next()
	}
	if len(seen) != n+1 {
		t.Errorf("a search found %d of %d", len(seen), n+1)
	}
	whole := d.want(200, "GET", "/DocumentReference/many/_history", "")
	most("history of a record", whole)
	if !strings.Contains(whole, "Older versions are left out") {
		t.Error("a history that was cut does not say so")
	}
	most("history of a type", d.want(200, "GET", "/DocumentReference/_history?_count=1000", ""))
	for v := range n {
		if text := d.want(200, "GET", fmt.Sprintf("/DocumentReference/many/_history/%d", v+1), ""); !strings.Contains(text, fmt.Sprintf("letter %d", v)) {
			t.Errorf("version %d is not given by its number", v+1)
		}
	}
}
