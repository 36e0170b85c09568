package acts

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// followedList is what was followed up, and is not found once more when its line is forgotten.
const followedList = "followed"

// followedFor is how long that is remembered: longer than anything is found anew.
const followedFor = 800 * 24 * time.Hour

// followName is what was found of a patient, by a name that says nothing of either.
func followName(patient, record string) string {
	return uuid.NewSHA1(uuid.Nil, []byte("ehrdesk follow-up\x00"+patient+"\x00"+record)).String()
}

// roleOf is the profession of whoever is signed in.
func roleOf(d *day) ehrdesk.Profession { return d.share.Self.Account().Role }

// toldTo is a line as whoever is signed in is told of it; ok is false where they are not. That a doctor has
// to look at a record is for those who see it; of a call that one has led to the others are told that
// somebody is to be called, and no more than that it is a follow-up.
//
// What came new is for those who are given that kind of record, while the consent lasts.
func (d *day) toldTo(t ehrdesk.Task) (told ehrdesk.Task, ok bool) {
	if t.Kind.Called() && t.Call.What == ehrdesk.FollowReport {
		return toldReport(d, t)
	}
	if t.Kind.Called() && t.Call.What.News() {
		over := !t.Call.Until.IsZero() && !d.now().Before(t.Call.Until)
		return t, roleOf(d).Reviews() && ehrdesk.AccessOf(roleOf(d), t.Call.Kind) == ehrdesk.General && !over
	}
	switch {
	case t.Kind == ehrdesk.TaskReview && t.Call.What == "": // this desk has no key to its words yet
		return t, false
	case !t.Kind.Called() || t.Call.What == "" || roleOf(d).Reviews():
		return t, true
	}
	t.Call.What, t.Call.Record, t.Call.Missed, t.Call.At = ehrdesk.FollowUnsaid, ehrdesk.Ref{}, time.Time{}, time.Time{}
	return t, t.Kind == ehrdesk.TaskCall
}

// Follow makes lines of what a patient's records leave to be followed up, each once, at whatever desk, and
// concludes those that are found no more, as somebody has come or answered. looked are the kinds that could
// be looked for: of others nothing is concluded.
func (d *day) Follow(ctx context.Context, p ehrdesk.Patient, ends []ehrdesk.LooseEnd, looked []ehrdesk.FollowKind) error {
	if p.ID == "" || p.Number().IsZero() {
		return nil
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	all, err := d.settled(ctx)
	if err != nil {
		return err
	}
	had := map[string]string{} // by record, the id of its line
	for _, id := range all.ids {
		if r := all.of(id); r.Kind.Called() && r.Call.Record != "" && !r.Call.What.Came() && r.Patient.ID == p.ID && !r.gone() {
			had[r.Call.Record] = id
		}
	}
	if len(ends)+len(had) == 0 {
		return nil
	}
	before, err := followed(ctx, d)
	if err != nil {
		return err
	}
	var out changes
	loose := map[string]bool{}
	m := d.missing(all)
	for _, e := range ends {
		record := e.Ref.String()
		loose[record] = true
		if had[record] != "" || e.Old || before[followName(p.ID, record)] || e.What == ehrdesk.FollowMissed && m.called["patient "+p.ID+" "+civil(e.Day)] {
			continue
		}
		id, ok := d.share.Name(ctx, "follow-up", p.ID, record)
		if !ok {
			id = followName(p.ID, record)
		}
		if all.of(id) != nil {
			continue
		}
		now := d.now()
		t := ehrdesk.Task{ID: id, Kind: e.What.Task(), State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: p.Number(), Patient: p, Added: now, Staff: d.staff()}
		t.Call = ehrdesk.Call{Missed: e.Day, Due: later(ehrdesk.WorkingDayAfter(e.Due), now), What: e.What, Record: e.Ref}
		r := saveTask(t)
		if err := d.follow(ctx, &r, id, t, nil); err != nil {
			return err
		}
		if err := begun(&r, open(e, now.Location())); err != nil {
			return err
		}
		out.put(id, r)
	}
	for record, id := range had {
		r := all.of(id)
		if loose[record] || !slices.Contains(looked, r.Call.What) || r.line().State().Over() || r.call().Reopened() {
			continue
		}
		if err := d.comes(r, ehrdesk.Step{State: ehrdesk.CallCame.Work(), Outcome: ehrdesk.CallCame, Stamp: d.share.Stamp(r.line().Last())}); err != nil {
			return err
		}
		out.put(id, *r)
	}
	return d.write(ctx, &out)
}

// open is since when something is left to be followed up, the same at each desk: the first day on which it is found.
func open(e ehrdesk.LooseEnd, zone *time.Location) time.Time {
	y, m, d := e.Due.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}

// followed names what the line of a record was made of, so that it is not found again: of what came new the record as it
// stood.
func (r taskRecord) followed() string {
	if r.Call.What.Came() {
		return followName(r.Patient.ID, newsName(r.Call.Record, r.Call.Mark))
	}
	return followName(r.Patient.ID, r.Call.Record)
}

// remembered is what is kept of a line that is forgotten: what it was made of, and of a report that it was ever looked at.
func remembered(r *taskRecord, today string) (out []cache.WorklistItem) {
	if r.Call.Record == "" {
		return nil
	}
	out = append(out, cache.WorklistItem{ID: r.followed(), Payload: []byte(today)})
	if r.Call.What == ehrdesk.FollowReport {
		out = append(out, cache.WorklistItem{ID: followName(r.Patient.ID, reportSeen(r.Call.Record)), Payload: []byte(today)})
	}
	return out
}

// followed is what was followed up before, by name. What is too old to be found again is forgotten.
func followed(ctx context.Context, d *day) (map[string]bool, error) {
	items, err := d.lists.Items(ctx, followedList)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	var off []string
	for _, it := range items {
		if day, err := time.Parse(time.DateOnly, string(it.Payload)); err != nil || d.now().Sub(day) > followedFor {
			off = append(off, it.ID)
			continue
		}
		out[it.ID] = true
	}
	if len(off) > 0 {
		err = d.lists.Change(ctx, followedList, nil, off)
	}
	return out, err
}
