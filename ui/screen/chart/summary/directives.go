package summary

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// directives are the advance directives in force, in words where resuscitation is refused;
// those that cannot be judged, which have to be read; and what somebody says where there is
// none. How many are not in force stands behind the name.
func (p *content) directives(to intent.Intent) sections.Section {
	t, s := &p.b.Env.T.Summary, p.b.Env.S
	out := sections.Section{ID: "directives", Name: s(t.Directives), Short: s(t.DirectivesShort), To: to}
	all := &p.risks.Directives
	for i := range all.Told {
		d := &all.Told[i]
		l := sections.Record(p.b, &d.Record)
		switch {
		case d.State == risk.Unclear:
			l.Flag, l.Style = s(t.Read), theme.Abnormal
		case d.Refuses:
			l.Flag, l.Style = s(p.b.Env.T.Chart.NoResuscitation), theme.Critical
		}
		out.Lines = append(out.Lines, l)
	}
	if all.None != nil {
		out.Lines = append(out.Lines, sections.Record(p.b, all.None))
		if len(all.Told) == 0 {
			out.Empty = knownNone
		}
	}
	if all.Over > 0 {
		out.Note = p.counted(t.NotInForce, all.Over)
	}
	if p.stands(&out, ehrdesk.KindNote, t.None); len(out.Lines) > 0 { // the status line has it
		out.Why = ""
	}
	return out
}
