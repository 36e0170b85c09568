package strength_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/strength"
)

// What people in a clinic take first is refused, in three languages and in letters; a few
// words that have nothing to do with each other withstand.
func TestWhatIsGuessedIsRefusedInThreeLanguages(t *testing.T) {
	for p, withstands := range map[string]bool{
		"password1234": false, "qwertyuiop12": false, "Passw0rd!2026": false, "19970701hongkong": false, "tuenmunhospital1": false, "ehealth2026": false,
		"another one": false, "Xk7#pQz9": false, "aaaaaaaaaaaaaaaaaaaa": false, "correct horse battery staple": false,
		"恭喜發財萬事如意": false, "我爱你一生一世香港": false, "床前明月光疑是地上霜": false, "woaini1314520": false, "kungheifatchoy888": false, "一生一世一生一世": false,
		"drlee2026hk": false, "LeeKinChung": false, "李健聰李健聰李健聰": false, "harbour light clinic": false, "恭喜發財萬事如意恭喜發財萬事如意": false, "harbour-light-harbour-light": false, "drlee drlee drlee drlee drlee": false,
		"harbour light ferry": false, "harbour light ferry pier": true, "tin roof green ferry": true, "pupil lantern seven harbour": true, "紫貓乘車過橋看海": true, "seven tall ships passed": true,
	} {
		weak := strength.Check(ehrdesk.NewSecret(p), "drlee", "Dr LEE Kin Chung 李健聰", "Harbour Light Family Clinic")
		if (weak == nil) != withstands {
			t.Errorf("%q withstands: %v, want %v", p, weak == nil, withstands)
		}
	}
	if weak := strength.Check(ehrdesk.NewSecret("Xk7#pQz")); weak == nil || weak.Short != strength.Least {
		t.Errorf("seven characters: %v", weak)
	}
}

// Whatever comes is judged, in bounded time, and no message has a word of it.
func TestWhateverIsTypedIsJudged(t *testing.T) {
	long := strings.Repeat("pupil lantern seven harbour ", 2000)
	if strength.Check(ehrdesk.NewSecret(long)) != nil {
		t.Error("a long one is refused")
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.String().Draw(rt, "passphrase")
		if weak := strength.Check(ehrdesk.NewSecret(p)); weak != nil && len(p) > 3 && strings.Contains(weak.Error(), p) {
			rt.Fatalf("the message tells it: %v", weak)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	p := ehrdesk.NewSecret("pupil lantern seven harbour")
	for b.Loop() {
		strength.Check(p, "drlee", "Dr LEE Kin Chung 李健聰")
	}
}
