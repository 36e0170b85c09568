package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// reportsCame is a desk with reports that a doctor has to look at: one that is late, one that was corrected, and one of somebody
// whose consent has ended.
func reportsCame(d *fake.Desk) {
	y, m, dd := fake.Clock().Date()
	day := func(n int) time.Time { return time.Date(y, m, dd+n, 0, 0, 0, 0, time.UTC) }
	add := func(number, id string, due int, r ehrdesk.Report) {
		p := d.Patient(number)
		c := ehrdesk.Call{Missed: day(0), Due: day(due), At: fake.Clock().Add(-74 * time.Hour), What: ehrdesk.FollowReport, Record: ehrdesk.Ref{Resource: "DiagnosticReport", ID: p.ID + id}, Kind: ehrdesk.KindLaboratory, Report: r,
			History: []ehrdesk.Step{{State: ehrdesk.WorkRequested, Stamp: ehrdesk.Stamp{At: fake.Clock().Add(-time.Hour), By: "drho"}}}}
		if r.Rule == "" {
			c.Record = ehrdesk.Ref{}
		}
		d.Day = append(d.Day, ehrdesk.Task{ID: "look " + id, Kind: ehrdesk.TaskReview, State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: p.Number(), Patient: p, Added: fake.Clock(), Call: c})
	}
	says := ehrdesk.LocalName{English: "radiology report", Hant: "放射報告", Hans: "放射报告"}
	forDoctors := []ehrdesk.Profession{ehrdesk.Doctor}
	add(fake.Active, reportAt, -2, ehrdesk.Report{For: forDoctors, Rule: "radiology", Says: says})
	add(fake.OneYear, "corrected", 1, ehrdesk.Report{For: forDoctors, Rule: "radiology", Says: says, Again: ehrdesk.ReportCorrected})
	add(fake.NoConsent, "over", 3, ehrdesk.Report{For: forDoctors})
}

// reportAt is a record of the chart that the line leads to.
const reportAt = "-8"

func reportsPage(p *uitest.Player) { signIn(p, doctor).Press("ctrl+t") }

func TestADoctorLooksAtReportsThatCame(t *testing.T) {
	d := fake.New()
	reportsCame(d)
	p := signIn(play(t, d, "en", 130, 30), doctor).Press("ctrl+t")
	p.Want("To look up in the record  3", "overdue by 2 days · nobody has it yet · radiology report, came 3 d ago", "CORRECTED report: radiology report, came 3 d ago", "a report came; the consent has ended")
	p.Press("T").Want("radiology report", "▸ I take it over", "I have looked at it", "It is nothing for this clinic", "came to eHealth").Deny("drho", "No answer", "new booking", "Asked for")
	p.Press("down", "enter").Want("looked at", "To look up in the record  2", "Done today")
	p.Press("f", "f").Want("only: ")
}

func TestALineOfAReportOpensItInTheChart(t *testing.T) {
	d := fake.New()
	reportsCame(d)
	p := signIn(play(t, d, "en", 130, 40), doctor).Press("ctrl+t", "enter", "enter")
	p.Want("WONG, Mei Ling", "Chest X-ray, postero-anterior view", "No active lung lesion.")
	// Opened, it waits still; one that this desk does not have yet leads to what is new.
	p.Press("ctrl+t").Want("To look up in the record  3", "nobody has it yet · radiology report")
	p.Press("down", "enter", "enter").Want("What changed")
}

func TestReportsAreToldInChinese(t *testing.T) {
	d := fake.New()
	reportsCame(d)
	signIn(play(t, d, "zh-Hant", 130, 30), doctor).Press("ctrl+t").Want("逾期 2 日", "放射報告，3 日 前收到", "報告已更正：放射報告", "曾收到報告；同意已終止")
}

// The foot says what T does with the line in focus: nobody is called about a report.
func TestTheFootSaysWhatIsDoneWithAReport(t *testing.T) {
	for lang, want := range map[string][2]string{"en": {"T follow up", "T call"}, "zh-Hant": {"T 跟進", "T 致電"}, "zh-Hans": {"T 跟进", "T 致电"}} {
		d := fake.New()
		reportsCame(d)
		p := signIn(play(t, d, lang, 130, 30), doctor).Press("ctrl+t").Want(want[0]).Deny(want[1])
		for range 20 {
			if p.Press("down").Has(want[1]) {
				t.Errorf("%s: a line of a report or an arrival is called:\n%s", lang, p.Screen())
			}
		}
	}
}
