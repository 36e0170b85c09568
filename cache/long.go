package cache

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// Long is what is too long for a line of a worklist, each in a file of its own beside the journal, sealed under a key that whoever keeps
// it has. Every method answers CodeLocked once the vault is locked.
type Long struct{ v *Vault }

// LongOf is what is too long for a line, of whoever holds a vault.
func LongOf(v *Vault) Long { return Long{v} }

// Fleeting is the id of what nobody means to keep: it is gone when the store is opened again, wherever the program ended.
func Fleeting(id string) string { return disk.LongPart + id }

const longOp = "cache.long"

// Write keeps what write gives under an id that is new, sealed under a key of 32 bytes that seals nothing else. It is whole and on the
// disk when Write returns, or not there. Errors: CodeOther for a full disk, those of write.
func (l Long) Write(ctx context.Context, id string, key []byte, write func(io.Writer) error) error {
	dir, err := l.dir(ctx, id)
	if err != nil {
		return err
	}
	if err := disk.WriteLong(dir, id, key, write); err != nil {
		var ours *ehrdesk.Error
		if errors.As(err, &ours) {
			return err
		}
		return ehrdesk.E(longOp, ehrdesk.CodeOther, err)
	}
	return nil
}

// Open gives it, from its beginning on and after a Seek to the beginning again. What is read is what was written; io.EOF is the end, and any
// other error says that the file was changed. Errors: CodeNotFound.
func (l Long) Open(ctx context.Context, id string, key []byte) (io.ReadSeekCloser, error) {
	dir, err := l.dir(ctx, id)
	if err != nil {
		return nil, err
	}
	f, err := disk.OpenLong(dir, id, key)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ehrdesk.Errorf(longOp, ehrdesk.CodeNotFound, "the file is not on this desk")
	case errors.Is(err, disk.ErrDamaged):
		return nil, ehrdesk.E(longOp, ehrdesk.CodeTampered, disk.ErrDamaged)
	case err != nil:
		return nil, ehrdesk.E(longOp, ehrdesk.CodeOther, err)
	}
	return f, nil
}

// Remove takes it away; what is not there is no error.
func (l Long) Remove(ctx context.Context, ids ...string) error {
	for _, id := range ids {
		dir, err := l.dir(ctx, id)
		if err == nil {
			err = disk.RemoveLong(dir, id)
		}
		if err != nil {
			return ehrdesk.E(longOp, ehrdesk.CodeOf(err), err)
		}
	}
	return nil
}

// dir is the store's folder, for an id that is a name and nothing more.
func (l Long) dir(ctx context.Context, id string) (string, error) {
	l.v.s.mu.RLock()
	defer l.v.s.mu.RUnlock()
	if err := l.v.usable(ctx, longOp); err != nil {
		return "", err
	}
	if name := strings.TrimPrefix(id, disk.LongPart); name == "" || strings.ContainsAny(name, `/\.`) {
		return "", ehrdesk.Errorf(longOp, ehrdesk.CodeInvalid, "this is no id")
	}
	return l.v.s.dir, nil
}
