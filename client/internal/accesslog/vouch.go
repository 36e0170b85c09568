package accesslog

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
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

const (
	signEvery = 100 // entries of the access log between two signed checkpoints
	vouchWait = 5 * time.Second
)

// Begin takes up the log where it stands. It comes before the first Record.
func (l *Log) Begin(ctx context.Context) error {
	all, err := l.Store.Checkpoints(ctx)
	if len(all) > 0 {
		l.signed = all[len(all)-1].N
	}
	return err
}

// Rollback writes down what the store found of itself to be of an earlier day.
func (l *Log) Rollback(ctx context.Context) error {
	found := l.Store.RollbackDetected()
	if len(found) == 0 {
		return nil
	}
	if slices.Equal(found, []string{cache.StaleDamaged}) {
		return l.settle(ctx, "the file of the copies was damaged", warnings.Copies)
	}
	detail := earlier + strings.Join(found, ", ")
	if slices.Contains(found, cache.StaleJournal) {
		detail += fmt.Sprintf(" (%d entries remembered)", l.Store.Remembered())
	}
	return l.settle(ctx, detail, warnings.Stale)
}

const earlier = "put back to an earlier day: "

// settle ends an incident: written down first, then what lay aside is destroyed.
func (l *Log) settle(ctx context.Context, detail, code string) error {
	l.Warnings.Warn(code)
	if err := l.Incident(ctx, "", detail); err != nil {
		return err
	}
	return l.Vault.AcknowledgeRollback(context.WithoutCancel(ctx))
}

// signSometimes signs the access log every signEvery entries, with the line or
// without it.
func (l *Log) signSometimes(ctx context.Context, n int64) {
	if l.unsigned(n) < signEvery || !l.sign(ctx, n) || l.Line.Link().State != ehrdesk.Online {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, vouchWait)
	defer cancel()
	l.Vouch(ctx)
}

// SignAll signs the whole of the access log, where that was not done yet and is not
// being done.
func (l *Log) SignAll(ctx context.Context) { l.sign(ctx, 0) }

// unsigned is how many of n entries are above the newest signed checkpoint.
func (l *Log) unsigned(n int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return n - l.signed
}

// sign signs the first n entries of the access log, 0 for all of them, and keeps that.
// done is false where somebody is at it, or it failed.
func (l *Log) sign(ctx context.Context, n int64) (done bool) {
	if !l.vouching.TryLock() {
		return false
	}
	defer l.vouching.Unlock()
	state, err := l.Vault.State(ctx)
	if n == 0 {
		n = state.N
	}
	if err == nil && l.unsigned(n) > 0 {
		_, err = l.signAt(ctx, state, n)
	}
	if err != nil {
		l.Log.Warn("access log not signed", "code", string(ehrdesk.CodeOf(err)))
	}
	return err == nil
}

func (l *Log) signAt(ctx context.Context, state ehrdesk.AuditCheckpoint, n int64) (cache.Checkpoint, error) {
	head, err := l.log.HeadAt(ctx, n)
	if err != nil {
		return cache.Checkpoint{}, err
	}
	state.N, state.Head = n, head
	client, key := l.Line.Tokens.Desk()
	signed, err := fhir.SignCheckpoint(key, client, state, l.Now())
	if err != nil {
		return cache.Checkpoint{}, err
	}
	c := cache.Checkpoint{N: n, Head: head, Signed: signed}
	if err := l.log.KeepCheckpoint(ctx, c); err != nil {
		return c, err
	}
	l.mu.Lock()
	l.signed = max(l.signed, n)
	l.mu.Unlock()
	return c, nil
}

// Vouch has the centre vouch for the access log as it stands. That it does not
// is no error of what else is being done: it is written down and told.
func (l *Log) Vouch(ctx context.Context) {
	where := l.Line.Tokens.KeysAt(ctx)
	if l.centre == nil || where == "" || !l.vouching.TryLock() {
		return // nobody to ask, or somebody is at it
	}
	defer l.vouching.Unlock()
	keys, err := l.keysOfCentre(ctx, where)
	if err == nil {
		err = l.vouchTo(ctx, keys)
	}
	if err != nil && !line.Down(err) {
		l.Log.Warn("access log not vouched for", "code", string(ehrdesk.CodeOf(err)))
	}
}

// CentreKeys are the keys that this desk takes for the centre's: those it saw first. Errors: CodeOffline where it has seen none and
// cannot ask, the line's.
func (l *Log) CentreKeys(ctx context.Context) ([]fhir.Key, error) {
	if known := l.Self.Known().Centre; len(known) > 0 {
		return known, nil
	}
	where := l.Line.Tokens.KeysAt(ctx)
	if where == "" {
		return nil, ehrdesk.Errorf("checkpoint", ehrdesk.CodeOffline, "the central service cannot be asked for its keys")
	}
	return l.keysOfCentre(ctx, where)
}

// keysOfCentre are the keys that this desk takes for the centre's: those it saw first.
func (l *Log) keysOfCentre(ctx context.Context, where string) ([]fhir.Key, error) {
	if known := l.Self.Known().Centre; len(known) > 0 {
		return known, nil
	}
	fresh, err := l.Line.Tokens.CentreKeys(ctx, where)
	if err != nil {
		return nil, err
	}
	client, desk := l.Line.Tokens.Desk()
	public := desk.Public()
	l.Self.Amend(ctx, func(p *person.Person) {
		p.Centre, p.ClientID, p.DeskKey = fresh, client, &public
	})
	return fresh, nil
}

// vouchTo sends the entries since the last word of the centre, signEvery at a
// time.
func (l *Log) vouchTo(ctx context.Context, keys []fhir.Key) error {
	state, err := l.Vault.State(ctx)
	if err != nil {
		return err
	}
	from, err := l.vouchedTo(ctx, keys)
	if err != nil {
		return err
	}
	full, asked := state.N, false
	seen, before := l.lastWord(ctx, keys)
	for {
		to := min(full, from+signEvery)
		c, err := l.signAt(ctx, state, to)
		if err != nil {
			return err
		}
		entries, err := l.log.Sealed(ctx, from, to)
		if err != nil {
			return err
		}
		word, err := l.centre.Checkpoint(ctx, c.Signed, entries, seen)
		c.Vouched = word.Vouched
		var no *fhir.Refusal
		switch {
		case errors.As(err, &no):
			known, err := l.refused(ctx, no, keys)
			if err != nil || no.Issue != "audit-gap" || asked {
				return err
			}
			from, asked = known.N, true // where the centre says to begin: once
			continue
		case err != nil:
			return err
		}
		v, err := fhir.OpenVouch(c.Vouched, keys)
		if err != nil {
			l.Warnings.Warn(warnings.Key)
			return err
		}
		state.N, state.Head = c.N, c.Head
		if client, _ := l.Line.Tokens.Desk(); v.Client != client || !v.Is(state) {
			return ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "the central service vouched for something else")
		}
		led := before.CentreN == 0 || before.Leads(v, word.Digests)
		if !led && v.N == before.N { // its earlier word would be written over
			return l.centreChanged(ctx, to)
		}
		if err := l.log.KeepCheckpoint(ctx, c); err != nil {
			return err
		}
		if seen, before = c.Vouched, v; !led {
			return l.centreChanged(ctx, to)
		}
		if from = to; to == full {
			return nil
		}
	}
}

// lastWord is what the centre signed last, with what it said of its own log; "" where it
// has said nothing yet.
func (l *Log) lastWord(ctx context.Context, keys []fhir.Key) (string, fhir.Vouch) {
	all, err := l.Store.Checkpoints(ctx)
	if err != nil {
		return "", fhir.Vouch{}
	}
	for _, c := range slices.Backward(all) {
		if c.Vouched == "" {
			continue
		}
		if v, err := fhir.OpenVouch(c.Vouched, keys); err == nil && v.CentreN > 0 {
			return c.Vouched, v
		}
	}
	return "", fhir.Vouch{}
}

// centreChanged writes down and tells that the centre's own log no longer leads on from
// what it signed. Its earlier word is kept under the entry that it was given for: that is
// the evidence.
func (l *Log) centreChanged(ctx context.Context, n int64) error {
	l.Warnings.Warn(warnings.Centre)
	return l.Incident(ctx, "", fmt.Sprintf("the central service's own access log does not lead on from what it signed; its words up to entry %d are kept", n))
}

// vouchedTo is how far the centre has vouched for the chain on this desk.
func (l *Log) vouchedTo(ctx context.Context, keys []fhir.Key) (int64, error) {
	all, err := l.Store.Checkpoints(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range slices.Backward(all) {
		if c.Vouched == "" {
			continue
		}
		head, err := l.log.HeadAt(ctx, c.N)
		if err != nil {
			return 0, err
		}
		if v, err := fhir.OpenVouch(c.Vouched, keys); err == nil && v.N == c.N && slices.Equal(head, v.Head) {
			return c.N, nil
		}
	}
	return 0, nil
}

// refused judges a refusal by what the centre says it last vouched for. Where
// the desk is behind that, its copies are put aside and destroyed, once for each
// such word of the centre.
func (l *Log) refused(ctx context.Context, no *fhir.Refusal, keys []fhir.Key) (fhir.Vouch, error) {
	if no.Issue == "audit-log" || (no.Vouched == "" && no.Issue != "audit-gap") {
		return fhir.Vouch{}, ehrdesk.E("checkpoint", ehrdesk.CodeConflict, no)
	}
	if no.Vouched == "" {
		return fhir.Vouch{}, nil // it knows nothing yet
	}
	known, err := fhir.OpenVouch(no.Vouched, keys)
	if err != nil {
		l.Warnings.Warn(warnings.Key)
		return known, err
	}
	if known.Log != l.Store.Install() {
		return known, ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "the central service speaks of another desk")
	}
	if no.Issue == "audit-gap" {
		state, err := l.Vault.State(ctx)
		if err != nil || known.N <= state.N {
			return known, err
		}
	}
	l.Warnings.Warn(warnings.Behind)
	all, err := l.Store.Checkpoints(ctx)
	if err != nil {
		return known, err
	}
	seen := slices.ContainsFunc(all, func(c cache.Checkpoint) bool {
		return c.N == known.N && slices.Equal(c.Head, known.Head) && c.Signed == ""
	})
	if seen && no.Issue != "copies-behind" {
		return known, ehrdesk.E("checkpoint", ehrdesk.CodeConflict, no)
	}
	l.screens.BlankAll()
	if err := l.Vault.Quarantine(ctx, known.Generation); err != nil {
		return known, err
	}
	if err := l.settle(ctx, fmt.Sprintf(earlier+"%s, %s, vouched to entry %d", cache.StaleCentre, no.Issue, known.N), warnings.Behind); err != nil {
		return known, err
	}
	if no.Issue != "copies-behind" {
		if err := l.log.KeepCheckpoint(ctx, cache.Checkpoint{N: known.N, Head: known.Head, Vouched: no.Vouched}); err != nil {
			return known, err
		}
	}
	return known, ehrdesk.E("checkpoint", ehrdesk.CodeConflict, no)
}
