package resource

import (
	jsonv2 "github.com/go-json-experiment/json"

	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

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
		got, err := Scan(data)
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
		if want && got.Type != "Patient" && !got.Labelled() {
			t.Fatalf("not labelled: %s", data)
		}
	})
}

// TestCompactKeepsStringsAndNumbers pins what byte fidelity rests on.
func TestCompactKeepsStringsAndNumbers(t *testing.T) {
	v := jsontext.Value("{ \"a\" : [ 1.10 , 1E5, \"\\u00e9\\/ \" ] }")
	if err := v.Compact(); err != nil || string(v) != `{"a":[1.10,1E5,"\u00e9\/ "]}` {
		t.Errorf("%s: %v", v, err)
	}
}
