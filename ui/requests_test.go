package ui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// asked is a clinic that asks others and is asked.
func asked(d *fake.Desk) {
	us, them := ehrdesk.RequestParty{ID: "9265486345", Name: "Kwai Chung Family Clinic 葵涌家庭診所"}, ehrdesk.RequestParty{ID: "7", Name: "Queen Mary Hospital 瑪麗醫院"}
	letter := ehrdesk.RequestBody{Specialty: "cardiology", Priority: "urgent", Letter: ehrdesk.Letter{Title: "Referral letter", Text: "Chest pain on exertion for three weeks.\n\nPlease see."},
		Attached: []ehrdesk.Attached{{Ref: ehrdesk.Ref{Resource: "Observation", ID: "o1"}, Title: "HbA1c 糖化血紅蛋白", Date: ehrdesk.Day(2026, 8, 3), Source: "Queen Mary Hospital 瑪麗醫院"}}}
	add := func(id, number string, kind ehrdesk.RequestKind, from, to ehrdesk.RequestParty, days int, states ...ehrdesk.RequestState) *ehrdesk.Request {
		r := ehrdesk.Request{ID: id, Kind: kind, Patient: d.Patient(number), From: from, To: to, Body: letter, Version: len(states)}
		for i, s := range states {
			at := fake.Clock().AddDate(0, 0, -days).Add(time.Duration(i) * time.Hour)
			step := ehrdesk.RequestStep{ID: id + string(s), State: s, By: to, Staff: "drchan", Name: "Dr CHAN Wai 陳慧", At: at}
			if s == ehrdesk.RequestSent || s == ehrdesk.RequestClosed {
				if step.By = from; from == us {
					step.Staff, step.Name = "drlee", "Dr LEE Ka Ho 李家豪"
				}
			}
			switch s {
			case ehrdesk.RequestAccepted:
				step.Note = "within two weeks"
			case ehrdesk.RequestBooked:
				step.Day = ehrdesk.Day(2026, 12, 24)
			case ehrdesk.RequestAnswered:
				step.Answer = &ehrdesk.Letter{Title: "Answer", Text: "Angina, stable.\nAspirin 80 mg daily."}
			default:
			}
			r.Steps, r.State = append(r.Steps, step), s
		}
		d.Asked.Centre = append(d.Asked.Centre, r)
		return &d.Asked.Centre[len(d.Asked.Centre)-1]
	}
	const sent, received, accepted, booked, seen, answered, closed = ehrdesk.RequestSent, ehrdesk.RequestReceived, ehrdesk.RequestAccepted, ehrdesk.RequestBooked, ehrdesk.RequestSeen, ehrdesk.RequestAnswered, ehrdesk.RequestClosed
	add("in-sent", fake.Active, ehrdesk.RequestReferral, them, us, 1, sent)
	add("in-accepted", fake.NoConsent, ehrdesk.RequestReferral, them, us, 16, sent, received, accepted)
	add("in-seen", fake.OneYear, ehrdesk.RequestReferral, them, us, 4, sent, received, accepted, booked, seen)
	add("out-answered", fake.Active, ehrdesk.RequestReferral, us, them, 3, sent, accepted, booked, seen, answered)
	add("out-sent", fake.Child, ehrdesk.RequestQuery, us, ehrdesk.RequestParty{ID: "8", Name: "Harbour Light Clinic"}, 5, sent).Body.Attached = nil
	add("out-closed", fake.Passport, ehrdesk.RequestReferral, us, them, 30, sent, accepted, booked, seen, answered, closed)
}

// askedBefore is the same where the line has gone since the desk last asked.
func askedBefore(d *fake.Desk) {
	asked(d)
	d.AskBefore()
	d.Link = ehrdesk.Offline
}

// oneAsked opens a request by what it is called in asked: what is read has whom it is about in its banner.
func oneAsked(p *uitest.Player, id string) *uitest.Player {
	return nthAsked(p, map[string]int{"in-accepted": 0, "out-sent": 1, "in-seen": 2, "out-answered": 3, "in-sent": 4}[id])
}

// deskAsked is oneAsked at the front desk, which has less to act on.
func deskAsked(p *uitest.Player, id string) *uitest.Player {
	return nthAsked(p, map[string]int{"in-accepted": 0, "out-sent": 1, "in-sent": 2, "in-seen": 3, "out-answered": 4}[id])
}

func nthAsked(p *uitest.Player, n int) *uitest.Player {
	return p.Press("ctrl+o", "home").Press(times("down", n)...).Press("enter")
}

// askedOf opens a request as somebody.
func askedOf(p *uitest.Player, who int, id string) *uitest.Player {
	if signIn(p, who); who == clerk {
		return deskAsked(p, id)
	}
	return oneAsked(p, id)
}

// What is overdue stands first, then the oldest; what is closed is to be known; which way one goes is a word.
func TestRequestsStandByWhatIsToBeDone(t *testing.T) {
	d := fake.New()
	asked(d)
	p := signIn(play(t, d, "en", 160, 40), doctor).Press("ctrl+o")
	at, rows := -1, p.Screen()
	for _, want := range []string{"To act  5", "OUT ", "OVERDUE by 3 d: not received", "3 d ago", "To know  1", "closed"} {
		i := strings.Index(rows, want)
		if i < 0 {
			t.Fatalf("no %q:\n%s", want, rows)
		}
		if want != "OUT " && i < at {
			t.Errorf("%q stands too high:\n%s", want, rows)
		}
		at = i
	}
	p.Want("requests: 5 to act on, 2 OVERDUE", "IN   CHAN, Tai Man")
}

// Each step by its key: what it needs is asked for, what cannot be taken back is said, and nothing leaves before a yes.
func TestAStepOfARequestIsTakenByItsKey(t *testing.T) {
	for name, tt := range map[string]struct {
		who    int
		open   string
		before []string // keys, or text where it has a space
		lacks  string
		fill   []string
		asks   string
		state  ehrdesk.RequestState
		want   func(s ehrdesk.RequestStep) bool
	}{
		"received":      {clerk, "in-sent", []string{"1"}, "", nil, "y yes, do it", ehrdesk.RequestReceived, nil},
		"accepted":      {doctor, "in-sent", []string{"2"}, "", []string{"see soon", "enter"}, "note: see soon", ehrdesk.RequestAccepted, func(s ehrdesk.RequestStep) bool { return s.Note == "see soon" }},
		"declined":      {doctor, "in-sent", []string{"3", "enter"}, "a reason is needed", []string{"no clinic here", "enter"}, "cannot be taken back", ehrdesk.RequestDeclined, func(s ehrdesk.RequestStep) bool { return s.Note == "no clinic here" }},
		"booked":        {clerk, "in-accepted", []string{"4", "enter", "enter"}, "a booking has a day", []string{"24-Dec-2026", "enter", "enter"}, "for 24-Dec-2026", ehrdesk.RequestBooked, func(s ehrdesk.RequestStep) bool { return s.Day == ehrdesk.Day(2026, 12, 24) }},
		"booked before": {clerk, "in-accepted", []string{"4", "20-Nov-2026", "enter", "enter"}, "this day is over", []string{"ctrl+u", "2026-11-21", "enter", "enter"}, "for 21-Nov-2026", ehrdesk.RequestBooked, nil},
		"seen":          {doctor, "in-accepted", []string{"5"}, "", nil, "y yes, do it", ehrdesk.RequestSeen, nil},
		"answered": {doctor, "in-seen", []string{"6", "f9"}, "an answer has words", []string{"It is angina.", "enter", "Aspirin daily.", "f9"}, "Aspirin daily.", ehrdesk.RequestAnswered, func(s ehrdesk.RequestStep) bool {
			return s.Answer != nil && s.Answer.Title == "Answer" && s.Answer.Text == "It is angina.\nAspirin daily."
		}},
		"recalled": {doctor, "out-sent", []string{"7", "enter"}, "a reason is needed", []string{"sent twice", "enter"}, "cannot be taken back", ehrdesk.RequestRecalled, nil},
		"closed":   {doctor, "out-answered", []string{"8"}, "", nil, "cannot be taken back", ehrdesk.RequestClosed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			asked(d)
			p := askedOf(play(t, d, "en", 120, 40), tt.who, tt.open)
			do := func(all []string) {
				for _, k := range all {
					if strings.ContainsAny(k, " -") {
						p.Type(k)
					} else {
						p.Press(k)
					}
				}
			}
			do(tt.before)
			if tt.lacks != "" {
				p.Want("! " + tt.lacks)
			}
			do(tt.fill)
			if p.Want(tt.asks); d.Calls["step"] != 0 {
				t.Fatal("it left before a yes")
			}
			p.Press("y").Want("done: ")
			for _, r := range d.Asked.Centre {
				if r.ID != tt.open {
					continue
				}
				last := r.Steps[len(r.Steps)-1]
				if r.State != tt.state || tt.want != nil && !tt.want(last) {
					t.Errorf("%s, %+v", r.State, last)
				}
			}
		})
	}
}

// A step that may not be taken says why, and takes nothing.
func TestAStepThatMayNotBeTakenSaysWhy(t *testing.T) {
	for name, tt := range map[string]struct {
		who            int
		open, key, why string
	}{
		"of those who treat":    {clerk, "in-sent", "2", "it is for those who treat the patient"},
		"of the other provider": {doctor, "in-sent", "7", "it is for the other provider"},
		"not yet":               {doctor, "in-sent", "8", "it cannot follow “sent”"},
		"nothing stuck":         {doctor, "in-sent", "delete", "no step of it was refused or waits"},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			asked(d)
			askedOf(play(t, d, "en", 120, 40), tt.who, tt.open).Press(tt.key).Want(tt.why).Deny("y yes, do it")
		})
	}
}

// Without the line a step waits and says so; a step that the centre refuses is given up after a question.
func TestAStepWaitsForTheLineOrIsGivenUp(t *testing.T) {
	d := fake.New()
	askedBefore(d)
	p := oneAsked(signIn(play(t, d, "en", 120, 40), doctor), "in-sent").Press("2", "enter", "y").Want("sent when the line is back", "WAITS FOR THE LINE")
	p.Press("esc").Want("as of 21-Nov-2026", "WAITS FOR THE LINE")

	d = fake.New()
	asked(d)
	d.Asked.Refuse = ehrdesk.Refusal(ehrdesk.CodeDenied)
	p = oneAsked(signIn(play(t, d, "en", 120, 40), doctor), "in-sent").Press("2", "enter", "y").Want("STEP REFUSED", "was refused")
	p.Press("3").Want("Del gives it up first").Press("delete").Want("Give up the step", "cannot be taken back")
	p.Press("esc").Want("STEP REFUSED").Press("delete", "y").Want("the step is given up").Deny("STEP REFUSED")
}

// Opening a request offers to say that it has come, and does not say it.
func TestOpeningARequestOffersToSayThatItHasCome(t *testing.T) {
	d := fake.New()
	asked(d)
	p := oneAsked(signIn(play(t, d, "en", 120, 40), doctor), "in-sent").Want("nobody has said that it has come", "Chest pain on exertion", "read with the patient's consent")
	if d.Calls["step"] != 0 {
		t.Error("opening took a step")
	}
	p.Press("esc", "esc").Deny("nobody has said")
	oneAsked(p, "out-sent").Deny("nobody has said")
}

// The front desk reads that there is a request and its steps, and no word of the letter or of an answer.
func TestTheFrontDeskReadsNoLetterOfARequest(t *testing.T) {
	for _, open := range []string{"in-sent", "out-answered"} {
		d := fake.New()
		asked(d)
		askedOf(play(t, d, "en", 120, 60), clerk, open).Want("for those who treat the patient. The front desk", "Steps", "sent").Deny("Chest pain").Deny("HbA1c").Deny("Aspirin")
	}
}

// The centre's hint has the desk ask at once, on whatever screen, and the list follows; a hint while it is asked is not lost.
func TestAHintOfARequestIsFollowedAtOnce(t *testing.T) {
	for _, at := range []string{"ctrl+o", "ctrl+t", "f2"} {
		t.Run(at, func(t *testing.T) {
			d := fake.New()
			asked(d)
			all := d.Asked.Centre
			d.Asked.Centre = nil
			m, err := ui.New(config(d, "en"))
			if err != nil {
				t.Fatal(err)
			}
			p := signIn(uitest.Play(t, m, 120, 40), doctor).Press(at).Deny("to act on")
			d.Asked.Centre = all
			was := d.Calls["fetch-requests"]
			p.Send(m.Hint(ehrdesk.HintRequest, ""))
			p.Want("requests: 5 to act on, 2 OVERDUE")
			p.Hold = true
			p.Send(m.Hint(ehrdesk.HintRequest, ""))
			p.Send(m.Hint(ehrdesk.HintRequest, ""))
			p.Release()
			if got := d.Calls["fetch-requests"] - was; got != 3 {
				t.Errorf("the centre was asked %d times", got)
			}
		})
	}
}

// Enter on what is read looks the patient up by their number, and Esc from the list goes back to where somebody was.
func TestARequestLeadsToItsPatient(t *testing.T) {
	d := fake.New()
	asked(d)
	oneAsked(signIn(play(t, d, "en", 120, 40), doctor), "in-sent").Press("enter").Want("The record can be opened.", "WONG, Mei Ling")
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("ctrl+o").Want("Requests and sealed cases")
	p.Press("esc").Want("KNOWN ALLERGIES")
}

// A lock holds no letter and nothing that was typed, and says what it took.
func TestALockTakesWhatWasTypedIntoAStep(t *testing.T) {
	d := fake.New()
	asked(d)
	p := oneAsked(signIn(play(t, d, "en", 120, 40), doctor), "in-seen").Press("6").Type("It is angina.").Press("ctrl+l").Deny("angina")
	p.Type(fake.Passphrase).Press("enter").Want("what was typed into the step was not kept", "Chest pain").Deny("It is angina")
}

// Line by line the list and a request say what the screen says.
func TestPlainSaysRequests(t *testing.T) {
	d := fake.New()
	asked(d)
	all, _, _ := told(t, d, "en", append(signsIn, "requests", "open 5", "1", "yes", "quit")...)
	wants(t, all, "To act, 5", "IN, WONG, Mei Ling", "OVERDUE by", "Chest pain on exertion for three weeks.", "1 Say that it was received")
}

// However far somebody has read, which request it is and as of when stands above, and on no other words.
func TestWhichRequestItIsStaysInSight(t *testing.T) {
	d := fake.New()
	asked(d)
	p := askedOf(play(t, d, "en", 80, 24), doctor, "out-answered").Press("end")
	rows := strings.Split(p.Screen(), "\n")
	if !strings.Contains(rows[4], "Referral") || !strings.Contains(rows[4], "as of") || strings.Contains(rows[5], "as of") {
		t.Errorf("%q\n%q", rows[4], rows[5])
	}
}

// What one person wrote and another sent says both; the record that a query is about is named once.
func TestWhoWroteWhatAnotherSentIsSaid(t *testing.T) {
	d := fake.New()
	asked(d)
	for i := range d.Asked.Centre {
		if q := &d.Asked.Centre[i]; q.ID == "in-sent" {
			q.Kind, q.Body.Letter.Author, q.Body.About = ehrdesk.RequestQuery, "Dr HO", q.Body.Attached[0].Ref
		}
	}
	p := oneAsked(signIn(play(t, d, "en", 100, 40), doctor), "in-sent").Want("Query about a record", "written by Dr HO", "Attached: 1 record").Deny("About one record")
	d.Asked.Centre[0].Body.Letter.Author = d.Asked.Centre[0].Steps[0].Name
	p.Press("esc", "f5", "enter").Deny("written by")
}

// Where the sending of a request was given up it is gone, and the others stand there.
func TestARequestThatIsGoneLeavesTheList(t *testing.T) {
	d := fake.New()
	asked(d)
	p := oneAsked(signIn(play(t, d, "en", 120, 40), doctor), "out-sent").Want("OUT · Query about a record")
	d.Asked.Centre = slices.DeleteFunc(d.Asked.Centre, func(r ehrdesk.Request) bool { return r.ID == "out-sent" })
	p.Press("f5").Want("Requests and sealed cases", "To act", "Enter read it").Deny("Nothing is asked", "Query about a record")
	p.Press("home", "enter").Want("IN · Referral", "Enter patient").Press("esc").Want("To act")
}

// What is booked says for which day, and not on which day alone it was booked.
func TestABookedRequestSaysForWhichDay(t *testing.T) {
	d := fake.New()
	asked(d)
	p := oneAsked(signIn(play(t, d, "en", 80, 24), doctor), "in-accepted").Press("4").Type("24-Dec-2026").Press("enter", "enter", "y")
	p.Want("booked 21-Nov-2026, for 24-Dec-2026").Press("esc").Want("Referral · booked 21-Nov-2026, for 24-Dec-2026 · from Queen Mary")
}
