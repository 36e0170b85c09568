package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// sameWords are words for one thing: a number in letters, what is taken when needed.
var sameWords = strings.NewReplacer("three times", "3 times", "four times", "4 times", "five times", "5 times", "six times", "6 times", "two times", "twice", "once daily", "once a day", "twice daily", "twice a day",
	"when required", "as needed", "if required", "as needed", "when needed", "as needed", "if needed", "as needed", "at bedtime", "at night", "1,000", "1000")

// emDash stands between the attributes of a drug's line, with spaces. Source: NHS CUI MEDi.
const emDash = " — "

// DrugLine is a drug by NHS CUI's medication line: what turns its meaning round, the
// generic in lower case, then brand, strength, form, dose, route, frequency. Attributes
// are joined by em dashes and parted between them alone.
type DrugLine struct {
	Before     string // "DO NOT GIVE: "
	Generic    string
	Attributes []string
	named      int // how many attributes are of the name
}

// String is the line in one.
func (l *DrugLine) String() string {
	return strings.Join(append([]string{l.Before + l.Generic}, l.Attributes...), emDash)
}

// Parts are the line's attributes in two: what the drug is, and how it is taken.
func (l *DrugLine) Parts() (name, taken []string) {
	return append([]string{l.Before + l.Generic}, l.Attributes[:l.named]...), l.Attributes[l.named:]
}

// Drug is the line of a record, whose facts these are.
func (w Words) Drug(r *ehrdesk.Record, f *ehrdesk.Facts) DrugLine {
	name := w.name(r, f)
	before, after, found := strings.Cut(w.Title(r, f), name)
	if !found {
		before, after = "", ""
	}
	p := medication.Name(name)
	line := DrugLine{Before: ehrdesk.CleanLine(before), Generic: strings.ToLower(p.Generic)}
	if strings.HasSuffix(before, " ") {
		line.Before += " "
	}
	strength, form := w.strength(p.Strength), strings.ReplaceAll(strings.ToLower(p.Form), " ml ", " mL ")
	for _, s := range [...]string{strings.ToUpper(p.Brand), strength, form, strings.Trim(after, " –")} {
		if s = ehrdesk.CleanLine(s); s != "" {
			line.Attributes = append(line.Attributes, s)
		}
	}
	line.named = len(line.Attributes)
	for _, s := range w.DoseAttributes(f) {
		if s = ehrdesk.CleanLine(s); !strings.EqualFold(s, form) && !strings.EqualFold(s, strength) {
			line.Attributes = append(line.Attributes, s)
		}
	}
	line.Generic = ehrdesk.CleanLine(strings.TrimRight(line.Generic, " –—-"))
	return line
}

// strength is a strength as NHS CUI writes it: a space between number and unit, units in
// full, "per" for a slash, the sender's own digits.
func (w Words) strength(s string) string {
	if s == "" {
		return ""
	}
	words := strings.Fields(s)
	for i, x := range words {
		n := len(x) - len(strings.TrimLeft(x, "0123456789.,"))
		number, unit := x[:n], x[n:]
		if parts := strings.Split(unit, "/"); unit != "" && unit != "%" {
			for j := range parts {
				parts[j] = w.strengthUnit(parts[j])
			}
			unit = strings.Join(parts, " per ")
		}
		words[i] = number + unit
		if number != "" && unit != "" && unit != "%" {
			words[i] = number + " " + unit
		}
	}
	return strings.Join(words, " ")
}

func (w Words) strengthUnit(u string) string {
	switch strings.ToLower(u) {
	case "mg", "g":
		return strings.ToLower(u)
	case "ml":
		return "mL"
	case "mcg", "ug", "µg", "μg":
		return "micrograms"
	case "unt", "iu", "u":
		return "units"
	case "actuat":
		return "dose"
	}
	return u
}

// DoseAttributes are the dosages attribute by attribute, the amount with its label. What
// the sender wrote whole, and did not code as well, comes as he wrote it.
func (w Words) DoseAttributes(f *ehrdesk.Facts) []string {
	m := &w.c.Medication
	if len(f.Dosages) == 1 && (f.Dosages[0].Sequence == "" || f.Dosages[0].Sequence == "1") {
		d := &f.Dosages[0]
		parts := w.dosageParts(d)
		if len(d.Doses) > 0 && len(parts) > 0 {
			parts[0] = w.put(m.Dose, parts[0])
		}
		switch {
		case d.Text == "" && len(parts) > 0 && hasDose(d), d.Text != "" && w.agrees(d):
			return parts
		case d.Text != "" && w.saysAll(d):
			return w.sentence(d.Text)
		}
	}
	words := w.Medication(f)
	if len(f.Dosages) > 1 { // steps stay together
		return strings.Split(strings.ReplaceAll(words, dash, emDash), emDash)
	}
	return strings.Split(words, dash)
}

// saysAll reports that a sender's English sentence has all that he coded beside it, so
// that it need not be said again in another language.
func (w Words) saysAll(d *ehrdesk.Dosage) bool {
	_, all := w.beyond(d)
	return all
}

// agrees reports that a sender's English sentence and his codes say the same: each part
// of either is in the other, but for the form and the word before the amount.
func (w Words) agrees(d *ehrdesk.Dosage) bool {
	rest, all := w.beyond(d)
	if !all || d.Text == "" || len(d.Doses) == 0 {
		return false
	}
	for _, s := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(" –—-,.;", r) }) {
		if !doseForms[s] {
			return false
		}
	}
	return true
}

// doseForms are the words of a sentence about a dose that say nothing of it: what comes
// before the amount, and the form, which stands with the name.
var doseForms = map[string]bool{"dose": true, "then": true, "tablet": true, "tablets": true, "capsule": true, "capsules": true, "injection": true, "inhaler": true,
	"syrup": true, "powder": true, "cream": true, "ointment": true, "drops": true, "solution": true, "suspension": true, "patch": true, "spray": true,
	"suppository": true, "gel": true, "lotion": true, "pen": true}

// beyond is what a sender's English sentence says beyond his codes, and whether it has
// all of them. A dose at night is one a day.
func (w Words) beyond(d *ehrdesk.Dosage) (rest string, all bool) {
	w.lang = English
	rest = plainEnglish(d.Text)
	for _, part := range w.dosageParts(d) {
		s := plainEnglish(part)
		from := wordsAt(rest, s)
		if daily, ok := strings.CutPrefix(s, "once a day "); from < 0 && ok { // once a day at night
			s, from = daily, wordsAt(rest, daily)
		}
		if from < 0 && s == "once a day" && within(rest, "daily") {
			s, from = "daily", wordsAt(rest, "daily")
		}
		if from < 0 {
			return rest, false
		}
		rest = rest[:from] + " " + rest[from+len(s):]
	}
	return rest, true
}

// plainEnglish is words in lower case, numbers and what is said in two ways in one.
func plainEnglish(s string) string {
	return sameWords.Replace(strings.ToLower(s))
}

// ShortDose is how much and how often, for a summary: "3 mg — once a day"; the sender's
// own words where he coded neither, "" where nothing says.
func (w Words) ShortDose(f *ehrdesk.Facts) string {
	if len(f.Dosages) == 0 {
		return ehrdesk.CleanLine(f.NoteText)
	}
	d := &f.Dosages[0]
	if len(f.Dosages) == 1 && d.Sequence != "" { // a step alone is no first of many
		d = &ehrdesk.Dosage{Text: d.Text, Doses: d.Doses, Timing: d.Timing, AsNeeded: d.AsNeeded, AsNeededFor: d.AsNeededFor}
		d.Timing.Bounds = ehrdesk.Value{}
	}
	amount := w.doses(d.Doses)
	often := strings.Join(w.timing(&d.Timing), " ")
	if d.AsNeeded || len(d.AsNeededFor) > 0 {
		often = join(" ", often, w.t(w.c.Facts.Phrases.AsNeeded))
	}
	switch {
	case amount == "" || len(f.Dosages) > 1: // several steps are no one dose
		return ehrdesk.CleanLine(strings.ReplaceAll(w.Dosages(f.Dosages), dash, emDash))
	case d.Text != "" && !w.saysAll(d): // what contradicts is not made short
		return ehrdesk.CleanLine(strings.ReplaceAll(w.Dosage(d), dash, emDash))
	case often == "" && d.Text != "":
		return ehrdesk.CleanLine(strings.Join(w.sentence(d.Text), emDash))
	}
	return ehrdesk.CleanLine(join(emDash, amount, often))
}

// Open is a record's facts with the site's names for its codes.
func (w Words) Open(r *ehrdesk.Record) ehrdesk.Facts { return r.FactsWith(w.naming()) }

// Put sets words into a text of the catalogue.
func (w Words) Put(t T, words ...string) string { return w.put(t, words...) }
