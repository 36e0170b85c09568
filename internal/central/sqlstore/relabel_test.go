package sqlstore_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// labelsAreReadAnew of a store that an earlier version has left, which took a label for none that is
// spelled otherwise: the record and its versions are labelled, nothing that came with it comes, and desks
// that may have it hear of it, once, with an instant after all before.
func labelsAreReadAnew(t *testing.T, e engine) {
	now := testclock.Start()
	clock := func() time.Time { return now }
	bodies := map[string]string{
		"plain":     `{"resourceType":"Observation","id":"plain","subject":{"reference":"Patient/p"}}`,
		"normal":    `{"resourceType":"Observation","id":"normal","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]}}`,
		"small":     `{"resourceType":"Observation","id":"small","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"r"}]},"performer":[{"reference":"Organization/o"}]}`,
		"escaped":   `{"resourceType":"Observation","id":"escaped","meta":{"\u0073ecurity":[{"code":"restricted"}]}}`,
		"withdrawn": `{"resourceType":"Observation","id":"withdrawn","meta":{"security":["R"]}}`,
	}
	ids := []string{"plain", "normal", "small", "escaped", "withdrawn"}
	c := e.open(t, clock)
	kind := ehrdesk.Place("Observation", nil, nil).Kind
	shared := ehrdesk.Place("Organization", nil, nil)
	if err := c.Write(t.Context(), func(tx *store.Tx) error {
		put := func(r *store.Record, old *store.Record, links ...ehrdesk.Ref) *store.Record {
			r.Seq, r.Updated = tx.Changes.Next()
			r.Hash = []byte{1}
			tx.Records.Put(r, old, links)
			return r
		}
		put(&store.Record{Type: "Organization", ID: "o", Version: 1, Linked: true, Kind: shared.Kind, Body: []byte(`{"resourceType":"Organization","id":"o"}`)}, nil)
		for _, id := range ids {
			var links []ehrdesk.Ref
			if id == "small" {
				links = []ehrdesk.Ref{{Resource: "Organization", ID: "o"}}
			}
			first := put(&store.Record{Type: "Observation", ID: id, Version: 1, Patient: "p", Kind: kind, Body: []byte(bodies[id])}, nil, links...)
			second := *first
			second.Version = 2
			put(&second, first, links...)
			if id == "withdrawn" {
				seq, at := tx.Changes.Next()
				tx.Records.Remove(&second, 3, seq, at)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	before := int64(0)
	if err := c.Write(t.Context(), func(tx *store.Tx) error { _, before = tx.Changes.Next(); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"DROP TABLE relabelled", "DROP TABLE request_step", "DROP TABLE request", "DROP TABLE person_before", "DROP TABLE service", "ALTER TABLE hcp DROP COLUMN no_view", "ALTER TABLE hcp DROP COLUMN no_deposit", "DROP TABLE health_link", "DROP TABLE group_staff", "DROP TABLE group_box", "DROP TABLE group_event", "DROP TABLE contact_group", "DROP TABLE on_call", "DROP TABLE case_report", "DROP TABLE key_change", "DROP TABLE offered_key", "DROP TABLE envelope_for", "DROP TABLE envelope_part", "DROP TABLE envelope", "DROP TABLE case_member", "DROP TABLE case_event", "DROP TABLE sealed_case", "ALTER TABLE hcp DROP COLUMN second_person", "ALTER TABLE hcp DROP COLUMN ahead", "ALTER TABLE visit DROP COLUMN ahead", fmt.Sprintf(e.version, 18)} { // as that left it
		if err := e.exec(t, s); err != nil {
			t.Fatal(s, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once for all
		c = e.open(t, clock)
		if err := c.Read(t.Context(), func(tx *store.Tx) error {
			for id, want := range map[string]bool{"plain": false, "normal": false, "small": true, "escaped": true} {
				if r := tx.Records.Get("Observation", id); r == nil || r.Labelled != want || string(r.Body) != bodies[id] || r.Version != 2 {
					t.Errorf("%s reads %+v", id, r)
				}
			}
			all, of := []ehrdesk.Kind{kind, shared.Kind}, store.Plainly([]ehrdesk.Kind{kind, shared.Kind})
			for _, id := range ids {
				n := 0
				if err := tx.Charts.Versions("Observation", id, 100, 0, all, func(*store.Record) error { n++; return nil }); err != nil {
					return err
				}
				if want := map[string]int{"plain": 1, "normal": 1}[id]; n != want {
					t.Errorf("%d versions of %s are given, want %d", n, id, want)
				}
			}
			if n := tx.Charts.Total("p", of, 0); n != 2 {
				t.Errorf("%d records are given", n)
			}
			var told []string
			if err := tx.Charts.OutOfScope("p", of, before, func(g *store.Gone) error {
				told = append(told, g.String())
				if g.At <= before {
					t.Errorf("%s is told of a time before", g)
				}
				return nil
			}); err != nil {
				return err
			}
			if slices.Sort(told); !slices.Equal(told, []string{"Observation/escaped", "Observation/small", "Observation/withdrawn", "Organization/o"}) {
				t.Errorf("told: %q", told)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := c.Write(t.Context(), func(tx *store.Tx) error {
			if _, at := tx.Changes.Next(); at <= before+1 {
				t.Error("an instant comes twice")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
