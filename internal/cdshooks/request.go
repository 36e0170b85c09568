package cdshooks

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// request is a call as it comes. What it says of the caller's own server, and the token for that, is not
// read: nothing is fetched from there.
type request struct {
	Hook     Hook   `json:"hook"`
	Instance string `json:"hookInstance"`
	Context  struct {
		User       string         `json:"userId"`
		Patient    string         `json:"patientId"`
		Selections []string       `json:"selections"`
		Drafts     jsontext.Value `json:"draftOrders"`
	} `json:"context"`
	Prefetch struct {
		Patient jsontext.Value `json:"patient"`
	} `json:"prefetch"`
}

// longestWord bounds an id or a hook's instance.
const longestWord = 200

// reader reads calls.
type reader struct {
	user       string // whose calls are taken, "" for anybody's
	idIsNumber bool   // the caller's ids of patients are numbers of eHealth's
}

// read reads a call to one hook. Errors: CodeInvalid, CodeDenied for another user's, CodeOther
// (errNoNumber) where nothing in it says whose record is meant; none quotes the call.
func (rd reader) read(raw []byte, hook Hook, now time.Time) (Call, error) {
	var q request
	if json.Unmarshal(raw, &q) != nil {
		return Call{}, invalid("the call is no CDS Hooks request")
	}
	c := &q.Context
	switch {
	case q.Hook != hook:
		return Call{}, invalid("the call is of another hook than the service")
	case q.Instance == "" || len(q.Instance) > longestWord:
		return Call{}, invalid("hookInstance is missing")
	case c.User == "" || len(c.User) > longestWord:
		return Call{}, invalid("context.userId is missing")
	case c.Patient == "" || len(c.Patient) > longestWord:
		return Call{}, invalid("context.patientId is missing")
	case rd.user != "" && c.User != rd.user:
		return Call{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the call is of another user than the one who is signed in")
	}
	id := strings.TrimPrefix(c.Patient, "Patient/")
	who, n, err := rd.patient(id, q.Prefetch.Patient)
	if err != nil {
		return Call{}, err
	}
	out := Call{Hook: hook, Number: one(n)}
	if out.Number.HKIC.IsZero() {
		out.HKIC = n.HKIC
	}
	if hook == OrderSelect {
		out.Drafts, err = drafts(c.Drafts, c.Selections, who, now)
	}
	return out, err
}

// patient is who is meant, and by which numbers: an identifier of the Patient that was sent along, else the id
// where ids are numbers. Twelve digits of an EMR's own counting look like an eHR number, and would open a
// stranger's record: that ids are numbers has to be said once, by whoever starts the service.
func (rd reader) patient(id string, sent jsontext.Value) (fhir.Person, ehrdesk.Number, error) {
	who := fhir.Person{ID: id}
	if rd.idIsNumber {
		n, err := ehrdesk.ParseNumber(id)
		if err != nil {
			return who, n, invalid("context.patientId is no HKIC or eHR number")
		}
		who.Know(identifiersOf(n))
		return who, n, nil
	}
	if len(sent) == 0 || sent.Kind() == 'n' {
		return who, ehrdesk.Number{}, errNoNumber
	}
	p, err := fhir.Read(sent)
	if err != nil || p.Type != "Patient" {
		return who, ehrdesk.Number{}, invalid("prefetch.patient is no FHIR R4 Patient")
	}
	if p.ID != id {
		return who, ehrdesk.Number{}, invalid("prefetch.patient is another than context.patientId")
	}
	var found ehrdesk.Number
	for _, i := range p.Identifiers() {
		n, ok := fhir.NumberOf(i.System, i.Value)
		if !ok {
			if i.System == ehrdesk.SystemHKIC || i.System == ehrdesk.SystemEHR {
				return who, ehrdesk.Number{}, invalid("an identifier of prefetch.patient is no such number")
			}
			continue
		}
		if !takes(&found, n) {
			return who, ehrdesk.Number{}, invalid("prefetch.patient has two numbers of one kind")
		}
		who.Know([]fhir.Identifier{i})
	}
	if found.IsZero() {
		return who, found, errNoNumber
	}
	return who, found, nil
}

// takes adds a number to those that were found; false where there is another of its kind.
func takes(found *ehrdesk.Number, n ehrdesk.Number) bool {
	switch {
	case !n.EHR.IsZero():
		if !found.EHR.IsZero() && found.EHR != n.EHR {
			return false
		}
		found.EHR = n.EHR
	case !n.HKIC.IsZero():
		if !found.HKIC.IsZero() && found.HKIC != n.HKIC {
			return false
		}
		found.HKIC = n.HKIC
	case found.Document.Number != "" && found.Document != n.Document:
		return false
	default:
		found.Document = n.Document
	}
	return true
}

// one leaves the number that eHealth itself gave, else the HKIC's, else a document's.
func one(n ehrdesk.Number) ehrdesk.Number {
	switch {
	case !n.EHR.IsZero():
		return ehrdesk.Number{EHR: n.EHR}
	case !n.HKIC.IsZero():
		return ehrdesk.Number{HKIC: n.HKIC}
	}
	return ehrdesk.Number{Document: n.Document}
}

func identifiersOf(n ehrdesk.Number) []fhir.Identifier {
	switch {
	case !n.EHR.IsZero():
		return []fhir.Identifier{{System: ehrdesk.SystemEHR, Value: n.EHR.Compact()}}
	case !n.HKIC.IsZero():
		return []fhir.Identifier{{System: ehrdesk.SystemHKIC, Value: n.HKIC.Compact()}}
	}
	return nil
}

const op = "hooks"

func invalid(words string) error { return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", words) }
