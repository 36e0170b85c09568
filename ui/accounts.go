package ui

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// accounts is the User Administrator's screen of the provider's accounts: who has one, until
// when and on which desks, and which documents the provider has shown. The centre alone holds
// them and says who may see them. It opens over any screen and closes none.
type accounts struct {
	plain
	m      *Model
	papers bool // the documents are looked at
	job    screen.Job
	act    accountJob
	loaded bool
	wrong  error
	all    ehrdesk.ProviderAccounts
	open   map[string]bool // accounts whose desks are shown
	rows   []accountRow
	sel    int
	form   *accountForm
	asking *accountAsk
}

// accountRow is one row of the list: an account, or one of its desks.
type accountRow struct {
	of   *ehrdesk.StaffAccount
	desk *ehrdesk.DeskKey // nil: the account itself
}

// accountAsk is an act that waits for a yes.
type accountAsk struct {
	act ehrdesk.AccountAct
	who string // what it is about, in words
}

// accountJob is an act under way.
type accountJob struct {
	screen.Job
	accountAsk
}

type (
	accountsMsg = screen.Done[ehrdesk.ProviderAccounts]
	accountDone struct{}
	actedMsg    = screen.Done[accountDone]
)

// noAccounts says why the accounts cannot be shown, "" if they can. Who is an administrator
// the centre says at the sign-in, or when it is asked: whom it has refused is not offered them
// again.
func (m *Model) noAccounts() string {
	e, t := m.env, &m.env.T.Accounts
	if e.Session == nil {
		return e.S(e.T.Common.NoSession)
	}
	_, can := e.Session.(ehrdesk.Administrator)
	a, ok := e.Session.(ehrdesk.Appointed)
	may, said := true, false
	if ok {
		may, said = a.Administers()
	}
	switch {
	case !can:
		return e.S(t.NoList)
	case said && !may, m.refused != (ehrdesk.Account{}) && same(m.refused, e.Account()):
		return e.S(t.NotYours)
	case e.Session.Link().State == ehrdesk.Offline:
		return e.S(t.NoLine)
	}
	return ""
}

func newAccounts(m *Model) (*accounts, tea.Cmd) {
	a := &accounts{m: m, open: map[string]bool{}}
	return a, a.ask()
}

// ask asks the centre for the accounts.
func (a *accounts) ask() (cmd tea.Cmd) {
	session, ok := a.m.env.Session.(ehrdesk.Administrator)
	if !ok || a.job.Running() {
		return nil
	}
	a.job, cmd = screen.Start(a.m.env, 30*time.Second, "", session.ProviderAccounts)
	return cmd
}

func (a *accounts) Scope() intent.Scope {
	if a.asking != nil {
		return intent.Confirm
	}
	return intent.AccountsBox
}

func (a *accounts) Field() *widget.Input {
	if a.form == nil || a.asking != nil {
		return nil
	}
	return a.form.Field()
}

func (a *accounts) Leave() {
	a.job.Stop()
	a.act.Stop()
}

func (a *accounts) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case accountsMsg:
		if !a.job.Takes(m.Req) {
			return nil, false
		}
		if a.wrong = m.Err; m.Err == nil {
			a.loaded, a.all = true, m.Value
		} else if a.noAdministrator(m.Err) {
			a.m.refused, a.loaded, a.all = a.m.env.Account(), false, ehrdesk.ProviderAccounts{}
		}
		a.show()
		return nil, true
	case actedMsg:
		if !a.act.Takes(m.Req) {
			return nil, false
		}
		e := a.m.env
		if m.Err != nil {
			e.Warn(e.ExplainLine(m.Err))
		} else {
			e.Say(text.Sprintf(e.S(e.T.Accounts.Did[a.act.act.Act]), a.act.who))
		}
		return a.ask(), true // as the centre has it now, whatever came of it
	}
	return nil, false
}

// noAdministrator is whether an error says that this person administers no accounts.
func (a *accounts) noAdministrator(err error) bool {
	var end *ehrdesk.End
	return ehrdesk.CodeOf(err) == ehrdesk.CodeDenied && !errors.As(err, &end)
}

// show makes the rows; the focus stays on what it was on.
func (a *accounts) show() {
	was := a.row()
	a.rows = a.rows[:0:0]
	for i := range a.all.Accounts {
		w := &a.all.Accounts[i]
		a.rows = append(a.rows, accountRow{of: w})
		for j := range w.Desks {
			if a.open[w.Staff] {
				a.rows = append(a.rows, accountRow{w, &w.Desks[j]})
			}
		}
	}
	if was != nil {
		on := func(desk bool) int {
			return slices.IndexFunc(a.rows, func(r accountRow) bool {
				return r.of.Staff == was.of.Staff && (r.desk == nil) != desk && (!desk || r.desk.Key == was.desk.Key)
			})
		}
		at := on(was.desk != nil)
		if at < 0 { // the desk is gone or folded
			at = on(false)
		}
		a.sel = at
	}
	a.sel = min(max(a.sel, 0), max(0, len(a.rows)-1))
}

// row is the row in focus, nil for none.
func (a *accounts) row() *accountRow {
	if a.sel < len(a.rows) {
		return &a.rows[a.sel]
	}
	return nil
}

func (a *accounts) Handle(in intent.Intent) tea.Cmd {
	switch {
	case a.asking != nil:
		return a.answer(in)
	case a.form != nil:
		a.fill(in)
		return nil
	}
	items := len(a.rows)
	if a.papers {
		items = 0
	}
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -10, intent.PageDown: 10, intent.Top: -items, intent.Bottom: items}
	switch in.ID {
	case intent.Accept:
		if r := a.row(); r != nil && !a.papers {
			a.open[r.of.Staff] = !a.open[r.of.Staff]
			a.show()
		}
	case intent.OtherView:
		a.papers = !a.papers
	case intent.Recheck:
		return a.ask()
	case intent.EndAccount:
		a.begin("expire")
	case intent.ExtendAccount:
		a.begin("extend")
	case intent.CloseAccount:
		a.begin("close")
	case intent.EndDesk:
		a.begin("end-desk")
	case intent.Back:
		if a.act.Running() { // it may have been done: the centre says
			a.act.Stop()
			a.m.env.Warn(a.m.env.S(a.m.env.T.Accounts.Stopped))
			return a.ask()
		}
		a.m.dismiss()
	}
	if !a.papers {
		a.sel = min(max(a.sel+step[in.ID], 0), max(0, len(a.rows)-1))
	}
	return nil
}

// begin begins an act on the row in focus, or says why it cannot be.
func (a *accounts) begin(act string) {
	e, t, r := a.m.env, &a.m.env.T.Accounts, a.row()
	if why := a.why(act); why != "" {
		e.Warn(why)
		return
	}
	who := ehrdesk.CleanLine(r.of.Name) + " (" + ehrdesk.CleanLine(r.of.Staff) + ")"
	switch act {
	case "end-desk":
		a.asking = &accountAsk{ehrdesk.AccountAct{Act: act, Desk: r.desk.Key}, who + ", " + e.S(t.Desk) + " " + ehrdesk.CleanLine(r.desk.Key)}
	case "close":
		a.asking = &accountAsk{ehrdesk.AccountAct{Act: act, Staff: r.of.Staff}, who}
	default:
		a.form = newAccountForm(e, act, r.of.Staff, who)
	}
}

// why says why an act cannot be done to the row in focus, "" if it can.
func (a *accounts) why(act string) string {
	e, t, r := a.m.env, &a.m.env.T.Accounts, a.row()
	switch {
	case a.act.Running():
		return e.S(e.T.Common.StillRunning)
	case r == nil || a.papers:
		return e.S(t.OnAnAccount)
	case act == "end-desk" && r.desk == nil:
		return e.S(t.OnADesk)
	case act != "end-desk" && r.of.Staff == e.Account().Staff:
		return e.S(t.Own)
	case r.of.Role == ehrdesk.Officer:
		return e.ExplainLine(ehrdesk.ErrOfficersAccount)
	}
	return ""
}

// answer does the act that was asked about, or does not.
func (a *accounts) answer(in intent.Intent) (cmd tea.Cmd) {
	asked := a.asking
	switch in.ID {
	case intent.Back:
		a.asking = nil // a form that was filled stays
	case intent.Accept:
		a.asking, a.form = nil, nil
		session, ok := a.m.env.Session.(ehrdesk.Administrator)
		if !ok {
			return nil
		}
		a.act.accountAsk = *asked
		a.act.Job, cmd = screen.Start(a.m.env, time.Minute, "", func(ctx context.Context) (accountDone, error) {
			return accountDone{}, session.Administer(ctx, asked.act)
		})
	}
	return cmd
}
