package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// directed is the centre's directory, for whoever is signed in.
type directed struct {
	d     *directory.Directory
	signs func(op string) (sealed.Signer, error)
}

// Providers are those that are asked for, from the centre or this desk's copy.
func (w *directed) Providers(ctx context.Context, query, specialty string) ([]ehrdesk.Provider, time.Time, error) {
	return w.d.Providers(ctx, query, specialty)
}

// KeyChanges is what the centre has said of keys otherwise than before.
func (w *directed) KeyChanges(ctx context.Context) ([]ehrdesk.KeyChange, error) {
	return w.d.KeyChanges(ctx)
}

// OwnKey takes the word of whoever is signed in that a key in their name is of another desk of theirs. Errors: CodeNotFound for none that
// KeyChanges told as in their name.
func (w *directed) OwnKey(ctx context.Context, key string) error { return w.d.Mine(ctx, key) }

// SayOnCall tells everybody, by the centre's directory, until when whoever is signed in is on call; with a zero time that they are not any
// more. Errors: CodeInvalid for a time that has passed or is more than a week ahead, CodeDenied for the front desk, the line's.
func (w *directed) SayOnCall(ctx context.Context, until time.Time) error {
	const op = "directory.on-call"
	by, err := w.signs(op)
	if err != nil {
		return err
	}
	return w.d.SayOnCall(ctx, by, until)
}

// directoryOf is the directory of a session's centre.
func directoryOf(s *Session) *directory.Directory {
	return directory.New(s.sitting, as[directory.Centre](s.centre), s.access, s.desk.opt.Signers)
}
