package fhir

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// results reads an Observation's value and its components, each with what judges
// it.
func (rd *reading) results(r Resource, f *ehrdesk.Facts) {
	if main := rd.result(r.Object); !main.Value.IsZero() || !main.Absent.IsZero() || len(main.Interpretations)+len(main.Ranges) > 0 {
		f.Results = append(f.Results, main)
	}
	var left ehrdesk.Result // the gravest of those that there is no room for
	Each(r.Raw("component"), func(e jsontext.Value) {
		o := ObjectOf(e)
		if o == nil {
			return
		}
		part := rd.result(o)
		if part.Code = rd.concept(o.Raw("code")); part.Code.IsZero() && part.Value.IsZero() && part.Absent.IsZero() {
			return
		}
		if rd.room(len(f.Results)) {
			f.Results = append(f.Results, part)
		} else if gravity(part.Flag) > gravity(left.Flag) || left.Code.IsZero() {
			left = part
		}
	})
	if !left.Code.IsZero() { // what is grave is never what was left out
		at := slices.IndexFunc(f.Results, func(x ehrdesk.Result) bool { return gravity(x.Flag) < gravity(left.Flag) && !x.Code.IsZero() })
		if at >= 0 {
			f.Results[at] = left
		}
	}
}

func (rd *reading) result(o Object) (x ehrdesk.Result) {
	kind, v := o.Choice("value")
	x.Value = rd.value(kind, v)
	x.Absent = rd.concept(o.Raw("dataAbsentReason"))
	if x.Value.IsZero() && x.Absent.IsZero() {
		x.Absent = rd.absent(o)
	}
	x.Interpretations = rd.concepts(o.Raw("interpretation"))
	Each(o.Raw("referenceRange"), func(e jsontext.Value) {
		r := rd.span(e)
		if (!r.Low.IsZero() || !r.High.IsZero() || r.Text != "") && rd.room(len(x.Ranges)) {
			x.Ranges = append(x.Ranges, r)
		}
	})
	judge(&x)
	return x
}

const (
	extensionAbsent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
	systemAbsent    = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
)

// absent is why a value is absent where an extension says it: on the value, or
// beside it where the value is a scalar.
func (rd *reading) absent(o Object) (c ehrdesk.Concept) {
	for i := range o {
		name := string(o[i].Name)
		if !strings.HasPrefix(name, "value") && !strings.HasPrefix(name, "_value") {
			continue
		}
		Each(ObjectOf(o[i].Value).Raw("extension"), func(x jsontext.Value) {
			if code := rd.line(ObjectOf(x).Raw("valueCode")); code != "" && TextAt(x, "url") == extensionAbsent {
				c.Codings = []ehrdesk.Coding{{System: systemAbsent, Code: code}}
			}
		})
	}
	return c
}

// span is an Observation.referenceRange.
func (rd *reading) span(v jsontext.Value) (r ehrdesk.Range) {
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "low":
			r.Low = rd.quantity(v)
		case "high":
			r.High = rd.quantity(v)
		case "text":
			r.Text = rd.line(v)
		case "type":
			r.Type = rd.concept(v)
		case "appliesTo":
			r.AppliesTo = rd.concepts(v)
		case "age":
			r.AgeLow, r.AgeHigh = rd.pair(v, "low", "high")
		}
		return true
	})
	return r
}
