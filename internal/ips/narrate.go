package ips

import (
	"html"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// xhtml is a narrative of paragraphs and a table, every word of it escaped.
func xhtml(paragraphs []string, rows [][]string) narrative {
	var b strings.Builder
	b.WriteString(`<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">`)
	for _, p := range paragraphs {
		b.WriteString("<p>" + escaped(p) + "</p>")
	}
	if len(rows) > 0 {
		b.WriteString("<table><tbody>")
		for _, row := range rows {
			b.WriteString("<tr>")
			for _, cell := range row {
				b.WriteString("<td>" + escaped(cell) + "</td>")
			}
			b.WriteString("</tr>")
		}
		b.WriteString("</tbody></table>")
	}
	b.WriteString("</div>")
	return narrative{"generated", b.String()}
}

func escaped(s string) string { return html.EscapeString(ehrdesk.CleanLine(s)) }

// about is what the document says of itself.
func (m *maker) about(now time.Time) narrative {
	said := []string{"International Patient Summary of " + m.Patient.Name.Banner() + ", made " + instant(now) + " at " + m.By.ProviderName + ". It holds copies of records of several institutions, as they wrote them; nobody has attested it as a whole."}
	if !m.InStep.IsZero() {
		said = append(said, "The copy that it was made of was last in step with the central service at "+instant(m.InStep)+".")
	}
	if len(m.LeftOut) == 0 {
		return xhtml(append(said, "No kind of record was held back from whoever made it. Restricted records never stand in it."), nil)
	}
	said = append(said, "Not everything is here. Records of these kinds are left out, or may be:")
	var rows [][]string
	for _, l := range m.LeftOut {
		rows = append(rows, []string{l.Kind.String(), m.Why(l)})
	}
	return xhtml(said, rows)
}

// section is one section as it is written.
func (m *maker) section(s *Section) section {
	out := section{Title: s.Title, Code: concept{Coding: []coding{{systemLOINC, s.Code, display(s.Code)}}}}
	var rows [][]string
	for i := range s.Records {
		r := &s.Records[i]
		out.Entry = append(out.Entry, reference{m.refs[r.Ref().String()]})
		rows = append(rows, m.Words(r))
	}
	var said []string
	switch s.Empty {
	case NotEmpty:
		if s.Partly {
			said = append(said, "More records of this kind may exist: some are left out.")
		}
	case Unknown:
		said = append(said, "Nothing is recorded. Whether there is any is not known.")
		out.EmptyReason = &concept{Coding: []coding{{systemEmpty, "unavailable", "Unavailable"}}, Text: "No information available"}
	case Withheld:
		said = append(said, "Records of this kind are held back, or could not be had. Whether there is any is not said here.")
		out.EmptyReason = &concept{Coding: []coding{{systemEmpty, "withheld", "Information Withheld"}}, Text: "Information withheld"}
	}
	out.Text = xhtml(said, rows)
	return out
}

// display is LOINC's name of a section.
func display(code string) string {
	return map[string]string{
		codeProblems: "Problem list - Reported", codeAllergies: "Allergies and adverse reactions Document", codeMedications: "History of Medication use Narrative",
		codeImmunised: "History of Immunization note", codeResults: "Relevant diagnostic tests/laboratory data note", codeProcedures: "History of Procedures Document",
		codeVitals: "Vital signs note", codePastProblems: "History of Past illness note", codePlan: "Plan of care note", codeDirectives: "Advance healthcare directives", codeSocial: "Social history note",
	}[code]
}
