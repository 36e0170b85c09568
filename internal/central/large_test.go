package central_test

import (
	"encoding/base64"
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
