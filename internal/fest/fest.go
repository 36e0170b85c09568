// Package fest reads the interactions of FEST, the extract M30 that the Norwegian Medical Products Agency publishes of
// its assessments (licence NLOD), and writes them as lines of our table of interactions.
//
// It promises that no line it writes can stop anybody: what the agency says is to be avoided becomes serious, tier 2, as
// no pharmacist here has reviewed it; that what could not be taken over is counted and named; and that the same extract
// gives the same bytes. A full extract is meant: one with changes alone has only what changed.
//
// Source of the form: KatInteraksjon of the schema M30 of 2014-12-01, as public readers of it have it; the words of the
// relevance as the extract has them.
package fest

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Extract is what was read.
type Extract struct {
	Fetched     string // HentetDato, as it stands
	Lines       []Line // in the order of their rules
	Left        []Left // what could not be taken over
	Withdrawn   int    // entries that are not in force
	NotAssessed int    // codes that the agency says it has not assessed
	Situations  int    // lines that the agency means in a situation that our rules do not judge
}

// Line is an interaction that a table can have.
type Line struct {
	Rule      string   // "F-06688DFC"
	A, B      []string // codes of the ATC, each once
	Relevance Relevance
}

// Left is an entry, or a substance of one, that is not in the lines.
type Left struct {
	ID  string // the agency's; "" where there is none
	Why Why
}

// Why is a reason not to take something over.
type Why string

// The reasons.
const (
	NoRelevance Why = "relevance is not told in words that are known"
	NoPair      Why = "not two groups of substances"
	NoCode      Why = "a group has no ATC code"
	SomeNoCode  Why = "a substance has no ATC code; the others of its group are taken over"
	NoID        Why = "no id"
	Twice       Why = "the id stands twice"
)

// Relevance is what the agency makes of an interaction.
type Relevance uint8

// The relevances.
const (
	Avoid       Relevance = iota + 1 // "Bør unngås"
	Precautions                      // "Forholdsregler bør tas"
	NoAction                         // "Ingen tiltak nødvendig"
)

// Tier is the tier of our tables. Avoid is no stop: see the package.
func (r Relevance) Tier() int { return int(r) + 1 }

// relevance goes by the words. The number beside them is read the other way round by different descriptions of the
// form, and a wrong guess would make an alert of what needs no action, or nothing of what is to be avoided.
func relevance(words string) Relevance {
	words = strings.ToLower(words)
	switch {
	case strings.Contains(words, "unngås"):
		return Avoid
	case strings.Contains(words, "forholdsregler"):
		return Precautions
	case strings.Contains(words, "ingen tiltak"):
		return NoAction
	}
	return 0
}

// coded is an element with a code V and its words DN.
type coded struct {
	V  string `xml:"V,attr"`
	DN string `xml:"DN,attr"`
}

type entry struct {
	Status      coded        `xml:"Status"`
	Interaction *interaction `xml:"Interaksjon"`
	Unassessed  *struct {
		ATC []coded `xml:"Atc"`
	} `xml:"InteraksjonIkkeVurdert"`
}

type interaction struct {
	ID        string `xml:"Id"`
	Relevance coded  `xml:"Relevans"`
	Situation string `xml:"Situasjonskriterium"`
	Groups    []struct {
		Substances []struct {
			ATC coded `xml:"Atc"`
		} `xml:"Substans"`
	} `xml:"Substansgruppe"`
}

// ErrNone is of a file that has no interactions.
var ErrNone = errors.New("no interactions of FEST in it")

// Read reads an extract. Of its catalogues all but the interactions are passed over. Errors: those of reading and of XML,
// and ErrNone.
func Read(in io.Reader) (*Extract, error) {
	out := &Extract{}
	d := xml.NewDecoder(in)
	found := false
	seen := map[string]bool{}
	for depth := 0; ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			switch {
			case depth == 0 && t.Name.Local == "FEST", depth == 1 && t.Name.Local == "KatInteraksjon":
				depth++
				continue
			case depth == 1 && t.Name.Local == "HentetDato":
				var s string
				if err := d.DecodeElement(&s, &t); err != nil {
					return nil, err
				}
				out.Fetched = ehrdesk.CleanLine(s)
				continue
			case depth == 2 && t.Name.Local == "OppfInteraksjon":
				var e entry
				if err := d.DecodeElement(&e, &t); err != nil {
					return nil, err
				}
				found = true
				out.take(&e, seen)
				continue
			}
			if err := d.Skip(); err != nil {
				return nil, err
			}
		}
	}
	if !found {
		return nil, ErrNone
	}
	slices.SortFunc(out.Lines, func(a, b Line) int { return strings.Compare(a.Rule, b.Rule) })
	out.name()
	return out, nil
}

// name gives each line a rule that a screen has room for: of the agency's id as much as tells it apart.
func (x *Extract) name() {
	short := func(id string) string {
		id, _, _ = strings.Cut(strings.TrimPrefix(id, "ID_"), "-")
		return id
	}
	times := map[string]int{}
	for i := range x.Lines {
		times[short(x.Lines[i].Rule)]++
	}
	for i := range x.Lines {
		id := x.Lines[i].Rule
		if s := short(id); s != "" && times[s] == 1 {
			id = s
		}
		x.Lines[i].Rule = "F-" + id
	}
}

func (x *Extract) take(e *entry, seen map[string]bool) {
	if e.Status.V != "" && e.Status.V != "A" {
		x.Withdrawn++
		return
	}
	if e.Unassessed != nil {
		x.NotAssessed += len(e.Unassessed.ATC)
		return
	}
	i := e.Interaction
	if i == nil {
		i = &interaction{}
	}
	id := ehrdesk.CleanLine(strings.TrimSpace(i.ID))
	l := Line{Relevance: relevance(i.Relevance.DN)}
	left := func(w Why) { x.Left = append(x.Left, Left{id, w}) }
	switch {
	case id == "":
		left(NoID)
		return
	case seen[id]:
		left(Twice)
		return
	case l.Relevance == 0:
		left(NoRelevance)
		return
	case len(i.Groups) != 2:
		left(NoPair)
		return
	}
	some := false
	for g := range i.Groups {
		var codes []string
		for _, s := range i.Groups[g].Substances {
			if c := strings.ToUpper(strings.TrimSpace(s.ATC.V)); isCode(c) {
				codes = append(codes, c)
			} else {
				some = true
			}
		}
		slices.Sort(codes)
		if codes = slices.Compact(codes); g == 0 {
			l.A = codes
		} else {
			l.B = codes
		}
	}
	if len(l.A) == 0 || len(l.B) == 0 {
		left(NoCode)
		return
	}
	if some {
		left(SomeNoCode)
	}
	if strings.TrimSpace(i.Situation) != "" {
		x.Situations++
	}
	seen[id] = true
	l.Rule = id
	x.Lines = append(x.Lines, l)
}

// isCode reports an ATC code from the second level on, as the tables take it.
func isCode(s string) bool {
	const form = "A00AA00"
	switch len(s) {
	case 3, 4, 5, 7:
	default:
		return false
	}
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if digit != (form[i] == '0') || !digit && (s[i] < 'A' || s[i] > 'Z') {
			return false
		}
	}
	return true
}
