package outgoing

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
)

// Request is what is asked by a form that is for one provider or for the Office: what was answered, as a letter. Whom it is for the
// caller says. Errors: CodeInvalid with *ehrdesk.NotComplete.
func (f *Filled) Request(kind ehrdesk.RequestKind) (ehrdesk.Request, error) {
	if wrong := f.Answers.Check(); len(wrong) > 0 {
		return ehrdesk.Request{}, ehrdesk.E("write", ehrdesk.CodeInvalid, &ehrdesk.NotComplete{Problems: len(wrong)})
	}
	title, words := extract.Words(f.Answers, f.Language)
	r := ehrdesk.Request{ID: f.Draft, Kind: kind, State: ehrdesk.RequestSent}
	r.Patient.ID = f.Patient
	r.Body = ehrdesk.RequestBody{Priority: "routine", About: About(f.Answers), Letter: ehrdesk.Letter{Title: ehrdesk.CleanLine(title), Text: ehrdesk.CleanColumns(words), Author: f.By.Name}}
	return r, nil
}

// About is the record that the first question for one was answered with; zero for none.
func About(a *form.Answers) ehrdesk.Ref {
	all := a.Lines()
	i := slices.IndexFunc(all, func(l form.Line) bool { return l.Enabled && l.Value.Kind == form.IsReference })
	if i < 0 {
		return ehrdesk.Ref{}
	}
	return fhir.Target(all[i].Value.Ref.Reference)
}

// Task is a request as it leaves, and as it is kept until somebody approves it.
func Task(r *ehrdesk.Request) ([]byte, error) { return fhir.MarshalRequest(r) }

// ReadTask takes up again what was kept; of the patient it has the id alone.
func ReadTask(raw []byte) (ehrdesk.Request, error) { return fhir.ParseRequest(raw) }

// DigestTask is the digest of what is shown of a request: SHA-256 over the Task, in hex.
func DigestTask(r *ehrdesk.Request) (string, error) {
	b, err := Task(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
