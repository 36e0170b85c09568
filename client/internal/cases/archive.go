package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// The lists of what is archived, of all who work here: nobody at the desk can open it.
const (
	archiveList = "case archives"
	endedList   = "cases to archive" // of one person: those that have ended, and are not archived yet
)

func archivePieces(name string) string { return "case archive " + name }

// archived is what the desk's list says of one.
type archived struct {
	Case   string    `json:"case"`
	Staff  string    `json:"staff"`
	At     time.Time `json:"at"`
	Key    string    `json:"key"` // the name of the archive key
	Pieces int       `json:"pieces"`
	File   *filed    `json:"file,omitempty"` // where it lies in place of pieces, as it has files
	Bytes  int       `json:"bytes"`
}

// archiving is what is done of cases that end in an archive.
type archiving struct{ *Cases }

// archives archives the cases of whoever is signed in that have ended so, where the site has named a key for it. Until it has, they stay
// as they are: to destroy them would say that they were kept.
func (s archiving) archives(ctx context.Context) error {
	if s.archive == nil {
		return nil
	}
	var ids []string
	if err := s.each(ctx, endedList, nil, func(id string, _ []byte) { ids = append(ids, id) }); err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.archiveOne(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// archiveOne seals one to the archive key, and destroys what the desk has of it once that is on the disk.
func (s archiving) archiveOne(ctx context.Context, id string) error {
	const op = "case.archive"
	k, err := s.kept(ctx, id)
	if err != nil {
		return err
	}
	switch in, _, err := (answering(s)).in(ctx, &k.Case); {
	case err != nil:
		return err
	case in && !k.Case.State.Over(): // they left, and came back
		return s.off(ctx, endedList, id)
	}
	if k.Case.ID == "" || k.Broken != "" || k.Closed != "" { // a history that breaks is for somebody to look at
		return nil
	}
	if k.Archived.IsZero() {
		if err := s.sealArchive(ctx, op, id, &k); err != nil {
			return err
		}
		k.Archived = s.Now()
		if err := s.keep(ctx, id, &k); err != nil { // before a word goes: what is archived twice would be archived without
			return err
		}
	}
	if err := s.forget(ctx, id, true); err != nil {
		return err
	}
	return s.off(ctx, endedList, id)
}

func (s archiving) sealArchive(ctx context.Context, op, id string, k *kept) error {
	a := casearchive.Case{ID: id, By: ehrdesk.CaseMember{CasePerson: s.me(), Name: s.Self.Account().Name}, At: s.atCentre()}
	if err := s.history(ctx, op, id, k, &a); err != nil {
		return err
	}
	all, err := s.said(ctx, id)
	if err != nil {
		return err
	}
	for _, said := range k.Case.Said {
		if t := all[said.Envelope]; t.Read {
			a.Said = append(a.Said, casearchive.Said{Envelope: said.Envelope, Body: t.Body, File: t.File != nil})
		}
	}
	name := fmt.Sprintf("%s-%s-%d", id, s.me().Staff, k.Case.Events) // whoever came back has it archived once more
	if len(filesOf(all)) > 0 {
		err = s.archiveFiles(ctx, op, id, name, &a, all)
	} else {
		var b []byte
		if b, err = casearchive.Seal(&a, *s.archive); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOther, err)
		}
		err = s.keepArchive(ctx, id, name, b)
	}
	if err != nil {
		return err
	}
	return s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditUpdate, Patient: k.Case.Patient, Detail: "sealed case: archived"})
}

// history reads the events of a case anew, as they were signed: those that the desk has followed, and no others.
func (s archiving) history(ctx context.Context, op, id string, k *kept, a *casearchive.Case) error {
	keys, err := s.directory.Cases(ctx)
	if err != nil {
		return err
	}
	for len(a.Events) < k.Case.Events {
		out, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.CaseEventsOut, error) {
			return s.centre.CaseEvents(ctx, id, len(a.Events), k.Change)
		})
		if err != nil {
			return err
		}
		if len(out.Events) == 0 {
			return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre gives less of the case than it gave before")
		}
		for _, e := range out.Events[:min(len(out.Events), k.Case.Events-len(a.Events))] {
			if err := a.Add(e.Signed, keys); err != nil {
				return ehrdesk.E(op, ehrdesk.CodeTampered, err)
			}
		}
	}
	for _, at := range k.Case.Groups {
		signed, err := answering(s).signed(ctx, op, at)
		if err != nil {
			return err
		}
		if err := a.AddGroup(signed, keys); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeTampered, err)
		}
	}
	if h, err := a.History(); err != nil || h.Head != k.Case.Head {
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre gives another history of the case than before")
	}
	return nil
}

// keepArchive puts an archived case on the disk, the line of the list last: what stands there is whole.
func (s archiving) keepArchive(ctx context.Context, id, name string, b []byte) error {
	line := archived{Case: id, Staff: s.me().Staff, At: s.Now(), Key: s.archive.Name(), Bytes: len(b)}
	for rest := b; len(rest) > 0; line.Pieces++ {
		n := min(piece, len(rest))
		if err := s.lists.Put(ctx, archivePieces(name), pieceName(line.Pieces), rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return s.putArchive(ctx, name, &line)
}

func (s archiving) putArchive(ctx context.Context, name string, line *archived) error {
	j, err := json.Marshal(line)
	if err != nil {
		return ehrdesk.Errorf("case.archive", ehrdesk.CodeOther, "the list of archived cases cannot be written")
	}
	return s.lists.Put(ctx, archiveList, name, j)
}

// Archives are the archived cases that lie on this desk, of everybody who works here.
func Archives(ctx context.Context, s *Cases) (all []ehrdesk.CaseArchive, err error) {
	items, err := s.lists.Items(ctx, archiveList)
	for _, it := range items {
		var a archived
		if json.Unmarshal(it.Payload, &a) == nil {
			all = append(all, ehrdesk.CaseArchive{Name: it.ID, Case: a.Case, Staff: a.Staff, At: a.At, Key: a.Key, Bytes: a.Bytes})
		}
	}
	slices.SortFunc(all, func(a, b ehrdesk.CaseArchive) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Case+a.Staff, b.Case+b.Staff))
	})
	return all, err
}

// ArchiveKey is the public half of an organisation's archive key.
type ArchiveKey = sealed.Public

// ReadArchiveKey reads an archive key as casearchive.NewKey gives it. Errors: CodeInvalid.
func ReadArchiveKey(text string) (*ArchiveKey, error) {
	p, err := sealed.ParsePublic(strings.TrimSpace(text))
	if err != nil {
		return nil, ehrdesk.Errorf("case.archive", ehrdesk.CodeInvalid, "the site's archive key is none")
	}
	return &p, nil
}
