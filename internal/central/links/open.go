package links

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/shlink"
)

// Open are what whoever has a link may ask for, without an account.
func (l *Links) Open() map[string]http.HandlerFunc {
	out := map[string]http.HandlerFunc{
		"POST /shl/{id}":         l.manifest,
		"GET /shl/{id}":          l.direct,
		"GET /shl/{id}/{ticket}": l.file,
	}
	for pattern, h := range out {
		out[pattern] = l.rest.Outside("link", h)
	}
	out["OPTIONS /shl/{id}"] = preflight
	return out
}

// preflight lets a viewer in a browser ask, whoever served it: what it is given is sealed, and no cookie counts here.
func preflight(w http.ResponseWriter, _ *http.Request) {
	open(w)
	w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
	w.WriteHeader(http.StatusNoContent)
}

func open(w http.ResponseWriter) { w.Header().Set("Access-Control-Allow-Origin", "*") }

// answer is what an opening came to.
type answer struct {
	link  *store.Link
	wrong bool // the passcode
	until time.Time
	left  int
}

// admit opens a link once, or says why not: link is nil for one that is not there or has ended. What was counted stays, whatever is
// answered. Errors: the store's.
func (l *Links) admit(r *http.Request, direct bool, ask shlink.Ask) (a answer, err error) {
	err = l.store.Write(r.Context(), func(tx *store.Tx) error {
		a = answer{}
		k := tx.Desks.Links().Get(digest(r.PathValue("id")))
		if k == nil || k.Direct != direct || over(k, tx.Now) {
			return nil
		}
		who := &store.Account{HCP: k.HCP, Staff: "link", Client: "link/" + k.ID}
		if _, err := limits.Spend(tx, &limits.Fetches, who, ehrdesk.AuditFetch); err != nil {
			if f, ok := refusal.As(err); ok {
				a.until = f.Until
			}
			return err
		}
		e := accesslog.Event{Action: ehrdesk.AuditFetch, Who: who, Patient: k.Patient, What: "link/" + k.ID, Reason: ask.Recipient}
		if a.link = k; !l.matches(k, ask.Passcode) {
			e.Outcome = ehrdesk.CodeDenied
			k.Tries--
			a.wrong, a.left = true, k.Tries
			if tx.Desks.Links().Set(k); k.Tries <= 0 {
				e.Outcome = ehrdesk.CodeLocked
				tx.Desks.Links().End(k.ID)
			}
			accesslog.Add(tx, e)
			return nil
		}
		k.Opened++
		if k.Left--; k.Left == 0 { // what the last was told of can be fetched yet
			k.Until = min(k.Ends, tx.Now.Add(ticketLife).UnixMicro())
		}
		tx.Desks.Links().Set(k)
		accesslog.Add(tx, e)
		return nil
	})
	if f, ok := refusal.As(err); ok && f.Status == http.StatusTooManyRequests {
		return a, f
	}
	return a, err
}

// manifest says what is behind a link.
func (l *Links) manifest(w http.ResponseWriter, r *http.Request) {
	open(w)
	body, err := rest.Body(w, r, 16<<10)
	if err != nil {
		l.rest.Fail(w, r, err)
		return
	}
	var ask shlink.Ask
	if json.Unmarshal(body, &ask) != nil || !named(&ask) || ask.Most != nil && *ask.Most < 0 {
		l.rest.Fail(w, r, refusal.Malformed("A link is opened with a recipient: who opens it."))
		return
	}
	a, err := l.admit(r, false, ask)
	switch {
	case err != nil:
		l.rest.Fail(w, r, err)
	case a.link == nil:
		l.rest.Fail(w, r, refusal.New(http.StatusNotFound, "", noSuch))
	case a.wrong:
		l.rest.JSON(w, http.StatusUnauthorized, shlink.WrongPasscode{Left: max(0, a.left)})
	default:
		f := shlink.File{Type: shlink.TypeFHIR}
		if most := embeds; ask.Most == nil && len(a.link.File) <= most || ask.Most != nil && len(a.link.File) <= *ask.Most {
			f.Embedded = string(a.link.File)
		} else {
			f.Location = l.address(r) + r.PathValue("id") + "/" + l.ticket(a.link, l.rest.Now())
		}
		l.rest.JSON(w, http.StatusOK, shlink.Manifest{Status: "finalized", Files: []shlink.File{f}})
	}
}

// direct gives the file of a link that leads to it itself.
func (l *Links) direct(w http.ResponseWriter, r *http.Request) {
	open(w)
	ask := shlink.Ask{Recipient: r.URL.Query().Get("recipient")}
	if !named(&ask) {
		l.rest.Fail(w, r, refusal.Malformed("A link is opened with a recipient: who opens it."))
		return
	}
	a, err := l.admit(r, true, ask)
	switch {
	case err != nil:
		l.rest.Fail(w, r, err)
	case a.link == nil:
		l.rest.Fail(w, r, refusal.New(http.StatusNotFound, "", noSuch))
	default:
		give(w, a.link)
	}
}

// file gives the file that a manifest has named, for as long as it said.
func (l *Links) file(w http.ResponseWriter, r *http.Request) {
	open(w)
	var k *store.Link
	err := l.store.Read(r.Context(), func(tx *store.Tx) error {
		k = tx.Desks.Links().Get(digest(r.PathValue("id")))
		if k != nil && (!tx.Now.Before(store.Time(k.Until)) || !l.fresh(k, r.PathValue("ticket"), tx.Now)) {
			k = nil
		}
		return nil
	})
	switch {
	case err != nil:
		l.rest.Fail(w, r, err)
	case k == nil:
		l.rest.Fail(w, r, refusal.New(http.StatusNotFound, "", noSuch))
	default:
		give(w, k)
	}
}

func give(w http.ResponseWriter, k *store.Link) {
	w.Header().Set("Content-Type", "application/jose")
	_, _ = w.Write(k.File) // whoever asked is gone: there is nobody to tell
}

// named reports an opening that says by whom, in words that a log can take.
func named(a *shlink.Ask) bool {
	a.Recipient = ehrdesk.CleanLine(strings.TrimSpace(a.Recipient))
	if utf8.RuneCountInString(a.Recipient) > 80 {
		a.Recipient = string([]rune(a.Recipient)[:80])
	}
	return a.Recipient != "" && len(a.Passcode) <= codeMost
}

// ticket is the end of a file's address, good for a while.
func (l *Links) ticket(k *store.Link, now time.Time) string {
	until := min(k.Ends, now.Add(ticketLife).UnixMicro())
	b := binary.BigEndian.AppendUint64(nil, uint64(until)) //nolint:gosec // after 1970
	return base64.RawURLEncoding.EncodeToString(append(b, l.ticketMAC(k, b)...))
}

func (l *Links) ticketMAC(k *store.Link, until []byte) []byte {
	return registry.MAC(l.key, "link file", k.ID, string(until))[:16]
}

func (l *Links) fresh(k *store.Link, ticket string, now time.Time) bool {
	b, err := base64.RawURLEncoding.DecodeString(ticket)
	if err != nil || len(b) != 24 || !hmac.Equal(b[8:], l.ticketMAC(k, b[:8])) {
		return false
	}
	return now.UnixMicro() < int64(binary.BigEndian.Uint64(b)) //nolint:gosec // it was made here
}

func chanceOf(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}
