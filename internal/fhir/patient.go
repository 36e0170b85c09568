package fhir

import (
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Patient reads a Patient resource as it stands at a moment: which of several
// names is in force depends on it. Errors: *Fault.
func Patient(raw []byte, now time.Time) (ehrdesk.Patient, error) {
	r, err := Read(raw)
	if err == nil && r.Type != "Patient" {
		err = fault(ehrdesk.AsideType)
	}
	if err != nil {
		return ehrdesk.Patient{}, err
	}
	return PatientOf(r.Object, now), nil
}

// PatientOf reads the members of a Patient, wherever it stands: who somebody is
// has one answer for banner, list and the comparison with a card.
func PatientOf(o Object, now time.Time) ehrdesk.Patient {
	p := ehrdesk.Patient{ID: o.Text("id"), Gender: gender(o.Text("gender")), Born: born(o), Inactive: string(o.Raw("active")) == "false"}
	if v := o.Raw("deceasedDateTime"); named(v) {
		p.Deceased, p.Died = true, o.When("deceasedDateTime")
	} else {
		said := string(o.Raw("deceasedBoolean"))
		p.Deceased = said == "true" || said != "false" && diedUnknown(ObjectOf(o.Raw("_deceasedDateTime")))
	}
	p.Altered = altered(o)
	readIdentifiers(&p, o.Raw("identifier"))
	p.Name = readName(o.Raw("name"), &now)
	Each(o.Raw("link"), func(v jsontext.Value) {
		if l := ObjectOf(v); l.Text("type") == "replaced-by" {
			p.Merged, p.MergedTo = true, Target(TextAt(l.Raw("other"), "reference"))
		}
	})
	Each(o.Raw("telecom"), func(v jsontext.Value) {
		system, value := TextAt(v, "system"), ehrdesk.CleanLine(TextAt(v, "value"))
		if TextAt(v, "use") == "old" {
			return
		}
		switch {
		case system == "phone" && p.Phone == "":
			p.Phone = value
		case system == "email" && p.Email == "":
			p.Email = value
		}
	})
	Each(o.Raw("address"), func(v jsontext.Value) {
		if a := ObjectOf(v); p.Address == "" && a.Text("use") != "old" {
			p.Address = addressLine(a)
		}
	})
	Each(o.Raw("communication"), func(v jsontext.Value) {
		c := Resource{Object: ObjectOf(v)}
		if codes := c.codes("language"); p.Language == "" && len(codes) > 0 {
			p.Language = ehrdesk.CleanLine(codes[0])
		}
	})
	return p
}

// diedUnknown reports a date of death that is not given for a reason which only
// somebody who died can have: it is unknown, masked, or no date.
func diedUnknown(o Object) (died bool) {
	Each(o.Raw("extension"), func(v jsontext.Value) {
		x := ObjectOf(v)
		if x.Text("url") != extensionAbsent {
			return
		}
		switch x.Text("valueCode") {
		case "unknown", "asked-unknown", "temp-unknown", "masked", "as-text", "not-permitted":
			died = true
		}
	})
	return died
}

// addressLine is an address as its author wrote it, else its parts in order.
func addressLine(a Object) string {
	if t := a.Line("text"); t != "" {
		return t
	}
	var parts []string
	for _, name := range [...]string{"line", "district", "city", "state", "postalCode", "country"} {
		Each(a.Raw(name), func(v jsontext.Value) {
			if s := ehrdesk.CleanLine(Text(v)); s != "" {
				parts = append(parts, s)
			}
		})
	}
	return strings.Join(parts, ", ")
}

const birthTime = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"

// born is the birth date. It is a date, of the place of birth: a time of birth
// beside it adds minutes where it falls on that day on its own clock or on ours,
// and never another day.
func born(o Object) ehrdesk.When {
	date := o.When("birthDate")
	if date.Precision > ehrdesk.ToDay { // a time in the place of a date
		t := date.Time
		date = ehrdesk.Day(t.Year(), t.Month(), t.Day())
	}
	var at ehrdesk.When
	Each(ObjectOf(o.Raw("_birthDate")).Raw("extension"), func(v jsontext.Value) {
		if x := ObjectOf(v); x.Text("url") == birthTime {
			at = x.When("valueDateTime")
		}
	})
	if at.Precision < ehrdesk.ToMinute {
		return date
	}
	for _, clock := range [...]time.Time{at.Time, at.Time.In(hongKong())} {
		if date.IsZero() || date.Precision == ehrdesk.ToDay && clock.Format(time.DateOnly) == date.Time.Format(time.DateOnly) {
			at.Time = clock
			return at
		}
	}
	return date
}

// hongKong is the clock of a birth in Hong Kong, which has kept one offset since 1979.
func hongKong() *time.Location { return time.FixedZone("", 8*3600) }

func gender(s string) ehrdesk.Gender {
	switch g := ehrdesk.Gender(s); g {
	case ehrdesk.Male, ehrdesk.Female, ehrdesk.Other:
		return g
	case ehrdesk.Unknown:
	}
	return ehrdesk.Unknown
}

func readIdentifiers(p *ehrdesk.Patient, v jsontext.Value) {
	for _, i := range identifiersOf(v) {
		switch {
		case i.System == ehrdesk.SystemHKIC:
			if h, err := ehrdesk.ParseHKIC(i.Value); err == nil {
				p.HKIC = h
			}
		case i.System == ehrdesk.SystemEHR:
			if n, err := ehrdesk.ParseEHRNumber(i.Value); err == nil {
				p.EHR = n
			}
		case strings.HasPrefix(i.System, ehrdesk.SystemDocument):
			kind, issuer, _ := strings.Cut(strings.TrimPrefix(i.System, ehrdesk.SystemDocument), ":")
			p.Documents = append(p.Documents, ehrdesk.Document{Type: ehrdesk.CleanLine(kind), Issuer: ehrdesk.CleanLine(issuer), Number: ehrdesk.CleanLine(i.Value)})
		}
	}
}

// humanName is what is read of a HumanName.
type humanName struct {
	use, text, family, given, prefix, suffix string
	from, until                              ehrdesk.When
}

func humanNameOf(v jsontext.Value) humanName {
	o := ObjectOf(v)
	join := func(name string) string {
		var parts []string
		Each(o.Raw(name), func(v jsontext.Value) {
			if s := Text(v); s != "" {
				parts = append(parts, s)
			}
		})
		return ehrdesk.CleanLine(strings.Join(parts, " "))
	}
	n := humanName{use: o.Text("use"), text: o.Line("text"), family: o.Line("family"), given: join("given"), prefix: join("prefix"), suffix: join("suffix")}
	p := ObjectOf(o.Raw("period"))
	n.from, n.until = p.When("start"), p.When("end")
	return n
}

// rank orders names by whether a person bears them now: those in force before
// those that are over, then by use. Below zero: a former name.
func (n humanName) rank(now *time.Time) int {
	use := map[string]int{"official": 5, "usual": 4, "": 3, "temp": 2, "nickname": 1, "anonymous": 0, "old": -10, "maiden": -10}[n.use]
	if now == nil || use < 0 {
		return use
	}
	if !n.until.IsZero() && !over(n.until).After(*now) {
		return use - 20
	}
	if !n.from.IsZero() && n.from.Time.After(*now) {
		return use - 10
	}
	return use
}

// over is the moment from which a period with that end is over: of an end that is
// a day, a month or a year, when the whole of it is.
func over(end ehrdesk.When) time.Time {
	if end.Precision < ehrdesk.ToMinute {
		return end.Ends()
	}
	return end.Time.Add(time.Second)
}

// readName takes the names in force: one in Latin letters, and the Chinese one
// from wherever it stands, an entry of its own or the end of another's text. Where
// only former ones are known, it says so. now nil asks for no date.
func readName(v jsontext.Value, now *time.Time) ehrdesk.Name {
	var out ehrdesk.Name
	latin, chinese := -100, -100
	if v.Kind() == '"' {
		return ehrdesk.Name{Text: ehrdesk.CleanLine(Text(v))}
	}
	Each(v, func(e jsontext.Value) {
		n := humanNameOf(e)
		rank := n.rank(now)
		written, former := chineseName(n)
		at := rank
		if former {
			at = min(rank, -10)
		}
		if written != "" && at > chinese {
			chinese, out.Chinese, out.FormerChinese = at, written, at < 0
		}
		if han(n.text) {
			n.text = latinPart(n.text)
		}
		if han(n.family) {
			return
		}
		if rank > latin && n.family+n.given+n.text != "" {
			latin, out.Former = rank, rank < 0
			out.Family, out.Given, out.Suffix = n.family, n.given, n.suffix
			out.Title, out.Text = strings.TrimSuffix(n.prefix, "."), n.text
		}
	})
	return out
}

func han(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

func latinLetters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) >= 0
}
