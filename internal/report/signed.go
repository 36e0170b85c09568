package report

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// A signed report is a text that anybody can read, and below it a JWS (ES256) over the
// SHA-256 of every byte above.
const (
	begin = "-----BEGIN EHRDESK REPORT SIGNATURE-----\n"
	end   = "-----END EHRDESK REPORT SIGNATURE-----\n"
	wide  = 64 // columns of the signature

	signedType = "ehrdesk-report+jwt" // nothing else that a centre or a desk signs is taken for a report
)

// claims are what a signature says.
type claims struct {
	Issuer   string `json:"iss"`
	IssuedAt int64  `json:"iat"`
	Digest   string `json:"sha256"` // base64url
}

// Centre is who a report of the centre says it is by; a desk's says the desk's client id.
const Centre = "centre"

// Signed is a text with the signature of who makes the report, by a private key (P-256).
func Signed(text []byte, by string, key *ecdsa.PrivateKey, at time.Time) ([]byte, error) {
	failed := ehrdesk.Errorf("report", ehrdesk.CodeTampered, "the signing key cannot be used")
	public, err := thumbprint(key.Public())
	if err != nil {
		return nil, failed
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{}).WithType(signedType).WithHeader("kid", public))
	if err != nil {
		return nil, failed
	}
	if len(text) == 0 || text[len(text)-1] != '\n' {
		text = append(bytes.Clone(text), '\n')
	}
	body, err := json.Marshal(claims{by, at.Unix(), digest(text)})
	if err != nil {
		return nil, failed
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return nil, failed
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		return nil, failed
	}
	return attach(text, compact), nil
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// thumbprint names a public key (RFC 7638).
func thumbprint(public any) (string, error) {
	k := jose.JSONWebKey{Key: public}
	sum, err := k.Thumbprint(crypto.SHA256)
	return base64.RawURLEncoding.EncodeToString(sum), err
}

// attach is the one way in which a text and a signature are written together.
func attach(text []byte, compact string) []byte {
	var b bytes.Buffer
	b.Write(text)
	b.WriteString(begin)
	for len(compact) > 0 {
		n := min(wide, len(compact))
		b.WriteString(compact[:n] + "\n")
		compact = compact[n:]
	}
	b.WriteString(end)
	return b.Bytes()
}

// strict reports that no part of a signature can be written in another way: the last
// character of base64 has bits that a reader may pass over.
func strict(compact string) bool {
	for part := range strings.SplitSeq(compact, ".") {
		if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return false
		}
	}
	return true
}

// Finding is what comes of checking a report.
type Finding string

// What may be found.
const (
	OK       Finding = "ok"
	Altered  Finding = "altered"   // there is a signature, and it does not hold: something was changed since
	OtherKey Finding = "other-key" // signed by a key that whoever checks does not know
	Unsigned Finding = "unsigned"  // there is no signature at all
)

// Checked is a report that was held against its signature: By and At are what the signer
// says, and stand only where the signature holds.
type Checked struct {
	Finding Finding
	By      string
	At      time.Time
	Signer  *Signer // whose key By is, as whoever checks knows them; nil of the centre's
	// LineEnds says of an altered report that with the line ends it was signed with it holds:
	// a mail or an editor has changed these, and nothing else.
	LineEnds bool
}

// Signer is the person whose key signed a report, at their provider.
type Signer struct {
	Staff, Name, HCP, HCPName string
	Role                      ehrdesk.Profession
	Since, Ended              time.Time // of the key; zero where that is not known, or has not come
}

// maxSignature bounds what is read as a signature, in bytes.
const maxSignature = 8 << 10

// Check holds a report against the keys that may have signed it: those of who it says has.
// Every byte counts: a line end that another program changed is an alteration, and said to be
// one where it is all that was.
func Check(b []byte, keys func(issuer string) []any) Checked {
	found := check(b, keys)
	if found.Finding == Altered && bytes.Contains(b, []byte("\r\n")) {
		found.LineEnds = check(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), keys).Finding == OK
	}
	return found
}

// bears is whether there is a line of a signature in what is no signed report any more: with
// other line ends, quoted in a mail, written in two bytes a letter.
func bears(b []byte) bool {
	for line := range bytes.Lines(bytes.ReplaceAll(b, []byte{0}, nil)) {
		switch strings.Trim(string(line), "> \t\r\n\ufeff") {
		case strings.TrimSpace(begin), strings.TrimSpace(end):
			return true
		}
	}
	return false
}

func check(b []byte, keys func(issuer string) []any) Checked {
	at := bytes.LastIndex(b, []byte("\n"+begin))
	if at < 0 {
		if bears(b) {
			return Checked{Finding: Altered}
		}
		return Checked{Finding: Unsigned}
	}
	text, rest := b[:at+1], string(b[at+1+len(begin):])
	if len(rest) > maxSignature || !strings.HasSuffix(rest, end) {
		return Checked{Finding: Altered}
	}
	compact := strings.ReplaceAll(strings.TrimSuffix(rest, end), "\n", "")
	if !bytes.Equal(attach(text, compact), b) || !strict(compact) {
		return Checked{Finding: Altered}
	}
	obj, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(obj.Signatures) != 1 || obj.Signatures[0].Header.ExtraHeaders[jose.HeaderType] != signedType {
		return Checked{Finding: Altered}
	}
	var said claims
	if json.Unmarshal(obj.UnsafePayloadWithoutVerification(), &said) != nil {
		return Checked{Finding: Altered}
	}
	known := false
	for _, k := range keys(said.Issuer) {
		if _, err := obj.Verify(k); err != nil {
			name, err := thumbprint(k)
			known = known || err == nil && name == obj.Signatures[0].Header.KeyID
			continue
		}
		if digest(text) != said.Digest {
			return Checked{Finding: Altered}
		}
		return Checked{Finding: OK, By: said.Issuer, At: time.Unix(said.IssuedAt, 0).UTC()}
	}
	if known {
		return Checked{Finding: Altered}
	}
	return Checked{Finding: OtherKey}
}
