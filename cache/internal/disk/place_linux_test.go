package disk_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

func TestFileSystemsOfANetworkAreTold(t *testing.T) {
	const mounts = `23 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 23 0:40 / /home/chan/far rw,nosuid - fuse.sshfs chan@far: rw
41 23 0:41 / /home/chan/far\040away rw,nosuid - fuse.rclone far: rw
42 23 0:42 / /home/chan/vault rw - fuse.gocryptfs /home/chan/cipher rw
43 23 8:17 / /media/stick rw - fuseblk /dev/sdb1 rw
44 23 0:44 / /home/chan/vault/far rw - fuse.sshfs chan@far: rw
45 44 0:45 / /home/chan/vault/far rw - fuse.encfs encfs rw
`
	for _, tt := range []struct {
		magic int64
		dir   string
		want  string
	}{
		{0xEF53, "/home/chan", ""}, {unix.TMPFS_MAGIC, "/tmp", ""}, {unix.BTRFS_SUPER_MAGIC, "/", ""}, {unix.OVERLAYFS_SUPER_MAGIC, "/", ""},
		{0x6969, "/home", "NFS"}, {0xFF534D42, "/mnt", "SMB"}, {0xFE534D42, "/mnt", "SMB"}, {0x517B, "/mnt", "SMB"}, {0x01021997, "/mnt/c", "9p"},
		{0x65735546, "/home/chan/far/desk", "FUSE, sshfs"}, {0x65735546, "/home/chan/far", "FUSE, sshfs"},
		{0x65735546, "/home/chan/far away/desk", "FUSE, rclone"}, {0x65735546, "/home/chan/vault/desk", ""}, {0x65735546, "/media/stick/desk", ""},
		{0x65735546, "/home/chan/farther", ""}, {0x65735546, "/home/chan/vault/far/desk", ""},
	} {
		if got := disk.ElsewhereBy(tt.magic, tt.dir, mounts); got != tt.want {
			t.Errorf("%s by %#x: %q, want %q", tt.dir, tt.magic, got, tt.want)
		}
	}
	if got := disk.Elsewhere(t.TempDir()); got != "" {
		t.Errorf("the tests' own folder is on %s", got)
	}
}

func FuzzMountedFileSystems(f *testing.F) {
	f.Add("40 23 0:40 / /home/chan/far rw - fuse.sshfs chan@far: rw\n", "/home/chan/far/desk")
	f.Add(" - \n1 2 3 / /\\040 - x", "/ /")
	f.Fuzz(func(t *testing.T, lines, dir string) {
		got := disk.ElsewhereBy(unix.FUSE_SUPER_MAGIC, dir, lines)
		if got != "" && !strings.Contains(lines, "fuse") && !strings.Contains(lines, ".") {
			t.Errorf("%q by nothing", got)
		}
	})
}
