package ehrdesk_test

import (
	"bytes"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// The bytes say whether it is the same; which came first versions say that are numbers, and nothing else does.
func TestARecordIsHeldAgainstTheOneThatIsNamed(t *testing.T) {
	one, two := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	for _, c := range []struct {
		was, is string
		digest  []byte
		want    ehrdesk.CaseRecordState
	}{
		{"3", "3", one, ehrdesk.CaseRecordSame},
		{"3", "4", one, ehrdesk.CaseRecordSame},
		{"", "", one, ehrdesk.CaseRecordSame},
		{"3", "4", two, ehrdesk.CaseRecordNewer},
		{"9", "10", two, ehrdesk.CaseRecordNewer},
		{"10", "9", two, ehrdesk.CaseRecordOlder},
		{"3", "3", two, ehrdesk.CaseRecordOther},
		{"a", "b", two, ehrdesk.CaseRecordOther},
		{"", "3", two, ehrdesk.CaseRecordOther},
		{"-1", "3", two, ehrdesk.CaseRecordOther},
	} {
		r := ehrdesk.CaseRecord{Version: c.was, Digest: one}
		if got := r.Against(c.is, c.digest); got != c.want {
			t.Errorf("%q against %q: %s, want %s", c.was, c.is, got, c.want)
		}
	}
}
