package chart

import (
	"fmt"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// signedRecords are n observations and, where they are signed, a Provenance for each as this program writes them, of provider.
func signedRecords(t testing.TB, n int, sign bool, provider string) []*ehrdesk.Record {
	t.Helper()
	var out []*ehrdesk.Record
	for i := range n {
		out = append(out, &ehrdesk.Record{Kind: ehrdesk.KindObservation, Resource: "Observation", ID: fmt.Sprintf("o%d", i)})
		if !sign {
			out = append(out, &ehrdesk.Record{Kind: ehrdesk.KindObservation, Resource: "Observation", ID: fmt.Sprintf("p%d", i)})
			continue
		}
		r, err := r4.Read([]byte(fmt.Sprintf(`{"resourceType":"Provenance","id":"s%d","target":[{"reference":"Observation/o%d"}],"recorded":"2026-11-21T09:41:00.000Z",
			"activity":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-DataOperation","code":"CREATE","display":"create"}]},
			"agent":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/provenance-participant-type","code":"author","display":"Author"}]},
			"who":{"type":"Practitioner","identifier":{"system":"urn:example:hk:staff","value":"drlee@%[3]s"},"display":"Dr LEE"},
			"onBehalfOf":{"type":"Organization","identifier":{"system":"urn:example:hk:hcp","value":%[3]q},"display":"Harbour Clinic"}}]}`, i, i, provider)))
		if err != nil {
			t.Fatal(err)
		}
		rec := r.Record()
		out = append(out, &rec)
	}
	return out
}

const us, them = "1234567890", "9876543210"

// A Provenance is folded under the record that it is of where that is shown; of a record that is not, it stays a row.
func TestAProvenanceIsFoldedUnderWhatItIsOf(t *testing.T) {
	records := signedRecords(t, 3, true, us)
	hidden := records[0].Ref()
	s := signing(records, us, func(r *ehrdesk.Record) bool { return r.Ref() != hidden })
	if s.has(ehrdesk.Ref{Resource: provenance, ID: "s0"}) || !s.has(ehrdesk.Ref{Resource: provenance, ID: "s1"}) || len(s.folded) != 2 || len(s.by(records[2].Ref())) != 1 || len(s.by(hidden)) != 0 {
		t.Errorf("%+v", s)
	}
	if r, ok := s.find(ehrdesk.Ref{Resource: provenance, ID: "s2"}); !ok || r.ID != "s2" {
		t.Errorf("%+v, %t", r, ok)
	}
	if s := signing(signedRecords(t, 3, false, us), us, func(*ehrdesk.Record) bool { return true }); s.found != nil || s.first != nil {
		t.Errorf("nothing is signed: %+v", s)
	}
}

// A Provenance that names this provider counts unless a signature in it does not hold, or others alone have signed it; what is
// wrong in another Provenance takes nothing from it.
func TestAClaimToBeThisProvidersIsHeldAgainstTheSignatures(t *testing.T) {
	ref := ehrdesk.Ref{Resource: "Observation", ID: "o"}
	provenance := func(id, provider string) directory.Resource {
		return directory.Resource{Ref: ehrdesk.Ref{Resource: "Provenance", ID: id}, Body: []byte(`{"resourceType":"Provenance","id":"` + id + `","target":[{"reference":"Observation/o"}],
			"agent":[{"who":{"display":"x"},"onBehalfOf":{"identifier":{"system":"urn:example:hk:hcp","value":"` + provider + `"}}}]}`)}
	}
	by := func(id string, s ehrdesk.SignatureState, provider string) ehrdesk.Signature {
		return ehrdesk.Signature{By: ehrdesk.Ref{Resource: "Provenance", ID: id}, State: s, Provider: provider}
	}
	for name, c := range map[string]struct {
		provenances []directory.Resource
		found       []ehrdesk.Signature
		want        ehrdesk.RecordMark
	}{
		"signed by us":                {[]directory.Resource{provenance("a", us)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureValid, us)}, ehrdesk.MarkOwn | ehrdesk.MarkHolds},
		"not signed":                  {[]directory.Resource{provenance("a", us)}, nil, ehrdesk.MarkOwn},
		"by an unknown key":           {[]directory.Resource{provenance("a", us)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureUnknown, "")}, ehrdesk.MarkOwn},
		"by a certificate":            {[]directory.Resource{provenance("a", us)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureValid, "")}, ehrdesk.MarkOwn},
		"signed by others alone":      {[]directory.Resource{provenance("a", us)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureValid, them)}, ehrdesk.MarkClaimed},
		"signed by us and another":    {[]directory.Resource{provenance("a", us)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureValid, them), by("a", ehrdesk.SignatureValid, us)}, ehrdesk.MarkOwn | ehrdesk.MarkHolds},
		"not as signed":               {[]directory.Resource{provenance("a", us)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureInvalid, "")}, ehrdesk.MarkBroken | ehrdesk.MarkClaimed},
		"another's is not as signed":  {[]directory.Resource{provenance("a", us), provenance("b", them)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureValid, us), by("b", ehrdesk.SignatureInvalid, "")}, ehrdesk.MarkBroken | ehrdesk.MarkOwn | ehrdesk.MarkHolds},
		"signed by us, named another": {[]directory.Resource{provenance("b", them)}, []ehrdesk.Signature{by("b", ehrdesk.SignatureValid, us)}, 0},
		"of an earlier version":       {[]directory.Resource{provenance("a", us), provenance("b", us)}, []ehrdesk.Signature{by("a", ehrdesk.SignatureOther, ""), by("b", ehrdesk.SignatureValid, us)}, ehrdesk.MarkOwn | ehrdesk.MarkHolds},
		"nothing":                     {nil, nil, 0},
	} {
		if got := marksOf(ref, us, c.provenances, c.found); got != c.want {
			t.Errorf("%s: %b, want %b", name, got, c.want)
		}
	}
	if got := marksOf(ehrdesk.Ref{Resource: "Observation", ID: "other"}, us, []directory.Resource{provenance("a", us)}, nil); got != 0 {
		t.Errorf("of another record: %b", got)
	}
	if got := marksOf(ref, "", []directory.Resource{provenance("a", "")}, nil); got != 0 {
		t.Errorf("of no provider: %b", got)
	}
}

// Who wrote is known with the fold, before anything was looked at.
func TestWhoWroteIsKnownWhenTheRecordsFold(t *testing.T) {
	for provider, want := range map[string]bool{us: true, them: false} {
		s := signing(signedRecords(t, 2, true, provider), us, func(*ehrdesk.Record) bool { return true })
		i := s.first[ehrdesk.Ref{Resource: "Observation", ID: "o1"}]
		if i <= 0 || s.links[i-1].own != want {
			t.Errorf("%s: %+v", provider, s.links)
		}
	}
}

func BenchmarkSigning(b *testing.B) {
	for name, sign := range map[string]bool{"5,000 signed": true, "none of 10,000": false} {
		b.Run(name, func(b *testing.B) {
			records := signedRecords(b, 5000, sign, us)
			for b.Loop() {
				signing(records, us, func(*ehrdesk.Record) bool { return true })
			}
		})
	}
}
