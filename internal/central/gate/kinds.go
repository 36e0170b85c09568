package gate

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Visible are the kinds that who sees with sharing consent alone.
func Visible(who *store.Account) []ehrdesk.Kind {
	var out []ehrdesk.Kind
	for _, k := range ehrdesk.Kinds() {
		if Level(who, k) == ehrdesk.General {
			out = append(out, k)
		}
	}
	return out
}

// Level is what who may do with records of a kind. The additional consent for
// restricted kinds is asked of professionals in the community: within the
// providers to whom consent is given by joining, none is.
func Level(who *store.Account, k ehrdesk.Kind) ehrdesk.Access {
	a := ehrdesk.AccessOf(who.Role, k)
	switch {
	case !who.Role.Clinical():
		return ehrdesk.NoAccess
	case a == ehrdesk.Restricted && who.Provider.Deemed:
		return ehrdesk.General
	}
	return a
}

// Given are the kinds of p's records that who is given now: until records flow,
// only who p is.
func Given(who *store.Account, p *store.Participant, now time.Time) []ehrdesk.Kind {
	kinds := Visible(who)
	if p != nil && p.Waiting(now) {
		kinds = slices.DeleteFunc(kinds, func(k ehrdesk.Kind) bool { return k != ehrdesk.KindPersonal })
	}
	return kinds
}

// MayKind is whether records of a kind, labelled or not, are among those given.
func MayKind(who *store.Account, p *store.Participant, k ehrdesk.Kind, labelled bool, now time.Time) error {
	switch {
	case Level(who, k) != ehrdesk.General:
		return refusal.RoleMayNot()
	case labelled:
		return refusal.New(403, "restricted", "This record is given only with the patient's additional consent.")
	}
	if p != nil && p.Waiting(now) && k != ehrdesk.KindPersonal {
		return OnTheirWay(p)
	}
	return nil
}

// OnTheirWay is the refusal while no records flow.
func OnTheirWay(p *store.Participant) *refusal.Error {
	f := refusal.New(403, "records-expected", "The participant's records are on their way.")
	f.Expected = store.Time(p.Expected)
	return f
}
