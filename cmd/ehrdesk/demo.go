package main

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/handout"
	"github.com/ehrdesk/ehrdesk/internal/pdftext"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui"
)

const (
	demoPatients   = 60
	demoSeed       = 20261122
	demoHours      = 24
	demoPassphrase = "harbour light ferry pier"
)

// demoPerson is somebody who works at the demonstration's clinic.
type demoPerson struct {
	staff, name string
	role        ehrdesk.Profession
}

// demoStaff are the accounts of the demonstration, one a role.
var demoStaff = []demoPerson{
	{"drlee", "Dr LEE Kin Chung", ehrdesk.Doctor},
	{"clerk", "Ms CHEUNG Wing Yan", ehrdesk.FrontDesk},
	{"nurse", "Ms LAU Suk Yee", ehrdesk.Nurse},
	{"pharm", "Mr POON Ho Yin", ehrdesk.Pharmacist},
	{"officer", "Ms TSANG Oi Lin", ehrdesk.Officer},
}

func (a *app) demoCommand() *cobra.Command {
	var role string
	var real bool
	var vpcd string
	c := &cobra.Command{
		Use:   "demo",
		Short: "The workstation against an embedded central service and a synthetic territory; nothing to set up",
		Long:  "Nobody in it is real. The sign-in screen names the accounts and their passphrase. A temporary folder is used and removed, unless --dir is given.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			known := false
			for _, s := range demoStaff {
				known = known || string(s.role) == role
			}
			if !known {
				return ehrdesk.Errorf("demo", ehrdesk.CodeInvalid, "--role is one of doctor, nurse, pharmacist, frontdesk")
			}
			if err := a.needTerminal(); err != nil {
				return err
			}
			return a.demo(cmd.Context(), ehrdesk.Profession(role), real, vpcd)
		},
	}
	c.Flags().StringVar(&role, "role", "doctor", "whose account comes first: doctor, nurse, pharmacist, frontdesk or officer")
	c.Flags().BoolVar(&real, "pcsc", false, "use this machine's card service instead of the reader in memory, virtual readers too")
	c.Flags().StringVar(&vpcd, "vpcd", "127.0.0.1:35963", "with --pcsc: where the virtual reader listens that the card tray uses")
	a.addScreenFlags(c)
	return c
}

func (a *app) demo(ctx context.Context, role ehrdesk.Profession, real bool, vpcd string) (err error) {
	dir := a.dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "ehrdesk-demo-"); err != nil {
			return ehrdesk.Errorf("demo", ehrdesk.CodeOther, "no temporary folder can be made")
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	centre, err := central.Open(ctx, central.Options{Dir: filepath.Join(dir, "central")})
	if err != nil {
		return err
	}
	defer func() { err = first(err, centre.Close()) }()
	world := territory.New(territory.Options{Patients: demoPatients, Seed: demoSeed, Now: time.Now()})
	// The passphrase is printed on the screen: to make trying it slow would keep nobody out.
	desk := &demoDesk{Desk: client.New(client.Options{Dir: filepath.Join(dir, "desk"), HTTP: demoHTTP(), PDF: pdftext.New(a.door), Unlocking: time.Nanosecond, Cost: a.cost.passphrase}), built: make(chan struct{})}
	desk.build(ctx, centre, world)
	defer func() { err = first(err, desk.end(a.dir != "")) }()
	issuer, err := a.demoIssuer(ctx, centre, dir)
	if err != nil {
		return err
	}
	cards, slot, err := demoReaders(issuer, real, vpcd)
	if err != nil {
		return err
	}
	defer func() { err = first(err, cards.Close()) }()
	defer slot.pull()
	hints := demoHints(world, role)
	hints.Building = desk.progress
	if a.plain() {
		fmt.Fprintln(a.err, "settling the synthetic territory")
		if _, err := desk.Accounts(ctx); err != nil {
			return err
		}
	}
	hints.Tray = newTray(issuer, slot, world)
	hints.Phone = func(ctx context.Context, patient string) string { return lastMessage(ctx, centre, patient) }
	return a.show(ctx, filepath.Join(dir, "desk"), ui.Config{Desk: desk, Demo: hints, Cards: cards, Hand: handout.New(demoPrograms()), Reports: reportsIn(filepath.Join(dir, "desk"))})
}

// demoHTTP waits for an answer as long as the embedded centre is at it: it is in this
// process, and where several demonstrations start at a time it is slow, not out of reach.
func demoHTTP() *http.Client {
	c, _ := client.Trust{}.HTTP() // which asks for nothing that could not be read
	if t, ok := c.Transport.(*http.Transport); ok {
		t.ResponseHeaderTimeout = 0
	}
	return c
}

// demoLate says of a demonstration that did not come up in time what can be done.
func demoLate(err error) error {
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
		return err
	}
	return ehrdesk.Errorf("demo", ehrdesk.CodeTimeout, "this machine is too busy for the demonstration to come up; start it again when others have started")
}

// demoPrograms are those of this machine that are known to take a document as the desk
// gives it.
func demoPrograms() handout.Programs {
	var p handout.Programs
	for _, v := range []handout.Viewer{
		{Types: []string{"application/pdf"}, Command: []string{"/usr/bin/mupdf"}},
		{Types: []string{"application/pdf"}, Command: []string{"/usr/bin/zathura"}},
		{Types: []string{"application/pdf"}, Command: []string{"/usr/bin/xpdf"}},
		{Types: []string{"image/*"}, Command: []string{"/usr/bin/feh"}},
		{Types: []string{"image/*"}, Command: []string{"/usr/bin/imv"}},
		{Types: []string{"audio/*", "video/*"}, Command: []string{"/usr/bin/mpv", "--force-window"}},
	} {
		if _, err := os.Stat(v.Command[0]); err == nil {
			p.Viewers = append(p.Viewers, v)
		}
	}
	if _, err := os.Stat("/usr/bin/lp"); err == nil {
		p.Printer = []string{"/usr/bin/lp"}
	}
	return p
}

// demoIssuer is the issuer of the demonstration's training cards, whom its
// centre believes.
func (a *app) demoIssuer(ctx context.Context, centre *central.Centre, dir string) (*simcard.Issuer, error) {
	issuer, err := simcard.LoadIssuer(filepath.Join(dir, "training-issuer.key"))
	if err != nil {
		return nil, err
	}
	return issuer, centre.AddCardIssuer(ctx, "training", trust.MarshalIssuer(issuer.Public()))
}

// demoReaders are the demonstration's readers: one in memory, or with real those
// of this machine.
func demoReaders(issuer *simcard.Issuer, real bool, vpcd string) (*cardreader.Readers, slot, error) {
	const name = "Training Reader 00"
	profiles, err := cardreader.BuiltIn()
	if err != nil {
		return nil, nil, err
	}
	s := &cardreader.Station{Profiles: profiles, Issuers: []*ecdsa.PublicKey{issuer.Public()}, Virtual: true}
	if real {
		s.Establish = cardreader.System()
		return cardreader.NewReaders(s, nil, ""), &vpcdSlot{addr: vpcd}, nil
	}
	service := fake.New(name)
	s.Establish = service.Establish
	return cardreader.NewReaders(s, nil, ""), memorySlot{service, name}, nil
}

// demoHints are what the demonstration shows: the accounts, and people worth
// looking up with their Access Keys.
func demoHints(world *territory.Territory, role ehrdesk.Profession) *ui.Demo {
	d := &ui.Demo{}
	for _, firstOnes := range [...]bool{true, false} {
		for _, s := range demoStaff {
			if (s.role == role) == firstOnes {
				d.Accounts = append(d.Accounts, ui.DemoAccount{Staff: s.staff, Name: s.name, Role: s.role, Passphrase: demoPassphrase})
			}
		}
	}
	for _, h := range world.Highlights() {
		p := world.Person(h.Index)
		n := p.Patient.EHR.Printed()
		if !p.Patient.HKIC.IsZero() {
			n = p.Patient.HKIC.Printed()
		}
		d.Numbers = append(d.Numbers, ui.DemoNumber{Number: n, AccessKey: p.AccessKey, Note: h.Note})
	}
	return d
}

// lastMessage is what the embedded centre last told somebody invented.
func lastMessage(ctx context.Context, centre *central.Centre, patient string) (text string) {
	ehr := ""
	err := centre.Participants(ctx, "", func(p central.Participant) error {
		if p.Patient == patient {
			ehr = p.EHR
		}
		return nil
	})
	if err != nil || ehr == "" {
		return ""
	}
	_ = centre.Notices(ctx, ehr, func(n central.Notice) error { // without it the demonstration shows less
		text = n.Text
		return nil
	})
	return text
}
