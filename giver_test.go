package ehrdesk

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

var giverNow = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC) // 09:00 in Hong Kong

func kindsOf(p Patient) string {
	var out []string
	for _, k := range GiverKindsFor(p, giverNow) {
		out = append(out, k.Kind)
	}
	return strings.Join(out, " ")
}

func TestTheOrderOfGiversFollowsTheAge(t *testing.T) {
	const child = "parent guardian court-appointed family co-resident provider"
	const grown = "patient guardian social-welfare court-appointed family co-resident provider"
	for _, c := range []struct {
		name string
		born When
		want string
	}{
		{"a child", Day(2015, 1, 2), child},
		{"the day before the sixteenth birthday", Day(2010, 11, 23), child},
		{"the sixteenth birthday", Day(2010, 11, 22), grown},
		{"an adult", Day(1960, 2, 3), grown},
		{"nobody knows", When{}, grown},
		{"a year that may be sixteen years ago", When{Time: time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC), Precision: ToYear}, grown},
		{"a year that cannot be", When{Time: time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC), Precision: ToYear}, child},
	} {
		if got := kindsOf(Patient{Born: c.born}); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	early := time.Date(2026, 11, 21, 16, 30, 0, 0, time.UTC) // 00:30 on the 22nd in Hong Kong
	if GiverKindsFor(Patient{Born: Day(2010, 11, 22)}, early)[0].Kind != SelfGiver {
		t.Error("a birthday begins with Hong Kong's midnight")
	}
	if got := GiverKinds(); len(got) != 8 || got[0] != SelfGiver || !slices.Contains(got, "social-welfare") {
		t.Errorf("kinds %v", got)
	}
	if rows, lines := givers(), len(tables.Givers()); len(rows) != lines {
		t.Errorf("%d of %d rows could be read", len(rows), lines)
	}
}

func TestWhoMayGiveConsent(t *testing.T) {
	child, grown := Patient{Born: Day(2020, 5, 6)}, Patient{Born: Day(1960, 2, 3)}
	named := func(kind string) Giver { return Giver{Kind: kind, Name: "CHAN Siu Ming", Document: "HKIC"} }
	unable := func(g Giver) Giver { g.CannotAct = true; return g }
	last := func(kind string, declaration string) Giver {
		g := named(kind)
		g.NoneBefore, g.Declaration = true, declaration
		return g
	}
	for _, c := range []struct {
		name  string
		who   Patient
		giver Giver
		want  error
	}{
		{"an adult", grown, Giver{Kind: SelfGiver}, nil},
		{"a child", child, Giver{Kind: SelfGiver}, ErrGiverUnder16},
		{"a child's parent", child, named("parent"), nil},
		{"an adult's parent", grown, named("parent"), ErrGiverKind},
		{"an adult's guardian", grown, unable(named("guardian")), nil},
		{"a guardian of an adult who can act", grown, named("guardian"), ErrGiverAble},
		{"a guardian of somebody of whom no birth date is known", Patient{}, named("guardian"), ErrGiverAble},
		{"an adult of whom it is said that they cannot", grown, unable(Giver{Kind: SelfGiver}), nil},
		{"Director of Social Welfare for an adult", grown, unable(named("social-welfare")), nil},
		{"Director of Social Welfare for a child", child, named("social-welfare"), ErrGiverKind},
		{"a neighbour", grown, named("neighbour"), ErrGiverKind},
		{"nobody", grown, Giver{}, ErrGiverKind},
		{"a nameless parent", child, Giver{Kind: "parent", Document: "HKIC"}, ErrGiverUnnamed},
		{"a parent without document", child, Giver{Kind: "parent", Name: " ", Document: "HKIC"}, ErrGiverUnnamed},
		{"family, before the parents", child, named("family"), ErrGiverOrder},
		{"family, nobody before", child, last("family", ""), nil},
		{"a co-resident, nobody before", grown, unable(last("co-resident", "")), nil},
		{"the provider, before the others", grown, unable(named("provider")), ErrGiverOrder},
		{"the provider without its letter", grown, unable(last("provider", " ")), ErrGiverDeclaration},
		{"the provider, signed by nobody", grown, Giver{Kind: "provider", NoneBefore: true, Declaration: "LD-2026-001"}, ErrGiverUnnamed},
		{"the provider, its letter the document", grown, Giver{Kind: "provider", Name: "Dr LEE", CannotAct: true, NoneBefore: true, Declaration: "LD-2026-001"}, nil},
		{"the provider with its letter", grown, unable(last("provider", "LD-2026-001")), nil},
	} {
		err := c.giver.Check(c.who, giverNow)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || (err != nil && CodeOf(err) != CodeInvalid) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// What the list offers can be made to pass, and what it does not offer cannot.
func TestTheListAndTheCheckAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Patient{Born: Day(rapid.IntRange(1920, 2026).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"))}
		offered := GiverKindsFor(p, giverNow)
		for _, kind := range GiverKinds() {
			g := Giver{Kind: kind, Name: "n", Document: "d", CannotAct: true, NoneBefore: true, Declaration: "l"}
			in := slices.ContainsFunc(offered, func(k GiverKind) bool { return k.Kind == kind })
			if (g.Check(p, giverNow) == nil) != in {
				t.Fatalf("%s: offered %v", kind, in)
			}
		}
		if !slices.IsSortedFunc(offered, func(a, b GiverKind) int { return a.Rank - b.Rank }) {
			t.Fatalf("not in order: %v", offered)
		}
	})
}
