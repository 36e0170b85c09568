// Package person is who uses this desk: the line that stands beside each person's
// sealed keys, what is in the keys, and who is signed in. It promises that nothing of
// it is about a patient, and that what the centre says of an account is kept only
// where it changes something.
package person

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhir/smart"
	"github.com/ehrdesk/ehrdesk/client/internal/idle"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// Person is what the desk shows of an enrolled person before anyone signs in.
// It lies in the clear beside the sealed keys and holds nothing of any patient.
type Person struct {
	Staff        string             `json:"staff"`
	Name         string             `json:"name"`
	Role         ehrdesk.Profession `json:"role"`
	Provider     string             `json:"hcp"`
	ProviderName string             `json:"hcp_name"`
	Location     string             `json:"location"`

	Way
	// What a signed checkpoint of the access log is checked with.
	ClientID string     `json:"client_id,omitempty"`
	DeskKey  *fhir.Key  `json:"desk_key,omitempty"` // public
	Centre   []fhir.Key `json:"centre_keys,omitempty"`
	// Bond is signed by the person for the key that keys are sealed to.
	Bond  string      `json:"bond,omitempty"`
	Clock *line.Clock `json:"clock,omitempty"`
	Certificates
	PutOut
	Ending
}

// Certificates are in PEM, with their authority's.
type Certificates struct {
	Certificate []byte `json:"certificate,omitempty"` // the desk's in TLS
	Signing     []byte `json:"signing,omitempty"`     // of the key by which this person signs records
}

// Way is the way to the person's centre.
type Way struct {
	Central string `json:"central"`
	// Bound is set once the centre has bound a token to a key of this desk: it is then
	// taken for no centre that does not.
	Bound bool `json:"bound,omitempty"`

	// Why the provider may deposit or look in with nobody at this centre, as it last said; "" where it may.
	NoDeposit ehrdesk.Bar `json:"no_deposit,omitempty"`
	NoView    ehrdesk.Bar `json:"no_view,omitempty"`

	// Of a FHIR R4 server that is not eHealth's.
	Kind   string     `json:"server,omitempty"`
	SignIn string     `json:"sign_in,omitempty"`
	Caps   *caps.Caps `json:"caps,omitempty"` // what it was seen to do
}

// PutOut is what the centre has said of somebody who works here no more: that their account
// is closed, or with DeskEnded that their key on this desk has ended.
type PutOut struct {
	Closed    bool `json:"closed,omitempty"`
	DeskEnded bool `json:"desk_ended,omitempty"`
}

// Account is the person as an account.
func (p Person) Account() ehrdesk.Account {
	return ehrdesk.Account{Staff: p.Staff, Name: ehrdesk.CleanLine(p.Name), Role: p.Role, Provider: p.Provider,
		ProviderName: ehrdesk.CleanLine(p.ProviderName), Location: ehrdesk.CleanLine(p.Location), Elsewhere: p.Kind != ""}
}

// Gone is why somebody whom the centre has put out works here no more.
func (p PutOut) Gone() error {
	if p.DeskEnded {
		return ehrdesk.ErrDeskEnded
	}
	return ehrdesk.ErrAccountClosed
}

// Subject is the person as the centre knows them.
func (p Person) Subject() string { return p.Staff + "@" + p.Provider }

// Of are the people enrolled in a store.
func Of(s *cache.Store) []Person {
	var out []Person
	for _, e := range s.People() {
		var p Person
		if json.Unmarshal(e.Public, &p) == nil {
			p.Staff = e.Staff
			out = append(out, p)
		}
	}
	return out
}

// Identity is what signs for a person at this desk. It is sealed under the
// passphrase; the role in it is the one that counts offline.
type Identity struct {
	ClientID  string             `json:"client_id"`
	Role      ehrdesk.Profession `json:"role"`
	PersonKey fhir.Key           `json:"person_key"`
	DeskKey   fhir.Key           `json:"desk_key"`
	Server    *ServerLogin       `json:"server,omitempty"` // nil where no page of a server asks who signs in
	TLS       *TLSKeys           `json:"tls,omitempty"`    // nil where no certificate was asked for
	Cases     []CaseRoot         `json:"cases,omitempty"`  // none before there was a sealed case
}

// TLSKeys are the desk's for TLS: the one that is certified, with its certificates in DER,
// its own first, and the one that waits for its certificate.
type TLSKeys struct {
	Key   *fhir.Key `json:"key,omitempty"`
	Chain [][]byte  `json:"chain,omitempty"`
	Next  *fhir.Key `json:"next,omitempty"`
}

// ServerLogin is a person as a server knows them that signs people in by its own page.
type ServerLogin struct {
	smart.Who
	Refresh string `json:"refresh,omitempty"` // where the server gave one to be kept
}

// Sitting is what every room of one session works with.
type Sitting struct {
	Vault    *cache.Vault
	Store    *cache.Store // what of it needs no key
	Self     *Self
	Line     *line.Line
	Warnings *warnings.Warnings
	Idle     *idle.Idler
	Now      func() time.Time // this desk's clock
	Log      *slog.Logger     // never given anything but operations and codes
}

// Self is who is signed in.
type Self struct {
	vault *cache.Vault
	log   *slog.Logger

	mu            sync.Mutex
	account       ehrdesk.Account
	administrator *bool  // of the provider's accounts, as the centre last said; nil before it has
	known         Person // this person's line, as it stands on the desk
}

// NewSelf is p, who has the role that was sealed at enrolment until the centre says
// otherwise.
func NewSelf(vault *cache.Vault, p Person, role ehrdesk.Profession, log *slog.Logger) *Self {
	s := &Self{vault: vault, log: log, account: p.Account(), known: p}
	s.account.Role = role
	return s
}

// Account is who is signed in.
func (s *Self) Account() ehrdesk.Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account
}

// Administers is whether this person administers their provider's accounts, and whether the
// centre has said so in this session.
func (s *Self) Administers() (may, said bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.administrator != nil && *s.administrator, s.administrator != nil
}

// Known is this person's line, as it stands on the desk.
func (s *Self) Known() Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

// Granted takes over what the centre says of the account.
func (s *Self) Granted(ctx context.Context, g fhir.Grant, change func(*Person)) {
	s.mu.Lock()
	if g.Role.Valid() {
		s.account.Role = g.Role
	}
	s.administrator = g.Administrator
	for dst, src := range map[*string]string{&s.account.Name: g.Name, &s.account.ProviderName: g.HCPName, &s.account.Location: g.Location} {
		if src != "" {
			*dst = src
		}
	}
	a := s.account
	s.mu.Unlock()
	s.Amend(ctx, func(p *Person) {
		change(p)
		p.Name, p.Role, p.ProviderName, p.Location, p.PutOut = a.Name, a.Role, a.ProviderName, a.Location, PutOut{}
	})
}

// Amend changes this person's line on the desk, where that changes anything. What the centre
// has said is kept, whoever has stopped waiting.
func (s *Self) Amend(ctx context.Context, change func(p *Person)) {
	s.mu.Lock()
	before, err := json.Marshal(s.known)
	change(&s.known)
	after, err2 := json.Marshal(s.known)
	s.mu.Unlock()
	if err != nil || err2 != nil || bytes.Equal(before, after) {
		return
	}
	if err := s.vault.UpdatePublic(context.WithoutCancel(ctx), after); err != nil {
		s.log.Warn("account line not updated", "code", string(ehrdesk.CodeOf(err)))
	}
}
