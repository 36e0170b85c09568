package safety

import "slices"

// hit is a rule that holds for two medicines.
type hit struct {
	x      *interaction
	a, b   *Medicine
	length int // of the codes by which it holds: the longer, the more of this pair it speaks
}

// sides are what each rule sees of some substances.
func (k *Knowledge) sides(list []Substance) []side {
	out := make([]side, len(k.interactions))
	for r := range k.interactions {
		x := &k.interactions[r]
		out[r].a, out[r].b = x.a.hold(list), x.b.hold(list)
	}
	return out
}

func (c *Class) hold(list []Substance) (h held) {
	for i := range list {
		if n := c.matches(&list[i]); n > 0 {
			h.list, h.length = append(h.list, &list[i]), max(h.length, n)
		}
	}
	return h
}

// interacts are the findings of every two medicines: one for a pair, of the gravest rule, the others beside it.
func (p *Patient) interacts() (out []Finding) {
	for i := range p.Medicines {
		for j := i + 1; j < len(p.Medicines); j++ {
			if f, ok := p.two(&p.Medicines[i], &p.Medicines[j]); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

// two is what the rules say of two medicines.
func (p *Patient) two(a, b *Medicine) (Finding, bool) {
	if a.On == Stopped && b.On == Stopped {
		return Finding{}, false
	}
	var hits []hit
	for r := range a.sides {
		switch x, s, t := &p.know.interactions[r], &a.sides[r], &b.sides[r]; {
		case differ(s.a.list, t.b.list) && x.holds(p, a, b):
			hits = append(hits, hit{x, a, b, s.a.length + t.b.length})
		case differ(t.a.list, s.b.list) && x.holds(p, b, a):
			hits = append(hits, hit{x, b, a, t.a.length + s.b.length})
		}
	}
	return p.pair(hits)
}

// differ reports that two sides have a substance each, and not the same one.
func differ(a, b []*Substance) bool {
	for _, s := range a {
		if slices.ContainsFunc(b, func(t *Substance) bool { return !same(s, t) }) {
			return true
		}
	}
	return false
}

// holds reports that what the rule needs is so, or is not known.
func (x *interaction) holds(p *Patient, a, b *Medicine) bool {
	for i := range x.needs {
		if t, _ := p.judge(&x.needs[i], a, b); t == no {
			return false
		}
	}
	return true
}

// pair makes one finding of the rules that hold for two medicines. Of a rule's parts the one with the longest codes
// counts, then the graver.
func (p *Patient) pair(hits []hit) (Finding, bool) {
	var kept []Finding
	for i := 0; i < len(hits); {
		end := i + 1
		best := p.finding(hits[i])
		length := hits[i].length
		for ; end < len(hits) && hits[end].x.Rule == hits[i].x.Rule; end++ {
			f := p.finding(hits[end])
			if hits[end].length > length || hits[end].length == length && f.Tier < best.Tier {
				best, length = f, hits[end].length
			}
		}
		kept = append(kept, best)
		i = end
	}
	if len(kept) == 0 {
		return Finding{}, false
	}
	slices.SortStableFunc(kept, func(a, b Finding) int { return int(a.Tier) - int(b.Tier) })
	f := kept[0]
	for _, o := range kept[1:] {
		f.Also = append(f.Also, o.Line)
	}
	return f, true
}

// finding is what one rule says of two medicines.
func (p *Patient) finding(h hit) Finding {
	x := h.x
	f := Finding{Kind: Interaction, Line: &x.Line, Tier: x.Tier, A: h.a, B: h.b, Antibiotic: x.antibiotic}
	for i := range x.needs {
		switch t, g := p.judge(&x.needs[i], h.a, h.b); t {
		case unknown: // of what is not known the rule is information
			f.Tier, f.Lacking = Info, append(f.Lacking, x.needs[i].kind)
		case yes:
			f.Raised = append(f.Raised, g)
		case no:
		}
	}
	for i := range x.raise {
		if r := &x.raise[i]; r.tier < f.Tier || r.tier < x.Tier {
			p.raised(&f, r, h)
		}
	}
	f.Quiet = p.know.isQuiet(h.a, h.b)
	if f.Tier == Stop && (h.a.On == Possibly || h.b.On == Possibly) { // nobody is stopped for what may be over
		f.Tier = Serious
	}
	f.Across = h.a.Where() != "" && h.b.Where() != "" && h.a.Where() != h.b.Where() || h.a.Prescriber != "" && h.b.Prescriber != "" && h.a.Prescriber != h.b.Prescriber
	f.instead = x.instead
	return f
}

// raised takes a rule's conditions over into a finding, where all of them hold.
func (p *Patient) raised(f *Finding, r *raise, h hit) {
	var grounds []Ground
	for i := range r.when {
		switch t, g := p.judge(&r.when[i], h.a, h.b); t {
		case no:
			return
		case unknown:
			c := &r.when[i]
			what := c.kind
			if c.key != "" {
				what = c.key
			}
			if !slices.Contains(f.Lacking, what) {
				f.Lacking = append(f.Lacking, what)
			}
			return
		case yes:
			grounds = append(grounds, g)
		}
	}
	f.Tier = min(f.Tier, r.tier)
	for _, g := range grounds {
		if !slices.ContainsFunc(f.Raised, func(o Ground) bool { return o == g }) {
			f.Raised = append(f.Raised, g)
		}
	}
}

func (k *Knowledge) isQuiet(a, b *Medicine) bool {
	for i := range k.quiet {
		q := &k.quiet[i]
		for _, w := range [2][2]*Medicine{{a, b}, {b, a}} {
			if s, _ := q[0].has(w[0]); s != nil {
				if t, _ := q[1].has(w[1]); t != nil {
					return true
				}
			}
		}
	}
	return false
}
