package extract_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/form/extract"
)

// The words of a document that a form made are those that were answered; a picture, and any other record, has none.
func TestTheTextOfADocumentIsReadBack(t *testing.T) {
	made, _ := extract.Records(read(t, `{"linkId":"a","type":"text","text":"Reason","initial":[{"valueString":"Chest pain.\n胸痛"}]}`, to("DocumentReference")), given())
	if len(made) != 1 {
		t.Fatalf("%d records", len(made))
	}
	title, text, ok := extract.Text(made[0].JSON)
	if !ok || title != "Title" || !strings.Contains(text, "Reason:\nChest pain.\n胸痛") {
		t.Errorf("%q %q %t", title, text, ok)
	}
	for _, raw := range []string{`{"resourceType":"Observation","id":"1"}`, `{"resourceType":"DocumentReference","content":[{"attachment":{"contentType":"image/png","data":"iVBORw0KGgo="}}]}`, `{`} {
		if _, text, ok := extract.Text([]byte(raw)); ok {
			t.Errorf("%s: %q", raw, text)
		}
	}
}
