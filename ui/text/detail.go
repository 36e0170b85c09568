package text

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Element is what a line of the detail says: dates by the desk's clock with the
// sender's own beside them, FHIR's own codes in words with the code, everything
// else as it was sent; and what the reader of the bytes has to say of it.
func (w Words) Element(el *ehrdesk.Element) string {
	value := ehrdesk.CleanText(el.Value)
	if strings.Contains(el.Value, "\n") { // its columns were kept, and stay
		value = ehrdesk.CleanColumns(el.Value)
	}
	switch {
	case !el.When.IsZero():
		value = w.SentMoment(el.When)
	case el.Coded, el.Path == "resourceType":
		value = w.coded(el.Path, value)
	}
	remark := w.remark(el.Remark)
	switch {
	case remark == "":
		return value
	case value == "":
		return remark
	case el.Remark.Kind == ehrdesk.RemarkCut:
		return value + "\n" + remark
	default:
		return remark + "\n" + value
	}
}

// coded is a code of FHIR's own in words. Which table it is of is told by the
// element's name: h is an hour among units and nothing elsewhere.
func (w Words) coded(path, code string) string {
	f := &w.c.Facts
	name := path[strings.LastIndexByte(path, '.')+1:]
	if i := strings.IndexByte(name, '['); i >= 0 {
		name = name[:i]
	}
	tables := []Codes{f.Statuses, f.Verifications, f.Intents, f.Priorities, f.Severities, f.Absent, f.Details, f.Categories, f.DoseTypes}
	switch name {
	case "periodUnit", "durationUnit":
		tables = []Codes{f.ManyUnits}
	case "dayOfWeek":
		tables = []Codes{f.Days}
	case "when":
		tables = []Codes{f.Events}
	case "comparator":
		return code
	case "resourceType":
		tables = []Codes{f.Resources}
	case "gender", "use", "system", "rank":
		tables = []Codes{f.Details}
	case "intent":
		tables = []Codes{f.Intents}
	case "priority":
		tables = []Codes{f.Priorities}
	case "severity", "criticality":
		tables = []Codes{f.Severities}
	case "availability":
		tables = []Codes{f.Availability}
	case "category", "type", "class":
		tables = []Codes{f.Categories, f.Details}
	}
	if strings.Contains(path, "verificationStatus") {
		tables = []Codes{f.Verifications}
	}
	for _, t := range tables {
		words, ok := t[code]
		if !ok {
			continue
		}
		if word := w.t(words); word != code {
			return w.put(f.Phrases.OfType, word, code)
		}
		return code
	}
	return code
}

func (w Words) remark(r ehrdesk.Remark) string {
	p, size := &w.c.Facts.Phrases, thousands(strconv.FormatInt(r.Size, 10))
	switch r.Kind {
	case ehrdesk.RemarkEmpty:
		return w.t(p.Empty)
	case ehrdesk.RemarkAttached, ehrdesk.RemarkImage:
		kind := ehrdesk.CleanLine(r.Word)
		if kind == "" {
			kind = "?"
		}
		if r.Kind == ehrdesk.RemarkImage {
			return w.put(p.ImageOnly, kind, size)
		}
		return w.put(p.Attached, kind, size)
	case ehrdesk.RemarkNoPoppler:
		return w.put(p.NoPoppler, size)
	case ehrdesk.RemarkNoSandbox:
		return w.put(p.NoSandbox, size)
	case ehrdesk.RemarkUnreadable:
		return w.put(p.Unreadable, size)
	case ehrdesk.RemarkBroken:
		return w.put(p.Broken, size)
	case ehrdesk.RemarkCut:
		return w.put(p.Cut, size)
	case ehrdesk.RemarkGuessed:
		return w.put(p.Guessed, ehrdesk.CleanLine(r.Word))
	}
	return ""
}

// thousands sets commas into a whole number from 1,000.
func thousands(s string) string {
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Name is a name for people, with our words for one that is no longer borne.
func (w Words) Name(n ehrdesk.Name) string {
	if t, ok := w.c.Facts.Titles[strings.ToLower(strings.TrimSuffix(n.Title, "."))]; ok && w.lang != English {
		n.Title = w.t(t)
	}
	return ehrdesk.CleanLine(n.BannerIn(w.t(w.c.Facts.Phrases.Formerly)))
}

// Standing says that a patient's record is not the one to use, or may not mean what it
// says, "" where neither is so.
func (w Words) Standing(p *ehrdesk.Patient) string {
	f := &w.c.Facts.Phrases
	words := ""
	switch {
	case p.MergedTo.ID != "":
		words = w.put(f.MergedTo, ehrdesk.CleanLine(p.MergedTo.String()))
	case p.Merged:
		words = w.t(f.Merged)
	case p.Inactive:
		words = w.t(f.Inactive)
	}
	if p.Altered {
		words = join(" ", words, w.t(f.AlteredPatient))
	}
	return words
}
