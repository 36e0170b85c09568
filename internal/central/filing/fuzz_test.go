package filing

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
)

// FuzzRewrite feeds outside bytes to the parser and the rewriting. Whatever is
// accepted must come out as valid JSON that says the same but for id, version
// and time.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Observation","id":"a","meta":{},"valueQuantity":{"value":1.10}}`,
		`{"resourceType":"Observation","meta":{"versionId":"3","lastUpdated":"x","tag":[]},"_id":{}}`,
		`{"id":"a","resourceType":"Patient","name":[{"family":"陳"}],"contained":[{"resourceType":"Organization","id":"b","meta":{"versionId":"9"}}]}`,
		`{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"Basic"}},{"request":{"method":"DELETE","url":"Basic/1"}}]}`,
		`{"resourceType":"Basic","meta":"text","id":7}`, `{"resourceType":"Basic","meta":[{"versionId":"1"}]}`, `{"resourceType":"Basic","meta":[{}]}`,
		`{"resourceType":"Basic","identifier":[[{"value":"x"}]],"subject":{"reference":"Patient?identifier=a|b"}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		groups, err := parseStream(data)
		if err != nil {
			var refused *refusal.Error
			if !errors.As(err, &refused) {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		for _, in := range groups {
			b := newBatch(&registry.Keys{}, nil, in.items)
			for _, it := range b.items {
				it.target = "new-id"
				for _, r := range it.Refs {
					b.find(it, r.Value)
				}
				out := it.rendered("7", "2026-01-01T00:00:00.000000Z")
				f2, err := resource.Scan(out)
				if err != nil {
					t.Fatalf("what came out is refused: %v\n%s\n%s", err, it.raw, out)
				}
				if f2.Type != it.Type || f2.ID != "new-id" {
					t.Fatalf("type %q id %q in %s", f2.Type, f2.ID, out)
				}
				if !bytes.Equal(stripped(t, it.raw), stripped(t, out)) {
					t.Fatalf("more than id and meta changed:\n%s\n%s", it.raw, out)
				}
			}
		}
	})
}

// stripped is a resource without the members the centre may edit.
func stripped(t *testing.T, raw []byte) []byte {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	delete(m, "id")
	var meta map[string]json.RawMessage
	if json.Unmarshal(m["meta"], &meta) == nil {
		delete(meta, "versionId")
		delete(meta, "lastUpdated")
		delete(m, "meta")
		if len(meta) > 0 {
			b, err := json.Marshal(meta)
			if err != nil {
				t.Fatal(err)
			}
			m["meta"] = b
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
