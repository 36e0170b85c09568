package directory

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// Resource is a record or a Provenance with its bytes.
type Resource struct {
	Ref     ehrdesk.Ref
	Version string
	Body    []byte
}

// mostSignatures is how many signatures of one Provenance are looked at.
const mostSignatures = 16

// Check holds the signatures in Provenances against a record, oldest first. One that was made over an earlier version of a
// record, which somebody has put right and signed again since, is of another version and not invalid.
func (k *Keys) Check(record Resource, provenances []Resource) []ehrdesk.Signature {
	var out []ehrdesk.Signature
	for _, p := range provenances {
		out = append(out, k.check(record, p)...)
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Signature) int { return a.At.Compare(b.At) })
	for i := range out {
		s := &out[i]
		if s.State == ehrdesk.SignatureInvalid && s.Why == ehrdesk.WhyAltered && slices.ContainsFunc(out, func(later ehrdesk.Signature) bool {
			return later.State == ehrdesk.SignatureValid && !later.At.Before(s.At)
		}) {
			s.State, s.Why = ehrdesk.SignatureOther, ""
		}
	}
	return out
}

// Broken reports a signature that does not hold.
func Broken(signatures []ehrdesk.Signature) bool {
	return slices.ContainsFunc(signatures, func(s ehrdesk.Signature) bool { return s.State == ehrdesk.SignatureInvalid })
}

// check is Check of one Provenance.
func (k *Keys) check(record, p Resource) (out []ehrdesk.Signature) {
	prov, err := r4.Parse(p.Body)
	if err != nil {
		return nil
	}
	targets, here, version := 0, false, ""
	r4.Each(prov.Raw("target"), func(v r4.Value) {
		targets++
		literal := r4.ObjectOf(v).Text("reference")
		if r4.Target(literal) == record.Ref && !here {
			_, named, _ := strings.Cut(literal, "/_history/")
			here, version = true, named
		}
	})
	if !here {
		return nil
	}
	r4.Each(prov.Raw("signature"), func(v r4.Value) {
		if len(out) == mostSignatures {
			return
		}
		s := r4.ObjectOf(v)
		data, err := base64.StdEncoding.DecodeString(s.Text("data"))
		if err != nil {
			data = []byte(s.Text("data")) // no signature, and said to be none
		}
		asked := &asking{Keys: k}
		found := signature.Verify(record.Body, data, s.Text("sigFormat"), asked)
		one := ehrdesk.Signature{By: p.Ref, State: states[found.State], Who: found.Who, At: found.At, Why: reasons[found.Why], Doubted: k.doubted[asked.named]}
		if pinned, ok := k.pins[asked.named]; ok {
			one.Seen = pinned.Seen
			if one.State == ehrdesk.SignatureValid {
				one.Provider, one.Certificate = pinned.HCP, k.certificate(&pinned, found.Chain, found.At)
			}
		}
		altered := one.State == ehrdesk.SignatureInvalid && found.Why == signature.Altered
		switch {
		case found.State == signature.None: // a signature without data: there is nothing to hold against anything
			one.State, one.Why = ehrdesk.SignatureUnchecked, ehrdesk.WhyOtherKind
		case altered && version != "" && version != record.Version:
			one.State, one.Why, one.Version = ehrdesk.SignatureOther, "", ehrdesk.CleanLine(version)
		case altered && targets > 1: // over which of them, and how, it does not say
			one.State, one.Why = ehrdesk.SignatureUnchecked, ehrdesk.WhyNoForm
		}
		out = append(out, one)
	})
	return out
}

// states and reasons are the words for what was found, in the order of internal/signature.
var (
	states = [...]ehrdesk.SignatureState{signature.None: "", signature.Valid: ehrdesk.SignatureValid, signature.Invalid: ehrdesk.SignatureInvalid,
		signature.UnknownSigner: ehrdesk.SignatureUnknown, signature.Unchecked: ehrdesk.SignatureUnchecked}
	reasons = [...]ehrdesk.SignatureWhy{signature.NoReason: "", signature.Altered: ehrdesk.WhyAltered, signature.KeyEnded: ehrdesk.WhyKeyEnded, signature.NoForm: ehrdesk.WhyNoForm,
		signature.OtherKind: ehrdesk.WhyOtherKind, signature.Unreadable: ehrdesk.WhyUnreadable}
)
