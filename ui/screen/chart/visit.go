package chart

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// visitOrder is the order in which the records of a visit are read: what was given and
// written first, then what was measured.
var visitOrder = [...]ehrdesk.Kind{ehrdesk.KindMedication, ehrdesk.KindNote, ehrdesk.KindProcedure, ehrdesk.KindReferral, ehrdesk.KindRadiology, ehrdesk.KindOtherInvestigation,
	ehrdesk.KindLaboratory, ehrdesk.KindObservation, ehrdesk.KindCertificate, ehrdesk.KindImmunisation, ehrdesk.KindBirth, ehrdesk.KindAllergy, ehrdesk.KindDiagnosis, ehrdesk.KindEncounter, ehrdesk.KindPersonal}

// ofVisit lists the records that were made at a visit, by kind; the results of a report
// that is among them are read there.
func (s *Screen) ofVisit(records []ehrdesk.Record) (out []reading.Line) {
	if len(records) == 0 {
		return nil
	}
	member := map[ehrdesk.Ref]bool{}
	for i := range records {
		if records[i].Resource == "DiagnosticReport" {
			for _, rel := range records[i].Facts().Relations {
				if rel.Role == "result" {
					member[rel.Ref] = true
				}
			}
		}
	}
	words := s.language()
	out = append(out, reading.Line{Label: s.env.S(s.env.T.Chart.Visit)})
	for _, kind := range visitOrder {
		headed := false
		for i := range records {
			r := &records[i]
			if r.Kind != kind || member[r.Ref()] {
				continue
			}
			if !headed {
				out, headed = append(out, reading.Line{Indent: 1, Label: s.env.S(s.env.T.KindName(kind))}), true
			}
			l := reading.Line{Label: s.inOneLine(r), Cells: []string{"", "", ""}, Link: r.Ref()}
			if r.Resource == "Observation" {
				l = measured(words, r)
			}
			out = append(out, l)
		}
	}
	return out
}

// measured is a result as a row of a table: its name, its value, its range and its flag.
func measured(words text.Words, r *ehrdesk.Record) reading.Line {
	f := words.Open(r)
	name, value, span, flag := words.Cells(r, &f)
	return reading.Line{Label: name, Cells: []string{value, span, flag}, Flag: r.Flag, Link: r.Ref()}
}

// ofBirth lists what was recorded of a birth, above the elements of the one that is opened:
// an Apgar score is read with the others, and with the weight. That one leads nowhere.
func (s *Screen) ofBirth(records []ehrdesk.Record, opened ehrdesk.Ref) (out []reading.Line) {
	if len(records) < 2 {
		return nil
	}
	words := s.language()
	out = append(out, reading.Line{Label: s.env.S(s.env.T.Chart.Birth)})
	for i := range records {
		l := measured(words, &records[i])
		if l.Indent = 1; l.Link == opened {
			l.Link = ehrdesk.Ref{}
		}
		out = append(out, l)
	}
	return out
}
