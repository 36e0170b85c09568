package ehrdesk

// Held is a patient of whom this desk keeps a copy.
type Held struct {
	Patient Patient
	// New is how many records the copy has that came since this person last opened the chart,
	// of the kinds that their profession is given; 0 also for somebody who never has.
	New int
	// Act is of how many of these something is to be done, Know of how many something is to be known. They
	// say nothing of what it is.
	Act, Know int
}

// Holdings are copies by what each patient is asked for by.
type Holdings map[string]Held

// HoldingsOf puts copies in order to be looked up in.
func HoldingsOf(all []Held) Holdings {
	out := Holdings{}
	for _, one := range all {
		p := one.Patient
		out["id|"+p.ID] = one
		for _, n := range p.numbers() {
			out[n.key()] = one
		}
	}
	return out
}

// Of is the copy of somebody: of a patient who was looked up, and else of a number.
func (h Holdings) Of(p Patient, n Number) (one Held, ok bool) {
	switch {
	case p.ID != "":
		one, ok = h["id|"+p.ID]
	case !n.IsZero():
		one, ok = h[n.key()]
	}
	return one, ok
}

func (n Number) key() string {
	system, value := n.Identifier()
	return system + "|" + value
}
