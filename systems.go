package ehrdesk

// Identifier and code systems on the wire. No official URI is public, so these
// are plainly private ones, in one place.
const (
	SystemHKIC      = "urn:example:hk:hkic"
	SystemEHR       = "urn:example:hk:ehr-no"
	SystemHCP       = "urn:example:hk:hcp"
	SystemDocument  = "urn:example:hk:document:" // + DocumentType code, + ":" + issuer where one is needed
	SystemIssue     = "urn:example:hk:issue"     // why an operation refused, in OperationOutcome.issue.details
	SystemConsent   = "urn:example:hk:consent-category"
	ExtensionPrefix = "urn:example:hk:ext:" // + name

	// ExtensionTimeUncertain marks a time by a clock that was not known to be right.
	ExtensionTimeUncertain = ExtensionPrefix + "recorded-time-uncertain"
)

// System is the identifier system of d.
func (d Document) System() string {
	s := SystemDocument + d.Type
	if d.Issuer != "" {
		s += ":" + d.Issuer
	}
	return s
}

// Identifier is the system and value n is looked up by on the wire.
func (n Number) Identifier() (system, value string) {
	switch {
	case !n.HKIC.IsZero():
		return SystemHKIC, n.HKIC.Compact()
	case !n.EHR.IsZero():
		return SystemEHR, n.EHR.Compact()
	default:
		return n.Document.System(), n.Document.Number
	}
}
