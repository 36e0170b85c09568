package main

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/authority"
)

// By script: an authority is made and sealed, a desk asks for a certificate, the authority
// issues it for the key that was told, the desk takes it, and doctor says until when.
func TestAnAuthorityCertifiesADeskByScript(t *testing.T) {
	p := newAtPage(t, "")
	p.server.Admit(nil)
	strong := p.beside("strong")
	if err := os.WriteFile(strong, []byte("tall ships leave the harbour 七十二\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ca, request, issued := p.beside("ca.key"), p.beside("request.pem"), p.beside("desk.pem")
	pass := []string{"--staff", "drlee", "--passphrase-file", p.beside("pass")}
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := p.run("", args...)
		if code != 0 {
			t.Fatalf("%q: %d %q %q", args[:2], code, out, errs)
		}
		return out
	}
	must("enrol", "--central", p.server.URL, "--server", "plain", "--signin", "none", "--staff", "drlee", "--role", "doctor", "--provider", "Kwai Chung Clinic", "--secrets", p.beside("secrets"))
	if code, _, _ := p.run("", "authority", "init", "--name", "Kwai Chung Clinic", "--out", ca, "--passphrase-file", p.beside("pass")); code != 2 { // 15 characters
		t.Errorf("an authority behind a short passphrase: %d", code)
	}
	must("authority", "init", "--name", "Kwai Chung Clinic", "--out", ca, "--passphrase-file", strong)
	if code, _, _ := p.run("", "authority", "init", "--name", "Kwai Chung Clinic", "--out", ca, "--passphrase-file", strong); code != 9 {
		t.Errorf("an authority is written over: %d", code)
	}
	sealed, err := os.ReadFile(ca)
	if err != nil || strings.Contains(string(sealed), "PRIVATE KEY") {
		t.Errorf("%v", err)
	}
	code, out, errs := p.run("", append([]string{"certificate", "request"}, pass...)...)
	_, pin, found := strings.Cut(errs, "sha256/")
	if !found || len(pin) < 44 {
		t.Fatalf("%d no pin in %q", code, errs)
	}
	pin = "sha256/" + pin[:44]
	if block, _ := pem.Decode([]byte(out)); code != 0 || block == nil || block.Type != "CERTIFICATE REQUEST" {
		t.Fatalf("%d %q %q", code, out, errs)
	}
	if err := os.WriteFile(request, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	other := "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	if code, _, _ := p.run("", "authority", "issue", "--key", ca, "--pin", other, "--passphrase-file", strong, request); code != 6 {
		t.Errorf("issued for a key that nobody named: %d", code)
	}
	if code, _, _ := p.run("", "authority", "issue", "--key", ca, "--pin", pin, "--passphrase-file", p.beside("pass"), request); code != 7 {
		t.Errorf("opened by another passphrase: %d", code)
	}
	got := must("authority", "issue", "--key", ca, "--pin", pin, "--passphrase-file", strong, request)
	if err := os.WriteFile(issued, []byte(got), 0o600); err != nil {
		t.Fatal(err)
	}
	if words := must("authority", "show", issued); !strings.Contains(words, "of provider kwai-chung-clinic, by Kwai Chung Clinic, until ") || !strings.Contains(words, pin) {
		t.Errorf("%q", words)
	}
	must(append([]string{"certificate", "install", issued}, pass...)...)
	if words := must("certificate", "show"); !strings.HasPrefix(words, "drlee@kwai-chung-clinic: desk ") {
		t.Errorf("%q", words)
	}
	if _, out, _ = p.run("", "doctor"); !strings.Contains(out, "drlee@kwai-chung-clinic: until ") || !strings.Contains(out, "server ") || strings.Contains(out, "  centre ") {
		t.Errorf("%q", out)
	}
	a := &app{site: p.site, streams: streams{}}
	d := client.New(client.Options{Cost: cachetest.Cost(), Dir: filepath.Join(filepath.Dir(p.site), "desk")})
	defer d.Close()
	for left, want := range map[time.Duration]string{authority.Life - 31*24*time.Hour: "ok", authority.Life - 29*24*time.Hour: "note", authority.Life + time.Hour: "fail"} {
		if c := a.checkCertificates(t.Context(), d, time.Now().Add(left)); len(c) != 1 || c[0].Status != want {
			t.Errorf("after %s: %+v", left, c)
		}
	}
	if err := os.WriteFile(p.site, []byte(`{"tls":{"certificate":true}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if shows, err := a.shows(); err != nil || !shows {
		t.Errorf("%t, %v", shows, err)
	}
}
