package client

import (
	"context"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhir/smart"
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
	if token == "" && ehrdesk.CodeOf(err) == ehrdesk.CodeNotSignedIn && c.FHIR != "" {
		err = nil // it shows nothing to who is nobody: what it says of itself is not tried
	}
	if err != nil {
		return Conformance{}, err
	}
	r := c.Report(time.Since(began))
	missing, err := lacks(ctx, wire)
	r.Findings = append(r.Findings, pageFinding(missing, err))
	return r, nil
}

// pageFinding is whether a server signs people in by its own page.
func pageFinding(missing []string, err error) caps.Finding {
	f := caps.Finding{Ability: "smart-app-launch", What: "signs people in by its own page, in a browser (SMART App Launch)", Is: "yes", How: "stated"}
	switch {
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
		f.Is, f.Harm, f.Means = string(caps.No), "none", "people sign in at the desk alone: --signin none"
	case err != nil:
		f.Is, f.How = "unknown", "not tried"
	case len(missing) > 0:
		f.Is, f.Harm, f.Means = string(caps.No), "none", "it lacks "+ehrdesk.CleanLine(strings.Join(missing, ", "))
	}
	return f
}

// lacks is what a server does not have for people to sign in by its own page.
func lacks(ctx context.Context, wire *fhir.Client) ([]string, error) {
	_, missing, err := smart.Look(ctx, wire)
	return missing, err
}

// PageLacks is what the server of a person who signs in by its own page does not have for
// that; by says whether they do. Errors: as smart.Look.
func (d *Desk) PageLacks(ctx context.Context, staff string) (by bool, missing []string, err error) {
	d.mu.Lock()
	_, p, err := d.locate(ctx, staff)
	d.mu.Unlock()
	if err != nil || p.Kind != Plain || p.SignIn != signInSmart {
		return false, nil, err
	}
	wire, err := d.wire(p.Central, nil)
	if err == nil {
		missing, err = lacks(ctx, wire)
	}
	return true, missing, err
}

// bearer is a token that somebody else got.
type bearer string

// Token implements fhir.TokenSource.
func (b bearer) Token(context.Context) (fhir.Token, error) { return fhir.Token{Value: string(b)}, nil }

// Reject implements fhir.TokenSource: there is no other.
func (b bearer) Reject(string) {}
