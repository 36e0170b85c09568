package ehrdesk

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// GiverKind is a row of the table of who may consent, as it stands for one
// patient.
type GiverKind struct {
	Kind        string // as Giver.Kind
	Rank        int    // 0 the patient, then the order in which they are asked, 1 first; two may share a rank
	NoneBefore  bool   // it must be stated that nobody of an earlier rank can act
	Declaration bool   // the provider's Letter of Declaration is needed
	CannotAct   bool   // it must be stated that the patient cannot act
}

// Why a giver may not consent: the cause of the CodeInvalid that Check returns.
var (
	ErrGiverKind        = errors.New("this kind of giver does not consent for this patient")
	ErrGiverUnder16     = errors.New("a patient under 16 does not consent alone")
	ErrGiverUnnamed     = errors.New("who acts for the patient must be named, with the document seen")
	ErrGiverOrder       = errors.New("it must be stated that nobody of an earlier rank can act")
	ErrGiverAble        = errors.New("it must be stated that a patient of 16 or over cannot act")
	ErrGiverDeclaration = errors.New("the provider's letter of declaration is missing")
)

// adult is the age, in years, from which patients consent for themselves.
const adult = 16

// civil is Hong Kong's time, in which a birthday begins.
var civil = time.FixedZone("HKT", 8*60*60)

// giverRow is a line of the table; a rank is -1 where the kind is not for such a
// patient.
type giverRow struct {
	kind          GiverKind
	under16, over int
}

var givers = sync.OnceValue(func() []giverRow {
	rank := func(cell string) int {
		n, err := strconv.Atoi(cell)
		if err != nil {
			return -1
		}
		return n
	}
	var out []giverRow
	for _, f := range tables.Givers() {
		out = append(out, giverRow{GiverKind{Kind: f[0], NoneBefore: f[3] == "yes", Declaration: f[4] == "yes"}, rank(f[1]), rank(f[2])})
	}
	return out
})

// GiverKinds are all the kinds of giver, in the order of the table: the patient,
// then substitute decision makers.
func GiverKinds() []string {
	var out []string
	for _, r := range givers() {
		out = append(out, r.kind.Kind)
	}
	return out
}

// GiverKindsFor are the kinds that may consent for p at a moment, in the order
// in which they are asked. Somebody whose birth date is not known, or may be 16
// years ago, counts as 16 or over.
func GiverKindsFor(p Patient, at time.Time) []GiverKind {
	child := under16(p, at)
	var out []GiverKind
	for _, r := range givers() {
		k := r.kind
		k.CannotAct = !child && k.Kind != SelfGiver // eHealth's page on substitute decision makers: of 16 or over
		if k.Rank = r.over; child {
			k.Rank = r.under16
		}
		if k.Rank >= 0 {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b GiverKind) int { return cmp.Compare(a.Rank, b.Rank) })
	return out
}

// GiverKindsUnseen are the kinds that may consent for somebody whose record has not been seen, as
// the line is down: for a child or for an adult, in the table's order. Which of them may is the
// centre's to say, by the record, when the act arrives; that the patient is a child or cannot act is
// stated of all who may act for an adult.
func GiverKindsUnseen() []GiverKind {
	var out []GiverKind
	for _, r := range givers() {
		k := r.kind
		if k.Rank = max(r.over, r.under16); r.over >= 0 && r.under16 >= 0 {
			k.Rank = min(r.over, r.under16)
		}
		k.CannotAct = r.over >= 0 && k.Kind != SelfGiver
		out = append(out, k)
	}
	return out
}

// ConsentsAlone reports whether somebody may consent for themselves at a moment.
func ConsentsAlone(p Patient, at time.Time) bool { return !under16(p, at) }

// under16: a date recorded to the year or the month counts as its first day.
func under16(p Patient, at time.Time) bool {
	if p.Born.IsZero() {
		return false
	}
	at = at.In(civil)
	today := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	born := p.Born.Time
	if p.Born.Precision > ToDay {
		born = born.In(civil)
	}
	born = time.Date(born.Year(), born.Month(), born.Day(), 0, 0, 0, 0, time.UTC)
	return today.Before(born.AddDate(adult, 0, 0))
}

// Check says whether g may consent for p at a moment, and brings what such a
// giver has to. Errors: CodeInvalid with one of the ErrGiver causes.
func (g Giver) Check(p Patient, at time.Time) error {
	bad := func(cause error) error { return E("giver", CodeInvalid, cause) }
	kinds := GiverKindsFor(p, at)
	i := slices.IndexFunc(kinds, func(k GiverKind) bool { return k.Kind == g.Kind })
	switch {
	case i < 0 && g.Kind == SelfGiver:
		return bad(ErrGiverUnder16)
	case i < 0:
		return bad(ErrGiverKind)
	case !g.named(kinds[i]):
		return bad(ErrGiverUnnamed)
	case kinds[i].CannotAct && !g.CannotAct:
		return bad(ErrGiverAble)
	case kinds[i].NoneBefore && !g.NoneBefore:
		return bad(ErrGiverOrder)
	case kinds[i].Declaration && CleanLine(g.Declaration) == "":
		return bad(ErrGiverDeclaration)
	}
	return nil
}

// named: the patient needs no name, and of a provider it is the professional who
// signs; the declaration is then the document.
func (g Giver) named(k GiverKind) bool {
	return g.Kind == SelfGiver || CleanLine(g.Name) != "" && (k.Declaration || CleanLine(g.Document) != "")
}
