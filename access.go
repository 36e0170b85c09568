package ehrdesk

import (
	_ "embed"
	"strings"
	"sync"
)

// Profession is the role of an account: one of the thirteen statutory groups,
// the front desk, or one that a later table adds. It is a word, not an enum:
// the amended ordinance of December 2025 lets the list grow.
type Profession string

// The professions that the program itself names.
const (
	Doctor     Profession = "doctor"
	Nurse      Profession = "nurse"
	Pharmacist Profession = "pharmacist"
	FrontDesk  Profession = "frontdesk"
)

// Access is what a profession may do with a kind of record.
type Access uint8

// The levels of access. The zero value is the careful one.
const (
	Restricted Access = iota // needs a reason and the patient's additional consent
	General                  // seen with sharing consent
	NoAccess                 // never
)

// String is the level's name in the table.
func (a Access) String() string {
	switch a {
	case General:
		return "general"
	case NoAccess:
		return "none"
	default:
		return "restricted"
	}
}

//go:embed access.csv
var accessTable string

type accessRules struct {
	order []Profession
	cells map[Profession]map[Kind]Access
}

var access = sync.OnceValue(func() accessRules {
	rules := accessRules{cells: map[Profession]map[Kind]Access{}}
	lines := strings.Split(strings.TrimSpace(stripComments(accessTable)), "\n")
	head := strings.Split(lines[0], ",")
	for _, line := range lines[1:] {
		f := strings.Split(line, ",")
		row := map[Kind]Access{}
		for i := 1; i < len(f) && i < len(head); i++ {
			k, err := ParseKind(strings.TrimSpace(head[i]))
			if err != nil {
				panic("access.csv: " + head[i]) // our own file; the test reads every cell
			}
			switch strings.TrimSpace(f[i]) {
			case "general":
				row[k] = General
			case "none":
				row[k] = NoAccess
			}
		}
		rules.order = append(rules.order, Profession(f[0]))
		rules.cells[Profession(f[0])] = row
	}
	return rules
})

// Professions lists those the table knows, in its order.
func Professions() []Profession { return append([]Profession(nil), access().order...) }

// Valid reports whether the table knows p.
func (p Profession) Valid() bool { _, ok := access().cells[p]; return ok }

// Clinical reports whether p may be shown clinical content at all.
func (p Profession) Clinical() bool { return p.Valid() && p != FrontDesk }

// AccessOf is what p may do with records of kind k. A profession or cell the
// table does not know is Restricted, never open and never hidden.
func AccessOf(p Profession, k Kind) Access { return access().cells[p][k] }
