package ehrdesk

import "time"

// Signature is one on a record, held against the record as it stands here and the keys that this desk knows.
type Signature struct {
	By    Ref // the Provenance that it stands in
	State SignatureState
	Who   string // of Valid, and of Invalid by a key that had ended: whose key it is
	// Provider is of Valid the number of the provider whose key it is; "" where it goes by a certificate.
	Provider string
	At       time.Time    // when it was made, by its own word; zero where it says nothing
	Why      SignatureWhy // of Invalid and Unchecked
	// Version is the version of the record that was signed, of OtherVersion where it says so.
	Version string
	Seen    time.Time // since when this desk knows the key; zero where it goes by a certificate
	// Certificate is, of Valid by a key that this desk knows, what the certificate beside it says.
	Certificate SignatureCertificate
	Doubted     bool // the centre has said something else of this key since: this desk goes by what it knew
}

// SignatureState is what a signature is worth. None of them says that what is signed is right.
type SignatureState string

// The states.
const (
	SignatureValid     SignatureState = "valid"
	SignatureInvalid   SignatureState = "invalid"
	SignatureUnknown   SignatureState = "unknown"       // by a key of which this desk does not know whose it is
	SignatureUnchecked SignatureState = "unchecked"     // it cannot be checked here
	SignatureOther     SignatureState = "other-version" // of another version of the record than the one that is shown
)

// SignatureWhy is why a signature does not hold, or cannot be checked.
type SignatureWhy string

// The reasons.
const (
	WhyAltered    SignatureWhy = "altered"    // the record is not what was signed, or it is by another key
	WhyKeyEnded   SignatureWhy = "key-ended"  // made when the key did not count
	WhyNoForm     SignatureWhy = "no-form"    // it does not say over which form of the record it is
	WhyOtherKind  SignatureWhy = "other-kind" // of a kind that is not checked here
	WhyUnreadable SignatureWhy = "unreadable" // its bytes are no signature
)

// SignatureCertificate is what a certificate beside a signature is worth. Whose the key is does not rest on it.
type SignatureCertificate string

// What can be said of one; "" where there is none.
const (
	CertificateGood     SignatureCertificate = "provider" // the signer's provider has certified the key as theirs, and it counted when it was signed
	CertificateUnknown  SignatureCertificate = "unknown"  // the site names no authority of the signer's provider to hold it against
	CertificateEnded    SignatureCertificate = "ended"    // by the provider, and it did not count when it was signed
	CertificateStranger SignatureCertificate = "stranger" // by somebody else than the authority of the signer's provider
	CertificateOther    SignatureCertificate = "other"    // it is of another key, another person or for another use
)

// SignatureReading is a chart that gives the Provenances that signatures stand in. They are no rows of their own.
type SignatureReading interface {
	// Signing are the records that sign others of the chart, in the order of the chart.
	Signing() []Record
}
