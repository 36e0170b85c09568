package fhir

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Links are the resources a record refers to for its name or its source.
type Links struct {
	Medication ehrdesk.Ref   // whose product this is
	Named      bool          // the record names the product itself as well
	Encounter  ehrdesk.Ref   // in which it came about
	Sources    []ehrdesk.Ref // institutions first, then people
}

// LinkedName is what a record that is referred to is called, whether it was entered in
// error, and whether something in it may turn its meaning round.
type LinkedName struct {
	Title            string
	InError, Altered bool
}

// NameOf is the name that a record gives to those that refer to it.
func NameOf(rec *ehrdesk.Record) LinkedName {
	f := rec.Facts()
	return LinkedName{Title: rec.Title, InError: rec.Status == "entered-in-error", Altered: f.Altered}
}

// Any reports a link to one of refs.
func (l Links) Any(refs map[ehrdesk.Ref]bool) bool {
	return refs[l.Medication] || refs[l.Encounter] || slices.ContainsFunc(l.Sources, func(ref ehrdesk.Ref) bool { return refs[ref] })
}

// All reports that every link is to one of refs.
func (l Links) All(refs map[ehrdesk.Ref]bool) bool {
	is := func(ref ehrdesk.Ref) bool { return ref.ID == "" || refs[ref] }
	return is(l.Medication) && is(l.Encounter) && !slices.ContainsFunc(l.Sources, func(ref ehrdesk.Ref) bool { return !refs[ref] })
}

// Name gives a record the name of its product. Where it has one of its own that
// cannot be the product's, and where the product was entered in error, its facts
// say so.
func (l Links) Name(rec *ehrdesk.Record, product LinkedName) {
	if !l.Named && product.Title != "" {
		rec.Title = product.Title
	}
	differs := l.Named && Differs(rec.Title, product.Title)
	if !differs && !product.InError && !product.Altered {
		return
	}
	f := rec.Facts()
	f.Besides = slices.DeleteFunc(f.Besides, ofLinkedDrug)
	if differs {
		f.Besides = append(f.Besides, ehrdesk.Beside{Element: ehrdesk.BesideLinkedDrug, Concept: ehrdesk.Concept{Text: product.Title}})
	}
	if product.Altered {
		f.Besides = append(f.Besides, ehrdesk.Beside{Element: ehrdesk.BesideDrugAltered})
	}
	if product.InError {
		f.Besides = append(f.Besides, ehrdesk.Beside{Element: ehrdesk.BesideDrugInError})
	}
	rec.Packed = f.Pack()
}

func ofLinkedDrug(b ehrdesk.Beside) bool {
	return b.Element == ehrdesk.BesideLinkedDrug || b.Element == ehrdesk.BesideDrugInError || b.Element == ehrdesk.BesideDrugAltered
}

// LinksOf are the links of a record that was read before, which is put back to what
// it says itself: nothing that was found by a link is in it.
func LinksOf(rec *ehrdesk.Record) Links {
	f := rec.Facts()
	rec.Source = sourceOf(&f)
	l := linksOf(rec, &f)
	if l.Medication.ID == "" {
		return l
	}
	rec.Title = f.Code.Words()
	if n := len(f.Besides); n > 0 {
		if f.Besides = slices.DeleteFunc(f.Besides, ofLinkedDrug); len(f.Besides) < n {
			rec.Packed = f.Pack()
		}
	}
	return l
}

// linksOf reads them from a record's facts; all may be zero.
func linksOf(rec *ehrdesk.Record, f *ehrdesk.Facts) Links {
	l := Links{Medication: f.Unnamed.Ref}
	for _, x := range f.Relations {
		if (x.Role == "medicationReference" || x.Role == "medication") && x.Ref.Resource == "Medication" && l.Medication.ID == "" {
			l.Medication, l.Named = x.Ref, true
		}
		if (x.Role == "encounter" || x.Role == "context") && x.Ref.Resource == "Encounter" && l.Encounter.ID == "" {
			l.Encounter = x.Ref
		}
	}
	if rec.Source != "" || rec.Linked || rec.Resource == "Patient" {
		return l
	}
	var people []ehrdesk.Ref
	for _, p := range f.Parties {
		if !slices.Contains(sources[:], p.Role) {
			continue
		}
		switch p.Ref.Resource {
		case "Organization", "Location":
			l.Sources = append(l.Sources, p.Ref)
		case "Practitioner", "PractitionerRole":
			people = append(people, p.Ref)
		}
	}
	l.Sources = append(l.Sources, people...)
	return l
}
