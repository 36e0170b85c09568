package medication

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// The high-risk groups, as the table of substances names them.
const (
	Anticoagulant     = "anticoagulant"
	Insulin           = "insulin"
	Opioid            = "opioid"
	Immunosuppressant = "immunosuppressant"
	Lithium           = "lithium"
	Methotrexate      = "methotrexate"
)

// Risks are the high-risk groups in the order in which they are said.
func Risks() []string {
	return []string{Anticoagulant, Insulin, Opioid, Immunosuppressant, Lithium, Methotrexate}
}

// riskClasses are the classes of the ATC that are a group whole, so that a substance
// which the table does not have is marked by its code. Source: WHO ATC index.
var riskClasses = [...]struct{ prefix, group string }{
	{"B01AA", Anticoagulant}, {"B01AB", Anticoagulant}, {"B01AE", Anticoagulant}, {"B01AF", Anticoagulant}, {"B01AX05", Anticoagulant},
	{"A10A", Insulin}, {"N02A", Opioid}, {"N01AH", Opioid}, {"N07BC02", Opioid}, {"N07BC01", Opioid},
	{"L04AX03", Methotrexate}, {"L01BA01", Methotrexate}, {"L04", Immunosuppressant}, {"N05AN", Lithium},
}

const (
	atc    = "http://www.whocc.no/atc"
	atcOID = "urn:oid:2.16.840.1.113883.6.73"
)

func isATC(system string) bool { return system == atc || system == atcOID }

// risk is a set of groups, a bit each in the order of Risks.
type risk uint8

func riskOf(group string) risk {
	for i, g := range Risks() {
		if g == group {
			return 1 << i
		}
	}
	return 0
}

func risksOfTerms(list []*terms.Term) (r risk) {
	for _, t := range list {
		if t.Group != "" {
			r |= riskOf(t.Group)
		}
	}
	return r
}

// riskOfCode is the group that a code's class is, which only codes of the ATC say.
func riskOfCode(k *ehrdesk.Coding) risk {
	if isATC(k.System) {
		for _, class := range riskClasses {
			if strings.HasPrefix(strings.ToUpper(k.Code), class.prefix) {
				return riskOf(class.group)
			}
		}
	}
	return 0
}

// on is a drug's risk by a route: what stays on the skin or in the eye neither thins
// the blood nor weakens the defences.
func (r risk) on(route string) []string {
	if route == topical || route == eye || route == ear {
		r &^= riskOf(Anticoagulant) | riskOf(Immunosuppressant)
	}
	var out []string
	for i, g := range Risks() {
		if r&(1<<i) != 0 {
			out = append(out, g)
		}
	}
	return slices.Clip(out)
}
