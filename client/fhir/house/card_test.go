package house

import (
	"bytes"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

func TestTheDesksOwnVerdictIsNotSent(t *testing.T) {
	e := ehrdesk.CardEvidence{Profile: "training-1", Source: "reader", Scheme: "training-1", Proof: ehrdesk.CardGenuineChip, Challenge: [32]byte{1, 2, 3},
		Response: []byte("response"), Signed: []byte("signed"), Face: []byte("face")}
	b, err := fhir.Parameters{cardPart(e)}.Marshal("consent")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"resourceType":"Parameters","parameter":[{"name":"card","part":[{"name":"profile","valueCode":"training-1"},{"name":"source","valueString":"reader"},` +
		`{"name":"scheme","valueCode":"training-1"},{"name":"response","valueBase64Binary":"cmVzcG9uc2U="},{"name":"signed","valueBase64Binary":"c2lnbmVk"},{"name":"face","valueBase64Binary":"ZmFjZQ=="}]}]}`
	if !bytes.Equal(b, []byte(want)) {
		t.Errorf("%s\nwant %s", b, want)
	}
	b, err = fhir.Parameters{cardPart(ehrdesk.CardEvidence{Profile: "p", Source: "s"})}.Marshal("consent")
	want = `{"resourceType":"Parameters","parameter":[{"name":"card","part":[{"name":"profile","valueCode":"p"},{"name":"source","valueString":"s"}]}]}`
	if err != nil || string(b) != want {
		t.Errorf("what is not there is sent empty: %s, %v", b, err)
	}
}

func TestAnEmptyContactIsSentAsOne(t *testing.T) {
	b, err := fhir.Parameters{contactPart(ehrdesk.Contact{Phone: "9123 4567", Language: "en"})}.Marshal("test")
	want := `{"resourceType":"Parameters","parameter":[{"name":"contact","part":[{"name":"phone","valueString":"9123 4567"},{"name":"phoneOther","valueString":""},{"name":"email","valueString":""},{"name":"address","valueString":""},{"name":"language","valueCode":"en"}]}]}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}
