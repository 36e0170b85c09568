package accesslog

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Word is what an act rests on that nobody has seen but the one who took it. It stands in
// the event's reason, and with that in the chain.
type Word struct {
	Contact   []string // parts of the contact data that were changed, by name
	Document  string   // code of the type of document sighted, by which an identity was verified
	Telephone bool     // the patient was on the telephone
	Signed    string   // the day beside the signature on the form
	Taker     string   // staff id of who took it, where whoever sent it has approved it
	Form      string   // the signed form's number, as it was typed
}

// None is whether the act rests on nobody's word alone.
func (w Word) None() bool {
	return !w.Telephone && w.Form == "" && w.Document == "" && len(w.Contact) == 0
}

// The parts of a word in a reason, in this order: a form's number is what somebody typed and
// may hold anything, so it comes last.
const wordContact, wordDocument, wordTelephone, wordSigned, wordTaker, wordForm = "contact ", "document ", "telephone ", "signed ", "taken by ", "form "

// askedBy is what stands in the place of a document where the patient is on the telephone.
const askedBy = "identity asked"

func (w Word) String() string {
	var parts []string
	if len(w.Contact) > 0 {
		parts = append(parts, wordContact+strings.Join(w.Contact, ","))
	}
	if w.Document != "" {
		parts = append(parts, wordDocument+w.Document)
	}
	if w.Telephone {
		parts = append(parts, wordTelephone+askedBy)
	}
	if w.Signed != "" {
		parts = append(parts, wordSigned+w.Signed)
	}
	if w.Taker != "" {
		parts = append(parts, wordTaker+w.Taker)
	}
	if w.Form != "" {
		parts = append(parts, wordForm+w.Form)
	}
	return strings.Join(parts, "; ")
}

// wordOf reads the word of an act that was taken.
func wordOf(e *store.LogEntry) (w Word) {
	if e.Outcome != "" || !slices.Contains(onWord[:], e.Action) {
		return w
	}
	left := e.Reason
	part := func(name string) string {
		if !strings.HasPrefix(left, name) {
			return ""
		}
		var text string
		text, left, _ = strings.Cut(left[len(name):], "; ")
		return text
	}
	if parts := part(wordContact); parts != "" {
		w.Contact = strings.Split(parts, ",")
	}
	w.Document = part(wordDocument)
	w.Telephone = part(wordTelephone) != ""
	w.Signed = part(wordSigned)
	w.Taker = part(wordTaker)
	if form, ok := strings.CutPrefix(left, wordForm); ok {
		w.Form = form
	}
	return w
}

// onWord are the actions that may rest on one.
var onWord = [...]ehrdesk.AuditAction{ehrdesk.AuditGrant, ehrdesk.AuditRevoke, "verify"}

// AuditReview is the action of an officer who has looked at an event.
const AuditReview ehrdesk.AuditAction = "review"

// Drawn is whether an event is in a sample of so many in a hundred. Who does not have the
// seed cannot tell which will be; who has it finds the same ones again, and in a larger
// sample those of every smaller one.
func Drawn(seed []byte, event string, percent int) bool {
	h := hmac.New(sha256.New, seed)
	h.Write([]byte(event))
	return binary.BigEndian.Uint64(h.Sum(nil))%100 < uint64(max(percent, 0))
}

// Sample is the mark of an act that rests on somebody's word where it is drawn at the rate
// that the centre has now.
func Sample(tx *store.Tx, seed []byte, event string) []string {
	if Drawn(seed, event, tx.Log.Sample()) {
		return []string{store.MarkSampled}
	}
	return nil
}

// Basis is the paper, or the call, that an act rests on.
type Basis struct {
	Form      string `json:"form,omitempty"`
	Signed    string `json:"signed,omitempty"` // a day
	Telephone bool   `json:"telephone,omitempty"`
}

// Review is an act on one person's word, as an officer compares it with the paper.
type Review struct {
	Event  string `json:"event"`
	At     string `json:"at"`
	Action string `json:"action"`
	Basis
	Document string   `json:"document,omitempty"`
	Contact  []string `json:"contact,omitempty"`
	Patient  string   `json:"patient"` // eHR number
	Staff    string   `json:"staff"`
	Role     string   `json:"role"`
	HCP      string   `json:"hcp"`
	Name     string   `json:"hcp_name"`
	Location string   `json:"location"`
	Taker    string   `json:"taken_by,omitempty"` // staff approved what this one took
	Desk     string   `json:"desk"`               // its client id, as "ehrcentral desk list --keys" has it
	Reviewed
}

// Reviewed is what came of looking at it: when, by whom, and what they found.
type Reviewed struct {
	At      string `json:"reviewed_at,omitempty"`
	By      string `json:"reviewed_by,omitempty"`
	Finding string `json:"finding,omitempty"`
}

// Findings are what an officer may find.
func Findings() []string { return []string{"in-order", "wrong"} }

// Reviews calls each for every act that was drawn and that nobody has looked at yet, with
// all for those that somebody has looked at too, oldest first. A percent other than 0 draws
// anew, with the same seed, from all acts on one person's word that there are.
func (l *Log) Reviews(ctx context.Context, percent int, all bool, each func(Review) error) error {
	return store.Listed(ctx, l.store, func(tx *store.Tx, give func(Review) error) error {
		names := map[string]string{}
		from := tx.Log.Sampled
		if percent != 0 {
			from = func(each func(*store.LogEntry) error) error { return tx.Log.EachFrom(0, each) }
		}
		var found []*store.LogEntry // first, as a view is not asked while it lists
		err := from(func(e *store.LogEntry) error {
			if !wordOf(e).None() && (percent == 0 || Drawn(l.seed, e.ID, percent)) {
				found = append(found, e)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, e := range found {
			done := tx.Log.Review(e.ID)
			if done != nil && !all {
				continue
			}
			if _, known := names[e.HCP]; !known {
				names[e.HCP] = ""
				if h := tx.Accounts.Provider(e.HCP); h != nil {
					names[e.HCP] = h.Name
				}
			}
			w := wordOf(e)
			r := Review{Event: e.ID, At: rest.Instant(e.At), Action: string(e.Action), Basis: Basis{w.Form, w.Signed, w.Telephone}, Document: w.Document, Contact: w.Contact, Patient: e.EHR, Staff: e.Staff,
				Role: string(e.Role), HCP: e.HCP, Name: names[e.HCP], Location: e.Location, Taker: w.Taker, Desk: e.Client}
			if done != nil {
				r.Reviewed = Reviewed{rest.Instant(done.At), done.Staff, done.Reason}
			}
			if err := give(r); err != nil {
				return err
			}
		}
		return nil
	}, each)
}

// Review writes down that somebody has looked at an act, by its event, and what they found.
// One that somebody has looked at stays as it is, unless it is to be looked at again: then the
// last finding counts, and all stay in the log. Errors: CodeInvalid for no finding,
// CodeNotFound for no act on one person's word, CodeConflict, which says by whom and when it
// was looked at.
func (l *Log) Review(ctx context.Context, by, event, finding string, again bool) (out Reviewed, err error) {
	const op = "audit.review"
	if !slices.Contains(Findings(), finding) {
		return out, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the finding is one of %s", strings.Join(Findings(), ", "))
	}
	err = l.store.Write(ctx, func(tx *store.Tx) error {
		e := tx.Log.Event(event)
		if e == nil || wordOf(e).None() {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no act that rests on one person's word has this event")
		}
		if done := tx.Log.Review(event); done != nil && !again {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "reviewed already, by %s at %s: %s; --again writes down another finding", ehrdesk.CleanLine(done.Staff), rest.Instant(done.At), done.Reason)
		}
		Add(tx, Event{Action: AuditReview, Who: &store.Account{Staff: by, HCP: e.HCP}, Patient: e.Patient, What: "AuditEvent/" + event, Reason: finding})
		out = Reviewed{rest.Instant(tx.Now.UnixMicro()), by, finding}
		return nil
	})
	return out, err
}

// SampleRate is how many of a hundred acts on one person's word are drawn; with set it is
// another from now on. What was drawn before stays so.
func (l *Log) SampleRate(ctx context.Context, by string, set *int) (percent int, err error) {
	const op = "audit sample"
	if set == nil {
		return percent, l.store.Read(ctx, func(tx *store.Tx) error { percent = tx.Log.Sample(); return nil })
	}
	if percent = *set; percent < 0 || percent > 100 {
		return 0, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a rate is 0 to 100 in a hundred")
	}
	return percent, l.store.Write(ctx, func(tx *store.Tx) error {
		before := tx.Log.Sample()
		tx.Log.SetSample(percent)
		Add(tx, Event{Action: ehrdesk.AuditOperate, Who: &store.Account{Staff: by}, What: op, Reason: fmt.Sprintf("%d to %d in a hundred", before, percent)})
		return nil
	})
}
