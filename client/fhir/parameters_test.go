package fhir

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// A parameter of whatever kind of value goes out, and one that says nothing does not.
func TestEveryKindOfValueOfAParameterGoesOut(t *testing.T) {
	truth := false
	said := Parameter{Code: "x", String: "x", UUID: "x", Base64: []byte{1}, Instant: "x", Date: "2026-11-30", Boolean: &truth, Identifier: &Identifier{"s", "v"},
		Coding: &Coding{Code: "x"}, Part: []Parameter{{Name: "within", Code: "x"}}, Resource: jsontext.Value(`{}`)}
	from := reflect.ValueOf(said)
	for i := range from.NumField() {
		field := from.Type().Field(i)
		if field.Name == "Name" {
			continue
		}
		if from.Field(i).IsZero() {
			t.Fatalf("%s has no value in this test", field.Name)
		}
		one := Parameter{Name: "alone"}
		reflect.ValueOf(&one).Elem().Field(i).Set(from.Field(i))
		b, err := Parameters{{Name: "nothing"}, one}.Marshal("test")
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if err != nil || !strings.Contains(string(b), `"name":"alone","`+tag+`":`) || strings.Contains(string(b), `"nothing"`) {
			t.Errorf("a parameter with a %s alone: %s, %v", field.Name, b, err)
		}
	}
}

// The date beside the signature on a form reaches the centre.
func TestTheDateOnAFormIsAmongTheParameters(t *testing.T) {
	on, err := ehrdesk.ParseSigned("2026-11-20")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parameters{{Name: "formSigned", Date: on.String()}}.Marshal("test")
	if err != nil || !strings.Contains(string(b), `{"name":"formSigned","valueDate":"2026-11-20"}`) {
		t.Errorf("%s, %v", b, err)
	}
}
