package chart

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// withSignatures puts what the signatures on the opened record are worth below its head, each a reference to the Provenance that it
// stands in.
func (s *Screen) withSignatures(head []line, w int) []line {
	signatures := s.detail.value.Signatures
	if len(signatures) == 0 {
		return head
	}
	rule := head[len(head)-1]
	out := head[:len(head)-1]
	for i := range signatures {
		x := &signatures[i]
		style := theme.Muted
		switch x.State {
		case ehrdesk.SignatureInvalid:
			style = theme.Critical
		case ehrdesk.SignatureValid, ehrdesk.SignatureUnknown, ehrdesk.SignatureUnchecked, ehrdesk.SignatureOther:
		}
		out = linked(out, s.signature(x), style, x.By, w)
		if beside, apart := s.env.T.Signed.Beside(x.Certificate); apart {
			out = linked(out, s.env.S(beside), theme.Critical, ehrdesk.Ref{}, w)
		}
		if x.Doubted {
			out = linked(out, s.env.S(s.env.T.Signed.Doubted), theme.Critical, ehrdesk.Ref{}, w)
		}
	}
	return append(out, rule)
}

// linked wraps words in rows, the first of which leads to a record.
func linked(out []line, words string, style paint.Style, to ehrdesk.Ref, w int) []line {
	for i, t := range paint.Wrap(nil, words, w) {
		l := line{text: t, style: style}
		if i == 0 {
			l.link = to
		}
		out = append(out, l)
	}
	return out
}

// signature is what one is worth, in words.
func (s *Screen) signature(x *ehrdesk.Signature) string {
	e, t := s.env, &s.env.T.Signed
	words := e.S(t.Words(x))
	day := func(at time.Time) string { return ehrdesk.At(at.In(e.Now().Location())).DateTime() }
	switch {
	case x.State == ehrdesk.SignatureValid:
		words = text.Sprintf(words, ehrdesk.CleanLine(x.Who), s.signedAt(x))
		if !x.Seen.IsZero() {
			words += " · " + text.Sprintf(e.S(t.Known), ehrdesk.At(x.Seen.In(e.Now().Location())).Date())
		}
		if beside, apart := t.Beside(x.Certificate); x.Certificate != "" && !apart {
			words += " · " + e.S(beside)
		}
	case x.State == ehrdesk.SignatureOther && x.Version != "":
		words = text.Sprintf(words, ehrdesk.CleanLine(x.Version))
	case x.State == ehrdesk.SignatureOther:
		words = text.Sprintf(words, s.signedAt(x))
	case x.State == ehrdesk.SignatureInvalid && x.Why == ehrdesk.WhyKeyEnded:
		words = text.Sprintf(words, ehrdesk.CleanLine(x.Who), day(x.At))
	}
	return words
}

// signedAt is when a signature was made, by its own word.
func (s *Screen) signedAt(x *ehrdesk.Signature) string {
	if x.At.IsZero() {
		return s.env.S(s.env.T.Chart.NoDate)
	}
	return ehrdesk.At(x.At.In(s.env.Now().Location())).DateTime()
}

// broken reports a row of which it is known that a signature on it does not hold.
func (s *Screen) broken(r *ehrdesk.Record) bool {
	return s.book.Marks(r.Ref()).Has(ehrdesk.MarkBroken)
}

// signing gives a record that signs others and is no row of its own.
func (s *Screen) signing(ref ehrdesk.Ref) (ehrdesk.Record, bool) {
	c, reads := s.chart.(ehrdesk.SignatureReading)
	if !reads || ref.Resource != "Provenance" {
		return ehrdesk.Record{}, false
	}
	for _, r := range c.Signing() {
		if r.Ref() == ref {
			return r, true
		}
	}
	return ehrdesk.Record{}, false
}

// origin is the title of a Provenance: who it says has written or signed.
func (s *Screen) origin(r *ehrdesk.Record) string {
	f := r.Facts()
	for i := range f.Parties {
		if p := &f.Parties[i]; p.Role == "agent" && p.Display != "" {
			return text.Sprintf(s.env.S(s.env.T.Signed.OriginOf), ehrdesk.CleanLine(p.Display))
		}
	}
	return s.env.S(s.env.T.Signed.Origin)
}
