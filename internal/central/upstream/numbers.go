package upstream

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// documentType is the kind of document whose numbers a system of ours has, ok is false where that is none.
func documentType(system string) (t ehrdesk.DocumentType, ok bool) {
	name, document := strings.CutPrefix(system, ehrdesk.SystemDocument)
	code, issuer, issued := strings.Cut(name, ":")
	for _, t := range ehrdesk.DocumentTypes() {
		if document && t.Code == code && t.NeedsIssuer == issued && (!issued || issuer != "") {
			return t, true
		}
	}
	return t, false
}

// known reports a system of ours by which somebody is looked up.
func known(system string) bool {
	_, document := documentType(system)
	return document || system == ehrdesk.SystemHKIC || system == ehrdesk.SystemEHR
}

// identity reports a system whose numbers are those of the identity card.
func identity(system string) bool {
	t, _ := documentType(system)
	return system == ehrdesk.SystemHKIC || t.HKICNumber
}

// canonical is a number in its one spelling. Errors: CodeInvalid for what is no number of the system.
func canonical(system, value string) (string, error) {
	if identity(system) {
		system = ehrdesk.SystemHKIC
	}
	v, err := registry.Canonical(system, value)
	if err == nil && v == "" {
		err = ehrdesk.Errorf("upstream", ehrdesk.CodeInvalid, "a number is empty")
	}
	return v, err
}

// spellings are the usual ways in which a number stands at an engine, the one spelling first: an engine
// compares letter by letter.
func spellings(n store.Number) []string {
	out := []string{n.Value}
	switch {
	case identity(n.System):
		body, digit := n.Value[:len(n.Value)-1], n.Value[len(n.Value)-1:]
		out = append(out, body+"("+digit+")", body+" ("+digit+")")
		for _, v := range slices.Clone(out) {
			out = append(out, strings.ToLower(v))
		}
	case n.System == ehrdesk.SystemEHR && len(n.Value) == 12:
		out = append(out, n.Value[:4]+" "+n.Value[4:8]+" "+n.Value[8:], n.Value[:4]+"-"+n.Value[4:8]+"-"+n.Value[8:])
	default:
		if lower := strings.ToLower(n.Value); lower != n.Value {
			out = append(out, lower)
		}
	}
	return out
}

// escaped has what separates values in a search be a part of one.
var escaped = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `|`, `\|`, `$`, `\$`)

// systems are those that the engine has for card and eHR number, "" for ours.
type systems struct{ hkic, ehr string }

func (s *Store) systems() systems { return systems{s.engine.HKIC, s.engine.EHR} }

// system is what the engine calls a system of ours.
func (s systems) system(ours string) string {
	switch {
	case ours == ehrdesk.SystemHKIC && s.hkic != "":
		return s.hkic
	case ours == ehrdesk.SystemEHR && s.ehr != "":
		return s.ehr
	}
	return ours
}

// numbers are those of a Patient of the engine's in their one spelling, of one system.
func (s systems) numbers(p fhir.Resource, system string) (out []string) {
	for _, i := range p.Identifiers() {
		if i.System == s.system(system) {
			if v, err := canonical(system, i.Value); err == nil {
				out = append(out, v)
			}
		}
	}
	return out
}

// numbersOf are the numbers that the engine has of somebody, under our systems. Of several of the card and
// several eHR numbers the first counts where one has to, and stands last.
func (s systems) numbersOf(p fhir.Resource) (out []store.Number) {
	for _, system := range [...]string{ehrdesk.SystemHKIC, ehrdesk.SystemEHR} {
		var of []store.Number
		for _, v := range s.numbers(p, system) {
			if n := (store.Number{System: system, Value: v}); !slices.Contains(of, n) {
				of = append(of, n)
			}
		}
		slices.Reverse(of)
		out = append(out, of...)
	}
	for _, i := range p.Identifiers() {
		if _, document := documentType(i.System); !document {
			continue
		}
		if v, err := canonical(i.System, i.Value); err == nil && !slices.Contains(out, store.Number{System: i.System, Value: v}) {
			out = append(out, store.Number{System: i.System, Value: v})
		}
	}
	return out
}
