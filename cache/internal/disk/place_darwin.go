package disk

import "golang.org/x/sys/unix"

// Elsewhere names the network's file system that dir lies on; "" for one of this
// machine's, and where that cannot be told.
func Elsewhere(dir string) string {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil || st.Flags&unix.MNT_LOCAL != 0 {
		return ""
	}
	return unix.ByteSliceToString(st.Fstypename[:])
}
