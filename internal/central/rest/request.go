package rest

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
)

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

// Has reports whether whoever reads a resource says that they have a version of it already:
// If-None-Match, by weak comparison (RFC 9110, 13.1.2).
func Has(r *http.Request, version int64) bool {
	own := strings.TrimPrefix(ETag(version), "W/")
	for _, line := range r.Header.Values("If-None-Match") {
		for tag := range strings.SplitSeq(line, ",") {
			if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == own {
				return true
			}
		}
	}
	return false
}
