package client

import (
	"context"
	"io"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/cases"
)

// bringLater has what waits with a file be sent, and does not wait for it: it may take minutes, and ends with the session at the latest.
func (w *casing) bringLater(ctx context.Context) error {
	waits, err := cases.Brings(ctx, w.cases)
	if err != nil || !waits || !w.brings.CompareAndSwap(false, true) {
		return err
	}
	ctx, done, err := w.now.begin(context.WithoutCancel(ctx))
	if err != nil {
		w.brings.Store(false)
		return err
	}
	go func() {
		defer done()
		defer w.brings.Store(false)
		_ = cases.Bring(ctx, w.cases) // what was not sent waits, and says why
	}()
	return nil
}

// SendCaseFiles sends what waits with a file, and waits for it.
func (w *casing) SendCaseFiles(ctx context.Context) error {
	return doing(ctx, w, func(ctx context.Context) error { return cases.Bring(ctx, w.cases) })
}

// SaveCaseFile gives the file of a message.
func (w *casing) SaveCaseFile(ctx context.Context, id string, event int, send func(ehrdesk.CaseFile, io.Reader) error) error {
	return doing(ctx, w, func(ctx context.Context) error { return cases.SaveFile(ctx, w.cases, id, event, send) })
}
