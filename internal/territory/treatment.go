package territory

import (
	"strconv"
	"strings"
	"time"
)

// treatment is one drug that somebody takes over years, at its present dose.
type treatment struct {
	drug
	step    int
	changed time.Time // when the dose was last set
	open    *order    // the prescription that runs
	done    bool      // a taper that came to its end
}

// order is a prescription whose end is not yet known.
type order struct {
	reference string
	members   []any
	until     time.Time
}

// close ends a prescription with the status that it had in the end.
func (w *writer) close(t *treatment, status, reason string) {
	if t.open == nil {
		return
	}
	var why raw
	if reason != "" {
		why = concept("", "", reason)
	}
	w.put(t.open.reference, append([]any{"status", status, "statusReason", why}, t.open.members...)...)
	t.open = nil
}

// prescribe orders a drug for some days and, in the public service, has it
// dispensed. A prescription of the
// same drug that still runs is stopped where the dose changed, and is complete
// otherwise.
func (v *visit) prescribe(t *treatment, reason string, days int, changed string) {
	prior := ""
	if t.open != nil && changed != "" {
		prior = t.open.reference
		if t.open.until.After(v.at.AddDate(0, 0, 7)) {
			v.w.close(t, "stopped", changed)
		}
	}
	v.w.close(t, "completed", "")
	instructions := list(t.instruction(t.doses[t.step], 0, 0))
	if t.name == prednisolone.name && len(t.doses) > 3 {
		instructions = t.taper(days)
	}
	name := t.name + " " + t.form + " " + t.strength
	drug := o("coding", list(coding("http://www.whocc.no/atc", t.code, t.name)), "text", name)
	t.open = &order{v.w.reserve("MedicationRequest"), []any{"intent", "order", "medicationCodeableConcept", drug,
		"subject", v.w.subject(), "encounter", v.inside(), "authoredOn", stamp(v.at), "requester", v.doctor(), "reasonReference", list(ref(reason, "")),
		"dosageInstruction", instructions,
		"dispenseRequest", o("expectedSupplyDuration", supply(days), "performer", v.org()), "priorPrescription", ref(prior, "")}, v.at.AddDate(0, 0, days)}
	if handed := v.at.Add(50 * time.Minute); v.where.public() && !handed.After(v.w.now) {
		v.w.add("MedicationDispense", "status", "completed", "medicationCodeableConcept", drug, "subject", v.w.subject(), "performer", list(o("actor", v.org())),
			"authorizingPrescription", list(ref(t.open.reference, "")), "daysSupply", supply(days), "whenHandedOver", stamp(handed))
	}
}

func supply(days int) raw {
	return o("value", days, "unit", "days", "system", systemUCUM, "code", "d")
}

// settle ends what still stands as prescribed: it runs, has run out, or ended with
// the patient.
func (w *writer) settle(treatments ...*treatment) {
	for _, t := range treatments {
		switch {
		case t.open == nil:
		case w.patient.Deceased && t.open.until.After(w.end()):
			w.close(t, "stopped", "The patient has died 病人去世")
		case t.open.until.After(w.now):
			w.close(t, "active", "")
		default:
			w.close(t, "completed", "")
		}
	}
}

// instruction says one dose: in words as the label has it, and in parts. Days are
// how long it is taken where more follow, each with its place in the order.
func (d *drug) instruction(x dose, place, days int) raw {
	words := d.form + " – DOSE " + x.amount + " – " + d.route + " – " + x.often
	var sequence, route, bounds any
	if place > 0 {
		words += " – for " + strconv.Itoa(days) + " days"
		if place > 1 {
			words = "then " + words
		}
		sequence, bounds = place, supply(days)
	}
	route = concept("", "", d.route)
	var amount raw
	if n, unit, ok := strings.Cut(x.amount, " "); ok && n[0] <= '9' {
		amount = list(o("doseQuantity", o("value", num(strings.ReplaceAll(n, ",", "")), "unit", unit)))
	}
	return o("sequence", sequence, "text", words, "timing", x.timing(bounds), "asNeededBoolean", x.asNeeded(), "route", route, "doseAndRate", amount)
}

func (x dose) asNeeded() any {
	if strings.Contains(x.often, required) {
		return true
	}
	return nil
}

// timing is how often a dose is taken, as data.
func (x dose) timing(bounds any) raw {
	repeat := func(frequency int, unit string, more ...any) raw {
		return o("repeat", o(append([]any{"boundsDuration", bounds, "frequency", frequency, "period", 1, "periodUnit", unit}, more...)...))
	}
	switch x.often {
	case daily:
		return repeat(1, "d")
	case night:
		return o("repeat", o("boundsDuration", bounds, "frequency", 1, "period", 1, "periodUnit", "d", "when", list(text("HS"))))
	case twice:
		return repeat(2, "d")
	case thrice:
		return repeat(3, "d")
	case weekly:
		return repeat(1, "wk", "dayOfWeek", list(text("mon")))
	case thursday:
		return repeat(1, "wk", "dayOfWeek", list(text("thu")))
	}
	return nil
}

// taper takes the next steps down, each for its weeks, as far as the supply goes.
func (t *treatment) taper(days int) raw {
	var out []raw
	for days > 0 && !t.done {
		n := 28
		if t.step < 2 {
			n = 21
		}
		n = min(n, days)
		days -= n
		out = append(out, t.instruction(t.doses[t.step], len(out)+1, n))
		if t.done = t.step == len(t.doses)-1; !t.done {
			t.step++
		}
	}
	return list(out...)
}

// raised reports whether what was found asks for more of the drug, which it then is.
func (w *writer) raised(t *treatment, seen *found, at time.Time) bool {
	if t.aim.by == 0 || seen[t.aim.of] <= t.aim.above || t.step == len(t.doses)-1 || at.Sub(t.changed) < 10*7*24*time.Hour {
		return false
	}
	t.step++
	t.changed = at
	w.acts(t.aim, at)
	return true
}

// acts lets a dose have its effect.
func (w *writer) acts(a aim, at time.Time) {
	if a.by == 0 {
		return
	}
	w.body.moves(at, shift{a.of, a.by, 0.25})
	if a.of == tsh { // the hormone itself, which TSH answers to
		w.body.moves(at, shift{thyroxine, -a.by / 2, 0.25})
	}
}

// started is a drug from its first dose on.
func (w *writer) started(d drug, at time.Time) *treatment {
	w.acts(d.aim, at)
	t := &treatment{drug: d, changed: at}
	if d.code == warfarin.code { // near what the patient will need
		need := w.body.of[warfarinNeed].at(w.body.years(at))
		t.step = min(max(int(need*2)-4, 0), len(d.doses)-1)
	}
	return t
}

// INR is what the present dose of warfarin makes of it.
func (w *writer) inr(t *treatment, at time.Time) float64 {
	mg := 1 + 0.5*float64(t.step)
	need := w.body.of[warfarinNeed].at(w.body.years(at))
	return min(max(2.5*mg/max(need, 1)+0.4*w.normal(), 1), 6)
}

// corrected is the step of warfarin after an INR outside its range.
func (t *treatment) corrected(inr float64) bool {
	switch {
	case inr < 2 && t.step < len(t.doses)-1:
		t.step++
	case inr > 3 && t.step > 0:
		t.step--
	default:
		return false
	}
	return true
}
