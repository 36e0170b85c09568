package directory

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Kept is what the operator keeps for the directory: services, and what providers have agreed to.
type Kept struct{ store store.Store }

// Keep is what is kept in a store.
func Keep(store store.Store) *Kept { return &Kept{store} }

// Service is what a provider offers, as a command prints it.
type Service struct {
	ID        string `json:"id"`
	HCP       string `json:"hcp"`
	Specialty string `json:"specialty"`
	Name      string `json:"name"`
	Ended     bool   `json:"ended,omitzero"`
}

// mostName is how long a service's name may be, in characters.
const mostName = 200

// AddService has a provider offer something from now on, as by says, and gives its id.
// Errors: CodeInvalid, CodeNotFound for the provider, CodeConflict for a service that it offers already.
func (k *Kept) AddService(ctx context.Context, by, hcp, specialty, name string) (out Service, err error) {
	const op = "hcp.service"
	if _, known := ehrdesk.SpecialtyOf(specialty); !known {
		return out, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there is no such specialty")
	}
	if name = strings.TrimSpace(ehrdesk.CleanLine(name)); name == "" || utf8.RuneCountInString(name) > mostName {
		return out, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a service has a name of at most %d characters", mostName)
	}
	out = Service{ID: uuid.NewString(), HCP: hcp, Specialty: specialty, Name: name}
	err = k.store.Write(ctx, func(tx *store.Tx) error {
		if tx.Accounts.Provider(hcp) == nil {
			return noProvider(op)
		}
		if slices.ContainsFunc(tx.Accounts.Directory().Services(), func(s store.Service) bool {
			return s.HCP == hcp && s.Specialty == specialty && s.Name == name && s.Ended == 0
		}) {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the provider offers this already")
		}
		tx.Accounts.Directory().AddService(&store.Service{ID: out.ID, HCP: hcp, Specialty: specialty, Name: name, Since: tx.Now.UnixMicro()})
		note(tx, by, hcp, "service", specialty+" is offered")
		return nil
	})
	return out, err
}

// EndService has a provider offer something no more; it stays in the directory, as not active. Errors: CodeNotFound.
func (k *Kept) EndService(ctx context.Context, by, hcp, id string) error {
	const op = "hcp.service"
	return k.store.Write(ctx, func(tx *store.Tx) error {
		if tx.Accounts.Provider(hcp) == nil {
			return noProvider(op)
		}
		if !tx.Accounts.Directory().EndService(hcp, id) {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the provider offers no such service")
		}
		note(tx, by, hcp, "service", "a service has ended")
		return nil
	})
}

// Services calls each for what a provider offers or has offered. Errors: CodeNotFound.
func (k *Kept) Services(ctx context.Context, hcp string, each func(Service) error) error {
	return store.Listed(ctx, k.store, func(tx *store.Tx, found func(Service) error) error {
		if tx.Accounts.Provider(hcp) == nil {
			return noProvider("hcp.service")
		}
		for _, s := range tx.Accounts.Directory().Services() {
			if s.HCP != hcp {
				continue
			}
			if err := found(Service{s.ID, s.HCP, s.Specialty, s.Name, s.Ended > 0}); err != nil {
				return err
			}
		}
		return nil
	}, each)
}

// Agreement is what a provider has agreed to: to look into records that are shared, and to deposit its own.
type Agreement struct {
	HCP     string `json:"hcp"`
	View    bool   `json:"view"`
	Deposit bool   `json:"deposit"`
}

// Agree keeps what a provider has agreed to, as by says: what is nil stays as it is. It counts from the next request on.
// Errors: CodeNotFound.
func (k *Kept) Agree(ctx context.Context, by, hcp string, view, deposit *bool) (out Agreement, err error) {
	const op = "hcp.agree"
	err = k.store.Write(ctx, func(tx *store.Tx) error {
		h := tx.Accounts.Provider(hcp)
		if h == nil {
			return noProvider(op)
		}
		if view != nil {
			h.NoView = !*view
		}
		if deposit != nil {
			h.NoDeposit = !*deposit
		}
		out = Agreement{hcp, !h.NoView, !h.NoDeposit}
		if view == nil && deposit == nil {
			return nil
		}
		tx.Accounts.Directory().SetAgreement(h)
		yes := map[bool]string{true: "yes", false: "no"}
		note(tx, by, hcp, "agreement", "agreed to view: "+yes[out.View]+", to deposit: "+yes[out.Deposit])
		return nil
	})
	return out, err
}

// Second is which acts on one person's word a second person of a provider has to approve.
type Second struct {
	HCP  string            `json:"hcp"`
	Acts []ehrdesk.OneWord `json:"second_person"`
}

// SecondPerson has a second person of a provider approve these acts, as by says, in the place of those that there were; nil
// leaves them as they are. It counts from the next request on. Errors: CodeNotFound.
func (k *Kept) SecondPerson(ctx context.Context, by, hcp string, acts []ehrdesk.OneWord) (out Second, err error) {
	const op = "hcp.second-person"
	err = k.store.Write(ctx, func(tx *store.Tx) error {
		h := tx.Accounts.Provider(hcp)
		if h == nil {
			return noProvider(op)
		}
		out = Second{hcp, append([]ehrdesk.OneWord{}, h.Second...)}
		if acts == nil {
			return nil
		}
		h.Second, out.Acts = acts, acts
		tx.Accounts.Directory().SetSecond(h)
		words := "nothing"
		if len(acts) > 0 {
			names := make([]string, len(acts))
			for i, w := range acts {
				names[i] = string(w)
			}
			words = strings.Join(names, ", ")
		}
		note(tx, by, hcp, "second-person", "a second person approves: "+words)
		return nil
	})
	return out, err
}

func noProvider(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
}

func note(tx *store.Tx, by, hcp, what, words string) {
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: &store.Account{Staff: by, HCP: hcp}, What: what, Reason: words})
}
