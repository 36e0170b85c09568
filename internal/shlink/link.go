package shlink

import (
	"encoding/base64"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of a link. Source: the payload's own, HL7 SMART Health Cards and Links, STU 1.
const (
	mostURL   = 128
	mostLabel = 80
	mostLink  = 4 << 10 // characters: several times the longest that the bounds allow
)

// Scheme is how a link begins, where no viewer's address stands before it.
const Scheme = "shlink:/"

// Link is what a link says.
type Link struct {
	URL     string // of the manifest, or with Direct of the file
	Key     [KeySize]byte
	Ends    time.Time // zero where it says none
	Label   string    // what is behind it, in a few words of whoever made it
	Code    bool      // P: a passcode is asked for
	Direct  bool      // U: the URL gives the file itself
	Lasting bool      // L: the file may change, and is to be asked for again
}

// payload is a link's JSON.
type payload struct {
	URL     string   `json:"url"`
	Key     string   `json:"key"`
	Expires *float64 `json:"exp,omitempty"`
	Flag    string   `json:"flag,omitempty"`
	Label   string   `json:"label,omitempty"`
	Version *int     `json:"v,omitempty"`
}

// String is the link, with its key: whoever has it has the file.
func (l Link) String() string {
	p := payload{URL: l.URL, Key: encoded(l.Key[:]), Label: l.Label, Flag: l.flags()}
	if !l.Ends.IsZero() {
		at := float64(l.Ends.Unix())
		p.Expires = &at
	}
	one := 1
	p.Version = &one
	b, err := json.Marshal(p, json.Deterministic(true))
	if err != nil {
		return "" // only for a label that is no UTF-8, which Check refuses
	}
	return Scheme + encoded(b)
}

func (l Link) flags() (out string) {
	for _, f := range []struct {
		on   bool
		flag string
	}{{l.Lasting, "L"}, {l.Code, "P"}, {l.Direct, "U"}} {
		if f.on {
			out += f.flag
		}
	}
	return out
}

// Check reports whether a link may be made so.
func (l Link) Check() bool {
	return len(l.URL) <= mostURL && Reachable(l.URL) && utf8.ValidString(l.Label) && utf8.RuneCountInString(l.Label) <= mostLabel && (!l.Code || !l.Direct)
}

// Parse reads a link, with or without a viewer's address before it. Errors: ErrForm.
func Parse(text string) (Link, error) {
	text = strings.TrimSpace(text)
	if _, after, found := strings.Cut(text, "#"+Scheme); found {
		text = Scheme + after
	}
	body, found := strings.CutPrefix(text, Scheme)
	if !found || len(body) > mostLink {
		return Link{}, ErrForm
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(body, "="))
	if err != nil || strings.ContainsAny(body, "\r\n") {
		return Link{}, ErrForm
	}
	var p payload
	if json.Unmarshal(b, &p, jsontext.AllowDuplicateNames(false)) != nil {
		return Link{}, ErrForm
	}
	key, err := base64.RawURLEncoding.Strict().DecodeString(p.Key)
	if err != nil || len(key) != KeySize || p.Version != nil && *p.Version != 1 {
		return Link{}, ErrForm
	}
	l := Link{URL: p.URL, Key: [KeySize]byte(key), Label: p.Label}
	for _, f := range p.Flag { // one that nobody knows asks for nothing
		l.Lasting, l.Code, l.Direct = l.Lasting || f == 'L', l.Code || f == 'P', l.Direct || f == 'U'
	}
	if p.Expires != nil {
		if *p.Expires <= 0 || *p.Expires > 1<<40 {
			return Link{}, ErrForm
		}
		l.Ends = time.Unix(int64(*p.Expires), 0)
	}
	if !l.Check() {
		return Link{}, ErrForm
	}
	return l, nil
}

// Over reports that a link's time has passed, by what it says itself.
func (l Link) Over(now time.Time) bool { return !l.Ends.IsZero() && !now.Before(l.Ends) }

// Reachable reports an address that a file may be fetched from: by HTTPS, or on this machine.
func Reachable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	return u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Ask is what a manifest is asked with.
type Ask struct {
	Recipient string `json:"recipient"` // who opens it, for whoever made it to read
	Passcode  string `json:"passcode,omitempty"`
	Most      *int   `json:"embeddedLengthMax,omitempty"`
}

// Manifest is what a host answers.
type Manifest struct {
	Status string `json:"status,omitempty"` // finalized, can-change, no-longer-valid
	Files  []File `json:"files"`
}

// File is one of a manifest: sealed in it, or where it lies.
type File struct {
	Type     string `json:"contentType"`
	Embedded string `json:"embedded,omitempty"`
	Location string `json:"location,omitempty"`
}

// WrongPasscode is what a host answers to a passcode that is not the link's.
type WrongPasscode struct {
	Left int `json:"remainingAttempts"`
}

// mostFiles is how many files a manifest may name.
const mostFiles = 20

// ParseManifest reads a manifest. Errors: ErrForm.
func ParseManifest(b []byte) (Manifest, error) {
	var m Manifest
	if json.Unmarshal(b, &m) != nil || len(m.Files) > mostFiles {
		return Manifest{}, ErrForm
	}
	bad := func(f File) bool {
		return (f.Embedded == "") == (f.Location == "") || f.Location != "" && !Reachable(f.Location)
	}
	if slices.ContainsFunc(m.Files, bad) {
		return Manifest{}, ErrForm
	}
	return m, nil
}
