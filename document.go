package ehrdesk

import (
	_ "embed"
	"strings"
)

// Document is an identity document other than an HKIC: its type, the country
// or region that issued it, and its number. The registration form asks for just
// these three of people who hold no HKIC.
type Document struct {
	Type   string // code of a DocumentType
	Issuer string // ISO 3166 alpha-3, or "" where the type needs none
	Number string // upper case, no spaces
}

// String masks the number.
func (d Document) String() string {
	if d.Number == "" {
		return ""
	}
	return d.Type + "********"
}

// GoString masks the number.
func (d Document) GoString() string { return d.String() }

// DocumentType is a row of the table of accepted documents. eHealth publishes
// no full list ("other eligible identity documents"), so the table is data.
type DocumentType struct {
	Code        string
	English     string
	Chinese     string
	NeedsIssuer bool // an issuing country or region must be given
	HKICNumber  bool // carries a number in HKIC form, with its check digit
}

//go:embed documents.csv
var documentTable string

// DocumentTypes lists the accepted documents in the order to offer them.
func DocumentTypes() []DocumentType {
	var out []DocumentType
	for _, f := range tableRows(documentTable, 5) {
		out = append(out, DocumentType{f[0], f[1], f[2], f[3] == "yes", f[4] == "yes"})
	}
	return out
}

// tableRows splits one of the embedded tables: '#' starts a comment line, the
// first row names the columns, fields are separated by commas and hold none.
func tableRows(table string, columns int) [][]string {
	var out [][]string
	for i, line := range strings.Split(strings.TrimSpace(stripComments(table)), "\n") {
		f := strings.Split(line, ",")
		if i == 0 || len(f) != columns {
			continue
		}
		for j := range f {
			f[j] = strings.TrimSpace(f[j])
		}
		out = append(out, f)
	}
	return out
}

func stripComments(table string) string {
	var b strings.Builder
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			b.WriteString(line)
		}
	}
	return b.String()
}
