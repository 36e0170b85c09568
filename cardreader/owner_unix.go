//go:build unix

package cardreader

import (
	"io/fs"
	"syscall"
)

// ownedByRoot reports that only root can change what info describes. above is
// for the folders on the way, where others may write under the sticky bit: they
// cannot rename what is root's.
func ownedByRoot(info fs.FileInfo, above bool) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid != 0 {
		return false
	}
	return info.Mode().Perm()&0o022 == 0 || (above && info.Mode()&fs.ModeSticky != 0)
}
