package filing

import (
	"context"
	"io"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// RecordChange is what became of one resource that the operator added or
// withdrew.
type RecordChange struct {
	File     string `json:"file"`
	Resource string `json:"resource"`
	ID       string `json:"id"`
	Version  int64  `json:"version,omitempty"`
	Deleted  bool   `json:"deleted,omitempty"`
	Changed  bool   `json:"changed"`
}

// AddRecords stores resources as if another provider had sent them: for
// patients who are participants already. The file counts as a whole.
// Errors: CodeInvalid, CodeNotFound for a patient who is none.
func (f *Files) AddRecords(ctx context.Context, r io.Reader, name string) ([]RecordChange, error) {
	const op = "record.add"
	return f.records(ctx, op, r, name, func(tx *store.Tx, it *item) (outcome, error) {
		if !it.place().Sharable {
			return outcome{}, refusal.Invalid("a resource lies outside eHealth's sharable scope")
		}
		return put(tx, it, "", false)
	})
}

// DeleteRecords withdraws the resources that a file holds, by type and id.
// Errors: CodeInvalid, CodeNotFound.
func (f *Files) DeleteRecords(ctx context.Context, r io.Reader, name string) ([]RecordChange, error) {
	const op = "record.delete"
	return f.records(ctx, op, r, name, func(tx *store.Tx, it *item) (outcome, error) {
		old, err := tx.Records.Get(it.Type, it.target)
		if err == nil && (old == nil || old.Deleted) {
			err = refusal.NotFound()
		}
		if err != nil {
			return outcome{}, err
		}
		return remove(tx, it.Type, it.target)
	})
}

func (f *Files) records(ctx context.Context, op string, r io.Reader, name string, do func(*store.Tx, *item) (outcome, error)) ([]RecordChange, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxImport))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be read")
	}
	groups, err := parseStream(data)
	if err != nil {
		return nil, refusal.InGo(op, err)
	}
	var out []RecordChange
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		out = nil
		for _, in := range groups {
			for _, it := range in.items {
				if it.fault != nil {
					return it.fault
				}
			}
			b := newBatch(f.keys, tx, in.items)
			for _, it := range b.items {
				if it.Type != "Patient" {
					continue
				}
				if err := b.aimPatient(it); err != nil {
					return err
				}
			}
			if err := b.settleRecords(); err != nil {
				return err
			}
			for _, it := range b.items {
				if it.Type == "Patient" { // only there to say whose the others are
					continue
				}
				switch it.reason {
				case "":
				case whyUnknownPatient:
					return refusal.NotRegistered()
				default:
					return refusal.Invalid("a resource names no patient, or more than one")
				}
				o, err := do(tx, it)
				if err != nil {
					return err
				}
				out = append(out, RecordChange{File: name, Resource: it.Type, ID: it.target, Version: o.Version, Deleted: strings.HasSuffix(op, "delete"), Changed: o.Changed})
			}
		}
		return nil
	})
	return out, refusal.InGo(op, err)
}
