// Package disk is the store's directory: its files and who may read them, the lock
// that one process holds, SQLite's databases, spools, and what a disk says when it
// takes no more. It promises:
//
//   - Every file is this user's alone before the first byte is in it.
//   - Replace leaves the old content or the new, whenever the machine stops.
//   - What a spool writes is sealed under a key that is nowhere but in memory.
//   - An error tells the kind of fault in fixed words, and never a path, a statement
//     or a value.
//
// It knows of no person, patient or table.
package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// The files of a store, by what they hold.
const (
	KeyringFile = "keyring"
	RecordsFile = "records.db"
	JournalFile = "journal.db"
	lockFile    = "lock"
)

var errNotFile = errors.New("something in the store's directory is not an ordinary file")

// wordsElsewhere is why a store on a network's file system is refused.
const wordsElsewhere = "the state folder lies on a network's file system (%s): locks and the log that nothing is lost by do not hold there; choose a folder of this machine's own disk with --dir"

// Prepare makes dir, or checks that only this user can get at it and at
// every file in it.
func Prepare(op, dir string) error {
	if what := Elsewhere(standing(dir)); what != "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, wordsElsewhere, what)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, FileFault(err))
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return ehrdesk.E(op, ehrdesk.CodeOther, FileFault(err))
	}
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, errors.New("the store's place is not a directory"))
	}
	if err := private(info); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeDenied, err)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, FileFault(err))
	}
	for _, f := range list {
		if !Ours(f.Name()) {
			continue
		}
		info, err := f.Info() // Lstat: a link is not followed
		if err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOther, FileFault(err))
		}
		if !info.Mode().IsRegular() {
			return ehrdesk.E(op, ehrdesk.CodeDenied, errNotFile)
		}
		if err := private(info); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeDenied, err)
		}
	}
	return nil
}

// CheckAround says what is wrong with a folder that stores lie in, or the folder
// of such: whoever can write to it can put another store in place of one. private
// asks that others cannot read it either. A folder that is not there is fine.
func CheckAround(dir string, private bool) error {
	info, err := os.Stat(dir)
	if err != nil {
		return nil // whoever opens the store says so
	}
	return around(info, private)
}

// standing is dir, or the nearest folder above it that is there.
func standing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// Ours reports whether a file of that name belongs to the store.
func Ours(name string) bool {
	for _, f := range []string{KeyringFile, RecordsFile, JournalFile, lockFile, spoolFile} {
		if name == f || strings.HasPrefix(name, f+"-") || strings.HasPrefix(name, f+".") {
			return true
		}
	}
	return false
}

const holderSize = 20 // bytes of the lock file: whose it is

// Release gives the process lock back. It unlocks before it closes: a child that
// this process is just starting holds a copy of every descriptor until it runs its
// program, and with a copy the lock, so that closing alone would let it go later.
func Release(f *os.File) {
	_ = unlock(f) // the close lets go of it as well
	f.Close()
}

// Lock takes the process lock of dir and writes this process's id into it.
func Lock(op, dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, FileFault(err))
	}
	if err := tryLock(f); err != nil {
		holder := make([]byte, holderSize)
		n, _ := f.ReadAt(holder, 0)
		f.Close()
		if pid, err := strconv.Atoi(strings.TrimSpace(string(holder[:n]))); err == nil {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeLocked, "process %d has this store open", pid)
		}
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeLocked, "another process has this store open")
	}
	line := fmt.Appendf(nil, "%-*d\n", holderSize-1, os.Getpid()) // over the one before: to cut a file short takes longer
	if _, err = f.WriteAt(line, 0); err != nil {
		f.Close()
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, FileFault(err))
	}
	return f, nil
}

// ReadBounded reads at most limit bytes of a file; nil where there is none.
func ReadBounded(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// Replace puts b in place of name's content so that a crash leaves the old
// content or the new, never less. The old content is then overwritten, as well
// as the disk allows: what it held may be a key that has to be gone.
func Replace(name string, b []byte) (err error) {
	var old *os.File
	if ReplacesOpen {
		if old, _ = os.OpenFile(name, os.O_RDWR, 0); old != nil {
			defer old.Close()
		}
	}
	tmp := name + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp) // what went wrong is told already
		}
	}()
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err = os.Rename(tmp, name); err != nil {
		return err
	}
	if err = SyncDir(filepath.Dir(name)); err != nil {
		return err
	}
	if old != nil {
		Wipe(old)
	}
	return nil
}

// wipeMost is the longest file that is overwritten, in bytes: a keyring is no longer.
const wipeMost = 1<<20 + 1

// Wipe overwrites an unlinked file's content. It is a best effort, and not
// waited for: a disk that writes elsewhere keeps the old blocks, which is why
// what they hold is sealed as well.
func Wipe(f *os.File) {
	info, err := f.Stat()
	if err != nil || info.Size() > wipeMost {
		return
	}
	_, _ = f.WriteAt(make([]byte, info.Size()), 0)
}
