package fhir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// inMemory is a spool that can be looked at.
type inMemory struct {
	bytes.Buffer
	closed bool
}

func (m *inMemory) ReadAt(p []byte, off int64) (int, error) {
	if m.closed {
		return 0, errors.New("closed")
	}
	return bytes.NewReader(m.Bytes()).ReadAt(p, off)
}

func (m *inMemory) Close() error { m.closed = true; return nil }

// extracted takes raw in steps of so many bytes, in turn.
func extracted(t *testing.T, raw []byte, longest int, steps ...int) (*r4.Extractor, *inMemory) {
	t.Helper()
	m := &inMemory{}
	s := &r4.Extractor{Open: func() (r4.Spool, error) { return m, nil }, Longest: longest}
	for i := 0; len(raw) > 0; i++ {
		n := min(max(steps[i%len(steps)], 1), len(raw))
		if err := s.Take(raw[:n]); err != nil {
			t.Fatal(err)
		}
		raw = raw[n:]
	}
	return s, m
}

// pageOf is what page makes of what is left of a page, and Project of that.
func pageOf(s *r4.Extractor) (rawPage, Page, error) {
	b, err := ParseBundle("sync", s.Left)
	if err != nil {
		return rawPage{}, Page{}, err
	}
	raw := rawPage{next: b.Next, bundle: b, cuts: s.Cuts, spool: s.Spool}
	page, err := raw.project(&Person{ID: "p"})
	return raw, page, err
}

// read is all bytes of a resource, from wherever they lie.
func read(t *testing.T, r Resource) string {
	t.Helper()
	if r.Long == nil {
		return string(r.Body)
	}
	b, err := io.ReadAll(r.Long.Reader())
	if err != nil || r.Body != nil {
		t.Fatal(len(r.Body), err)
	}
	return string(b)
}

// same holds a page that was extracted against the whole of it: what is accepted,
// and everything that is made of it, to the byte.
func same(t *testing.T, whole []byte, s *r4.Extractor) {
	t.Helper()
	var all bytes.Buffer
	from := 0
	for _, c := range s.Cuts {
		all.Write(s.Left[from:c.At])
		if _, err := io.Copy(&all, io.NewSectionReader(s.Spool, c.From, c.Size)); err != nil {
			t.Fatal(err)
		}
		from = c.At
	}
	if all.Write(s.Left[from:]); !bytes.Equal(all.Bytes(), whole) {
		t.Fatalf("%q came back of %q", all.Bytes(), whole)
	}
	wantRaw, want, wantErr := pageOf(&r4.Extractor{Left: whole})
	gotRaw, got, gotErr := pageOf(s)
	if fmt.Sprint(wantErr) != fmt.Sprint(gotErr) {
		t.Fatalf("whole: %v, extracted: %v: %q", wantErr, gotErr, whole)
	}
	if wantRaw.next != gotRaw.next || want.Total != got.Total || !want.Timestamp.Equal(got.Timestamp) || wantRaw.bundle.Type != gotRaw.bundle.Type {
		t.Errorf("%+v\n%+v", wantRaw, gotRaw)
	}
	if !reflect.DeepEqual(want.Aside, got.Aside) || want.Entries != got.Entries || len(want.Resources) != len(got.Resources) {
		t.Fatalf("%d entries, %v aside; extracted %d, %v: %q", want.Entries, want.Aside, got.Entries, got.Aside, whole)
	}
	for i, w := range want.Resources {
		g := got.Resources[i]
		if w.Record != g.Record || w.Sharable != g.Sharable || w.Labelled != g.Labelled || !reflect.DeepEqual(w.Links, g.Links) {
			t.Errorf("%+v, extracted %+v", w.Record, g.Record)
		}
		if read(t, g) != read(t, w) {
			t.Errorf("%q, whole %q", read(t, g), read(t, w))
		}
	}
}

var aPage = `{"resourceType":"Bundle","type":"searchset","total":3,"timestamp":"2026-11-20T01:02:03Z","link":[{"relation":"next","url":"n"}],"entry":[
	{"fullUrl":"f","resource":{"resourceType":"DocumentReference","id":"a","subject":{"reference":"Patient/p"},"description":"A 12\" letter","content":[{"attachment":{"data" : "` + strings.Repeat(`QUJD\/+\r\n\"\\\u002b`, 30) + `","title":"t"}},{"attachment":{"data":"` + strings.Repeat("QUJE", 30) + `"}}]},"search":{"mode":"match"}},
	{"resource":{"resourceType":"Binary","id":"b","data":"` + strings.Repeat("Rk9P", 40) + `"}},
	{"resource":{"resourceType":"Observation","id":"c","code":{"text":"K 鉀"},"subject":{"reference":"Patient/p"},"valueSampledData":{"data":"` + strings.Repeat("1 2 E ", 30) + `"},"data":["` + strings.Repeat("QUJD", 30) + `"]}}]}`

func TestAPageWithItsDocumentsExtractedIsThePage(t *testing.T) {
	for name, page := range map[string]string{
		"as it is":                   aPage,
		"without its end":            aPage[:len(aPage)-1],
		"with more after it":         aPage + "x",
		"nothing":                    "",
		"of another patient":         strings.Replace(aPage, "Patient/p", "Patient/q", 1),
		"a name twice":               strings.Replace(aPage, `"title":`, `"data":`, 1),
		"an escape that is none":     strings.Replace(aPage, `\/+`, `\q+`, 1),
		"digits that are none":       strings.Replace(aPage, `\u002b`, `\u00g0`, 1),
		"an escape cut short":        strings.Replace(aPage, `\u002b"`, `\u00"`, 1),
		"half a pair":                strings.Replace(aPage, `\u002b`, `\ud83d`, 1),
		"a pair":                     strings.Replace(aPage, `\u002b`, `\ud83d\ude00`, 1),
		"a control character":        strings.Replace(aPage, `\u002b`, "\x01", 1),
		"bytes that are no text":     strings.Replace(aPage, `\u002b`, "\xff\xfe", 1),
		"half a character":           strings.Replace(aPage, `\u002b`, "\xe9\x99", 1),
		"Chinese in base64":          strings.Replace(aPage, `\u002b`, "陳大文", 1),
		"data under an escaped name": strings.ReplaceAll(aPage, `"data"`, `"d\u0061ta"`),
		"deep":                       strings.Replace(aPage, `["QUJD`, strings.Repeat("[", 11_000)+`["QUJD`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range []int{1, 2, 3, 7, 11, 64, 1 << 20} {
				s, m := extracted(t, []byte(page), 16, step)
				same(t, []byte(page), s)
				if name == "as it is" && (m.Len() < 900 || len(s.Cuts) != 4 || len(s.Left) > len(page)-900) {
					t.Errorf("%d bytes in the spool, %d cuts", m.Len(), len(s.Cuts))
				}
			}
		})
	}
}

// Any text at all, in any steps: also such as is nearly a page.
func TestAnyPageWithItsDocumentsExtractedIsThePage(t *testing.T) {
	parts := []string{`{"resourceType":"Bundle","entry":[`, `{"resource":{"resourceType":"Binary","id":"b","data":"`, `"}}`, `,`, `]}`, `"data"`, `:`, ` : `, `"`, `\`, `\u`, `00`, `d8`,
		"ABCD", strings.Repeat("ABCD", 9), `\n`, `\"`, `\\`, "鉀", "\xe9", "\x00", `{`, `}`, `[`, `"x":"y"`, " ", "1", "null", `"subject":{"reference":"Patient/q"}`}
	rapid.Check(t, func(rt *rapid.T) {
		page := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 30).Draw(rt, "parts"), "")
		if rapid.Bool().Draw(rt, "nearly") {
			page = aPage
			for range rapid.IntRange(0, 4).Draw(rt, "edits") {
				i := rapid.IntRange(0, len(page)).Draw(rt, "at")
				j := min(i+rapid.IntRange(0, 3).Draw(rt, "for"), len(page))
				page = page[:i] + rapid.SampledFrom(parts).Draw(rt, "part") + page[j:]
			}
		}
		steps := rapid.SliceOfN(rapid.IntRange(1, 90), 1, 5).Draw(rt, "steps")
		s, _ := extracted(t, []byte(page), rapid.IntRange(0, 60).Draw(rt, "longest"), steps...)
		same(t, []byte(page), s)
	})
}

func FuzzExtract(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Binary","id":"b","data":"QUJD\/\u002bQUJD"}}]}`), 3, 7)
	f.Add([]byte(`{"resourceType":"Bundle","data":"\u9999999999"}`), 3, 2)
	f.Add([]byte(`{"data":"ab\\","data":"ab\\"}`), 0, 1)
	f.Fuzz(func(t *testing.T, page []byte, longest, step int) {
		s, _ := extracted(t, page, max(longest, 0), step)
		same(t, page, s)
	})
}

// answer reads a page through everything an answer goes through.
func answer(page string, length int64, m *inMemory, r func(io.Reader) io.Reader) (Answer, error) {
	var a Answer
	err := a.receive(r(strings.NewReader(page)), length, MaxAnswer, func() (r4.Spool, error) { return m, nil })
	return a, err
}

func longPage(data int) string {
	return `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Binary","id":"b","data":"` + strings.Repeat("QUJD", data/4) + `"}}]}`
}

func TestAnAnswerIsExtractedWhereItIsLongAndClosedWhereItFails(t *testing.T) {
	plain := func(r io.Reader) io.Reader { return r }
	short, long := longPage(500<<10), longPage(4<<20)
	for name, tt := range map[string]struct {
		page   string
		length int64
		read   func(io.Reader) io.Reader
		spool  bool
		err    error
	}{
		"short":                      {short, int64(len(short)), plain, false, nil},
		"short, of unknown length":   {short, -1, plain, false, nil},
		"long":                       {long, int64(len(long)), plain, true, nil},
		"long, of unknown length":    {long, -1, plain, true, nil},
		"long, a byte at a time":     {long, -1, iotest.OneByteReader, true, nil},
		"long, its end with the EOF": {long, -1, iotest.DataErrReader, true, nil},
		"cut short":                  {long, int64(len(long)) + 1, plain, true, io.ErrUnexpectedEOF},
		"cut short before 1 MiB":     {short, 4 << 20, plain, false, io.ErrUnexpectedEOF},
		"the line broke":             {long, -1, func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(iotest.ErrTimeout)) }, true, iotest.ErrTimeout},
		"too long by its header":     {long, MaxAnswer + 1, plain, false, errTooLarge},
		"too long":                   {longPage(MaxAnswer), -1, plain, true, errTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			m := &inMemory{}
			a, err := answer(tt.page, tt.length, m, tt.read)
			if !errors.Is(err, tt.err) || (m.Len() > 0) != tt.spool {
				t.Fatalf("%d bytes in the spool, %v", m.Len(), err)
			}
			if err != nil {
				if m.Len() > 0 && !m.closed || a.spool != nil {
					t.Error("its spool stays open")
				}
				return
			}
			same(t, []byte(tt.page), &r4.Extractor{Left: a.Body, Cuts: a.cuts, Spool: a.spool})
			if tt.spool && len(a.Body) > 1000 {
				t.Errorf("%d bytes are left in memory", len(a.Body))
			}
		})
	}
}

func TestWithoutASpoolAPageIsReadIntoMemory(t *testing.T) {
	page := longPage(4 << 20)
	for _, length := range []int64{-1, int64(len(page))} {
		for _, open := range []func() (r4.Spool, error){nil, func() (r4.Spool, error) { return nil, fmt.Errorf("here: %w", errors.ErrUnsupported) }} {
			var a Answer
			if err := a.receive(iotest.HalfReader(strings.NewReader(page)), length, MaxAnswer, open); err != nil || string(a.Body) != page || a.spool != nil || a.cuts != nil {
				t.Errorf("%d bytes, %v", len(a.Body), err)
			}
		}
	}
	for step := range 40 {
		s := &r4.Extractor{Open: func() (r4.Spool, error) { return nil, errors.ErrUnsupported }, Longest: 16}
		for rest := []byte(aPage); len(rest) > 0; rest = rest[min(step+1, len(rest)):] {
			if err := s.Take(rest[:min(step+1, len(rest))]); err != nil {
				t.Fatal(err)
			}
		}
		same(t, []byte(aPage), s)
	}
}

type full struct{ inMemory }

func (f *full) Write(p []byte) (int, error) {
	if f.Len() > 1<<20 {
		return 0, errTooLarge
	}
	return f.inMemory.Write(p)
}

func TestASpoolThatTakesNoMoreEndsTheAnswer(t *testing.T) {
	f := &full{}
	var a Answer
	if err := a.receive(strings.NewReader(longPage(4<<20)), -1, MaxAnswer, func() (r4.Spool, error) { return f, nil }); err == nil || !f.closed || a.Body != nil {
		t.Errorf("%v, closed: %v", err, f.closed)
	}
	none := errors.New("no spool")
	if err := a.receive(strings.NewReader(longPage(4<<20)), -1, MaxAnswer, func() (r4.Spool, error) { return nil, none }); !errors.Is(err, none) || a.spool != nil {
		t.Error(err)
	}
}

var _ OpenSpool = func(context.Context) (r4.Spool, error) { return &inMemory{}, nil }
