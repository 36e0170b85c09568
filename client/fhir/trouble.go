package fhir

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// LineError says what stands on the line by an error of net/http. It keeps URL and host out
// of the words: net/http puts both in. Errors: CodeTimeout, CodeOffline, with an ehrdesk.LineTrouble as
// the cause; CodeOther where the caller gave up.
func LineError(ctx context.Context, op string, err error) error {
	switch stalled := errors.Is(context.Cause(ctx), errStalled); {
	case stalled || errors.Is(ctx.Err(), context.DeadlineExceeded):
		return trouble(op, ehrdesk.TroubleSilent)
	case ctx.Err() != nil:
		return ehrdesk.E(op, ehrdesk.CodeOther, context.Canceled)
	}
	return trouble(op, TroubleOf(err))
}

// trouble is the error of an operation that something on the line stood in the way of.
func trouble(op string, t ehrdesk.LineTrouble) error {
	if t == ehrdesk.TroubleSilent {
		return ehrdesk.E(op, ehrdesk.CodeTimeout, t)
	}
	return ehrdesk.E(op, ehrdesk.CodeOffline, t)
}

// TroubleOf is what stands on the line by an error of Go's network and TLS libraries.
func TroubleOf(err error) ehrdesk.LineTrouble {
	var (
		untrusted x509.UnknownAuthorityError
		other     x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		dns       *net.DNSError
		ne        net.Error
	)
	switch {
	case errors.Is(err, errUnpinned):
		return ehrdesk.TroubleUnpinned
	case errors.As(err, &untrusted):
		return ehrdesk.TroubleUntrusted
	case errors.As(err, &other):
		return ehrdesk.TroubleOtherName
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return ehrdesk.TroubleExpired
	case errors.As(err, &verify), errors.As(err, &invalid):
		return ehrdesk.TroubleUntrusted
	case alertedBy(err, alertCertificateRequired):
		return ehrdesk.TroubleOwnNone
	case alertedBy(err, alertBadCertificate, alertCertificateRevoked, alertCertificateExpired, alertCertificateUnknown, alertUnknownCA, alertAccessDenied):
		return ehrdesk.TroubleOwnBad
	case errors.As(err, &record), errors.As(err, &alert), alerted(err), errors.Is(err, http.ErrSchemeMismatch):
		return ehrdesk.TroubleInsecure
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		return ehrdesk.TroubleSilent
	case errors.As(err, &dns):
		return ehrdesk.TroubleName
	case isOne(err, refusedCalls):
		return ehrdesk.TroubleRefused
	case isOne(err, noNetworkCalls):
		return ehrdesk.TroubleNetwork
	}
	return ehrdesk.TroubleCut
}

// alerted reports what one side of a TLS connection told the other before ending it:
// no version of TLS that both know, a handshake that failed.
func alerted(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error")
}

// The alerts by which a server says what is the matter with a client's certificate. Source:
// RFC 8446, 6.2.
const (
	alertBadCertificate      tls.AlertError = 42
	alertCertificateRevoked  tls.AlertError = 44
	alertCertificateExpired  tls.AlertError = 45
	alertCertificateUnknown  tls.AlertError = 46
	alertUnknownCA           tls.AlertError = 48
	alertAccessDenied        tls.AlertError = 49
	alertCertificateRequired tls.AlertError = 116
)

// alertedBy reports one of these alerts of the other side. Go has no type for an alert over
// TCP: it is known by the words that it has for the same one elsewhere.
func alertedBy(err error, alerts ...tls.AlertError) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && op.Err != nil &&
		slices.ContainsFunc(alerts, func(a tls.AlertError) bool { return op.Err.Error() == a.Error() })
}

func isOne(err error, of []error) bool {
	return slices.ContainsFunc(of, func(e error) bool { return errors.Is(err, e) })
}

// fromCentre reports whether an answer can be the centre's. A page for people, a
// redirection and the words of a proxy come from whoever stands on the line: a
// hotel's log-in page, a proxy that wants to know who asks. Nobody asks for a part of an
// answer either.
func fromCentre(res *http.Response) bool {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
		http.StatusProxyAuthRequired, http.StatusNetworkAuthenticationRequired, http.StatusPartialContent:
		return false
	}
	if res.StatusCode >= 500 {
		return true // it, or what stands before it, says that it is down
	}
	kind := strings.ToLower(res.Header.Get("Content-Type"))
	return !strings.HasPrefix(kind, "text/html") && !strings.HasPrefix(kind, "application/xhtml")
}

// spoken reports whether an answer can be FHIR's: JSON by its name, or by how it begins
// where its name says something else. What has no body says nothing of who sent it.
func spoken(kind string, body []byte) bool {
	kind, _, _ = mime.ParseMediaType(kind)
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	return len(body) == 0 || strings.HasSuffix(kind, "json") || body[0] == '{'
}

// octets reports an answer that is no text of whoever's: bytes that were asked for.
func octets(kind string) bool {
	kind, _, _ = mime.ParseMediaType(kind)
	return kind == "application/octet-stream"
}

// strange reports a refusal that the centre did not speak: one without an
// OperationOutcome. What FHIR lets a server say in the status alone is no such thing: that
// a record is not there, and who may ask how often.
func strange(method string, ans Answer) bool {
	switch ans.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusNotImplemented:
		return false
	case http.StatusNotFound, http.StatusGone:
		if method == http.MethodGet && len(bytes.TrimSpace(ans.Body)) == 0 {
			return false
		}
	case http.StatusMethodNotAllowed: // it does not do this, and has no more to say
		if len(bytes.TrimSpace(ans.Body)) == 0 {
			return false
		}
	case http.StatusPreconditionFailed, http.StatusConflict:
		if method == http.MethodPut {
			return false
		}
	}
	return ans.Status >= 300 && !outcomeIn(ans.Body)
}

// lineOf is what the head of an answer says of the line, nil where the centre gave it.
func lineOf(op string, res *http.Response) error {
	switch {
	case !fromCentre(res):
		return trouble(op, ehrdesk.TroubleStranger)
	case res.StatusCode == http.StatusBadGateway || res.StatusCode == http.StatusGatewayTimeout:
		return trouble(op, ehrdesk.TroubleServer)
	}
	return nil
}

// unspoken is the error of a refusal that the centre did not speak.
func unspoken(op string, ans Answer) error {
	if ans.Status >= 500 {
		return broken(op, ans.Status)
	}
	return trouble(op, ehrdesk.TroubleStranger)
}

// broken is the error of a status from 500 on: of a gateway that says that the centre is
// away, or, CodeOther, of this one thing.
func broken(op string, status int) error {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return trouble(op, ehrdesk.TroubleServer)
	}
	return ehrdesk.E(op, ehrdesk.CodeOther, ehrdesk.TroubleServer)
}

// unread is the error of an answer that is no FHIR: what is no JSON, or never
// says of what type it is, comes from whoever stands on the line, any other is broken. A
// page of records that is no JSON is broken too: it has to be told.
func unread(op, words string, body []byte) error {
	var o struct {
		Type string `json:"resourceType"`
	}
	if op != "sync" && !jsontext.Value(body).IsValid() || json.Unmarshal(body, &o) == nil && o.Type == "" {
		return trouble(op, ehrdesk.TroubleStranger)
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "%s", words)
}

// outcomeIn reports whether a body is an OperationOutcome.
func outcomeIn(body []byte) bool {
	var o struct {
		Type string `json:"resourceType"`
	}
	return json.Unmarshal(body, &o) == nil && o.Type == "OperationOutcome"
}

// oauthError reports whether a body is a refusal of an authorization server (RFC 6749, 5.2).
func oauthError(body []byte) bool {
	var o struct {
		Error string `json:"error"`
	}
	return json.Unmarshal(body, &o) == nil && o.Error != ""
}
