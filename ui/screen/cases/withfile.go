package cases

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// with are the file and the records that go with a message which whoever is signed in may read.
func (s *Screen) with(said *ehrdesk.CaseSaid, b *ehrdesk.CaseBody) (out []part) {
	e, t := s.env, &s.env.T.Cases.With
	if f := b.File; f != nil {
		out = append(out, part{theme.Strong, text.Sprintf(e.S(t.File), ehrdesk.CleanColumns(f.Name), f.Media, size(f.Size))})
	}
	seen := e.Day.Cases.Records[said.Envelope]
	for i, r := range b.Records {
		called, state, st := r.Ref.String(), ehrdesk.CaseRecordUnknown, theme.Muted
		if i < len(seen) && seen[i].Ref == r.Ref {
			state = seen[i].State
			if h := seen[i].Here; h != nil {
				called = strings.TrimSpace(h.Date.String() + " " + ehrdesk.CleanColumns(h.Title) + " (" + called + ")")
			}
		}
		if state != ehrdesk.CaseRecordUnknown && state != ehrdesk.CaseRecordSame {
			st = theme.Abnormal
		}
		version := r.Version
		if version == "" {
			version = "–"
		}
		out = append(out, part{st, text.Sprintf(e.S(t.Record), called, version) + " · " + e.S(t.StateOf(state))})
	}
	return out
}

// size is how long a file is, as people say it.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", (n+1023)>>10)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
