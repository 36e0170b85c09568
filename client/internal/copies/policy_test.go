package copies

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

func hours(n int) *int { return &n }

func TestTheStricterOfCentreAndDeskWins(t *testing.T) {
	day := fhir.CachePolicy{Mode: "hours", Hours: 24, OfflineHours: 12}
	note := []ehrdesk.Kind{ehrdesk.KindNote}
	for _, tt := range []struct {
		name   string
		centre fhir.CachePolicy
		desk   Ceiling
		want   Policy
	}{
		{"the centre alone", day, Ceiling{}, Policy{Mode: "hours", Hours: 24, OfflineHours: 12}},
		{"a centre without a policy", fhir.CachePolicy{}, Ceiling{}, Policy{Mode: "session"}},
		{"a mode nobody knows", fhir.CachePolicy{Mode: "for ever", Hours: 9}, Ceiling{}, Policy{Mode: "session"}},
		{"hours without a number", fhir.CachePolicy{Mode: "hours"}, Ceiling{}, Policy{Mode: "session"}},
		{"the desk keeps nothing", day, Ceiling{Mode: "off"}, Policy{Mode: "off", By: "desk"}},
		{"the desk keeps for the session", day, Ceiling{Mode: "session"}, Policy{Mode: "session", By: "desk"}},
		{"the desk would keep longer", fhir.CachePolicy{Mode: "off"}, Ceiling{Mode: "hours", Hours: hours(99)}, Policy{Mode: "off"}},
		{"fewer hours at the desk", day, Ceiling{Hours: hours(8)}, Policy{Mode: "hours", Hours: 8, OfflineHours: 8, By: "desk"}},
		{"as many hours", day, Ceiling{Hours: hours(24)}, Policy{Mode: "hours", Hours: 24, OfflineHours: 12}},
		{"no hours offline", day, Ceiling{OfflineHours: hours(0)}, Policy{Mode: "hours", Hours: 24}},
		{"offline longer than kept", fhir.CachePolicy{Mode: "hours", Hours: 2, OfflineHours: 9}, Ceiling{}, Policy{Mode: "hours", Hours: 2, OfflineHours: 2}},
		{"types that either never keeps", fhir.CachePolicy{Mode: "hours", Hours: 1, Never: []string{"laboratory-radiology", "certificate"}}, Ceiling{Never: append(note, ehrdesk.KindCertificate)},
			Policy{Mode: "hours", Hours: 1, Never: []string{"certificate", "laboratory", "note", "radiology"}, Here: []string{"note"}}},
		{"a type nobody knows", fhir.CachePolicy{Mode: "hours", Hours: 1, Never: []string{"note", "no such"}}, Ceiling{Never: note},
			Policy{Mode: "hours", Hours: 1, Never: names(ehrdesk.Kinds())}},
		{"ways out that the centre allows", fhir.CachePolicy{Mode: "off", Handout: []string{"view", "print", "post", "view"}}, Ceiling{}, Policy{Mode: "off", Handout: []string{"print", "view"}}},
		{"ways out that both allow", fhir.CachePolicy{Mode: "off", Handout: []string{"view", "print"}}, Ceiling{Handout: []ehrdesk.Handout{ehrdesk.HandoutView, ehrdesk.HandoutCopy}}, Policy{Mode: "off", Handout: []string{"view"}}},
		{"a desk that allows no way", fhir.CachePolicy{Mode: "off", Handout: []string{"view", "print"}}, Ceiling{Handout: []ehrdesk.Handout{}}, Policy{Mode: "off"}},
		{"a desk that allows what the centre does not", fhir.CachePolicy{Mode: "off"}, Ceiling{Handout: ehrdesk.Handouts()}, Policy{Mode: "off"}},
	} {
		if diff := cmp.Diff(tt.want, Strictest(tt.centre, tt.desk)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestNoCeilingEverLetsADeskKeepMore(t *testing.T) {
	mode := rapid.SampledFrom([]string{"", "off", "session", "hours", "other"})
	kind := rapid.SliceOf(rapid.SampledFrom(ehrdesk.Kinds()))
	out := rapid.SliceOf(rapid.SampledFrom(ehrdesk.Handouts()))
	limit := rapid.Ptr(rapid.IntRange(1, 48), true)
	rapid.Check(t, func(t *rapid.T) {
		centre := fhir.CachePolicy{Mode: mode.Draw(t, "mode"), Hours: rapid.IntRange(-1, 48).Draw(t, "hours"), OfflineHours: rapid.IntRange(-1, 60).Draw(t, "offline"), Never: names(kind.Draw(t, "never there")), Handout: ways(out.Draw(t, "handed out"))}
		desk := Ceiling{Mode: mode.Draw(t, "desk"), Hours: limit.Draw(t, "desk hours"), OfflineHours: limit.Draw(t, "desk offline"), Never: kind.Draw(t, "never"), Handout: out.Draw(t, "desk hands out")}
		if desk.Mode == "other" {
			desk.Mode = ""
		}
		wide, p := Strictest(centre, Ceiling{}), Strictest(centre, desk)
		now := testclock.Start()
		long := func(p Policy) time.Time {
			if u := p.purgeAfter(now); !u.IsZero() {
				return u
			}
			return now
		}
		offline := func(p Policy) time.Time { return line.Later(Header{Policy: p, Checked: now}.OfflineUntil(), now) }
		if long(p).After(long(wide)) || offline(p).After(offline(wide)) || offline(p).After(long(p)) || len(p.Never) < len(wide.Never) || len(p.Handout) > len(wide.Handout) {
			t.Fatalf("%+v lets it keep more than %+v", p, wide)
		}
		again := Strictest(p.centre(), desk)
		if again.By = p.By; !p.equal(again) {
			t.Fatalf("%+v, and again %+v", p, again)
		}
	})
}
