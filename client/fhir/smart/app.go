package smart

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// App is what a site's file says of its desks as an app of its server.
type App struct {
	// ClientID is that of a public client, which has no secret.
	ClientID string `json:"client_id"`
	// Scopes are asked for beside openid and fhirUser; none are user/*.rs. With
	// offline_access a refresh token is kept at the desk, sealed under the passphrase.
	Scopes []string `json:"scopes,omitempty"`
	// Port of the redirect on this machine, 0 for any that is free (RFC 8252, 7.3).
	Port int `json:"port,omitempty"`
	// Browser is a program that is given the address to open, by its absolute path; ""
	// where whoever signs in opens it.
	Browser string `json:"browser,omitempty"`
}

// scopes are all that is asked for.
func (a App) scopes() []string {
	out := []string{"openid", "fhirUser"}
	if !slices.ContainsFunc(a.Scopes, records) {
		out = append(out, "user/*.rs")
	}
	for _, s := range a.Scopes {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// records reports a scope that gives leave to records.
func records(scope string) bool {
	return strings.HasPrefix(scope, "user/") || strings.HasPrefix(scope, "patient/") || strings.HasPrefix(scope, "system/")
}

// Check refuses what nobody could sign in by. Errors: CodeInvalid.
func (a App) Check() error {
	bad := func(words string) error {
		return ehrdesk.Errorf("site", ehrdesk.CodeInvalid, "the site's file: %s", words)
	}
	switch {
	case a.ClientID == "":
		return bad("smart has a client_id")
	case a.Port < 0 || a.Port > 65535 || a.Port > 0 && a.Port < 1024:
		return bad("smart's port is one from 1024 to 65535")
	case a.Browser != "" && !filepath.IsAbs(a.Browser):
		return bad("smart's browser is an absolute path")
	case slices.ContainsFunc(a.Scopes, func(s string) bool { return s == "" || strings.ContainsFunc(s, notInScope) }):
		return bad("a scope is one word")
	case slices.ContainsFunc(a.Scopes, func(s string) bool { return s == "launch" || strings.HasPrefix(s, "launch/") }):
		return bad("a clinician's desk chooses the patient itself: it asks for no launch scope")
	}
	return nil
}

// notInScope are the characters that no scope has (RFC 6749, 3.3).
func notInScope(r rune) bool { return r <= ' ' || r == '"' || r == '\\' || r > '~' }
