package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// What came is fetched beside the rest once the cases are in step, and not without the line; nothing is opened by it.
func TestWhatCameInACaseIsFetchedBeforeItIsOpened(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	d.Link = ehrdesk.Offline
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o")
	if d.Calls["fetch-cases"] != 0 {
		t.Error("fetched without the line")
	}
	d.Link = ehrdesk.Online
	p.Press("f5").Want("CASE")
	if d.Calls["fetch-cases"] != 1 || d.Calls["open-in-case"] != 0 {
		t.Errorf("%v", d.Calls)
	}
}
