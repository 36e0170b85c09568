package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// checkEncryption looks whether the file system under dir lies on a dm-crypt
// device. The store is encrypted anyway; the disk's own encryption covers swap
// and what other programs write.
func checkEncryption(dir string) check {
	var st unix.Stat_t
	for d := dir; ; {
		if err := unix.Stat(d, &st); err == nil {
			break
		}
		i := strings.LastIndexByte(d, '/')
		if i <= 0 {
			return check{"disk encryption", "note", "cannot be told"}
		}
		d = d[:i]
	}
	uuid, err := os.ReadFile(fmt.Sprintf("/sys/dev/block/%d:%d/dm/uuid", unix.Major(st.Dev), unix.Minor(st.Dev)))
	if err == nil && strings.HasPrefix(string(uuid), "CRYPT-") {
		return check{"disk encryption", "ok", "dm-crypt"}
	}
	return check{"disk encryption", "note", "not seen: the store is sealed, swap and other programs' files are not"}
}
