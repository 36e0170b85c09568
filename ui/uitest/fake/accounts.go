package fake

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Administered has its people administered by whoever asks: a doctor on two desks, a nurse whose
// account has ended, a pharmacist who runs out, a clerk with a closed account.
func (d *Desk) Administered() *Desk {
	midnight := time.Date(2026, 12, 31, 0, 0, 0, 0, ehrdesk.HongKong())
	all := &ehrdesk.ProviderAccounts{Establishment: "clinic", Known: true, Papers: []ehrdesk.RegistrationPaper{
		{Name: "Business registration certificate", State: "seen"}, {Name: "Letter of authorisation", State: "missing"}, {Name: "Proof of address", State: "ends"},
	}}
	for _, p := range d.People {
		all.Accounts = append(all.Accounts, ehrdesk.StaffAccount{Staff: p.Staff, Name: p.Name, Role: p.Role, State: "active"})
	}
	a := all.Accounts
	a[0].Administrator = true
	a[0].Desks = []ehrdesk.DeskKey{{Key: "desk-aa01", Since: Clock().AddDate(0, -2, 0), Seen: Clock(), SignedIn: true}, {Key: "desk-aa02", Since: Clock().AddDate(0, -1, 0)}}
	a[1].State, a[1].Ends = "ended", []ehrdesk.End{{Of: ehrdesk.AccountEnds, Since: Clock().AddDate(0, 0, -3), Reason: "contract"}}
	a[1].Desks = []ehrdesk.DeskKey{{Key: "desk-bb01", Since: Clock().AddDate(0, -2, 0), Seen: Clock().AddDate(0, 0, -3)}}
	a[2].Ends = []ehrdesk.End{{Of: ehrdesk.RegistrationEnds, Since: midnight}}
	a[3].State = "closed"
	d.Staff = all
	return d
}

var (
	_ ehrdesk.Administrator = (*session)(nil)
	_ ehrdesk.Appointed     = (*session)(nil)
)

// Administers is what Staff says, where Says has the centre say it.
func (s *session) Administers() (may, said bool) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return s.d.Says && s.d.Staff != nil, s.d.Says
}

// ProviderAccounts are those of Administered, for nobody else.
func (s *session) ProviderAccounts(ctx context.Context) (ehrdesk.ProviderAccounts, error) {
	if err := s.d.call(ctx, "staff"); err != nil {
		return ehrdesk.ProviderAccounts{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.d.Staff == nil {
		return ehrdesk.ProviderAccounts{}, ehrdesk.E("account.list", ehrdesk.CodeDenied, nil)
	}
	out := *s.d.Staff
	out.Accounts = slices.Clone(out.Accounts)
	return out, nil
}

// Administer notes the act, and carries out what the list shows of it.
func (s *session) Administer(ctx context.Context, act ehrdesk.AccountAct) error {
	if err := s.d.call(ctx, "administer"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Acts = append(s.d.Acts, act)
	for i := range s.d.Staff.Accounts {
		w := &s.d.Staff.Accounts[i]
		switch {
		case act.Act == "end-desk":
			w.Desks = slices.DeleteFunc(slices.Clone(w.Desks), func(k ehrdesk.DeskKey) bool { return k.Key == act.Desk })
		case w.Staff != act.Staff:
		case act.Act == "close":
			w.State, w.Desks = "closed", nil
		case act.Act == "expire" && act.Since.IsZero():
			w.State = "ended"
		case act.Since.IsZero():
			w.Ends = nil
		default:
			w.Ends = []ehrdesk.End{{Of: act.Of, Since: act.Since, Reason: act.Reason}}
		}
	}
	return nil
}
