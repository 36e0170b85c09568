package client_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
)

// writtenEnv makes this test binary a desk that writes a form, signs it and ends in the middle of it; its value is an end, whose
// request is the form's name.
const writtenEnv = "EHRDESK_CLIENT_TEST_WRITTEN"

// The forms whose writing is killed: records, what another provider is asked, and what a second person approves for the Office.
const (
	writesRecords  = "blood-pressure-glucose"
	writesQuery    = "query-entry"
	writesIncident = "incident-report"
)

// typings is how often something is typed into the form.
const typings = 5

// put is an answer at its place.
type put struct {
	at form.Place
	v  form.Value
}

// typed puts the nth reading into a draft.
func typed(d *ehrdesk.Draft, n int, now time.Time) error {
	f, err := forms.Read(d.Filled.Form)
	if err != nil {
		return err
	}
	a, _, _, err := form.ReadResponse(f, d.Filled.Response)
	if err != nil {
		return err
	}
	a.Know(form.Around{Now: now})
	for _, x := range typing(d.Filled.Form, f, n, now) {
		if err := a.Set(x.at, x.v); err != nil {
			return err
		}
	}
	d.Filled.Response = a.Draft(form.Header{})
	return nil
}

// typing is what is typed the nth time.
func typing(name string, f *form.Form, n int, now time.Time) []put {
	choice := func(link string) form.Value { it, _ := f.Item(link); return it.Options[0].Value }
	words := func(s string) form.Value {
		return form.Value{Kind: form.IsString, Text: s + ", reading " + strconv.Itoa(n)}
	}
	no := form.Value{Kind: form.IsBoolean, Text: "false"}
	before := form.Value{Kind: form.IsDateTime, Text: now.Add(-time.Hour).In(ehrdesk.HongKong()).Format(time.RFC3339)}
	switch name {
	case writesQuery:
		return []put{{form.At("wrong", 0), choice("wrong")}, {form.At("harm", 0), no}, {form.At("explain", 0), words("this cannot be")}}
	case writesIncident:
		return []put{{form.At("when", 0, 0), before}, {form.At("where", 0, 0), words("in the ward")}, {form.At("kind", 0, 0), choice("kind")}, {form.At("account", 0, 0), words("somebody fell")},
			{form.At("degree", 0, 0), choice("degree")}, {form.At("done", 0, 0), words("looked after")}, {form.At("told", 0, 0), form.Value{Kind: form.IsBoolean, Text: "true"}}, {form.At("informed", 0, 0), words("the nurse in charge")}}
	}
	mmHg := ehrdesk.Coding{System: "http://unitsofmeasure.org", Code: "mm[Hg]", Display: "mm[Hg]"}
	return []put{{form.At("when", 0, 0), before}, {form.At("who", 0, 0), choice("who")}, {form.At("diastolic", 0, 0, 0), form.Value{Kind: form.IsQuantity, Text: "80", Unit: mmHg}},
		{form.At("systolic", 0, 0, 0), form.Value{Kind: form.IsQuantity, Text: strconv.Itoa(100 + n), Unit: mmHg}}}
}

// chart opens the patient's chart in a session of a desk that is to be killed, which is armed from then on.
func (m *mortal) chart(s *client.Session) (ehrdesk.Chart, error) {
	n, err := ehrdesk.ParseNumber(m.e.number)
	if err != nil {
		return nil, err
	}
	c, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
	if err != nil {
		return nil, err
	}
	if _, err := c.Sync(context.Background(), func(ehrdesk.Progress) {}); err != nil {
		return nil, err
	}
	m.armed.Store(true)
	return c, nil
}

// writesAndDies writes a form, has it signed and what needs it approved, and is killed on the way. It says what it was told is on
// the disk, and where it was not killed how often it came past each place.
func writesAndDies(arg string) error {
	e, err := parseEnd(arg)
	if err != nil {
		return err
	}
	m := e.mortal(client.Site{})
	s, err := m.signIn("drlee")
	if err != nil {
		return err
	}
	r, err := m.writes(s)
	if err == nil && r.State == ehrdesk.DepositApproval {
		r, err = m.approves(s, r.ID)
	}
	if err != nil {
		return err
	}
	m.armed.Store(false)
	fmt.Println("ended", m.passed[0].Load(), m.passed[1].Load(), m.passed[2].Load(), r.State)
	os.Exit(0)
	return nil
}

func (m *mortal) writes(s *client.Session) (r ehrdesk.DepositReceipt, err error) {
	c, err := m.chart(s)
	if err != nil {
		return r, err
	}
	ctx, who := context.Background(), c.Patient().ID
	d, err := m.begins(s, c)
	if err != nil {
		return r, err
	}
	for i := range typings {
		if err := typed(&d, i, m.e.now); err != nil {
			return r, err
		}
		if err := s.KeepWriting(ctx, who, d); err != nil {
			return r, err
		}
		fmt.Println("kept", i)
	}
	p, err := s.PreviewWriting(ctx, who, d.ID)
	if err != nil {
		return r, err
	}
	if r, err = s.SignWriting(ctx, who, p); err == nil {
		fmt.Println("signed")
	}
	return r, err
}

func (m *mortal) begins(s *client.Session, c ehrdesk.Chart) (ehrdesk.Draft, error) {
	ctx, who := context.Background(), c.Patient().ID
	if m.e.request != writesQuery {
		return s.BeginWriting(ctx, who, m.e.request, "en")
	}
	for _, t := range ehrdesk.RecordTypes() {
		for _, r := range c.List(t) {
			if strings.HasPrefix(r.ID, "obs-") {
				return s.Query(ctx, who, r.Ref(), "en")
			}
		}
	}
	return ehrdesk.Draft{}, fmt.Errorf("no record to be asked about")
}

// approves has the second person sit down, who approves what was signed.
func (m *mortal) approves(s *client.Session, id string) (r ehrdesk.DepositReceipt, err error) {
	m.armed.Store(false)
	if err := s.Close(); err != nil {
		return r, err
	}
	if s, err = m.signIn("drho"); err != nil {
		return r, err
	}
	c, err := m.chart(s)
	if err != nil {
		return r, err
	}
	return s.Approve(context.Background(), c.Patient().ID, id)
}
