package client

import (
	"context"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// enrolPlain enrols a person of this desk with a FHIR R4 server that knows of no
// enrolment: the desk makes keys, for its own log and store, and nobody but whoever sets
// the desk up says who the person is. So nobody takes the place of somebody enrolled, and
// who comes second gets the desk's keys from a colleague who has them, by that
// colleague's passphrase. Errors: CodeInvalid for what is no FHIR R4 server, CodeConflict,
// CodeDenied, CodeNotSignedIn for the colleague's passphrase.
func (d *Desk) enrolPlain(ctx context.Context, e ehrdesk.Enrolment) (ehrdesk.Account, error) {
	const op = "enrol"
	staff, name := strings.TrimSpace(e.Staff), ehrdesk.CleanLine(strings.TrimSpace(e.Plain.Provider))
	central := strings.TrimRight(strings.TrimSpace(e.Central), "/")
	switch {
	case e.Plain.SignIn != signInNone && e.Plain.SignIn != signInSmart:
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the ways to sign in at a plain server are: none, smart")
	case !plainStaff(staff):
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a staff id has letters, digits, hyphens, dots and underscores")
	case !e.Plain.Role.Valid():
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the role is missing, or is none that there is")
	case name == "":
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the provider's name is missing")
	}
	api, err := d.wire(e.Central, nil)
	if err != nil {
		return ehrdesk.Account{}, err
	}
	if err := checkPassphrase(op, e.Passphrase, staff, name); err != nil {
		return ehrdesk.Account{}, err
	}
	var server *person.ServerLogin
	enrolled := false
	if e.Plain.SignIn == signInSmart {
		login, done, err := d.enrolAt(ctx, e.Central, e.Plain.Show)
		if err != nil {
			return ehrdesk.Account{}, err
		}
		defer func() { done(enrolled) }()
		server = &person.ServerLogin{Who: login.Who}
		if login.Keep {
			server.Refresh = login.Refresh
		}
		if api, err = d.wire(e.Central, bearer(login.Access)); err != nil {
			return ehrdesk.Account{}, err
		}
	}
	able, err := caps.Read(ctx, api, d.opt.Now())
	if err != nil {
		return ehrdesk.Account{}, err
	}
	able = able.Kept()
	id := d.opt.Site.Provider.ID
	if id == "" {
		id = providerID(name)
	}
	if !fhir.PlainID(id) {
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the provider's id in the site's file has letters, digits and hyphens, 64 at most")
	}
	desk, err := fhir.NewKey()
	if err != nil {
		return ehrdesk.Account{}, err
	}
	own, err := fhir.NewKey()
	if err != nil {
		return ehrdesk.Account{}, err
	}
	public := desk.Public()
	p := person.Person{Staff: staff, Name: staff, Role: e.Plain.Role, Provider: id, ProviderName: name,
		Way: person.Way{Central: central, Kind: Plain, SignIn: e.Plain.SignIn, Caps: &able}, ClientID: uuid.NewString(), DeskKey: &public}
	secret, err := json.Marshal(person.Identity{ClientID: p.ClientID, Role: p.Role, PersonKey: own, DeskKey: desk, Server: server})
	if err != nil {
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the keys cannot be written")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	store, err := d.store(ctx, id, "")
	if err != nil {
		return ehrdesk.Account{}, err
	}
	approver, err := approves(ctx, store, central, *e.Plain)
	if err != nil {
		return ehrdesk.Account{}, err
	}
	if approver != nil {
		defer approver.Lock()
	}
	install := store.Install()
	err = store.Enrol(ctx, staff, e.Passphrase, func(cache.Person) bool { return true }, func(holder []byte) (open, identity []byte, err error) {
		if p.Bond, err = fhir.NewBond(p.Subject(), install, holder).Sign(own); err != nil {
			return nil, nil, err
		}
		open, err = json.Marshal(p)
		return open, secret, err
	})
	enrolled = err == nil
	if err == nil && approver != nil {
		_, err = approver.Admit(ctx, func(c cache.Person) bool { return c.Staff == staff })
	}
	return p.Account(), err
}

// approves opens the keys of the colleague who lets a newcomer in; nil where nobody is
// enrolled yet. Errors: CodeDenied where nobody approves, CodeConflict for a provider of
// another server, those of a passphrase.
func approves(ctx context.Context, store *cache.Store, central string, e ehrdesk.PlainServer) (*cache.Vault, error) {
	const op = "enrol"
	people := person.Of(store)
	if len(people) == 0 {
		return nil, nil
	}
	for _, p := range people {
		if p.Central != central || p.Kind != Plain {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this desk knows a provider of that name at another server: choose another name, or an id in the site's file")
		}
	}
	if e.Approver == "" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the server does not say who works for the provider: somebody enrolled here lets others in, by \"approver\" and \"approver_passphrase\" in the secrets file")
	}
	return store.Unlock(ctx, e.Approver, e.ApproverPassphrase)
}
