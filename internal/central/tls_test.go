package central_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// What is no certificate with its key serves nobody.
func TestATLSThatCannotBeMeantIsRefused(t *testing.T) {
	for name, in := range map[string][2]string{"nothing": {"", ""}, "no PEM": {"certificate", "key"}} {
		if _, err := central.NewTLS([]byte(in[0]), []byte(in[1]), nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
