package ehrdesk

// RecordMark is what is known of a record's origin before it is opened, by the Provenances that came with it.
type RecordMark uint8

// The marks. Own and OwnHolds are never of a record of which the one Provenance that names this provider does not hold.
const (
	MarkBroken  RecordMark = 1 << iota // a signature on it was found not to hold
	MarkOwn                            // a Provenance says that this provider wrote it
	MarkHolds                          // with MarkOwn: and a signature in it was found to hold, by a key of this provider
	MarkClaimed                        // a Provenance says so of which it was found that this provider has not signed it as it stands
)

// Has reports a mark.
func (m RecordMark) Has(x RecordMark) bool { return m&x != 0 }

// RecordMarking is a chart that knows of rows who wrote them and what signatures on them are worth, of the signatures as far as
// it has come to them. It costs nothing to ask.
type RecordMarking interface {
	Marks(ref Ref) RecordMark
}

// OnBehalfOf is the role of a provider for which an author of a Provenance wrote. The identifier of that party has its system
// before it, as FHIR writes tokens: "system|value".
const OnBehalfOf = "onBehalfOf"

// WroteFor reports facts of a Provenance by which an author wrote for a provider. told is whether its agents are among the facts
// at all: they are not in those that were read by an earlier version of the program.
func (f *Facts) WroteFor(provider string) (is, told bool) {
	for i := range f.Parties {
		p := &f.Parties[i]
		told = told || p.Role == "agent" || p.Role == OnBehalfOf
		if provider != "" && p.Role == OnBehalfOf && len(p.Identifier) == len(SystemHCP)+1+len(provider) && p.Identifier[:len(SystemHCP)] == SystemHCP &&
			p.Identifier[len(SystemHCP)] == '|' && p.Identifier[len(SystemHCP)+1:] == provider {
			is = true
		}
	}
	return is, told
}
