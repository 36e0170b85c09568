package directory

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// key is a fresh one as a directory has it.
func key(t interface{ Fatal(...any) }, since time.Time) fhir.DirectoryKey {
	k, err := fhir.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := k.Public().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return fhir.DirectoryKey{ID: KeyName(k.Public()), JWK: jwk, Since: since}
}

// said is a directory of people with keys.
func said(people map[string][]fhir.DirectoryKey) *fhir.Directory {
	d := &fhir.Directory{Organizations: []fhir.DirectoryOrganization{{HCP: "1", Name: "Clinic"}}}
	for _, staff := range slices.Sorted(maps.Keys(people)) {
		d.People = append(d.People, fhir.DirectoryPerson{HCP: "1", Staff: staff, Name: "Dr " + staff, Keys: people[staff]})
	}
	return d
}

func day(n int) time.Time { return time.Date(2026, 4, n, 9, 0, 0, 0, time.UTC) }

// A desk that has heard of Lee's key on the 8th hears of it again on the 10th.
func TestWhatACentreSaysOfAKeyThatWasSeenIsHeldAgainstIt(t *testing.T) {
	lee, other := key(t, day(1)), key(t, day(2))
	later := func(k fhir.DirectoryKey, change func(*fhir.DirectoryKey)) fhir.DirectoryKey { change(&k); return k }
	for name, c := range map[string]struct {
		now  map[string][]fhir.DirectoryKey
		want []ehrdesk.KeyDifferent
		pins int // put down
	}{
		"the same":                       {map[string][]fhir.DirectoryKey{"lee": {lee}}, nil, 0},
		"it has ended since":             {map[string][]fhir.DirectoryKey{"lee": {later(lee, func(k *fhir.DirectoryKey) { k.Until = day(9) })}}, nil, 1},
		"another beside it":              {map[string][]fhir.DirectoryKey{"lee": {lee, key(t, day(9))}}, nil, 1},
		"it is somebody else's":          {map[string][]fhir.DirectoryKey{"wong": {lee}}, []ehrdesk.KeyDifferent{ehrdesk.KeyOtherOwner}, 0},
		"it is somebody else's as well":  {map[string][]fhir.DirectoryKey{"lee": {lee}, "wong": {lee}}, []ehrdesk.KeyDifferent{ehrdesk.KeyOtherOwner}, 0},
		"it is gone":                     {map[string][]fhir.DirectoryKey{"lee": nil}, []ehrdesk.KeyDifferent{ehrdesk.KeyMissing}, 0},
		"another in its place":           {map[string][]fhir.DirectoryKey{"lee": {key(t, day(9))}}, []ehrdesk.KeyDifferent{ehrdesk.KeyMissing}, 1},
		"another, dated back":            {map[string][]fhir.DirectoryKey{"lee": {lee, other}}, []ehrdesk.KeyDifferent{ehrdesk.KeyOtherTime}, 0},
		"another, without a date":        {map[string][]fhir.DirectoryKey{"lee": {lee, later(other, func(k *fhir.DirectoryKey) { k.Since = time.Time{} })}}, []ehrdesk.KeyDifferent{ehrdesk.KeyOtherTime}, 0},
		"other bytes by its name":        {map[string][]fhir.DirectoryKey{"lee": {later(lee, func(k *fhir.DirectoryKey) { k.JWK = other.JWK })}}, []ehrdesk.KeyDifferent{ehrdesk.KeyMissing, ehrdesk.KeyNotItsName}, 0},
		"no key by its name":             {map[string][]fhir.DirectoryKey{"lee": {later(lee, func(k *fhir.DirectoryKey) { k.JWK = nil })}}, []ehrdesk.KeyDifferent{ehrdesk.KeyMissing, ehrdesk.KeyNotItsName}, 0},
		"begun at another time":          {map[string][]fhir.DirectoryKey{"lee": {later(lee, func(k *fhir.DirectoryKey) { k.Since = day(2) })}}, []ehrdesk.KeyDifferent{ehrdesk.KeyOtherTime}, 0},
		"ended before it was last heard": {map[string][]fhir.DirectoryKey{"lee": {later(lee, func(k *fhir.DirectoryKey) { k.Until = day(3) })}}, []ehrdesk.KeyDifferent{ehrdesk.KeyOtherTime}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			pins := map[string]pin{}
			put, changes := pinned(pins, time.Time{}, said(map[string][]fhir.DirectoryKey{"lee": {lee}}), day(8))
			if len(put) != 1 || changes != nil {
				t.Fatalf("at first: %v, %v", put, changes)
			}
			put, changes = pinned(pins, day(8), said(c.now), day(10))
			var got []ehrdesk.KeyDifferent
			for _, x := range changes {
				got = append(got, x.What)
			}
			if !slices.Equal(got, c.want) || len(put) != c.pins {
				t.Errorf("%d pins put, said otherwise: %q, want %d and %q", len(put), got, c.pins, c.want)
			}
			if p := pins[lee.ID]; p.Staff != "lee" || !p.Since.Equal(day(1)) || string(p.JWK) != string(lee.JWK) {
				t.Errorf("the desk goes by %+v", p)
			}
		})
	}
}

// An end that was once taken over is not moved, and not taken back.
func TestAnEndOfAKeyIsNotTakenBack(t *testing.T) {
	lee := key(t, day(1))
	lee.Until = day(5)
	for _, until := range []time.Time{{}, day(4), day(6)} {
		pins := map[string]pin{}
		pinned(pins, time.Time{}, said(map[string][]fhir.DirectoryKey{"lee": {lee}}), day(8))
		now := lee
		now.Until = until
		_, changes := pinned(pins, day(8), said(map[string][]fhir.DirectoryKey{"lee": {now}}), day(9))
		if len(changes) != 1 || changes[0].What != ehrdesk.KeyOtherTime || !pins[lee.ID].Until.Equal(day(5)) {
			t.Errorf("until %s: %v, %+v", until, changes, pins[lee.ID])
		}
	}
}

// Whatever a centre says, in whatever order: who a key is of, and from when it counts, is what the desk first heard; and no word
// that differs goes untold.
func TestNoWordOfACentreMovesAPin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var keys []fhir.DirectoryKey
		for i := range 4 {
			keys = append(keys, key(t, day(1+i)))
		}
		staff := []string{"lee", "wong", "chan"}
		pins, first, heard := map[string]pin{}, map[string]pin{}, time.Time{}
		for n := range rapid.IntRange(1, 8).Draw(t, "answers") {
			people := map[string][]fhir.DirectoryKey{}
			for _, k := range keys {
				if !rapid.Bool().Draw(t, "there") {
					continue
				}
				k.Since = k.Since.AddDate(0, 0, rapid.IntRange(0, 1).Draw(t, "moved"))
				if rapid.Bool().Draw(t, "ended") {
					k.Until = day(rapid.IntRange(1, 28).Draw(t, "until"))
				}
				who := rapid.SampledFrom(staff).Draw(t, "who")
				people[who] = append(people[who], k)
			}
			_, changes := pinned(pins, heard, said(people), day(8+n))
			heard = day(8 + n)
			told := map[string]bool{}
			for _, c := range changes {
				told[c.Key] = true
			}
			for id, p := range pins {
				was, known := first[id]
				if !known {
					first[id] = p
					continue
				}
				if p.Staff != was.Staff || !p.Since.Equal(was.Since) || string(p.JWK) != string(was.JWK) || !was.Until.IsZero() && !p.Until.Equal(was.Until) {
					t.Fatalf("a pin was moved: %+v to %+v", was, p)
				}
				same := false
				for who, list := range people {
					for _, k := range list {
						same = same || k.ID == id && who == was.Staff && k.Since.Equal(was.Since) && k.Until.Equal(p.Until)
					}
				}
				if !same && !told[id] {
					t.Fatalf("what was said of %s otherwise went untold", id)
				}
				first[id] = p
			}
		}
	})
}
