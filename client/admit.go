package client

import (
	"cmp"
	"context"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Whoever can write to the desk's folder can enrol himself there. So the keys go
// to nobody by the folder's word: the centre says who the provider's staff are
// and by which keys they are enrolled, and each has signed for the key that the
// desk's keys are sealed to. Without the line, admission waits.

// admitted reports whether the centre knows p, by the key that signed for p.
func admitted(staff []fhir.StaffMember, provider, install string, p cache.Person) bool {
	var line person
	if json.Unmarshal(p.Public, &line) != nil || line.Bond == "" {
		return false
	}
	for _, m := range staff {
		if m.Staff == p.Staff {
			return fhir.NewBond(p.Staff+"@"+provider, install, p.Holder).Signed(line.Bond, m.Keys)
		}
	}
	return false
}

// staffOf are the accounts of the provider. Errors: CodeNotFound where the centre has no
// such list.
func staffOf(ctx context.Context, c centre) ([]fhir.StaffMember, error) {
	r, err := optional[roster]("staff", c)
	if err != nil {
		return nil, err
	}
	return r.Staff(ctx)
}

// admitNewcomers seals the keys to those who wait and whom the centre knows. Each is
// written down.
func (s *Session) admitNewcomers(ctx context.Context) error {
	err := s.expelGone(ctx)
	switch {
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound: // a plain server has no such list
		err = nil
	case s.unreachable(ctx, err):
		return err
	}
	if len(s.vault.Waiting()) == 0 {
		return err
	}
	staff, e := staffOf(ctx, s.centre)
	if e != nil {
		return cmp.Or(err, e)
	}
	provider, install := s.Account().Provider, s.vault.Install()
	in, e := s.vault.Admit(ctx, func(p cache.Person) bool { return admitted(staff, provider, install, p) })
	err = cmp.Or(err, e)
	for _, who := range in {
		err = cmp.Or(err, s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditEnrol, Detail: "the keys of this desk were sealed to " + who}))
	}
	return err
}

// bond signs for the key that keys are sealed to, where somebody was enrolled by
// an earlier version of this program.
func (s *Session) bond(ctx context.Context, id identity) {
	s.mu.Lock()
	signed, subject := s.known.Bond != "", s.known.Staff+"@"+s.known.Provider
	s.mu.Unlock()
	if signed {
		return
	}
	if b, err := fhir.NewBond(subject, s.vault.Install(), s.vault.Holder()).Sign(id.PersonKey.JSONWebKey); err == nil {
		s.amend(ctx, func(p *person) { p.Bond = b })
	}
}
