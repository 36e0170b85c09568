// Package shlink is the form of SMART Health Links: a link whose holder fetches a file that the host cannot read, and the file,
// sealed as a JWE (RFC 7516, compact, "dir" with A256GCM). It promises that a file opens by its own key alone, that nothing
// that a host sends is inflated beyond a bound, and that a link says no more than it needs. No I/O and no clock; fetching is in
// internal/shlink/fetch. Source: HL7 SMART Health Cards and Links, STU 1.
package shlink

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
)

// KeySize is how long a link's key is, in bytes. Source: "dir" with A256GCM, RFC 7518 §5.3.
const KeySize = 32

const (
	nonceSize = 12 // RFC 7518 §5.3: 96 bits
	tagSize   = 16 // and 128
	mostHead  = 2 << 10
)

// TypeFHIR is the media type of a file that is a FHIR resource.
const TypeFHIR = "application/fhir+json"

var (
	// ErrForm is of what is no sealed file, or one in another way than a link's.
	ErrForm = errors.New("not a file of a SMART Health Link")
	// ErrKey is of a file that this key does not open, or that was changed.
	ErrKey = errors.New("the key does not open the file, or the file was changed")
	// ErrTooLarge is of a file that is longer than the bound once it is unpacked.
	ErrTooLarge = errors.New("the file is too large")
)

// header is a JWE's protected header, as a link's file has it.
type header struct {
	Algorithm   string `json:"alg"`
	Encryption  string `json:"enc"`
	ContentType string `json:"cty,omitempty"`
	Zip         string `json:"zip,omitempty"`
}

// NewKey is a key by chance.
func NewKey() (key [KeySize]byte) {
	_, _ = rand.Read(key[:]) // it never fails
	return key
}

// Seal seals a file of a media type, deflated. A key may seal any number of files that a person makes: each has a nonce by chance.
func Seal(file []byte, contentType string, key [KeySize]byte) (string, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return "", err
	}
	_, err = w.Write(file)
	if err = errors.Join(err, w.Close()); err != nil {
		return "", err
	}
	head, err := json.Marshal(header{"dir", "A256GCM", contentType, "DEF"})
	if err != nil {
		return "", err
	}
	var nonce [nonceSize]byte
	_, _ = rand.Read(nonce[:]) // it never fails
	protected := encoded(head)
	sealed, tag, err := encrypt(packed.Bytes(), key[:], nonce[:], []byte(protected))
	if err != nil {
		return "", err
	}
	return strings.Join([]string{protected, "", encoded(nonce[:]), encoded(sealed), encoded(tag)}, "."), nil
}

// Open gives the file that is sealed, of at most so many bytes, and its media type. Errors: ErrForm, ErrKey, ErrTooLarge.
func Open(sealed string, key [KeySize]byte, most int) (file []byte, contentType string, err error) {
	parts := strings.Split(strings.TrimSpace(sealed), ".")
	if len(parts) != 5 || parts[1] != "" || len(parts[0]) > mostHead {
		return nil, "", ErrForm
	}
	var raw [5][]byte
	for i, p := range parts {
		if raw[i], err = base64.RawURLEncoding.Strict().DecodeString(p); err != nil || strings.ContainsAny(p, "\r\n") {
			return nil, "", ErrForm
		}
	}
	head, err := readHeader(raw[0])
	if err != nil || len(raw[2]) != nonceSize || len(raw[4]) != tagSize {
		return nil, "", ErrForm
	}
	file, err = decrypt(raw[3], raw[4], key[:], raw[2], []byte(parts[0]))
	if err != nil {
		return nil, "", ErrKey
	}
	if head.Zip == "DEF" {
		file, err = inflated(file, most)
	}
	if err == nil && len(file) > most {
		err = ErrTooLarge
	}
	if err != nil {
		return nil, "", err
	}
	return file, head.ContentType, nil
}

// readHeader reads a protected header. One that asks for what is not known here is refused, as RFC 7516 §4.1.13 has it.
func readHeader(b []byte) (header, error) {
	var all map[string]any
	var h header
	if json.Unmarshal(b, &all) != nil || json.Unmarshal(b, &h) != nil { // a member that stands twice is an error
		return h, ErrForm
	}
	_, critical := all["crit"]
	if critical || h.Algorithm != "dir" || h.Encryption != "A256GCM" || h.Zip != "" && h.Zip != "DEF" {
		return h, ErrForm
	}
	return h, nil
}

func inflated(packed []byte, most int) ([]byte, error) {
	r := flate.NewReader(bytes.NewReader(packed))
	b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	switch {
	case len(b) > most:
		return nil, ErrTooLarge
	case err != nil:
		return nil, ErrForm
	}
	return b, nil
}

func encrypt(plain, key, nonce, with []byte) (sealed, tag []byte, err error) {
	a, err := gcm(key)
	if err != nil {
		return nil, nil, err
	}
	all := a.Seal(nil, nonce, plain, with)
	return all[:len(all)-tagSize], all[len(all)-tagSize:], nil
}

func decrypt(sealed, tag, key, nonce, with []byte) ([]byte, error) {
	a, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return a.Open(nil, nonce, append(sealed[:len(sealed):len(sealed)], tag...), with)
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
