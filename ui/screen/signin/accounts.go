package signin

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

func (s *Screen) load() tea.Cmd {
	var cmd tea.Cmd
	desk := s.env.Desk
	patience := 10 * time.Second
	if done, total := s.building(); done < total {
		patience = 5 * time.Minute
	}
	s.list, cmd = screen.Start(s.env, patience, "", func(ctx context.Context) ([]ehrdesk.Account, error) {
		return desk.Accounts(ctx)
	})
	return cmd
}

// building is how far a demonstration is, equal where nothing is to be waited for.
func (s *Screen) building() (done, total int) {
	if s.env.Demo == nil || s.env.Demo.Building == nil {
		return 0, 0
	}
	return s.env.Demo.Building()
}

// Chosen is the account selected.
func (s *Screen) chosen() (ehrdesk.Account, bool) {
	if s.sel < 0 || s.sel >= len(s.accounts) {
		return ehrdesk.Account{}, false
	}
	return s.accounts[s.sel], true
}

// first reports whether an account is chosen to begin with: of whoever locked
// the desk, or the first one the demonstration names.
func (s *Screen) first(a ehrdesk.Account) bool {
	if d := s.env.Demo; s.locked == "" && d != nil && len(d.Accounts) > 0 {
		return a.Staff == d.Accounts[0].Staff
	}
	return s.locked != "" && a.Staff == s.locked && a.Provider == s.provider
}

func (s *Screen) drawAccounts(c *paint.Canvas, r paint.Rect) int {
	first := 0
	if s.sel >= r.H {
		first = s.sel - r.H + 1
	}
	y := r.Y
	w := 12
	for _, a := range s.accounts {
		w = max(w, paint.Width(a.Name))
	}
	w = min(w, 40)
	for i := first; i < len(s.accounts) && y < r.Bottom(); i++ {
		a := s.accounts[i]
		st, mark := theme.Text, "  "
		c.Item(r.X, y, i == s.sel)
		if i == s.sel {
			st, mark = theme.Selected, "▸ "
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, st, ' ')
		}
		x := c.Put(r.X, y, r.Right(), st, mark)
		c.Put(x, y, x+w, st, paint.Cut(ehrdesk.CleanLine(a.Name), w))
		x += w + 2
		x2 := c.Put(x, y, r.Right(), st, s.env.RoleName(a.Role))
		x = max(x2, x+12) + 2
		x2 = c.Put(x, y, r.Right(), st, ehrdesk.CleanLine(a.Staff))
		x = max(x2, x+10) + 2
		c.Put(x, y, r.Right(), st, paint.Cut(ehrdesk.CleanLine(a.ProviderName), r.Right()-x))
		y++
	}
	return y
}
