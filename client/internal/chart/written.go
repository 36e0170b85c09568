package chart

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// ForForms are the records that a form may begin with: none where the policy lets nothing of a record stay past the session, and
// none of a kind that stays nowhere, as a draft stays.
func ForForms(c *Chart) []ehrdesk.Record {
	c.mu.RLock()
	kept, ended := c.head.Policy, c.ended
	c.mu.RUnlock()
	p := c.at.opt.Copies.InForce(kept)
	if ended || !copies.StaysPastSession(p) {
		return nil
	}
	return slices.DeleteFunc(All(c), func(r ehrdesk.Record) bool {
		return r.Restricted || r.Released || slices.Contains(p.Never, r.Kind.String()) || c.memoryOnly.has(r.Ref())
	})
}

// All are the records of a chart, whatever their kind, as the person may see them.
func All(c *Chart) []ehrdesk.Record {
	v := c.shown()
	v.prepare()
	return slices.Clone(v.all)
}

// WrittenBy reports a record that a provider wrote, as the Provenance says that came with it.
func WrittenBy(ctx context.Context, c *Chart, ref ehrdesk.Ref, provider string) (bool, error) {
	all, err := Writers(ctx, c, ref)
	return slices.Contains(all, provider), err
}

// Writers are the providers for whom a record was written, as the Provenance says that came with it; none where it does not.
func Writers(ctx context.Context, c *Chart, ref ehrdesk.Ref) (out []string, err error) {
	by := c.shown().signed
	for _, p := range by.by(ref) {
		raw, err := c.Raw(ctx, p)
		if err != nil {
			return nil, err
		}
		if o, err := r4.Parse(raw); err == nil && about(o, ref) {
			out = append(out, onBehalfOf(o)...)
		}
	}
	return out, nil
}

// about reports a Provenance of a record.
func about(o r4.Object, ref ehrdesk.Ref) (is bool) {
	r4.Each(o.Raw("target"), func(t r4.Value) { is = is || r4.Target(r4.TextAt(t, "reference")) == ref })
	return is
}

// onBehalfOf are the providers that the authors of a Provenance acted for.
func onBehalfOf(o r4.Object) (out []string) {
	r4.Each(o.Raw("agent"), func(a r4.Value) {
		if id := r4.AuthoredFor(a, ehrdesk.SystemHCP); id != "" {
			out = append(out, id)
		}
	})
	return out
}
