package main

import (
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
)

// everybody is how all participants stand at the centre, by eHR number.
func (c *clerk) everybody() map[string]central.Participant {
	c.t.Helper()
	out := map[string]central.Participant{}
	err := c.centre.Participants(c.t.Context(), "", func(p central.Participant) error { out[p.EHR] = p; return nil })
	if err != nil || len(out) < 80 {
		c.t.Fatalf("%d participants, %v", len(out), err)
	}
	return out
}

// ours is the consent to the clinic, and the others.
func ours(p central.Participant) (one central.GivenConsent, others []central.GivenConsent) {
	for _, k := range p.Consents {
		if k.HCP == territory.DemoProvider {
			one = k
		} else {
			others = append(others, k)
		}
	}
	return one, others
}

// onRecord holds what the centre has on record against the day's work: its
// consents, what patients were told, and its log, with what was refused.
func (c *clerk) onRecord(before map[string]central.Participant, want map[string]int) {
	t := c.t
	t.Helper()
	for ehr, now := range c.everybody() {
		was := before[ehr]
		w, worked := c.want[ehr]
		if !worked {
			if !reflect.DeepEqual(was, now) {
				t.Errorf("somebody for whom nothing was done has changed: %+v, was %+v", now, was)
			}
			continue
		}
		k, others := ours(now)
		if k.State != string(w.state) || k.Channel != string(w.channel) || k.Giver != w.giver || k.Term != string(w.term) {
			t.Errorf("on record %+v, the clerk's work was %+v", k, w)
		}
		if proof := ehrdesk.CardGenuineChip.String(); (w.channel == ehrdesk.ByCard && w.state == ehrdesk.ConsentActive) != (k.Proof == proof) {
			t.Errorf("by %s with the proof %q", k.Channel, k.Proof)
		}
		if now.Participation != string(ehrdesk.Registered) || (w.action == ehrdesk.AuditVerify) != (now.Expected != "") {
			t.Errorf("participation %s, records expected %q after %s", now.Participation, now.Expected, w.action)
		}
		if _, had := ours(was); w.action != ehrdesk.AuditVerify && !reflect.DeepEqual(others, had) {
			t.Error("a consent to another provider has changed")
		}
	}
	told, done, refused := map[string]int{}, map[string]int{}, map[string]int{}
	err := c.centre.Notices(t.Context(), "", func(n central.Notice) error {
		if strings.Contains(n.Text, "consent") || strings.Contains(n.Text, "互通同意") {
			told[n.EHR]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = c.centre.Accesses(t.Context(), "", func(a central.Access) error {
		switch ehrdesk.AuditAction(a.Action) {
		case ehrdesk.AuditGrant, ehrdesk.AuditRevoke, ehrdesk.AuditVerify:
			if a.Outcome == "success" {
				done[a.Patient+a.Action]++
			} else {
				refused[a.Outcome]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for ehr, w := range c.want {
		if n := done[ehr+string(w.action)]; n != 1 {
			t.Errorf("%d acts in the centre's log, %s", n, w.action)
		}
		if word := w.channel == ehrdesk.ByForm || w.action == ehrdesk.AuditVerify && w.channel != ehrdesk.ByCard; word && told[ehr] > 0 {
			continue // told on every contact, whatever they declined
		}
		if told[ehr] != 1 { // what is declined is the notice of an access
			t.Errorf("told %d times (%s) of %s", told[ehr], before[ehr].Notify, w.action)
		}
	}
	if len(done) != len(c.want) || len(told) > len(c.want) {
		t.Errorf("%d acts on record and %d people told, %d worked for", len(done), len(told), len(c.want))
	}
	if !reflect.DeepEqual(refused, want) {
		t.Errorf("refused at the centre: %v, want %v", refused, want)
	}
}

// logVerifies has an officer read the desk's own log, whose chain is held together: a clerk
// is given the clerk's own entries.
func (c *clerk) logVerifies() {
	c.t.Helper()
	s, err := c.desk.SignIn(c.t.Context(), "officer", ehrdesk.NewSecret(demoPassphrase))
	if err != nil {
		c.t.Fatal(err)
	}
	defer s.Close()
	log, err := s.AccessLog(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	n := map[ehrdesk.AuditAction]int{}
	for _, e := range log {
		if e.Outcome == "" {
			n[e.Action]++
		}
	}
	byPatient := 0
	want := map[ehrdesk.AuditAction]int{}
	for _, w := range c.want {
		if w.action == ehrdesk.AuditGrant && (w.channel == ehrdesk.ByApp || w.channel == ehrdesk.ByIVRS) {
			byPatient++
			continue
		}
		want[w.action]++
	}
	for a, k := range want {
		if n[a] != k {
			c.t.Errorf("the desk's log has %d of %s, and %d were done", n[a], a, k)
		}
	}
	if byPatient != 2 || n[ehrdesk.AuditOpen] != 5 {
		c.t.Errorf("%d consents by the patient's own act, %d charts opened", byPatient, n[ehrdesk.AuditOpen])
	}
}

// clinicalWords are the words of everybody's records: what a code is called.
func clinicalWords(t *testing.T, people []territory.Person) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	var collect func(v any)
	collect = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				collect(x)
			}
		case map[string]any:
			for k, x := range v {
				if s, ok := x.(string); ok && (k == "text" || k == "display") {
					for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
						if len(w) >= 6 { // two Chinese characters, six Latin letters
							words[strings.ToLower(w)] = true
						}
					}
				}
				collect(x)
			}
		}
	}
	for _, p := range people {
		for _, raw := range p.Resources {
			var r map[string]any
			if err := json.Unmarshal(raw, &r); err != nil {
				t.Fatal(err)
			}
			switch r["resourceType"] {
			case "AllergyIntolerance", "Condition", "MedicationRequest", "Immunization":
				collect(r["code"])
				collect(r["medicationCodeableConcept"])
				collect(r["vaccineCode"])
				collect(r["reaction"])
			}
		}
	}
	return words
}

// styles are the colours in a frame, which can stand within a word.
var styles = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// noClinicalWord looks through every frame that a clerk has had on the screen.
func (c *clerk) noClinicalWord() {
	c.t.Helper()
	words := clinicalWords(c.t, c.people)
	for _, must := range []string{"fluoxetine", "sertraline", "penicillin"} {
		if !words[must] {
			c.t.Errorf("%q is no word of the territory's records", must)
		}
	}
	for _, own := range []string{"information"} { // stands in titles of notices too
		delete(words, own)
	}
	for _, w := range []string{"allerg", "diagnos", "medication", "laborator", "過敏", "診斷", "藥物"} {
		words[w] = true
	}
	c.wit.mu.Lock()
	defer c.wit.mu.Unlock()
	if f := styles.ReplaceAllString(c.wit.last, ""); strings.Contains(f, "\x1b") || !strings.Contains(f, "Sign in") {
		c.t.Errorf("a frame is not read as its text: %q", f)
	}
	seen := map[string]string{}
	for f := range c.wit.frames {
		screen := strings.ToLower(flat(styles.ReplaceAllString(f, "")))
		for w := range words {
			if seen[w] == "" && strings.Contains(screen, w) {
				seen[w] = uitest.Plain(f, clerkW, clerkH)
			}
		}
	}
	for w, f := range seen {
		c.t.Errorf("a clerk saw %q:\n%s", w, f)
	}
	c.t.Logf("%d frames, none with one of %d clinical words", len(c.wit.frames), len(words))
}

// figures says what each kind of work took.
func (c *clerk) figures() {
	c.t.Helper()
	var kinds []string
	for k := range c.jobs {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		all := c.jobs[k]
		slices.SortFunc(all, func(a, b job) int { return cmp.Compare(a.took, b.took) })
		keys := slices.MaxFunc(all, func(a, b job) int { return cmp.Compare(a.keys, b.keys) }).keys
		c.t.Logf("MEASURE %-48s n %d  keys beyond the digits %2d  last key to outcome, median %s", k, len(all), keys, all[len(all)/2].took.Round(100*time.Microsecond))
	}
	for _, k := range []string{"consent by Access Key", "consent by card"} {
		for _, j := range c.jobs[k] {
			if j.keys > 8 {
				c.t.Errorf("%s took %d keys", k, j.keys)
			}
		}
	}
}
