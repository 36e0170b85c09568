package page

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Marks are what is known of who wrote a record, nothing where the chart does not know.
func (b *Book) Marks(ref ehrdesk.Ref) ehrdesk.RecordMark {
	if c, ok := b.Chart.(ehrdesk.RecordMarking); ok {
		return c.Marks(ref)
	}
	return 0
}

// OwnMark is the sign of what this provider wrote, one cell wide; "" of another record.
func (b *Book) OwnMark(ref ehrdesk.Ref) string { return b.Env.T.Own.Mark(b.Marks(ref)) }

// Own puts the sign of what this provider wrote before a record's words; in words where the screen is read.
func (b *Book) Own(r *ehrdesk.Record, words string) string {
	m := b.Marks(r.Ref())
	mark := b.Env.T.Own.Mark(m)
	switch {
	case mark == "":
		return words
	case !b.Env.Plain:
		return mark + " " + words
	case m.Has(ehrdesk.MarkHolds):
		return b.Env.S(b.Env.T.Own.Spoken) + ", " + words
	}
	return b.Env.S(b.Env.T.Own.SpokenSaid) + ", " + words
}

// mostOtherwise is how many sources stand beside a row; of more it is said how many.
const mostOtherwise = 2

// Otherwise is what other sources say otherwise than a record of this provider, a line each; of a record of another source, what
// this provider says.
func (b *Book) Otherwise(r *ehrdesk.Record) (out []string) {
	t := b.apart(r.Ref())
	if !t.Differs() {
		return nil
	}
	o, told := &b.Env.T.Own, 0
	for i := range t.Pairs {
		p := &t.Pairs[i]
		own := p.Other.Ref() != r.Ref()
		if !p.Tells() || own && p.Ours.Ref() != r.Ref() {
			continue
		}
		if told++; told > mostOtherwise {
			continue
		}
		who, of, drug := ehrdesk.CleanLine(p.Other.Source), p.Other, p.OtherDrug
		if !own {
			who, of, drug = b.Env.S(o.Ours), p.Ours, p.OursDrug
		}
		if day := b.Words().Date(of.Date); day != "" {
			who += " " + day
		}
		words, last := "", apart.Aspect(0)
		for _, d := range p.Told() {
			if words != "" {
				words += " · "
			}
			words += b.aspect(d, last, of, drug)
			last = d.Aspect
		}
		said := o.Otherwise
		if b.Env.Plain {
			said = o.OtherwiseSpoken
		}
		out = append(out, text.Sprintf(b.Env.S(said), who, words))
	}
	if told > mostOtherwise {
		out = append(out, text.Sprintf(b.Env.S(o.More), told-mostOtherwise))
	}
	return out
}

// aspect is what a side says of an aspect, with its name where the words alone do not say of what they are: how bad a reaction was
// stands behind the reaction.
func (b *Book) aspect(d apart.Difference, behind apart.Aspect, of *ehrdesk.Record, drug *medication.Drug) string {
	o := &b.Env.T.Own
	words := b.Words().Aspect(d.Aspect, of, drug)
	switch d.Aspect {
	case apart.Reacted:
		if behind == apart.Reaction {
			break
		}
		fallthrough
	case apart.Severity, apart.Reaction, apart.Site, apart.Onset, apart.End:
		words = b.Env.S(o.Named(d.Aspect)) + " " + words
	case apart.NoneKnown, apart.Forbidden, apart.Status, apart.Verification, apart.Dose:
	}
	if d.How == apart.Unclear {
		words = text.Sprintf(b.Env.S(o.Cannot), words)
	}
	return words
}

// apart is the thing that a record is of; nil where nothing is held against anything.
func (b *Book) apart(ref ehrdesk.Ref) *apart.Thing {
	if b.Apart == nil {
		return nil
	}
	return b.Apart().Of(ref)
}

// Differs reports a record of a thing of which this provider and others do not say the same.
func (b *Book) Differs(r *ehrdesk.Record) bool { return b.apart(r.Ref()).Differs() }

// OtherwiseLines are what Otherwise says in rows of a width, what goes on below a little further in.
func (b *Book) OtherwiseLines(r *ehrdesk.Record, w int) (out []string) {
	for _, words := range b.Otherwise(r) {
		for i, l := range paint.Wrap(nil, words, max(10, w-2)) {
			if i > 0 {
				l = "  " + l
			}
			out = append(out, l)
		}
	}
	return out
}
