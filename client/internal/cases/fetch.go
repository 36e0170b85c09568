package cases

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// fetched is what an envelope had in it.
type fetched struct {
	body body
	file *filed   // the bytes of its file, on the disk; nil for none
	once []string // the prekeys that opened it: they go when what was said is kept
}

// fetch has the centre give an envelope, and opens it.
func (o *opening) fetch(ctx context.Context, signed string) (*fetched, error) {
	head, err := o.head(ctx, signed)
	if err != nil {
		return nil, err
	}
	keys, once, err := o.opens(ctx, &head)
	if err != nil {
		return nil, err
	}
	got := &fetched{once: once}
	if head.Size <= mostInEvent {
		err = o.short(ctx, &head, keys, got)
	} else {
		err = o.long(ctx, &head, keys, got)
	}
	if err == nil && got.body.Log != nil {
		err = o.directory.Shown(ctx, keylog.Head{N: got.body.Log.Size, Hash: got.body.Log.Head})
	}
	if err != nil {
		return nil, errors.Join(err, filing{o.Cases}.drop(context.WithoutCancel(ctx), got.file))
	}
	return got, nil
}

// opens are the keys that this desk has of those whom an envelope is sealed to.
func (o *opening) opens(ctx context.Context, head *sealed.Head) (keys []*sealed.Key, once []string, err error) {
	mine := map[string]bool{}
	for _, t := range head.To {
		mine[t.Key] = t.Person == sealed.Person(o.me())
	}
	err = o.keys(ctx, func(name string) bool { return mine[name] }, func(name string, kept *keptKey) {
		if one, err := sealed.ParseKey(kept.Secret); err == nil {
			keys = append(keys, one)
		}
		if kept.Kind == sealed.OfferOnce {
			once = append(once, name)
		}
	})
	if err == nil {
		keys, err = o.ofGroups(ctx, head, keys)
	}
	if err == nil && len(keys) == 0 {
		err = ehrdesk.Errorf(o.op, ehrdesk.CodeDenied, "it was sealed to another desk, or before this one had a key")
	}
	return keys, once, err
}

// ofGroups adds the keys of groups' epochs that this desk has.
func (o *opening) ofGroups(ctx context.Context, head *sealed.Head, keys []*sealed.Key) ([]*sealed.Key, error) {
	if !slices.ContainsFunc(head.To, func(t sealed.To) bool { return ehrdesk.CasePerson(t.Person).Group() != "" }) {
		return keys, nil
	}
	epochs, err := answering{o.Cases}.epochs(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range head.To {
		if key := epochs[t.Key]; key != nil && ehrdesk.CasePerson(t.Person).Group() != "" {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// short is fetch of what memory has room for.
func (o *opening) short(ctx context.Context, head *sealed.Head, keys []*sealed.Key, got *fetched) error {
	var raw, file bytes.Buffer
	if err := o.asks(ctx, head, &raw); err != nil {
		return err
	}
	r := reader{file: &file}
	if err := o.unseal(&r, head, bytes.NewReader(raw.Bytes()), keys, got); err != nil || got.body.File == nil {
		return err
	}
	defer clear(file.Bytes())
	return o.files(ctx, got, func(w io.Writer) error { _, err := w.Write(file.Bytes()); return err })
}

// long is fetch of what memory has no room for: what is sealed lies on the disk until it is opened, piece by piece, once all of it is known
// to be what its author sealed.
func (o *opening) long(ctx context.Context, head *sealed.Head, keys []*sealed.Key, got *fetched) error {
	raw := newFiled()
	raw.ID = fleeting()
	all := cache.LongOf(o.Vault)
	if err := all.Write(ctx, raw.ID, raw.Key, func(w io.Writer) error { return o.asks(ctx, head, w) }); err != nil {
		return ehrdesk.E(o.op, ehrdesk.CodeOf(err), err)
	}
	defer func() { _ = all.Remove(context.WithoutCancel(ctx), raw.ID) }() // what stays is swept
	in, err := all.Open(ctx, raw.ID, raw.Key)
	if err != nil {
		return ehrdesk.E(o.op, ehrdesk.CodeOf(err), err)
	}
	defer in.Close()
	err = o.files(ctx, got, func(w io.Writer) error { return o.unseal(&reader{file: w}, head, in, keys, got) })
	if err == nil && got.body.File == nil { // sealed for many
		err = filing{o.Cases}.drop(ctx, got.file)
		got.file = nil
	}
	return err
}

func fleeting() string { return cache.Fleeting(uuid.NewString()) }

// files keeps the bytes of a file, sealed.
func (o *opening) files(ctx context.Context, got *fetched, write func(io.Writer) error) error {
	f := filing{o.Cases}
	own := newFiled()
	if err := f.writes(ctx, o.k.Case.ID, own); err != nil {
		return err
	}
	got.file = own
	return cache.LongOf(o.Vault).Write(ctx, own.ID, own.Key, write)
}

// unseal opens an envelope. Errors: CodeDenied, CodeTampered, those of the file.
func (o *opening) unseal(r *reader, head *sealed.Head, raw io.ReadSeeker, keys []*sealed.Key, got *fetched) (err error) {
	defer func() { clear(r.raw) }()
	var ours *ehrdesk.Error
	switch err := sealed.Open(r, head, raw, keys...); {
	case errors.Is(err, sealed.ErrNotOurs):
		return ehrdesk.Errorf(o.op, ehrdesk.CodeDenied, "it is sealed for others")
	case errors.Is(err, sealed.ErrDamaged), errors.Is(err, errBody):
		return ehrdesk.Errorf(o.op, ehrdesk.CodeTampered, "the envelope is not what its author sealed")
	case errors.As(err, &ours):
		return err
	case err != nil:
		return ehrdesk.E(o.op, ehrdesk.CodeOther, err)
	}
	if got.body, err = r.whole(); err != nil {
		return ehrdesk.E(o.op, ehrdesk.CodeTampered, err)
	}
	return nil
}

// keep keeps what was said, and then has the prekeys go by which it was opened.
func (o *opening) keep(ctx context.Context, got *fetched) error {
	kept, err := o.keepRead(ctx, got)
	f := filing{o.Cases}
	switch {
	case got.file == nil:
		return err
	case !kept:
		return errors.Join(err, f.drop(context.WithoutCancel(ctx), got.file))
	}
	return errors.Join(err, f.has(ctx, o.k.Case.ID, got.file))
}

// keepRead reports whether it is kept: another may have opened it meanwhile.
func (o *opening) keepRead(ctx context.Context, got *fetched) (done bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now, err := o.kept(ctx, o.k.Case.ID)
	switch {
	case err != nil:
		return false, err
	case now.Case.State == ehrdesk.CaseDestroyed: // meanwhile
		return false, ehrdesk.Errorf(o.op, ehrdesk.CodeNotFound, "the case was destroyed")
	}
	all, err := o.Cases.said(ctx, o.k.Case.ID)
	if err != nil || all[o.said.Envelope].Read {
		return false, err
	}
	if err := o.keepSaid(ctx, o.k.Case.ID, map[string]text{o.said.Envelope: {Read: true, Body: got.body.CaseBody, File: got.file, At: o.said.At}}); err != nil {
		return false, err
	}
	if err := o.off(ctx, rawList(o.k.Case.ID), o.said.Envelope); err != nil {
		return true, err
	}
	return true, o.off(ctx, keyList, got.once...) // a prekey opens one envelope, and goes
}
