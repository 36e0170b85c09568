package central

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
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
			var refused *apiError
			if !errors.As(err, &refused) {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		for _, in := range groups {
			b := newBatch(&Centre{}, nil, in.items)
			for _, it := range b.items {
				it.target = "new-id"
				for _, r := range it.refs {
					b.find(it, r.Value)
				}
				out := it.rendered("7", "2026-01-01T00:00:00.000000Z")
				f2, err := scan(out)
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

// FuzzSearch feeds forms to the search parser; what it accepts must make a
// query that the store understands.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"patient=a&code=s|x,y", "_id=a,b&_lastUpdated=ge2026&_sort=-_lastUpdated&_count=3", "_lastUpdated=2026-13", "%zz", "_count=-1", "category=|"} {
		f.Add(s)
	}
	c, err := Open(f.Context(), Options{Dir: f.TempDir()})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		form, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		a, err := parseSearch(form, false)
		if err != nil || len(a.ids) > 100 || len(a.updated) > 100 {
			return
		}
		err = c.read(context.Background(), func(q *tx) error {
			sql, args := a.where("Observation", []string{"p"}, visible(&token{role: "doctor"}), cursor{After: 1})
			return q.rows("SELECT id"+sql, args, func(func(...any) error) error { return nil })
		})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		a.fits([]byte(`{"code":{"coding":[{"code":"x"}]},"category":["y",{"text":"z"}],"identifier":{"value":"v"}}`))
		for _, n := range namedPlainly(a.unknown) {
			if strings.ContainsAny(n, "0123456789<>\"\n") {
				t.Fatalf("a parameter's name is given back: %q", n)
			}
		}
	})
}

// FuzzCursor feeds pages that nobody sealed; none may open.
func FuzzCursor(f *testing.F) {
	c, err := Open(f.Context(), Options{Dir: f.TempDir()})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	who := &token{hcp: "1", staff: "s", role: "doctor"}
	good, err := c.seal(cursor{Since: 1, At: 2, After: 3, Count: 4}, who, "everything/p")
	if err != nil {
		f.Fatal(err)
	}
	if cur, err := c.unseal(good, who, "everything/p"); err != nil || cur.After != 3 {
		f.Fatalf("a sealed page does not open: %v", err)
	}
	f.Add(good[:len(good)-1] + "A")
	f.Add("")
	f.Add("!!!!")
	f.Fuzz(func(t *testing.T, text string) {
		for _, where := range []string{"everything/p", "everything/q"} {
			if _, err := c.unseal(text, who, where); err == nil && (text != good || where != "everything/p") {
				t.Fatal("a page that nobody sealed opens")
			}
		}
	})
}

// FuzzAct feeds bodies of acts. Evidence that is taken is within its bounds, and
// says nothing that could act on a log.
func FuzzAct(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Parameters","parameter":[{"name":"identifier","valueIdentifier":{"system":"s","value":"v"}},{"name":"channel","valueCode":"card"},{"name":"requestId","valueUuid":"urn:uuid:11111111-1111-4111-8111-111111111111"},{"name":"card","part":[{"name":"profile","valueCode":"training-1"},{"name":"source","valueString":"reader"},{"name":"scheme","valueCode":"training-1"},{"name":"response","valueBase64Binary":"MAA="},{"name":"signed","valueBase64Binary":"dwA="},{"name":"face","valueBase64Binary":"cAA="}]}]}`,
		`{"resourceType":"Parameters","parameter":[{"name":"channel","valueCode":"card"},{"name":"card","part":[{"name":"source","valueString":"\u001b[2J"}]}]}`,
		`{"resourceType":"Parameters","parameter":[{"name":"accessKey","valueString":"1234 5678"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in input
		if jsonv2.Unmarshal(body, &in) != nil {
			return
		}
		if v, err := parseAct(in.Parameter, auditVerify); err == nil && (v.verify == nil || v.complete(time.Now(), ConsentOffer{}, ehrdesk.Patient{}) == nil) {
			t.Fatal("a verification of nothing is complete")
		}
		a, err := parseAct(in.Parameter, ehrdesk.AuditGrant)
		var refused *apiError
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		if e := a.card; e != nil && (len(e.Face) > trust.MaxFace || len(e.Signed) > trust.MaxSigned || len(e.Response) > trust.MaxResponse ||
			!isCode(e.Profile) || ehrdesk.CleanLine(e.Source) != e.Source || len(e.Source) > maxSource || e.Proof != 0 || e.Challenge != [32]byte{}) {
			t.Fatal("evidence out of its bounds")
		}
	})
}

// FuzzLabel feeds resources; a restricting label that another reader finds must
// be found here too, however it is written.
func FuzzLabel(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Basic","meta":{"security":[{"system":"x","code":"R"},{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]}}`,
		`{"resourceType":"Basic","meta":{"security":{"code":"\u0052"}}}`, `{"meta":{"tag":[{"code":"R"}],"security":[[{"code":"R"}]]},"resourceType":"Basic"}`,
		`{"resourceType":"Basic","meta":{"security":[{"extension":[{"code":"R"}],"code":"N"}]},"contained":[{"meta":{"security":[{"code":"R"}]}}]}`,
		`{"resourceType":"Patient","meta":{"security":[{"code":"R"}]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := scan(data)
		if err != nil {
			return
		}
		var meta struct {
			Meta struct {
				Security jsontext.Value `json:"security"`
			} `json:"meta"`
		}
		if jsonv2.Unmarshal(data, &meta) != nil {
			return
		}
		type coding struct {
			System string `json:"system"`
			Code   string `json:"code"`
		}
		var all []coding
		if jsonv2.Unmarshal(meta.Meta.Security, &all) != nil {
			var one coding
			if jsonv2.Unmarshal(meta.Meta.Security, &one) != nil {
				return
			}
			all = []coding{one}
		}
		want := false
		for _, c := range all {
			system := strings.TrimSpace(c.System)
			want = want || (c.Code == "R" || c.Code == "V") && (system == "" || system == "http://terminology.hl7.org/CodeSystem/v3-Confidentiality" ||
				system == "http://hl7.org/fhir/v3/Confidentiality" || system == "urn:oid:2.16.840.1.113883.5.25")
		}
		if want = want && got.Type != "Patient"; got.labelled() != want {
			t.Fatalf("labelled %v, want %v: %s", got.labelled(), want, data)
		}
	})
}

// FuzzRelease feeds bodies that ask for restricted records.
func FuzzRelease(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Parameters","parameter":[{"name":"requestId","valueUuid":"11111111-1111-4111-8111-111111111111"},{"name":"kind","valueCode":"allergy"},{"name":"channel","valueCode":"one-time-code"},{"name":"oneTimeCode","valueString":"123 456"}]}`,
		`{"resourceType":"Parameters","parameter":[{"name":"oneTimeCode","valueString":"１２３４５６"},{"name":"channel","valueCode":"card"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in input
		if jsonv2.Unmarshal(body, &in) != nil {
			return
		}
		a, err := parseRelease(in.Parameter)
		var refused *apiError
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		if len(a.kinds) == 0 || len(a.kinds) > len(ehrdesk.Kinds()) || (a.channel == byCode) != (len(a.code) == 6) || (a.channel == ehrdesk.ByCard) != (a.card.card != nil) {
			t.Fatalf("taken: %+v", a)
		}
	})
}

// FuzzContact feeds a Patient and what they said of where they are reached. What
// comes out is FHIR, and says the same but for telecom, address and communication.
func FuzzContact(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Patient","telecom":[{"system":"phone","value":"1"},{"system":"phone","value":"2"},{"system":"email"},7],"x":1.10}`,
		`{"address":[{"line":["a","b"],"use":"home"},{"use":"old"}],"resourceType":"Patient","communication":[{"language":{"coding":[{"code":"zh-HK"}]},"preferred":true}]}`,
		`{"telecom":[{"system":"phone","value":"51112222"}],"resourceType":"Patient"}`, `{"resourceType":"Patient","telecom":"x","address":{},"communication":null}`,
	} {
		f.Add([]byte(s), "6123 4567", "a@b.hk", "1 Street", "zh-Hans")
		f.Add([]byte(s), "", "", "", "en")
	}
	f.Fuzz(func(t *testing.T, data []byte, phone, email, address, language string) {
		v := jsontext.Value(data)
		if v.Compact() != nil {
			return
		}
		if _, err := scan(v); err != nil {
			return
		}
		c, err := parseContact(inputList{{Name: "phone", ValueString: phone}, {Name: "email", ValueString: email}, {Name: "address", ValueString: address}, {Name: "language", ValueCode: language}})
		if err != nil {
			return
		}
		out, err := c.correct(v)
		if err != nil {
			t.Fatalf("%v: %s", err, v)
		}
		if _, err := scan(out); err != nil {
			t.Fatalf("what came out is refused: %v\n%s\n%s", err, v, out)
		}
		var before, after map[string]json.RawMessage
		if json.Unmarshal(v, &before) != nil || json.Unmarshal(out, &after) != nil {
			t.Fatal("no object")
		}
		for name := range before {
			if !known(contactMembers[:], name) && !bytes.Equal(before[name], after[name]) {
				t.Fatalf("%s changed:\n%s\n%s", name, v, out)
			}
		}
		for name := range after {
			if _, had := before[name]; !had && !known(contactMembers[:], name) {
				t.Fatalf("%s came from nowhere: %s", name, out)
			}
		}
		again, err := c.correct(out)
		removes := *c.phone == "" || *c.email == "" || *c.address == "" // the next one moves up
		if err != nil || !removes && !bytes.Equal(again, out) {
			t.Fatalf("corrected twice:\n%s\n%s", out, again)
		}
	})
}

// FuzzOffer feeds files of notices and reasons. What is taken has its words in
// every language, and a store takes it.
func FuzzOffer(f *testing.F) {
	f.Add(noticeFile)
	f.Add(reasonFile)
	f.Add([]byte(`[{"id":"a","version":"1","title":{"en":"x","zh-Hant":"x","zh-Hans":" "}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var refused *apiError
		notices, err := parseNotices(data)
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		for _, n := range notices {
			if err == nil && (!isCode(n.ID) || !isCode(n.Version) || len(n.Title) != 3 || len(n.Text) != 3) {
				t.Fatalf("taken: %+v", n)
			}
		}
		reasons, err := parseReasons(data)
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		for _, r := range reasons {
			if err == nil && (!isCode(r.Code) || len(r.Text) != 3) {
				t.Fatalf("taken: %+v", r)
			}
		}
	})
}

// TestInstantsNeverRepeat: changes are later than all before them even when the
// clock stands still or goes back.
func TestInstantsNeverRepeat(t *testing.T) {
	now := time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)
	c, err := Open(t.Context(), Options{Dir: t.TempDir(), Now: func() time.Time { now = now.Add(-time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	var last int64
	for range 5 {
		err := c.write(t.Context(), func(q *tx) error {
			for range 3 {
				_, at, err := q.change()
				if err != nil || at <= last {
					t.Errorf("%d after %d: %v", at, last, err)
				}
				last = at
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheAuditTableTakesNoChange even from somebody with the writing connection.
func TestTheAuditTableTakesNoChange(t *testing.T) {
	c, err := Open(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.write(t.Context(), func(q *tx) error { return q.audit(event{action: "find", who: &token{}}) }); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"DELETE FROM audit", "UPDATE audit SET staff = 'x'"} {
		if _, err := c.w.ExecContext(t.Context(), s); err == nil {
			t.Errorf("%s was taken", s)
		}
	}
}

// TestCompactKeepsStringsAndNumbers pins what byte fidelity rests on.
func TestCompactKeepsStringsAndNumbers(t *testing.T) {
	v := jsontext.Value("{ \"a\" : [ 1.10 , 1E5, \"\\u00e9\\/ \" ] }")
	if err := v.Compact(); err != nil || string(v) != `{"a":[1.10,1E5,"\u00e9\/ "]}` {
		t.Errorf("%s: %v", v, err)
	}
}
