package client_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// scribbles is somebody who writes, and what came of it.
type scribbles struct {
	*writes
	rnd    *rand.Rand
	shown  map[string]bool            // canonical bytes of everything that a preview has shown
	seen   map[string]ehrdesk.Deposit // the last preview of each draft
	kept   map[string]string          // what was said to be kept of each draft
	signed map[string]ehrdesk.Deposit // what was signed, by deposit
	states map[string]ehrdesk.DepositState
	asks   ehrdesk.Ref     // a record of another provider's, which is queried
	words  map[string]bool // letters of requests that a preview has shown
}

func (w *scribbles) show(p ehrdesk.Deposit) {
	for i := range p.Records {
		w.shown[canonical(w.t, p.Records[i].Body)] = true
	}
	if p.Request != nil {
		w.words[p.Request.Body.Letter.Text] = true
	}
	w.seen[p.ID] = p
}

// step does one thing that somebody at the desk may do.
func (w *scribbles) step(n int) {
	w.clock.advance(time.Duration(1+w.rnd.IntN(90)) * time.Second)
	all, err := w.s.Drafts(w.t.Context(), w.who)
	if err != nil {
		w.t.Fatal(err)
	}
	var d ehrdesk.Draft
	if len(all) > 0 {
		d = all[w.rnd.IntN(len(all))]
	}
	switch k := w.rnd.IntN(12); {
	case k == 0 && len(all) < 5 || len(all) == 0 && k < 6:
		made, err := w.begun()
		if err != nil {
			w.t.Fatal(err)
		}
		w.kept[made.ID] = string(made.Filled.Response)
	case k < 4 && len(all) > 0:
		if err := w.typed(&d); err != nil {
			w.t.Fatal(err)
		}
		w.keep(d)
		w.kept[d.ID] = string(d.Filled.Response)
	case k < 6 && len(all) > 0:
		if p, err := w.s.PreviewWriting(w.t.Context(), w.who, d.ID); err == nil {
			w.show(p)
		}
	case k < 9 && len(all) > 0:
		p, looked := w.seen[d.ID]
		if !looked {
			return
		}
		if w.rnd.IntN(3) == 0 {
			w.line.breakNth(w.rnd.IntN(2), w.rnd.IntN(2) == 0)
		}
		r, err := w.s.SignWriting(w.t.Context(), w.who, p)
		w.line.breakNth(-1, false)
		switch {
		case err == nil:
			w.signed[p.ID], w.states[p.ID] = p, r.State
			delete(w.kept, p.ID)
		case ehrdesk.CodeOf(err) != ehrdesk.CodeConflict: // it was changed since it was shown
			w.t.Fatalf("step %d: %v", n, err)
		}
	case k == 9:
		w.line.set(w.rnd.IntN(2) == 0, nil)
	case k == 10:
		w.online()
		w.as("drlee") // the desk is closed for the night
	case k == 11 && len(all) > 0 && w.rnd.IntN(3) == 0:
		if err := w.s.DiscardDraft(w.t.Context(), w.who, d.ID); err != nil {
			w.t.Fatal(err)
		}
		delete(w.kept, d.ID)
	default:
		w.amend()
	}
}

// begun is a log that is begun, or a query of what another provider wrote.
func (w *scribbles) begun() (ehrdesk.Draft, error) {
	if w.rnd.IntN(3) == 0 {
		return w.s.Query(w.t.Context(), w.who, w.asks, "en")
	}
	return w.s.BeginWriting(w.t.Context(), w.who, "blood-pressure-glucose", "en")
}

// typed puts something else into a draft.
func (w *scribbles) typed(d *ehrdesk.Draft) error {
	n := w.rnd.IntN(80)
	if d.Filled.Form != "query-entry" {
		return typed(d, n, w.deskNow())
	}
	a := w.answers(*d)
	f := a.Form()
	wrong, _ := f.Item("wrong")
	if err := errors.Join(a.Set(form.At("wrong", 0), wrong.Options[0].Value), a.Set(form.At("harm", 0), form.Value{Kind: form.IsBoolean, Text: "false"}),
		a.Set(form.At("explain", 0), form.Value{Kind: form.IsString, Text: fmt.Sprint("this cannot be, as was seen at reading ", n)})); err != nil {
		return err
	}
	d.Filled.Response = a.Draft(form.Header{})
	return nil
}

// amend corrects or withdraws a record of one's own.
func (w *scribbles) amend() {
	w.online()
	for ref := range w.sync() {
		if ref.Resource != "QuestionnaireResponse" {
			continue
		}
		if w.rnd.IntN(2) == 0 {
			if d, err := w.s.Correct(w.t.Context(), w.who, ref); err == nil {
				w.kept[d.ID] = string(d.Filled.Response)
			}
			return
		}
		p, err := w.s.PrepareWithdrawal(w.t.Context(), w.who, ref, ehrdesk.WithdrawDuplicate)
		if err != nil {
			continue
		}
		w.show(p)
		if r, err := w.s.SignWriting(w.t.Context(), w.who, p); err == nil {
			w.signed[p.ID], w.states[p.ID] = p, r.State
		}
		return
	}
}

// online has the line up and everything that waits delivered.
func (w *scribbles) online() {
	w.line.set(false, nil)
	w.clock.advance(time.Minute)
	if _, err := w.s.Deliver(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// Whatever somebody does, with lines that break before the centre hears or after and desks that are closed meanwhile: nothing is
// at the centre that no preview had shown, what was signed is there, once, and what was kept and not signed is a draft as it was.
// EHRDESK_WRITES is how many steps, EHRDESK_SEED the seed.
func TestNothingIsSentThatWasNotShownAndNothingIsLost(t *testing.T) {
	t.Parallel()
	steps, seed := 90, uint64(20261130)
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_WRITES")); err == nil {
		steps = n
	} else if testing.Short() {
		steps = 25
	}
	if n, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64); err == nil {
		seed = n
	}
	w := &scribbles{newWrites(t), rand.New(rand.NewPCG(seed, 11)), map[string]bool{}, map[string]ehrdesk.Deposit{}, map[string]string{}, map[string]ehrdesk.Deposit{}, map[string]ehrdesk.DepositState{}, ehrdesk.Ref{}, map[string]bool{}}
	w.asks, _ = w.ofHospital()
	if _, _, err := w.s.Providers(t.Context(), "", ""); err != nil { // the desk's copy of the directory
		t.Fatal(err)
	}
	theirs := w.sync() // what was there before
	for n := range steps {
		w.step(n)
	}
	w.online()
	w.wantWaiting(w.s)
	all := w.sync()
	for ref, r := range all {
		if _, had := theirs[ref]; had || ref.Resource == "Provenance" {
			continue
		}
		raw, err := w.c.Raw(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if !w.shown[canonical(t, raw)] {
			t.Errorf("%s version %s was not shown: %s", ref, r.Version, raw)
		}
	}
	for id, d := range w.signed {
		for i := range d.Records {
			if _, there := all[d.Records[i].Record.Ref()]; !there {
				t.Errorf("%s of %s, which was %s, is lost", d.Records[i].Record.Ref(), id, w.states[id])
			}
		}
	}
	versions := map[ehrdesk.Ref]map[string]bool{} // as they were signed
	for _, d := range w.signed {
		for i := range d.Records {
			ref := d.Records[i].Record.Ref()
			if versions[ref] == nil {
				versions[ref] = map[string]bool{}
			}
			versions[ref][canonical(t, d.Records[i].Body)] = true
		}
	}
	for ref, r := range all {
		if n, err := strconv.Atoi(r.Version); err == nil && versions[ref] != nil && n > len(versions[ref]) {
			t.Errorf("%s is there in version %d and was signed as %d", ref, n, len(versions[ref]))
		}
	}
	asked := map[string]int{}
	for _, q := range w.requests(w.s) {
		if asked[q.ID]++; !w.words[q.Body.Letter.Text] || w.signed[q.ID].Request == nil || len(q.Steps) != 1 {
			t.Errorf("%s was not shown, or not signed: %+v", q.ID, q)
		}
	}
	queries := 0
	for id, d := range w.signed {
		if d.Request == nil {
			continue
		}
		if queries++; asked[id] != 1 {
			t.Errorf("%s, which was %s, was asked %d times", id, w.states[id], asked[id])
		}
	}
	drafts := map[string]string{}
	for _, d := range w.drafts() {
		drafts[d.ID] = string(d.Filled.Response)
	}
	for id, want := range w.kept {
		if drafts[id] != want {
			t.Errorf("draft %s was kept as %s and is %s", id, want, drafts[id])
		}
	}
	t.Logf("seed %d: %d steps, %d signed, %d of them queries, %d drafts, %d records", seed, steps, len(w.signed), queries, len(drafts), len(all)-len(theirs))
	if steps > 40 && (len(w.signed) == 0 || len(drafts)+len(w.kept) == 0) {
		t.Error("nothing came of it")
	}
	// With the consent the chart has gone, and nothing more can be signed.
	d, err := w.s.BeginWriting(t.Context(), w.who, "encounter-note", "en")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: w.n, Channel: ehrdesk.ByForm, FormReference: fmt.Sprint("R-", seed), Signed: ehrdesk.At(w.deskNow()), DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.PreviewWriting(t.Context(), w.who, d.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("shown after the consent ended: %v", err)
	}
	for _, p := range w.seen {
		if _, err := w.s.SignWriting(t.Context(), w.who, p); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("signed after the consent ended: %v", err)
		}
	}
}
