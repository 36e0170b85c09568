package main

import (
	"context"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
)

// waitsJSON is what came new in a chart as `check --json` prints it: that it waits, and whose it is, or who acknowledged it.
type waitsJSON struct {
	Finding      string          `json:"finding"` // "news"
	State        string          `json:"state"`   // waiting, acknowledged
	Act          bool            `json:"act"`     // something is to be done; else it is to be known
	Since        string          `json:"since,omitempty"`
	Owner        string          `json:"owner,omitempty"`
	Acknowledged *acknowledgedBy `json:"acknowledged,omitempty"`
	Records      []citedJSON     `json:"records"`
}

// printNews prints what came new and waits, and what of it was acknowledged as it stands; nothing for who reviews no records.
func (a *app) printNews(ctx context.Context, b *page.Book, s *client.Session, said []ehrdesk.Acknowledgement) error {
	if !s.Account().Role.Reviews() {
		return nil
	}
	waits, err := s.News(ctx, b.Chart.Patient().ID)
	if err != nil {
		return renamed("check", err)
	}
	by := map[ehrdesk.Ref]*ehrdesk.Record{}
	for _, t := range ehrdesk.RecordTypes() {
		list := b.Chart.List(t)
		for i := range list {
			by[list[i].Ref()] = &list[i]
		}
	}
	for _, t := range waits {
		r := by[t.Call.Record]
		if r == nil {
			r = &ehrdesk.Record{Resource: t.Call.Record.Resource, ID: t.Call.Record.ID, Kind: t.Call.Kind} // it cannot be seen now
		}
		j := waitsJSON{Finding: "news", State: "waiting", Act: t.Call.What == ehrdesk.FollowAct, Since: stamp(t.Call.At), Owner: ehrdesk.CleanLine(t.Call.Owner()), Records: []citedJSON{citedOf(b, r)}}
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	for _, k := range said {
		if len(k.Records) == 0 || k.Rule != client.NewsRule {
			continue
		}
		r := by[k.Records[0]]
		if r == nil || unseen.MarkOf(r) != k.Mark { // it is another by now
			continue
		}
		j := waitsJSON{Finding: "news", State: "acknowledged", Act: r.Resource == "AllergyIntolerance", Acknowledged: &acknowledgedBy{ehrdesk.CleanLine(k.By), stamp(k.At), ehrdesk.CleanLine(k.Reason)}, Records: []citedJSON{citedOf(b, r)}}
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	return nil
}

// words is the line for people.
func (j *waitsJSON) words() string {
	what := "TO KNOW "
	if j.Act {
		what = "TO ACT ON "
	}
	out := []string{what + j.Records[0].Title, strings.Trim(j.Records[0].Source+", "+j.Records[0].Date, ", ")}
	switch {
	case j.Acknowledged != nil:
		out = append(out, "acknowledged by "+j.Acknowledged.By)
	case j.Owner != "":
		out = append(out, "waits to be acknowledged", j.Owner)
	default:
		out = append(out, "waits to be acknowledged", "nobody's yet")
	}
	return strings.Join(out, " · ")
}
