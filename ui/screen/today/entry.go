package today

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/arrivals"
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
	s.files, cmd = widget.NewFiles(dir, ".csv", ".CSV", ".tsv", ".TSV", ".tab", ".TAB", ".txt", ".TXT", ".json", ".JSON", ".ics", ".ICS")
	return cmd
}

func (s *Screen) handleField(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Back:
		s.close()
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
	a, err := arrivals.Typed(s.in.Text(), s.env.Now())
	if err != nil {
		s.env.Warn(s.env.S(s.env.T.Today.AddBad))
		return nil
	}
	return s.put(a)
}

// put keeps one arrival, unless today's list has it.
func (s *Screen) put(t ehrdesk.Task) tea.Cmd {
	session := s.env.Session
	listed := func(h ehrdesk.Task) bool {
		return h.Kind == ehrdesk.TaskArrival && h.Number == t.Number && (t.At.IsZero() || h.At.Equal(t.At))
	}
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, 30*time.Second, "", func(ctx context.Context) (done, error) {
		have, err := session.Tasks(ctx)
		if err != nil || slices.ContainsFunc(have, listed) {
			return done{}, err
		}
		_, err = session.PutTask(ctx, t)
		return done{added: 1}, err
	})
	return cmd
}
