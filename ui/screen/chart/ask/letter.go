package ask

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
	"github.com/ehrdesk/ehrdesk/internal/clinical/referral"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
)

// opened is a letter with what is asked by it, whom it may go to, and what may go with it.
type opened struct {
	letter    ehrdesk.Letter
	priority  string
	says      []string // what the letter has of where to: specialty, place, urgency
	suggested []referral.Suggestion
	offers    []offer
	asOf      time.Time
	noList    error // why the directory is not there
	records   []candidate
	first     int // how many of them are results, images and documents
	twice     map[ehrdesk.Ref]ehrdesk.Ref
}

// candidate is a record that can be attached.
type candidate struct {
	ehrdesk.Record
	folded string // what it is found by
}

// open reads a letter, the directory and what of the chart can be attached. It is called outside the event loop.
func open(ctx context.Context, c ehrdesk.Chart, d ehrdesk.Directory, w ehrdesk.Writing, l Letter, me string) (*opened, error) {
	raw := l.Raw
	if raw == nil {
		var err error
		if raw, err = c.Raw(ctx, l.Ref); err != nil {
			return nil, err
		}
	}
	title, words, ok := extract.Text(raw)
	if !ok || strings.TrimSpace(words) == "" {
		return nil, ehrdesk.E("ask.open", ehrdesk.CodeInvalid, nil)
	}
	out := &opened{letter: ehrdesk.Letter{Title: title, Text: words, Ref: l.Ref}}
	parts, urgency := partsOf(ctx, w, words)
	out.priority = referral.Priority(urgency)
	out.suggested = referral.Suggest(referral.Letter{Specialty: parts["specialty"], Words: parts["reason"] + "\n" + parts["question"], Urgency: urgency})
	for _, link := range []string{"specialty", "place", "urgency"} {
		if s := ehrdesk.CleanLine(parts[link]); s != "" {
			out.says = append(out.says, s)
		}
	}
	all, asOf, err := d.Providers(ctx, "", "")
	if out.asOf, out.noList = asOf, err; ctx.Err() != nil {
		return nil, err
	}
	out.offers = offersOf(all, me, out.suggested)
	out.records, out.first = candidates(c, l.Ref)
	some := make([]ehrdesk.Record, 0, len(out.records))
	for i := range out.records {
		some = append(some, out.records[i].Record)
	}
	out.twice = lastdone.Twice(some)
	return out, nil
}

// partsOf are a letter's answers by the items of the form that letters are written by, whichever of its languages it is in, and
// the code of its urgency. None of a letter that was written otherwise.
func partsOf(ctx context.Context, w ehrdesk.Writing, words string) (parts map[string]string, urgency string) {
	parts = map[string]string{}
	if w == nil {
		return parts, ""
	}
	all, err := w.Forms(ctx)
	if err != nil {
		return parts, ""
	}
	for i := range all {
		f, err := form.Read(all[i].Raw, form.Known)
		if err != nil || f.To != form.ToProvider {
			continue
		}
		labels := map[string]*form.Item{}
		label(labels, f.Items)
		at := ""
		for line := range strings.SplitSeq(words, "\n") {
			head, rest, ok := strings.Cut(line, ":")
			it := labels[head]
			switch {
			case ok && it != nil:
				at = it.Link
				parts[at] = strings.TrimSpace(rest)
			case strings.TrimSpace(line) == "":
				at = ""
			case at != "":
				parts[at] += "\n" + line
			}
			if ok && it != nil && it.Link == "urgency" {
				for _, o := range it.Options {
					if saysIn(o.Words, parts[at]) {
						urgency = o.Value.Coding.Code
					}
				}
			}
		}
		if len(parts) > 0 {
			break
		}
	}
	return parts, urgency
}

func label(into map[string]*form.Item, items []*form.Item) {
	for _, it := range items {
		for _, tag := range []string{"en", "zh-Hant", "zh-Hans"} {
			if s := it.Text.In(tag); s != "" && it.Type != form.Group {
				into[s] = it
			}
		}
		label(into, it.Items)
	}
}

func saysIn(t form.Text, words string) bool {
	return slices.ContainsFunc([]string{"en", "zh-Hant", "zh-Hans"}, func(tag string) bool { return t.In(tag) == words })
}

// offered are the kinds of record that a letter usually takes along.
func offered(r *ehrdesk.Record) bool {
	if slices.Contains([]ehrdesk.Kind{ehrdesk.KindLaboratory, ehrdesk.KindRadiology, ehrdesk.KindOtherInvestigation}, r.Kind) {
		return true
	}
	return r.Resource == "DocumentReference" || r.Resource == "DiagnosticReport" || r.Resource == "ImagingStudy"
}

// candidates are the records that can be attached: results, images and documents first, of each part the newest first. Restricted
// ones are not among them, nor those that were withdrawn, nor the letter itself.
func candidates(c ehrdesk.Chart, letter ehrdesk.Ref) (out []candidate, first int) {
	var rest []candidate
	for _, t := range ehrdesk.RecordTypes() {
		all := c.List(t)
		for i := range all {
			r := &all[i]
			if r.Restricted || r.Released || r.Linked || r.Void() || r.Ref() == letter || r.Kind == ehrdesk.KindPersonal || r.Resource == "QuestionnaireResponse" {
				continue
			}
			x := candidate{*r, fold.String(r.Title + " " + r.Source + " " + r.Date.Date())}
			if offered(r) {
				out = append(out, x)
			} else {
				rest = append(rest, x)
			}
		}
	}
	newest := func(a, b candidate) int {
		return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(out, newest)
	slices.SortFunc(rest, newest)
	return append(out, rest...), len(out)
}
