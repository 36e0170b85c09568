package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// toAccounts opens the accounts of the provider from the list of commands.
func toAccounts(p *uitest.Player) *uitest.Player {
	return p.Press("ctrl+p").Type("accounts").Press("enter")
}

func administered(d *fake.Desk) { d.Administered() }

func TestAUserAdministratorSeesTheAccountsAndUnfoldsTheirDesks(t *testing.T) {
	p := toAccounts(signIn(play(t, fake.New().Administered(), "en", 120, 40), doctor))
	p.Want("Accounts of this provider", "4 accounts", "drlee", "2 desks, 1 signed in", "User Administrator", "closed").Deny("desk-aa01")
	p.Press("enter").Want("Desk desk-aa01 · signed in", "Desk desk-aa02 · signed out").Press("down").Want("Enrolled", "Last heard of")
	p.Press("up", "enter").Deny("desk-aa01")
	p.Press("down").Want("account: ended 18-Nov-2026", "(contract)").Press("down").Want("professional registration: last day 30-Dec-2026")
	p.Press("esc").Want("Find a patient")
}

// Each act is asked about by name before it is done, and a no does nothing.
func TestNothingIsDoneToAnAccountThatWasNotConfirmed(t *testing.T) {
	until := time.Date(2026, 12, 31, 0, 0, 0, 0, ehrdesk.HongKong())
	for name, c := range map[string]struct {
		play func(p *uitest.Player)
		asks []string
		did  string
		want ehrdesk.AccountAct
	}{
		"close": {func(p *uitest.Player) { p.Press("down", "c") }, []string{"Close this account?", "(nwong)"}, "closed: WONG Siu Ling", ehrdesk.AccountAct{Act: "close", Staff: "nwong"}},
		"a desk": {func(p *uitest.Player) { p.Press("enter", "down", "down", "K") }, []string{"End this key on a desk?", "desk-aa02"}, "the key is ended: ",
			ehrdesk.AccountAct{Act: "end-desk", Desk: "desk-aa02"}},
		"expire now": {func(p *uitest.Player) { p.Press("down", "down", "x", "enter") }, []string{"End this now?", "(pho): account"}, "its end is set: ",
			ehrdesk.AccountAct{Act: "expire", Staff: "pho", Of: ehrdesk.AccountEnds}},
		"expire a registration on a day": {func(p *uitest.Player) {
			p.Press("down", "down", "x").Type("31-Dec-2026").Press("tab").Type("certificate").Press("tab", "right", "enter")
		}, []string{"(pho): professional registration", "from 31-Dec-2026 on"}, "its end is set: ",
			ehrdesk.AccountAct{Act: "expire", Staff: "pho", Of: ehrdesk.RegistrationEnds, Since: until, Reason: "certificate"}},
		"extend": {func(p *uitest.Player) { p.Press("down", "a").Type("2026-12-31").Press("enter") }, []string{"Set another end?", "(nwong): account", "31-Dec-2026"}, "its end is changed: ",
			ehrdesk.AccountAct{Act: "extend", Staff: "nwong", Of: ehrdesk.AccountEnds, Since: until}},
		"extend without an end": {func(p *uitest.Player) { p.Press("down", "a", "enter") }, []string{"Take its end away?", "(nwong): account"}, "its end is changed: ",
			ehrdesk.AccountAct{Act: "extend", Staff: "nwong", Of: ehrdesk.AccountEnds}},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New().Administered()
			p := toAccounts(signIn(play(t, d, "en", 120, 40), doctor))
			c.play(p)
			p.Want(c.asks...).Want("Enter does it · Esc does not").Press("esc")
			if len(d.Acts) != 0 {
				t.Fatalf("done though nobody wanted it: %+v", d.Acts)
			}
			if p.Has("Day") { // the form stays as it was filled
				p.Press("esc")
			}
			p.Press("home")
			if name == "a desk" {
				p.Press("enter")
			}
			c.play(p)
			p.Press("enter").Want(c.did, "Accounts of this provider")
			if len(d.Acts) != 1 || !d.Acts[0].Since.Equal(c.want.Since) {
				t.Fatalf("%+v, want %+v", d.Acts, c.want)
			}
			if did := d.Acts[0]; did.Act != c.want.Act || did.Staff != c.want.Staff || did.Of != c.want.Of || did.Reason != c.want.Reason || did.Desk != c.want.Desk {
				t.Errorf("%+v, want %+v", did, c.want)
			}
			if d.Calls["staff"] != 2 {
				t.Errorf("asked for the accounts %d times, want again after the act", d.Calls["staff"])
			}
		})
	}
}

func TestADayThatIsNoneIsNotAsked(t *testing.T) {
	d := fake.New().Administered()
	p := toAccounts(signIn(play(t, d, "en", 120, 40), doctor)).Press("down", "x").Type("31-12-2026").Press("enter")
	p.Want("a day is given as 31-Dec-2026").Deny("Enter does it")
	p.Press("esc", "a").Type("1-Nov-2026").Press("enter").Want("that day is past").Deny("Enter does it")
}

// What cannot be done to a row says why, and is not asked.
func TestAnActOnNoFitRowSaysWhy(t *testing.T) {
	d := fake.New().Administered()
	p := toAccounts(signIn(play(t, d, "en", 120, 40), doctor))
	for _, k := range []string{"x", "a", "c"} {
		p.Press(k).Want("nobody administers their own account").Deny("Enter does it")
	}
	p.Press("K").Want("choose one of its desks").Press("v", "c").Want("choose an account")
	if len(d.Acts) != 0 {
		t.Errorf("%+v", d.Acts)
	}
}

// What an officer signs in by is the operator's: no act on it is asked about, in any language.
func TestAnOfficersAccountIsNotAskedAbout(t *testing.T) {
	for lang, want := range map[string]string{"en": "A security officer's account and desks are the centre's operator's to end.", "zh-Hant": "資訊保安主任的帳戶及工作站只可由中央系統的營運人員終止。", "zh-Hans": "信息安全主任的账户及工作站只可由中央系统的运营人员终止。"} {
		d := fake.New().Administered()
		d.Staff.Accounts[1].Role = ehrdesk.Officer
		p := toAccounts(signIn(play(t, d, lang, 120, 40), doctor)).Press("down")
		for _, k := range []string{"x", "a", "c"} {
			p.Press(k).Want(want)
		}
		p.Press("enter", "down").Want("desk-bb01").Press("K").Want(want).Press("enter")
		if len(d.Acts) != 0 {
			t.Errorf("%s: %+v", lang, d.Acts)
		}
	}
}

// An act that is refused says so in its own words, and the list is asked for again.
func TestARefusedActOnAnAccountIsSaid(t *testing.T) {
	for _, tt := range []struct {
		code  ehrdesk.Code
		cause error
		want  string
	}{
		{ehrdesk.CodeDenied, nil, "The centre refused this."}, {ehrdesk.CodeOffline, nil, "The centre cannot be reached."},
		{ehrdesk.CodeDenied, ehrdesk.ErrOperatorsEnd, "Nothing was changed: the centre's operator has set an end that stays."}, {ehrdesk.CodeDenied, ehrdesk.ErrOwnAccount, "Nobody administers their own account."},
		{ehrdesk.CodeInvalid, ehrdesk.ErrDayPast, "Nothing was changed: that day is past."}, {ehrdesk.CodeConflict, ehrdesk.ErrNoEnd, "nothing of it has ended or is to end."},
		{ehrdesk.CodeConflict, ehrdesk.ErrClosed, "Nothing was changed: the account is closed."},
	} {
		code, want := tt.code, tt.want
		d := fake.New().Administered()
		d.Fail["administer"] = ehrdesk.E("account.close", code, tt.cause)
		p := toAccounts(signIn(play(t, d, "en", 120, 40), doctor)).Press("down", "c", "enter")
		p.Want(want, "nwong", "ended · account: ended").Deny("closed: ")
		if d.Calls["staff"] != 2 {
			t.Errorf("%s: %d", code, d.Calls["staff"])
		}
	}
}

// Whoever is no User Administrator hears it from the centre, once; from then on the command
// says so itself, until somebody else signs in.
func TestWhoIsNoAdministratorIsToldWhy(t *testing.T) {
	for lang, want := range map[string]string{"en": "accounts are for your provider's User Administrator", "zh-Hant": "帳戶只供醫護機構的用戶管理員管理", "zh-Hans": "账户只供医护机构的用户管理员管理"} {
		d := fake.New()
		p := toAccounts(signIn(play(t, d, lang, 120, 40), clerk)).Want(want).Deny("drlee")
		p.Press("esc", "ctrl+p").Type("accounts").Want(want).Press("enter").Want(want)
		if d.Calls["staff"] != 1 {
			t.Errorf("%s: asked %d times", lang, d.Calls["staff"])
		}
	}
}

// Where the centre says at the sign-in who is User Administrator, the command stands open or
// shut with its reason from the first frame, and nobody is asked.
func TestWhoAdministersIsKnownFromTheFirstFrame(t *testing.T) {
	const no = "accounts are for your provider's User Administrator"
	d := fake.New()
	d.Says = true
	signIn(play(t, d, "en", 120, 40), clerk).Press("ctrl+p").Type("accounts").Want(no).Press("enter").Want(no)
	if d.Calls["staff"] != 0 {
		t.Errorf("the centre was asked %d times", d.Calls["staff"])
	}
	d = fake.New().Administered()
	d.Says = true
	signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+p").Type("accounts").Deny(no).Press("enter").Want("Accounts of this provider")
}

func TestTheAccountsNeedTheLine(t *testing.T) {
	d := fake.New().Administered()
	d.Link = ehrdesk.Offline
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+p").Type("accounts").Want("there is no line").Press("enter").Want("there is no line").Deny("drlee ")
	if d.Calls["staff"] != 0 {
		t.Error("asked without the line")
	}
	p.Press("esc")
	d = fake.New().Administered()
	d.Fail["staff"] = ehrdesk.E("account.list", ehrdesk.CodeOffline, nil)
	toAccounts(signIn(play(t, d, "en", 120, 40), doctor)).Want("! The centre cannot be reached.").Deny("nwong").Press("f5").Want("nwong")
}

func TestTheDocumentsOfTheProviderStandBesideItsAccounts(t *testing.T) {
	d := fake.New().Administered()
	p := toAccounts(signIn(play(t, d, "en", 80, 24), doctor)).Press("v")
	p.Want("[documents]", "missing: Letter of authorisation", "ends within 30 days: Proof of address").Press("v").Want("[accounts]")
	for lang, want := range map[string]string{"en": "Which documents this provider has to show is unknown.", "zh-Hant": "未知本機構須出示哪些文件。", "zh-Hans": "未知本机构须出示哪些文件。"} {
		d := fake.New().Administered()
		d.Staff.Known = false
		signIn(play(t, d, lang, 80, 24), doctor)
		toAccounts(signIn(play(t, d, lang, 80, 24), doctor)).Press("v").Want(want).Deny("Letter")
	}
}

// What is asked of the centre says so while it is, and Esc cancels it.
func TestTheAccountsSayThatTheyAreAskedFor(t *testing.T) {
	d := fake.New().Administered()
	p := signIn(play(t, d, "en", 80, 24), doctor)
	d.Gate["staff"] = make(chan struct{})
	p.Hold = true
	toAccounts(p).Want("asking the centre for the accounts", "Esc")
	p.Press("esc").Want("Find a patient")
	p.Hold = false
	p.Step()
	if d.Cancelled["staff"] != 1 {
		t.Errorf("%d of 1 cancelled", d.Cancelled["staff"])
	}
}

// An act that nobody waits for may have been done: the list is asked for again and stays.
func TestAnActOnAnAccountThatIsNotWaitedForMayHaveBeenDone(t *testing.T) {
	d := fake.New().Administered()
	p := toAccounts(signIn(play(t, d, "en", 80, 24), doctor)).Press("down", "c")
	d.Gate["administer"] = make(chan struct{})
	p.Hold = true
	p.Press("enter").Want("telling the centre", "Esc")
	p.Press("c").Want("nwong").Deny("Enter does it")
	p.Press("esc").Want("it may have been done all the same")
	p.Hold = false
	p.Step()
	p.Want("Accounts of this provider", "4 accounts")
	if d.Cancelled["administer"] != 1 || d.Calls["staff"] != 2 {
		t.Errorf("%d of 1 cancelled, asked %d times of 2", d.Cancelled["administer"], d.Calls["staff"])
	}
}

func TestAHostileAccountIsShownClean(t *testing.T) {
	const evil = "x\x1b]0;owned\a\x1b[2J\u202eeeL"
	d := fake.New().Administered()
	w := &d.Staff.Accounts[1]
	w.Name, w.State, w.Ends[0].Reason, w.Desks[0].Key = evil, evil, evil, evil
	d.Staff.Papers[0] = ehrdesk.RegistrationPaper{Name: evil, State: evil}
	p := toAccounts(signIn(play(t, d, "en", 80, 24), doctor)).Press("down", "enter")
	for _, k := range []string{"down", "K", "esc", "up", "x", "enter", "esc", "esc", "v"} {
		if s := p.Press(k).Screen(); strings.ContainsAny(s, "\x1b\a\u202e") {
			t.Fatalf("%s:\n%q", k, s)
		}
	}
}

func TestPlainReadsTheAccounts(t *testing.T) {
	_, after, _ := told(t, fake.New().Administered(), "en", append(signsIn, "Accounts of this provider", "open 1", "go 3", "K", "back", "view", "quit")...)
	said := strings.Join(after, "\n")
	wants(t, said, "drlee, Dr LEE Ka Ho", "pho, HO Chi Keung, pharmacist, active", "Desk desk-aa02, signed out", "End this key on a desk?", "missing: Letter of authorisation")
}
