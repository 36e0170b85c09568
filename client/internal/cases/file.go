package cases

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// A file that goes with a message is longer than memory is asked for. It lies beside the journal (cache.Long), sealed under a key of its
// own, which stands with the words: as they go its bytes open for nobody.

// filed is where the bytes of a file lie on this desk.
type filed struct {
	ID  string `json:"id"`
	Key []byte `json:"key"`
}

func newFiled() *filed {
	f := &filed{ID: uuid.NewString(), Key: make([]byte, 32)}
	_, _ = rand.Read(f.Key) // never fails
	return f
}

func newSession() string { return uuid.NewString() }

// fileMark is of a file on the disk: which session writes it, until something here is known to have it.
type fileMark struct {
	Session string `json:"session,omitempty"`
	Case    string `json:"case"`
	Kept    bool   `json:"kept,omitempty"`
}

// filing is what is done about files.
type filing struct{ *Cases }

// describe says in a message what its file is. Errors: CodeInvalid for what is none, or too long.
func describe(op string, m *ehrdesk.CaseMessage) error {
	if m.Body.File = nil; m.File == nil {
		return nil
	}
	info, err := m.File.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what goes with a message is a file")
	case info.Size() == 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there is nothing in the file")
	case info.Size() > ehrdesk.MostCaseFile:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a file has 24 MiB at most")
	}
	m.Body.File = &ehrdesk.CaseFile{Name: ehrdesk.CaseFileName(info.Name()), Media: unknownMedia, Size: info.Size()}
	return nil
}

// with has the file of a message on the disk, and then does what keeps the message; where that fails nothing of it stays.
func (s filing) with(ctx context.Context, op, id string, f fs.File, p *pending, keep func() error) error {
	if f == nil {
		return keep()
	}
	own := newFiled()
	media, err := s.take(ctx, op, id, f, own, p.Body.File.Size)
	if err == nil {
		says := *p.Body.File
		says.Media = media
		p.Body.File, p.File = &says, own
		err = keep()
	}
	if err != nil {
		return errors.Join(err, s.drop(context.WithoutCancel(ctx), own))
	}
	return s.has(ctx, id, own)
}

// take seals a file onto the disk, as it is: what changes meanwhile is refused.
func (s filing) take(ctx context.Context, op, id string, f fs.File, own *filed, size int64) (media string, err error) {
	before, err := f.Stat()
	if err != nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be read")
	}
	if err := s.writes(ctx, id, own); err != nil {
		return "", err
	}
	var begins beginning
	err = cache.LongOf(s.Vault).Write(ctx, own.ID, own.Key, func(w io.Writer) error {
		n, err := io.Copy(io.MultiWriter(w, &begins), io.LimitReader(&until{ctx, f}, size+1))
		var path *fs.PathError
		switch {
		case errors.As(err, &path): // it names the file
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be read")
		case err != nil:
			return err
		}
		after, err := f.Stat()
		if err != nil || n != size || after.Size() != size || !after.ModTime().Equal(before.ModTime()) {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the file was changed while it was read")
		}
		return nil
	})
	return begins.media(), err
}

// writes notes that a file is about to be written: what comes of it is swept where nothing has it in the end.
func (s filing) writes(ctx context.Context, id string, own *filed) error {
	return s.put(ctx, fileList, own.ID, fileMark{Session: s.session, Case: id})
}

// has notes that something here has a file.
func (s filing) has(ctx context.Context, id string, own *filed) error {
	return s.put(ctx, fileList, own.ID, fileMark{Case: id, Kept: true})
}

// drop destroys a file, nil for none.
func (s filing) drop(ctx context.Context, own *filed) error {
	if own == nil {
		return nil
	}
	if err := cache.LongOf(s.Vault).Remove(ctx, own.ID); err != nil {
		return err
	}
	return s.off(ctx, fileList, own.ID)
}

// sweep destroys files that a session which has ended left without anything that has them.
func (s filing) sweep(ctx context.Context) error {
	left := map[string]fileMark{}
	err := s.each(ctx, fileList, nil, func(id string, b []byte) {
		var m fileMark
		if unmarshal(b, &m) && !m.Kept && m.Session != s.session {
			left[id] = m
		}
	})
	if err != nil || len(left) == 0 {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	for id, m := range left {
		all, err := s.said(ctx, m.Case)
		if err != nil {
			return err
		}
		own := &filed{ID: id}
		has := slices.Contains(filesOf(all), id) || slices.ContainsFunc(waiting, func(p pending) bool { return p.File != nil && p.File.ID == id })
		if has {
			err = s.has(ctx, m.Case, own)
		} else {
			err = s.drop(ctx, own)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// filesOf are the names of the files of what was said.
func filesOf(all map[string]text) (out []string) {
	for _, t := range all {
		if t.File != nil {
			out = append(out, t.File.ID)
		}
	}
	return out
}

// SaveFile gives the file of a message that was opened here, or written: that it is saved is written down first, and all of it was read
// before send is called. Errors: CodeDenied for what is view-only, CodeNotFound, CodeTampered; send's.
func SaveFile(ctx context.Context, s *Cases, id string, event int, send func(ehrdesk.CaseFile, io.Reader) error) error {
	const op = "case.save"
	if err := s.may(op); err != nil {
		return err
	}
	defer s.Idle.Work()()
	o, err := s.opening(ctx, op, id, event)
	if err != nil {
		return err
	}
	all, err := s.said(ctx, id)
	if err != nil {
		return err
	}
	t := all[o.said.Envelope]
	switch {
	case !t.Read:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the message was not opened here")
	case t.Body.File == nil || t.File == nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no file goes with this message")
	case t.Body.ViewOnly && o.said.By != s.me():
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "its author lets it be viewed only: it is not saved")
	}
	f, err := cache.LongOf(s.Vault).Open(ctx, t.File.ID, t.File.Key)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	defer f.Close()
	if n, err := io.Copy(io.Discard, &until{ctx, f}); err != nil || n != t.Body.File.Size {
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the file is not what it was on this desk")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditCopy, Patient: o.k.Case.Patient, Detail: "sealed case: a file, saved"}
	if err := s.access.Record(ctx, e); err != nil {
		return err
	}
	err = send(*t.Body.File, &until{ctx, f})
	if err != nil {
		e.Outcome = ehrdesk.CodeOf(err)
		err = errors.Join(err, s.access.Record(context.WithoutCancel(ctx), e))
	}
	return err
}

// until reads until a context ends.
type until struct {
	ctx context.Context //nolint:containedctx // of one reading
	r   io.Reader
}

func (u *until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// beginning keeps how a file begins: what kind it is is seen by that.
type beginning struct{ b []byte }

func (k *beginning) Write(p []byte) (int, error) {
	k.b = append(k.b, p[:min(len(p), 512-len(k.b))]...)
	return len(p), nil
}

const unknownMedia = "application/octet-stream"

// media is what a file is called by how it begins: what its name says is what somebody says.
func (k *beginning) media() string {
	defer clear(k.b)
	if len(k.b) > 132 && string(k.b[128:132]) == "DICM" { // DICOM PS3.10, 7.1
		return "application/dicom"
	}
	return http.DetectContentType(k.b)
}
