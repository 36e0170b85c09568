package cases

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
)

// archiveFiles seals a case with its files, which is more than lines hold: it lies in a file of its own, and the line of the list says where.
func (s archiving) archiveFiles(ctx context.Context, op, id, name string, a *casearchive.Case, all map[string]text) error {
	f := filing(s)
	own := newFiled()
	if had, err := s.archivedAs(ctx, name); err != nil {
		return err
	} else if had != nil { // a crash left it before the case said that it is archived
		if err := f.drop(ctx, had.File); err != nil {
			return err
		}
	}
	if err := f.writes(ctx, id, own); err != nil {
		return err
	}
	long, n := cache.LongOf(s.Vault), 0
	err := long.Write(ctx, own.ID, own.Key, func(w io.Writer) error {
		return casearchive.SealWith(&counting{w, &n}, a, *s.archive, func(said *casearchive.Said, w io.Writer) error {
			at := all[said.Envelope].File
			r, err := long.Open(ctx, at.ID, at.Key)
			if err != nil {
				return err
			}
			defer r.Close()
			_, err = io.Copy(w, &until{ctx, r})
			return err
		})
	})
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if err := s.putArchive(ctx, name, &archived{Case: id, Staff: s.me().Staff, At: s.Now(), Key: s.archive.Name(), File: own, Bytes: n}); err != nil {
		return err
	}
	return f.has(ctx, id, own)
}

// counting counts what is written.
type counting struct {
	to io.Writer
	n  *int
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	*c.n += n
	return n, err
}

// archivedAs is the line of an archived case, nil for none.
func (s archiving) archivedAs(ctx context.Context, name string) (*archived, error) {
	items, err := s.lists.Items(ctx, archiveList)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(items, func(it cache.WorklistItem) bool { return it.ID == name })
	var a archived
	if i < 0 || json.Unmarshal(items[i].Payload, &a) != nil {
		return nil, nil //nolint:nilnil // there is none
	}
	return &a, nil
}

// Archive writes one as it is sealed to the archive key, for the organisation's records. It stays here. Errors: CodeNotFound,
// CodeTampered; to's.
func Archive(ctx context.Context, s *Cases, name string, to io.Writer) error {
	const op = "archive"
	a, err := archiving{s}.archivedAs(ctx, name)
	switch {
	case err != nil:
		return err
	case a == nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no archived case of that name lies on this desk")
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditCopy, Detail: "archived case, sealed"}); err != nil {
		return err
	}
	var n int64
	if a.File != nil {
		n, err = s.fromFile(ctx, a.File, to)
	} else {
		n, err = s.fromPieces(ctx, name, a.Pieces, to)
	}
	if err == nil && n != int64(a.Bytes) {
		err = ehrdesk.Errorf(op, ehrdesk.CodeTampered, "of the archived case a part is missing")
	}
	return err
}

func (s *shelf) fromFile(ctx context.Context, f *filed, to io.Writer) (int64, error) {
	r, err := cache.LongOf(s.Vault).Open(ctx, f.ID, f.Key)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return io.Copy(to, &until{ctx, r})
}

func (s *shelf) fromPieces(ctx context.Context, name string, pieces int, to io.Writer) (n int64, err error) {
	parts, err := s.lists.Items(ctx, archivePieces(name))
	if err != nil {
		return 0, err
	}
	slices.SortFunc(parts, func(a, b cache.WorklistItem) int { return strings.Compare(a.ID, b.ID) })
	for _, p := range parts[:min(len(parts), pieces)] {
		m, err := to.Write(p.Payload)
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
