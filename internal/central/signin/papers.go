package signin

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Checklist is what a provider has shown of what it has to show to be registered.
type Checklist struct {
	HCP           string       `json:"hcp"`
	Kind          string       `json:"kind"`
	Establishment string       `json:"establishment"`
	Known         bool         `json:"known"`    // false: which documents its kind has to show is not known
	Complete      bool         `json:"complete"` // nothing of it is missing or has ended
	Documents     []PaperState `json:"documents"`
}

// PaperState is how one of the documents stands.
type PaperState struct {
	Document string `json:"document"`
	Name     string `json:"name"`
	State    string `json:"state"` // seen, ends (within 30 days), ended, missing
	Seen     string `json:"seen,omitempty"`
	Until    string `json:"until,omitempty"`
}

// How a document of the checklist stands.
const (
	paperSeen    = "seen"
	paperEnds    = "ends"
	paperEnded   = "ended"
	paperMissing = "missing"
)

// Checklist is what of a provider's documents was seen, and what is missing. Of a kind of
// establishment that the table does not have, nothing is said but that it is not known.
// Errors: CodeNotFound.
func (a *Accounts) Checklist(ctx context.Context, hcp string) (out Checklist, err error) {
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		h, err := provider(tx, "hcp.checklist", hcp)
		if err == nil {
			out = checklist(tx, h)
		}
		return err
	})
	return out, err
}

func checklist(tx *store.Tx, h *store.HCP) Checklist {
	of, known := ehrdesk.EstablishmentOf(h.Kind)
	out := Checklist{HCP: h.ID, Kind: h.Kind, Establishment: of.Name, Known: known, Complete: known, Documents: []PaperState{}}
	if !known {
		out.Kind, out.Establishment = "unknown", "unknown"
	}
	had := map[string]store.Paper{}
	for _, p := range tx.Accounts.Papers(h.ID) {
		had[p.Document] = p
	}
	for _, want := range of.Papers {
		s := PaperState{Document: want.Code, Name: want.Name, State: paperMissing}
		if p, seen := had[want.Code]; seen {
			s.State, s.Seen = paperSeen, rest.Instant(p.Seen)
			if until := store.Time(p.Until); p.Until != 0 {
				s.Until = rest.Instant(p.Until)
				switch {
				case !tx.Now.Before(until):
					s.State = paperEnded
				case !until.After(tx.Now.AddDate(0, 0, ehrdesk.EndsAhead)):
					s.State = paperEnds
				}
			}
		}
		out.Complete = out.Complete && s.State != paperMissing && s.State != paperEnded
		out.Documents = append(out.Documents, s)
	}
	return out
}

// SetEstablishment says which kind of establishment a provider is.
// Errors: CodeInvalid for one that the table does not have, CodeNotFound.
func (a *Accounts) SetEstablishment(ctx context.Context, by, hcp, kind string) error {
	const op = "hcp.kind"
	if _, known := ehrdesk.EstablishmentOf(kind); !known {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there is no such kind of establishment")
	}
	return a.paper(ctx, op, by, hcp, "establishment: "+kind, func(tx *store.Tx, _ *store.HCP) error { tx.Accounts.SetKind(hcp, kind); return nil })
}

// SeePaper notes that a document of a provider's was seen, good until an instant, zero where
// it has no end. Errors: CodeInvalid for one that its kind does not show, CodeNotFound.
func (a *Accounts) SeePaper(ctx context.Context, by, hcp, document string, until time.Time) error {
	const op = "hcp.document"
	words := "document seen: " + document
	if !until.IsZero() {
		words += " until " + day(until)
	}
	return a.paper(ctx, op, by, hcp, words, func(tx *store.Tx, h *store.HCP) error {
		if of, _ := ehrdesk.EstablishmentOf(h.Kind); !slices.ContainsFunc(of.Papers, func(p ehrdesk.Paper) bool { return p.Code == document }) {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the provider's kind of establishment shows no such document")
		}
		p := store.Paper{Document: document, Seen: tx.Now.UnixMicro()}
		if !until.IsZero() {
			p.Until = until.UnixMicro()
		}
		tx.Accounts.SetPaper(hcp, p)
		return nil
	})
}

// DropPaper takes back that a document was seen. Errors: CodeNotFound.
func (a *Accounts) DropPaper(ctx context.Context, by, hcp, document string) error {
	const op = "hcp.document"
	return a.paper(ctx, op, by, hcp, "document taken off: "+document, func(tx *store.Tx, _ *store.HCP) error {
		if !tx.Accounts.DropPaper(hcp, document) {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such document was seen")
		}
		return nil
	})
}

// paper changes what is known of a provider's documents, and writes that down.
func (a *Accounts) paper(ctx context.Context, op, by, hcp, words string, change func(*store.Tx, *store.HCP) error) error {
	return a.store.Write(ctx, func(tx *store.Tx) error {
		h, err := provider(tx, op, hcp)
		if err != nil {
			return err
		}
		if err := change(tx, h); err != nil {
			return err
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: &store.Account{Staff: by, HCP: hcp}, What: "document", Reason: words})
		return nil
	})
}
