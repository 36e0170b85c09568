package signin

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// pageTime is the longest that a sign-in takes of which a part is done in a browser: the
// page is waited for by the desk for less.
const pageTime = 7 * time.Minute

// pageState is the server's page that a sign-in waits for.
type pageState struct {
	run uint64 // the sign-in it is of
	at  ehrdesk.SignInPage
}

// waits reports whether a page is to be opened.
func (p *pageState) waits() bool { return p.at.Address != "" }

// begin starts to sign somebody in, by a server's page where there is one.
func (s *Screen) begin(a ehrdesk.Account, secret ehrdesk.Secret) tea.Cmd {
	s.page = pageState{run: s.page.run + 1}
	desk, run := s.env.Desk, s.page.run
	pages, ok := desk.(ehrdesk.PageDesk)
	if !ok {
		var cmd tea.Cmd
		s.job, cmd = screen.Start(s.env, time.Minute, "", func(ctx context.Context) (ehrdesk.Session, error) {
			defer secret.Wipe()
			return desk.SignIn(ctx, who(a), secret)
		})
		return cmd
	}
	shown := make(chan ehrdesk.SignInPage, 1)
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, pageTime, "", func(ctx context.Context) (ehrdesk.Session, error) {
		defer secret.Wipe()
		defer close(shown)
		return pages.SignInAt(ctx, who(a), secret, func(p ehrdesk.SignInPage) {
			select {
			case shown <- p:
			default: // one is shown
			}
		})
	})
	return tea.Batch(cmd, screen.InBackground(func() tea.Msg {
		p, ok := <-shown
		if !ok {
			return nil
		}
		return screen.PageMsg{Run: run, Page: p}
	}))
}

// paged takes the page that is to be opened, of the sign-in that runs.
func (s *Screen) paged(m screen.PageMsg) {
	if m.Run == s.page.run && s.job.Running() {
		s.page.at = m.Page
	}
}

// copyAddress puts the page's address into the terminal's clipboard.
func (s *Screen) copyAddress() tea.Cmd {
	s.env.Say(s.env.S(s.env.T.SignIn.PageCopied))
	return tea.SetClipboard(s.page.at.Address)
}

// Foot is what the footer has while a page is waited for; nil for the usual.
func (s *Screen) Foot() []intent.ID {
	if !s.page.waits() {
		return nil
	}
	return []intent.ID{intent.CopyAddress, intent.Back, intent.Language}
}

// FootFor implements screen.Footer.
func (s *Screen) FootFor(id intent.ID) (keys, word string, offered bool) {
	if id == intent.Back {
		return "", s.env.S(s.env.T.SignIn.PageCancel), true
	}
	return "", "", true
}

// drawPage says which address is to be opened, and where it leads. The address has a row
// of its own, whole, so that a terminal knows it for a link.
func (s *Screen) drawPage(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.SignIn
	y := r.Y
	c.Put(r.X, y, r.Right(), theme.Title, e.S(t.PageTitle))
	y += 2
	y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 4}, theme.Text, sprintf(e.S(t.PageLead), ehrdesk.CleanLine(s.page.at.Host)))
	y++
	c.SetCursor(r.X+2, y)
	c.Put(r.X+2, y, r.Right(), theme.Strong, ehrdesk.CleanLine(s.page.at.Address))
	y += 2
	c.Put(r.X, y, r.Right(), theme.Syncing, e.Progress(&s.job, t.PageWait))
}
