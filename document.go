package ehrdesk

import "github.com/ehrdesk/ehrdesk/internal/tables"

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

// DocumentTypes lists the accepted documents in the order to offer them.
func DocumentTypes() []DocumentType {
	var out []DocumentType
	for _, f := range tables.Documents() {
		out = append(out, DocumentType{f[0], f[1], f[2], f[3] == "yes", f[4] == "yes"})
	}
	return out
}
