package disk

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// networks are the file systems that lie on another machine, or are shared with
// one, by statfs's magic numbers (linux/magic.h, statfs(2)).
var networks = map[int64]string{
	unix.NFS_SUPER_MAGIC: "NFS", unix.SMB_SUPER_MAGIC: "SMB", unix.CIFS_SUPER_MAGIC: "SMB", unix.SMB2_SUPER_MAGIC: "SMB",
	unix.V9FS_MAGIC: "9p", unix.AFS_SUPER_MAGIC: "AFS", unix.AFS_FS_MAGIC: "AFS", unix.CODA_SUPER_MAGIC: "Coda",
	unix.CEPH_SUPER_MAGIC: "Ceph", unix.OCFS2_SUPER_MAGIC: "OCFS2", 0x0BD00BD0: "Lustre", 0x01161970: "GFS2", 0x19830326: "BeeGFS", 0x564c: "NCP",
}

// remoteFUSE are the programs behind FUSE that are known to speak to another
// machine; others, as for an encrypted folder, are this machine's own.
var remoteFUSE = []string{"sshfs", "smbnetfs", "rclone", "s3fs", "gcsfuse", "goofys", "davfs", "glusterfs", "ceph", "curlftpfs", "gvfsd-fuse", "juicefs", "mfs", "onedriver", "google-drive-ocamlfuse"}

// Elsewhere names the network's file system that dir lies on; "" for one of this
// machine's, and where that cannot be told.
func Elsewhere(dir string) string {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return ""
	}
	mounts := func() string {
		b, _ := os.ReadFile("/proc/self/mountinfo")
		return string(b)
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return elsewhere(int64(st.Type), dir, mounts)
}

func elsewhere(magic int64, dir string, mounts func() string) string {
	if name := networks[magic]; name != "" {
		return name
	}
	if magic != unix.FUSE_SUPER_MAGIC {
		return ""
	}
	kind := mountedAs(mounts(), dir)
	_, program, _ := strings.Cut(kind, ".")
	for _, p := range remoteFUSE {
		if program == p {
			return "FUSE, " + p
		}
	}
	return ""
}

// mountedAs is the type of the file system that dir lies on, by the lines of
// proc_pid_mountinfo(5): the longest mount point wins, and of two the later.
func mountedAs(lines, dir string) (kind string) {
	longest := -1
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	for line := range strings.Lines(lines) {
		head, tail, ok := strings.Cut(line, " - ")
		f, g := strings.Fields(head), strings.Fields(tail)
		if !ok || len(f) < 5 || len(g) < 1 {
			continue
		}
		at := unescape.Replace(f[4])
		inside := at == "/" || dir == at || strings.HasPrefix(dir, at+"/")
		if inside && len(at) >= longest {
			longest, kind = len(at), g[0]
		}
	}
	return kind
}
