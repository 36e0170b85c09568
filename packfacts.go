package ehrdesk

// The packed form of each kind of fact. A number once given to a field stays
// with it; the store's format number rises when one changes.

func (c *coder) facts(f *Facts) {
	c.measured(f)
	several(c, 7, &f.Dosages, (*coder).dosage)
	part(c, 8, !c.reading && f.Supply.some(), &f.Supply, (*coder).supply)
	several(c, 9, &f.Doses, func(c *coder, d *DoseGiven) {
		c.str(1, &d.Series)
		c.str(2, &d.Number)
		c.str(3, &d.Of)
	})
	c.str(10, &f.Lot)
	c.concept(11, &f.Severity)
	several(c, 12, &f.Reactions, func(c *coder, r *Reaction) {
		c.concept(1, &r.Substance)
		c.concepts(2, &r.Manifestations)
		c.str(3, &r.Text)
		c.str(4, &r.Severity)
		c.when(5, &r.Onset)
	})
	c.concepts(13, &f.Reasons)
	c.concepts(14, &f.Outcomes)
	c.concepts(15, &f.Sites)
	c.concepts(16, &f.Parts)
	several(c, 17, &f.Times, func(c *coder, t *Timed) {
		c.str(1, &t.Name)
		c.when(2, &t.From)
		c.when(3, &t.Until)
		c.str(4, &t.Text)
	})
	several(c, 18, &f.Ages, func(c *coder, a *Aged) {
		c.str(1, &a.Name)
		c.quantity(2, &a.Low)
		c.quantity(3, &a.High)
	})
	several(c, 19, &f.Parties, func(c *coder, p *Party) {
		c.str(1, &p.Role)
		c.ref(2, &p.Ref)
		c.str(4, &p.Display)
		c.str(5, &p.Identifier)
	})
	several(c, 20, &f.Relations, func(c *coder, l *Relation) {
		c.str(1, &l.Role)
		c.ref(2, &l.Ref)
		c.str(4, &l.Display)
	})
	part(c, 21, f.Unnamed != (Unnamed{}), &f.Unnamed, func(c *coder, u *Unnamed) {
		c.flag(1, &u.Is)
		c.str(2, &u.Identifier)
		c.ref(3, &u.Ref)
	})
	if c.field(22, f.Notes > 0) {
		n := uint64(f.Notes)
		if c.number(&n); n > 1<<20 {
			c.fail()
		}
		f.Notes = int(n)
	}
	c.str(23, &f.NoteText)
	c.flag(24, &f.More)
	c.flag(25, &f.Unread)
	c.str(26, &f.DateFrom)
	several(c, 27, &f.Besides, func(c *coder, b *Beside) {
		c.str(1, &b.Element)
		c.concept(2, &b.Concept)
		several(c, 3, &b.Values, (*coder).valueParts)
	})
	c.flag(28, &f.Altered)
	c.end()
}

// measured are the fields up to the results.
func (c *coder) measured(f *Facts) {
	c.concept(1, &f.Code)
	c.concepts(2, &f.Categories)
	c.str(3, &f.Text)
	several(c, 4, &f.States, func(c *coder, s *State) {
		c.small(1, (*uint8)(&s.Element))
		c.concept(2, &s.Concept)
	})
	c.flag(5, &f.Forbids)
	several(c, 6, &f.Results, (*coder).result)
}

func (c *coder) concept(no byte, k *Concept) {
	part(c, no, !c.reading && !k.IsZero(), k, (*coder).conceptParts)
}

func (c *coder) concepts(no byte, list *[]Concept) { several(c, no, list, (*coder).conceptParts) }

func (c *coder) conceptParts(k *Concept) {
	c.str(1, &k.Text)
	several(c, 2, &k.Codings, func(c *coder, k *Coding) {
		c.system(1, &k.System)
		c.str(2, &k.Code)
		c.str(3, &k.Display)
	})
	if c.reading && c.each != nil {
		c.each(k)
	}
}

// ref takes two numbers: no and the one after it.
func (c *coder) ref(no byte, r *Ref) {
	c.str(no, &r.Resource)
	c.id(no+1, &r.ID)
}

func (c *coder) quantity(no byte, q *Quantity) {
	part(c, no, !c.reading && !q.IsZero(), q, func(c *coder, q *Quantity) {
		c.str(1, &q.Number)
		c.str(2, &q.Comparator)
		c.str(3, &q.Unit)
		c.system(4, &q.System)
		c.str(5, &q.Code)
	})
}

func (c *coder) value(no byte, v *Value) {
	part(c, no, !c.reading && !v.IsZero(), v, (*coder).valueParts)
}

func (c *coder) valueParts(v *Value) {
	c.small(1, (*uint8)(&v.Kind))
	c.quantity(2, &v.Low)
	c.quantity(3, &v.High)
	c.concept(4, &v.Concept)
	c.str(5, &v.Text)
	c.when(6, &v.From)
	c.when(7, &v.Until)
}

func (c *coder) result(r *Result) {
	c.concept(1, &r.Code)
	c.value(2, &r.Value)
	c.concept(3, &r.Absent)
	c.concepts(4, &r.Interpretations)
	several(c, 5, &r.Ranges, func(c *coder, r *Range) {
		c.quantity(1, &r.Low)
		c.quantity(2, &r.High)
		c.str(3, &r.Text)
		c.concept(4, &r.Type)
		c.concepts(5, &r.AppliesTo)
		c.quantity(6, &r.AgeLow)
		c.quantity(7, &r.AgeHigh)
	})
	c.str(6, (*string)(&r.Flag))
	c.flag(7, &r.Assessed)
	c.flag(8, &r.UnitsDiffer)
	c.flag(9, &r.Disputed)
}

func (s *Supply) some() bool {
	return !s.Quantity.IsZero() || !s.Days.IsZero() || s.Repeats != "" || !s.Substitution.IsZero()
}

func (c *coder) supply(s *Supply) {
	c.quantity(1, &s.Quantity)
	c.quantity(2, &s.Days)
	c.str(3, &s.Repeats)
	c.concept(4, &s.Substitution)
}

func (c *coder) dosage(d *Dosage) {
	c.str(1, &d.Sequence)
	c.str(2, &d.Text)
	c.concepts(3, &d.Additional)
	c.str(4, &d.Patient)
	part(c, 5, !c.reading && !d.Timing.IsZero(), &d.Timing, (*coder).timing)
	c.flag(6, &d.AsNeeded)
	c.concepts(7, &d.AsNeededFor)
	c.concept(8, &d.Site)
	c.concept(9, &d.Route)
	c.concept(10, &d.Method)
	several(c, 11, &d.Doses, func(c *coder, r *DoseRate) {
		c.concept(1, &r.Type)
		c.value(2, &r.Dose)
		c.value(3, &r.Rate)
	})
	c.value(12, &d.MaxPeriod)
	c.quantity(13, &d.MaxOnce)
	c.quantity(14, &d.MaxLifetime)
}

func (c *coder) timing(t *Timing) {
	several(c, 1, &t.Events, func(c *coder, w *When) { c.when(1, w) })
	c.value(2, &t.Bounds)
	for i, s := range [...]*string{&t.Count, &t.CountMax, &t.Duration, &t.DurationMax, &t.DurationUnit, &t.Frequency, &t.FrequencyMax,
		&t.Period, &t.PeriodMax, &t.PeriodUnit, &t.Offset} {
		c.str(byte(3+i), s)
	}
	c.words(14, &t.Days)
	c.words(15, &t.Times)
	c.words(16, &t.When)
	c.concept(17, &t.Code)
}

// Texts calls yield for everything in the facts that somebody may look for: the
// sender's words, displays and codes, numbers and units, names of people and
// places. What FHIR calls an element is not among it.
func (f *Facts) Texts(yield func(string)) {
	t := texts(func(s string) {
		if s != "" {
			yield(s)
		}
	})
	t.concepts(f.Code, f.Severity)
	t.concepts(f.Categories...)
	t.concepts(f.Reasons...)
	t.concepts(f.Outcomes...)
	t.concepts(f.Sites...)
	t.concepts(f.Parts...)
	for i := range f.States {
		t.concepts(f.States[i].Concept)
	}
	t.all(f.Text, f.Lot, f.NoteText, f.Unnamed.Identifier, f.Supply.Repeats)
	t.quantities(f.Supply.Quantity, f.Supply.Days)
	t.concepts(f.Supply.Substitution)
	for i := range f.Results {
		r := &f.Results[i]
		t.concepts(r.Code, r.Absent)
		t.concepts(r.Interpretations...)
		t.value(r.Value)
		for k := range r.Ranges {
			g := &r.Ranges[k]
			t.all(g.Text)
			t.quantities(g.Low, g.High)
			t.concepts(g.Type)
			t.concepts(g.AppliesTo...)
		}
	}
	for i := range f.Dosages {
		t.dosage(&f.Dosages[i])
	}
	for _, d := range f.Doses {
		t.all(d.Series, d.Number, d.Of)
	}
	for i := range f.Besides {
		b := &f.Besides[i]
		t.concepts(b.Concept)
		for _, v := range b.Values {
			t.value(v)
		}
	}
	for i := range f.Reactions {
		r := &f.Reactions[i]
		t.concepts(r.Substance)
		t.concepts(r.Manifestations...)
		t.all(r.Text, r.Severity)
	}
	for _, d := range f.Times {
		t.all(d.Text, d.From.Date(), d.Until.Date())
	}
	for _, a := range f.Ages {
		t.quantities(a.Low, a.High)
	}
	for _, p := range f.Parties {
		t.all(p.Display, p.Identifier)
	}
	for _, r := range f.Relations {
		t.all(r.Display)
	}
}

type texts func(string)

func (t texts) all(list ...string) {
	for _, s := range list {
		t(s)
	}
}

func (t texts) concepts(list ...Concept) {
	for _, c := range list {
		t(c.Text)
		for _, k := range c.Codings {
			t.all(k.Display, k.Code)
		}
	}
}

func (t texts) quantities(list ...Quantity) {
	for _, q := range list {
		if q.Number != "" {
			t(q.Comparator + q.Number + " " + q.Unit)
		} else {
			t(q.Unit)
		}
		t(q.Code)
	}
}

func (t texts) value(v Value) {
	t.quantities(v.Low, v.High)
	t.concepts(v.Concept)
	t.all(v.Text, v.From.Date(), v.Until.Date())
}

func (t texts) dosage(d *Dosage) {
	t.all(d.Text, d.Patient)
	t.concepts(d.Additional...)
	t.concepts(d.AsNeededFor...)
	t.concepts(d.Site, d.Route, d.Method, d.Timing.Code)
	for i := range d.Doses {
		t.concepts(d.Doses[i].Type)
		t.value(d.Doses[i].Dose)
		t.value(d.Doses[i].Rate)
	}
	t.value(d.MaxPeriod)
	t.quantities(d.MaxOnce, d.MaxLifetime)
	t.value(d.Timing.Bounds)
	t.all(d.Timing.When...)
}
