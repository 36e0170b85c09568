package copies

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
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// Ceiling is the most that a desk's administrator lets it keep, whatever the
// centre allows. The zero value sets no limit.
type Ceiling struct {
	Mode         string // "off", "session", "hours"; "" is no limit
	Hours        *int   // a copy goes so long after the centre last confirmed it
	OfflineHours *int   // and opens without the centre for so long
	Never        []ehrdesk.Kind
	Handout      []ehrdesk.Handout // of the ways to hand records out, those that the desk lets; nil is no limit, empty none
	NotAhead     bool              // no record is fetched before it is opened
}

// The modes of a policy, the strictest first.
const (
	KeepOff     = "off"     // a copy goes when its chart is closed
	keepSession = "session" // or when the person signs out
	keepHours   = "hours"
)

var (
	modes    = []string{KeepOff, keepSession, keepHours}
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
	case c.Mode == KeepOff:
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
	if c.NotAhead {
		w = append(w, "nothing fetched ahead")
	}
	switch {
	case c.Handout != nil && len(c.Handout) == 0:
		w = append(w, "nothing handed out")
	case c.Handout != nil:
		w = append(w, "handed out by "+strings.Join(ways(c.Handout), " and ")+" alone")
	}
	return strings.Join(w, ", ")
}

// And is what both ceilings let a desk keep.
func (c Ceiling) And(o Ceiling) Ceiling {
	if o.Mode != "" && (c.Mode == "" || slices.Index(modes, o.Mode) < slices.Index(modes, c.Mode)) {
		c.Mode = o.Mode
	}
	c.Hours, c.OfflineHours = fewer(c.Hours, o.Hours), fewer(c.OfflineHours, o.OfflineHours)
	c.Never, c.NotAhead = slices.Concat(c.Never, o.Never), c.NotAhead || o.NotAhead
	switch {
	case c.Handout == nil:
		c.Handout = o.Handout
	case o.Handout != nil:
		c.Handout = both(c.Handout, o.Handout)
	}
	return c
}

// fewer is the lower of two limits, of which either may be none.
func fewer(a, b *int) *int {
	if a == nil || (b != nil && *b < *a) {
		return b
	}
	return a
}

// Policy is what is in force for a copy: the stricter of the centre's word and
// the desk's, rule by rule.
type Policy struct {
	Mode         string `json:"mode"`
	Hours        int    `json:"hours"`
	OfflineHours int    `json:"offline_hours"`
	// Never are kinds, sorted. Of a copy: those it does not hold, as they were not to be
	// kept when it was last brought into step.
	Never []string `json:"never,omitempty"`
	// Here are those of Never that this desk's limit alone names.
	Here []string `json:"never_here,omitempty"`
	// Handout are the ways in which records may be handed out, sorted; none where it
	// was not said.
	Handout []string `json:"handout,omitempty"`
	// By is who decided how long a copy stays: "" for the centre, or "desk".
	By string `json:"by,omitempty"`
}

const (
	byDesk    = "desk"
	byConsent = "consent"
)

// Strictest is what both allow. A mode that is missing or not known is a session.
func Strictest(centre fhir.CachePolicy, c Ceiling) Policy {
	p := Policy{Mode: centre.Mode, Hours: centre.Hours, OfflineHours: centre.OfflineHours}
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
	p.Handout = handouts(centre.Handout, c.Handout)
	return p
}

// handouts are the ways that the centre allows, of those this program knows, and the
// desk as well.
func handouts(centre []string, limit []ehrdesk.Handout) []string {
	var allowed []ehrdesk.Handout
	for _, name := range centre {
		if known, err := ehrdesk.ParseHandouts(name); err == nil {
			allowed = append(allowed, known...)
		}
	}
	if limit != nil {
		allowed = both(allowed, limit)
	}
	out := ways(allowed)
	slices.Sort(out)
	return slices.Compact(out)
}

// both are those of a that are in b; empty, and not nil, for none.
func both(a, b []ehrdesk.Handout) []ehrdesk.Handout {
	out := []ehrdesk.Handout{}
	for _, w := range a {
		if slices.Contains(b, w) {
			out = append(out, w)
		}
	}
	return out
}

func ways(list []ehrdesk.Handout) (out []string) {
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}

// Allows reports a way in which records may be handed out.
func (p Policy) Allows(way ehrdesk.Handout) bool { return slices.Contains(p.Handout, string(way)) }

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
func (p Policy) centre() fhir.CachePolicy {
	return fhir.CachePolicy{Mode: p.Mode, Hours: p.Hours, OfflineHours: p.OfflineHours, Never: without(p.Never, p.Here), Handout: p.Handout}
}

// purgeAfter is when a copy must be gone: zero for "with the session". The
// clock it counts from is the last word of the centre.
func (p Policy) purgeAfter(checked time.Time) time.Time {
	if p.Mode != keepHours || p.Hours <= 0 {
		return time.Time{}
	}
	return checked.Add(time.Duration(p.Hours) * time.Hour)
}

// InForce is the policy for a copy: the session's, or, where the centre has not
// been asked, the one the copy came with, under this desk's ceiling as it is now.
func (s *Copies) InForce(kept Policy) Policy {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.policy.Mode != "" {
		return s.policy
	}
	p := Strictest(kept.centre(), s.ceiling)
	if p.By == "" {
		p.By = kept.By
	}
	return p
}

// exceeds reports a copy that was kept under a wider policy than p, and may not
// stay until its new time.
func (p Policy) exceeds(h Header, now time.Time) bool {
	until := h.until(p)
	return !p.KeepsAsMuch(h) || until.IsZero() && h.Policy.Mode == keepHours || !until.IsZero() && !now.Before(until)
}

// KeepsAsMuch reports that p lets every record of a copy stay.
func (p Policy) KeepsAsMuch(h Header) bool { return len(without(p.Never, h.Policy.Never)) == 0 }

// of is p as the header of a copy says it, of which every record may stay: what
// the copy lacks it lacks until a sync has brought it, whatever may be kept by now.
func (p Policy) of(h Header) Policy {
	if len(p.Never) < len(h.Policy.Never) {
		p.Never, p.Here = h.Policy.Never, h.Policy.Here
	}
	return p
}

// tightenAll brings every copy that this person can see under the policy in force,
// and destroys what it no longer allows. One that resists keeps it from no other.
func (s *Copies) tightenAll(ctx context.Context) error {
	copies, err := s.all(ctx)
	for _, c := range copies {
		if e := s.tightenCopy(ctx, c); err == nil && ehrdesk.CodeOf(e) != ehrdesk.CodeNotFound { // gone already is gone
			err = e
		}
	}
	return err
}

func (s *Copies) tightenCopy(ctx context.Context, c cache.Copy) error {
	h, err := OpenHeader(c.Header)
	if err != nil {
		return s.Spoiled(ctx, c.ID, "")
	}
	p, now := s.InForce(h.Policy), line.Later(s.Time(), h.Checked)
	switch {
	case !h.Consent.StateAt(now).Allows(): // also of a copy for the session alone, and of one that lies open
		return s.Destroy(ctx, c.ID)
	case p.KeepsAsMuch(h) && p.of(h).equal(h.Policy) && c.PurgeAfter.Equal(h.until(p)):
		return nil
	case p.exceeds(h, now) && (!s.screens.Shows(c.ID) || !p.KeepsAsMuch(h)):
		return s.Destroy(ctx, c.ID)
	}
	return s.PutHeader(ctx, &c, &h)
}

func (p Policy) equal(o Policy) bool {
	return p.Mode == o.Mode && p.Hours == o.Hours && p.OfflineHours == o.OfflineHours && p.By == o.By && slices.Equal(p.Never, o.Never) && slices.Equal(p.Here, o.Here) && slices.Equal(p.Handout, o.Handout)
}

// Tighten tightens, and says where that did not succeed: until it has, no copy
// opens by the desk's word alone.
func (s *Copies) Tighten(ctx context.Context) error {
	err := s.tightenAll(context.WithoutCancel(ctx))
	s.mu.Lock()
	s.pending = err != nil
	s.mu.Unlock()
	if err != nil {
		if ehrdesk.CodeOf(err) == ehrdesk.CodeLocked && s.screens.Over() {
			return err // a lock came in between: the next session tries again
		}
		s.Warnings.Warn(warnings.Policy)
		s.Log.Warn("copies not brought under the policy", "code", string(ehrdesk.CodeOf(err)))
	}
	return err
}

// Tightened tries again what has failed before.
func (s *Copies) Tightened(ctx context.Context) error {
	s.mu.Lock()
	loosely := s.pending
	s.mu.Unlock()
	if !loosely {
		return nil
	}
	if err := s.Tighten(ctx); err != nil {
		return ehrdesk.Errorf("open", ehrdesk.CodeDenied, "the copies on this desk could not be brought under the policy in force: none is opened without the line")
	}
	s.Warnings.Unwarn(warnings.Policy)
	return nil
}

// StaysPastSession reports whether what comes of a record may stay at this desk when whoever opened it has signed out.
func StaysPastSession(p Policy) bool { return p.Mode == keepHours }
