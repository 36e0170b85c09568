package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// casesInStep brings the cases into step; asOf is zero where the centre was asked now, else when it was last.
func casesInStep(ctx context.Context, s *client.Session) (asOf time.Time, err error) {
	if err = s.SyncCases(ctx); err == nil {
		err = s.SendCaseFiles(ctx)
	}
	if err == nil {
		err = s.FetchCases(ctx)
	}
	if c := ehrdesk.CodeOf(err); c != ehrdesk.CodeOffline && c != ehrdesk.CodeTimeout {
		return time.Time{}, err
	}
	_, asOf, got := s.Cases(ctx)
	if got != nil || asOf.IsZero() {
		return asOf, first(got, err)
	}
	return asOf, nil
}

func (a *app) asOf(at time.Time) error {
	if at.IsZero() {
		return nil
	}
	_, err := fmt.Fprintf(a.err, "ehrdesk: offline: cases as of %s\n", stamp(at))
	if err != nil {
		return written(err)
	}
	return nil
}

func (a *app) listCases(ctx context.Context) error {
	const op = "case list"
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		asOf, err := casesInStep(ctx, s)
		if err != nil {
			return renamed(op, err)
		}
		if err := a.asOf(asOf); err != nil {
			return err
		}
		all, _, err := s.Cases(ctx)
		if err != nil {
			return renamed(op, err)
		}
		for i := range all {
			j := caseOf(s, &all[i])
			if err := a.line(j, j.words()); err != nil {
				return err
			}
		}
		return nil
	})
}

// caseShowing is what case show is asked for.
type caseShowing struct {
	open, passing bool
	save          caseSaving
	asked         asked // why the patient's record is opened, where it is
}

func (a *app) showCase(ctx context.Context, id string, want caseShowing) error {
	const op = "case show"
	if want.passing && (!want.open || !a.atTerminal()) {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what passes is opened with --open --passing, and shown at a terminal alone")
	}
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		asOf, err := casesInStep(ctx, s)
		if err != nil {
			return renamed(op, err)
		}
		if err := a.asOf(asOf); err != nil {
			return err
		}
		v, err := s.Case(ctx, id)
		if err != nil {
			return renamed(op, err)
		}
		if want.open {
			if v, err = a.opened(ctx, s, v, want.passing); err != nil {
				return renamed(op, err)
			}
		}
		if want.save.name != "" {
			if err := a.saveCaseFile(ctx, s, &v, want.save); err != nil {
				return renamed(op, err)
			}
			return nil
		}
		j := caseOf(s, &v)
		j.whole(s, &v, a.atTerminal())
		if err := a.heldAgainst(ctx, s, &v, j, want.asked); err != nil {
			return renamed(op, err)
		}
		return a.line(j, j.words()+"\n"+j.allWords())
	})
}

// opened opens what is for whoever is signed in, and has its authors told.
func (a *app) opened(ctx context.Context, s *client.Session, v ehrdesk.CaseView, passing bool) (ehrdesk.CaseView, error) {
	if err := openAll(ctx, s, &v); err != nil {
		return v, err
	}
	if passing {
		if err := a.showPassing(ctx, s, &v); err != nil {
			return v, err
		}
	}
	if _, err := casesInStep(ctx, s); err != nil {
		return v, err
	}
	return s.Case(ctx, v.ID)
}
