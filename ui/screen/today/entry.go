package today

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// What is put on the list by hand: a number typed, or a file of the clinic's own.

func (s *Screen) begin(e entry) {
	s.entry = e
	s.in.Clear()
}

// chooseFile begins where a browser puts what it fetches, or in the person's folder.
func (s *Screen) chooseFile() (cmd tea.Cmd) {
	s.begin(entryPath)
	dir, err := os.UserHomeDir()
	if err != nil {
		dir = string(filepath.Separator)
	}
	if info, err := os.Stat(filepath.Join(dir, "Downloads")); err == nil && info.IsDir() {
		dir = filepath.Join(dir, "Downloads")
	}
	s.files, cmd = widget.NewFiles(dir, ".csv", ".CSV", ".txt", ".TXT")
	return cmd
}

func (s *Screen) handleField(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Back:
		s.entry = entryNone
		s.in.Clear()
	case intent.Accept:
		if s.entry == entryPath {
			return s.acceptFile()
		}
		return s.add()
	case intent.Up:
		s.files.Move(tea.KeyUp)
	case intent.Down:
		s.files.Move(tea.KeyDown)
	case intent.PageUp:
		s.files.Move(tea.KeyPgUp)
	case intent.PageDown:
		s.files.Move(tea.KeyPgDown)
	case intent.ParentFolder:
		return s.files.Parent()
	}
	return nil
}

// acceptFile reads the file whose path was typed, or else the one chosen; a folder that
// is chosen is opened.
func (s *Screen) acceptFile() tea.Cmd {
	if path := strings.TrimSpace(s.in.Text()); path != "" {
		return s.readFile(path)
	}
	path, wrong, cmd := s.files.Choose()
	switch {
	case path != "":
		return s.readFile(path)
	case wrong:
		s.env.Warn(s.env.S(s.env.T.Today.NotAList))
	}
	return cmd
}

// add puts one arrival on the list.
func (s *Screen) add() tea.Cmd {
	a, err := ehrdesk.ParseArrival(strings.ReplaceAll(s.in.Text(), ",", " "), s.env.Now())
	if err != nil {
		s.env.Warn(s.env.S(s.env.T.Today.AddBad))
		return nil
	}
	return s.put([]ehrdesk.Task{a}, nil)
}

// readFile reads a clinic's list. Its path stays on the screen: it may name a
// day, and never a patient.
func (s *Screen) readFile(path string) tea.Cmd {
	session, now := s.env.Session, s.env.Now()
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, time.Minute, "", func(ctx context.Context) (done, error) {
		f, err := os.Open(path)
		if err != nil {
			return done{}, ehrdesk.Errorf("today.import", ehrdesk.CodeInvalid, "the file cannot be read")
		}
		defer f.Close()
		list, bad, err := ehrdesk.ParseArrivals(f, now)
		if err != nil {
			return done{}, err
		}
		return keep(ctx, session, list, bad)
	})
	return cmd
}

func (s *Screen) put(list []ehrdesk.Task, bad []int) tea.Cmd {
	session := s.env.Session
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, 30*time.Second, "", func(ctx context.Context) (done, error) { return keep(ctx, session, list, bad) })
	return cmd
}

func keep(ctx context.Context, w ehrdesk.Worklist, list []ehrdesk.Task, bad []int) (done, error) {
	n, err := ehrdesk.AddArrivals(ctx, w, list)
	return done{added: n, bad: bad}, err
}
