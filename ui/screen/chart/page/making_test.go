package page_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

// Records that come while a page is being made are not missed, also where the making
// fails; what comes late, or is another's, is nobody's.
func TestWhatComesWhileAPageIsMadeIsNotMissed(t *testing.T) {
	b := book.Of(text.English)
	var m page.Making[int]
	first := m.Begin(b, func() int { panic("a fault in a rule") })
	if m.Begin(b, func() int { return 1 }) != nil {
		t.Fatal("two at once")
	}
	failed := first()
	if _, made, again, used := m.Take(b, failed); made || !again || !used || m.Have() {
		t.Errorf("a failure: made %v, again %v, used %v", made, again, used)
	}
	if said, bad := b.Env.TakeSay(); said == "" || !bad {
		t.Error("the failure is not told")
	}
	second := m.Begin(b, func() int { return 2 })()
	if _, _, _, used := m.Take(b, failed); used {
		t.Error("what came late was taken")
	}
	if v, made, again, used := m.Take(b, second); v != 2 || !made || again || !used || !m.Have() {
		t.Errorf("%d, made %v, again %v, used %v", v, made, again, used)
	}
	var other page.Making[string]
	if _, _, _, used := other.Take(b, second); used {
		t.Error("another page's was taken")
	}
	third := m.Begin(b, func() int { return 3 })
	m.Stop()
	if _, _, _, used := m.Take(b, third()); used {
		t.Error("taken after it was stopped")
	}
}
