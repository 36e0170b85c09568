package fhir

import "testing"

// TestADateIsTheOneThatCounts, and the element that it stands in is named, so that
// a day of recording is not taken for a day of onset.
func TestADateIsTheOneThatCounts(t *testing.T) {
	for _, c := range []struct{ resource, members, date, from string }{
		{"Condition", `"onsetDateTime":"2019","recordedDate":"2024-11-02"`, "2019", "onsetDateTime"},
		{"Condition", `"onsetDateTime":"2019-05"`, "2019-05", "onsetDateTime"},
		{"Condition", `"onsetPeriod":{"start":"2018-03"},"recordedDate":"2024-11-02"`, "2018-03", "onsetPeriod"},
		{"Condition", `"onsetString":"in childhood","recordedDate":"2024-11-02"`, "2024-11-02", "recordedDate"},
		{"Condition", `"onsetDateTime":"last week","recordedDate":"2024-11-02"`, "2024-11-02", "recordedDate"},
		{"Condition", `"onsetAge":{"value":61}`, "", ""},
		{"AllergyIntolerance", `"onsetDateTime":"2010","recordedDate":"2026-01-08"`, "2026-01-08", "recordedDate"},
		{"AllergyIntolerance", `"lastOccurrence":"2011"`, "2011", "lastOccurrence"},
		{"Observation", `"effectiveDateTime":"2026-03-01T22:40:00Z","issued":"2026-03-02T01:00:00Z"`, "2026-03-01T22:40:00Z", ""},
		{"Observation", `"effectiveDateTime":"2024-06-03T09:20"`, "2024-06-03T09:20", ""},
		{"Observation", `"effectiveDateTime":"2024-06-04T09:20:00"`, "2024-06-04T09:20:00", ""},
		{"Observation", `"effectiveDateTime":"2024-06-05T09:20:00+0800"`, "2024-06-05T09:20:00+08:00", ""},
		{"Observation", `"effectivePeriod":{"end":"2026-03-02"}`, "2026-03-02", "effectivePeriod"},
		{"Observation", `"issued":"2026-03-02T01:00:00Z"`, "2026-03-02T01:00:00Z", "issued"},
		{"Observation", `"effectiveDateTime":7,"issued":"2026-03-02"`, "2026-03-02", "issued"},
		{"MedicationRequest", `"authoredOn":"2026-04-05"`, "2026-04-05", "authoredOn"},
		{"MedicationStatement", `"effectivePeriod":{"start":"2025-01","end":"2025-02"},"dateAsserted":"2026"`, "2025-01", "effectivePeriod"},
		{"MedicationDispense", `"whenPrepared":"2026-01-01","whenHandedOver":"2026-01-02"`, "2026-01-02", "whenHandedOver"},
		{"Immunization", `"occurrenceDateTime":"2020-02-10","recorded":"2026"`, "2020-02-10", "occurrenceDateTime"},
		{"Immunization", `"occurrenceString":"at birth","recorded":"2026-03-20"`, "2026-03-20", "recorded"},
		{"Procedure", `"performedPeriod":{"start":"2026-01-10"}`, "2026-01-10", "performedPeriod"},
		{"Encounter", `"period":{"start":"2026-01-10T09:00:00+08:00"}`, "2026-01-10T09:00:00+08:00", "period"},
		{"Appointment", `"start":"2026-05-01T09:00:00+08:00","created":"2026-01-01"`, "2026-05-01T09:00:00+08:00", "start"},
		{"Specimen", `"receivedTime":"2026-01-03","collection":{"collectedDateTime":"2026-01-02"}`, "2026-01-02", "collectedDateTime"},
		{"Specimen", `"receivedTime":"2026-01-03"`, "2026-01-03", "receivedTime"},
		{"DocumentReference", `"date":"2026-06-09T09:00:00+08:00"`, "2026-06-09T09:00:00+08:00", "date"},
		{"DeviceUseStatement", `"recordedOn":"2026-01-02"`, "2026-01-02", "recordedOn"},
		{"Provenance", `"occurredDateTime":"2026-01-02"`, "2026-01-02", "occurredDateTime"},
		{"Organization", `"date":"2026-01-02"`, "", ""},
		{"Basic", `"created":"2026-01-02"`, "2026-01-02", "created"},
		{"Basic", ``, "", ""},
	} {
		members := c.members
		if members == "" {
			members = `"code":{}`
		}
		rec, f := readAs(t, c.resource, members)
		if rec.Date.String() != c.date || f.DateFrom != c.from {
			t.Errorf("%s %s: %s from %q, want %s from %q", c.resource, c.members, rec.Date, f.DateFrom, c.date, c.from)
		}
	}
}

// TestWhatIsSaidOfATimeIsKept: ages, words, periods and second dates, each with
// the element it was said in.
func TestWhatIsSaidOfATimeIsKept(t *testing.T) {
	type said struct{ name, from, until, text string }
	for members, want := range map[string]said{
		`"onsetString":"in childhood"`:                                      {"onset", "", "", "in childhood"},
		`"onsetDateTime":"last week"`:                                       {"onset", "", "", "last week"},
		`"abatementDateTime":"2020"`:                                        {"abatement", "2020", "", ""},
		`"abatementPeriod":{"start":"2020","end":"2021"}`:                   {"abatement", "2020", "2021", ""},
		`"onsetDateTime":"2019","recordedDate":"2024-11-02"`:                {"recordedDate", "2024-11-02", "", ""},
		`"onsetPeriod":{"start":"2019","end":"2020"}`:                       {"onset", "2019", "2020", ""},
		`"issued":"not yet"`:                                                {"issued", "", "", "not yet"},
		`"effectiveTiming":{"event":["2026-01-02"]}`:                        {"effective", "2026-01-02", "", ""},
		`"effectiveTiming":{"repeat":{"boundsPeriod":{"start":"2026-01"}}}`: {"effective", "2026-01", "", ""},
		`"period":{"start":"then","end":"now"}`:                             {"period", "", "", "then now"},
	} {
		_, f := readAs(t, "Condition", members)
		if len(f.Times) != 1 {
			t.Errorf("%s: %+v", members, f.Times)
			continue
		}
		if x := f.Times[0]; (said{x.Name, x.From.String(), x.Until.String(), x.Text}) != want {
			t.Errorf("%s: %+v", members, x)
		}
	}
	_, f := readAs(t, "Condition", `"onsetAge":{"value":61,"unit":"a"},"abatementRange":{"low":{"value":64,"unit":"years"},"high":{"value":66,"unit":"years"}}`)
	if len(f.Ages) != 2 || f.Ages[0].Name != "onset" || f.Ages[0].Low != quantity("61", "a") || f.Ages[1].Name != "abatement" || f.Ages[1].High != quantity("66", "years") {
		t.Errorf("%+v", f.Ages)
	}
}

// TestADayStandsWhereItIsInHongKong: of two results the later is the later in
// time, whatever zone each was sent in.
func TestADayStandsWhereItIsInHongKong(t *testing.T) {
	order := []string{"2026-03-02T05:10:00+08:00", "2026-03-01T22:40:00Z", "2026-03-02T06:50", "2026-03-02T07:00:00+0800", "2026-03-03"}
	for i := 1; i < len(order); i++ {
		a, _ := readAs(t, "Observation", `"effectiveDateTime":"`+order[i-1]+`"`)
		b, _ := readAs(t, "Observation", `"effectiveDateTime":"`+order[i]+`"`)
		if a.Date.Compare(b.Date) >= 0 || b.Date.Compare(a.Date) <= 0 {
			t.Errorf("%s is not before %s", a.Date, b.Date)
		}
	}
}
