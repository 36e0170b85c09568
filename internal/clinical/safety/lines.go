package safety

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

func (k *Knowledge) readClass(r row) error {
	c, err := k.class(r.get("members"))
	if err != nil {
		return err
	}
	c.Name, c.Words = r.get("name"), Text{r.get("english"), r.get("hant"), r.get("hans")}
	if c.Name == "" || k.classes[c.Name] != nil {
		return fmt.Errorf("class %q is there already or has no name", c.Name)
	}
	if c.Words.English == "" || c.Words.Hant == "" || c.Words.Hans == "" {
		return fmt.Errorf("class %q lacks a language", c.Name)
	}
	k.classes[c.Name] = c
	return nil
}

func (k *Knowledge) readFinding(r row) error {
	d := &disease{name: r.get("name"), icd: parts(r.get("icd10")), snomed: parts(r.get("snomed")), words: parts(strings.ToLower(r.get("words")))}
	if d.name == "" || k.diseases[d.name] != nil {
		return fmt.Errorf("finding %q is there already or has no name", d.name)
	}
	k.diseases[d.name] = d
	return nil
}

func (k *Knowledge) readValue(r row) (err error) {
	l := limit{key: r.get("key"), analyte: r.get("analyte")}
	l.Line, err = r.lineOf(r.get("source") == "") // a value that is only compared needs none
	if err != nil {
		return err
	}
	l.Rule, l.Tier = "V-"+l.key, Serious
	if terms.Analytes().Named(l.analyte) == nil {
		return fmt.Errorf("no test %q", l.analyte)
	}
	for u := range strings.SplitSeq(r.get("units"), ";") {
		l.units = append(l.units, unitKey(u))
	}
	if l.low, err = comparisonOf(r.get("low")); err != nil {
		return err
	}
	if l.high, err = comparisonOf(r.get("high")); err != nil {
		return err
	}
	k.limits = append(k.limits, l)
	return nil
}

// lineOf is line, for a table whose lines may have no source.
func (r row) lineOf(sourceless bool) (Line, error) {
	if !sourceless {
		return r.line()
	}
	l := Line{Licence: r.get("licence"), ReviewedBy: r.get("reviewed_by"), digest: digest(r.fields...)}
	return l, nil
}

func (k *Knowledge) readInteraction(r row) (err error) {
	x := interaction{antibiotic: r.get("antibiotic") == "y"}
	if x.Line, err = r.line(); err != nil {
		return err
	}
	if x.a, err = k.class(r.get("a")); err != nil {
		return err
	}
	if x.b, err = k.class(r.get("b")); err != nil {
		return err
	}
	if x.needs, err = k.conditions(r.get("needs")); err != nil {
		return err
	}
	for _, p := range parts(r.get("raise")) {
		when, tier, ok := strings.Cut(p, "=>")
		n, err := strconv.Atoi(tier)
		if !ok || err != nil || n < 1 || n > 4 {
			return fmt.Errorf("raise %q", p)
		}
		c, err := k.conditions(when)
		if err != nil {
			return err
		}
		x.raise = append(x.raise, raise{c, Tier(n)})
	}
	for _, p := range parts(r.get("instead")) {
		i := instead{name: p}
		i.name, i.topical = strings.CutPrefix(i.name, "topical ")
		i.name, i.beside = strings.CutPrefix(i.name, "add ")
		for part := range strings.SplitSeq(i.name, " + ") {
			if terms.Substances().Named(part) == nil {
				return fmt.Errorf("no substance %q", part)
			}
		}
		x.instead = append(x.instead, i)
	}
	if x.Tier == 0 || x.Effect.English == "" || x.Effect.Hant == "" || x.Effect.Hans == "" || x.Action.English == "" {
		return errors.New("no tier, effect or action")
	}
	k.interactions = append(k.interactions, x)
	return nil
}

func (k *Knowledge) readQuiet(r row) error {
	a, err := k.class(r.get("a"))
	if err != nil {
		return err
	}
	b, err := k.class(r.get("b"))
	k.quiet = append(k.quiet, [2]*Class{a, b})
	return err
}

func (k *Knowledge) readAllergy(r row) (err error) {
	x := crossing{reaction: r.get("reaction")}
	if x.Line, err = r.line(); err != nil {
		return err
	}
	switch x.reaction {
	case anyReaction, severeDelayed, airwayOrSkin:
	default:
		return fmt.Errorf("reaction %q", x.reaction)
	}
	if x.trigger, err = k.class(r.get("trigger")); err != nil {
		return err
	}
	if x.cross, err = k.class(r.get("cross")); err != nil {
		return err
	}
	if not := r.get("not"); not != "" {
		x.not, err = k.class(not)
	}
	k.crossings = append(k.crossings, x)
	return err
}

func (k *Knowledge) readDuplicate(r row) (err error) {
	x := doubled{kind: r.get("kind")}
	if x.Line, err = r.line(); err != nil {
		return err
	}
	switch x.kind {
	case "substance", "group":
	case "two", "products", "allow":
		if x.class, err = k.class(r.get("class")); err != nil {
			return err
		}
	default:
		return fmt.Errorf("kind %q", x.kind)
	}
	if d := r.get("days"); d != "" {
		x.days, err = strconv.Atoi(d)
	}
	k.doubles = append(k.doubles, x)
	return err
}

func (k *Knowledge) readDose(r row) (err error) {
	x := dosing{}
	if x.Line, err = r.line(); err != nil {
		return err
	}
	if x.class, err = k.class(r.get("class")); err != nil {
		return err
	}
	x.when, err = k.condition(r.get("when"))
	k.doses = append(k.doses, x)
	return err
}

func (k *Knowledge) readTail(r row) error {
	c, err := k.class(r.get("class"))
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(r.get("days"))
	k.tails = append(k.tails, tail{c, days})
	return err
}

func (k *Knowledge) readDuty(r row) (err error) {
	x := duty{analyte: r.get("analyte")}
	if x.Line, err = r.line(); err != nil {
		return err
	}
	x.Tier = Precaution
	if terms.Analytes().Named(x.analyte) == nil {
		return fmt.Errorf("no test %q", x.analyte)
	}
	if name, ok := strings.CutPrefix(r.get("of"), "finding:"); ok {
		if x.finding = name; k.diseases[name] == nil {
			return fmt.Errorf("no finding %q", name)
		}
	} else if x.class, err = k.class(r.get("of")); err != nil {
		return err
	}
	if x.days, err = strconv.Atoi(r.get("days")); err == nil && x.days < 1 {
		err = fmt.Errorf("%d days", x.days)
	}
	k.duties = append(k.duties, x)
	return err
}

const day = 24 * time.Hour
