package directory

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Who is on call they say themselves: the centre hands on what each has signed. The desk keeps the last of each person, so that what was
// said before it does not come back, and counts none that its person's key does not stand behind now.

// dutyList is the list of the journal that it is kept in: by person the last statement, and under strangeItem the last that was not theirs.
const (
	dutyList    = "directory on call"
	strangeItem = "not theirs: "
)

func dutyName(p ehrdesk.CasePerson) string { return p.Provider + "/" + p.Staff }

// centreNow is the time by the centre's clock, as this desk knows it: statements are of its moments.
func (d *Directory) centreNow() time.Time {
	now, _, _ := d.at.Line.Centre()
	return now.UTC().Truncate(time.Millisecond)
}

// loadDuty is called with mu.
func (d *Directory) loadDuty(ctx context.Context) error {
	items, err := d.lists.Items(ctx, dutyList)
	for _, it := range items {
		d.duty[it.ID] = string(it.Payload)
	}
	return err
}

// statement is what somebody has signed, by a key that stands now; ok is false for any other, and for what was signed later than now.
func statement(keys sealed.Signers, signed string, now time.Time) (o sealed.OnCall, ok bool, err error) {
	o, err = sealed.ReadOnCall(signed, keys)
	if err != nil {
		return o, false, err
	}
	who, _, stands := keys.Signer(sealed.SignedBy(signed), now)
	return o, stands && who == o.Of && !o.At.After(now.Add(line.ClockSlack)), nil
}

// takeDuty keeps what is new of what people have said, and writes down what somebody else has said in their name. It is called with mu.
func (d *Directory) takeDuty(ctx context.Context, out *fhir.Directory) error {
	keys, now := caseKeys{d.snapshot(), false}, d.centreNow()
	put := map[string]string{}
	for i := range out.Roles {
		r := &out.Roles[i]
		of := ehrdesk.CasePerson{Provider: r.HCP, Staff: r.Staff}
		name := dutyName(of)
		had := d.duty[name]
		if r.OnCall == "" || r.OnCall == had || len(r.OnCall) > mostStatement {
			continue
		}
		o, ok, err := statement(keys, r.OnCall, now)
		switch {
		case err != nil && !errors.Is(err, sealed.ErrUnknown), err == nil && o.Of != sealed.Person(of):
			if d.duty[strangeItem+name] == r.OnCall {
				continue
			}
			if err := d.access.Incident(ctx, "", "the centre's directory says that somebody is on call who has not signed it"); err != nil {
				return err
			}
			put[strangeItem+name] = r.OnCall
		case ok && !saidAt(had).After(o.At) && !saidAt(had).Equal(o.At):
			put[name] = r.OnCall
		}
	}
	var items []cache.WorklistItem
	for name, signed := range put {
		items = append(items, cache.WorklistItem{ID: name, Payload: []byte(signed)})
	}
	var off []string
	for name, signed := range d.duty {
		if _, anew := put[name]; !anew && !strings.HasPrefix(name, strangeItem) && !now.Before(saidAt(signed).Add(sealed.MostOnCall)) { // nothing of it can count again
			off = append(off, name)
		}
	}
	if len(items)+len(off) == 0 {
		return nil
	}
	if err := d.lists.Change(ctx, dutyList, items, off); err != nil {
		return err
	}
	for name, signed := range put {
		d.duty[name] = signed
	}
	for _, name := range off {
		delete(d.duty, name)
	}
	return nil
}

// mostStatement is how long a statement may be, in letters.
const mostStatement = 4 << 10

// saidAt is when something that is kept was signed; zero for nothing.
func saidAt(signed string) time.Time {
	var o sealed.OnCall
	if json.Unmarshal(sealed.Payload(signed), &o) != nil {
		return time.Time{}
	}
	return o.At
}

// onCall is until when those are on call who are. It is called with mu.
func (d *Directory) onCall() map[ehrdesk.CasePerson]time.Time {
	out := map[ehrdesk.CasePerson]time.Time{}
	if len(d.duty) == 0 {
		return out
	}
	keys, now := caseKeys{d.snapshot(), false}, d.centreNow()
	for name, signed := range d.duty {
		o, ok, err := statement(keys, signed, now)
		if of := ehrdesk.CasePerson(o.Of); err == nil && ok && dutyName(of) == name && now.Before(o.Until) {
			out[of] = o.Until
		}
	}
	return out
}

// OnCall is until when those are on call who are, as each has signed it. Nobody is asked. Errors: the journal's.
func (d *Directory) OnCall(ctx context.Context) (map[ehrdesk.CasePerson]time.Time, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil {
		return nil, err
	}
	return d.onCall(), nil
}

// SayOnCall has the centre tell until when whoever is signed in is on call, or with a zero time that they are not. Errors: CodeInvalid,
// CodeDenied, CodeNotFound where the centre has no directory, the line's.
func (d *Directory) SayOnCall(ctx context.Context, by sealed.Signer, until time.Time) error {
	const op = "directory.on-call"
	me, now := d.at.Self.Account(), d.centreNow()
	if until = until.UTC().Truncate(time.Second); until.IsZero() {
		until = now
	} else if !until.After(now) || until.Sub(now) > sealed.MostOnCall {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "somebody is on call until a time from now on, a week ahead at most")
	}
	switch {
	case d.centre == nil:
		return fhir.NotThere(op)
	case !me.Role.Clinical():
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "on call are those who work with patients")
	}
	signed, err := sealed.SignOnCall(&sealed.OnCall{Of: sealed.Person{Provider: me.Provider, Staff: me.Staff}, At: now, Until: until}, by)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if err := d.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditUpdate, Detail: "on call"}); err != nil {
		return err
	}
	_, err = line.Ask(ctx, d.at.Line, line.ActWait, func(ctx context.Context) (bool, error) { return true, d.centre.SayOnCall(ctx, signed) })
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return d.Refresh(ctx, 0)
}
