package rest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	json "github.com/go-json-experiment/json/v1"
)

// Cursor is where a list goes on. Clients carry it sealed: they can neither read
// nor change it, and it opens only for the account and the path it was made for.
type Cursor struct {
	Since  int64  `json:"s,omitempty"` // instant the list begins at
	At     int64  `json:"t"`           // the centre's clock at the first page
	Phase  int    `json:"p,omitempty"` // 0: the patient's own records, 1: linked ones
	After  int64  `json:"a,omitempty"` // last change (phase 0) or row (phase 1) given
	Total  int    `json:"n"`
	Count  int    `json:"c"`
	Search string `json:"q,omitempty"` // the form of a search
}

// Seal encrypts a cursor for who and where.
func (s *Server) Seal(cur Cursor, who *store.Account, where string) (string, error) {
	plain, err := json.Marshal(cur)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.page.NonceSize())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(s.page.Seal(nonce, nonce, plain, sealedFor(who, where))), nil
}

// Unseal opens a page. Errors: 422.
func (s *Server) Unseal(text string, who *store.Account, where string) (Cursor, error) {
	var cur Cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < s.page.NonceSize() {
		return cur, refusal.Invalid("This page is not one of this list.")
	}
	plain, err := s.page.Open(nil, b[:s.page.NonceSize()], b[s.page.NonceSize():], sealedFor(who, where))
	if err != nil || json.Unmarshal(plain, &cur) != nil {
		return cur, refusal.Invalid("This page is not one of this list.")
	}
	return cur, nil
}

func pageCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func sealedFor(who *store.Account, where string) []byte {
	return []byte(strings.Join([]string{who.HCP, who.Staff, string(who.Role), where}, "\x00"))
}

// Since is _since of a request, 0 for none. Errors: 422.
func Since(r *http.Request) (int64, error) {
	text := r.URL.Query().Get("_since")
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, refusal.Invalid("_since is an instant.")
	}
	return t.UnixMicro(), nil
}

// Count is a number of entries as asked for, most at most. Errors: 422.
func Count(text string, fallback, most int) (int, error) {
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, refusal.Invalid("_count is a number from 1.")
	}
	return min(n, most), nil
}

// Form reads a body that is a form; the query string is no part of it.
func Form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	body, err := Body(w, r, 64<<10)
	if err != nil {
		return nil, err
	}
	return ParseForm(r, body)
}

// ParseForm is Form of a body that was read.
func ParseForm(r *http.Request, body []byte) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, refusal.Malformed("The body is to be a form.")
	}
	form, err := url.ParseQuery(string(bytes.TrimSpace(body)))
	if err != nil {
		return nil, refusal.Malformed("The form is malformed.")
	}
	return form, nil
}

// IsCode is a name as staff ids, issuers and profiles have: 1 to 64 letters, digits,
// dots, hyphens and underscores.
func IsCode(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

// ETag is a version as HTTP has it.
func ETag(version int64) string { return `W/"` + strconv.FormatInt(version, 10) + `"` }
