package ehrdesk

import (
	"testing"
	"time"
)

func TestAgeIsInTheUnitsCliniciansExpect(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	at := func(s string) When {
		w, err := ParseWhen(s)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	for born, want := range map[string]string{
		"2026-11-22T09:15:00Z": "45min",
		"2026-11-21T09:00:00Z": "25hrs",
		"2026-11-10":           "12d",
		"2026-10-25":           "4w 0d",
		"2026-03-01":           "38w 0d",
		"2025-06-10":           "17m 12d",
		"2012-08-21":           "14y 3m",
		"2008-11-22":           "18y",
		"1958-02-03":           "68y",
		"1958-02":              "",
		"2027-01-01":           "",
	} {
		if got := (Patient{Born: at(born)}).Age(now); got != want {
			t.Errorf("born %s: got %q, want %q", born, got, want)
		}
	}
	dead := Patient{Born: at("1915-07-03"), Deceased: true, Died: at("1999-01-02")}
	if got := dead.Age(now); got != "83y" {
		t.Errorf("age at death: %q", got)
	}
}

func TestBannerNameIsWholeAndInOrder(t *testing.T) {
	for want, n := range map[string]Name{
		"CHAN, Tai Man 陳大文 (Mr)": {Family: "Chan", Given: "Tai Man", Chinese: "陳大文", Title: "Mr"},
		"WONG":                   {Family: "Wong"},
		"陳大文":                    {Chinese: "陳大文"},
		"Madonna":                {Text: "Madonna"},
	} {
		if got := n.Banner(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWhenKeepsThePrecisionRecorded(t *testing.T) {
	for in, want := range map[string][2]string{
		"2026":                      {"2026", "2026"},
		"2026-04":                   {"Apr-2026", "Apr-2026"},
		"2026-04-08":                {"08-Apr-2026", "08-Apr-2026"},
		"2026-04-08T09:41:05+08:00": {"08-Apr-2026", "08-Apr-2026 09:41"},
		"2026-04-08T23:30:00-04:00": {"08-Apr-2026", "08-Apr-2026 23:30"},
	} {
		w, err := ParseWhen(in)
		if err != nil || w.Date() != want[0] || w.DateTime() != want[1] || w.String() != in {
			t.Errorf("%s: %q %q %q %v", in, w.Date(), w.DateTime(), w.String(), err)
		}
	}
	for _, bad := range []string{"", "08/04/2026", "2026-13-01", "yesterday"} {
		if _, err := ParseWhen(bad); CodeOf(err) != CodeInvalid {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestConsentRunsOutOnItsDay(t *testing.T) {
	end := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	c := SharingConsent{State: ConsentActive, Until: end}
	if c.StateAt(end.Add(-time.Second)) != ConsentActive || c.StateAt(end) != ConsentExpired {
		t.Error("the end is not the end")
	}
	if (SharingConsent{}).StateAt(end) != ConsentNone {
		t.Error("nothing is not none")
	}
}
