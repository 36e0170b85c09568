package ehrdesk

import (
	"slices"
	"strings"
)

// EnteredInError is FHIR's status of a record that should never have been: it is
// struck through, and counts nowhere.
const EnteredInError = "entered-in-error"

// Void reports a record that was entered in error.
func (r *Record) Void() bool { return r.Status == EnteredInError }

// Codes are the state's codes in FHIR's spelling. A code counts where FHIR
// defines its system, or no system is given; a state in words alone counts where
// the words are a code's ("Entered in error").
func (s State) Codes() []string {
	var out []string
	for _, k := range s.Concept.Codings {
		if k.fhirs() {
			out = append(out, strings.ToLower(k.Code))
		}
	}
	if len(out) == 0 {
		if words := s.Concept.Words(); words != "" {
			out = append(out, spelled(words))
		}
	}
	return out
}

// spelled is words in the spelling of a code: "Entered in error" is entered-in-error.
func spelled(words string) string {
	if !strings.ContainsAny(words, " _-.") {
		return strings.ToLower(words)
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '.' }), "-")
}

// says reports a code among the state's, or its words as text or display of any:
// what takes a record back counts wherever it stands.
func (s State) says(code string) bool {
	for i := range s.Concept.Codings {
		if k := &s.Concept.Codings[i]; k.fhirs() && strings.EqualFold(k.Code, code) || spelled(k.Display) == code {
			return true
		}
	}
	return spelled(s.Concept.Text) == code || !slices.ContainsFunc(s.Concept.Codings, Coding.fhirs) && spelled(s.Concept.Words()) == code
}

// fhirs reports a code of a system that FHIR defines, or of none.
func (k Coding) fhirs() bool {
	return k.Code != "" && (k.System == "" || strings.HasPrefix(k.System, "http://terminology.hl7.org/") || strings.HasPrefix(k.System, "http://hl7.org/fhir/"))
}

// deciding are the elements that a record's one status comes from, the first that
// is there. What is in error or refuted in any of them decides before.
var deciding = [...]StateElement{StateClinical, StateStatus, StateLifecycle, StateDocument, StateVerification}

// spoken are statuses that senders write out ("Resolved", "In remission").
var spoken = [...]string{"active", "inactive", "resolved", "remission", "recurrence", "relapse", "refuted", EnteredInError}

// Status is the one code that decides how a record stands: entered in error in
// whatever element, then refuted, then its clinical status, its status. A state
// that is no code of FHIR's comes back in the sender's words, "" where there is
// none.
func (f *Facts) Status() string {
	for _, code := range [...]string{EnteredInError, "refuted"} {
		for _, s := range f.States {
			if slices.Contains(deciding[:], s.Element) && s.says(code) {
				return code
			}
		}
	}
	for _, e := range deciding[:len(deciding)-1] {
		s, ok := f.State(e)
		if !ok {
			continue
		}
		if codes := s.Codes(); len(codes) > 0 && (slices.ContainsFunc(s.Concept.Codings, Coding.fhirs) || slices.Contains(spoken[:], codes[0])) {
			return codes[0]
		}
		return s.Concept.Words()
	}
	return ""
}
