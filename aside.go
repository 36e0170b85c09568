package ehrdesk

// AsideReason says why a record that arrived is kept from the store and the
// screen: a fixed word, for the truth line, the access log and the centre.
type AsideReason string

// The reasons.
const (
	AsideDuplicate AsideReason = "duplicate-member" // a member stands twice in one object: two readers could see two records
	AsideText      AsideReason = "not-text"         // bytes that are no UTF-8
	AsideShape     AsideReason = "shape"            // no JSON object, or a member of a shape that FHIR does not allow it
	AsideType      AsideReason = "type"             // no resource type of FHIR R4
	AsideID        AsideReason = "id"               // no id, or one of another form than FHIR's
	AsideTooLarge  AsideReason = "too-large"        // too long or too deep
	AsideAnother   AsideReason = "another-patient"  // it names another patient: an incident
	AsideUnclear   AsideReason = "patient-unclear"  // whose it is cannot be told
	AsideLabelled  AsideReason = "restricted-label" // restricted by its own label, and sent without a release
	AsideRole      AsideReason = "role"             // of a kind that the person's profession may not see, and sent all the same
)

// AsideReasons lists all.
func AsideReasons() []AsideReason {
	return []AsideReason{AsideDuplicate, AsideText, AsideShape, AsideType, AsideID, AsideTooLarge, AsideAnother, AsideUnclear, AsideLabelled, AsideRole}
}

// Incident reports a reason that concerns somebody else's privacy.
func (r AsideReason) Incident() bool { return r == AsideAnother }

// Aside is one record that is kept aside. It names a record and holds nothing
// that the record says.
type Aside struct {
	Resource string // FHIR resource type, "" where it could not be read
	ID       string // logical id, "" where it could not be read
	Source   string // institution, where the record could be read and is this patient's or nobody's
	Reason   AsideReason
}

// Words name the record and the reason in fixed words and an id: for a log.
func (a Aside) Words() string {
	name := "a record"
	if a.Resource != "" {
		name = a.Resource
	}
	if a.ID != "" {
		name += "/" + a.ID
	}
	return name + ": " + string(a.Reason)
}

// Truth is what a copy is known to lack.
type Truth struct {
	Aside   []Aside // kept from the store and the screen
	Missing int     // records that the centre counts and that have not come
}
