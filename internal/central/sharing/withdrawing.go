package sharing

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// withdraws is whose consent a withdrawal ends, of all whom its number means: the first who has given one
// that stands, or else the one who is found. Before an engine one person may have been registered under
// several ids; a.beside are then the others whose consent ends with it.
func (a *act) withdraws(tx *store.Tx, who *store.Account, found string) (patient string) {
	for _, id := range registry.Meant(tx, a.identifier) {
		if c := tx.Consents.Last(id, who.HCP); c == nil || c.StateAt(tx.Now) != ehrdesk.ConsentActive {
			a.keys = append(a.keys, id)
			continue
		}
		if patient == "" {
			patient = id
			continue
		}
		a.keys, a.beside = append(a.keys, id), append(a.beside, id)
	}
	if patient == "" {
		return found
	}
	return patient
}

// holder is whose Access Key is to be right: that of whom the consent is, or of the same person under
// another id where that is the one that was given.
func (s *Sharing) holder(tx *store.Tx, p *store.Participant, a *act) *store.Participant {
	if a.op != ehrdesk.AuditRevoke || !a.keyGiven {
		return p
	}
	for _, id := range a.keys {
		if other := tx.Participants.Get(id); other != nil && s.keys.Right(other, a.key) {
			return other
		}
	}
	return p
}

// withdraw ends a consent now.
func withdraw(tx *store.Tx, con *store.Consent) {
	con.State, con.Ended = ehrdesk.ConsentWithdrawn, tx.Now
	tx.Consents.Set(con, true)
}

// withdrawBeside ends what the same person has given under other ids, each with its event and its notice.
func (a *act) withdrawBeside(tx *store.Tx, who *store.Account) {
	beside := *who
	beside.Client = "" // a desk has asked for one, and has one in its log
	for _, id := range a.beside {
		p, con := tx.Participants.Get(id), tx.Consents.Last(id, who.HCP)
		withdraw(tx, con)
		accesslog.Add(tx, accesslog.Event{Action: a.op, Who: &beside, Patient: id, Reason: "the same person under another id"})
		known, _ := reached(tx, p) // what cannot be read keeps no consent standing
		accesslog.NotifyDeclinedAt(tx, p, accesslog.ToldOfConsents(p, known.contacts), a.news(who.Provider.Name, accesslog.Local(tx.Now)))
	}
}
