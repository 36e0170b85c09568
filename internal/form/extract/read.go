package extract

import (
	"bytes"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Read is a record that was made, as a desk reads it that receives it: its overview, and every element. Errors: CodeInvalid.
func Read(raw []byte) (ehrdesk.Record, []ehrdesk.Element, error) {
	r, err := fhir.Read(raw)
	if err != nil {
		return ehrdesk.Record{}, nil, err
	}
	elements, err := fhir.Elements(bytes.NewReader(raw))
	if err != nil {
		return ehrdesk.Record{}, nil, err
	}
	return r.Record(), elements, nil
}
