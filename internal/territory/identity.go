package territory

import (
	"fmt"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// identity makes who the person is, and the Patient resource.
func (w *writer) identity(r role) {
	p := &w.patient
	p.ID = w.uuid()
	p.Gender = r.gender
	if p.Gender == "" {
		p.Gender = pick(w.rand, ehrdesk.Male, ehrdesk.Female)
	}
	w.born(r)
	w.name(r)
	w.number(r)
	p.Phone = fmt.Sprintf("%d%s", pick(w.rand, 5, 6, 9), w.digits(7))
	p.Language = pick(w.rand, "zh-HK", "zh-HK", "zh-HK", "en")
	d := districts[w.rand.IntN(len(districts))]
	for _, x := range districts {
		if x.english == r.district {
			d = x
		}
	}
	street := d.streets[w.rand.IntN(len(d.streets))]
	no, floor, flat := w.between(1, 400), w.between(1, 40), string(rune('A'+w.rand.IntN(8)))
	p.Address = fmt.Sprintf("Flat %s, %d/F, %d %s, %s", flat, floor, no, street[0], d.english)
	chinese := fmt.Sprintf("%s%s%d號%d樓%s室", d.chinese, street[1], no, floor, flat)
	if r.stale { // what was right when the form was filled in
		p.Phone, p.Email = "2"+w.digits(7), "former.address@example.org"
	}
	w.resources = append(w.resources, w.patientResource(d, chinese))
}

func (w *writer) born(r role) {
	age := r.age
	switch {
	case age < 0: // weeks old
		w.patient.Born = dayOf(w.now.AddDate(0, 0, -w.between(20, 80)))
	default:
		if age == 0 {
			age = pick(w.rand, w.between(0, 17), w.between(18, 44), w.between(45, 64), w.between(65, 84), w.between(65, 100))
		}
		w.patient.Born = dayOf(w.now.AddDate(-age, 0, -w.between(1, 360)))
	}
	if r.born > 0 {
		w.patient.Born = dayOf(w.now.AddDate(-age, 0, -r.born))
	}
	w.years = max(age, 0)
	if r.dead {
		w.patient.Deceased = true
		w.patient.Died = dayOf(w.now.AddDate(0, 0, -w.between(20, 700)))
	}
}

func dayOf(t time.Time) ehrdesk.When { return ehrdesk.Day(t.Year(), t.Month(), t.Day()) }

func (w *writer) given() string {
	a, b := w.syllables()
	return a.roman + " " + b.roman
}

func (w *writer) syllables() (a, b syllable) {
	from := maleSyllables
	if w.patient.Gender == ehrdesk.Female {
		from = femaleSyllables
	}
	i := w.rand.IntN(len(from))
	return from[i], from[(i+1+w.rand.IntN(len(from)-1))%len(from)]
}

// longFamily and longGiven have 60 characters with its comma, the longest a banner must hold whole.
const longFamily, longGiven = "Featherstonehaugh-Au Yeung", "Bartholomew Alexander Kwok-keung"

func (w *writer) name(r role) {
	n := &w.patient.Name
	family := surnames[w.rand.IntN(len(surnames))]
	if r.family != nil {
		family = *r.family
	}
	a, b := w.syllables()
	n.Family, n.Given, n.Chinese = family.roman, a.roman+" "+b.roman, family.chinese+a.chinese+b.chinese
	if r.given != "" {
		n.Given, n.Chinese = r.given, family.chinese+r.chinese
	}
	if r.long {
		n.Family, n.Given, n.Chinese = longFamily, longGiven, "歐陽國強"
	}
	if r.document != "" && r.family == nil {
		n.Family, n.Given, n.Chinese = "Okonkwo", "Adaeze Grace", ""
	}
	switch {
	case w.years < 12:
	case w.patient.Gender == ehrdesk.Male:
		n.Title = "Mr"
	default:
		n.Title = pick(w.rand, "Ms", "Ms", "Mrs", "Miss")
	}
}

// number gives an HKIC and an eHR number that no other inhabitant has: the
// index stands in both.
func (w *writer) number(r role) {
	e, err := ehrdesk.ParseEHRNumber(fmt.Sprintf("8%05d%06d", w.rand.IntN(100000), w.index+1))
	if err != nil {
		panic("territory: eHR number: " + err.Error()) // a mistake in this package, found by its first test
	}
	w.patient.EHR = e
	if r.document != "" {
		w.patient.Documents = []ehrdesk.Document{{Type: r.document, Issuer: "NGA", Number: "A" + w.digits(8)}}
		return
	}
	letters := pick(w.rand, "A", "B", "C", "D", "E", "G", "K", "P", "R", "Y", "Z", "XA", "WX")
	if w.years < 18 {
		letters = pick(w.rand, "S", "T", "Y", "N", "M")
	}
	body := fmt.Sprintf("%s%02d%04d", letters, w.rand.IntN(100), w.index)
	h, err := ehrdesk.ParseHKIC(body + string(ehrdesk.CheckDigit(body)))
	if err != nil {
		panic("territory: HKIC: " + err.Error())
	}
	w.patient.HKIC = h
	if r.exemption {
		w.patient.Documents = []ehrdesk.Document{{Type: "EC", Number: h.Compact()}}
	}
}

func (w *writer) patientResource(d district, chineseAddress string) []byte {
	p := w.patient
	var ids []raw
	if !p.HKIC.IsZero() {
		ids = append(ids, o("use", "official", "system", ehrdesk.SystemHKIC, "value", p.HKIC.Compact()))
	}
	ids = append(ids, o("system", ehrdesk.SystemEHR, "value", p.EHR.Compact()))
	for _, doc := range p.Documents {
		ids = append(ids, o("system", doc.System(), "value", doc.Number))
	}
	var given []raw
	for g := range strings.FieldsSeq(p.Name.Given) {
		given = append(given, text(g))
	}
	var prefix raw
	if p.Name.Title != "" {
		prefix = list(text(p.Name.Title))
	}
	names := []raw{o("use", "official", "family", p.Name.Family, "given", list(given...), "prefix", prefix)}
	if p.Name.Chinese != "" {
		names = append(names, o("use", "usual", "text", p.Name.Chinese))
	}
	telecom := []raw{o("system", "phone", "value", p.Phone, "use", "mobile")}
	if p.Email != "" {
		telecom = append(telecom, o("system", "email", "value", p.Email))
	}
	var deceased any
	key := "deceasedBoolean"
	if p.Deceased {
		key, deceased = "deceasedDateTime", p.Died.String()
	}
	return o("resourceType", "Patient", "id", p.ID, "identifier", list(ids...), "active", true, "name", list(names...),
		"telecom", list(telecom...), "gender", string(p.Gender), "birthDate", p.Born.String(),
		key, deceased,
		"address", list(o("text", p.Address, "line", list(text(p.Address)), "district", d.english, "country", "HK"), o("text", chineseAddress, "district", d.chinese, "country", "HK")),
		"communication", list(o("language", o("coding", list(coding("urn:ietf:bcp:47", p.Language, ""))))))
}
