package ehrdesk_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestAReferenceIsShortEnoughToBeReadOut(t *testing.T) {
	const id = "3f2a91bc-77d0-4e1f-9a54-1d1b4a7c0e44"
	if got := ehrdesk.ShortReference(id); got != "SC-3F2A-91BC-77D0" {
		t.Error(got)
	}
	if got := ehrdesk.ShortWithdrawal(id); got != "SW-3F2A-91BC-77D0" {
		t.Error(got)
	}
	for _, other := range []string{"", "con-17", "3f2a91bc-77d0-4e1f-9a54-1d1b4a7c0e4g"} {
		if got := ehrdesk.ShortReference(other); got != other {
			t.Errorf("%q became %q", other, got)
		}
	}
}
