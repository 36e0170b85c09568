package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// asked are the mailbox's operations that a desk asks for while f runs, without what they are of.
func (d *seat) asked(f func()) (out []string) {
	d.line.mu.Lock()
	from := len(d.line.seen)
	d.line.mu.Unlock()
	f()
	d.line.mu.Lock()
	defer d.line.mu.Unlock()
	for _, one := range d.line.seen[from:] {
		_, op, ok := strings.Cut(one, "/$")
		if op, _, _ = strings.Cut(op, "?"); ok && op != "events" {
			out = append(out, op)
		}
	}
	return out
}

// Where nothing is new a desk asks for the list and nothing else: with it the centre says how many keys are left and whether groups have
// changed. What is said comes with one question more; once others have taken its keys the desk brings more, and groups are asked for as
// they change, and once a minute.
func TestADeskAsksForNoMoreThanHasChanged(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drho", "drwong")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	b.sync()
	wants := func(what string, want ...string) {
		t.Helper()
		if got := b.asked(b.sync); !slices.Equal(got, want) {
			t.Errorf("%s: asked for %v, not %v", what, got, want)
		}
	}
	wants("nothing is new", "cases")
	a.say(id, "as long as most of what is said")
	a.sync()
	wants("something was said", "cases", "case-events", "case-envelope")
	b.sync() // that it was fetched is new too
	if _, err := a.s.MakeGroup(t.Context(), ehrdesk.GroupMaking{Kind: ehrdesk.GroupBoard, Name: "Tumour board", Chinese: "腫瘤會議"}); err != nil {
		t.Fatal(err)
	}
	wants("a group was made", "cases", "groups", "group-events")
	wants("nothing is new again", "cases")
	b.clock.advance(time.Minute)
	if got := b.asked(b.sync); !slices.Contains(got, "groups") {
		t.Errorf("a minute later: asked for %v", got)
	}
	for range 8 {
		for _, d := range []*seat{a, j.desk[2], j.desk[3]} {
			d.passes(id, "gone in a moment")
			d.sync()
		}
	}
	if got := b.asked(b.sync); !slices.Contains(got, "offer-keys") {
		t.Errorf("most of its keys were taken: asked for %v", got)
	}
}
