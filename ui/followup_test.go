package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// leftOpen is a desk with what records have left to be followed up: for a doctor with what it is, and for
// the front desk, as a session tells it, without.
func leftOpen(seen bool) func(*fake.Desk) {
	return func(d *fake.Desk) {
		day := func(n int) time.Time {
			y, m, dd := fake.Clock().AddDate(0, 0, n).Date()
			return time.Date(y, m, dd, 0, 0, 0, 0, time.UTC)
		}
		add := func(number string, what ehrdesk.FollowKind, of, due int) {
			p := d.Patient(number)
			t := ehrdesk.Task{ID: string(what), Kind: what.Task(), State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: p.Number(), Patient: p, Added: fake.Clock(),
				Call: ehrdesk.Call{Missed: day(of), Due: day(due), What: what, Record: ehrdesk.Ref{Resource: "ServiceRequest", ID: "s-1"},
					History: []ehrdesk.Step{{State: ehrdesk.WorkRequested, Stamp: ehrdesk.Stamp{At: fake.Clock().Add(-time.Hour), By: "drlee"}}}}}
			if !seen {
				t.Call.What, t.Call.Record, t.Call.Missed = ehrdesk.FollowUnsaid, ehrdesk.Ref{}, time.Time{}
			}
			d.Day = append(d.Day, t)
		}
		add(fake.Active, ehrdesk.FollowMissed, -9, 0)
		add(fake.OneYear, ehrdesk.FollowReferral, -120, -3)
		if seen {
			add(fake.NoConsent, ehrdesk.FollowTest, -30, -16)
		}
	}
}

func reviewPage(p *uitest.Player) { signIn(p, doctor).Press("ctrl+t", "end", "T") }

func TestADoctorFollowsUpWhatRecordsHaveLeftOpen(t *testing.T) {
	d := fake.New()
	leftOpen(true)(d)
	p := signIn(play(t, d, "en", 120, 30), doctor).Press("ctrl+t")
	p.Want("To call  2", "overdue by 3 days: call today · nobody has it yet · no answer on record to the referral of 24-Jul-2026", "no visit on record for the booking of 12-Nov-2026",
		"To look up in the record  1", "overdue by 16 days · nobody has it yet · no result on record of a test ordered 22-Oct-2026")
	p.Press("end", "T").Want("Follow up: CHAN, Tai Man", "Why no result on record of a test ordered 22-Oct-2026", "overdue by 16 days", "▸ I take it over", "found in the record  (drlee)").Deny("call")
	p.Press("down", "down").Want("▸ Asked for, still to come · look again by 23-Nov-2026").Press("enter").Want("asked for")
	p.Press("T").Want("Whose it is drlee").Press("pgdown", "up").Want("▸ The patient did not have it done").Press("enter").Want("Done today  1", "not done 09:41")
	// The row leads to the record.
	p.Press("home").Press("enter").Want("SUBRAMANIAM").Press("esc").Want("To call  2")
	p.Press("f", "f").Want("only: to call, 2 of 3")
}

func TestTheFrontDeskSeesOfAFollowUpNoMoreThanThat(t *testing.T) {
	d := fake.New()
	leftOpen(false)(d)
	p := signIn(play(t, d, "en", 120, 30), clerk).Press("ctrl+t").Want("To call  2", "nobody has it yet · follow-up").Deny("referral", "record", "booking", "24-Jul-2026", "test")
	p.Press("T").Want("Call this patient", "Why follow-up").Deny("referral", "24-Jul-2026", "ServiceRequest")
}
