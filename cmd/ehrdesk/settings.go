package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk/ui"
)

// settings are kept in a file of the desk's folder, in the clear: colours, language,
// mouse, bell, and whether somebody had the tour. A person is a digest there and no name.
type settings struct {
	file string
	mu   sync.Mutex
	all  map[string]ui.Settings
}

// maxSettings is the most that is read of the file.
const maxSettings = 1 << 16

// keptSettings reads what is kept under dir. A file that is not there or cannot be read is none.
func keptSettings(dir string) *settings {
	s := &settings{file: filepath.Join(dir, "screen.json"), all: map[string]ui.Settings{}}
	info, err := os.Stat(s.file)
	if err != nil || info.Size() > maxSettings {
		return s
	}
	b, err := os.ReadFile(s.file)
	if err == nil && json.Unmarshal(b, &s.all) != nil || s.all == nil {
		s.all = map[string]ui.Settings{}
	}
	return s
}

func digest(who string) string {
	if who == "" {
		return "desk"
	}
	h := sha256.Sum256([]byte("ehrdesk screen " + who))
	return hex.EncodeToString(h[:8])
}

// Get gives what somebody likes.
func (s *settings) Get(who string) (ui.Settings, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.all[digest(who)]
	return v, ok
}

// Put keeps it: the file is put in the place of the one before, whole.
func (s *settings) Put(who string, v ui.Settings) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[digest(who)] = v
	b, err := json.Marshal(s.all, json.Deterministic(true))
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.file), ".screen-*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err = first(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), s.file)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
