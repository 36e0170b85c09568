package day

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// keySize is that of a list's key, for AES-256-GCM.
const keySize = 32

func newKey() (id string, key []byte, err error) {
	key = make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return "", nil, ehrdesk.E("day", ehrdesk.CodeOther, err)
	}
	return uuid.NewString(), key, nil
}

// lineName is a UUID (RFC 9562, version 8) made of what a line is of, by a key.
func lineName(key []byte, provider string, of []string) string {
	h := hmac.New(sha256.New, key)
	for _, s := range append([]string{"ehrdesk day name", provider}, of...) {
		_, _ = h.Write([]byte(s + "\x00"))
	}
	id := uuid.UUID(h.Sum(nil)[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id.String()
}

func digest(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// wrapPlace is what a key of the list is sealed for: this provider's list, this key, this reader.
func wrapPlace(provider, key, holder string) []byte {
	return []byte("ehrdesk day key\x00" + provider + "\x00" + key + "\x00" + holder)
}

// wordsPlace is what words are sealed for: one part of one line of one provider's list.
func wordsPlace(provider, line string, part ehrdesk.WordsPart) []byte {
	place := "ehrdesk day line\x00" + provider + "\x00" + line
	if part != ehrdesk.WordsWhole {
		place += "\x00" + string(part)
	}
	return []byte(place)
}

func sealed(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, ehrdesk.E("day", ehrdesk.CodeOther, err)
	}
	return cipher.NewGCM(block)
}

// sealWords seals a part of the words of a line. What is short is filled up, so that its size tells little.
func sealWords(key []byte, provider, line string, part ehrdesk.WordsPart, words []byte) ([]byte, error) {
	box, err := sealed(key)
	if err != nil {
		return nil, err
	}
	size := (len(words)/256 + 1) * 256
	if size > ehrdesk.MaxSealed-64 {
		return nil, ehrdesk.Errorf("day", ehrdesk.CodeInvalid, "a line of the day says too much")
	}
	plain := make([]byte, size)
	copy(plain, words)
	for i := len(words); i < size; i++ {
		plain[i] = ' ' // JSON with white space behind it is the same
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, ehrdesk.E("day", ehrdesk.CodeOther, err)
	}
	return box.Seal(nonce, nonce, plain, wordsPlace(provider, line, part)), nil
}

// open opens what sealWords has sealed. Errors: CodeTampered.
func open(key []byte, provider, line string, w ehrdesk.SealedWords) ([]byte, error) {
	box, err := sealed(key)
	if err != nil || len(w.Bytes) < box.NonceSize() {
		return nil, ehrdesk.Errorf("day", ehrdesk.CodeTampered, "a line's words cannot be opened")
	}
	plain, err := box.Open(nil, w.Bytes[:box.NonceSize()], w.Bytes[box.NonceSize():], wordsPlace(provider, line, w.Part))
	if err != nil {
		return nil, ehrdesk.Errorf("day", ehrdesk.CodeTampered, "a line's words cannot be opened")
	}
	return plain, nil
}
