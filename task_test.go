package ehrdesk

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.FixedZone("HKT", 8*3600))

func TestAClinicsListIsReadAndWhatCannotBeIsNamed(t *testing.T) {
	list, bad, err := ParseArrivals(strings.NewReader("\ufeffHKIC,time,doctor\nA123456(3),9:05,Dr LEE\n10:30,\"G123456(A)\"\n\nA123456(7),9:10\n123456789012\nPASS IRL PX1234567,11:00\n"), noon)
	if err != nil || !slices.Equal(bad, []int{5}) {
		t.Fatalf("bad %v, %v", bad, err)
	}
	var got []string
	for _, a := range list {
		when := "-"
		if !a.At.IsZero() {
			when = a.At.Format("15:04")
		}
		got = append(got, a.Number.Printed()+" "+when)
	}
	want := []string{"A123456(3) 09:05", "G123456(A) 10:30", "1234 5678 9012 -", "PASS PX1234567 11:00"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsNoListChangesNothing(t *testing.T) {
	for name, s := range map[string]string{"an open quote": "\"A123456(3)\nG123456(A)", "too long": strings.Repeat("A123456(3)\n", maxArrivalList/10)} {
		if list, _, err := ParseArrivals(strings.NewReader(s), noon); err == nil || list != nil {
			t.Errorf("%s: %d arrivals, %v", name, len(list), err)
		}
	}
}

func TestOneArrivalAsItIsTyped(t *testing.T) {
	for s, want := range map[string]string{"A123456(3)": "A123456(3) 00:00", "10:30 a123456 (3)": "A123456(3) 10:30", "A123456(3) 9:05": "A123456(3) 09:05", "tomorrow": ""} {
		a, err := ParseArrival(s, noon)
		if want == "" {
			if err == nil {
				t.Errorf("%q was taken", s)
			}
			continue
		}
		if got := a.Number.Printed() + " " + a.At.Format("15:04"); err != nil || got != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

func FuzzParseArrivals(f *testing.F) {
	f.Add("HKIC,time\nA123456(3),9:05\n")
	f.Add("\ufeff\"\n,,,\n10:30")
	f.Fuzz(func(t *testing.T, s string) {
		list, bad, err := ParseArrivals(strings.NewReader(s), noon)
		if err != nil && (list != nil || bad != nil) {
			t.Error("an error and a list")
		}
		for _, a := range list {
			if a.Number.IsZero() {
				t.Error("an arrival of nobody")
			}
		}
	})
}
