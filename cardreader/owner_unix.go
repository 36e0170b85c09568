//go:build unix

package cardreader

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// noWait opens a pipe without waiting for who writes to it.
const noWait = syscall.O_NONBLOCK

// ownedByRoot reports that only root can change what info describes. above is
// for the folders on the way, where others may write under the sticky bit: they
// cannot rename what is root's. A link has no mode that counts.
func ownedByRoot(info fs.FileInfo, above bool) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid != 0 {
		return false
	}
	return info.Mode().Perm()&0o022 == 0 || (above && info.Mode()&fs.ModeSticky != 0) || info.Mode()&fs.ModeSymlink != 0
}

// administered follows path from the top, through every link, and reports
// whether all that it passes is root's. real is where it ends, without links.
func administered(path string) (real string, ok bool) {
	if !filepath.IsAbs(path) {
		return "", false
	}
	const most = 32 // links
	real = "/"
	links, left := 0, strings.Split(path, "/")
	info, err := os.Lstat(real)
	if err != nil || !ownedByRoot(info, true) {
		return "", false
	}
	for len(left) > 0 {
		name := left[0]
		left = left[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			real = filepath.Dir(real)
			continue
		}
		next := filepath.Join(real, name)
		if info, err = os.Lstat(next); err != nil || !ownedByRoot(info, true) {
			return "", false
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			real = next
			continue
		}
		to, err := os.Readlink(next)
		if links++; err != nil || links > most {
			return "", false
		}
		if filepath.IsAbs(to) {
			real = "/"
		}
		left = append(strings.Split(to, "/"), left...)
	}
	info, err = os.Lstat(real)
	return real, err == nil && ownedByRoot(info, false)
}
