package medication

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// The routes that are told apart; another is its own words in lower case, and "" is one
// that nothing says.
const (
	oral        = "oral"
	topical     = "topical"
	inhaled     = "inhaled"
	eye         = "eye"
	ear         = "ear"
	nasal       = "nasal"
	rectal      = "rectal"
	transdermal = "transdermal"
	parenteral  = "parenteral" // an injection of which nothing says where
	intravenous = "intravenous"
	underSkin   = "subcutaneous"
	inMuscle    = "intramuscular"
)

// routes are the words and codes of one route. Source: SNOMED CT, EDQM's words.
var routes = map[string]string{
	"oral": oral, "po": oral, "p.o.": oral, "per os": oral, "by mouth": oral, "oral route": oral, "oral use": oral, "口服": oral, "26643006": oral, "per oral": oral,
	"topical": topical, "cutaneous": topical, "cutaneous use": topical, "topical route": topical, "skin": topical, "apply to skin": topical, "外用": topical, "6064005": topical, "448598008": topical,
	"inhalation": inhaled, "inhaled": inhaled, "inhalation use": inhaled, "respiratory tract": inhaled, "吸入": inhaled, "447694001": inhaled, "18679011000001101": inhaled,
	"ophthalmic": eye, "eye": eye, "ocular": eye, "ocular use": eye, "54485002": eye, "滴眼": eye, "otic": ear, "auricular": ear, "10547007": ear,
	"nasal": nasal, "nasal use": nasal, "46713006": nasal, "rectal": rectal, "pr": rectal, "rectal use": rectal, "37161004": rectal, "transdermal": transdermal, "45890007": transdermal,
	"intravenous": intravenous, "iv": intravenous, "i.v.": intravenous, "intravenous use": intravenous, "intravenous route": intravenous, "47625008": intravenous, "靜脈注射": intravenous, "静脉注射": intravenous,
	"subcutaneous": underSkin, "sc": underSkin, "s.c.": underSkin, "subcut": underSkin, "subcutaneous use": underSkin, "subcutaneous route": underSkin, "34206005": underSkin, "皮下注射": underSkin, "皮下": underSkin,
	"intramuscular": inMuscle, "im": inMuscle, "i.m.": inMuscle, "intramuscular use": inMuscle, "intramuscular route": inMuscle, "78421000": inMuscle, "肌肉注射": inMuscle, "injection": parenteral, "parenteral": parenteral, "注射": parenteral,
}

// forms are words of a product's name that say its route; the first that stands there counts.
var forms = [...]struct{ word, route string }{
	{"eye", eye}, {"ophthalmic", eye}, {"滴眼", eye}, {"眼", eye}, {"ear", ear}, {"otic", ear}, {"nasal", nasal}, {"rectal", rectal}, {"suppository", rectal}, {"suppositories", rectal}, {"enema", rectal}, {"栓", rectal},
	{"transdermal", transdermal}, {"patch", transdermal}, {"patches", transdermal}, {"貼", transdermal}, {"贴", transdermal},
	{"cream", topical}, {"ointment", topical}, {"gel", topical}, {"lotion", topical}, {"topical", topical}, {"shampoo", topical}, {"膏", topical}, {"凝膠", topical}, {"凝胶", topical},
	{"inhaler", inhaled}, {"inhalation", inhaled}, {"actuat", inhaled}, {"nebules", inhaled}, {"evohaler", inhaled}, {"accuhaler", inhaled}, {"turbuhaler", inhaled}, {"吸入", inhaled}, {"氣霧", inhaled}, {"气雾", inhaled},
	{"injection", parenteral}, {"injectable", parenteral}, {"vial", parenteral}, {"ampoule", parenteral}, {"infusion", parenteral}, {"syringe", parenteral}, {"pen", parenteral}, {"cartridge", parenteral}, {"注射", parenteral},
	{"oral", oral}, {"tablet", oral}, {"tablets", oral}, {"tab", oral}, {"capsule", oral}, {"capsules", oral}, {"cap", oral}, {"syrup", oral}, {"lozenge", oral}, {"片", oral}, {"膠囊", oral}, {"胶囊", oral}, {"糖漿", oral}, {"糖浆", oral}, {"口服", oral},
}

// releases are words that say that a drug is let go of slowly, which is another drug to
// take than the plain one.
var releases = [...]string{"extended", "modified", "prolonged", "sustained", "controlled", "slow", "extended-release", "modified-release", "prolonged-release", "sustained-release", "controlled-release",
	"mr", "sr", "xr", "er", "xl", "la", "cr", "retard", "緩釋", "缓释", "控釋", "控释"}

// routeOf is the route that the dosages say, "" for none and for several.
func routeOf(list []ehrdesk.Dosage) string {
	out := ""
	for i := range list {
		route := normalRoute(&list[i].Route)
		if route == "" {
			continue
		}
		if out != "" && out != route {
			return ""
		}
		out = route
	}
	return out
}

func normalRoute(c *ehrdesk.Concept) string {
	if c.IsZero() {
		return ""
	}
	for i := range c.Codings {
		if r := routes[c.Codings[i].Code]; r != "" {
			return r
		}
	}
	words := c.Words()
	if r := routes[words]; r != "" {
		return r
	}
	words = strings.ToLower(words)
	if r := routes[words]; r != "" {
		return r
	}
	return words
}

// routeInName is the route that a product's name says, and whether it is released slowly.
func routeInName(name string) (route string, slow bool) {
	name = strings.ToLower(name)
	for _, f := range forms {
		if wordIn(name, f.word) {
			route = f.route
			break
		}
	}
	for _, w := range releases {
		if wordIn(name, w) {
			return route, true
		}
	}
	return route, false
}

// wordIn reports a word of a name; Chinese has no gaps between words.
func wordIn(name, word string) bool {
	for from := 0; ; {
		i := strings.Index(name[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		if word[0] >= 0x80 || (i == 0 || !letter(name[i-1])) && (end == len(name) || !letter(name[end])) {
			return true
		}
		from = i + 1
	}
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }
