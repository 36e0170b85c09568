package cases

import (
	"encoding/hex"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

// The hashes of a case are read back as they were, also those that an older program kept, and nothing is taken for hashes that is none.
func TestTheHashesOfACaseAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want hashes
		for _, b := range rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), hashSize, hashSize)).Draw(t, "hashes") {
			want = append(want, hex.EncodeToString(b))
		}
		older, _ := json.Marshal([]string(want))
		newer, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{older, newer} {
			var got hashes
			if err := json.Unmarshal(b, &got); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%s: %v, %v", b, got, err)
			}
		}
	})
	for _, not := range []string{`"A"`, `"AAAA"`, `"!"`, `3`, `[3]`, `{}`} {
		var got hashes
		if err := json.Unmarshal([]byte(not), &got); err == nil {
			t.Errorf("%s: %v", not, got)
		}
	}
	if _, err := json.Marshal(hashes{"4b"}); err == nil {
		t.Error("what is no hash is kept as one")
	}
}
