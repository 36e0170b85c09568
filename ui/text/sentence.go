package text

import "strings"

// oftens are the ways in which English sentences say how many times a day, and how many.
var oftens = map[string]string{"once a day": "1", "once daily": "1", "daily": "1", "twice a day": "2", "twice daily": "2", "three times a day": "3", "three times daily": "3",
	"3 times a day": "3", "four times a day": "4", "four times daily": "4", "4 times a day": "4", "five times a day": "5", "six times a day": "6"}

// whenNeeded are the ways in which English sentences say that something is taken as needed.
var whenNeeded = [...]string{" when required", " as needed", " when needed", " if required"}

// sentence parts a sender's English sentence about a dose at its dashes. Of a Chinese
// screen those parts that say no more than a word of ours are in Chinese: the word before
// the amount, a route, how many times a day. Every other part stays as it was written.
func (w Words) sentence(s string) []string {
	parts := strings.Split(s, dash)
	if w.lang == English {
		return parts
	}
	p := &w.c.Facts.Phrases
	for i, part := range parts {
		plain, needed := part, false
		for _, tail := range whenNeeded {
			if rest, ok := strings.CutSuffix(part, tail); ok {
				plain, needed = rest, true
			}
		}
		said := ""
		if amount, ok := strings.CutPrefix(part, "DOSE "); ok {
			said, needed = w.put(w.c.Medication.Dose, amount), false
		} else if t, ok := w.c.Facts.Routes[strings.ToLower(part)]; ok {
			said, needed = w.t(t), false
		} else if n, ok := oftens[plain]; ok {
			said = w.put(p.PerPeriod, w.spacedTimes(n), w.timeWord("d", false))
		} else if part == "when required" || part == "as needed" {
			said = w.t(p.AsNeeded)
		}
		switch {
		case said == "":
		case needed:
			parts[i] = said + " " + w.t(p.AsNeeded)
		default:
			parts[i] = said
		}
	}
	return parts
}

// spacedTimes is a number of times, apart from the Chinese before it.
func (w Words) spacedTimes(n string) string { return " " + w.put(w.c.Facts.Phrases.Times, n) }
