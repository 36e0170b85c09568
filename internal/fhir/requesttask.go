package fhir

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// A request on the wire is a Task. The ServiceRequest and the letters are contained in it: who is asked reads them without leave
// to see the patient's record. Who brought it into each state, and when, stands in extensions of ours.
type (
	requestTask struct {
		ResourceType string             `json:"resourceType"`
		ID           string             `json:"id"`
		Contained    []requestContained `json:"contained,omitempty"`
		Extension    []requestExtension `json:"extension,omitempty"`
		Status       string             `json:"status"`
		StatusReason *lineCode          `json:"statusReason,omitempty"`
		Business     *requestConcept    `json:"businessStatus,omitempty"`
		Intent       string             `json:"intent"`
		Priority     string             `json:"priority,omitempty"`
		Code         requestConcept     `json:"code"`
		Focus        *requestReference  `json:"focus,omitempty"`
		For          requestReference   `json:"for"`
		Authored     string             `json:"authoredOn,omitempty"`
		Modified     string             `json:"lastModified,omitempty"`
		Requester    requestReference   `json:"requester"`
		Owner        requestReference   `json:"owner"`
		Input        []requestValue     `json:"input,omitempty"`
		Output       []requestValue     `json:"output,omitempty"`
	}
	requestContained struct {
		ResourceType string             `json:"resourceType"`
		ID           string             `json:"id"`
		Status       string             `json:"status"`
		Intent       string             `json:"intent,omitempty"`
		Priority     string             `json:"priority,omitempty"`
		Specialty    *requestConcept    `json:"performerType,omitempty"`
		Subject      *requestReference  `json:"subject,omitempty"`
		Author       []requestReference `json:"author,omitempty"`
		Description  string             `json:"description,omitempty"`
		Content      []requestContent   `json:"content,omitempty"`
		Supporting   []requestReference `json:"supportingInfo,omitempty"`
		Related      *requestRelated    `json:"context,omitempty"`
	}
	requestContent struct {
		Attachment requestAttachment `json:"attachment"`
	}
	requestAttachment struct {
		Type string `json:"contentType"`
		Data []byte `json:"data"`
	}
	requestRelated struct {
		Related []requestReference `json:"related"`
	}
	requestConcept struct {
		Coding []requestCoding `json:"coding"`
	}
	requestCoding struct {
		System string `json:"system"`
		Code   string `json:"code"`
	}
	requestReference struct {
		Reference  string      `json:"reference,omitempty"`
		Type       string      `json:"type,omitempty"`
		Identifier *lineNumber `json:"identifier,omitempty"`
		Display    string      `json:"display,omitempty"`
	}
	requestValue struct {
		Extension []requestExtension `json:"extension,omitempty"`
		Type      lineCode           `json:"type"`
		Value     requestReference   `json:"valueReference"`
	}
	requestExtension struct {
		URL       string             `json:"url"`
		Extension []requestExtension `json:"extension,omitempty"`
		Code      string             `json:"valueCode,omitempty"`
		String    string             `json:"valueString,omitempty"`
		Instant   string             `json:"valueInstant,omitempty"`
		DateTime  string             `json:"valueDateTime,omitempty"`
		Reference *requestReference  `json:"valueReference,omitempty"`
	}
)

// Systems of a request's codes.
const (
	systemRequest      = "urn:ehrdesk:request"
	systemRequestState = "urn:ehrdesk:request-state"
)

// statusOf is a request's state as Task.status has it.
func statusOf(s ehrdesk.RequestState) string {
	switch s {
	case ehrdesk.RequestSent:
		return "requested"
	case ehrdesk.RequestReceived:
		return "received"
	case ehrdesk.RequestAccepted, ehrdesk.RequestBooked:
		return "accepted"
	case ehrdesk.RequestSeen, ehrdesk.RequestAnswered:
		return "in-progress"
	case ehrdesk.RequestDeclined:
		return "rejected"
	case ehrdesk.RequestRecalled:
		return "cancelled"
	case ehrdesk.RequestClosed:
	}
	return "completed"
}

func concept1(system, code string) requestConcept {
	return requestConcept{[]requestCoding{{system, code}}}
}

func partyOf(p ehrdesk.RequestParty) requestReference {
	return requestReference{Type: "Organization", Identifier: &lineNumber{ehrdesk.SystemHCP, p.ID}, Display: p.Name}
}

func letterOf(l *ehrdesk.Letter, id, patient string) requestContained {
	c := requestContained{ResourceType: "DocumentReference", ID: id, Status: "current", Description: l.Title, Subject: &requestReference{Reference: "Patient/" + patient},
		Content: []requestContent{{requestAttachment{"text/plain;charset=utf-8", []byte(l.Text)}}}}
	if l.Author != "" {
		c.Author = []requestReference{{Display: l.Author}}
	}
	if l.Ref.ID != "" {
		c.Related = &requestRelated{[]requestReference{{Reference: l.Ref.String()}}}
	}
	return c
}

// MarshalRequest is a request as FHIR has it.
func MarshalRequest(r *ehrdesk.Request) ([]byte, error) {
	t := requestTask{ResourceType: "Task", ID: r.ID, Status: statusOf(r.State), Intent: "order", Priority: r.Body.Priority, Code: concept1(systemRequest, string(r.Kind)),
		For: requestReference{Reference: "Patient/" + r.Patient.ID}, Requester: partyOf(r.From), Owner: partyOf(r.To)}
	business := concept1(systemRequestState, string(r.State))
	t.Business = &business
	if b := &r.Body; b.Letter.Text != "" {
		order := requestContained{ResourceType: "ServiceRequest", ID: "request", Status: "active", Intent: "order", Priority: b.Priority, Subject: &t.For}
		if b.Specialty != "" {
			c := concept1(ehrdesk.SystemSpecialty, b.Specialty)
			order.Specialty = &c
		}
		for _, a := range b.Attached {
			order.Supporting = append(order.Supporting, requestReference{Reference: a.Ref.String(), Display: a.Title})
			t.Input = append(t.Input, requestValue{[]requestExtension{{URL: ehrdesk.ExtensionPrefix + "date", String: a.Date.String()}, {URL: ehrdesk.ExtensionPrefix + "source", String: a.Source}}, lineCode{"attached"},
				requestReference{Reference: a.Ref.String(), Display: a.Title}})
		}
		if r.Kind == ehrdesk.RequestReferral {
			t.Contained = append(t.Contained, order)
			t.Focus = &requestReference{Reference: "#request"}
		}
		t.Contained = append(t.Contained, letterOf(&b.Letter, "letter", r.Patient.ID))
		t.Input = append(t.Input, requestValue{nil, lineCode{"letter"}, requestReference{Reference: "#letter"}})
	}
	if r.Body.About.ID != "" {
		t.Focus = &requestReference{Reference: r.Body.About.String()}
	}
	for i := range r.Steps {
		t.step(&r.Steps[i], i, r.Patient.ID)
	}
	b, err := json.Marshal(t)
	if err != nil {
		return nil, ehrdesk.E("request", ehrdesk.CodeOther, err)
	}
	return b, nil
}

func (t *requestTask) step(s *ehrdesk.RequestStep, i int, patient string) {
	at := s.At.UTC().Format(millis)
	by := partyOf(s.By)
	x := []requestExtension{{URL: "id", String: s.ID}, {URL: "state", Code: string(s.State)}, {URL: "by", Reference: &by}, {URL: "at", Instant: at}}
	for _, said := range [...][2]string{{"staff", s.Staff}, {"name", s.Name}, {"note", s.Note}} {
		if said[1] != "" {
			x = append(x, requestExtension{URL: said[0], String: said[1]})
		}
	}
	if !s.Day.IsZero() {
		x = append(x, requestExtension{URL: "day", DateTime: s.Day.String()})
	}
	if s.Answer != nil {
		id := "answer-" + strconv.Itoa(i)
		t.Contained = append(t.Contained, letterOf(s.Answer, id, patient))
		t.Output = append(t.Output, requestValue{nil, lineCode{"answer"}, requestReference{Reference: "#" + id}})
		x = append(x, requestExtension{URL: "answer", Reference: &requestReference{Reference: "#" + id}})
	}
	t.Extension = append(t.Extension, requestExtension{URL: ehrdesk.ExtensionPrefix + "request-step", Extension: x})
	if i == 0 {
		t.Authored = at
	}
	t.Modified = at
	if s.Note != "" && s.State.NeedsNote() {
		t.StatusReason = &lineCode{s.Note}
	}
}

// ParseRequest reads a request as MarshalRequest writes it; of the patient it has the id alone. What it says is made fit for a
// screen. Errors: CodeInvalid for what is none.
func ParseRequest(raw []byte) (ehrdesk.Request, error) {
	var r ehrdesk.Request
	wrong := func(what string) (ehrdesk.Request, error) {
		return ehrdesk.Request{}, ehrdesk.Errorf("request", ehrdesk.CodeInvalid, "this is no request that is known here: %s", what)
	}
	if _, err := Parse(raw); err != nil {
		return wrong("it is not well formed")
	}
	var t requestTask
	if json.Unmarshal(raw, &t) != nil || t.ResourceType != "Task" || !ValidID(t.ID) {
		return wrong("it is no Task")
	}
	r.ID, r.Kind, r.State = t.ID, ehrdesk.RequestKind(codeOf(&t.Code, systemRequest)), ehrdesk.RequestState(codeOf(t.Business, systemRequestState))
	r.From, r.To = t.Requester.party(), t.Owner.party()
	of := Target(t.For.Reference)
	if of.Resource != "Patient" || !ValidID(of.ID) || r.From.ID == "" || r.To.ID == "" || ehrdesk.NextStates(r.Kind, ehrdesk.RequestSent, ehrdesk.IsAsked, ehrdesk.Doctor) == nil {
		return wrong("what is asked, of whom or by whom is missing")
	}
	r.Patient.ID = of.ID
	r.Body.Priority = ehrdesk.CleanLine(t.Priority)
	letters := map[string]*ehrdesk.Letter{}
	for i := range t.Contained {
		c := &t.Contained[i]
		switch c.ResourceType {
		case "ServiceRequest":
			r.Body.Specialty = ehrdesk.CleanLine(codeOf(c.Specialty, ehrdesk.SystemSpecialty))
		case "DocumentReference":
			letters["#"+c.ID] = c.letter()
		}
	}
	if l := letters["#letter"]; l != nil {
		r.Body.Letter = *l
	}
	if t.Focus != nil && !strings.HasPrefix(t.Focus.Reference, "#") {
		r.Body.About = Target(t.Focus.Reference)
	}
	if len(t.Input) > ehrdesk.MostAttached+1 {
		return wrong("more is attached than may be")
	}
	for _, in := range t.Input {
		if in.Type.Text == "attached" {
			a := ehrdesk.Attached{Ref: Target(in.Value.Reference), Title: ehrdesk.CleanLine(in.Value.Display)}
			for _, x := range in.Extension {
				switch x.URL {
				case ehrdesk.ExtensionPrefix + "date":
					a.Date, _ = ehrdesk.ParseWhen(x.String)
				case ehrdesk.ExtensionPrefix + "source":
					a.Source = ehrdesk.CleanLine(x.String)
				}
			}
			r.Body.Attached = append(r.Body.Attached, a)
		}
	}
	for _, x := range t.Extension {
		if x.URL != ehrdesk.ExtensionPrefix+"request-step" {
			continue
		}
		s, err := stepOf(x.Extension, letters)
		if err != nil {
			return wrong("a step cannot be read")
		}
		r.Steps = append(r.Steps, s)
	}
	r.Version = len(r.Steps)
	if n := len(r.Steps); n > 0 && r.Steps[n-1].State != r.State || n == 0 && r.State != ehrdesk.RequestSent {
		return wrong("its state is not that of its last step")
	}
	return r, nil
}

func codeOf(c *requestConcept, system string) string {
	if c != nil {
		for _, k := range c.Coding {
			if k.System == system {
				return k.Code
			}
		}
	}
	return ""
}

func (r *requestReference) party() ehrdesk.RequestParty {
	if r.Identifier == nil || r.Identifier.System != ehrdesk.SystemHCP {
		return ehrdesk.RequestParty{}
	}
	return ehrdesk.RequestParty{ID: ehrdesk.CleanLine(r.Identifier.Value), Name: ehrdesk.CleanLine(r.Display)}
}

func (c *requestContained) letter() *ehrdesk.Letter {
	l := &ehrdesk.Letter{Title: ehrdesk.CleanLine(c.Description)}
	for _, x := range c.Content {
		l.Text = ehrdesk.CleanColumns(string(x.Attachment.Data))
	}
	if len(c.Author) > 0 {
		l.Author = ehrdesk.CleanLine(c.Author[0].Display)
	}
	if c.Related != nil && len(c.Related.Related) > 0 {
		l.Ref = Target(c.Related.Related[0].Reference)
	}
	return l
}

func stepOf(parts []requestExtension, letters map[string]*ehrdesk.Letter) (s ehrdesk.RequestStep, err error) {
	for _, p := range parts {
		switch p.URL {
		case "id":
			s.ID = ehrdesk.CleanLine(p.String)
		case "state":
			s.State = ehrdesk.RequestState(p.Code)
		case "by":
			if p.Reference != nil {
				s.By = p.Reference.party()
			}
		case "staff":
			s.Staff = ehrdesk.CleanLine(p.String)
		case "name":
			s.Name = ehrdesk.CleanLine(p.String)
		case "note":
			s.Note = ehrdesk.CleanLine(p.String)
		case "day":
			if s.Day, err = ehrdesk.ParseWhen(p.DateTime); err != nil {
				return s, err
			}
		case "at":
			if s.At, err = time.Parse(millis, p.Instant); err != nil {
				return s, err
			}
		case "answer":
			if p.Reference != nil {
				s.Answer = letters[p.Reference.Reference]
			}
		}
	}
	if !s.State.Valid() || s.By.ID == "" || s.At.IsZero() {
		return s, fmt.Errorf("a step without its state, provider or time")
	}
	return s, nil
}
