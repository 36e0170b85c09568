package page

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
)

// Letter is a letter of the banner's risks with its words.
type Letter struct{ Letter, Words string }

// Risks are the letters that hold, in the banner's order: A known allergies, C a critical
// result of the last 90 days, R restricted records held back, D an advance directive. The
// banner, the help, the summary and the commands take them from here, so that a letter has
// its words wherever somebody looks for them.
func (b *Book) Risks(found risk.Risks) (out []Letter) {
	held := 0
	for _, sum := range b.Types() {
		held += len(sum.Held)
	}
	for _, x := range [...]struct {
		letter string
		holds  bool
	}{
		{"A", b.Chart.Allergies().State == ehrdesk.AllergyListed}, {"C", found.Critical != nil}, {"R", held > 0}, {"D", found.Directive != nil},
	} {
		if x.holds {
			out = append(out, Letter{x.letter, b.Env.S(b.Env.T.Chart.Risks[x.letter])})
		}
	}
	return out
}
