package cardreader_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/cardreader"
)

func TestTheBackendIsNamed(t *testing.T) {
	name := cardreader.Backend()
	if runtime.GOOS == "linux" && strings.HasPrefix(name, "none") {
		t.Error("a Linux build without a backend: ", name)
	}
	if name == "" || cardreader.System() == nil {
		t.Error("no backend")
	}
	if strings.HasPrefix(name, "none") {
		_, err := (&cardreader.Station{Establish: cardreader.System()}).List()
		wantKind(t, err, cardreader.Unsupported)
	}
}
