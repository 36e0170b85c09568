package fhir

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

type coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

type concept struct {
	Coding []coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// words are the concept's words for people: what the source itself wrote first,
// a code's display after it, the bare code last. A local text next to a coded
// one is what the author meant (domain facts: codes are secondary).
func (c concept) words() string {
	if c.Text != "" {
		return ehrdesk.CleanLine(c.Text)
	}
	for _, k := range c.Coding {
		if k.Display != "" {
			return ehrdesk.CleanLine(k.Display)
		}
	}
	for _, k := range c.Coding {
		if k.Code != "" {
			return ehrdesk.CleanLine(k.Code)
		}
	}
	return ""
}

func (c concept) has(codes ...string) bool {
	for _, k := range c.Coding {
		for _, want := range codes {
			if k.Code == want {
				return true
			}
		}
	}
	return false
}

// words reads a CodeableConcept, a Coding, a list of either, or a string.
func words(v jsontext.Value) string {
	var out []string
	each(v, func(e jsontext.Value) {
		if w := conceptOf(e).words(); w != "" {
			out = append(out, w)
		}
	})
	return strings.Join(out, "; ")
}

func conceptOf(v jsontext.Value) concept {
	var c concept
	switch v.Kind() {
	case '"':
		c.Text = textOf(v)
	case '{':
		if c.read(v); len(c.Coding) == 0 && c.Text == "" {
			var k coding
			if k.read(v) {
				c.Coding = []coding{k}
			}
		}
	}
	return c
}

// codesOf lists every code of a CodeableConcept, Coding or list of them.
func codesOf(v jsontext.Value) []string {
	var out []string
	each(v, func(e jsontext.Value) {
		for _, k := range conceptOf(e).Coding {
			if k.Code != "" {
				out = append(out, k.Code)
			}
		}
	})
	return out
}

type reference struct{ Reference, Display, Type string }

// target splits "Patient/x", "https://…/Patient/x" and "Patient/x/_history/2".
func (r reference) target() ehrdesk.Ref {
	s, _, _ := strings.Cut(r.Reference, "/_history/")
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return ehrdesk.Ref{}
	}
	kind := s[:i]
	return ehrdesk.Ref{Resource: kind[strings.LastIndexByte(kind, '/')+1:], ID: s[i+1:]}
}

type quantity struct {
	Value      jsontext.Value // as it was written
	Comparator string
	Unit, Code string
}

// words keeps the number's own digits: 1.10 stays 1.10.
func (q quantity) words() string {
	if len(q.Value) == 0 {
		return ""
	}
	n := string(q.Value)
	if q.Value.Kind() != '0' {
		n = textOf(q.Value)
	}
	unit := q.Unit
	if unit == "" {
		unit = q.Code
	}
	if unit == "1" || unit == "{score}" {
		unit = ""
	}
	return ehrdesk.CleanLine(strings.TrimSpace(q.Comparator + n + " " + unit))
}

func (q quantity) unit() string {
	if q.Unit != "" {
		return q.Unit
	}
	return q.Code
}

// valueWords puts a value[x] of any FHIR type in words.
func valueWords(kind string, v jsontext.Value) string {
	switch kind {
	case "Quantity", "Age", "Duration", "SimpleQuantity", "Count", "Distance":
		var q quantity
		q.read(v)
		return q.words()
	case "CodeableConcept", "Coding":
		return words(v)
	case "Reference":
		var r reference
		r.read(v)
		return ehrdesk.CleanLine(r.Display)
	case "Range":
		return between(pair(v, "low", "high"))
	case "Ratio":
		numerator, denominator := pair(v, "numerator", "denominator")
		return strings.TrimSpace(numerator.words() + " : " + denominator.words())
	case "Period":
		var p period
		p.read(v)
		return dateWords(p.start) + " – " + dateWords(p.end)
	case "DateTime", "Date", "Instant":
		return dateWords(textOf(v))
	case "SampledData":
		return "sampled data"
	case "Attachment":
		var a struct {
			Title       string `json:"title"`
			ContentType string `json:"contentType"`
		}
		into(v, &a)
		return ehrdesk.CleanLine(strings.TrimSpace(a.Title + " " + a.ContentType))
	}
	switch v.Kind() {
	case '"':
		return ehrdesk.CleanLine(textOf(v))
	case '0', 't', 'f':
		return string(v)
	}
	return ""
}

func between(low, high quantity) string {
	l, h := low.words(), high.words()
	switch {
	case l == "" && h == "":
		return ""
	case h == "":
		return "≥ " + l
	case l == "":
		return "≤ " + h
	case low.unit() == high.unit():
		low.Unit, low.Code = "", ""
		return low.words() + " – " + h
	default:
		return l + " – " + h
	}
}

func dateWords(s string) string {
	w, err := ehrdesk.ParseWhen(s)
	if err != nil {
		return ehrdesk.CleanLine(s)
	}
	return w.DateTime()
}

type humanName struct {
	Use    string   `json:"use"`
	Text   string   `json:"text,omitempty"`
	Family string   `json:"family"`
	Given  []string `json:"given"`
	Prefix []string `json:"prefix"`
	Suffix []string `json:"suffix"`
}

func (n humanName) words() string {
	if n.Text != "" {
		return ehrdesk.CleanLine(n.Text)
	}
	return ehrdesk.CleanLine(strings.Join(append(append(append([]string{}, n.Prefix...), n.Given...), n.Family), " "))
}
