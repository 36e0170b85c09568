package fake

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// DraftAllergy begins the form of an allergy, as a desk does with what was told: the chart has to be open.
func (s *session) DraftAllergy(ctx context.Context, id string, event int, language string) (d ehrdesk.Draft, err error) {
	const op, name = "fake.allergy", "allergy-report"
	if err = s.d.call(ctx, "draft-allergy"); err != nil {
		return d, err
	}
	s.d.mu.Lock()
	c, err := s.told(id)
	s.d.mu.Unlock()
	if err != nil {
		return d, err
	}
	i := slices.IndexFunc(c.Said, func(said ehrdesk.CaseSaid) bool { return said.Event == event })
	if i < 0 || c.Bodies[c.Said[i].Envelope].Allergy == nil {
		return d, ehrdesk.E(op, ehrdesk.CodeNotFound, nil)
	}
	told := c.Bodies[c.Said[i].Envelope].Allergy
	if d, err = s.BeginWriting(ctx, c.Patient, name, language); err != nil {
		return d, err
	}
	_, f, err := s.offer(ctx, name)
	if err != nil {
		return d, err
	}
	a, _, _, err := form.ReadResponse(f, d.Filled.Response)
	if err != nil {
		return d, err
	}
	for _, is := range [][2]string{{"substance", told.Substance}, {"kind", told.Kind}, {"category", told.Category}, {"certainty", "unconfirmed"}, {"risk", told.Risk}, {"manifestation", told.Reaction}, {"severity", told.Severity}, {"note", "Told by " + c.Said[i].By.Staff}} {
		v := form.Value{Kind: form.IsString, Text: is[1]}
		f.Each(func(it *form.Item) {
			for _, o := range it.Options {
				if it.Link == is[0] && o.Value.Coding.Code == is[1] {
					v = o.Value
				}
			}
			if it.Link == is[0] && len(it.Options) == 0 {
				v.Kind = it.Type.Kind()
			}
		})
		if err := a.Fill(form.At(is[0]), v); err != nil {
			return d, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
		}
	}
	d.Filled.Response = a.Draft(form.Header{})
	return d, s.KeepWriting(ctx, c.Patient, d)
}
