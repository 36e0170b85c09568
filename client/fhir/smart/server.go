package smart

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Server is what a FHIR server says of how people sign in there.
type Server struct {
	issuer    string
	authorize string
	token     string
	keys      string // where the issuer's keys stand
	revoke    string // RFC 7009; "" where tokens end by themselves alone
	names     bool   // the answer names its issuer (RFC 9207)
}

// statement is a smart-configuration as far as it is read.
type statement struct {
	Issuer       string   `json:"issuer"`
	Keys         string   `json:"jwks_uri"`
	Authorize    string   `json:"authorization_endpoint"`
	Token        string   `json:"token_endpoint"`
	Revoke       string   `json:"revocation_endpoint"`
	Capabilities []string `json:"capabilities"`
	Challenges   []string `json:"code_challenge_methods_supported"`
	Names        bool     `json:"authorization_response_iss_parameter_supported"`
}

// needed are the capabilities without which nobody signs in here.
var needed = []string{"launch-standalone", "client-public", "sso-openid-connect"}

// lacks are what a statement does not say and has to, by its own names.
func (s statement) lacks() (out []string) {
	for _, c := range needed {
		if !slices.Contains(s.Capabilities, c) {
			out = append(out, c)
		}
	}
	if !slices.Contains(s.Challenges, "S256") {
		out = append(out, "code_challenge_methods_supported: S256")
	}
	for _, e := range []struct{ name, is string }{{"authorization_endpoint", s.Authorize}, {"token_endpoint", s.Token}, {"issuer", s.Issuer}, {"jwks_uri", s.Keys}} {
		if e.is == "" {
			out = append(out, e.name)
		}
	}
	return out
}

const configuration = ".well-known/smart-configuration"

// Look reads what a server says of signing in, and what of that is lacking: nobody can
// sign in where anything is. Errors: CodeNotFound where it says nothing, CodeTampered for
// what cannot be relied on, CodeOffline, CodeTimeout.
func Look(ctx context.Context, wire *fhir.Client) (Server, []string, error) {
	const op = "discover"
	ans, err := wire.Get(ctx, op, configuration)
	if err != nil {
		if ans.Status >= 400 && ans.Status < 500 && ans.Status != http.StatusTooManyRequests {
			err = ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the server has no SMART App Launch: it gives no %s", configuration)
		}
		return Server{}, nil, err
	}
	var s statement
	switch err := json.Unmarshal(ans.Body, &s); {
	case !jsontext.Value(ans.Body).IsValid(): // a log-in page of the network
		return Server{}, nil, ehrdesk.E(op, ehrdesk.CodeOffline, ehrdesk.TroubleStranger)
	case err != nil:
		return Server{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server's %s cannot be read", configuration)
	}
	if missing := s.lacks(); len(missing) > 0 {
		return Server{}, missing, nil
	}
	for _, u := range []string{s.Authorize, s.Token, s.Keys, s.Revoke} {
		if u != "" && !safe(wire.Base(), u) {
			return Server{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server names an address for signing in that is not reached by https")
		}
	}
	if s.Revoke != "" && origin(s.Revoke) != origin(s.Token) {
		return Server{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server ends tokens at another place than it gives them")
	}
	return Server{issuer: s.Issuer, authorize: s.Authorize, token: s.Token, keys: s.Keys, revoke: s.Revoke, names: s.Names}, nil, nil
}

// discover is Look for somebody who has to sign in. Errors: CodeInvalid, with all that is
// lacking, and as Look.
func discover(ctx context.Context, wire *fhir.Client) (Server, error) {
	s, missing, err := Look(ctx, wire)
	if err == nil && len(missing) > 0 {
		err = ehrdesk.Errorf("discover", ehrdesk.CodeInvalid, "nobody can sign in by SMART App Launch at this server: its %s lacks %s", configuration, strings.Join(missing, ", "))
	}
	return s, err
}

// safe reports whether an address is reached as safely as the server: by https, or, where
// the server is on this machine, on this machine.
func safe(base, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Fragment != "" || u.User != nil || u.Scheme == "http" && strings.HasPrefix(base, "https:") {
		return false
	}
	_, err = fhir.ParseBase(origin(address))
	return err == nil
}

// origin is the scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
