package caps

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// A server with hundreds of types and thirty parameters each is kept in a few kilobytes,
// and what the desk asks of it afterwards is answered as before.
func TestOfALongStatementLittleIsKept(t *testing.T) {
	c := Caps{At: time.Now(), FHIR: "4.0.1", Software: strings.Repeat("HAPI FHIR Server ", 100), Types: map[string]Type{}}
	var many []string
	for i := range 40 {
		many = append(many, fmt.Sprintf("parameter-%d", i))
	}
	for _, name := range r4.PatientTypes() {
		c.Types[name] = Type{Search: true, Parameters: append([]string{"patient"}, many...)}
	}
	for i := range 200 {
		c.Types[fmt.Sprintf("Other%d", i)] = Type{Search: true, Parameters: many}
	}
	c.Types["Observation"] = Type{Search: true, Parameters: []string{"code", "date"}}
	kept := c.Kept()
	if kept.Knows("Observation", "patient") || c.Knows("Observation", "patient") {
		t.Error("a type that cannot be searched by patient can")
	}
	b, err := json.Marshal(kept)
	if err != nil || len(b) > 8<<10 {
		t.Errorf("%d bytes are kept: %v", len(b), err)
	}
	for _, name := range r4.PatientTypes() {
		if name == "Observation" {
			continue
		}
		if !kept.Types[name].Search || !kept.Knows(name, "patient") || kept.Knows(name, "parameter-1") {
			t.Errorf("%s is known otherwise", name)
		}
	}
	if len(c.Types) < 200 {
		t.Error("what was looked at has changed")
	}
	bare := Caps{FHIR: "4.0.1"}
	if !bare.Kept().Knows("Observation", "patient") {
		t.Error("of a statement that names no type, nothing is known not to be")
	}
}
