package disk

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// Elsewhere names the network's file system that dir lies on; "" for one of this
// machine's, and where that cannot be told.
func Elsewhere(dir string) string {
	full, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	volume := filepath.VolumeName(full)
	if strings.HasPrefix(volume, `\\`) && !strings.HasPrefix(volume, `\\?\`) && !strings.HasPrefix(volume, `\\.\`) {
		return "a network share"
	}
	root, err := windows.UTF16PtrFromString(volume + `\`)
	if err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE {
		return "a network drive"
	}
	return ""
}
