package client_test

import (
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// answering is somebody on the line who answers in the centre's place.
func answering(status int, kind, body string, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		if kind != "" {
			h.Set("Content-Type", kind)
		}
		for i := 0; i+1 < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
			Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
	}
}

func failing(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// troubles are what stands on a clinic's line, with what the desk says of each.
var troubles = map[string]struct {
	line func(*http.Request) (*http.Response, error)
	why  ehrdesk.LineTrouble

	damaged bool // it is no JSON
}{
	"nothing listens":           {failing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}), ehrdesk.TroubleRefused, false},
	"no route":                  {failing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}), ehrdesk.TroubleNetwork, false},
	"no such name":              {failing(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}), ehrdesk.TroubleName, false},
	"cut":                       {failing(io.ErrUnexpectedEOF), ehrdesk.TroubleCut, false},
	"another's certificate":     {failing(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "centre"}), ehrdesk.TroubleOtherName, false},
	"an unknown authority":      {failing(x509.UnknownAuthorityError{}), ehrdesk.TroubleUntrusted, false},
	"an old certificate":        {failing(x509.CertificateInvalidError{Reason: x509.Expired}), ehrdesk.TroubleExpired, false},
	"a hotel's log-in page":     {answering(200, "text/html; charset=utf-8", "<html>Welcome! Room number?"), ehrdesk.TroubleStranger, false},
	"one that has no name":      {answering(200, "", "<!doctype html><title>Log in"), ehrdesk.TroubleStranger, false},
	"one that says it is JSON":  {answering(200, "application/json", `{"login":"https://wifi.example/"}`), ehrdesk.TroubleStranger, false},
	"garbage":                   {answering(200, "application/fhir+json", `{"resourceType":"Bun`), ehrdesk.TroubleStranger, true},
	"an empty answer":           {answering(200, "application/fhir+json", ""), ehrdesk.TroubleStranger, true},
	"a redirection":             {answering(302, "", "", "Location", "https://wifi.example/"), ehrdesk.TroubleStranger, false},
	"network authentication":    {answering(511, "text/plain", "log in first"), ehrdesk.TroubleStranger, false},
	"a proxy that asks who":     {answering(407, "", ""), ehrdesk.TroubleStranger, false},
	"a gateway's own 400":       {answering(400, "text/plain", "Bad Request"), ehrdesk.TroubleStranger, false},
	"a gateway's own 404":       {answering(404, "text/plain", "404 page not found"), ehrdesk.TroubleStranger, false},
	"a gateway's own 404, JSON": {answering(404, "application/json", `{"message":"no Route matched with those values"}`), ehrdesk.TroubleStranger, false},
	"a gateway's own 409":       {answering(409, "", ""), ehrdesk.TroubleStranger, false},
	"500":                       {answering(500, "text/plain", "oops"), ehrdesk.TroubleServer, false},
	"502":                       {answering(502, "text/html", "<h1>Bad Gateway"), ehrdesk.TroubleServer, false},
	"503":                       {answering(503, "", ""), ehrdesk.TroubleServer, false},
	"504":                       {answering(504, "text/plain", ""), ehrdesk.TroubleServer, false},
}

// Whatever stands on the line, the copy opens, at sign-in and in a session, by what it is
// told; an act that may wait does, and nothing reads as if the centre had been tampered
// with.
func TestWhateverStandsOnTheLineTheCopyOpens(t *testing.T) {
	w, s, n := limited(t, client.Ceiling{})
	for name, tt := range troubles {
		t.Run(name, func(t *testing.T) {
			defer w.line.stands(nil)
			opens := func(s *client.Session) {
				t.Helper()
				f, err := s.Find(ctx, n)
				if err != nil || !f.Cached {
					t.Fatalf("cached %v: %v", f.Cached, err)
				}
				c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
				if err != nil {
					t.Fatal(err)
				}
				if got := count(c); got != 24 {
					t.Errorf("%d records are shown", got)
				}
				_, err = c.Sync(ctx, nil)
				damaged := tt.damaged && ehrdesk.CodeOf(err) == ehrdesk.CodeTampered // of records that is told
				if ehrdesk.TroubleOf(err) != tt.why && !damaged {
					t.Errorf("a sync says %v", err)
				}
				if got := count(c); got != 24 {
					t.Errorf("%d records are shown after a sync", got)
				}
				_ = c.Close()
				if tt.why != ehrdesk.TroubleServer && !tt.damaged {
					if l := s.Link(); l.State != ehrdesk.Offline || l.Why != tt.why {
						t.Errorf("the line is %v, %q", l.State, l.Why)
					}
				}
			}
			w.line.stands(tt.line)
			opens(s)
			late := w.signIn("drlee")
			opens(late)
			w.line.stands(nil)
			if f, err := late.Find(ctx, n); err != nil || f.Cached || late.Link().State != ehrdesk.Online {
				t.Errorf("when the line is back: cached %v, %v", f.Cached, err)
			}
			w.shut(late)
		})
	}
	w.shut(s)
}

// A withdrawal that a gateway refuses in its own words is not refused by the centre: it
// waits, and is sent.
func TestAGatewaysOwnRefusalIsNotTheCentres(t *testing.T) {
	for _, status := range []int{400, 404, 409} {
		w, s, n := limited(t, client.Ceiling{})
		w.line.stands(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "revoke") {
				return answering(status, "text/plain", "no")(r)
			}
			return http.DefaultTransport.RoundTrip(r)
		})
		wish := ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-9", DocumentSighted: true, RequestID: "2f4c1f6e-6f0f-4f3a-9d6b-5a1f6f3c1a11"}
		_, err := s.Revoke(ctx, wish)
		w.line.stands(nil)
		if err == nil {
			t.Errorf("%d: taken for an answer", status)
		}
		if f, err := s.Find(ctx, n); err != nil || f.Consent.State.Allows() {
			t.Errorf("%d: the chart still opens: %v", status, err)
		}
		w.clock.advance(time.Minute)
		if _, err := s.Poll(ctx); err != nil {
			t.Errorf("%d: %v", status, err)
		}
		if _, taken := w.told(n); taken != 1 {
			t.Errorf("%d: the centre has %d withdrawals", status, taken)
		}
		w.shut(s)
	}
}

// hold lets nothing through, either way, until what it gives is closed.
func (l *line) hold() (release chan struct{}) {
	release = make(chan struct{})
	l.stands(func(r *http.Request) (*http.Response, error) {
		select {
		case <-release:
			return http.DefaultTransport.RoundTrip(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	})
	return release
}

// On a line that is silent nobody waits for what the desk has: the copy is on the screen
// while the request still waits, and what the centre then says counts.
func TestOnASilentLineTheCopyIsShownWhileTheCentreIsStillAsked(t *testing.T) {
	w, s, n := limited(t, client.Ceiling{})
	w.shut(s)
	w.reopen(50 * time.Millisecond)
	release := make(chan struct{})
	var asked, givenUp atomic.Int32
	w.line.stands(func(r *http.Request) (*http.Response, error) {
		asked.Add(1)
		select {
		case <-release:
			return http.DefaultTransport.RoundTrip(r)
		case <-r.Context().Done():
			givenUp.Add(1)
			return nil, r.Context().Err()
		}
	})
	s = w.signIn("drlee") // the centre says nothing of it
	if asked.Load() == 0 || givenUp.Load() > 0 {
		t.Error("the desk waited until the request for a token was given up")
	}
	if l := s.Link(); l.State != ehrdesk.Offline || l.Why != ehrdesk.TroubleSilent {
		t.Errorf("the line is %v, %q", l.State, l.Why)
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil || count(c) != 24 {
		t.Fatal(err)
	}
	if givenUp.Load() > 0 {
		t.Error("the desk waited until the look-up was given up")
	}
	close(release)
	w.line.stands(nil)
	for late := time.After(patience); s.Link().State != ehrdesk.Online; { // by the prober, which nobody waits for
		select {
		case <-time.After(time.Millisecond):
		case <-late:
			t.Fatal("the line does not come back")
		}
	}
	_ = c.Close()
	w.shut(s)
}

// The copy is shown before the centre answers. What it then says counts all the same: a
// consent that has ended destroys the copy, and empties the chart that was opened from it.
func TestWhatTheCentreSaysLateStillCounts(t *testing.T) {
	w, s, n := limited(t, client.Ceiling{})
	w.shut(s)
	w.reopen(50 * time.Millisecond)
	s = w.signIn("drlee")
	if s.Link().State != ehrdesk.Online { // a machine that takes longer for that than the desk waits
		if _, err := s.Offer(ctx); err != nil {
			t.Fatal(err)
		}
	}
	w.patientActs(central.Person{Patient: ehrdesk.Patient{EHR: n.EHR}}, ehrdesk.ByApp, true)
	release := w.line.hold()
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil || count(c) != 24 {
		t.Fatal(err)
	}
	close(release)
	for late := time.After(patience); ; { // the chart is emptied first, and the copy destroyed
		kept, err := s.Copies(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if count(c) == 0 && len(kept) == 0 {
			break
		}
		select {
		case <-time.After(time.Millisecond):
		case <-late:
			t.Fatalf("%d records are shown, %d copies kept", count(c), len(kept))
		}
	}
	_ = c.Close()
	w.line.stands(nil)
	w.shut(s)
}

// Who was put out by the centre signs in on a silent line, and sees the copy. When the
// centre says so, late, the chart is emptied, and nothing opens any more: not when the line
// is cut right after it either.
func TestWhoWasPutOutIsOutWhenTheCentreSaysSoLate(t *testing.T) {
	for name, end := range map[string]func(w *world){
		"the account closed": func(w *world) { w.close("drlee") },
		"the account ended":  func(w *world) { w.ends("drlee", ehrdesk.AccountEnds, time.Time{}) },
	} {
		t.Run(name, func(t *testing.T) {
			w, s, n := limited(t, client.Ceiling{})
			w.shut(s)
			w.reopen(50 * time.Millisecond)
			end(w)
			release := w.line.hold()
			s = w.signIn("drlee")
			c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
			if err != nil || count(c) != 24 {
				t.Fatal(err)
			}
			close(release)
			for late := time.After(patience); count(c) > 0; {
				select {
				case <-time.After(time.Millisecond):
				case <-late:
					t.Fatalf("%d records are shown", count(c))
				}
			}
			w.line.stands(nil)
			w.line.set(true, nil)
			if _, err := s.Open(ctx, n, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
				t.Errorf("opened afterwards: %v", err)
			}
			_ = c.Close()
			_ = s.Close()
			if _, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied && ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
				t.Errorf("signed in afterwards: %v", err)
			}
		})
	}
}
