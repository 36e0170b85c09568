package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Ceiling is the most that a desk's administrator lets it keep, whatever the
// centre allows. The zero value sets no limit.
type Ceiling struct {
	Mode         string // "off", "session", "hours"; "" is no limit
	Hours        *int   // a copy goes so long after the centre last confirmed it
	OfflineHours *int   // and opens without the centre for so long
	Never        []ehrdesk.Kind
}

// The modes of a policy, the strictest first.
const (
	keepOff     = "off"     // a copy goes when its chart is closed
	keepSession = "session" // or when the person signs out
	keepHours   = "hours"
)

var (
	modes    = []string{keepOff, keepSession, keepHours}
	errLimit = errors.New(`a cache limit is {"mode": "off", "session" or "hours", "hours": 1 to 744, "offline_hours": 0 to 744, "never": types of record}`)
)

const maxHours = 24 * 31

// Check reports a ceiling that says nothing sensible. Errors: CodeInvalid.
func (c Ceiling) Check() error {
	switch {
	case c.Mode != "" && !slices.Contains(modes, c.Mode),
		c.Hours != nil && (*c.Hours < 1 || *c.Hours > maxHours),
		c.OfflineHours != nil && (*c.OfflineHours < 0 || *c.OfflineHours > maxHours):
		return ehrdesk.E("policy", ehrdesk.CodeInvalid, errLimit)
	}
	return nil
}

// Words says it in a line; "" where it sets no limit.
func (c Ceiling) Words() string {
	var w []string
	switch {
	case c.Mode == keepOff:
		w = append(w, "copies go with their charts")
	case c.Mode == keepSession:
		w = append(w, "copies go with the session")
	case c.Hours != nil:
		w = append(w, fmt.Sprintf("copies for at most %d hours", *c.Hours))
	}
	if c.OfflineHours != nil {
		w = append(w, fmt.Sprintf("opened without the line for at most %d hours", *c.OfflineHours))
	}
	for _, k := range c.Never {
		w = append(w, "never "+k.String())
	}
	return strings.Join(w, ", ")
}

// And is what both ceilings let a desk keep.
func (c Ceiling) And(o Ceiling) Ceiling {
	if o.Mode != "" && (c.Mode == "" || slices.Index(modes, o.Mode) < slices.Index(modes, c.Mode)) {
		c.Mode = o.Mode
	}
	c.Hours, c.OfflineHours = fewer(c.Hours, o.Hours), fewer(c.OfflineHours, o.OfflineHours)
	c.Never = slices.Concat(c.Never, o.Never)
	return c
}

// fewer is the lower of two limits, of which either may be none.
func fewer(a, b *int) *int {
	if a == nil || (b != nil && *b < *a) {
		return b
	}
	return a
}

// policy is what is in force for a copy: the stricter of the centre's word and
// the desk's, rule by rule.
type policy struct {
	Mode         string `json:"mode"`
	Hours        int    `json:"hours"`
	OfflineHours int    `json:"offline_hours"`
	// Never are kinds, sorted. Of a copy: those it does not hold, as they were not to be
	// kept when it was last brought into step.
	Never []string `json:"never,omitempty"`
	// Here are those of Never that this desk's limit alone names.
	Here []string `json:"never_here,omitempty"`
	// By is who decided how long a copy stays: "" for the centre, or "desk".
	By string `json:"by,omitempty"`
}

const (
	byDesk    = "desk"
	byConsent = "consent"
)

// strictest is what both allow. A mode that is missing or not known is a session.
func strictest(centre fhir.CachePolicy, c Ceiling) policy {
	p := policy{Mode: centre.Mode, Hours: centre.Hours, OfflineHours: centre.OfflineHours}
	if !slices.Contains(modes, p.Mode) || (p.Mode == keepHours && p.Hours <= 0) {
		p.Mode = keepSession
	}
	if c.Mode != "" && slices.Index(modes, c.Mode) < slices.Index(modes, p.Mode) {
		p.Mode, p.By = c.Mode, byDesk
	}
	if p.Mode == keepHours && c.Hours != nil && *c.Hours < p.Hours {
		p.Hours, p.By = *c.Hours, byDesk
	}
	if p.Mode != keepHours {
		p.Hours, p.OfflineHours = 0, 0
	}
	p.OfflineHours = max(0, min(p.OfflineHours, p.Hours))
	if c.OfflineHours != nil {
		p.OfflineHours = min(p.OfflineHours, *c.OfflineHours)
	}
	theirs, err := ehrdesk.ParseKinds(centre.Never...)
	if err != nil { // which records that is, is not known: all that may be
		theirs = ehrdesk.Kinds()
	}
	p.Never = names(slices.Concat(theirs, c.Never))
	p.Here = without(p.Never, names(theirs))
	return p
}

// names are kinds by their names, sorted, each once; nil for none.
func names(kinds []ehrdesk.Kind) (out []string) {
	for _, k := range kinds {
		out = append(out, k.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// without are those of all that are not among some; nil for none.
func without(all, some []string) (out []string) {
	for _, name := range all {
		if !slices.Contains(some, name) {
			out = append(out, name)
		}
	}
	return out
}

// centre is a policy as the centre could have said it.
func (p policy) centre() fhir.CachePolicy {
	return fhir.CachePolicy{Mode: p.Mode, Hours: p.Hours, OfflineHours: p.OfflineHours, Never: without(p.Never, p.Here)}
}

// purgeAfter is when a copy must be gone: zero for "with the session". The
// clock it counts from is the last word of the centre.
func (p policy) purgeAfter(checked time.Time) time.Time {
	if p.Mode != keepHours || p.Hours <= 0 {
		return time.Time{}
	}
	return checked.Add(time.Duration(p.Hours) * time.Hour)
}

// inForce is the policy for a copy: the session's, or, where the centre has not
// been asked, the one the copy came with, under this desk's ceiling as it is now.
func (s *Session) inForce(kept policy) policy {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.policy.Mode != "" {
		return s.policy
	}
	p := strictest(kept.centre(), s.desk.opt.Ceiling)
	if p.By == "" {
		p.By = kept.By
	}
	return p
}

// exceeds reports a copy that was kept under a wider policy than p, and may not
// stay until its new time.
func (p policy) exceeds(h header, now time.Time) bool {
	until := h.until(p)
	return !p.keepsAsMuch(h) || until.IsZero() && h.Policy.Mode == keepHours || !until.IsZero() && !now.Before(until)
}

// keepsAsMuch reports that p lets every record of a copy stay.
func (p policy) keepsAsMuch(h header) bool { return len(without(p.Never, h.Policy.Never)) == 0 }

// of is p as the header of a copy says it, of which every record may stay: what
// the copy lacks it lacks until a sync has brought it, whatever may be kept by now.
func (p policy) of(h header) policy {
	if len(p.Never) < len(h.Policy.Never) {
		p.Never, p.Here = h.Policy.Never, h.Policy.Here
	}
	return p
}

// shows reports whether a copy lies open in this session: unless it holds what may
// never be kept, it then goes with the session.
func (s *Session) shows(id cache.PatientID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.charts {
		if c.copyID() == id {
			return true
		}
	}
	return false
}

// tighten brings every copy that this person can see under the policy in force,
// and destroys what it no longer allows. One that resists keeps it from no other.
func (s *Session) tighten(ctx context.Context) error {
	copies, err := s.copies(ctx)
	for _, c := range copies {
		if e := s.tightenCopy(ctx, c); err == nil && ehrdesk.CodeOf(e) != ehrdesk.CodeNotFound { // gone already is gone
			err = e
		}
	}
	return err
}

func (s *Session) tightenCopy(ctx context.Context, c cache.Copy) error {
	h, err := openHeader(c.Header)
	if err != nil {
		return s.spoiled(ctx, c.ID, "")
	}
	p, now := s.inForce(h.Policy), later(s.now(), h.Checked)
	switch {
	case !h.Consent.StateAt(now).Allows(): // also of a copy for the session alone, and of one that lies open
		return s.shred(ctx, c.ID)
	case p.keepsAsMuch(h) && p.of(h).equal(h.Policy) && c.PurgeAfter.Equal(h.until(p)):
		return nil
	case p.exceeds(h, now) && (!s.shows(c.ID) || !p.keepsAsMuch(h)):
		return s.shred(ctx, c.ID)
	}
	return s.putHeader(ctx, &c, &h)
}

func (p policy) equal(o policy) bool {
	return p.Mode == o.Mode && p.Hours == o.Hours && p.OfflineHours == o.OfflineHours && p.By == o.By && slices.Equal(p.Never, o.Never) && slices.Equal(p.Here, o.Here)
}

// renewed takes over what the centre says with a new token: a policy that has
// become stricter holds at once.
func (s *Session) renewed(ctx context.Context, g fhir.Grant) {
	s.granted(ctx, g)
	_ = s.tryTighten(ctx)
}

// tryTighten tightens, and says where that did not succeed: until it has, no copy
// opens by the desk's word alone.
func (s *Session) tryTighten(ctx context.Context) error {
	err := s.tighten(context.WithoutCancel(ctx))
	s.mu.Lock()
	s.policyPending = err != nil
	s.mu.Unlock()
	if err != nil {
		if ehrdesk.CodeOf(err) == ehrdesk.CodeLocked && s.ended() {
			return err // a lock came in between: the next session tries again
		}
		s.warn(WarnPolicy)
		s.desk.opt.Log.Warn("copies not brought under the policy", "code", string(ehrdesk.CodeOf(err)))
	}
	return err
}

// ended reports a session that was locked or closed.
func (s *Session) ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.locked || s.closed
}

// tightened tries again what has failed before.
func (s *Session) tightened(ctx context.Context) error {
	s.mu.Lock()
	loosely := s.policyPending
	s.mu.Unlock()
	if !loosely {
		return nil
	}
	if err := s.tryTighten(ctx); err != nil {
		return ehrdesk.Errorf("open", ehrdesk.CodeDenied, "the copies on this desk could not be brought under the policy in force: none is opened without the line")
	}
	s.unwarn(WarnPolicy)
	return nil
}
