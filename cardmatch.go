package ehrdesk

import (
	"strings"
	"unicode"
)

// CardAgreement is how one field of a card stands to the centre's record.
type CardAgreement uint8

// The outcomes of comparing a field.
const (
	CardAgrees  CardAgreement = iota
	CardDiffers               // both hold it, and not the same
	CardSilent                // the card or the centre does not hold it
)

// CardField is one field of a card beside the centre's record. Its texts are
// for the screen alone.
type CardField struct {
	Name      string // "number", "name", "local-name", "born", "sex"
	Card      string
	Centre    string
	Agreement CardAgreement
}

// CardMatch compares a card with the centre's record of a patient field by
// field, in the order number, name, name in the other script, birth, sex.
type CardMatch []CardField

// CompareCard compares f with p. Names agree when their letters do, whatever
// their case and punctuation; dates agree as far as both are recorded.
func CompareCard(f CardFace, p Patient) CardMatch {
	number := CardField{Name: "number", Card: f.Number().Printed(), Centre: p.Number().Printed(), Agreement: CardDiffers}
	switch {
	case !f.HKIC.IsZero() && f.HKIC == p.HKIC:
		number.Agreement, number.Centre = CardAgrees, number.Card
	case f.HKIC.IsZero() && f.Other.Number != "":
		for _, d := range p.Documents {
			if d == f.Other {
				number.Agreement, number.Centre = CardAgrees, number.Card
			}
		}
	}
	return CardMatch{
		number,
		compareName("name", f.Name, p.Name.Latin(), p.Name.Suffix, p.Name.Former),
		compareName("local-name", f.LocalName, p.Name.Chinese, "", p.Name.FormerChinese),
		compare("born", f.Born.Date(), p.Born.Date(), sameDay(f.Born, p.Born)),
		compare("sex", string(f.Sex), string(p.Gender), f.Sex == p.Gender || f.Sex == Unknown || p.Gender == Unknown),
	}
}

// compareName compares a name by its letters; a card has no suffix. Of a name that
// the person no longer bears a card that agrees is an old card; one that differs
// shows nothing, since the centre does not hold the name in force.
func compareName(name, card, centre, suffix string, former bool) CardField {
	c := compare(name, card, centre, letters(card) == letters(centre) || letters(card)+letters(suffix) == letters(centre))
	if former && c.Agreement == CardDiffers {
		c.Agreement = CardSilent
	}
	return c
}

func compare(name, card, centre string, same bool) CardField {
	c := CardField{Name: name, Card: card, Centre: centre, Agreement: CardDiffers}
	switch {
	case card == "" || centre == "":
		c.Agreement = CardSilent
	case same:
		c.Agreement = CardAgrees
	}
	return c
}

// Holds reports that the card is the patient's as far as fields can tell: the
// number agrees and nothing differs.
func (m CardMatch) Holds() bool {
	for _, f := range m {
		if f.Agreement == CardDiffers {
			return false
		}
	}
	return len(m) > 0 && m[0].Agreement == CardAgrees
}

// OtherPerson reports that the card's number is not the patient's.
func (m CardMatch) OtherPerson() bool { return len(m) > 0 && m[0].Agreement != CardAgrees }

// letters is a name without case, spaces and punctuation.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

func sameDay(a, b When) bool {
	ay, am, ad := a.Time.Date()
	by, bm, bd := b.Time.Date()
	switch precision := min(a.Precision, b.Precision, ToDay); precision {
	case ToYear:
		return ay == by
	case ToMonth:
		return ay == by && am == bm
	default:
		return ay == by && am == bm && ad == bd
	}
}
