package widget_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// A source that does not fit is said as doctors say it, and cut only after that.
func TestAHospitalGivesItsLettersBeforeItIsCut(t *testing.T) {
	for _, c := range []struct {
		source string
		w      int
		want   string
	}{
		{"Queen Mary Hospital 瑪麗醫院", 28, "Queen Mary Hospital 瑪麗醫院"},
		{"Queen Mary Hospital 瑪麗醫院", 14, "QMH"},
		{"瑪麗醫院", 6, "QMH"},
		{"Queen Mary Hospital", 14, "QMH"},
		{"Queen Mary Hospital (瑪麗醫院)", 14, "QMH"},
		{"Dr CHEUNG Ka Wai, Queen Mary Hospital 瑪麗醫院", 30, "Dr CHEUNG Ka Wai, QMH"},
		{"Queen Mary Hospital Cardiology", 16, "QMH Cardiology"},
		{"Tung Wah Eastern Hospital 東華東院", 14, "TWEH"},
		{"Saint Tung Wah Hospital", 14, "Saint Tung Wa…"},
		{"Kwai Chung Family Clinic", 14, "Kwai Chung Fa…"},
		{"Queen Mary Hospital", 0, ""},
	} {
		if got := widget.Source(c.source, c.w); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.source, c.w, got, c.want)
		}
	}
}
