package outgoing

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
)

// Filled is a form that was filled in, as it is to leave.
type Filled struct {
	Answers  *form.Answers
	Draft    string // the draft's id: the records' ids follow from it
	Patient  string // as the centre names them
	By       Author
	Language string       // of documents
	Authored ehrdesk.When // when it was last changed
	// Corrects is the response of which this becomes a version, and Had what was made of it, as it stands at the centre.
	Corrects string
	Had      []ehrdesk.DepositRecord
}

// Records gives the response and what is made of it, the response first, as they leave: under ids that follow from the draft,
// or, of a correction, from the response that it corrects. Of a correction what has not changed is not among them, what is
// made no more is withdrawn, and the rest are versions. Errors: CodeInvalid with *ehrdesk.NotComplete.
func (f *Filled) Records() ([]ehrdesk.DepositRecord, error) {
	if wrong := f.Answers.Check(); len(wrong) > 0 {
		return nil, ehrdesk.E("write", ehrdesk.CodeInvalid, &ehrdesk.NotComplete{Problems: len(wrong)})
	}
	head := form.Header{ID: f.Corrects, Status: form.Amended, Language: f.Language, Authored: f.Authored,
		Subject: form.Pointer{Reference: "Patient/" + f.Patient}, Author: form.Pointer{Type: "Practitioner", Display: f.By.Name}}
	if f.Corrects == "" {
		head.ID, head.Status = uuid.NewSHA1(space(), []byte(strings.Join([]string{"form", f.By.Provider, f.Patient, f.Draft}, "\x00"))).String(), form.Completed
	}
	response, err := written(f.Answers.Response(head), f.Patient)
	if err != nil {
		return nil, err
	}
	if f.Corrects != "" {
		response.Becomes = ehrdesk.DepositVersion
	}
	out := []ehrdesk.DepositRecord{response}
	first := f.extract(head, strconv.Itoa)
	m := f.match(first, head.ID)
	for _, r := range f.extract(head, m.name) {
		before := m.before[r.ID]
		if before != nil && likenessOf(before.Body)[whole] == likenessOf(r.JSON)[whole] {
			continue
		}
		body := r.JSON
		if before != nil && r.Type == "Observation" {
			if body, err = fhir.Restated(body, "corrected"); err != nil {
				return nil, err
			}
		}
		one, err := written(body, f.Patient)
		if err != nil {
			return nil, err
		}
		if before != nil {
			one.Becomes = ehrdesk.DepositVersion
		}
		out = append(out, one)
	}
	for _, gone := range m.gone {
		one, err := Withdrawn(gone.Body, f.Patient)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	if len(out) > MostRecords {
		return nil, invalid("a form makes %d records at most", MostRecords-1)
	}
	return out, nil
}

// MadeOf is the id of the nth record that is made of a response: whoever has the response knows which records may be of it.
func MadeOf(response string, n int) string {
	return uuid.NewSHA1(space(), []byte("made of\x00"+response+"\x00"+strconv.Itoa(n))).String()
}

// Withdrawn is a record as one that was entered in error.
func Withdrawn(body []byte, patient string) (ehrdesk.DepositRecord, error) {
	b, err := fhir.EnteredInError(body)
	if err != nil {
		return ehrdesk.DepositRecord{}, err
	}
	r, err := written(b, patient)
	r.Becomes = ehrdesk.DepositWithdrawn
	return r, err
}

// written is a record of the patient's as every desk will read it.
func written(body []byte, patient string) (ehrdesk.DepositRecord, error) {
	r, err := fhir.Read(body)
	if err != nil {
		return ehrdesk.DepositRecord{}, invalid("a record that was made cannot be read as FHIR R4")
	}
	if r.Whose(fhir.Person{ID: patient}) != fhir.Theirs || !r.Place().Sharable {
		return ehrdesk.DepositRecord{}, invalid("a record that was made is not plainly of the patient, or not sharable")
	}
	return ehrdesk.DepositRecord{Record: r.Record(), Body: body, Becomes: ehrdesk.DepositNew}, nil
}

// extract makes the records; name gives the id of the one that is begun by the nth call for an id.
func (f *Filled) extract(head form.Header, name func(call int) string) []extract.Resource {
	call := -1
	records, _ := extract.Records(f.Answers, extract.Given{Header: head, Language: f.Language, NewID: func() string { call++; return name(call) }})
	return records
}

// Kept is a record that was shown before, taken up again.
func Kept(body []byte, patient string, becomes ehrdesk.DepositBecomes) (ehrdesk.DepositRecord, error) {
	r, err := written(body, patient)
	r.Becomes = becomes
	return r, err
}
