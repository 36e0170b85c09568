package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
)

// Conformance is what a FHIR R4 server was seen to do, and what that comes to for a desk.
type Conformance = caps.Report

// Examine asks a FHIR R4 server what it can do, by its statement and by probes that read
// what is nobody's record and change nothing. token is sent as a Bearer where it is not
// "". Errors: CodeInvalid for what is no FHIR R4 server, CodeNotSignedIn, CodeOffline,
// CodeTimeout.
func (d *Desk) Examine(ctx context.Context, base, token string) (Conformance, error) {
	var tokens fhir.TokenSource
	if token != "" {
		tokens = bearer(token)
	}
	wire, err := d.wire(base, tokens)
	if err != nil {
		return Conformance{}, err
	}
	began := time.Now()
	c, err := caps.Read(ctx, wire, d.opt.Now())
	if err != nil {
		return Conformance{}, err
	}
	return c.Report(time.Since(began)), nil
}

// bearer is a token that somebody else got.
type bearer string

// Token implements fhir.TokenSource.
func (b bearer) Token(context.Context) (fhir.Token, error) { return fhir.Token{Value: string(b)}, nil }

// Reject implements fhir.TokenSource: there is no other.
func (b bearer) Reject(string) {}
