// Package unseen lists the laboratory results of a chart that their senders, or their own ranges, call abnormal, with what
// has been done about each: opened, acknowledged, neither. It promises that a result is acknowledged only as it stands,
// so that a corrected one is told anew, that one of which something is yet to come cannot be acknowledged, that to be
// opened is not to be acknowledged, and that the order in which records come changes nothing. It has no words and no
// clock of its own.
package unseen

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

const (
	// Version is of the rules of this package: what an acknowledgement was made under.
	Version = "2026.11"
	// Rule is what an acknowledgement of a result has for its rule.
	Rule = "result"
)

// State is what has been done about a result here.
type State uint8

// The states.
const (
	NotOpened State = iota
	Opened
	Acknowledged
)

// Given is what the list is made of.
type Given struct {
	List   func(ehrdesk.RecordType) []ehrdesk.Record
	Now    time.Time
	Opened []ehrdesk.Opening
	Said   []ehrdesk.Acknowledgement
	For    ehrdesk.Account // whose own orders come first
}

// Result is an abnormal result: the newest of its test.
type Result struct {
	Record   *ehrdesk.Record
	Report   *ehrdesk.Record // the newest that holds it; nil for none
	Critical bool
	Partial  bool // it, or its report, is not complete: it cannot be acknowledged
	State    State
	Days     int               // how old it is; -1 where it has no date
	By       string            // who ordered it, as the order says; "" where no record says
	ByID     string            // by which id the order knows them, "" for none
	Own      bool              // that is whoever the list is for
	Openers  []ehrdesk.Opening // of it as it stands, oldest first, each person once
	Said     *ehrdesk.Acknowledgement
	Mark     string
}

// Open reports a result that somebody has to do something about yet.
func (r *Result) Open() bool { return r.State != Acknowledged }

// Said are the marks of those that somebody has acknowledged.
func Said(all []Result) map[string]bool {
	out := map[string]bool{}
	for i := range all {
		if all[i].State == Acknowledged {
			out[all[i].Mark] = true
		}
	}
	return out
}

// Of are the abnormal results of the last ehrdesk.UnseenDays: those that nobody has acknowledged first, of these the
// critical first, then those that whoever asks has ordered, then the newest.
func Of(g Given) []Result {
	recent, reports := g.recent()
	found := map[ehrdesk.Ref]*Result{}
	add := func(r *ehrdesk.Record, critical bool) {
		x := found[r.Ref()]
		if x == nil {
			x = &Result{Record: r}
			found[r.Ref()] = x
		}
		x.Critical = x.Critical || critical
	}
	set := results.Of(func(t ehrdesk.RecordType) []ehrdesk.Record {
		if t == ehrdesk.LaboratoryRadiology {
			return recent
		}
		return nil
	})
	for _, p := range newest(set) {
		if p.Abnormal() {
			add(p.Record, p.Critical())
		}
	}
	for i := range set.Words {
		if r := spoken(&set.Words[i]); r != nil && abnormal(r.Flag) {
			add(r, critical(r.Flag))
		}
	}
	out := make([]Result, 0, len(found))
	for ref, x := range found {
		x.Report, x.Mark, x.Days = reports[ref], MarkOf(x.Record), days(x.Record, g.Now)
		x.Partial = results.StageOf(x.Record.Status) == results.Preliminary || x.Report != nil && results.StageOf(x.Report.Status) == results.Preliminary
		g.stand(x)
		out = append(out, *x)
	}
	g.ordered(out)
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b Result) int {
	first := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	return cmp.Or(first(a.Open(), b.Open()), first(a.Critical, b.Critical), first(a.Own, b.Own), moment(b.Record).Compare(moment(a.Record)),
		strings.Compare(a.Record.ID, b.Record.ID))
}

// recent are the laboratory records of the last days, and of each result the newest report that holds it. What is shown
// under a release is not among them: no trace of it stays.
func (g *Given) recent() (all []ehrdesk.Record, reports map[ehrdesk.Ref]*ehrdesk.Record) {
	reports = map[ehrdesk.Ref]*ehrdesk.Record{}
	from := g.Now.AddDate(0, 0, -ehrdesk.UnseenDays)
	for _, r := range g.List(ehrdesk.LaboratoryRadiology) {
		if r.Kind == ehrdesk.KindLaboratory && !r.Linked && !r.Void() && !r.Restricted && !r.Released && !moment(&r).Before(from) {
			all = append(all, r)
		}
	}
	for i := range all {
		r := &all[i]
		if r.Resource != "DiagnosticReport" {
			continue
		}
		f := r.Facts()
		for _, ref := range results.Members(&f) {
			if had := reports[ref]; had == nil || later(r, had) {
				reports[ref] = r
			}
		}
	}
	return all, reports
}

// moment is when a record is of: of one without a date, when the centre had it last.
func moment(r *ehrdesk.Record) time.Time {
	if r.Date.IsZero() {
		return r.Updated
	}
	return r.Date.Ends()
}

func later(a, b *ehrdesk.Record) bool {
	return cmp.Or(a.Date.Compare(b.Date), a.Updated.Compare(b.Updated), strings.Compare(a.ID, b.ID)) > 0
}

func days(r *ehrdesk.Record, now time.Time) int {
	if r.Date.IsZero() {
		return -1
	}
	return max(0, int(now.Sub(r.Date.Begins()).Hours()/24))
}

// newest are the newest points of each test, in whatever unit. One that does not count, and one that is not complete and
// not abnormal, takes the place of none: of what was abnormal it says nothing yet.
func newest(set *results.Set) map[string]*results.Point {
	out := map[string]*results.Point{}
	for i := range set.Series {
		s := &set.Series[i]
		for k := len(s.Points) - 1; k >= 0; k-- {
			p := &s.Points[k]
			if p.Stage == results.Unsure || p.Stage == results.Preliminary && !p.Abnormal() {
				continue
			}
			if had := out[s.Test()]; had == nil || later(p.Record, had.Record) || had.Record.Ref() == p.Record.Ref() && p.Critical() {
				out[s.Test()] = p
			}
			break
		}
	}
	return out
}

// spoken is the newest of the results of a test that are words, by the same rule.
func spoken(w *results.Words) *ehrdesk.Record {
	for _, r := range slices.Backward(w.Records) {
		switch stage := results.StageOf(r.Status); {
		case stage == results.Unsure, stage == results.Preliminary && !abnormal(r.Flag):
		default:
			return r
		}
	}
	return nil
}

func critical(f ehrdesk.Flag) bool {
	return f == ehrdesk.FlagCriticalHigh || f == ehrdesk.FlagCriticalLow || f == ehrdesk.FlagCritical
}

func abnormal(f ehrdesk.Flag) bool {
	return f == ehrdesk.FlagHigh || f == ehrdesk.FlagLow || f == ehrdesk.FlagAbnormal || critical(f)
}

// stand is what has been done about a result as it stands.
func (g *Given) stand(x *Result) {
	for _, o := range g.Opened {
		if o.Mark == x.Mark && !slices.ContainsFunc(x.Openers, func(had ehrdesk.Opening) bool { return had.By == o.By }) {
			x.Openers, x.State = append(x.Openers, o), Opened
		}
	}
	slices.SortStableFunc(x.Openers, func(a, b ehrdesk.Opening) int { return a.At.Compare(b.At) })
	if x.Partial {
		return
	}
	for i := range g.Said {
		if a := &g.Said[i]; a.Mark == x.Mark && (x.Said == nil || a.At.After(x.Said.At)) {
			x.Said, x.State = a, Acknowledged
		}
	}
}

// MarkOf names a record as it stands: another once its version, its status or a value is. Of a result it is what it is
// acknowledged by.
func MarkOf(r *ehrdesk.Record) string {
	h := sha256.New()
	f := r.Facts()
	_, _ = fmt.Fprintf(h, "%s\n%s\n%s\n%d\n%s\n%s\n", Version, r.Ref(), r.Version, r.Updated.UnixNano(), r.Status, r.Flag)
	for i := range f.Results {
		x := &f.Results[i]
		q := &x.Value.Low
		_, _ = fmt.Fprintf(h, "%q %q %q %q %q %q\n", q.Comparator, q.Number, q.Unit, x.Value.Text, x.Value.Concept.Words(), x.Flag)
	}
	return Rule + "-" + hex.EncodeToString(h.Sum(nil)[:16])
}

// ordered says of each result who ordered it: the requester of the order that it, or its report, is based on.
func (g *Given) ordered(all []Result) {
	want := map[ehrdesk.Ref][]*Result{}
	for i := range all {
		x := &all[i]
		for _, r := range []*ehrdesk.Record{x.Record, x.Report} {
			if r == nil {
				continue
			}
			for _, rel := range r.Facts().Relations {
				if rel.Role == "basedOn" && rel.Ref.ID != "" {
					want[rel.Ref] = append(want[rel.Ref], x)
				}
			}
		}
	}
	if len(want) == 0 {
		return
	}
	for _, t := range ehrdesk.RecordTypes() {
		list := g.List(t)
		for i := range list {
			if of := want[list[i].Ref()]; of != nil && !list[i].Restricted {
				g.requested(&list[i], of)
			}
		}
	}
}

// Is reports whether whoever an order names is somebody: by the id, else by the whole name.
func Is(name, id string, who ehrdesk.Account) bool {
	return who.Staff != "" && id == who.Staff || who.Name != "" && fold.String(name) == fold.String(who.Name)
}

func (g *Given) requested(order *ehrdesk.Record, of []*Result) {
	f := order.Facts()
	for i := range f.Parties {
		p := &f.Parties[i]
		if p.Role != "requester" || p.Display == "" && p.Identifier == "" {
			continue
		}
		name := cmp.Or(p.Display, p.Identifier)
		own := Is(p.Display, p.Identifier, g.For)
		for _, x := range of {
			if x.By == "" || own || !x.Own && name < x.By {
				x.By, x.ByID, x.Own = strings.Clone(name), strings.Clone(p.Identifier), x.Own || own
			}
		}
	}
}
