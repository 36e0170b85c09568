package fhir

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// A line of a provider's day on the wire: who comes is an Appointment, all else a Task. What
// FHIR has no element for, when each part was said and by whom, and the sealed words, stands in
// our extensions.
type (
	lineResource struct {
		ResourceType string          `json:"resourceType"`
		ID           string          `json:"id"`
		Extension    []lineExtension `json:"extension"`
		Identifier   []lineNumber    `json:"identifier,omitempty"`
		Status       string          `json:"status"`
		Business     *lineCode       `json:"businessStatus,omitempty"`
		Intent       string          `json:"intent,omitempty"`
		Code         *lineCode       `json:"code,omitempty"`
		For          *lineActor      `json:"for,omitempty"`
		Start        string          `json:"start,omitempty"`
		Requested    []linePeriod    `json:"requestedPeriod,omitempty"`
		Execution    *linePeriod     `json:"executionPeriod,omitempty"`
		Participant  []lineWho       `json:"participant,omitempty"`
	}
	lineExtension struct {
		URL       string          `json:"url"`
		Extension []lineExtension `json:"extension,omitempty"`
		Code      string          `json:"valueCode,omitempty"`
		String    string          `json:"valueString,omitempty"`
		Instant   string          `json:"valueInstant,omitempty"`
		Base64    []byte          `json:"valueBase64Binary,omitempty"`
	}
	lineNumber struct {
		System string `json:"system"`
		Value  string `json:"value"`
	}
	lineCode struct {
		Text string `json:"text"`
	}
	lineActor struct {
		Identifier lineNumber `json:"identifier"`
	}
	linePeriod struct {
		Start string `json:"start"`
	}
	lineWho struct {
		Actor  lineActor `json:"actor"`
		Status string    `json:"status"`
	}
)

// systemBooking is the clinic's own names of its bookings.
const systemBooking = "urn:example:hk:booking"

// millis is a FHIR instant to the millisecond, which a stamp has.
const millis = "2006-01-02T15:04:05.000Z"

// appointmentOf are the states of somebody who comes, as Appointment.status has them.
func appointmentOf(s ehrdesk.WorkState) string {
	switch s {
	case ehrdesk.WorkAccepted, ehrdesk.WorkInProgress, ehrdesk.WorkOnHold:
		return "arrived"
	case ehrdesk.WorkCompleted:
		return "fulfilled"
	case ehrdesk.WorkFailed:
		return "noshow"
	case ehrdesk.WorkRejected, ehrdesk.WorkCancelled:
		return "cancelled"
	case ehrdesk.WorkInError:
		return "entered-in-error"
	case ehrdesk.WorkRequested:
	}
	return "booked"
}

func lineStamp(s ehrdesk.Stamp) []lineExtension {
	return []lineExtension{{URL: "at", Instant: s.At.UTC().Format(millis)}, {URL: "by", String: s.By}, {URL: "desk", String: s.Desk}}
}

// MarshalDayLine is a line as FHIR has it.
func MarshalDayLine(l ehrdesk.DayLine) ([]byte, error) {
	r := lineResource{ResourceType: "Task", ID: l.ID, Status: string(l.State())}
	system, value := l.Booked.Number.Identifier()
	who := lineActor{lineNumber{system, value}}
	if l.Booked.Booking != "" {
		r.Identifier = []lineNumber{{systemBooking, l.Booked.Booking}}
	}
	if l.Kind == ehrdesk.TaskArrival {
		r.ResourceType, r.Status = "Appointment", appointmentOf(l.State())
		r.Participant = []lineWho{{who, "accepted"}}
		r.Requested = []linePeriod{{l.Booked.Day}}
		if !l.Booked.At.IsZero() {
			r.Start = l.Booked.At.UTC().Format(millis)
		}
	} else {
		r.Intent, r.Code, r.For = "order", &lineCode{string(l.Kind)}, &who
		if !l.Booked.At.IsZero() {
			r.Execution = &linePeriod{l.Booked.At.UTC().Format(millis)}
		}
		r.Extension = append(r.Extension, lineExtension{URL: ehrdesk.ExtensionPrefix + "day", String: l.Booked.Day})
	}
	r.Extension = append(r.Extension, lineExtension{URL: ehrdesk.ExtensionPrefix + "booked", Extension: lineStamp(l.Booked.Stamp)})
	for _, s := range l.Steps {
		step := append([]lineExtension{{URL: "state", Code: string(s.State)}}, lineStamp(s.Stamp)...)
		if s.Outcome != "" {
			step = append(step, lineExtension{URL: "outcome", Code: string(s.Outcome)})
			r.Business = &lineCode{string(s.Outcome)}
		}
		if s.Via != "" {
			step = append(step, lineExtension{URL: "via", String: s.Via})
		}
		r.Extension = append(r.Extension, lineExtension{URL: ehrdesk.ExtensionPrefix + "step", Extension: step})
	}
	if !l.Booked.Named.IsZero() {
		r.Extension = append(r.Extension, lineExtension{URL: ehrdesk.ExtensionPrefix + "named", Extension: lineStamp(l.Booked.Named)})
	}
	for _, b := range l.Before {
		parts := append([]lineExtension{{URL: "day", String: b.Day}}, lineStamp(b.Stamp)...)
		if !b.At.IsZero() {
			parts = append(parts, lineExtension{URL: "start", Instant: b.At.UTC().Format(millis)})
		}
		r.Extension = append(r.Extension, lineExtension{URL: ehrdesk.ExtensionPrefix + "before", Extension: parts})
	}
	for _, w := range l.Words {
		parts := append([]lineExtension{{URL: "key", String: w.Key}, {URL: "payload", Base64: w.Bytes}}, lineStamp(w.Stamp)...)
		if w.Part != ehrdesk.WordsWhole {
			parts = append(parts, lineExtension{URL: "part", Code: string(w.Part)})
		}
		r.Extension = append(r.Extension, lineExtension{URL: ehrdesk.ExtensionPrefix + "sealed", Extension: parts})
	}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, ehrdesk.E("day", ehrdesk.CodeOther, err)
	}
	return b, nil
}

// ParseDayLine reads a line as MarshalDayLine writes it. Errors: CodeInvalid for what is none.
func ParseDayLine(raw []byte) (ehrdesk.DayLine, error) {
	var l ehrdesk.DayLine
	wrong := ehrdesk.Errorf("day", ehrdesk.CodeInvalid, "a line of the day is none that is known here")
	if _, err := Parse(raw); err != nil {
		return l, wrong
	}
	var r lineResource
	if json.Unmarshal(raw, &r) != nil || r.ID == "" {
		return l, wrong
	}
	l.ID = r.ID
	var who lineNumber
	var at string
	switch {
	case r.ResourceType == "Appointment" && len(r.Participant) == 1:
		l.Kind, who, at = ehrdesk.TaskArrival, r.Participant[0].Actor.Identifier, r.Start
		if len(r.Requested) == 1 {
			l.Booked.Day = r.Requested[0].Start
		}
	case r.ResourceType == "Task" && r.For != nil && r.Code != nil:
		l.Kind, who = ehrdesk.TaskKind(r.Code.Text), r.For.Identifier
		if r.Execution != nil {
			at = r.Execution.Start
		}
	default:
		return l, wrong
	}
	var ok bool
	if l.Booked.Number, ok = NumberOf(who.System, who.Value); !ok {
		return l, wrong
	}
	if at != "" {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return l, wrong
		}
		l.Booked.At = t.UTC()
	}
	for _, i := range r.Identifier {
		if i.System == systemBooking {
			l.Booked.Booking = i.Value
		}
	}
	for _, e := range r.Extension {
		name, ours := strings.CutPrefix(e.URL, ehrdesk.ExtensionPrefix)
		if !ours {
			continue
		}
		switch name {
		case "day":
			l.Booked.Day = e.String
		case "booked":
			l.Booked.Stamp, ok = readStamp(e.Extension)
		case "step":
			var s ehrdesk.Step
			s.Stamp, ok = readStamp(e.Extension)
			s.State, s.Via = ehrdesk.WorkState(part(e.Extension, "state").Code), part(e.Extension, "via").String
			s.Outcome = ehrdesk.CallOutcome(part(e.Extension, "outcome").Code)
			ok = ok && s.State.Known() && (s.Outcome == "" || s.Outcome.Known())
			l = l.Come(s)
		case "named":
			l.Booked.Named, ok = readStamp(e.Extension)
		case "before":
			var b ehrdesk.Before
			b, ok = readBefore(e.Extension)
			l.Before = append(l.Before, b)
		case "sealed":
			w := ehrdesk.SealedWords{Part: ehrdesk.WordsPart(part(e.Extension, "part").Code), Key: part(e.Extension, "key").String, Bytes: part(e.Extension, "payload").Base64}
			w.Stamp, ok = readStamp(e.Extension)
			l.Words = append(l.Words, w)
		}
		if !ok {
			return ehrdesk.DayLine{}, wrong
		}
	}
	if _, err := time.Parse(time.DateOnly, l.Booked.Day); err != nil || len(l.Steps) == 0 || l.Booked.Stamp.IsZero() {
		return ehrdesk.DayLine{}, wrong
	}
	return l.Merge(l), nil // each part in its order, once
}

// readBefore reads what a line was booked for before.
func readBefore(of []lineExtension) (b ehrdesk.Before, ok bool) {
	b.Stamp, ok = readStamp(of)
	if b.Day = part(of, "day").String; ok {
		_, err := time.Parse(time.DateOnly, b.Day)
		ok = err == nil
	}
	if at := part(of, "start").Instant; ok && at != "" {
		t, err := time.Parse(time.RFC3339, at)
		b.At, ok = t.UTC().Truncate(time.Millisecond), err == nil
	}
	return b, ok
}

func part(of []lineExtension, name string) lineExtension {
	for _, e := range of {
		if e.URL == name {
			return e
		}
	}
	return lineExtension{}
}

func readStamp(of []lineExtension) (ehrdesk.Stamp, bool) {
	t, err := time.Parse(time.RFC3339, part(of, "at").Instant)
	s := ehrdesk.Stamp{At: t.UTC().Truncate(time.Millisecond), By: part(of, "by").String, Desk: part(of, "desk").String}
	return s, err == nil && s.By != "" && s.Desk != ""
}

// NumberOf is the number of an identifier of ours; ok is false for any other, and for one with a
// wrong check digit.
func NumberOf(system, value string) (n ehrdesk.Number, ok bool) {
	var err error
	switch kind, document := strings.CutPrefix(system, ehrdesk.SystemDocument); {
	case system == ehrdesk.SystemHKIC:
		n.HKIC, err = ehrdesk.ParseHKIC(value)
	case system == ehrdesk.SystemEHR:
		n.EHR, err = ehrdesk.ParseEHRNumber(value)
	case document:
		n.Document.Type, n.Document.Issuer, _ = strings.Cut(kind, ":")
		n.Document.Number = value
	}
	return n, err == nil && !n.IsZero()
}
