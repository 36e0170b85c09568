package ehrdesk

import (
	"errors"
	"testing"
)

// What is kept of a refusal is the refusal again, cause and all; one of before, a code alone, too.
func TestARefusalIsKeptWithItsCause(t *testing.T) {
	for name, cause := range causes() {
		r := RefusalOf(E("grant", CodeInvalid, cause))
		if err := r.Err("act"); !errors.Is(err, cause) || CodeOf(err) != CodeInvalid || r.Code() != CodeInvalid || r != Refusal("invalid/"+name) {
			t.Errorf("%s: %s is %v", name, r, r.Err("act"))
		}
	}
	if r := RefusalOf(E("x", CodeDenied, errors.New("other"))); r != "denied" || CodeOf(r.Err("act")) != CodeDenied {
		t.Errorf("%q", r)
	}
	if r := RefusalOf(nil); r != "" || r.Err("act") != nil || Refusal("invalid/unknown").Err("x") == nil {
		t.Error("none is one, or one is none")
	}
}
