package ehrdesk_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

func when(t *testing.T, s string) ehrdesk.When {
	t.Helper()
	w, err := ehrdesk.ParseWhen(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAgeAtTheEndsOfMonths(t *testing.T) {
	for _, c := range []struct{ born, at, want string }{
		{"2024-12-31", "2026-02-28", "13m 28d"}, // the month from 31 January has no 31st
		{"2024-12-31", "2026-03-01", "14m 1d"},
		{"2025-01-31", "2026-03-01", "13m 1d"},
		{"2025-01-30", "2026-03-29", "13m 29d"},
		{"2024-02-29", "2026-02-28", "23m 30d"},
		{"2008-02-29", "2026-02-28", "17y 11m"},
		{"2008-02-29", "2026-03-01", "18y"},
		{"2026-11-01", "2026-11-28", "27d"},
		{"2026-11-01", "2026-11-29", "4w 0d"},
	} {
		p := ehrdesk.Patient{Born: when(t, c.born)}
		if got := p.Age(when(t, c.at).Time); got != c.want {
			t.Errorf("born %s, at %s: %s, want %s", c.born, c.at, got, c.want)
		}
	}
}

// A birthday begins at midnight of the desk's clock.
func TestAnAgeIsOfTheClocksOwnDay(t *testing.T) {
	hk := time.FixedZone("HKT", 8*3600)
	p := ehrdesk.Patient{Born: ehrdesk.Day(1958, time.February, 3)}
	if got := p.Age(time.Date(2026, 2, 3, 0, 30, 0, 0, hk)); got != "68y" {
		t.Errorf("%s at half past midnight of the birthday", got)
	}
}

func TestAgeAtDeathIsAsPreciseAsTheDeath(t *testing.T) {
	for _, c := range []struct{ born, died, want string }{
		{"1940-11-20", "2021", "80 or 81"},
		{"1940-01-01", "2021", "81y"},
		{"1940-11-20", "2021-03", "80y"},
		{"1940-11-20", "2021-11", "80 or 81"},
		{"1940-11-20", "2021-11-19", "80y"},
		{"2021-05-05", "2021", "0y"},
		{"2020-05-05", "2021", "0 or 1"},
		{"2021-05-05", "2020", ""},
		{"1940", "2021-11-19", ""},
	} {
		p := ehrdesk.Patient{Born: when(t, c.born), Deceased: true, Died: when(t, c.died)}
		if got := p.Age(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); got != c.want {
			t.Errorf("born %s, died %s: %q, want %q", c.born, c.died, got, c.want)
		}
	}
	p := ehrdesk.Patient{Born: when(t, "1940-11-20"), Deceased: true}
	if got := p.Age(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); got != "" {
		t.Errorf("died on no day that is known: %q", got)
	}
}

func TestNoPartOfAnAgeIsNegative(t *testing.T) {
	shape := regexp.MustCompile(`^(\d+(min|hrs|d|y)|\d+w [0-6]d|\d+m ([0-2]?\d|30)d|\d+y ([0-9]|1[01])m)$`)
	day := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 12000).Draw(t, "day"))
	})
	rapid.Check(t, func(t *rapid.T) {
		born, at := day.Draw(t, "born"), day.Draw(t, "at")
		p := ehrdesk.Patient{Born: ehrdesk.When{Time: born, Precision: ehrdesk.ToDay}}
		got := p.Age(at)
		if at.Before(born) != (got == "") || got != "" && !shape.MatchString(got) {
			t.Fatalf("born %s, at %s: %q", born.Format(time.DateOnly), at.Format(time.DateOnly), got)
		}
	})
}

func TestANameSaysItsSuffixAndThatItIsFormer(t *testing.T) {
	for _, c := range []struct {
		name ehrdesk.Name
		want string
	}{
		{ehrdesk.Name{Family: "D'Souza", Given: "Mark", Suffix: "Jr"}, "D'SOUZA, Mark Jr"},
		{ehrdesk.Name{Family: "Ko", Given: "Lai Wah", Former: true}, "formerly KO, Lai Wah"},
		{ehrdesk.Name{Family: "Shum", Given: "Man Yee", Chinese: "蔡敏儀", FormerChinese: true}, "SHUM, Man Yee formerly 蔡敏儀"},
		{ehrdesk.Name{Family: "Choi", Given: "Man Yee", Chinese: "蔡敏儀", Former: true, FormerChinese: true, Title: "Ms"}, "formerly CHOI, Man Yee 蔡敏儀 (Ms)"},
		{ehrdesk.Name{Chinese: "陳大文"}, "陳大文"},
	} {
		if got := c.name.Banner(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if got := (ehrdesk.Name{Family: "Ko", Former: true}).BannerIn("前稱 %s"); got != "前稱 KO" {
		t.Error(got)
	}
}

// A card bears today's name and no suffix.
func TestACardAndANameThatIsNotInForce(t *testing.T) {
	p := ehrdesk.Patient{Name: ehrdesk.Name{Family: "Ko", Given: "Lai Wah", Former: true}}
	agreement := func(card string) ehrdesk.CardAgreement {
		return ehrdesk.CompareCard(ehrdesk.CardFace{Name: card}, p)[1].Agreement
	}
	if got := agreement("LAM, Lai Wah"); got != ehrdesk.CardSilent {
		t.Errorf("another name than the former one: %v", got)
	}
	p.Name = ehrdesk.Name{Family: "D'Souza", Given: "Mark", Suffix: "Jr"}
	for card, want := range map[string]ehrdesk.CardAgreement{"D'SOUZA, Mark": ehrdesk.CardAgrees, "DSOUZA MARK JR": ehrdesk.CardAgrees, "D'SOUZA, Martin": ehrdesk.CardDiffers} {
		if got := agreement(card); got != want {
			t.Errorf("%s: %v, want %v", strings.ToLower(card), got, want)
		}
	}
}
