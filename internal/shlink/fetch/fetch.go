// Package fetch asks the host of a SMART Health Link for its files. It promises that a host, who may be anybody, is asked no more
// than the link says, leads nowhere else, is waited for so long, sends so much, and that what it sends opens by the link's own key
// alone. Nothing is kept and no file is written.
package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/shlink"
)

// Bounds of what a host may send, and of how long it may take in all.
const (
	mostAnswer = 12 << 20
	within     = 30 * time.Second
)

// Request is a link to be opened.
type Request struct {
	Link      shlink.Link
	Recipient string // who opens it: the host is told, and whoever made the link may read it
	Passcode  ehrdesk.Secret
	Most      int               // bytes of a file, once it is unpacked
	Over      http.RoundTripper // the way; nil for HTTPS as this system trusts it
}

// Files are what was behind a link.
type Files struct {
	FHIR   [][]byte
	Others int // files that are no FHIR resource in JSON
}

const op = "view"

// Fetch opens a link once. Errors: CodeNotFound for a link that has ended, CodeDenied for a wrong or missing passcode, CodeLocked
// where it was opened too often, CodeOffline, CodeTimeout, CodeTampered for what does not open or is no answer of a link's host,
// CodeInvalid for what is too large or no FHIR resource.
func Fetch(ctx context.Context, r Request, now time.Time) (Files, error) {
	if r.Link.Over(now) {
		return Files{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the link says itself that it has ended")
	}
	if r.Link.Code && r.Passcode.Empty() {
		return Files{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the link asks for a passcode: --passcode-file names the file with it")
	}
	ctx, stop := context.WithTimeout(ctx, within)
	defer stop()
	a := asker{Request: r, client: &http.Client{Transport: way(r.Over), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if r.Link.Direct {
		u, err := url.Parse(r.Link.URL)
		if err != nil {
			return Files{}, noLink()
		}
		q := u.Query()
		q.Set("recipient", r.Recipient)
		u.RawQuery = q.Encode()
		sealed, err := a.get(ctx, u.String())
		if err != nil {
			return Files{}, err
		}
		var out Files
		return out, a.open(&out, sealed, "")
	}
	m, err := a.manifest(ctx)
	if err != nil {
		return Files{}, err
	}
	var out Files
	for _, f := range m.Files {
		if !isFHIR(f.Type) {
			out.Others++
			continue
		}
		sealed := []byte(f.Embedded)
		if f.Location != "" {
			if sealed, err = a.get(ctx, f.Location); err != nil {
				return Files{}, err
			}
		}
		if err := a.open(&out, sealed, f.Type); err != nil {
			return Files{}, err
		}
	}
	if len(out.FHIR) == 0 {
		return Files{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "behind the link is no FHIR resource in JSON: %d file(s) of other types", out.Others)
	}
	return out, nil
}

func noLink() error {
	return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no SMART Health Link")
}

// way is over, or one that takes no packed answers: what is packed twice could be without end.
func way(over http.RoundTripper) http.RoundTripper {
	if over != nil {
		return over
	}
	return &http.Transport{Proxy: http.ProxyFromEnvironment, DisableCompression: true, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10,
		ResponseHeaderTimeout: within, TLSHandshakeTimeout: within, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
}

func isFHIR(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == shlink.TypeFHIR || kind == "application/json")
}

type asker struct {
	Request
	client *http.Client
	opened int // bytes of all files
}

// open opens a file and takes it, where it is of FHIR's.
func (a *asker) open(out *Files, sealed []byte, said string) error {
	file, kind, err := shlink.Open(string(sealed), a.Link.Key, max(0, a.Most-a.opened))
	switch {
	case errors.Is(err, shlink.ErrTooLarge):
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is behind the link is longer than %d MiB", a.Most>>20)
	case errors.Is(err, shlink.ErrKey):
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "what the host gives does not open by the link's key, or was changed")
	case err != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "what the host gives is no sealed file of a link")
	}
	if said == "" && kind != "" && !isFHIR(kind) {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "behind the link is no FHIR resource in JSON")
	}
	a.opened += len(file)
	out.FHIR = append(out.FHIR, file)
	return nil
}

// manifest asks what is behind the link.
func (a *asker) manifest(ctx context.Context) (shlink.Manifest, error) {
	body, err := json.Marshal(shlink.Ask{Recipient: a.Recipient, Passcode: a.Passcode.Reveal()})
	if err != nil {
		return shlink.Manifest{}, noLink()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Link.URL, bytes.NewReader(body))
	if err != nil {
		return shlink.Manifest{}, noLink()
	}
	req.Header.Set("Content-Type", "application/json")
	b, err := a.do(ctx, req)
	if err != nil {
		return shlink.Manifest{}, err
	}
	m, err := shlink.ParseManifest(b)
	switch {
	case err != nil:
		return m, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "what the host answers is no manifest of a link")
	case m.Status == "no-longer-valid":
		return m, ended()
	}
	return m, nil
}

func ended() error {
	return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the host has nothing behind this link, or it has ended")
}

func (a *asker) get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, noLink()
	}
	return a.do(ctx, req)
}

// do asks and gives a whole answer. What a host says in words is shown to nobody.
func (a *asker) do(ctx context.Context, req *http.Request) ([]byte, error) {
	req.Header.Set("Accept-Encoding", "identity")
	res, err := a.client.Do(req)
	if err != nil {
		return nil, unanswered(ctx)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	switch {
	case err != nil:
		return nil, unanswered(ctx)
	case len(b) > mostAnswer:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the host sends more than %d MiB", mostAnswer>>20)
	}
	switch s := res.StatusCode; {
	case s == http.StatusOK:
		return b, nil
	case s >= 300 && s < 400:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the host leads to another address, which is not followed")
	case s == http.StatusNotFound, s == http.StatusGone:
		return nil, ended()
	case s == http.StatusUnauthorized:
		words := "the passcode is not the link's"
		var wrong struct {
			Left *int `json:"remainingAttempts"`
		}
		if json.Unmarshal(b, &wrong) == nil && wrong.Left != nil && *wrong.Left >= 0 && *wrong.Left < 1000 {
			words = fmt.Sprintf("the passcode is not the link's; %d attempt(s) left", *wrong.Left)
		}
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "%s", words)
	case s == http.StatusTooManyRequests:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeLocked, "the link was opened too often: try again later")
	}
	return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the host does not give what is behind the link")
}

// unanswered is why nothing came. The network's own words name the address, which is a secret of the link's.
func unanswered(ctx context.Context) error {
	if ctx.Err() != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeTimeout, "the host of the link did not answer in time")
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeOffline, "the host of the link cannot be reached, or does not prove by a certificate who it is")
}
