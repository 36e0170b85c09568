package copies

import (
	"reflect"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// Nobody is saved as nobody, and comes back as nobody.
func TestNobodyIsSavedAsNobody(t *testing.T) {
	if s := Save(ehrdesk.Patient{}); !reflect.ValueOf(s).IsZero() || !reflect.DeepEqual(s.Patient(), ehrdesk.Patient{}) {
		t.Errorf("%+v", s)
	}
}
