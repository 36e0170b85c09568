package client

import (
	"context"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// linkHost is a centre that keeps sealed files for whoever has a link.
type linkHost interface {
	KeepLink(ctx context.Context, n ehrdesk.NewLink) (ehrdesk.KeptLink, error)
	Links(ctx context.Context) ([]ehrdesk.KeptLink, error)
	EndLink(ctx context.Context, id string) error
}

// linking are the links of whoever is signed in. That one is made is written down by the chart that it is of (Export).
type linking struct{ s *Session }

func (w *linking) host(op string) (linkHost, error) {
	h := as[linkHost](w.s.centre)
	switch {
	case !w.s.Account().Role.Clinical():
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "not for this profession")
	case h == nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this server keeps no files for links")
	}
	return h, nil
}

// KeepLink has the centre keep a file that it cannot open.
func (w *linking) KeepLink(ctx context.Context, n ehrdesk.NewLink) (ehrdesk.KeptLink, error) {
	h, err := w.host("link")
	if err != nil {
		return ehrdesk.KeptLink{}, err
	}
	k, err := h.KeepLink(ctx, n)
	w.s.sitting.Line.Heard(err)
	return k, err
}

// Links lists those that have not ended.
func (w *linking) Links(ctx context.Context) ([]ehrdesk.KeptLink, error) {
	h, err := w.host("link.list")
	if err != nil {
		return nil, err
	}
	all, err := h.Links(ctx)
	w.s.sitting.Line.Heard(err)
	return all, err
}

// EndLink ends one. It is written down before the centre is asked.
func (w *linking) EndLink(ctx context.Context, id string) error {
	const op = "link.end"
	h, err := w.host(op)
	if err != nil {
		return err
	}
	if u, e := uuid.Parse(id); e != nil || u.String() != id {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a link is named by its id, a UUID: ehrdesk link list has them")
	}
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditUnshare, Detail: "link/" + id}
	if err := w.s.access.Record(ctx, e); err != nil {
		return err
	}
	err = h.EndLink(ctx, id)
	w.s.sitting.Line.Heard(err)
	if err != nil {
		e.Outcome = ehrdesk.CodeOf(err)
		if e := w.s.access.Record(ctx, e); e != nil {
			w.s.sitting.Log.Warn("a link that was not ended is not written down", "code", string(ehrdesk.CodeOf(e)))
		}
	}
	return err
}
