package ui_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

func unlock(p *uitest.Player) *uitest.Player { return p.Type(fake.Passphrase).Press("enter") }

// Each passphrase begins a session of its own, and the one before is closed after
// it: the chart is there again however often, by the access of the beginning.
func TestHoweverOftenTheDeskIsUnlockedTheChartStays(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3", "3")
	m := p.M.(*ui.Model)
	for i := range 3 {
		before := m.Session()
		unlock(p.Press("ctrl+l"))
		p.Want("Potassium")
		if m.Session() == before || d.Locked != i+1 || d.Closed != i+1 {
			t.Fatalf("round %d: %d sessions locked, %d closed", i, d.Locked, d.Closed)
		}
	}
	p.Press("f5").Want("Potassium")
	if d.Calls["open"] != 1 || d.Calls["resume"] != 3 {
		t.Errorf("%d accesses, %d times gone on", d.Calls["open"], d.Calls["resume"])
	}
	p.Press("ctrl+p").Type("sign out").Press("enter").Want("Sign in")
	if d.Closed != 4 {
		t.Errorf("%d sessions closed at the end, want 4", d.Closed)
	}
}

func TestTheChartIsWhereItWas(t *testing.T) {
	for name, tt := range map[string]struct {
		w    int
		keys []string
	}{
		"far down a list":      {120, []string{"3", "3", "pgdown", "pgdown", "down"}},
		"a record on a page":   {80, []string{"3", "3", "down", "enter"}},
		"the rail":             {120, []string{"4", "shift+tab"}},
		"a type with nothing":  {100, []string{"-"}},
		"what somebody opened": {160, []string{"2"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(signIn(play(t, fake.New(), "zh-Hant", tt.w, 30), doctor), fake.Big).Press(tt.keys...)
			before := p.Screen()
			if unlock(p.Press("ctrl+l")); p.Screen() != before {
				t.Errorf("before\n%s\nafter\n%s", before, p.Screen())
			}
		})
	}
}

// What ended behind the lock is said in place of the chart.
func TestAChartThatCannotBeOpenedAgainIsSaid(t *testing.T) {
	for want, err := range map[string]error{
		"consent has ended":         ehrdesk.E("fake", ehrdesk.CodeConsentNeeded, nil),
		"may keep its copy is over": ehrdesk.E("fake", ehrdesk.CodeNotFound, nil),
		"damaged or belongs":        ehrdesk.E("fake", ehrdesk.CodeTampered, nil),
	} {
		d := fake.New()
		p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3", "3", "ctrl+l")
		d.Fail["resume"] = err
		unlock(p).Want(want, "Find a patient").Deny("Potassium", "WONG")
	}
}

// Behind the lock the screens hold no word of the record and no name: whoever reads
// the memory of the program has to look elsewhere, and finds the store's keys gone.
func TestBehindTheLockTheScreensHoldNothingOfTheChart(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 160, 50), doctor), fake.Active).Press("3", "3", "down", "enter")
	words := []string{"Mei Ling", "黃美玲", "Potassium", "warfarin", "penicillin", "fibrillation"}
	if held := reachable(p.M, words); len(held) == 0 {
		t.Fatal("nothing is held of the open chart either: this finds nothing")
	}
	p.Press("ctrl+l")
	if held := reachable(p.M, words); len(held) > 0 {
		t.Errorf("held behind the lock: %q", held)
	}
}

// reachable looks for words in every string that can be reached from v, but through
// the desk itself.
func reachable(v any, words []string) (found []string) {
	seen := map[uintptr]bool{}
	var walk func(reflect.Value, string)
	walk = func(v reflect.Value, path string) {
		if v.IsValid() && strings.Contains(v.Type().String(), "fake.") {
			return
		}
		switch v.Kind() {
		case reflect.String:
			for _, w := range words {
				if strings.Contains(v.String(), w) {
					found = append(found, path+": "+w)
				}
			}
		case reflect.Pointer:
			if !v.IsNil() && !seen[v.Pointer()] {
				seen[v.Pointer()] = true
				walk(v.Elem(), path)
			}
		case reflect.Interface:
			walk(v.Elem(), path)
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		case reflect.Slice, reflect.Array:
			if v.Kind() == reflect.Slice {
				v = v.Slice(0, v.Cap()) // what was cut off is held too
			}
			if k := v.Type().Elem().Kind(); k == reflect.Int32 || k == reflect.Uint8 {
				walk(reflect.ValueOf(letters(v)), path)
				return
			}
			for i := range v.Len() {
				walk(v.Index(i), path+"[]")
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Key(), path)
				walk(it.Value(), path)
			}
		}
	}
	walk(reflect.ValueOf(v), "model")
	return found
}

// letters is a slice of runes or bytes as text.
func letters(v reflect.Value) string {
	var b strings.Builder
	for i := range v.Len() {
		if v.Index(i).CanInt() {
			b.WriteRune(rune(v.Index(i).Int()))
		} else {
			b.WriteByte(byte(v.Index(i).Uint()))
		}
	}
	return b.String()
}

// The same staff number at two providers is two accounts.
func TestAPersonOfTwoProvidersSignsInToTheOneChosen(t *testing.T) {
	d := fake.New()
	other := d.People[0]
	other.Provider, other.ProviderName = "1111111111", "Tai Po Clinic 大埔診所"
	d.People = append(d.People, other)
	p := signIn(play(t, d, "en", 120, 40), 4).Want("Find a patient", "Tai Po Clinic")
	unlock(open(p, fake.Active).Press("ctrl+l").Want("▸ Dr LEE"))
	p.Want("Tai Po Clinic", "WONG, Mei Ling")
}

func TestNothingAskedForBehindTheLockAppearsLater(t *testing.T) {
	for _, k := range []string{"f1", "ctrl+p"} {
		p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active).Press("3", "3")
		before := p.Screen()
		p.Press("ctrl+l").Deny("F1 help", "Ctrl+P").Want(fake.Passphrase)
		p.Press(k).Want("not available here")
		if unlock(p); p.Screen() != before {
			t.Errorf("%s while locked: after unlocking\n%s", k, p.Screen())
		}
	}
}

func TestALockedDeskReadsNothing(t *testing.T) {
	now := fake.Clock()
	d := fake.New()
	d.Now = func() time.Time { return now }
	cfg := config(d, "en")
	cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.OneYear).Press("ctrl+l")
	before := d.Calls["sync"] + d.Calls["detail"]
	for range 3 {
		now = now.Add(10 * time.Minute)
		p.Send(ui.Tick())
	}
	if n := d.Calls["sync"] + d.Calls["detail"]; n != before {
		t.Errorf("%d calls while locked", n-before)
	}
	now = time.Date(2027, 3, 12, 9, 0, 1, 0, fake.Zone) // the consent runs out behind the lock
	p.Send(ui.Tick())
	p.Deny("consent")
	unlock(p).Want("consent has ended", "Find a patient").Deny("SUBRAMANIAM")
}

// Ctrl+R draws the terminal anew wherever one is: in a field, whose text it leaves
// alone, in a dialog, behind the lock, in a window that is too small, and from the
// palette.
func TestControlRDrawsTheWholeScreenAnew(t *testing.T) {
	p := play(t, fake.New(), "zh-Hant", 80, 24)
	anew := func(where string, keys ...string) {
		t.Helper()
		p.Clear = 0
		before := p.Screen()
		if p.Press(keys...); p.Clear != 1 {
			t.Errorf("%s: drawn anew %d times", where, p.Clear)
		}
		if keys[0] == "ctrl+r" && p.Screen() != before {
			t.Errorf("%s: the screen became\n%s", where, p.Screen())
		}
	}
	p.Type("secret")
	anew("passphrase", "ctrl+r")
	for range len("secret") {
		p.Press("backspace")
	}
	signIn(p, doctor).Type("A12")
	anew("number", "ctrl+r")
	open(p.Press("esc"), fake.Active).Press("3", "3")
	anew("chart", "ctrl+r")
	p.Press("/").Type("warf")
	anew("search", "ctrl+r")
	p.Press("esc", "f1")
	anew("help", "ctrl+r")
	p.Press("esc", "ctrl+p")
	anew("palette", "ctrl+r")
	p.Press("pgdown").Want("重新繪畫整個畫面")
	p.Type("repaint")
	anew("by its name", "enter")
	p.Resize(40, 10)
	anew("too small", "ctrl+r")
	p.Resize(80, 24)
	p.Press("ctrl+l")
	anew("locked", "ctrl+r")
	unlock(p)
	p = toKey(play(t, fake.New(), "en", 80, 24)).Press("esc", "ctrl+q")
	anew("before what is not saved is lost", "ctrl+r")
}

// Nothing on the way through the program erases the terminal: what changes is written.
func TestNoChangeOfTheLayoutErasesTheTerminal(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "zh-Hant", 80, 24), doctor), fake.Active)
	for _, k := range []string{"f8", "f1", "esc", "ctrl+p", "esc", "3", "down", "pgdown", "tab", "enter", "esc", "f2", "ctrl+l"} {
		if p.Press(k); p.Clear != 0 {
			t.Fatalf("%s erased it", k)
		}
	}
}

func TestARecordThatIsGoneIsNotANumberToBeChecked(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	d.Fail["detail"] = ehrdesk.E("fake", ehrdesk.CodeNotFound, nil)
	p.Press("3").Want("no longer among what").Deny("check the number")
}

func TestHowLongNobodyPressedAKeyIsGoodChinese(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "zh-Hant")
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := signIn(uitest.Play(t, m, 80, 24), doctor)
	now = now.Add(301 * time.Second)
	p.Send(ui.Tick())
	p.Want("閒置 5 分鐘後已鎖定")
}

// A machine that slept for two hours wakes locked: with its first second, and where
// a key is quicker, with that key, which does nothing else.
func TestAMachineThatSleptWakesLocked(t *testing.T) {
	for name, wake := range map[string]func(*uitest.Player){
		"a key":   func(p *uitest.Player) { p.Press("down") },
		"a paste": func(p *uitest.Player) { p.Send(tea.PasteMsg{Content: "queen"}) },
	} {
		d, now := fake.New(), fake.Clock()
		m, err := ui.New(ui.Config{Desk: d, Lang: "en", Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.Active).Press("3", "3").Want("Potassium")
		now = now.Add(2 * time.Hour)
		wake(p)
		if p.Deny("Potassium", "Mei Ling"); d.Locked != 1 {
			t.Errorf("%s: %d sessions are locked", name, d.Locked)
		}
	}
}

// A clock that is set back, by a person or by the network, holds no lock up: the seconds
// that passed count as well, from the last key on.
func TestAClockThatIsSetBackDoesNotHoldTheLockUp(t *testing.T) {
	d, now := fake.New(), fake.Clock()
	m, err := ui.New(ui.Config{Desk: d, Lang: "en", IdleLock: time.Minute, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.Active).Press("3", "3").Want("Potassium")
	now = now.Add(-3 * time.Hour)
	for range 59 {
		p.Send(ui.Tick())
	}
	p.Press("down").Want("Potassium")
	for range 59 {
		p.Send(ui.Tick())
	}
	if p.Want("Potassium"); d.Locked != 0 {
		t.Error("locked before its time")
	}
	p.Send(ui.Tick())
	if p.Deny("Potassium", "Mei Ling"); d.Locked != 1 {
		t.Errorf("%d sessions are locked", d.Locked)
	}
}

// Whoever mistypes the passphrase too often is told of the passphrase.
func TestTooManyWrongPassphrasesAreSaidToBeThat(t *testing.T) {
	d := fake.New()
	d.Fail["signin"] = ehrdesk.E("fake", ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: fake.Clock().Add(15 * time.Minute)})
	play(t, d, "en", 120, 40).Type("guess").Press("enter").Want("Too many wrong passphrases", "09:56").Deny("Access Key")
}

// The lock is there over whatever is on the screen; with nobody signed in there is
// nothing to lock.
func TestTheLockIsThereOverAnyOverlay(t *testing.T) {
	for _, key := range []string{"f1", "ctrl+p", "f4"} {
		p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active).Press("3", "3")
		before := p.Screen()
		p.Press(key, "ctrl+l").Want(fake.Passphrase).Deny("Potassium")
		if unlock(p); p.Screen() != before {
			t.Errorf("%s: after unlocking\n%s", key, p.Screen())
		}
	}
	play(t, fake.New(), "en", 120, 40).Press("f1", "ctrl+l").Want("not available here").Deny(fake.Passphrase)
}

// A passphrase that is guessed too easily is refused before the code goes anywhere: the
// code stays, and what to take instead is said.
func TestAPassphraseThatIsGuessedSaysWhatToTakeAndKeepsTheCode(t *testing.T) {
	d := fake.New()
	d.Fail["enrol"] = ehrdesk.E("fake", ehrdesk.CodeInvalid, &ehrdesk.WeakPassphrase{})
	p := play(t, d, "en", 120, 40).Press("f9").Want("Activation code")
	fill := func(words ...string) {
		for i, s := range words {
			if i > 0 {
				p.Press("tab")
			}
			p.Type(s)
		}
	}
	fill("centre.example/fhir", "drnew", "LETMEIN1", "password1234", "password1234")
	p.Press("enter").Want("guessed too easily", "four words or more").Deny("************")
	delete(d.Fail, "enrol")
	p.Type("pupil lantern seven harbour").Press("tab").Type("pupil lantern seven harbour").Press("enter")
	p.Want("Dr drnew")
}

// Beside how long the line has been down stands what is the matter with it, in the
// language of the screen, at 80 columns too, and an error of it says what can be done.
func TestTheTruthAboutTheLineSaysWhatIsTheMatter(t *testing.T) {
	words := text.New()
	for _, l := range text.Langs() {
		for _, why := range ehrdesk.LineTroubles() {
			w, ok := words.Troubles.By(why)
			if !ok {
				t.Fatalf("%q has no words", why)
			}
			said := w.Short[l]
			d := fake.New()
			p := open(signIn(play(t, d, l.Tag(), 80, 24), doctor), fake.Active)
			d.Link, d.Why = ehrdesk.Offline, why
			d.Fail["sync"] = ehrdesk.E("sync", ehrdesk.CodeOffline, why)
			p.Press("f5").Want(said)
		}
	}
}
