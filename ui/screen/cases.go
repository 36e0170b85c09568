package screen

import (
	"context"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Cases are the sealed cases of whoever is signed in, as last read from the desk. Behind a lock there is nothing of them.
type Cases struct {
	All       []ehrdesk.CaseView         // without words
	People    map[string]ehrdesk.Patient // whom this desk knows by name, by the centre's id
	Providers map[string]ehrdesk.Provider
	Groups    map[string]ehrdesk.GroupView // of all providers, by their ids; what a case calls a group in either language
	Want      string                       // the case that is read, "" for none
	One       *ehrdesk.CaseView            // it, with its words; nil until it was read
	Lost      bool                         // it is not at this desk
	AsOf      time.Time                    // when the centre last said what is new; zero for never
	Read      bool                         // the desk has given them
	Asking    bool                         // the centre is being asked
	Since     time.Time                    // from when on
	Err       error                        // why it did not answer; nil where it did, or carries none
	Stale     bool                         // something was written: they are read anew after this message
	Ask       bool                         // and the centre is to be asked

	Records map[string][]ehrdesk.CaseRecordSeen // of One, by envelope: how the records that it names stand to the open chart
}

// Me is whoever is signed in, as a case names them.
func (e *Env) Me() ehrdesk.CasePerson {
	a := e.Account()
	return ehrdesk.CasePerson{Provider: a.Provider, Staff: a.Staff}
}

// NoCases says why whoever is signed in has no sealed cases here, "" where they may.
func (e *Env) NoCases() string {
	switch _, ok := e.Session.(ehrdesk.Casing); {
	case e.Session == nil:
		return e.S(e.T.Common.NoSession)
	case !ok:
		return e.S(e.T.Cases.Off)
	case !e.Clinical():
		return e.S(e.T.Cases.NotYours)
	}
	return ""
}

// CasesToAct counts the cases in which something is to be done, and what critical things wait: to be acknowledged, or with their author again.
func (e *Env) CasesToAct() (act, critical int) {
	for i := range e.Day.Cases.All {
		v := &e.Day.Cases.All[i]
		n := v.Count(e.Me(), e.Now())
		if critical += n.Critical + n.Back; v.ToAct(n) {
			act++
		}
	}
	return act, critical
}

// CasesOf counts the cases about a patient, and those of them in which something is to be done.
func (e *Env) CasesOf(patient string) (all, act int) {
	for i := range e.Day.Cases.All {
		v := &e.Day.Cases.All[i]
		if v.Patient != patient || patient == "" {
			continue
		}
		if all++; v.ToAct(v.Count(e.Me(), e.Now())) {
			act++
		}
	}
	return all, act
}

// CasesUnsent is how much of what whoever is signed in wrote in cases waits on this desk, without what was refused and without that they
// opened something.
func (e *Env) CasesUnsent() (n int) {
	for i := range e.Day.Cases.All {
		for _, w := range e.Day.Cases.All[i].Waits {
			if w.Why == "" && w.Kind != ehrdesk.CaseOpened {
				n++
			}
		}
	}
	return n
}

// CasePatient is whom a case is about, as far as this desk knows them by name: from the day's list, from requests, from charts that
// were opened and copies, else as the centre told whom a case is about. A case itself names nobody.
func (e *Env) CasePatient(id string) (ehrdesk.Patient, bool) {
	if id == "" {
		return ehrdesk.Patient{}, false
	}
	named := func(p ehrdesk.Patient) bool { return p.ID == id && p.Name != (ehrdesk.Name{}) }
	for i := range e.Day.Tasks {
		if p := e.Day.Tasks[i].Patient; named(p) {
			return p, true
		}
	}
	for i := range e.Day.Asked.All {
		if p := e.Day.Asked.All[i].Patient; named(p) {
			return p, true
		}
	}
	if p, ok := e.Day.Cases.People[id]; ok {
		return p, true
	}
	for i := range e.Day.Cases.All {
		if p := e.Day.Cases.All[i].Whom; named(p) {
			return p, true
		}
	}
	return ehrdesk.Patient{}, false
}

// ProvidersOf are the providers of a directory by their number, of who works there those alone who are on call.
func ProvidersOf(all []ehrdesk.Provider) map[string]ehrdesk.Provider {
	out := map[string]ehrdesk.Provider{}
	for _, p := range all {
		one := ehrdesk.Provider{ID: p.ID, Name: p.Name, Chinese: p.Chinese}
		for _, who := range p.People {
			if !who.OnCall.IsZero() {
				one.People = append(one.People, ehrdesk.Person{Staff: who.Staff, Role: who.Role, OnCall: who.OnCall})
			}
		}
		out[p.ID] = one
	}
	return out
}

// ProviderName is a provider as the directory calls it, or by its number.
func (e *Env) ProviderName(id string) string {
	a := e.Account()
	if p, ok := e.Day.Cases.Providers[id]; ok {
		name := p.Name
		if e.Lang != text.English && p.Chinese != "" {
			name = p.Chinese
		}
		if name = ehrdesk.CleanLine(name); name != "" {
			return name
		}
	}
	if id == a.Provider && a.ProviderName != "" {
		return ehrdesk.CleanLine(a.ProviderName)
	}
	return ehrdesk.CleanLine(id)
}

// Inbox says how many requests and cases wait for whoever is signed in, "" for none: numbers, and nothing about anybody. short is the
// same in fewer words; loud, that something is overdue or critical.
func (e *Env) Inbox() (words, short string, loud bool) {
	asked, late := e.RequestsToAct()
	cases, critical := e.CasesToAct()
	var parts []string
	switch r := &e.T.Requests; {
	case late > 0:
		parts = append(parts, text.Sprintf(e.S(r.BarOverdue), asked, late))
	case asked > 0:
		parts = append(parts, text.Sprintf(e.S(r.Bar), asked))
	}
	k := &e.T.Cases
	switch {
	case critical > 0:
		parts = append(parts, text.Sprintf(e.S(k.BarCritical), cases, critical))
		short = text.Sprintf(e.S(k.ShortCritical), asked+cases, critical)
	case asked+cases > 0:
		short = text.Sprintf(e.S(k.Short), asked+cases)
	}
	if cases > 0 && critical == 0 {
		parts = append(parts, text.Sprintf(e.S(k.Bar), cases))
	}
	return strings.Join(parts, " · "), short, late > 0 || critical > 0
}

// Left is how long it is until a moment: "71 h 58 m", as a case that closes says it.
func (e *Env) Left(until time.Time) string {
	d := max(0, until.Sub(e.Now()))
	if d < time.Hour {
		return e.Elapsed(d)
	}
	return text.Sprintf(e.S(e.T.Common.Hours), int(d.Hours()), int(d.Minutes())%60)
}

// GroupsOf are the groups that a session has; none where it has no groups, or does not say.
func GroupsOf(ctx context.Context, session any) []ehrdesk.GroupView {
	type grouped interface {
		Groups(ctx context.Context) ([]ehrdesk.GroupView, error)
	}
	if s, ok := session.(grouped); ok {
		if all, err := s.Groups(ctx); err == nil {
			return all
		}
	}
	return nil
}

// ByID are groups by their ids.
func ByID(all []ehrdesk.GroupView) map[string]ehrdesk.GroupView {
	out := map[string]ehrdesk.GroupView{}
	for i := range all {
		out[all[i].ID] = all[i]
	}
	return out
}
