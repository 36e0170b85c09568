package fake

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Providers are those of a small directory, whoever is asked for: a hospital, a clinic that names no services, one that takes part
// no more, and the desk's own.
func (s *session) Providers(ctx context.Context, _, _ string) ([]ehrdesk.Provider, time.Time, error) {
	service := func(id, specialty, name string) ehrdesk.Service {
		return ehrdesk.Service{ID: id, Specialty: specialty, Name: name, Active: true}
	}
	closed := service("s5", "neurology", "Stroke clinic")
	closed.Active = false
	all := []ehrdesk.Provider{
		{ID: "9000000001", Name: "Queen Mary Hospital", Chinese: "瑪麗醫院", Active: true, Deposits: true, Views: true,
			Services: []ehrdesk.Service{service("s1", "cardiology", "Chest pain clinic"), service("s2", "nephrology", ""), closed},
			People:   []ehrdesk.Person{s.d.works(CaseHo), s.d.works(CaseWu)}},
		{ID: "9000000002", Name: "Harbour Imaging", Chinese: "海港影像中心", Active: true},
		{ID: "9000000003", Name: "Old Peak Clinic", Chinese: "舊山頂診所", Services: []ehrdesk.Service{service("s3", "cardiology", "")}},
		{ID: "9000000004", Name: "Sha Tin Specialists", Chinese: "沙田專科中心", Active: true, Services: []ehrdesk.Service{service("s4", "dermatology", "")},
			People: []ehrdesk.Person{s.d.works(CaseCheng), {Staff: "amy", Name: "Amy LAU", Role: ehrdesk.FrontDesk, Active: true}}},
		{ID: s.a.Provider, Name: s.a.ProviderName, Active: true, Services: []ehrdesk.Service{service("s6", "general-practice", "")}},
	}
	if err := s.d.call(ctx, "providers"); err != nil {
		return nil, time.Time{}, err
	}
	asOf := s.d.now()
	if s.d.Link == ehrdesk.Offline {
		asOf = Clock().Add(-130 * time.Minute)
	}
	return slices.Clone(all), asOf, nil
}

// KeyChanges are none.
func (s *session) KeyChanges(context.Context) ([]ehrdesk.KeyChange, error) { return nil, nil }

// Ask notes what was asked; without the line it waits.
func (s *session) Ask(ctx context.Context, patient string, r ehrdesk.Request) (ehrdesk.Request, error) {
	if err := s.d.call(ctx, "ask"); err != nil {
		return r, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	r.ID, r.State, r.Version = s.d.newID(), ehrdesk.RequestSent, 1
	r.From = ehrdesk.RequestParty{ID: s.a.Provider, Name: s.a.ProviderName}
	if p := s.d.patients[patient]; p != nil {
		r.Patient = p.patient
	}
	r.Steps = []ehrdesk.RequestStep{{ID: s.d.newID(), State: ehrdesk.RequestSent, By: r.From, Staff: s.a.Staff, Name: s.a.Name, At: s.d.now()}}
	switch {
	case s.d.RefusesRequests != "":
		r.Waits, r.Why = ehrdesk.DepositRefused, s.d.RefusesRequests
	case s.d.Link == ehrdesk.Offline:
		r.Waits = ehrdesk.DepositWaits
	}
	s.d.Referred = append(s.d.Referred, r)
	return r, nil
}
