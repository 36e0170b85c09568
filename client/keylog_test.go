package client_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// liar is a centre that shows one desk another log of keys than others, signed by its true key.
type liar struct {
	t   *testing.T
	key *ecdsa.PrivateKey

	mu    sync.Mutex
	truth []string
	now   func() time.Time
}

// newLiar has the truth from what a desk is told, which follows it from the beginning.
func newLiar(j *joint, spy *seat) *liar {
	l := &liar{t: j.t, now: j.clock.now}
	files, err := os.ReadDir(j.centreDir)
	if err != nil {
		j.t.Fatal(err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Size() != 32 {
			continue
		}
		secret, err := os.ReadFile(filepath.Join(j.centreDir, f.Name()))
		if err != nil {
			j.t.Fatal(err)
		}
		raw, err := hkdf.Key(sha256.New, secret, nil, "ehrcentral sign 0", 32)
		if err != nil {
			j.t.Fatal(err)
		}
		if l.key, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err != nil {
			j.t.Fatal(err)
		}
	}
	spy.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.HasSuffix(r.URL.Path, "$key-log") {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.truth = append(l.truth[:since(r)], entriesOf(j.t, body)...)
		}
		return body
	})
	return l
}

func since(r *http.Request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("since"))
	return n
}

func entriesOf(t *testing.T, body []byte) (out []string) {
	var v struct {
		Parameter []struct{ Name, ValueString string }
	}
	if err := json.Unmarshal(body, &v); err != nil {
		t.Error(err)
	}
	for _, p := range v.Parameter {
		if p.Name == "entry" {
			out = append(out, p.ValueString)
		}
	}
	return out
}

// shows has a desk be shown a log of the liar's own making.
func (l *liar) shows(edit func(truth []string) []string) func(*http.Request, []byte) []byte {
	return func(r *http.Request, body []byte) []byte {
		if !strings.HasSuffix(r.URL.Path, "$key-log") {
			return body
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		texts := edit(slices.Clone(l.truth))
		hash := keylog.Genesis()
		for _, text := range texts {
			sum := sha256.Sum256(append(slices.Clone(hash), text...))
			hash = sum[:]
		}
		by, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: l.key}, (&jose.SignerOptions{}).WithType(keylog.HeadType))
		if err != nil {
			l.t.Error(err)
		}
		head, err := jwt.Signed(by).Claims(keylog.Head{N: int64(len(texts)), Hash: hash, At: l.now().Truncate(time.Second)}.Claims()).Serialize()
		if err != nil {
			l.t.Error(err)
		}
		all := []any{map[string]any{"name": "head", "valueString": head}, map[string]any{"name": "more", "valueBoolean": false}}
		for _, text := range texts[min(since(r), len(texts)):] {
			all = append(all, map[string]any{"name": "entry", "valueString": text})
		}
		out, err := json.Marshal(map[string]any{"resourceType": "Parameters", "parameter": all})
		if err != nil {
			l.t.Error(err)
		}
		return out
	}
}

// asks has a desk's directory asked for anew.
func (d *seat) asks() {
	d.t.Helper()
	d.clock.advance(2 * time.Minute)
	if _, _, err := d.s.Providers(d.t.Context(), "", ""); err != nil {
		d.t.Fatal(err)
	}
}

// different is what this desk has found of keys and their log.
func (d *seat) different() (out []ehrdesk.KeyDifferent) {
	d.t.Helper()
	all, err := d.s.KeyChanges(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range all {
		out = append(out, c.What)
	}
	return out
}

// incidents are those in a desk's access log whose words have one.
func (d *seat) incidents(word string) (n int) {
	d.t.Helper()
	if err := d.s.EachAccess(d.t.Context(), func(_ int64, e ehrdesk.AuditEvent) error {
		if e.Action == ehrdesk.AuditIncident && strings.Contains(e.Detail, word) {
			n++
		}
		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// another is another desk of the same person at their provider.
func (d *seat) another() *seat {
	d.t.Helper()
	h := *d.world
	h.dir, h.line = d.t.TempDir(), &line{nth: -1, heard: make(chan struct{}, 8)}
	h.open()
	d.t.Cleanup(func() { _ = h.desk.Close() })
	h.enrol(d.me.Staff, ehrdesk.Doctor)
	out := &seat{world: &h, s: h.signIn(d.me.Staff), me: d.me}
	d.t.Cleanup(func() { _ = out.s.Close() })
	return out
}

// Where the centre tells the truth nothing is found, whoever is enrolled, and the log is followed on over a restart.
func TestATrueLogOfKeysIsFollowedAndNothingIsFound(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	for i := range 3 {
		a.enrol(fmt.Sprint("drng", i), ehrdesk.Doctor)
		a.say(id, "once more")
		a.sync()
		b.sync()
		b.reads(id, "once more")
		_ = b.s.Close()
		b.reopen(0)
		b.s = b.signIn("drchan")
		b.asks()
	}
	for _, d := range j.desk {
		if got := d.different(); len(got) != 0 {
			t.Errorf("%s finds %q", d.me.Staff, got)
		}
		if n := d.incidents(""); n != 0 {
			t.Errorf("%s wrote down %d incidents", d.me.Staff, n)
		}
	}
	asked := b.line.requests("$key-log")
	if last := asked[len(asked)-1]; strings.HasSuffix(last, "since=0") {
		t.Errorf("what was followed is asked for again: %s", last)
	}
}

// A centre that shows one desk another log than it has shown it before, however signed, is found by that desk alone; it is written down
// once, told, and the keys that came with it count for nothing.
func TestALogOfKeysThatIsAnotherThanBeforeIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		edit func([]string) []string
		want ehrdesk.KeyDifferent
	}{
		"an entry changed":      {func(all []string) []string { all[0] = strings.Replace(all[0], `:`, ` :`, 1); return all }, ehrdesk.KeyLogForked},
		"taken back":            {func(all []string) []string { return all[:1] }, ehrdesk.KeyLogShortened},
		"a key left out":        {func(all []string) []string { return all[:len(all)-1] }, ehrdesk.KeyOtherInLog},
		"an entry that is none": {func(all []string) []string { return append(all[:len(all)-1], `{"n":1}`) }, ehrdesk.KeyLogUnread},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJoint(t, "drlee", "drchan", "drho")
			a, b, spy := j.desk[0], j.desk[1], j.desk[2]
			b.asks()
			_ = spy.s.Close()
			spy.reopen(0)
			spy.dir = t.TempDir() // follows from the beginning
			spy.open()
			l := newLiar(j, spy)
			spy.enrol("drspy", ehrdesk.Doctor)
			spy.s = spy.signIn("drspy")
			b.asks()
			a.enrol("drng", ehrdesk.Doctor)
			spy.asks()
			b.line.set(false, l.shows(c.edit))
			for range 3 {
				b.asks()
			}
			if got := b.different(); !slices.Contains(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
			if n := b.incidents(string(c.want)); n != 1 {
				t.Errorf("written down %d times", n)
			}
			if !slices.Contains(b.s.Warnings(), warnings.KeyChanged) {
				t.Errorf("told: %q", b.s.Warnings())
			}
			_ = a.s.Close()
			ng := &seat{world: a.world, s: a.signIn("drng"), me: ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: a.hcp, Staff: "drng"}, Name: "Dr drng"}}
			t.Cleanup(func() { _ = ng.s.Close() })
			ng.sync()
			id, err := ng.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{b.me}})
			if err != nil {
				t.Fatal(err)
			}
			ng.sync()
			b.sync()
			if v, err := b.s.Case(t.Context(), id); err == nil && v.Events > 0 {
				t.Errorf("what is signed by a key that is in no log counts: %+v", v)
			}
		})
	}
}

// A centre that shows two desks two logs, each whole and signed, is found when one reads what the other wrote.
func TestTwoLogsForTwoDesksAreFoundByWhatTheyWrite(t *testing.T) {
	for name, c := range map[string]struct {
		edit func([]string) []string
		want ehrdesk.KeyDifferent
	}{
		"another entry": {func(all []string) []string {
			last := len(all) - 1
			all[last] = strings.Replace(all[last], `"key":"`, `"key":"z`, 1)
			return all
		}, ehrdesk.KeyLogForked},
		"an entry less": {func(all []string) []string { return all[:len(all)-1] }, ehrdesk.KeyLogShortened},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJoint(t, "drlee", "drchan")
			a, b := j.desk[0], j.desk[1]
			id := j.begin(ehrdesk.CaseDestroys)
			spy := a.another()
			l := newLiar(j, spy)
			spy.asks()
			a.enrol("drng", ehrdesk.Doctor) // of which b is told otherwise
			spy.asks()
			people := ""
			b.line.set(false, func(r *http.Request, body []byte) []byte { // the list of people goes with the log
				if strings.HasSuffix(r.URL.Path, "/Practitioner") {
					people = r.URL.Path
					return withoutEntry(t, body, "drng@")
				}
				return l.shows(c.edit)(r, body)
			})
			b.asks()
			a.asks()
			a.say(id, "with a head")
			a.sync()
			b.sync()
			b.reads(id, "with a head")
			if got := b.different(); people == "" || !slices.Contains(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
			if n := b.incidents(string(c.want)); n != 1 {
				t.Errorf("written down %d times", n)
			}
		})
	}
}

// A head that cannot be held against the log, as the centre is silent on it, is held against it when it speaks.
func TestAHeadThatCouldNotBeComparedIsComparedLater(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	spy := a.another()
	l := newLiar(j, spy)
	spy.asks()
	b.asks()
	a.enrol("drng", ehrdesk.Doctor)
	spy.asks()
	a.asks()
	a.say(id, "with a head")
	a.sync()
	b.sync()
	b.line.breakAt("$key-log", false)
	b.reads(id, "with a head")
	if got := b.different(); len(got) != 0 {
		t.Fatalf("found %q", got)
	}
	_ = b.s.Close()
	b.line.breakAt("", false)
	b.reopen(0)
	b.s = b.signIn("drchan")
	b.line.set(false, l.shows(func(all []string) []string {
		last := len(all) - 1
		all[last] = strings.Replace(all[last], `"key":"`, `"key":"z`, 1)
		return all
	}))
	b.asks()
	if got := b.different(); !slices.Contains(got, ehrdesk.KeyLogForked) {
		t.Errorf("found %q", got)
	}
}

// withoutEntry takes entries of a bundle out that have a word.
func withoutEntry(t *testing.T, body []byte, word string) []byte {
	var v map[string]any
	if len(body) == 0 {
		return body
	}
	if err := json.Unmarshal(body, &v); err != nil {
		t.Error(err)
		return body
	}
	entries, _ := v["entry"].([]any)
	v["entry"] = slices.DeleteFunc(entries, func(e any) bool {
		b, _ := json.Marshal(e)
		return strings.Contains(string(b), word)
	})
	out, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	return out
}

// Whoever is enrolled at another desk is told at the first, once; until they have said that it is theirs nothing that they write is
// sealed to it.
func TestAKeyInOnesNameIsAskedAbout(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	other := a.another()
	other.sync() // has keys at the centre
	for range 2 {
		a.asks()
	}
	found, err := a.s.KeyChanges(t.Context())
	if err != nil || len(found) != 1 || found[0].What != ehrdesk.KeyInYourName {
		t.Fatalf("%+v, %v", found, err)
	}
	if n := a.incidents("in the name of whoever is signed in"); n != 1 || !slices.Contains(a.s.Warnings(), warnings.KeyInName) {
		t.Errorf("%d incidents, told %q", n, a.s.Warnings())
	}
	a.say(id, "before")
	a.sync()
	other.sync()
	if got, err := other.last(id); err == nil {
		t.Errorf("what is written before they said so is read there: %q", got)
	}
	if err := a.s.OwnKey(t.Context(), "another"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
	if err := a.s.OwnKey(t.Context(), found[0].Key); err != nil {
		t.Fatal(err)
	}
	if got := a.different(); len(got) != 0 || slices.Contains(a.s.Warnings(), warnings.KeyInName) {
		t.Errorf("still told: %q, %q", got, a.s.Warnings())
	}
	a.say(id, "after")
	a.sync()
	other.sync()
	other.reads(id, "after")
	b.sync()
	b.say(id, "from b, for both desks")
	b.sync()
	for _, d := range []*seat{a, other} {
		d.sync()
		d.reads(id, "from b, for both desks")
	}
	if v := b.has(id); len(v.NewKeys) != 1 || v.NewKeys[0].Of != a.me.CasePerson || v.NewKeys[0].Since.IsZero() {
		t.Errorf("a colleague is shown %+v", v.NewKeys)
	}
}

// At a centre without a log everything is as before, and that is said once; one that had a log and has none now has taken it back.
func TestACentreWithoutALogOfKeysIsSaidOnce(t *testing.T) {
	w := newWorld(t, 24)
	none := func(r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "$key-log") {
			return http.StatusNotFound
		}
		return 0
	}
	w.line.fails(none)
	w.enrol("drlee", ehrdesk.Doctor)
	d := &seat{world: w, s: w.signIn("drlee")}
	told := 0
	for range 2 {
		d.asks()
		if slices.Contains(d.s.Warnings(), warnings.NoKeyLog) {
			told++
		}
		_ = d.s.Close()
		d.s = d.signIn("drlee")
	}
	if got := d.different(); told != 1 || len(got) != 0 {
		t.Errorf("told %d times, found %q", told, got)
	}
	w.line.fails(nil)
	d.asks()
	w.line.fails(none)
	d.asks()
	if got := d.different(); !slices.Equal(got, []ehrdesk.KeyDifferent{ehrdesk.KeyLogShortened}) {
		t.Errorf("found %q", got)
	}
	_ = d.s.Close()
}
