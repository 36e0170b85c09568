package client_test

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// reader is a doctor of the same clinic, at the same desk, who reads what was deposited.
func (d *deposits) reads(s *client.Session, ref ehrdesk.Ref) ehrdesk.Detail {
	d.t.Helper()
	if d.key != "" {
		d.consent(s, d.n, d.key)
		d.key = ""
	}
	c, err := s.Open(d.t.Context(), d.n, ehrdesk.Consultation, "")
	if err != nil {
		d.t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Sync(d.t.Context(), nil); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		d.t.Fatal(err)
	}
	got, err := c.Detail(d.t.Context(), ref)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

func (d *deposits) deposited() ehrdesk.Ref {
	d.t.Helper()
	return d.send(d.prepare("70.10", ""), ehrdesk.DepositSent).Written[0].Ref
}

func TestWhoSignedARecordStandsInItsDetail(t *testing.T) {
	d := newDeposits(t)
	ref := d.deposited()
	got := d.reads(d.s, ref).Signatures
	if len(got) != 1 || got[0].State != ehrdesk.SignatureValid || !strings.HasPrefix(got[0].Who, "drlee") && !strings.Contains(got[0].Who, " · ") || got[0].Seen.IsZero() || got[0].Doubted {
		t.Fatalf("%+v", got)
	}
	// Put right, it has both; without the line, and after the account was closed, what was signed stays signed.
	d.send(d.prepare("71.0", ""), ehrdesk.DepositSent)
	var states []ehrdesk.SignatureState
	for _, s := range d.reads(d.s, ref).Signatures {
		states = append(states, s.State)
	}
	if !slices.Equal(states, []ehrdesk.SignatureState{ehrdesk.SignatureValid, ehrdesk.SignatureOther}) && !slices.Equal(states, []ehrdesk.SignatureState{ehrdesk.SignatureOther, ehrdesk.SignatureValid}) {
		t.Errorf("put right: %q", states)
	}
	d.line.set(true, nil)
	if n := len(d.reads(d.s, ref).Signatures); n != 2 {
		t.Errorf("without the line: %d", n)
	}
	d.line.set(false, nil)
	d.clock.advance(time.Minute)
	d.enrol("drwong", ehrdesk.Doctor)
	if _, err := d.centre.CloseAccount(t.Context(), d.hcp, "drlee"); err != nil {
		t.Fatal(err)
	}
	wong := d.signIn("drwong")
	valid := func(s ehrdesk.Signature) bool { return s.State == ehrdesk.SignatureValid }
	if got := d.reads(wong, ref).Signatures; !slices.ContainsFunc(got, valid) {
		t.Errorf("after the account's end: %+v", got)
	}
}

// answers changes what the centre says of people in its directory, on the way.
func (d *deposits) lies(change func(body []byte) []byte) {
	d.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.HasSuffix(r.URL.Path, "/Practitioner") {
			return change(body)
		}
		return body
	})
}

// A centre that gives somebody else's name to a key that this desk has seen moves nobody here: the signature is shown as of whom it
// was, and that the centre says otherwise is told, written down, and kept.
func TestACentreThatSwapsAKeyIsTold(t *testing.T) {
	d := newDeposits(t)
	d.enrol("drwong", ehrdesk.Doctor)
	ref := d.deposited()
	before := d.reads(d.s, ref).Signatures
	if _, _, err := d.s.Providers(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
	for name, lie := range map[string]func([]byte) []byte{
		"another owner": func(b []byte) []byte {
			b = bytes.ReplaceAll(b, []byte(`"drlee@`), []byte(`"dr-x@`))
			b = bytes.ReplaceAll(b, []byte(`"drwong@`), []byte(`"drlee@`))
			return bytes.ReplaceAll(b, []byte(`"dr-x@`), []byte(`"drwong@`))
		},
		"gone": func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(ehrdesk.ExtensionPrefix+"public-key"), []byte(ehrdesk.ExtensionPrefix+"nothing"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d.clock.advance(5 * time.Minute)
			d.lies(lie)
			// The list's tag is the centre's own word as well: one that lies gives another.
			d.centreTouched()
			if _, _, err := d.s.Providers(t.Context(), "", ""); err != nil {
				t.Fatal(err)
			}
			d.line.set(false, nil)
			changes, err := d.s.KeyChanges(t.Context())
			if err != nil || len(changes) == 0 {
				t.Fatalf("%+v, %v", changes, err)
			}
			after := d.reads(d.s, ref).Signatures
			if len(after) != 1 || after[0].State != ehrdesk.SignatureValid || after[0].Who != before[0].Who || !after[0].Doubted {
				t.Errorf("%+v, before %+v", after, before)
			}
			if !slices.Contains(d.s.Warnings(), warnings.KeyChanged) {
				t.Errorf("told: %q", d.s.Warnings())
			}
		})
	}
	// It stays told, to whoever signs in next.
	if err := d.s.Close(); err != nil {
		t.Fatal(err)
	}
	next := d.signIn("drwong")
	if changes, err := next.KeyChanges(t.Context()); err != nil || len(changes) == 0 || !slices.Contains(next.Warnings(), warnings.KeyChanged) {
		t.Errorf("%+v, %v, %q", changes, err, next.Warnings())
	}
}

// centreTouched changes something that everybody is told of, so that no list is as it was.
func (w *world) centreTouched() {
	w.t.Helper()
	w.enrol("nurse"+w.clock.now().Format("150405"), ehrdesk.Nurse)
}

// A record that was changed on its way, or at the centre, is said to be changed, and its row says so after it was looked at.
func TestARecordThatWasChangedAfterItWasSignedIsSaidToBe(t *testing.T) {
	d := newDeposits(t)
	ref := d.deposited()
	d.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.Contains(r.URL.Path, "everything") {
			return bytes.ReplaceAll(body, []byte("70.10"), []byte("90.10"))
		}
		return body
	})
	d.consent(d.s, d.n, d.key)
	c := d.chart(d.s, d.n)
	defer c.Close()
	if c.(ehrdesk.RecordMarking).Marks(ref).Has(ehrdesk.MarkBroken) {
		t.Error("marked before anybody looked")
	}
	got, err := c.Detail(t.Context(), ref)
	if err != nil || len(got.Signatures) != 1 || got.Signatures[0].State != ehrdesk.SignatureInvalid || got.Signatures[0].Why != ehrdesk.WhyAltered {
		t.Fatalf("%+v, %v", got.Signatures, err)
	}
	if !c.(ehrdesk.RecordMarking).Marks(ref).Has(ehrdesk.MarkBroken) {
		t.Error("the row does not say so")
	}
}

// While nobody works the rows of an open chart come to say which of them is not as it was signed, and the others say nothing.
func TestARowSaysThatItsSignatureDoesNotHoldBeforeItIsOpened(t *testing.T) {
	d := newDeposits(t)
	good := d.send(d.prepare("55.5", `,{"resource":{"resourceType":"Observation","id":"w2","status":"final","code":{"text":"Height"},"subject":{"reference":"Patient/emr"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":170.20,"unit":"cm"}}}`), ehrdesk.DepositSent).Written
	if len(good) != 2 {
		t.Fatalf("%+v", good)
	}
	d.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.Contains(r.URL.Path, "everything") {
			return bytes.ReplaceAll(body, []byte("170.20"), []byte("180.20"))
		}
		return body
	})
	d.consent(d.s, d.n, d.key)
	c := d.chart(d.s, d.n)
	defer c.Close()
	d.s.Rest(t.Context())
	broken := 0
	for _, w := range good {
		if c.(ehrdesk.RecordMarking).Marks(w.Ref).Has(ehrdesk.MarkBroken) {
			broken++
		}
	}
	if broken != 1 {
		t.Errorf("%d rows are marked, want the one that was changed", broken)
	}
}

// What this provider wrote is marked by the Provenance that came with it, as soon as the chart is open; with its signature looked
// at the mark says so, and of what is not as it was signed there is none.
func TestWhatThisProviderWroteIsMarkedByItsProvenance(t *testing.T) {
	for name, c := range map[string]struct {
		change        func(d *deposits, body []byte) []byte
		before, after ehrdesk.RecordMark
	}{
		"as it was signed": {func(_ *deposits, b []byte) []byte { return b }, ehrdesk.MarkOwn, ehrdesk.MarkOwn | ehrdesk.MarkHolds},
		"altered":          {func(_ *deposits, b []byte) []byte { return bytes.ReplaceAll(b, []byte("70.10"), []byte("90.10")) }, ehrdesk.MarkOwn, ehrdesk.MarkBroken | ehrdesk.MarkClaimed},
		"another's by its Provenance": {func(d *deposits, b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(ehrdesk.SystemHCP+`","value":"`+d.hcp), []byte(ehrdesk.SystemHCP+`","value":"000`))
		}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeposits(t)
			ref := d.deposited()
			d.line.set(false, func(r *http.Request, body []byte) []byte {
				if strings.Contains(r.URL.Path, "everything") {
					return c.change(d, body)
				}
				return body
			})
			d.consent(d.s, d.n, d.key)
			chart := d.chart(d.s, d.n)
			defer chart.Close()
			marks := chart.(ehrdesk.RecordMarking)
			if got := marks.Marks(ref); got != c.before {
				t.Errorf("before anybody looked %b, want %b", got, c.before)
			}
			d.s.Rest(t.Context())
			if got := marks.Marks(ref); got != c.after {
				t.Errorf("looked at %b, want %b", got, c.after)
			}
		})
	}
}

func TestThePartOfTheDirectoryThatIsAskedForIsFoundWithoutTheLine(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	if _, err := w.centre.AddService(t.Context(), "op", w.hcp, "cardiology", "Heart Failure Clinic"); err != nil {
		t.Fatal(err)
	}
	for _, line := range []bool{true, false} {
		w.line.set(!line, nil)
		for _, c := range []struct {
			query, specialty string
			want             int
		}{{"", "", 1}, {"heart", "", 1}, {"", "cardiology", 1}, {"heart failure", "cardiology", 1}, {"", "urology", 0}, {"kidney", "", 0}, {"DRLEE", "", 1}} {
			got, asOf, err := s.Providers(t.Context(), c.query, c.specialty)
			if err != nil || len(got) != c.want || asOf.IsZero() {
				t.Errorf("line %v, %+v: %+v, %s, %v", line, c, got, asOf, err)
			}
		}
		if _, _, err := s.Providers(t.Context(), "", "wizardry"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%v", err)
		}
	}
	w.line.set(false, nil)
	n := len(w.line.requests("Organization"))
	w.clock.advance(2 * time.Minute)
	if got, _, err := s.Providers(t.Context(), "", "cardiology"); err != nil || len(got) != 1 || len(got[0].Services) != 1 || len(got[0].People) != 1 || len(got[0].People[0].Keys) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if now := len(w.line.requests("Organization")); now <= n {
		t.Errorf("asked %d times", now-n)
	}
	var none *ehrdesk.Error
	if _, _, err := s.Providers(t.Context(), "", "x y"); !errors.As(err, &none) {
		t.Errorf("%v", err)
	}
}
