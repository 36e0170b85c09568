package client_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
)

// caseWalk is five desks of four people, one of whom has two, that do whatever in cases while lines break and programs die; and what was
// said, opened and by whom. Two of them answer for a group, of whom one comes and goes.
type caseWalk struct {
	*joint
	r     *rand.Rand
	seed  uint64
	step  int
	all   []*seat // the third and fourth are of one person; the second keeps the group, and the last is their colleague
	group ehrdesk.CaseMember
	gone  bool // somebody has left the group, or the group a case, since this case began
	id    string
	said  map[string]*seat // by words: who said it
	seen  map[ehrdesk.CasePerson]map[int]bool
	did   map[string]int
}

func (w *caseWalk) fatal(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("EHRDESK_SEED=%d, step %d: %s", w.seed, w.step, fmt.Sprintf(format, args...))
}

func newCaseWalk(t *testing.T, seed uint64) *caseWalk {
	w := &caseWalk{joint: newJoint(t, "drlee", "drchan", "drho"), r: rand.New(rand.NewPCG(seed, 19)), seed: seed, did: map[string]int{}}
	second := w.desk[2].another()
	w.all = append(slices.Clone(w.desk), second, (&staff{joint: &joint{world: w.desk[1].world, desk: w.desk[1:]}}).another("drmok"))
	for _, d := range []*seat{w.desk[2], second} {
		d.asks()
		w.own(d)
	}
	for _, d := range w.all {
		d.sync()
	}
	keeper := w.desk[1]
	id := keeper.makes("Cardiac referral")
	keeper.steps(id, ehrdesk.GroupJoined, w.mok())
	made := keeper.group(id)
	w.group = made.AsMember()
	for _, d := range w.all {
		d.sync()
	}
	w.begin(w.all[0])
	return w
}

// own has somebody say that the keys in their name are theirs.
func (w *caseWalk) own(d *seat) {
	all, err := d.s.KeyChanges(w.t.Context())
	if err != nil {
		w.fatal("%v", err)
	}
	for _, c := range all {
		if err := d.s.OwnKey(w.t.Context(), c.Key); err != nil {
			w.fatal("%s: %+v, %v", d.me.Staff, c, err)
		}
	}
}

func (w *caseWalk) mok() *seat { return w.all[4] }

func (w *caseWalk) begin(d *seat) {
	b := ehrdesk.CaseBeginning{Patient: w.who, Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys}
	for _, o := range w.all[:3] {
		b.Members = append(b.Members, o.me)
	}
	if w.r.IntN(2) == 0 {
		b.Members = append(b.Members, w.group)
	}
	w.gone = false
	id, err := d.s.BeginCase(w.t.Context(), b)
	if err != nil {
		w.fatal("%v", err)
	}
	w.id, w.said, w.seen = id, map[string]*seat{}, map[ehrdesk.CasePerson]map[int]bool{}
	for _, o := range w.all {
		w.seen[o.me.CasePerson] = map[int]bool{}
	}
	for range 2 {
		for _, o := range append([]*seat{d}, w.all...) {
			w.sync(o)
		}
	}
}

// sync brings a desk into step, as far as its line lets it.
func (w *caseWalk) sync(d *seat) {
	w.clock.advance(time.Minute)
	_ = d.s.SyncCases(w.t.Context())
}

func (w *caseWalk) anybody() *ehrdesk.CaseMember {
	if n := w.r.IntN(4); n < 3 {
		return &w.all[n].me
	}
	return &w.group
}

// staff has their colleague come to the group, or leave it.
func (w *caseWalk) staff() string {
	keeper, who := w.all[1], w.mok()
	all, err := keeper.s.Groups(w.t.Context())
	i := slices.IndexFunc(all, func(g ehrdesk.GroupView) bool { return g.ID == w.group.Group() })
	if err != nil || i < 0 {
		return "knew no group"
	}
	kind := ehrdesk.GroupJoined
	if _, on := all[i].Member(who.me.CasePerson); on {
		kind = ehrdesk.GroupLeft
		w.gone = true
	}
	if keeper.s.StepGroup(w.t.Context(), w.group.Group(), kind, &who.me) != nil {
		return "cannot change the group"
	}
	return "group " + string(kind)
}

// any has a desk do something.
func (w *caseWalk) any(d *seat) string {
	ctx := w.t.Context()
	v, err := d.s.Case(ctx, w.id)
	if err != nil {
		w.sync(d)
		return "knew nothing"
	}
	step := func(kind ehrdesk.CaseEventKind, who *ehrdesk.CaseMember, why ehrdesk.CaseReason) string {
		_ = d.s.StepCase(ctx, w.id, kind, who, why)
		return string(kind)
	}
	switch n := w.r.IntN(100); {
	case n < 30:
		words := fmt.Sprintf("words %d", w.step)
		m := ehrdesk.CaseMessage{Case: w.id, Text: words, Critical: w.r.IntN(4) == 0}
		if w.r.IntN(2) == 0 {
			m.To = []ehrdesk.CasePerson{w.anybody().CasePerson}
		}
		if d.s.SayInCase(ctx, m) == nil {
			w.said[words] = d
		}
		return "said"
	case n < 50 && len(v.Said) > 0:
		w.open(d, v.Said[w.r.IntN(len(v.Said))].Event)
		return "opened"
	case n < 56 && len(v.Said) > 0:
		_ = d.s.AnswerInCase(ctx, w.id, v.Said[w.r.IntN(len(v.Said))].Event, ehrdesk.CaseAcknowledged, "")
		return "acknowledged"
	case n < 59 && len(v.Said) > 0:
		_ = d.s.AnswerInCase(ctx, w.id, v.Said[w.r.IntN(len(v.Said))].Event, ehrdesk.CaseDeclined, ehrdesk.CaseNotMine)
		return "declined"
	case n < 64:
		return step(ehrdesk.CaseJoined, w.anybody(), "")
	case n < 67:
		return step(ehrdesk.CaseLeft, w.anybody(), "")
	case n < 70:
		return step(ehrdesk.CaseHandedOver, w.anybody(), "")
	case n < 71:
		return step(ehrdesk.CaseCloses, nil, "")
	case n < 73:
		return step(ehrdesk.CaseReopened, nil, ehrdesk.CaseCareGoesOn)
	case n < 74:
		return step(ehrdesk.CaseExtended, nil, ehrdesk.CaseAwaited)
	case n < 75:
		return step(ehrdesk.CaseEnded, nil, "")
	case n < 79 && len(v.Said) > 0:
		return w.reseal(d, &v)
	case n < 82:
		return w.staff()
	}
	w.sync(d)
	return "synced"
}

// reseal has a desk seal something for a member who cannot read it, where there is one.
func (w *caseWalk) reseal(d *seat, v *ehrdesk.CaseView) string {
	event := v.Said[w.r.IntN(len(v.Said))].Event
	to := v.ResealedFor(event)
	if len(to) == 0 {
		return "all read it"
	}
	err := d.s.SayInCase(w.t.Context(), ehrdesk.CaseMessage{Case: w.id, Reseals: event, To: []ehrdesk.CasePerson{to[w.r.IntN(len(to))].CasePerson}})
	if err != nil {
		return "cannot seal it anew"
	}
	return "sealed anew"
}

// open opens something, and notes who did.
func (w *caseWalk) open(d *seat, event int) {
	if _, err := d.s.OpenInCase(w.t.Context(), w.id, event); err == nil {
		w.seen[d.me.CasePerson][event] = true
	}
}

// kill has a desk's program die: another goes on with its files as they are at this moment.
func (w *caseWalk) kill(d *seat) {
	d.line.set(true, nil)
	dir := cachetest.Copied(w.t, d.dir)
	_ = d.s.Close() // of what it writes now nothing is in the copy
	if err := d.desk.Close(); err != nil {
		w.fatal("%v", err)
	}
	d.line = &line{nth: -1, heard: make(chan struct{}, 8)}
	d.dir = dir
	d.open()
	w.t.Cleanup(func() { _ = d.desk.Close() })
	d.s = d.signIn(d.me.Staff)
}

// late has a day or three go by, after which everybody signs in anew.
func (w *caseWalk) late(d time.Duration) {
	w.clock.advance(d)
	for _, o := range w.all {
		o.line.set(false, nil)
		o.line.breakNth(-1, false)
		_ = o.s.Close()
		o.s = o.signIn(o.me.Staff)
		w.chart(o.s, w.n) // the consent is looked at anew
	}
}

// check brings everybody into step and holds what they have against what was done.
func (w *caseWalk) check() {
	ctx := w.t.Context()
	for _, d := range w.all {
		d.line.set(false, nil)
		d.line.breakNth(-1, false)
	}
	for again, round := true, 0; again || round < 4; round++ {
		again = false
		for _, d := range w.all {
			w.sync(d)
			v, err := d.s.Case(ctx, w.id)
			if err != nil {
				continue
			}
			again = again || len(v.Waits) > 0
			for _, p := range v.Waits {
				if p.Why == "" {
					continue
				}
				if err := d.s.GiveUpInCase(ctx, p.ID); err != nil {
					w.fatal("%s gives up %+v: %v", d.me.Staff, p, err)
				}
				if p.Reseals == 0 {
					delete(w.said, p.Text)
				}
			}
		}
		if round > 200 {
			w.fatal("what waits never ends")
		}
	}
	var one ehrdesk.CaseView
	for _, d := range w.all {
		w.clock.advance(time.Second)
		if err := d.s.SyncCases(ctx); err != nil {
			w.fatal("%s: %v", d.me.Staff, err)
		}
		v, err := d.s.Case(ctx, w.id)
		if ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound && d == w.mok() { // of which they were never in the group
			continue
		}
		if err != nil {
			w.fatal("%s: %v", d.me.Staff, err)
		}
		if v.Broken != "" || len(v.Waits) > 0 {
			w.fatal("%s has %q, and %+v waits", d.me.Staff, v.Broken, v.Waits)
		}
		if w.gone = w.gone || slices.ContainsFunc(v.Members, func(m ehrdesk.CaseMember) bool { return m.Left != 0 && m.CasePerson == w.group.CasePerson }); v.Left {
			continue
		}
		if _, in := v.Member(v.Acts(d.me.CasePerson)); in {
			if one.Head != "" && (v.Head != one.Head || v.Events != one.Events) {
				w.fatal("%s has %d events to %s, others have %d to %s", d.me.Staff, v.Events, v.Head, one.Events, one.Head)
			}
			one = v
		}
	}
	for i, g := range one.Given {
		if slices.ContainsFunc(one.Given[:i], func(o ehrdesk.CaseGiven) bool { return o.Envelope == g.Envelope && o.To == g.To }) {
			w.fatal("%s is said twice to have been given %s", g.To.Staff, g.Envelope)
		}
	}
	w.once(&one)
	w.receipts(&one)
	for _, d := range w.all {
		w.reads(d, &one)
	}
}

// once holds what was said against the case: each is there once, from whoever said it.
func (w *caseWalk) once(one *ehrdesk.CaseView) {
	if one.State == ehrdesk.CaseDestroyed {
		return
	}
	for words, d := range w.said {
		n := 0
		v := d.has(w.id)
		for _, s := range v.Said {
			if v.Words[s.Envelope] == words && s.Reseals == 0 {
				if n++; s.By != d.me.CasePerson {
					w.fatal("%q is by %+v", words, s.By)
				}
			}
		}
		left := slices.ContainsFunc(one.Members, func(m ehrdesk.CaseMember) bool { return m.CasePerson == d.me.CasePerson && m.Left != 0 })
		left = left || w.gone && d.me.Provider == w.group.Provider
		if n != 1 && (n > 1 || !left) { // who left has kept nothing of it
			w.fatal("%q of %s is said %d times", words, d.me.Staff, n)
		}
	}
}

// receipts holds who is said to have opened what against who did.
func (w *caseWalk) receipts(one *ehrdesk.CaseView) {
	for _, s := range one.Said {
		had, opened := map[ehrdesk.CaseReceipt]bool{}, map[ehrdesk.CasePerson]bool{}
		for _, r := range s.Receipts {
			if r.Kind == ehrdesk.CaseOpened && !w.seen[r.By][s.Event] {
				w.fatal("%s is said to have opened event %d", r.By.Staff, s.Event)
			}
			if !slices.Contains(s.To, r.Of()) {
				w.fatal("%s answers event %d, which is not for them", r.By.Staff, s.Event)
			}
			r.At = time.Time{}
			if had[r] {
				w.fatal("%s did it twice with event %d: %+v", r.By.Staff, s.Event, s.Receipts)
			}
			had[r] = true
			opened[r.By] = opened[r.By] || r.Kind == ehrdesk.CaseOpened
		}
		for who, events := range w.seen {
			// who left meanwhile had no leave to say so
			if m, in := one.Member(who); in && m.Joined < s.Event && events[s.Event] && s.For(who) && !one.State.Over() && !opened[who] {
				w.fatal("%s has opened event %d, and the case does not say so", who.Staff, s.Event)
			}
		}
	}
}

// reads has a desk open everything: what is for its person opens, since they came into the case, and nothing else does.
func (w *caseWalk) reads(d *seat, one *ehrdesk.CaseView) {
	m, in := one.Member(d.me.CasePerson)
	v, err := d.s.Case(w.t.Context(), w.id)
	if err != nil && d == w.mok() {
		return
	}
	var g ehrdesk.GroupView
	if d.me.Provider == w.group.Provider {
		g = d.group(w.group.Group())
	}
	for _, s := range one.Said {
		personal := s.By == d.me.CasePerson || slices.Contains(s.To, d.me.CasePerson)
		ours := personal || v.CanRead(&s, d.me.CasePerson)
		ofGroup := slices.ContainsFunc(s.Groups, func(at ehrdesk.CaseGroupAt) bool {
			e, ok := g.EpochAt(at.N)
			return ok && slices.Contains(v.Answers, at.Of) && slices.Contains(g.Opens, e.N) && !v.Left
		})
		_, err := d.s.OpenInCase(w.t.Context(), w.id, s.Event)
		switch {
		case err == nil && one.State == ehrdesk.CaseDestroyed:
			w.fatal("%s reads event %d of a case that was destroyed", d.me.Staff, s.Event)
		case err == nil && !ours:
			w.fatal("%s reads event %d, which is sealed for others", d.me.Staff, s.Event)
		case err != nil && ofGroup && one.State != ehrdesk.CaseDestroyed:
			w.fatal("%s does not read event %d, which is for their group and of an epoch whose key they have: %v", d.me.Staff, s.Event, err)
		case err != nil && personal && in && s.Event > m.Joined && one.State != ehrdesk.CaseDestroyed:
			w.fatal("%s does not read event %d, which is for them: %v", d.me.Staff, s.Event, err)
		case err == nil:
			w.seen[d.me.CasePerson][s.Event] = true
			if w.did["read in the end"]++; !personal {
				w.did["read for the group"]++
			}
		}
		for _, was := range one.Said {
			if first := v.Words[was.Envelope]; was.Event == s.Reseals && first != "" && v.Words[s.Envelope] != "" && first != v.Words[s.Envelope] {
				w.fatal("event %d has other words than event %d, which it seals anew", s.Event, was.Event)
			}
		}
		if !ours && v.Words[s.Envelope] != "" {
			w.fatal("%s has words of event %d", d.me.Staff, s.Event)
		}
	}
}

// Five desks of four people, two of one, two of whom answer for a group, do whatever in cases for EHRDESK_CASESTEPS steps, a sample without it, while requests are lost
// before and after they arrive, programs die and lines are down: every message is said once, receipts are true, all members have one
// history, and nobody opens what is sealed for others. EHRDESK_SEED is the seed.
func TestWhateverDesksDoInCasesEverybodyHasOneHistory(t *testing.T) {
	steps, seed := 60, uint64(2026)
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_CASESTEPS")); err == nil && n > 0 {
		steps = n
	}
	if n, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64); err == nil {
		seed = n
	}
	w := newCaseWalk(t, seed)
	for w.step = range steps {
		w.clock.advance(time.Second)
		d := w.all[w.r.IntN(len(w.all))]
		did := ""
		switch n := w.r.IntN(100); {
		case n < 80:
			did = w.any(d)
		case n < 88:
			d.line.breakNth(w.r.IntN(8), w.r.IntN(2) == 0)
			w.sync(d)
			d.line.breakNth(-1, false)
			did = "cut"
		case n < 91:
			w.kill(d)
			did = "killed"
		case n < 95:
			d.line.set(true, nil)
			did = "line down"
		case n < 99:
			d.line.set(false, nil)
			w.sync(d)
			did = "line up"
		default:
			w.late(73 * time.Hour)
			did = "three days"
		}
		w.did[did]++
		if (w.step+1)%30 == 0 || w.step == steps-1 {
			w.check()
			if v := w.all[0].has(w.id); w.step < steps-1 && (v.State.Over() || w.r.IntN(4) == 0) {
				w.begin(w.all[w.r.IntN(3)])
			}
		}
	}
	t.Logf("MEASURE %d steps, EHRDESK_SEED=%d: %v", steps, seed, w.did)
}
