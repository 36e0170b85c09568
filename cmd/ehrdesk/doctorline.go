package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
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

// checkCentre asks the centre for nothing but its name, its clock and its certificate.
func (a *app) checkCentre(ctx context.Context, base string) []check {
	u, err := url.Parse(base)
	if err != nil {
		return []check{{"centre", "fail", "the enrolled address cannot be read"}}
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
		return []check{{"centre", "fail", "the enrolled address cannot be read"}}
	}
	sent := time.Now()
	res, err := web.Do(req)
	if err != nil {
		return []check{{"centre", "fail", address + ": " + client.TroubleOf(err).Error()}}
	}
	_ = res.Body.Close() // nothing of it is read
	out := []check{checkTLS(u, res.TLS, len(trust.Pins) > 0, sent), {"centre", "ok", address + " answers"}}
	if res.StatusCode != http.StatusOK {
		out[1] = check{"centre", "fail", fmt.Sprintf("%s answers with status %d", address, res.StatusCode)}
	}
	return append(out, checkClock(res.Header.Get("Date"), sent, time.Since(sent)))
}

// checkTLS says how the line is secured, with what a site would pin.
func checkTLS(u *url.URL, s *tls.ConnectionState, pinned bool, now time.Time) check {
	if s == nil || len(s.PeerCertificates) == 0 {
		if u.Scheme == "https" {
			return check{"TLS", "fail", "the centre showed no certificate"}
		}
		return check{"TLS", "note", "none: the centre is on this machine"}
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
