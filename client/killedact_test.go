package client_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// actedEnv makes this test binary a desk that takes a consent by form and ends in the middle
// of it; its value is an end as String gives it.
const actedEnv = "EHRDESK_CLIENT_TEST_ACTED"

// end is when a desk that takes a consent is killed: at which look at the clock, of which
// there is one before each thing it does, or at which request, before it leaves or when it
// has been answered.
type end struct {
	dir, number, request string
	now                  time.Time
	at                   string // "clock", "before", "after"
	nth                  int64
}

func (e end) String() string {
	return strings.Join([]string{e.dir, e.number, e.request, e.now.Format(time.RFC3339Nano), e.at, strconv.FormatInt(e.nth, 10)}, "|")
}

func parseEnd(s string) (e end, err error) {
	p := strings.Split(s, "|")
	if len(p) != 6 {
		return e, fmt.Errorf("%d parts", len(p))
	}
	e = end{dir: p[0], number: p[1], request: p[2], at: p[4]}
	if e.now, err = time.Parse(time.RFC3339Nano, p[3]); err == nil {
		e.nth, err = strconv.ParseInt(p[5], 10, 64)
	}
	return e, err
}

// site is what the desks of these tests know of a server that is not ours.
func site() client.Site {
	return client.Site{Labels: true, Policy: fhir.CachePolicy{Mode: "hours", Hours: 24, OfflineHours: 12}}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// ends are the places at which a desk can be killed, as an end names them.
func ends() []string { return []string{"clock", "before", "after"} }

// mortal is a desk that is killed where an end says, once it is armed. It counts how often it came past each place.
type mortal struct {
	e      end
	desk   *client.Desk
	armed  atomic.Bool
	passed [3]atomic.Int64 // in the order of ends
}

func (e end) mortal(site client.Site) *mortal {
	m := &mortal{e: e}
	line := transport(func(r *http.Request) (*http.Response, error) {
		m.pass(1)
		res, err := http.DefaultTransport.RoundTrip(r)
		m.pass(2)
		return res, err
	})
	m.desk = client.New(client.Options{Dir: e.dir, HTTP: &http.Client{Transport: line}, Patience: time.Minute, Cost: cachetest.Cost(), Site: site,
		Now: func() time.Time { m.pass(0); return e.now }})
	return m
}

// pass is killed where the end says.
func (m *mortal) pass(place int) {
	if m.armed.Load() && m.passed[place].Add(1) == m.e.nth+1 && m.e.at == ends()[place] {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	}
}

func (m *mortal) signIn(staff string) (*client.Session, error) {
	s, err := m.desk.SignIn(context.Background(), staff, ehrdesk.NewSecret(pass))
	if err != nil {
		return nil, err
	}
	return s.(*client.Session), nil
}

// signIn is a session at a desk that is killed where the end says, once it is armed.
func (e end) signIn(site client.Site) (s *client.Session, armed *atomic.Bool, err error) {
	m := e.mortal(site)
	s, err = m.signIn("drlee")
	return s, &m.armed, err
}

// signInAs is signIn of somebody; passed is how often the desk has been where the end is since it was armed.
func (e end) signInAs(staff string, site client.Site) (s *client.Session, armed *atomic.Bool, passed func() int64, err error) {
	m, place := e.mortal(site), max(0, slices.Index(ends(), e.at))
	s, err = m.signIn(staff)
	return s, &m.armed, m.passed[place].Load, err
}

// acts takes a consent and is killed on the way.
func acts(arg string) error {
	e, err := parseEnd(arg)
	if err != nil {
		return err
	}
	s, armed, err := e.signIn(site())
	if err != nil {
		return err
	}
	n, err := ehrdesk.ParseNumber(e.number)
	if err != nil {
		return err
	}
	g := formGrant(n, "K-"+e.request)
	g.RequestID = e.request
	armed.Store(true)
	if _, err = s.Grant(context.Background(), g); err != nil {
		return err
	}
	armed.Store(false)
	fmt.Println("recorded")
	os.Exit(0)
	return nil
}

// registrar is a source that people register at.
type registrar interface {
	source
	register(i int) ehrdesk.Number
	consents(n ehrdesk.Number) int
	folder() string
	today() time.Time
	shutDesk() error
}

func (c *ourCentre) register(i int) ehrdesk.Number {
	n, _ := c.patient(fmt.Sprintf("KILLED%d", i), 0)
	return n
}
func (c *ourCentre) consents(n ehrdesk.Number) int { given, _ := c.told(n); return given }
func (c *ourCentre) folder() string                { return c.dir }
func (c *ourCentre) today() time.Time              { return c.deskNow() }
func (c *ourCentre) shutDesk() error               { return c.desk.Close() }

func (s *theirServer) register(i int) ehrdesk.Number {
	number := fmt.Sprintf("%012d", 200000000000+i)
	s.Put(fmt.Sprintf(`{"resourceType":"Patient","id":"k%d","identifier":[{"system":%q,"value":%q}],"name":[{"family":"CHAN"}]}`, i, ehrdesk.SystemEHR, number))
	e, err := ehrdesk.ParseEHRNumber(number)
	if err != nil {
		s.t.Fatal(err)
	}
	return ehrdesk.Number{EHR: e}
}

func (s *theirServer) consents(n ehrdesk.Number) (count int) {
	i, err := strconv.Atoi(n.EHR.Compact())
	if err != nil {
		s.t.Fatal(err)
	}
	who := fmt.Sprintf(`"Patient/k%d"`, i-200000000000)
	for ref, body := range s.All() {
		if ref.Resource == "Consent" && strings.Contains(string(body), who) {
			count++
		}
	}
	return count
}

func (s *theirServer) folder() string   { return s.dir }
func (s *theirServer) today() time.Time { return s.Now() }
func (s *theirServer) shutDesk() error  { return s.desk.Close() }

// killsOf is how often a desk is killed, and the seed that says where: as the environment has them, else these.
func killsOf(often, short int, usual uint64) (kills int, seed uint64) {
	if kills = often; testing.Short() {
		kills = short
	}
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_KILLS")); err == nil {
		kills = n
	}
	seed, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64)
	if err != nil {
		seed = usual
	}
	return kills, seed
}

// A desk is killed while it takes a consent, wherever that may be, at our centre and at
// another server: the consent is on record exactly once or not at all, and after the next
// sign-in the desk knows which. EHRDESK_KILLS is how often at each, EHRDESK_SEED the seed.
func TestADeskKilledInTheMiddleOfAnActLeavesItOnceOrNotAtAll(t *testing.T) {
	t.Parallel()
	kills, seed := killsOf(16, 4, 15)
	for name, begin := range map[string]func(*testing.T) registrar{
		"our centre":           func(t *testing.T) registrar { return newOurCentre(t) },
		"another server":       func(t *testing.T) registrar { return newTheirServer(t, fhirtest.Quirks{}) },
		"one that chooses ids": func(t *testing.T) registrar { return newTheirServer(t, fhirtest.Quirks{Is: fhirtest.NoUpdateCreate}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, rnd := begin(t), rand.New(rand.NewPCG(seed, 2))
			once, never, alive := 0, 0, 0
			for i := range kills {
				src.later(time.Minute)
				if src.today() != testclock.SameDay(src.today(), 5*time.Minute) {
					src.later(10 * time.Minute) // the list of what is done today empties at midnight
				}
				n := src.register(i)
				if err := src.shutDesk(); err != nil {
					t.Fatal(err)
				}
				_, number := n.Identifier()
				e := end{dir: src.folder(), number: number, request: seededID(rnd), now: src.today(), at: [...]string{"clock", "before", "after"}[i%3], nth: rnd.Int64N(6)}
				if e.at != "clock" {
					e.nth %= 2
				}
				cmd := exec.Command(os.Args[0], "-test.run=^$")
				cmd.Env = append(os.Environ(), actedEnv+"="+e.String())
				out, _ := cmd.CombinedOutput()
				switch string(out) {
				case "":
				case "recorded\n":
					alive++
				default:
					t.Fatalf("kill %d, %s %d: %s", i, e.at, e.nth, out)
				}
				src.later(time.Minute)
				sess, _ := src.restart(http.DefaultTransport)
				s := sess.(*client.Session)
				if _, err := s.Poll(ctx); err != nil {
					t.Fatal(err)
				}
				all, err := s.Tasks(ctx)
				if err != nil {
					t.Fatal(err)
				}
				said := 0
				for _, task := range all {
					switch {
					case task.Number != n && task.Patient.EHR != n.EHR:
					case task.Kind == ehrdesk.TaskDone:
						said++
					case task.State != ehrdesk.TaskRefused:
						t.Fatalf("kill %d, %s %d: still open: %+v", i, e.at, e.nth, task)
					}
				}
				given := src.consents(n)
				if given > 1 || given != said || len(out) > 0 && given != 1 {
					t.Fatalf("kill %d, %s %d: %d on record, the desk says %d (%q)", i, e.at, e.nth, given, said, out)
				}
				once, never = once+given, never+1-given
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("seed %d: %d consents, %d not killed, %d on record once, %d not at all", seed, kills, alive, once, never)
			if kills >= 100 && (once == alive || never == 0) {
				t.Error("it was not killed where it matters")
			}
		})
	}
}

// seededID is a UUID of a seeded source.
func seededID(r *rand.Rand) string {
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", uint32(a), uint16(a>>32), uint16(a>>48)&0xfff, uint16(b)&0xfff, (b>>16)&0xffffffffffff)
}
