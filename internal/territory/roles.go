package territory

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// role fixes what must exist for sure: the first inhabitants are cast, the rest
// follow the frequencies of roleOf.
type role struct {
	note     string
	standing standing
	allergy  allergyState
	family   *surname
	given    string // romanised, with chinese below
	chinese  string
	gender   ehrdesk.Gender
	age      int // years; 0: drawn
	dead     bool
	records  int // at least this many; 0: drawn
	long     bool
	document string // instead of an HKIC
}

// standing is how a person stands with eHealth and with the demo provider.
type standing uint8

const (
	noConsent standing = iota
	indefinite
	oneYear
	expired
	withdrawn
	pending
	elsewhere
	unverified
	left
	notRegistered
)

type allergyState uint8

const (
	allergyDrawn allergyState = iota
	allergyListed
	allergyNone
	allergyNoInfo
	allergySilent
)

var (
	chan1 = surname{"Chan", "陳"}
	wong1 = surname{"Wong", "黃"}
	wong2 = surname{"Wong", "王"}
	lee1  = surname{"Lee", "李"}
)

// roles are the first inhabitants, in order.
var roles = []role{
	{note: "registered, no consent", family: &chan1, given: "Tai Man", chinese: "大文", gender: ehrdesk.Male, age: 68, allergy: allergyListed},
	{note: "consent indefinite", standing: indefinite, family: &wong1, given: "Siu Ming", chinese: "小明", gender: ehrdesk.Male, age: 54, allergy: allergyNone},
	{note: "same name in English as the one above", standing: noConsent, family: &wong2, given: "Siu Ming", chinese: "少明", gender: ehrdesk.Male, age: 53, allergy: allergySilent},
	{note: "one-year consent", standing: oneYear, family: &lee1, given: "Mei Ling", chinese: "美玲", gender: ehrdesk.Female, age: 41, allergy: allergyNoInfo},
	{note: "consent expired", standing: expired, gender: ehrdesk.Female, age: 77, allergy: allergyListed},
	{note: "consent withdrawn", standing: withdrawn, age: 36},
	{note: "identity not yet verified", standing: unverified, age: 29},
	{note: "consent pending in the app", standing: pending, age: 47},
	{note: "consent to another provider only", standing: elsewhere, age: 62},
	{note: "10,000 records", standing: indefinite, family: &chan1, given: "Kwok Keung", chinese: "國強", gender: ehrdesk.Male, age: 81, records: 10_000, allergy: allergyListed},
	{note: "child, consent by a parent", standing: indefinite, age: 6, allergy: allergyListed},
	{note: "deceased", standing: indefinite, age: 88, dead: true},
	{note: "a name of 60 characters", standing: indefinite, long: true, age: 33},
	{note: "withdrew from eHealth", standing: left, age: 58},
	{note: "not registered", standing: notRegistered, age: 44},
	{note: "holds a passport, no HKIC", standing: indefinite, age: 27, document: "PASS"},
	{note: "a baby of some weeks", standing: noConsent, age: -1},
}

// roleOf casts inhabitant i. Beyond the first, most are registered without any
// consent to a private provider, as in the territory itself (70 % in 2024).
func roleOf(i int) role {
	if i < len(roles) {
		return roles[i]
	}
	r := role{}
	switch i % 20 {
	case 3, 11:
		r.standing = indefinite
	case 5:
		r.standing = oneYear
	case 7:
		r.standing = expired
	case 13:
		r.standing = withdrawn
	case 17:
		r.standing = elsewhere
	case 19:
		r.standing = [...]standing{unverified, pending, left, notRegistered}[i/20%4]
	}
	r.dead = i%67 == 50
	return r
}

// consents gives the person's participation and the consents to providers.
func (w *writer) consents(r role) (ehrdesk.Participation, []Consent) {
	giver := ehrdesk.Giver{Kind: ehrdesk.SelfGiver}
	if w.years < 16 {
		giver = ehrdesk.Giver{Kind: "parent", Name: w.patient.Name.Family + " " + w.given(), Document: "HKIC"}
	}
	to := func(provider string, c ehrdesk.SharingConsent) []Consent {
		c.ID, c.Giver = w.uuid(), giver
		return []Consent{{provider, c}}
	}
	since := w.now.Add(-time.Duration(w.between(40, 900)) * 24 * time.Hour)
	active := ehrdesk.SharingConsent{State: ehrdesk.ConsentActive, Term: ehrdesk.Indefinite, Channel: pick(w.rand, ehrdesk.ByCard, ehrdesk.ByApp, ehrdesk.ByForm, ehrdesk.ByIVRS), Since: since}
	switch r.standing {
	case indefinite:
		return ehrdesk.Registered, to(DemoProvider, active)
	case oneYear:
		active.Term, active.Since = ehrdesk.OneYear, w.now.AddDate(0, 0, -w.between(30, 330))
		active.Until = active.Since.AddDate(1, 0, 0)
		return ehrdesk.Registered, to(DemoProvider, active)
	case expired:
		active.State, active.Term, active.Since = ehrdesk.ConsentExpired, ehrdesk.OneYear, w.now.AddDate(-2, 0, w.between(-300, 300))
		active.Until = active.Since.AddDate(1, 0, 0)
		return ehrdesk.Registered, to(DemoProvider, active)
	case withdrawn:
		active.State, active.Ended = ehrdesk.ConsentWithdrawn, since.Add(30*24*time.Hour)
		return ehrdesk.Registered, to(DemoProvider, active)
	case pending:
		return ehrdesk.Registered, to(DemoProvider, ehrdesk.SharingConsent{State: ehrdesk.ConsentPending, Term: ehrdesk.Indefinite, Channel: ehrdesk.ByApp, Since: w.now.Add(-time.Hour)})
	case elsewhere:
		return ehrdesk.Registered, to(privateProviders[1].id, active)
	case unverified:
		return ehrdesk.Unverified, nil
	case left:
		return ehrdesk.Left, nil
	case notRegistered:
		return ehrdesk.NotRegistered, nil
	}
	return ehrdesk.Registered, nil
}
