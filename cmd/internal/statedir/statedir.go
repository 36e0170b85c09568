// Package statedir says where a program keeps its state when it is not told.
package statedir

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/ehrdesk/ehrdesk"
)

// Place is what the choice hangs on: this machine's, from Here, or a test's.
type Place struct {
	System string // GOOS
	Env    func(name string) string
	Home   func() (string, error)
	Exists func(path string) bool
}

// Here is this machine.
func Here() Place {
	return Place{runtime.GOOS, os.Getenv, os.UserHomeDir, func(path string) bool { _, err := os.Stat(path); return err == nil }}
}

// Of is the state folder of a program: what its own variable says (EHRDESK_DIR), else
// a folder of the program's name in XDG_DATA_HOME (XDG Base Directory Specification;
// one that is not absolute does not count), on Windows in %LOCALAPPDATA%, which does
// not follow a person from machine to machine as %APPDATA% does, else in
// ~/.local/share. On Windows a folder that an earlier version made there is kept to.
// Errors: CodeInvalid where there is no home folder.
func (p Place) Of(program, variable string) (string, error) {
	if dir := p.Env(variable); dir != "" {
		return dir, nil
	}
	if data := p.Env("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, program), nil
	}
	home, err := p.Home()
	if err != nil {
		return "", ehrdesk.Errorf("dir", ehrdesk.CodeInvalid, "there is no home folder: give --dir")
	}
	before := filepath.Join(home, ".local", "share", program)
	if local := p.Env("LOCALAPPDATA"); p.System == "windows" && local != "" {
		if dir := filepath.Join(local, program); p.Exists(dir) || !p.Exists(before) {
			return dir, nil
		}
	}
	return before, nil
}
