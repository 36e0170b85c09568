package fhir

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestLongDocumentsAreShownByTheirSize(t *testing.T) {
	for size := range 4 {
		size += 3 << 20
		raw := []byte(`{"resourceType":"DocumentReference","id":"a","content":[{"attachment":{"contentType":"application/pdf","data":"` +
			base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, size)) + `","title":"scan"}}],"text":{"div":"` + strings.Repeat("x", 2<<20) + `"},"last":"\u9673"}`)
		whole, err := Elements(raw)
		if err != nil {
			t.Fatal(err)
		}
		streamed, err := ElementsFrom(bytes.NewReader(raw))
		if err != nil || len(streamed) != len(whole) {
			t.Fatal(len(streamed), len(whole), err)
		}
		for i, e := range streamed {
			if e.Label == "Div" {
				if want := fmt.Sprintf("%s … (%d characters in all)", strings.Repeat("x", runHead), 2<<20); e.Value != want {
					t.Errorf("narrative: %.100s", e.Value)
				}
			} else if e != whole[i] {
				t.Errorf("streamed %.100v, whole %.100v", e, whole[i])
			}
		}
	}
}

func TestShortResourcesAreShownAsEver(t *testing.T) {
	raw := []byte(`{"resourceType":"Observation","id":"a","code":{"text":"K 鉀 \"\\\u9673"},"valueQuantity":{"value":1.10,"unit":"mmol/L"}}`)
	whole, err := Elements(raw)
	if err != nil {
		t.Fatal(err)
	}
	streamed, err := ElementsFrom(bytes.NewReader(raw))
	if err != nil || fmt.Sprint(streamed) != fmt.Sprint(whole) {
		t.Errorf("%v, %v", streamed, err)
	}
}

func TestAMarkCannotBeClaimed(t *testing.T) {
	c := condensed{mark: "~SECRET~"}
	if words, ok := c.inWords("~OTHER~99~OTHER~", true); ok {
		t.Error(words)
	}
}

// watched is a resource with a document of n characters, that looks at the heap
// as it is read.
func watched(n int64, watch func()) io.Reader {
	return io.MultiReader(strings.NewReader(`{"resourceType":"Binary","id":"a","contentType":"application/pdf","data":"`),
		&filler{left: n, watch: watch}, strings.NewReader(`"}`))
}

type filler struct {
	left, read int64
	watch      func()
}

func (f *filler) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), f.left)
	for i := range p[:n] {
		p[i] = 'A'
	}
	if f.left -= n; f.read/(4<<20) != (f.read+n)/(4<<20) {
		f.watch()
	}
	f.read += n
	return int(n), nil
}

func TestADocumentOf24MiBIsShownInLittleMemory(t *testing.T) {
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	looked := 0
	watch := func() {
		looked++
		if now := live(); now > before+4<<20 {
			t.Fatalf("%d bytes of heap more than before", now-before)
		}
	}
	els, err := ElementsFrom(watched(32<<20, watch)) // in base64
	if err != nil || looked < 7 {
		t.Fatal(looked, err)
	}
	if last := els[len(els)-1]; last.Value != "(attachment, 25165824 bytes)" {
		t.Errorf("%+v", last)
	}
}

func FuzzCondense(f *testing.F) {
	f.Add([]byte(`{"a":"` + strings.Repeat("b", 200) + `\u00` + strings.Repeat("4", 90) + `","c":[1,"` + strings.Repeat(`\n`+strings.Repeat("d", 76), 4) + `"]}`))
	f.Add([]byte(`{"a":"\u` + strings.Repeat("9", 100) + `"}`))
	f.Add([]byte(`{"a":"\u` + strings.Repeat("x", 100)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := condense(bytes.NewReader(raw), runHead)
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		rest := string(c.json)
		for {
			_, after, ok := strings.Cut(rest, c.mark)
			if !ok {
				break
			}
			n, after, ok := strings.Cut(after, c.mark)
			count, err := strconv.Atoi(n)
			if !ok || err != nil || count <= 0 {
				t.Fatalf("%q", c.json)
			}
			left += count - 2*len(c.mark) - len(n)
			rest = after
		}
		if len(c.json)+left != len(raw) {
			t.Fatalf("%d bytes and %d left out, of %d", len(c.json), left, len(raw))
		}
		twice := jsontext.AllowDuplicateNames(true) // of names that long, two may become one
		if a, b := jsontext.Value(raw).IsValid(twice), jsontext.Value(c.json).IsValid(twice); a != b {
			t.Errorf("valid: %v, condensed %v: %q", a, b, raw)
		}
	})
}
