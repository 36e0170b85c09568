package copies

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// nothing is to be acted on, nor to be known.
func nothing(time.Time) (act, know map[string]int) { return nil, nil }

// Whatever order openings, syncs and records come in, what is new to somebody is what changed at
// the centre after they last had the copy before them, of the kinds that they are given; and the
// header keeps it as it is.
func TestWhatIsNewToSomebodyIsWhatCameAfterTheyLooked(t *testing.T) {
	people := []ehrdesk.Account{{Staff: "drlee", Role: ehrdesk.Doctor}, {Staff: "drho", Role: ehrdesk.Doctor}, {Staff: "pho", Role: ehrdesk.Pharmacist}, {Staff: "cmei", Role: ehrdesk.FrontDesk}}
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 11, 29, 23, 50, 0, 0, time.UTC)
		h := Header{Patient: SavedPatient{ID: "p"}}
		var records []*ehrdesk.Record
		step := time.Time{}               // until when the copy was in step
		known := map[string]time.Time{}   // what each person knows of it
		counted := map[string]time.Time{} // as of the last sync or opening
		held := 0                         // how many records were there at the last sync
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Minute)
			who := rapid.SampledFrom(people[:3]).Draw(t, "who")
			switch rapid.IntRange(0, 3).Draw(t, "act") {
			case 0: // the centre has something more
				r := &ehrdesk.Record{Resource: "Observation", Kind: rapid.SampledFrom(ehrdesk.Kinds()).Draw(t, "kind"), Updated: now}
				switch rapid.IntRange(0, 5).Draw(t, "what") {
				case 0:
					r.Status = ehrdesk.EnteredInError
				case 1:
					r.Linked = true
				}
				records = append(records, r)
			case 1: // somebody opens it without the line
				h.OpenedBy(who.Staff, now)
				if !step.IsZero() {
					known[who.Staff] = step
					counted[who.Staff] = step
				}
			case 2: // and with it
				h.OpenedBy(who.Staff, now)
				h.SeenBy(who.Staff, now, time.UTC)
				known[who.Staff] = now
				fallthrough
			case 3: // a sync with nobody looking
				h.Count(records, now, nothing)
				step, held = now, len(records)
				for s, at := range known {
					counted[s] = at
				}
			}
			b, err := h.Seal()
			if err != nil {
				t.Fatal(err)
			}
			if h, err = OpenHeader(b); err != nil {
				t.Fatal(err)
			}
			for _, a := range people {
				want := 0
				for _, r := range records[:held] {
					at, looked := counted[a.Staff]
					if looked && r.Updated.After(at) && !r.Void() && !r.Linked && r.Type() != ehrdesk.Demographics && ehrdesk.AccessOf(a.Role, r.Kind) == ehrdesk.General {
						want++
					}
				}
				if got := h.newTo(a).New; got != want {
					t.Fatalf("%d are new to %s, want %d: %+v", got, a.Staff, want, h.Looks)
				}
			}
		}
	})
}

// A list of two hundred is read from the headers alone.
func BenchmarkTwoHundredHeaders(b *testing.B) {
	h := Header{Patient: SavedPatient{ID: "p", HKIC: "A1234563", Name: ehrdesk.Name{Family: "Chan", Given: "Tai Man", Chinese: "陳大文"}}}
	for _, staff := range []string{"drlee", "drho", "pho", "nurse"} {
		h.OpenedBy(staff, time.Now())
		h.SeenBy(staff, time.Now(), time.UTC)
	}
	var records []*ehrdesk.Record
	for i := range 2000 {
		records = append(records, &ehrdesk.Record{Kind: ehrdesk.Kinds()[i%len(ehrdesk.Kinds())], Updated: time.Now().Add(time.Hour)})
	}
	h.Count(records, time.Now(), nothing)
	sealed, err := h.Seal()
	if err != nil {
		b.Fatal(err)
	}
	a := ehrdesk.Account{Staff: "drlee", Role: ehrdesk.Doctor}
	for b.Loop() {
		for range 200 {
			h, err := OpenHeader(sealed)
			if err != nil || h.newTo(a).New == 0 {
				b.Fatal(err)
			}
		}
	}
}

// What is to be acted on and to be known is told of the kinds that a profession is given, until the person looks.
func TestWhatIsToBeActedOnIsToldOfTheKindsOfAProfession(t *testing.T) {
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	h := Header{Patient: SavedPatient{ID: "p"}}
	for _, who := range []string{"drlee", "nwong", "cmei"} {
		h.SeenBy(who, now.Add(-time.Hour), time.UTC)
	}
	records := []*ehrdesk.Record{{Resource: "Observation", Kind: ehrdesk.KindLaboratory, Updated: now}}
	h.Count(records, now, func(after time.Time) (act, know map[string]int) {
		if !after.Equal(now.Add(-time.Hour)) {
			t.Errorf("asked of what came after %v", after)
		}
		return map[string]int{ehrdesk.KindLaboratory.String(): 2, ehrdesk.KindAllergy.String(): 1}, map[string]int{ehrdesk.KindMedication.String(): 3}
	})
	told := func(staff string, role ehrdesk.Profession) [2]int {
		got := h.newTo(ehrdesk.Account{Staff: staff, Role: role})
		return [2]int{got.Act, got.Know}
	}
	for staff, want := range map[string]struct {
		role ehrdesk.Profession
		told [2]int
	}{"drlee": {ehrdesk.Doctor, [2]int{3, 3}}, "nwong": {ehrdesk.Nurse, [2]int{1, 0}}, "cmei": {ehrdesk.FrontDesk, [2]int{}}, "drho": {ehrdesk.Doctor, [2]int{}}} {
		if got := told(staff, want.role); got != want.told {
			t.Errorf("%s is told %v, want %v", staff, got, want.told)
		}
	}
	h.OpenedBy("drlee", now)
	if got := told("drlee", ehrdesk.Doctor); got != [2]int{} {
		t.Errorf("having looked, %v", got)
	}
}
