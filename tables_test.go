package ehrdesk

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

func TestEveryRowOfThePlacementTableIsUsable(t *testing.T) {
	for _, f := range tables.Placement() {
		kind := strings.TrimPrefix(f[3], "linked:")
		if _, err := ParseKind(kind); err != nil && f[3] != "none" {
			t.Errorf("row %v: unknown kind", f)
		}
	}
}

func TestPlacementHasOnePlaceForEverything(t *testing.T) {
	for _, c := range []struct {
		resource   string
		categories []string
		codes      []string
		want       RecordType
		sharable   bool
	}{
		{"Observation", []string{"laboratory"}, nil, LaboratoryRadiology, true},
		{"Observation", []string{"vital-signs"}, nil, ObservationLifestyle, true},
		{"Observation", nil, nil, ObservationLifestyle, true},
		{"DiagnosticReport", []string{"LAB"}, nil, LaboratoryRadiology, true},
		{"DiagnosticReport", []string{"EC"}, nil, OtherInvestigation, true},
		{"DocumentReference", nil, []string{"57133-1"}, Referral, true},
		{"DocumentReference", nil, nil, ClinicalNote, true},
		{"Organization", nil, nil, Demographics, true},
		{"Claim", nil, nil, 0, false},
		{"ExplanationOfBenefit", nil, nil, 0, false},
		{"Coverage", nil, nil, 0, false},
		{"SomethingNew", nil, nil, ClinicalNote, true},
	} {
		p := Place(c.resource, c.categories, c.codes)
		if p.Kind.Type() != c.want || p.Sharable != c.sharable {
			t.Errorf("%s %v %v: got %v", c.resource, c.categories, c.codes, p)
		}
	}
}

func TestAccessUnknownIsRestricted(t *testing.T) {
	for _, c := range []struct {
		p    Profession
		k    Kind
		want Access
	}{
		{Doctor, KindRadiology, General},
		{Pharmacist, KindLaboratory, General},
		{Pharmacist, KindRadiology, Restricted},
		{Pharmacist, KindBirth, Restricted},
		{Pharmacist, KindOtherInvestigation, Restricted},
		{"dentist", KindObservation, Restricted},
		{"chiropractor", KindMedication, Restricted},
		{"astrologer", KindPersonal, Restricted},
		{FrontDesk, KindMedication, NoAccess},
		{FrontDesk, KindPersonal, General},
	} {
		if got := AccessOf(c.p, c.k); got != c.want {
			t.Errorf("%s × %s: got %v, want %v", c.p, c.k, got, c.want)
		}
	}
	for _, k := range Kinds() {
		if k.Type() == 0 || AccessOf(Doctor, k) != General {
			t.Errorf("%v: doctor %v", k, AccessOf(Doctor, k))
		}
		if k != KindPersonal && AccessOf(FrontDesk, k) != NoAccess {
			t.Errorf("%v: the front desk may see it", k)
		}
	}
	if len(RecordTypes()) != 11 {
		t.Errorf("%d record types", len(RecordTypes()))
	}
}

func TestErrorsCarryOperationAndInnermostCode(t *testing.T) {
	err := E("chart", CodeOther, E("find", CodeInvalid, ErrHKICCheckDigit))
	if got := err.Error(); got != "chart: HKIC check digit does not match (invalid)" {
		t.Errorf("got %q", got)
	}
	if CodeOf(err) != CodeInvalid || CodeOf(err).Exit() != 2 || CodeOf(nil).Exit() != 0 {
		t.Errorf("code %v", CodeOf(err))
	}
	if len(DocumentTypes()) < 5 {
		t.Error("the table of documents cannot be read")
	}
}
