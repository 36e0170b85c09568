package ehrdesk_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestAFormIsSignedWhenItCanBe(t *testing.T) {
	now := time.Date(2026, 4, 8, 17, 0, 0, 0, time.UTC) // the 9th in Hong Kong
	day := ehrdesk.Day
	for _, c := range []struct {
		signed    ehrdesk.When
		notBefore ehrdesk.When
		want      error
	}{
		{ehrdesk.When{}, ehrdesk.When{}, nil},
		{day(2026, 4, 9), ehrdesk.When{}, nil},
		{day(2026, 4, 10), ehrdesk.When{}, ehrdesk.ErrSignedAhead},
		{day(2015, 12, 2), ehrdesk.When{}, nil},
		{day(2015, 12, 1), ehrdesk.When{}, ehrdesk.ErrSignedBefore},
		{day(2026, 4, 9), ehrdesk.At(time.Date(2026, 4, 8, 16, 30, 0, 0, time.UTC)), nil}, // withdrawn on the 9th in Hong Kong
		{day(2026, 4, 8), ehrdesk.At(time.Date(2026, 4, 8, 16, 30, 0, 0, time.UTC)), ehrdesk.ErrSignedBefore},
		{day(2020, 1, 1), day(2020, 1, 2), ehrdesk.ErrSignedBefore},
	} {
		if err := ehrdesk.CheckSigned(c.signed, now, c.notBefore); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("signed %v, not before %v: %v, want %v", c.signed, c.notBefore, err, c.want)
		}
	}
	if got := ehrdesk.SignedToday(now); got != day(2026, 4, 9) {
		t.Errorf("today is %v", got)
	}
}

func TestTheDateOfASignatureIsReadDayFirst(t *testing.T) {
	want := ehrdesk.Day(2026, 11, 3)
	for _, s := range []string{"3-11-2026", "03/11/2026", "3.11.2026", "03112026", "03-Nov-2026", "3 nov 2026", "2026-11-03", "０３１１２０２６"} {
		if got, err := ehrdesk.ParseSigned(s); err != nil || got != want {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "31-02-2026", "11-30-2026", "3-11-26", "3-11"} {
		if got, err := ehrdesk.ParseSigned(s); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}
