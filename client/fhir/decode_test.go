package fhir

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The same datatypes for the general decoder.
type (
	plainCoding struct {
		Code    string `json:"code"`
		Display string `json:"display"`
	}
	plainConcept struct {
		Text   string        `json:"text"`
		Coding []plainCoding `json:"coding"`
	}
	plainReference struct {
		Reference string `json:"reference"`
		Display   string `json:"display"`
		Type      string `json:"type"`
	}
	plainBacking struct {
		plainReference
		Actor      plainReference `json:"actor"`
		Individual plainReference `json:"individual"`
	}
	plainQuantity struct {
		Value      jsontext.Value `json:"value"`
		Comparator string         `json:"comparator"`
		Unit       string         `json:"unit"`
		Code       string         `json:"code"`
	}
	plainSpan struct {
		Low       plainQuantity  `json:"low"`
		High      plainQuantity  `json:"high"`
		Text      string         `json:"text"`
		Type      plainConcept   `json:"type"`
		AppliesTo []plainConcept `json:"appliesTo"`
		Age       jsontext.Value `json:"age"`
	}
)

func (c concept) plain() plainConcept {
	out := plainConcept{Text: c.Text}
	for _, k := range c.Coding {
		out.Coding = append(out.Coding, plainCoding{k.Code, k.Display})
	}
	return out
}

func (r reference) plain() plainReference { return plainReference{r.Reference, r.Display, r.Type} }

func (q quantity) plain() plainQuantity {
	return plainQuantity{q.Value, q.Comparator, q.Unit, q.Code}
}

func (r span) plain() plainSpan {
	out := plainSpan{Low: r.low.plain(), High: r.high.plain(), Text: r.text, Type: r.kind.plain(), Age: r.age}
	for _, a := range r.appliesTo {
		out.AppliesTo = append(out.AppliesTo, a.plain())
	}
	return out
}

// sameAsDecoder holds what was read by hand against what the general decoder
// reads of the same bytes, up to the first member of a wrong shape.
func sameAsDecoder(t *testing.T, raw []byte, byHand any, ok bool, byDecoder any) {
	t.Helper()
	err := json.Unmarshal(raw, byDecoder)
	if ok != (err == nil) {
		t.Errorf("%s: read %v, decoded %v", raw, ok, err)
	}
	if d := cmp.Diff(byHand, byDecoder, cmpopts.EquateEmpty(), cmp.AllowUnexported(plainBacking{})); d != "" {
		t.Errorf("%s\nby hand and by the decoder:\n%s", raw, d)
	}
}

func FuzzReadsLikeTheDecoder(f *testing.F) {
	for _, s := range []string{
		`{"text":"K","coding":[{"system":"s","code":"c","display":"鉀\u0020"},{"code":null},3,{"code":"not read"}],"text2":1}`,
		`{"coding":{},"text":"never reached"}`, `{"text":7}`, `null`, `[]`, `"x"`, `{"coding":null,"text":null}`,
		`{"reference":"Patient/p","display":"D","actor":{"reference":"Practitioner/a"},"individual":{"display":4},"type":"never"}`,
		`{"value":1.10,"comparator":"<","unit":"g","code":"g"}`, `{"value":null,"unit":["?"],"code":"never"}`, `{"val\u0075e":"five"}`,
		`{"low":{"value":1e9},"high":{"unit":"g"},"text":"adult","type":{"coding":[{"code":"normal"}]},"appliesTo":[{"text":"men"},{"text":[]}],"age":{ "low" : 1 }}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		// As a member: so the readers get it from the scanner, checked and trimmed.
		whole, err := parseFields([]byte(`{"v":` + string(raw) + `}`))
		if err != nil || len(whole) != 1 {
			return
		}
		v := whole.raw("v")
		var c concept
		ok := c.read(v)
		p := c.plain()
		sameAsDecoder(t, v, &p, ok, new(plainConcept))
		var b backing
		ok = b.read(v)
		pb := plainBacking{b.reference.plain(), b.actor.plain(), b.individual.plain()}
		sameAsDecoder(t, v, &pb, ok, new(plainBacking))
		var q quantity
		ok = q.read(v)
		pq := q.plain()
		sameAsDecoder(t, v, &pq, ok, new(plainQuantity))
		var r span
		ok = r.read(v)
		ps := r.plain()
		sameAsDecoder(t, v, &ps, ok, new(plainSpan))
	})
}
