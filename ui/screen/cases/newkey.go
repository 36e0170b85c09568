package cases

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// newKeys says of colleagues that their key is new: whoever has it reads what is sealed to them. to are those who are meant, nil for all
// who are in the case.
func newKeys(e *screen.Env, v *ehrdesk.CaseView, to []ehrdesk.CasePerson) (out []part) {
	for _, k := range v.NewKeys {
		if m, in := v.Member(k.Of); k.Of == e.Me() || to != nil && !has(to, k.Of) || !in || m.Left != 0 {
			continue
		}
		out = append(out, part{theme.Abnormal, text.Sprintf(e.S(e.T.Cases.NewKey), name(e, v, k.Of), ehrdesk.At(k.Since.In(e.Now().Location())).Date())})
	}
	return out
}
