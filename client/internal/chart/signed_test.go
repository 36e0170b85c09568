package chart

import (
	"fmt"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// signedRecords are n observations and, where they are signed, a Provenance for each.
func signedRecords(n int, sign bool) []*ehrdesk.Record {
	var out []*ehrdesk.Record
	for i := range n {
		out = append(out, &ehrdesk.Record{Kind: ehrdesk.KindObservation, Resource: "Observation", ID: fmt.Sprintf("o%d", i)})
		if !sign {
			out = append(out, &ehrdesk.Record{Kind: ehrdesk.KindObservation, Resource: "Observation", ID: fmt.Sprintf("p%d", i)})
			continue
		}
		f := ehrdesk.Facts{Relations: []ehrdesk.Relation{{Role: "target", Ref: ehrdesk.Ref{Resource: "Observation", ID: fmt.Sprintf("o%d", i)}}}}
		out = append(out, &ehrdesk.Record{Kind: ehrdesk.KindNote, Resource: provenance, ID: fmt.Sprintf("s%d", i), Linked: true, Packed: f.Pack()})
	}
	return out
}

// A Provenance is folded under the record that it is of where that is shown; of a record that is not, it stays a row.
func TestAProvenanceIsFoldedUnderWhatItIsOf(t *testing.T) {
	records := signedRecords(3, true)
	hidden := records[0].Ref()
	s := signing(records, func(r *ehrdesk.Record) bool { return r.Ref() != hidden })
	if s.has(ehrdesk.Ref{Resource: provenance, ID: "s0"}) || !s.has(ehrdesk.Ref{Resource: provenance, ID: "s1"}) || len(s.folded) != 2 || len(s.by(records[2].Ref())) != 1 || len(s.by(hidden)) != 0 {
		t.Errorf("%+v", s)
	}
	if r, ok := s.find(ehrdesk.Ref{Resource: provenance, ID: "s2"}); !ok || r.ID != "s2" {
		t.Errorf("%+v, %t", r, ok)
	}
	if s := signing(signedRecords(3, false), func(*ehrdesk.Record) bool { return true }); s.broken != nil || s.first != nil {
		t.Errorf("nothing is signed: %+v", s)
	}
}

func BenchmarkSigning(b *testing.B) {
	for name, sign := range map[string]bool{"5,000 signed": true, "none of 10,000": false} {
		b.Run(name, func(b *testing.B) {
			records := signedRecords(5000, sign)
			for b.Loop() {
				signing(records, func(*ehrdesk.Record) bool { return true })
			}
		})
	}
}
