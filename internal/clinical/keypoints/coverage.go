package keypoints

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
)

// Coverage is what the key points were taken from, and what of the chart was not read.
type Coverage struct {
	Records  int          // that were read
	Sources  int          // institutions and people that they come from
	From, To ehrdesk.When // the oldest and the newest day, of what was
	Notes    int          // documents and notes whose text no rule reads
	Hidden   []ehrdesk.RecordType
	Partly   []ehrdesk.RecordType // of which some is held back, not kept here or not to be had
	Lacking  int                  // records that are kept aside, or have not come
	AsOf     time.Time
}

func (p *points) coverage() Coverage {
	c := Coverage{Lacking: p.Lacking, AsOf: p.AsOf}
	sources := map[string]bool{}
	for _, t := range ehrdesk.RecordTypes() {
		if t == ehrdesk.Demographics {
			continue
		}
		switch p.worst(t) {
		case standing.Hidden:
			c.Hidden = append(c.Hidden, t)
		case standing.Away, standing.NotReceived, standing.SomeHeld, standing.SomeUnasked:
			c.Partly = append(c.Partly, t)
		case standing.Seen, standing.SomeLacking:
		}
		all := p.List(t)
		last := ""
		for i := range all {
			r := &all[i]
			if !counts(r) {
				continue
			}
			c.Records++
			if r.Kind == ehrdesk.KindNote {
				c.Notes++
			}
			if r.Source != "" && r.Source != last {
				sources[r.Source], last = true, r.Source
			}
			if r.Date.IsZero() || r.Date.Time.After(p.Now) {
				continue
			}
			if c.From.IsZero() || r.Date.Time.Before(c.From.Time) {
				c.From = r.Date
			}
			if c.To.IsZero() || r.Date.Time.After(c.To.Time) {
				c.To = r.Date
			}
		}
	}
	c.Sources = len(sources)
	return c
}

// worst is the standing of a type: hidden where all of its kinds are, else that of the
// first kind that is not all seen.
func (p *points) worst(t ehrdesk.RecordType) standing.Standing {
	out, hidden, kinds := standing.Seen, 0, 0
	for _, k := range ehrdesk.Kinds() {
		if k.Type() != t {
			continue
		}
		kinds++
		switch s := p.Stands(k); {
		case s == standing.Hidden:
			hidden++
		case s != standing.Seen && out == standing.Seen:
			out = s
		}
	}
	switch {
	case hidden == kinds:
		return standing.Hidden
	case hidden > 0 && out == standing.Seen:
		return standing.SomeHeld
	}
	return out
}
