package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

const (
	clockTolerance = 2 * time.Minute
	// renewalTime is how long before its end a certificate is worth a note.
	renewalTime = 14 * 24 * time.Hour
)

// checkTrust says what a centre has to show beside TLS 1.3.
func (a *app) checkTrust() check {
	t, err := a.trust()
	if err == nil {
		_, err = t.HTTP()
	}
	switch {
	case err != nil:
		return check{"trust", "fail", ehrdesk.Message(err)}
	case t.Words() == "":
		return check{"trust", "ok", "TLS 1.3 and the authorities of the operating system"}
	}
	return check{"trust", "ok", "TLS 1.3 and " + t.Words()}
}

// checkPage says whether a server whose own page asks who signs in has what that takes, and
// as which app; nil for any other.
func (a *app) checkPage(ctx context.Context, d *client.Desk, who string) []check {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	by, missing, err := d.PageLacks(ctx, who)
	if !by {
		return nil
	}
	site, wrong := a.serverSite()
	switch {
	case wrong != nil:
		return []check{{"sign-in", "fail", ehrdesk.Message(wrong)}}
	case site.Smart == nil:
		return []check{{"sign-in", "fail", "the site's file does not say as which app this desk signs people in (server.smart.client_id)"}}
	case err != nil:
		return []check{{"sign-in", "fail", ehrdesk.Message(err)}}
	case len(missing) > 0:
		return []check{{"sign-in", "fail", "the server lacks for SMART App Launch: " + ehrdesk.CleanLine(strings.Join(missing, ", "))}}
	}
	words := "by the server's own page (SMART App Launch), as " + ehrdesk.CleanLine(site.Smart.ClientID)
	if !slices.Contains(site.Smart.Scopes, "offline_access") {
		return []check{{"sign-in", "ok", words + "; no token is kept, so each sign-in opens the page and scripts cannot (scope offline_access)"}}
	}
	return []check{{"sign-in", "ok", words + "; a token is kept, sealed under the passphrase"}}
}

// checkCentre asks the centre for nothing but its name, its clock and its certificate; one
// that signs people in by a page may ask who asks.
func (a *app) checkCentre(ctx context.Context, base string, elsewhere, page bool) []check {
	name := "centre"
	if elsewhere {
		name = "server"
	}
	u, err := url.Parse(base)
	if err != nil {
		return []check{{name, "fail", "the enrolled address cannot be read"}}
	}
	trust, err := a.trust()
	if err != nil {
		return nil // said already
	}
	web, err := trust.HTTP()
	if err != nil {
		return nil
	}
	address := ehrdesk.CleanLine(u.Host)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/metadata", nil)
	if err != nil {
		return []check{{name, "fail", "the enrolled address cannot be read"}}
	}
	sent := time.Now()
	res, err := web.Do(req)
	if err != nil {
		return []check{{name, "fail", address + ": " + client.TroubleOf(err).Error()}}
	}
	_ = res.Body.Close() // nothing of it is read
	out := []check{checkTLS(u, res.TLS, len(trust.Pins) > 0, sent), {name, "ok", address + " answers"}}
	if res.StatusCode != http.StatusOK && !(page && res.StatusCode == http.StatusUnauthorized) {
		out[1] = check{name, "fail", fmt.Sprintf("%s answers with status %d", address, res.StatusCode)}
	}
	return append(out, checkClock(res.Header.Get("Date"), sent, time.Since(sent)))
}

// checkTLS says how the line is secured, with what a site would pin.
func checkTLS(u *url.URL, s *tls.ConnectionState, pinned bool, now time.Time) check {
	if s == nil || len(s.PeerCertificates) == 0 {
		if u.Scheme == "https" {
			return check{"TLS", "fail", "no certificate was shown"}
		}
		return check{"TLS", "note", "none: the other end is on this machine"}
	}
	leaf := s.PeerCertificates[0]
	words := tls.VersionName(s.Version) + ", certificate until " + leaf.NotAfter.Local().Format("02-Jan-2006") + ", key " + client.Pin(leaf)
	if chains := s.VerifiedChains; len(chains) > 0 && len(chains[0]) > 1 {
		words += ", authority " + client.Pin(chains[0][len(chains[0])-1])
	}
	if pinned {
		words += ", pinned"
	}
	if left := leaf.NotAfter.Sub(now); left < renewalTime {
		return check{"TLS", "note", fmt.Sprintf("%s; it ends in %d days", words, int(left.Hours()/24))}
	}
	return check{"TLS", "ok", words}
}

// checkClock holds this desk's clock against the centre's, which tells whole seconds and
// read its own somewhere between the question and the answer.
func checkClock(date string, sent time.Time, took time.Duration) check {
	at, err := http.ParseTime(date)
	if err != nil {
		return check{"clock", "note", "the centre does not tell its time"}
	}
	off := sent.Add(took / 2).Sub(at).Round(time.Second)
	if off.Abs() > clockTolerance {
		return check{"clock", "fail", fmt.Sprintf("%s away from the centre's: set this machine's clock", off.Abs())}
	}
	return check{"clock", "ok", fmt.Sprintf("within %s of the centre's", max(off.Abs()+took/2, time.Second).Round(time.Second))}
}
