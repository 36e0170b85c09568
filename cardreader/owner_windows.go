package cardreader

import (
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// noWait opens a pipe without waiting for who writes to it.
const noWait = 0

// ownedByRoot leaves it to administered: a file's owner says little on Windows.
func ownedByRoot(fs.FileInfo, bool) bool { return true }

// administered takes what lies in the folders of installed programs, where only
// an administrator writes unless an installer gave that away. real is the path
// without links.
func administered(path string) (real string, ok bool) {
	if !filepath.IsAbs(path) {
		return "", false
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", false
	}
	for _, id := range []*windows.KNOWNFOLDERID{windows.FOLDERID_ProgramFiles, windows.FOLDERID_ProgramFilesX64, windows.FOLDERID_ProgramFilesX86} {
		programs, err := windows.KnownFolderPath(id, 0)
		if err != nil {
			continue
		}
		if below, err := filepath.Rel(programs, real); err == nil && below != "." && filepath.IsLocal(below) && !strings.Contains(below, ":") {
			return real, true
		}
	}
	return "", false
}
