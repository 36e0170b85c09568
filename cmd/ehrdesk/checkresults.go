package main

import (
	"context"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
)

// unseenJSON is an abnormal result as `check --json` prints it: what was done about it here.
type unseenJSON struct {
	Finding      string          `json:"finding"` // "unseen"
	State        string          `json:"state"`   // not-opened, opened, acknowledged
	Critical     bool            `json:"critical"`
	Partial      bool            `json:"partial"` // it cannot be acknowledged yet
	Days         *int            `json:"days,omitempty"`
	Title        string          `json:"title"`
	Value        string          `json:"value"`
	Flag         string          `json:"flag"`
	OrderedBy    string          `json:"ordered_by,omitempty"`
	Own          bool            `json:"own,omitzero"`
	Opened       []openedBy      `json:"opened"`
	Acknowledged *acknowledgedBy `json:"acknowledged,omitempty"`
	Records      []citedJSON     `json:"records"` // the result, and the report that holds it
}

type openedBy struct {
	By string `json:"by"`
	At string `json:"at"`
}

var unseenStates = [...]string{unseen.NotOpened: "not-opened", unseen.Opened: "opened", unseen.Acknowledged: "acknowledged"}

// printUnseen prints the abnormal results, those that wait first; nothing for who is shown no results.
func (a *app) printUnseen(ctx context.Context, b *page.Book, s *client.Session, said []ehrdesk.Acknowledgement) error {
	if !s.Account().Role.SeesResults() {
		return nil
	}
	opened, err := s.Openings(ctx, b.Chart.Patient().ID)
	if err != nil {
		return renamed("check", err)
	}
	all := unseen.Of(unseen.Given{List: b.Chart.List, Now: time.Now(), Opened: opened, Said: said, For: s.Account()})
	for i := range all {
		j := unseenOf(b, &all[i])
		words := strings.Join([]string{"RESULT " + j.Title + " " + j.Value, j.Flag, b.Words().Waits(&all[i]), j.Records[0].Source}, " · ")
		if err := a.line(j, words); err != nil {
			return err
		}
	}
	return nil
}

func unseenOf(b *page.Book, x *unseen.Result) unseenJSON {
	row := b.Row(x.Record)
	out := unseenJSON{Finding: "unseen", State: unseenStates[x.State], Critical: x.Critical, Partial: x.Partial, Title: row.Title, Value: row.Value, Flag: row.Flag,
		OrderedBy: ehrdesk.CleanLine(x.By), Own: x.Own, Opened: []openedBy{}, Records: []citedJSON{citedOf(b, x.Record)}}
	if x.Days >= 0 {
		out.Days = &x.Days
	}
	if x.Report != nil {
		out.Records = append(out.Records, citedOf(b, x.Report))
	}
	for _, o := range x.Openers {
		out.Opened = append(out.Opened, openedBy{ehrdesk.CleanLine(o.By), stamp(o.At)})
	}
	if x.Said != nil {
		out.Acknowledged = &acknowledgedBy{ehrdesk.CleanLine(x.Said.By), stamp(x.Said.At), ehrdesk.CleanLine(x.Said.Reason)}
	}
	return out
}
