package line

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// Any answer means that the line is up, a refusal too; only silence means that it is
// down, and what has nothing to do with it changes nothing.
func TestAnyAnswerMeansThatTheLineIsUp(t *testing.T) {
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	l := New(NewBreaker(nil, 0), func() time.Time { return now }, nil, &warnings.Warnings{})
	for _, step := range []struct {
		code ehrdesk.Code
		want ehrdesk.LinkState
	}{
		{ehrdesk.CodeOther, ehrdesk.LinkUnknown}, // cancelled
		{"", ehrdesk.Online},
		{ehrdesk.CodeTimeout, ehrdesk.Offline},
		{ehrdesk.CodeOther, ehrdesk.Offline},
		{ehrdesk.CodeDenied, ehrdesk.Online},
		{ehrdesk.CodeOffline, ehrdesk.Offline},
	} {
		now = now.Add(time.Minute)
		_, err := Ask(t.Context(), l, time.Hour, func(ctx context.Context) (int, error) {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("asked without a deadline")
			}
			if step.code == "" {
				return 1, nil
			}
			return 0, ehrdesk.Errorf("x", step.code, "x")
		})
		if got := l.Link(); ehrdesk.CodeOf(err) != step.code || got.State != step.want || step.want == ehrdesk.Online && !got.Last.Equal(now) {
			t.Errorf("after %q: %+v, %v", step.code, got, err)
		}
	}
}

// The centre's clock is held against the desk's: too far apart is told once, and says
// of a moment that it is uncertain.
func TestAClockThatIsFarOffIsToldAndUncertain(t *testing.T) {
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	w := &warnings.Warnings{}
	l := New(NewBreaker(nil, 0), func() time.Time { return now }, nil, w)
	if _, uncertain := l.Clocked(); !uncertain {
		t.Error("a clock that was never heard is certain")
	}
	if l.HeardTime(now.Add(-time.Minute)); len(w.Warnings()) > 0 {
		t.Errorf("a minute is told: %v", w.Warnings())
	}
	if _, uncertain := l.Clocked(); uncertain {
		t.Error("a minute is uncertain")
	}
	for range 2 {
		l.HeardTime(now.Add(-time.Hour))
	}
	if got := w.Warnings(); len(got) != 1 || got[0] != warnings.Clock {
		t.Errorf("told: %v", got)
	}
	if err := l.ByClock(ehrdesk.Errorf("x", ehrdesk.CodeDenied, "no")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || ehrdesk.Message(err) == "no" {
		t.Errorf("a refused sign-in does not name the clock: %v", err)
	}
	end := ehrdesk.NotSignedIn("x", ehrdesk.SignInOther)
	if err := l.ByClock(end); ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInOther || !strings.Contains(ehrdesk.Message(err), "60 minutes") {
		t.Errorf("with the clock the reason is lost: %v", err)
	}
	if w.Unwarn(warnings.Clock); len(w.Warnings()) > 0 {
		t.Errorf("taken back, and still told: %v", w.Warnings())
	}
}
