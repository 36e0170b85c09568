package client

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Enrol makes the desk's and the person's keys, has the centre register their
// public halves against the one-time code, and seals the private halves under
// the passphrase. A person enrolled before is enrolled anew: the User
// Administrator's new code says so.
func (d *Desk) Enrol(ctx context.Context, e ehrdesk.Enrolment) (ehrdesk.Account, error) {
	const op = "enrol"
	if e.Plain != nil {
		return d.enrolPlain(ctx, e)
	}
	staff := strings.TrimSpace(e.Staff)
	switch {
	case !plainStaff(staff):
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a staff id has letters, digits, hyphens, dots and underscores")
	case e.Code.Empty():
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the activation code is missing")
	}
	api, err := d.wire(e.Central, nil)
	if err != nil {
		return ehrdesk.Account{}, err
	}
	if err := checkPassphrase(op, e.Passphrase, staff); err != nil {
		return ehrdesk.Account{}, err
	}
	where, err := api.Discover(ctx)
	if err != nil {
		return ehrdesk.Account{}, err
	}
	central := strings.TrimRight(strings.TrimSpace(e.Central), "/")
	d.mu.Lock()
	_ = d.tryAll(ctx) // what does not open knows nothing of a centre
	bound := d.bound(central)
	d.mu.Unlock()
	if bound && !where.Proves() {
		return ehrdesk.Account{}, line.ErrUnbound(op)
	}
	if where.Enrolment == "" {
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this central service enrols no desks")
	}
	of := sync.OnceValues(func() (string, error) { return api.CodeOf(ctx, where.Enrolment, staff, e.Code) })
	if err := d.mayReplace(ctx, of, central, staff, e); err != nil {
		return ehrdesk.Account{}, err
	}
	install := d.installFor(of)
	desk, err := fhir.NewKey()
	if err != nil {
		return ehrdesk.Account{}, err
	}
	own, err := fhir.NewKey()
	if err != nil {
		return ehrdesk.Account{}, err
	}
	got, err := api.Enrol(ctx, where.Enrolment, fhir.EnrolRequest{
		Code: e.Code, Staff: staff, HCP: strings.TrimSpace(e.Provider), Install: install, DeskKey: desk, PersonKey: own,
	})
	if err != nil {
		return ehrdesk.Account{}, err
	}
	p := person.Person{Staff: staff, Name: got.Name, Role: got.Role, Provider: got.HCP, ProviderName: got.HCPName,
		Location: got.Location, Way: person.Way{Central: central, Bound: where.Proves()}}
	public := desk.Public()
	p.ClientID, p.DeskKey = got.ClientID, &public
	if where.Keys != "" {
		if p.Centre, err = api.CentreKeys(ctx, where.Keys); err != nil {
			return ehrdesk.Account{}, err
		}
	}
	secret, err := json.Marshal(person.Identity{ClientID: got.ClientID, Role: got.Role, PersonKey: own, DeskKey: desk})
	if err != nil {
		return ehrdesk.Account{}, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the keys cannot be written")
	}
	signer := fhir.Signer{Subject: staff + "@" + got.HCP, PersonKey: own, ClientID: got.ClientID, DeskKey: desk}
	crew := d.colleagues(ctx, api, e.Central, signer, p.Bound)
	d.mu.Lock()
	defer d.mu.Unlock()
	store, err := d.store(ctx, got.HCP, install)
	if err != nil {
		return ehrdesk.Account{}, err
	}
	install = store.Install()
	blobs := func(holder []byte) (public, identity []byte, err error) {
		if p.Bond, err = fhir.NewBond(signer.Subject, install, holder).Sign(own); err != nil {
			return nil, nil, err
		}
		public, err = json.Marshal(p)
		return public, secret, err
	}
	for _, known := range person.Of(store) {
		if known.Staff != staff {
			continue
		}
		switch err := store.Remove(ctx, staff); {
		case ehrdesk.CodeOf(err) == ehrdesk.CodeConflict: // what waits here is theirs alone to deliver
			if err := store.Renew(ctx, staff, e.Passphrase, blobs); err != nil {
				return ehrdesk.Account{}, onlyByThem(err)
			}
			return p.Account(), nil
		case err != nil:
			return ehrdesk.Account{}, err
		}
	}
	err = store.Enrol(ctx, staff, e.Passphrase,
		func(other cache.Person) bool { return admitted(crew, got.HCP, install, other) }, blobs)
	return p.Account(), err
}

// mayReplace refuses an enrolment that would fail once the code is used: of somebody whose
// acts wait at that provider, under another passphrase than they have. Where the centre
// does not say which provider a code is of, nothing is refused yet.
func (d *Desk) mayReplace(ctx context.Context, codeOf func() (string, error), central, staff string, e ehrdesk.Enrolment) error {
	d.mu.Lock()
	at := map[string]*cache.Store{}
	for hcp, store := range d.stores {
		for _, p := range person.Of(store) {
			if p.Staff == staff && p.Central == central {
				at[hcp] = store
			}
		}
	}
	d.mu.Unlock()
	for hcp, store := range at {
		err := store.MayReplace(ctx, staff, e.Passphrase)
		if err == nil {
			continue
		}
		switch of, e := codeOf(); {
		case e != nil:
			return e
		case of == hcp:
			return onlyByThem(err)
		}
	}
	return nil
}

// installFor is the id of the store in which somebody will be enrolled: that of the provider
// which the code is of, where there is one here, else of one that is made. The centre keeps
// it with the key, so that an officer who ends a desk finds the keys of it that were never
// used, and have signed for no log.
func (d *Desk) installFor(codeOf func() (hcp string, err error)) string {
	d.mu.Lock()
	held := maps.Clone(d.stores)
	d.mu.Unlock()
	if len(held) > 0 {
		if hcp, err := codeOf(); err == nil && held[hcp] != nil { // what is wrong with the code the enrolment says
			return held[hcp].Install()
		}
	}
	return uuid.NewString()
}

// onlyByThem says why another passphrase is not taken for somebody whose acts wait.
func onlyByThem(err error) error {
	if ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		return err
	}
	return ehrdesk.Errorf("enrol", ehrdesk.CodeNotSignedIn, "acts wait on this desk that only you can deliver: enrol with the passphrase that you had here")
}

// colleagues are the provider's staff as the centre knows them; nobody where it
// cannot say.
func (d *Desk) colleagues(ctx context.Context, bare *fhir.Client, central string, signer fhir.Signer, bound bool) []fhir.StaffMember {
	t := line.NewTokens(bare, signer, bound, d.opt.Now)
	defer t.End(true)
	wire, err := d.wire(central, t)
	if err != nil {
		return nil
	}
	_, provider, _ := strings.Cut(signer.Subject, "@")
	staff, err := staffOf(ctx, as[roster](d.dial(wire, person.Person{Provider: provider}, "")))
	if err != nil {
		d.opt.Log.Warn("staff not known", "code", string(ehrdesk.CodeOf(err)))
	}
	return staff
}

func plainStaff(s string) bool {
	return s != "" && len(s) <= 64 && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	}) < 0
}
