package territory

import (
	"bytes"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Who may be tried for a feature has it, and may be opened at the demonstration's clinic.
func TestCastPeopleMayBeOpened(t *testing.T) {
	for _, r := range laterRoles {
		if r.problems == nil {
			continue
		}
		c := cast(t, r.note.en)
		if again := cast(t, r.note.en); !bytes.Equal(bytes.Join(c.Resources, nil), bytes.Join(again.Resources, nil)) {
			t.Errorf("%s: another record the second time", r.note.en)
		}
		if len(c.Consents) != 1 || c.Consents[0].Provider != DemoProvider || c.Consents[0].Consent.State != "active" || c.Patient.HKIC.IsZero() || len(c.all) < 60 {
			t.Errorf("%s: %d consents, %d records", r.note.en, len(c.Consents), len(c.all))
		}
	}
}

func TestDiabetesComesToInsulin(t *testing.T) {
	c := cast(t, "then insulin")
	doses := map[string]bool{}
	for _, e := range c.orders("metformin") {
		doses[e.DosageInstruction[0].Text] = true
	}
	insulin := c.orders("insulin isophane human")
	if len(doses) < 2 || len(insulin) < 2 {
		t.Fatalf("%d doses of metformin, %d orders of insulin", len(doses), len(insulin))
	}
	if i := insulin[len(insulin)-1]; i.Status != "active" || i.DosageInstruction[0].DoseAndRate[0].DoseQuantity.Unit != "units" || !strings.Contains(i.DosageInstruction[0].Text, "subcutaneous") {
		t.Errorf("insulin %s: %s", i.Status, i.DosageInstruction[0].Text)
	}
	highest := 0.0
	for _, e := range c.measured("4548-4") {
		highest = max(highest, e.ValueQuantity.Value)
	}
	if highest < 7.5 {
		t.Errorf("HbA1c never above %v, and insulin", highest)
	}
}

func TestKidneyFunctionFalls(t *testing.T) {
	list := cast(t, "kidney function").measured("98979-8")
	if a, b := list[0].ValueQuantity.Value, list[len(list)-1].ValueQuantity.Value; len(list) < 8 || b > 0.75*a {
		t.Errorf("eGFR %v to %v in %d results", a, b, len(list))
	}
}

// INR stands beside warfarin, and the dose follows it: more after a low one, less after a high one.
func TestWarfarinFollowsItsINR(t *testing.T) {
	c := cast(t, "warfarin")
	orders, inr := c.orders("warfarin"), c.measured("6301-6")
	in, changed, stopped := 0, 0, 0
	for _, e := range inr {
		if v := e.ValueQuantity.Value; v >= 2 && v <= 3 {
			in++
		}
	}
	for i := 1; i < len(orders); i++ {
		a, b := orders[i-1].DosageInstruction[0].DoseAndRate[0].DoseQuantity.Value, orders[i].DosageInstruction[0].DoseAndRate[0].DoseQuantity.Value
		if a == b {
			continue
		}
		if changed++; math.Abs(a-b) != 0.5 {
			t.Errorf("warfarin from %v to %v mg", a, b)
		}
		if orders[i-1].Status == "stopped" {
			stopped++
		}
		for _, e := range inr {
			if e.EffectiveDateTime.Equal(orders[i].AuthoredOn.Time) && (b > a) != (e.ValueQuantity.Value < 2) {
				t.Errorf("INR %v, and warfarin from %v to %v mg", e.ValueQuantity.Value, a, b)
			}
		}
	}
	if len(inr) < 50 || in < len(inr)/2 || changed < 3 || stopped == 0 {
		t.Errorf("%d INR, %d in range, %d changes, %d orders stopped", len(inr), in, changed, stopped)
	}
}

func TestMethotrexateIsWeeklyWithFolicAcid(t *testing.T) {
	c := cast(t, "methotrexate")
	for drug, on := range map[string]string{"methotrexate": "mon", "folic acid": "thu"} {
		list := c.orders(drug)
		if len(list) < 10 || list[len(list)-1].Status != "active" {
			t.Fatalf("%d orders of %s", len(list), drug)
		}
		for _, e := range list {
			d := e.DosageInstruction[0]
			r := d.Timing.Repeat
			if r.Frequency != 1 || r.Period != 1 || r.PeriodUnit != "wk" || len(r.DayOfWeek) != 1 || r.DayOfWeek[0] != on || !strings.Contains(d.Text, "once a week") {
				t.Errorf("%s: %s", drug, d.Text)
			}
		}
	}
	if len(c.measured("718-7")) < 15 || len(c.measured("1742-6")) < 15 {
		t.Error("blood and liver are not watched under methotrexate")
	}
}

// A taper is one order with an instruction for each dose, in turn, each lower than the last.
func TestPrednisoloneIsTapered(t *testing.T) {
	list := cast(t, "prednisolone").orders("prednisolone")
	last := math.Inf(1)
	if len(list) == 0 || len(list[0].DosageInstruction) < 4 {
		t.Fatalf("%d orders", len(list))
	}
	for _, e := range list {
		days := 0.0
		for i, d := range e.DosageInstruction {
			mg := d.DoseAndRate[0].DoseQuantity.Value
			if d.Sequence != i+1 || mg >= last {
				t.Errorf("%d: %v mg after %v", d.Sequence, mg, last)
			}
			last = mg
			days += d.Timing.Repeat.BoundsDuration.Value
			if !strings.Contains(d.Text, "for "+strconv.Itoa(int(d.Timing.Repeat.BoundsDuration.Value))+" days") {
				t.Errorf("%v days are %q", d.Timing.Repeat.BoundsDuration.Value, d.Text)
			}
		}
		if days > e.DispenseRequest.ExpectedSupplyDuration.Value {
			t.Errorf("%v days of a supply for %v", days, e.DispenseRequest.ExpectedSupplyDuration.Value)
		}
	}
}

func TestResuscitationIsRefused(t *testing.T) {
	c := cast(t, "no resuscitation")
	consent, flag := c.of("Consent"), c.of("Flag")
	if len(consent) != 1 || consent[0].Status != "active" || !bytes.Contains(consent[0].raw, []byte(`"type":"deny"`)) || !bytes.Contains(consent[0].raw, []byte("DocumentReference/")) {
		t.Error("no consent that denies it")
	}
	if len(flag) != 1 || flag[0].Status != "active" || !strings.Contains(flag[0].Code.Text, "DNACPR") {
		t.Error("no flag")
	}
	if !bytes.Contains(bytes.Join(c.Resources, nil), []byte("42348-3")) {
		t.Error("no form")
	}
}

func TestPapersAreWhatTheySay(t *testing.T) {
	c := cast(t, "scanned letter")
	pictures, files := 0, map[string][]byte{}
	for _, e := range c.of("DocumentReference") {
		switch a := e.Content[0].Attachment; a.ContentType {
		case "image/png":
			pictures++
			if p, err := png.Decode(bytes.NewReader(a.Data)); err != nil || p.Bounds().Dx() < 500 || len(a.Data) > 20_000 {
				t.Errorf("a picture of %d bytes: %v", len(a.Data), err)
			}
		case "application/pdf":
			files["ejection fraction 62 %"] = a.Data
		}
	}
	for _, e := range c.of("DiagnosticReport") {
		for _, f := range e.PresentedForm {
			files["No pulmonary nodule."] = f.Data
		}
	}
	if pictures != 1 || len(files) != 2 {
		t.Fatalf("%d pictures, %d PDF", pictures, len(files))
	}
	for words, data := range files {
		holdsPDF(t, data, words)
	}
}

// holdsPDF checks a PDF's table of objects, and its words as a reader finds them.
func holdsPDF(t *testing.T, data []byte, words string) {
	t.Helper()
	table := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(data)
	if !bytes.HasPrefix(data, []byte("%PDF-1.4\n")) || table == nil {
		t.Fatal("no PDF")
	}
	at, _ := strconv.Atoi(string(table[1]))
	rows := regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllSubmatch(data[at:], -1)
	for i, r := range rows {
		n, _ := strconv.Atoi(string(r[1]))
		if !bytes.HasPrefix(data[n:], []byte(strconv.Itoa(i+1)+" 0 obj\n")) {
			t.Errorf("object %d is not at %d", i+1, n)
		}
	}
	length := regexp.MustCompile(`(?s)/Length (\d+) >>\nstream\n(.*)\nendstream`).FindSubmatch(data)
	if n, _ := strconv.Atoi(string(length[1])); len(rows) != 5 || n != len(length[2]) || !bytes.Contains(data, []byte(words)) {
		t.Errorf("%d objects, a page of %d bytes said to be %d", len(rows), len(length[2]), n)
	}
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("no pdftotext on this machine: the structure alone was checked")
		return
	}
	name := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, name, "-").CombinedOutput()
	if err != nil || !strings.Contains(string(out), words) {
		t.Errorf("pdftotext: %v, %q", err, out)
	}
}

func TestBookingsOfEveryKind(t *testing.T) {
	n := map[string]int{}
	for _, e := range cast(t, "bookings").of("Appointment") {
		n[e.Status]++
	}
	if n["fulfilled"] < 10 || n["noshow"] < 1 || n["cancelled"] < 2 || n["booked"] < 2 {
		t.Errorf("%v", n)
	}
}

func TestReportsOfEveryKind(t *testing.T) {
	c := cast(t, "laboratory")
	n := map[string]int{}
	for _, e := range c.of("DiagnosticReport") {
		n[e.Status]++
		if len(e.Result) == 1 && c.by[e.Result[0].Reference].ValueString != "" {
			n["words"]++
		}
	}
	for _, e := range c.measured("2823-3") {
		n[e.Interpretation[0].code()]++
	}
	if n["HH"] != 1 || n["partial"] != 1 || n["corrected"] < 1 || n["words"] < 1 {
		t.Errorf("%v", n)
	}
}

func TestAStayHasItsPapers(t *testing.T) {
	c := cast(t, "admitted")
	n := map[string]int{}
	for _, e := range c.of("ServiceRequest") {
		n[e.Status]++
	}
	for _, e := range c.of("DocumentReference") {
		n[e.Description]++
		for _, r := range e.Context.Related {
			if c.by[r.Reference].Status == "completed" {
				n["answered"]++
			}
		}
	}
	if n["active"] < 1 || n["revoked"] < 1 || n["answered"] < 1 || n["Discharge summary 出院摘要"] < 1 || n["Sick leave certificate 病假證明書"] < 1 {
		t.Errorf("%v", n)
	}
}
