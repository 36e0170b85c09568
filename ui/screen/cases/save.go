package cases

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// saving is the file of a message being saved: where to is asked, and then it is written beside the screen. It is empty where none is.
type saving struct {
	event int // of the message; 0 for none
	name  string
	in    widget.Input // where to
	job   screen.Job
	wrong screen.Wrong
}

// savedMsg says that a file was saved, and where.
type savedMsg = screen.Done[string]

// longestPath is how many characters a path has at most.
const longestPath = 1000

// noSave says why the file of what is in focus cannot be saved, "" if it can.
func (s *Screen) noSave(v *ehrdesk.CaseView) string {
	e, t := s.env, &s.env.T.Cases
	said := s.chosen(v).said
	switch {
	case said == nil:
		return e.S(t.With.NoFile)
	case v.Closed != "":
		return e.S(t.NoConsentNow)
	case !v.CanRead(said, e.Me()):
		return e.S(t.NotForYou)
	case !said.Passes.IsZero(), s.reads(v, said) && v.Bodies[said.Envelope].ViewOnly:
		return e.S(t.Body.StaysViewOnly)
	case !s.reads(v, said):
		return e.S(t.OpenFirst)
	case v.Bodies[said.Envelope].File == nil:
		return e.S(t.With.NoFile)
	}
	return ""
}

// askWhere asks where the file of what is in focus is to be saved.
func (s *Screen) askWhere(v *ehrdesk.CaseView) {
	if s.saves.job.Running() {
		s.env.Warn(s.env.S(s.env.T.Common.StillRunning))
		return
	}
	if no := s.noSave(v); no != "" {
		s.env.Warn(s.env.S(s.env.T.Cases.With.Save) + " – " + text.Sprintf(s.env.S(s.env.T.Requests.Why), no))
		return
	}
	said := s.chosen(v).said
	f := v.Bodies[said.Envelope].File
	s.saves = saving{event: said.Event, name: ehrdesk.CaseFileName(f.Name), in: widget.Input{Max: longestPath}}
	s.saves.in.Set(folder() + s.saves.name)
}

// folder is where files are saved where nobody says otherwise: where a browser puts what it fetches, or the person's folder.
func folder() string {
	if info, err := os.Stat(fromHome("~/Downloads")); err == nil && info.IsDir() {
		return "~/Downloads/"
	}
	return "~/"
}

// fromHome is a path as it was typed, from the person's folder where it begins with one.
func fromHome(typed string) string {
	rest, ok := strings.CutPrefix(typed, "~/")
	if !ok {
		return typed
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return typed
	}
	return filepath.Join(home, filepath.FromSlash(rest))
}

// handleSave answers where to, and takes a wish while the file is written.
func (s *Screen) handleSave(in intent.Intent) (cmd tea.Cmd) {
	switch k := &s.saves; {
	case in.ID == intent.Back:
		k.stop()
	case k.job.Running():
		s.env.Warn(s.env.S(s.env.T.Common.StillRunning))
	case in.ID == intent.Accept, in.ID == intent.Preview:
		return s.save()
	default:
		k.wrong = screen.Wrong{}
	}
	return nil
}

// save writes the file, whole and for its owner alone, and never over another.
func (s *Screen) save() (cmd tea.Cmd) {
	k, v := &s.saves, s.view()
	typed := strings.TrimSpace(k.in.Text())
	session, ok := s.env.Session.(ehrdesk.Casing)
	if !ok || v == nil {
		return nil
	}
	if typed == "" {
		k.wrong = screen.Saying(s.env.T.Cases.With.NoPath)
		return nil
	}
	to := fromHome(typed)
	if info, err := os.Stat(to); err == nil && info.IsDir() { // into a folder it goes by its own name
		typed, to = strings.TrimRight(typed, "/")+"/"+k.name, filepath.Join(to, k.name)
	}
	id, event := s.id, k.event
	k.wrong = screen.Wrong{}
	k.job, cmd = screen.Start(s.env, longOpen, v.Patient, func(ctx context.Context) (string, error) {
		return typed, session.SaveCaseFile(ctx, id, event, func(_ ehrdesk.CaseFile, from io.Reader) error {
			return report.WriteFrom("case.save", to, func(w io.Writer) error { _, err := io.Copy(w, from); return err })
		})
	})
	return cmd
}

// saved says where the file is, or why it is not there.
func (s *Screen) saved(m savedMsg) {
	if m.Err != nil {
		s.saves.wrong = screen.Failed(m.Err)
		switch ehrdesk.CodeOf(m.Err) { //nolint:exhaustive // what the others mean is the same here as elsewhere
		case ehrdesk.CodeConflict:
			s.saves.wrong = screen.Saying(s.env.T.Cases.With.IsThere)
		case ehrdesk.CodeInvalid:
			s.saves.wrong = screen.Saying(s.env.T.Cases.With.NotMade)
		}
		return
	}
	s.saves.stop()
	s.env.Say(text.Sprintf(s.env.S(s.env.T.Cases.With.Saved), ehrdesk.CleanLine(m.Value)))
}

// asked reports that where to is asked, or the file is being written.
func (k *saving) asked() bool { return k.event != 0 }

func (k *saving) stop() {
	k.job.Stop()
	k.in.Clear()
	*k = saving{}
}

// drawSave draws where to, below the thread, and gives how many rows that takes.
func (s *Screen) drawSave(c *paint.Canvas, r paint.Rect) (rows int) {
	e, t, k := s.env, &s.env.T.Cases.With, &s.saves
	if !k.asked() {
		return 0
	}
	if k.job.Running() {
		if e.Now().Sub(k.job.Since()) < time.Second/2 {
			return 0
		}
		c.Put(r.X, r.Bottom()-1, r.Right(), theme.Syncing, e.Progress(&k.job, t.Saving))
		return 1
	}
	lines := []part{{theme.Key, e.S(t.SaveKeys)}}
	if !k.wrong.None() {
		lines = append([]part{{theme.Critical, "! " + e.Words(k.wrong)}}, lines...)
	}
	lines = wrapped(lines, r.W)
	y := r.Bottom() - len(lines) - 1
	c.Item(r.X, y, true)
	x := c.Put(r.X, y, r.Right(), theme.Strong, "▸ "+e.S(t.Where)+"  ")
	k.in.Draw(c, x, y, max(6, r.Right()-x), true)
	for i, l := range lines {
		c.Put(r.X, y+1+i, r.Right(), l.style, l.words)
	}
	return len(lines) + 1
}
