package ehrdesk

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
