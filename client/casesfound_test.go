package client_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// spoiled has one operation's parameters changed on their way to the desk.
func spoiled(path string, edit func([]any) []any) func(*http.Request, []byte) []byte {
	return func(r *http.Request, body []byte) []byte {
		var v map[string]any
		if !strings.HasSuffix(r.URL.Path, path) || json.Unmarshal(body, &v) != nil || v["parameter"] == nil {
			return body
		}
		v["parameter"] = edit(v["parameter"].([]any))
		out, _ := json.Marshal(v)
		return out
	}
}

func named(all []any, name string) (out []int) {
	for i, p := range all {
		if p.(map[string]any)["name"] == name {
			out = append(out, i)
		}
	}
	return out
}

// part is a part of a parameter, by name.
func part(p any, name string) map[string]any {
	for _, q := range p.(map[string]any)["part"].([]any) {
		if q := q.(map[string]any); q["name"] == name {
			return q
		}
	}
	return nil
}

// A centre that drops, moves or forges an event is found; the desk says so, writes it down and sends nothing more; and once the true
// history comes, it goes on.
func TestACentreThatSpoilsAHistoryIsFound(t *testing.T) {
	for name, edit := range map[string]func([]any) []any{
		"dropped": func(all []any) []any {
			if e := named(all, "event"); len(e) > 1 {
				return append(all[:e[0]:e[0]], all[e[0]+1:]...)
			}
			return all
		},
		"moved": func(all []any) []any {
			if e := named(all, "event"); len(e) > 1 {
				all[e[0]], all[e[1]] = all[e[1]], all[e[0]]
			}
			return all
		},
		"forged": func(all []any) []any {
			for _, i := range named(all, "event") {
				p := part(all[i], "event")
				s := p["valueString"].(string)
				head, rest, _ := strings.Cut(s, ".")
				body, sum, _ := strings.Cut(rest, ".")
				p["valueString"] = head + "." + body + "." + strings.Repeat("A", len(sum))
			}
			return all
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJoint(t, "drlee", "drchan")
			a, b := j.desk[0], j.desk[1]
			id := j.begin(ehrdesk.CaseDestroys)
			a.say(id, "one")
			a.say(id, "two")
			a.sync()
			b.line.set(false, spoiled("$case-events", edit))
			b.sync()
			if v := b.has(id); v.Broken == "" || len(v.Said) != 0 {
				t.Fatalf("%+v", v)
			}
			b.say(id, "never on this")
			_ = b.s.SyncCases(t.Context())
			incidents := 0
			if err := b.s.EachAccess(t.Context(), func(_ int64, e ehrdesk.AuditEvent) error {
				if e.Action == ehrdesk.AuditIncident && strings.Contains(e.Detail, "sealed case") {
					incidents++
				}
				if strings.Contains(e.Detail, "never on this") || strings.Contains(e.Detail, "Dr ") {
					t.Errorf("the access log says %q", e.Detail)
				}
				return nil
			}); err != nil || incidents != 1 {
				t.Errorf("%d incidents, %v", incidents, err)
			}
			b.line.set(false, nil)
			a.say(id, "three")
			a.sync()
			b.sync()
			if v := b.has(id); v.Broken != "" || len(v.Said) < 3 {
				t.Errorf("%+v", v)
			}
		})
	}
}

// A key that the centre puts in the place of a member's is signed by nobody whom it says: nothing is sealed to it, and nothing sent.
func TestAFalseKeyToSealToIsFound(t *testing.T) {
	for name, edit := range map[string]func(mine string, p any){
		"of somebody else": func(mine string, p any) { part(p, "offer")["valueString"] = mine },
		"signed by nobody": func(_ string, p any) {
			o := part(p, "offer")
			s := o["valueString"].(string)
			o["valueString"] = s[:strings.LastIndex(s, ".")+1] + strings.Repeat("A", 86)
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJoint(t, "drlee", "drchan", "drho")
			a, b, c := j.desk[0], j.desk[1], j.desk[2]
			id := j.begin(ehrdesk.CaseDestroys)
			spoil := spoiled("$take-keys", func(all []any) []any {
				var mine string
				for _, i := range named(all, "key") {
					if part(all[i], "staff")["valueString"] == c.me.Staff {
						mine = part(all[i], "offer")["valueString"].(string)
					}
				}
				for _, i := range named(all, "key") {
					if part(all[i], "staff")["valueString"] == b.me.Staff {
						edit(mine, all[i])
					}
				}
				return all
			})
			a.line.set(false, spoil)
			a.say(id, "for Chan and Ho")
			a.sync()
			v := a.has(id)
			if len(v.Said) != 0 || len(v.Waits) != 1 || v.Waits[0].Why == "" || v.Waits[0].Text != "for Chan and Ho" {
				t.Errorf("%+v", v)
			}
		})
	}
}

// Nobody else at the desk reads anything of a case, the front desk has none, and no file of the desk has a word.
func TestAColleagueAtTheDeskReadsNothingOfACase(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	b.say(id, "XYZZY said to Lee")
	b.sync()
	a.sync()
	a.reads(id, "XYZZY said to Lee")
	a.line.set(true, nil)
	a.say(id, "XYZZY waits")
	a.line.set(false, nil)
	a.enrol("drng", ehrdesk.Doctor)
	a.enrol("ping", ehrdesk.FrontDesk)
	_ = a.s.Close()
	a.s = a.signIn("drlee") // has keys for both
	_ = a.s.Close()
	other := a.signIn("drng")
	if all, _, err := other.Cases(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%d cases, %v", len(all), err)
	}
	if _, err := other.Case(t.Context(), id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
	lists := client.KeptLists(other)
	for _, list := range []string{"cases drlee", "case keys drlee", "case, to send drlee", "case " + id + " drlee", "said in case " + id + " drlee"} {
		items, err := lists.Items(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			for _, word := range []string{"XYZZY", j.who, "drchan", "AGE-SECRET"} {
				if strings.Contains(string(it.Payload), word) {
					t.Errorf("a colleague reads %q in %q", word, list)
				}
			}
		}
	}
	_ = other.Close()
	front := a.signIn("ping")
	t.Cleanup(func() { _ = front.Close() })
	if _, _, err := front.Cases(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("%v", err)
	}
	if err := front.SyncCases(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("%v", err)
	}
	if _, err := front.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys}); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("%v", err)
	}
	if err := filepath.WalkDir(a.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil //nolint:nilerr // a file that went meanwhile
		}
		if raw, err := os.ReadFile(path); err == nil && strings.Contains(string(raw), "XYZZY") {
			t.Errorf("%s has a word of it", path)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// With the consent nothing more comes or goes, and what is here is not read.
func TestWithoutTheConsentNothingOfACaseIsRead(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.say(id, "while it stands")
	a.sync()
	b.sync()
	b.reads(id, "while it stands")
	b.sync()
	if _, err := b.s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: j.n, Channel: ehrdesk.ByForm, FormReference: "W-1", Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	a.say(id, "after it")
	a.sync()
	b.sync()
	v := b.has(id)
	if v.Closed == "" || len(v.Words) != 0 || len(v.Said) != 1 {
		t.Errorf("%+v", v)
	}
	if _, err := b.last(id); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
		t.Errorf("%v", err)
	}
	if w := a.has(id).Waits; len(w) != 1 || w[0].Why == "" {
		t.Errorf("%+v", w)
	}
}

// What is given up is never sent, what may have arrived is not given up.
func TestWhatWaitsInACaseIsGivenUp(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a := j.desk[0]
	id := j.begin(ehrdesk.CaseDestroys)
	a.line.set(true, nil)
	a.say(id, "not this")
	if err := a.s.GiveUpInCase(t.Context(), a.has(id).Waits[0].ID); err != nil {
		t.Fatal(err)
	}
	a.line.set(false, nil)
	a.line.stands(func(r *http.Request) (*http.Response, error) {
		res, err := http.DefaultTransport.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "$case-event") {
			_ = res.Body.Close()
			return nil, errors.New("connection reset by peer")
		}
		return res, err
	})
	a.say(id, "this")
	a.clock.advance(time.Minute)
	_ = a.s.SyncCases(t.Context())
	a.line.stands(nil)
	w := a.has(id).Waits
	if len(w) != 1 {
		t.Fatalf("%+v", w)
	}
	if err := a.s.GiveUpInCase(t.Context(), w[0].ID); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	a.clock.advance(time.Minute)
	a.sync()
	if v := a.has(id); len(v.Said) != 1 || v.Words[v.Said[0].Envelope] != "this" {
		t.Errorf("%+v", v)
	}
}

// Of a case that was destroyed at its end neither words nor keys are at any desk.
func TestACaseThatIsDestroyedLeavesNoWords(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.say(id, "gone with it")
	a.sync()
	b.sync()
	b.reads(id, "gone with it")
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseCloses, nil, ""); err != nil {
		t.Fatal(err)
	}
	a.sync()
	j.clock.advance(73 * time.Hour)
	for _, d := range j.desk {
		_ = d.s.Close()
		d.s = d.signIn(d.me.Staff)
	}
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseEnded, nil, ""); err != nil {
		t.Fatal(err)
	}
	for _, d := range []*seat{a, b, a} {
		d.sync()
	}
	for _, d := range j.desk {
		v := d.has(id)
		if v.State != ehrdesk.CaseDestroyed || len(v.Words) != 0 {
			t.Errorf("%s: %+v", d.me.Staff, v)
		}
		if _, err := d.last(id); err == nil {
			t.Errorf("%s still reads it", d.me.Staff)
		}
		if items, err := client.KeptLists(d.s).Items(t.Context(), "said in case "+id+" "+d.me.Staff); err != nil || len(items) != 0 {
			t.Errorf("%s keeps %d lines, %v", d.me.Staff, len(items), err)
		}
	}
}
