package client_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// given is who is known to have fetched what was said last.
func (d *seat) given(id string) (out []ehrdesk.CasePerson) {
	v := d.has(id)
	for _, g := range v.Given {
		if g.Envelope == v.Said[len(v.Said)-1].Envelope {
			out = append(out, g.To)
		}
	}
	return out
}

// What is said is delivered as the other desk hears of it, which is not that it was opened; it is read there without the line, and lies in
// no file in plain text before or after. What passes is delivered to nobody before it is opened.
func TestWhatIsSaidIsDeliveredBeforeItIsOpened(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.say(id, "tolerates cefuroxime")
	a.sync()
	b.sync()
	a.sync()
	if to := a.given(id); len(to) != 1 || to[0] != b.me.CasePerson {
		t.Errorf("delivered to %v", to)
	}
	if v := a.has(id); len(v.Said[0].Receipts) != 0 {
		t.Errorf("%+v", v.Said[0].Receipts)
	}
	if v := b.has(id); len(v.Words) != 0 || !v.Unread(&v.Said[0], b.me.CasePerson, b.clock.now()) {
		t.Errorf("%+v is read before it was opened", v.Words)
	}
	b.line.set(true, nil)
	b.reads(id, "tolerates cefuroxime")
	b.reads(id, "tolerates cefuroxime")
	b.line.set(false, nil)
	b.sync()
	a.sync()
	if r := a.has(id).Said[0].Receipts; len(r) != 1 || r[0].Kind != ehrdesk.CaseOpened {
		t.Errorf("%+v", r)
	}
	a.passes(id, "gone soon")
	b.sync()
	a.sync()
	if to := a.given(id); len(to) != 0 {
		t.Errorf("what passes was delivered to %v unopened", to)
	}
	for _, dir := range []string{a.dir, b.dir} {
		err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			whole, err := os.ReadFile(path)
			if strings.Contains(string(whole), "cefuroxime") {
				t.Errorf("%s has it", filepath.Base(path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What could not be fetched is asked for again, also by a desk that was begun anew; it is fetched once, and holds up nothing.
func TestWhatCouldNotBeFetchedAheadIsAskedForAgain(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.say(id, "first")
	a.say(id, "second")
	a.sync()
	b.line.fails(func(r *http.Request) int {
		if strings.Contains(r.URL.Path, "$case-envelope") {
			return http.StatusServiceUnavailable
		}
		return 0
	})
	b.say(id, "and what I say goes")
	b.sync()
	if w := b.has(id).Waits; len(w) != 0 {
		t.Errorf("%+v wait", w)
	}
	b.line.fails(nil)
	_ = b.s.Close()
	b.reopen(0)
	b.s = b.signIn("drchan")
	t.Cleanup(func() { _ = b.desk.Close() })
	b.sync()
	b.sync()
	if n := len(b.line.requests("$case-envelope?id=")); n < 2 || n > 4 {
		t.Errorf("%d asked for", n)
	}
	b.line.set(true, nil)
	v := b.has(id)
	for i, want := range []string{"first", "second"} {
		if r, err := b.s.OpenInCase(t.Context(), id, v.Said[i].Event); err != nil || r.Body.Text != want {
			t.Errorf("%q, %v", r.Body.Text, err)
		}
	}
}

// What is not what its author sealed is not kept: whoever opens it is told, and has it once the centre gives it whole. What was fetched for
// somebody who is taken out is not to be read.
func TestWhatWasFetchedAheadIsHeldAgainstItsAuthor(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.say(id, "true")
	a.sync()
	b.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.Contains(r.URL.Path, "$case-envelope") && len(body) > 0 {
			body[len(body)-1] ^= 1
		}
		return body
	})
	b.sync()
	if words, err := b.last(id); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || words != "" {
		t.Errorf("%q, %v", words, err)
	}
	b.line.set(true, nil)
	if words, err := b.last(id); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline || words != "" {
		t.Errorf("what was spoiled stays here: %q, %v", words, err)
	}
	b.line.set(false, nil)
	b.reads(id, "true")
	a.say(id, "unread when he left")
	a.sync()
	b.sync()
	event := b.has(id).Said[1].Event
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseLeft, &b.me, ""); err != nil {
		t.Fatal(err)
	}
	a.sync()
	b.sync()
	if r, err := b.s.OpenInCase(t.Context(), id, event); err == nil || r.Body.Text != "" {
		t.Errorf("%q, %v", r.Body.Text, err)
	}
}

// What the centre cannot give of one case holds up neither what else was said in it nor another case, and comes when it can.
func TestWhatTheCentreCannotGiveHoldsUpNothingElse(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	ids := []string{j.begin(ehrdesk.CaseDestroys), j.begin(ehrdesk.CaseDestroys)}
	slices.Sort(ids) // in which they are fetched
	for _, id := range ids {
		a.say(id, "stuck")
		a.say(id, "first")
	}
	a.sync()
	stuck := a.has(ids[0]).Said[0].Envelope
	b.line.fails(func(r *http.Request) int {
		if strings.Contains(r.URL.RawQuery, stuck) {
			return http.StatusInternalServerError
		}
		return 0
	})
	b.sync()
	a.sync()
	for i, id := range ids {
		v := a.has(id)
		var given []string
		for _, g := range v.Given {
			given = append(given, g.Envelope)
		}
		for n, said := range v.Said {
			if want := i != 0 || n != 0; slices.Contains(given, said.Envelope) != want {
				t.Errorf("message %d of case %d: delivered is not %t", n, i, want)
			}
		}
	}
	b.line.fails(nil)
	b.sync()
	a.sync()
	if v := a.has(ids[0]); len(v.Given) != 2 {
		t.Errorf("%+v", v.Given)
	}
}
