package smart

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// door is where the browser's answer comes in: a listener on this machine for one sign-in
// (RFC 8252, 7.3). It takes one answer, with the state that only the page was told, from
// a browser that was sent to this very address, and is closed with it.
type door struct {
	at     net.Listener
	http   *http.Server
	host   string // 127.0.0.1:port
	enter  string // the path that leads to the page
	state  string
	server Server
	page   string

	once   sync.Once
	answer chan answer
}

type answer struct {
	code string
	err  error
}

const callback = "/callback"

// listen opens the door at a port, 0 for any. Errors: CodeConflict where another program
// has it.
func listen(ctx context.Context, port int, state string, s Server) (*door, error) {
	at, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, ehrdesk.Errorf("sign-in", ehrdesk.CodeConflict, "the port of this machine to which the server's page answers is taken by another program")
	}
	return &door{at: at, host: at.Addr().String(), enter: "/" + rand.Text()[:10], state: state, server: s, answer: make(chan answer, 1)}, nil
}

func (d *door) redirect() string { return "http://" + d.host + callback }

// start is the address that leads to the page.
func (d *door) start() string { return "http://" + d.host + d.enter }

// open begins to answer; page is where whoever enters is sent.
func (d *door) open(page string) {
	d.page = page
	d.http = &http.Server{Handler: d, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		MaxHeaderBytes: 32 << 10, ErrorLog: log.New(io.Discard, "", 0)}
	d.http.SetKeepAlivesEnabled(false)
	go func() { _ = d.http.Serve(d.at) }() // it ends with close
}

// close lets whoever is being answered have their answer, and is closed.
func (d *door) close() {
	if d.http == nil {
		_ = d.at.Close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if d.http.Shutdown(ctx) != nil {
		_ = d.http.Close()
	}
}

// wait is the code of the one answer. Errors: CodeNotSignedIn with SignInLate, those of
// the answer, CodeOther where it was given up.
func (d *door) wait(ctx context.Context, most time.Duration) (string, error) {
	late := time.NewTimer(most)
	defer late.Stop()
	select {
	case a := <-d.answer:
		return a.code, a.err
	case <-late.C:
		return "", ehrdesk.NotSignedIn("sign-in", ehrdesk.SignInLate)
	case <-ctx.Done():
		return "", ehrdesk.E("sign-in", ehrdesk.CodeOther, context.Canceled)
	}
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Type", "text/html; charset=utf-8")
	status, words := d.took(r)
	if status == http.StatusFound {
		h.Set("Location", d.page)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, words) // whoever has left reads nothing
}

// took looks at a request, and takes the answer where it is one.
func (d *door) took(r *http.Request) (status int, words string) {
	mode := r.Header.Get("Sec-Fetch-Mode")
	switch {
	case r.Host != d.host: // a name that was made to lead here
		return http.StatusMisdirectedRequest, pageOther
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, pageOther
	case mode != "" && mode != "navigate": // a script of some page
		return http.StatusForbidden, pageOther
	case r.URL.Path == d.enter:
		return http.StatusFound, pageOther
	case r.URL.Path != callback:
		return http.StatusNotFound, pageOther
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(q["state"]) != 1 || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(d.state)) != 1 {
		return http.StatusBadRequest, pageOther
	}
	status, words = http.StatusGone, pageOther
	d.once.Do(func() {
		status, words = http.StatusOK, pageDone
		d.answer <- d.read(q)
	})
	return status, words
}

// read is what an answer says, whose state is right.
func (d *door) read(q url.Values) answer {
	said := func(t ehrdesk.SignInTrouble) answer { return answer{err: ehrdesk.NotSignedIn("sign-in", t)} }
	switch issuers := q["iss"]; {
	case len(issuers) > 1, len(issuers) == 1 && issuers[0] != d.server.issuer, len(issuers) == 0 && d.server.names: // RFC 9207: another server's answer
		return said(ehrdesk.SignInUnproven)
	case len(q["error"]) > 0:
		return said(ehrdesk.SignInRefused)
	case len(q["code"]) != 1 || q.Get("code") == "":
		return said(ehrdesk.SignInUnproven)
	}
	return answer{code: q.Get("code")}
}

// The pages that a browser shows at the end.
const (
	pageHead = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>ehrdesk</title></head><body>`
	pageDone = pageHead + `<p>This page can be closed. Go back to ehrdesk: it says whether you are signed in.</p>` +
		`<p lang="zh-Hant">可以關閉此頁。請返回 ehrdesk，查看是否已登入。</p><p lang="zh-Hans">可以关闭此页。请返回 ehrdesk，查看是否已登录。</p></body></html>`
	pageOther = pageHead + `<p>ehrdesk does not wait for this. Go back to ehrdesk and begin the sign-in again.</p>` +
		`<p lang="zh-Hant">ehrdesk 並非等待此回應。請返回 ehrdesk 重新登入。</p><p lang="zh-Hans">ehrdesk 并非等待此回应。请返回 ehrdesk 重新登录。</p></body></html>`
)
