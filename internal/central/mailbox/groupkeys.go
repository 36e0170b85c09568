package mailbox

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Limits of role keys.
const (
	mostBox   = 8 << 10   // bytes of one, sealed
	mostBoxes = 100       // that come at once
	maxBoxes  = 512 << 10 // bytes that bring them
	mostWants = 50        // desks that are to have one, of an answer
)

// staffed is a group on whose staff somebody is. Errors: 404 for no group, 403 for one that is none of theirs.
func staffed(tx *store.Tx, who *store.Account, id string) (g ehrdesk.Group, err error) {
	if err := standing.Check(tx, who); err != nil {
		return g, err
	}
	row := tx.Desks.Groups().Get(id)
	if row == nil {
		return g, refusal.NotFound()
	}
	if g, err = grouped(tx, row); err != nil {
		return g, err
	}
	if _, in := g.Member(ehrdesk.CasePerson{Provider: who.HCP, Staff: who.Staff}); !in {
		return g, refusal.New(http.StatusForbidden, "case-rule", "Keys of a group are given to its staff.")
	}
	return g, nil
}

// keys gives somebody on the staff the role keys that were sealed to their desk, but of the epochs that it has; with give, for each desk of the staff that has not that
// of the current epoch, a key to seal it to, which nobody else is given. With again what they have of that epoch is no key of it: it goes,
// so that somebody seals it anew.
func (m groups) keys(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	what := accesslog.Event{Action: ehrdesk.AuditReceive, What: "Group"}
	if err := works(who); err != nil {
		return m.tried(r, who, what, "", err)
	}
	in, err := rest.ReadInput(w, r, rest.MaxInput)
	if err != nil {
		return err
	}
	id := strings.TrimPrefix(in.Get("group").ValueUUID, "urn:uuid:")
	if !isID(id) {
		return refusal.Invalid("A group has a UUID.")
	}
	what.What = ofGroup(id)
	had := map[string]bool{}
	for _, p := range in {
		if p.Name == "have" {
			had[p.ValueString] = true
		}
	}
	var out rest.List
	err = m.store.Write(r.Context(), func(tx *store.Tx) error {
		g, err := staffed(tx, who, id)
		if err != nil {
			return err
		}
		if _, err := limits.Spend(tx, &limits.Events, who, ehrdesk.AuditReceive); err != nil {
			return err
		}
		now, current := g.Current()
		if in.Get("again").ValueBoolean && current {
			tx.Desks.Groups().Drop(id, now.N, who.Client, who.Staff)
		}
		out = nil
		for _, b := range tx.Desks.Groups().Boxes(id, who.Client, who.Staff) {
			if had[strconv.Itoa(b.Epoch)] {
				continue
			}
			out = append(out, rest.Part("box", numbered("epoch", int64(b.Epoch)), rest.Param("key", "valueString", b.Key), rest.Param("sealed", "valueBase64Binary", b.Sealed)))
		}
		if in.Get("give").ValueBoolean && current {
			wants, err := wanting(tx, who, &g, now.N)
			if err != nil {
				return err
			}
			out = append(out, wants...)
		}
		if len(out) > 0 {
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditReceive, Who: who, What: ofGroup(id), Reason: "role-key"})
		}
		return nil
	})
	if err != nil {
		return m.tried(r, who, what, "", err)
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

// wanting are keys of the desks of a group's staff that have no role key of an epoch, besides the asker's own.
func wanting(tx *store.Tx, who *store.Account, g *ehrdesk.Group, epoch int) (out rest.List, err error) {
	spent := false
	for _, s := range g.Staff {
		if s.Left != 0 || answers(tx, &s) != nil {
			continue
		}
		for _, client := range tx.Desks.OfferedKeys().Desks(s.Provider, s.Staff) {
			if client == who.Client && s.Staff == who.Staff || tx.Desks.Groups().Box(g.ID, epoch, client, s.Staff) || len(out) >= mostWants {
				continue
			}
			if !spent {
				if _, err := limits.Spend(tx, &limits.Prekeys, who, ehrdesk.AuditQuery); err != nil {
					return nil, err
				}
				spent = true
			}
			if o := offered(tx, who, g.ID, client, s.Staff, true); o != nil { // a key that goes with its use
				out = append(out, rest.Part("key", rest.Param("desk", "valueString", client), rest.Param("provider", "valueString", s.Provider), rest.Param("staff", "valueString", s.Staff), rest.Param("offer", "valueString", o.Signed)))
			}
		}
	}
	return out, nil
}

// box takes role keys that somebody on the staff has sealed to desks of the staff, of the epoch that is current. One that is there stays.
func (m groups) box(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	what := accesslog.Event{Action: ehrdesk.AuditUpdate, What: "Group"}
	if err := works(who); err != nil {
		return m.tried(r, who, what, "", err)
	}
	in, err := rest.ReadInput(w, r, maxBoxes)
	if err != nil {
		return err
	}
	id := strings.TrimPrefix(in.Get("group").ValueUUID, "urn:uuid:")
	epoch, err := strconv.Atoi(in.Get("epoch").ValueString)
	if err != nil || !isID(id) {
		return refusal.Invalid("A role key is of an epoch of a group.")
	}
	what.What = ofGroup(id)
	boxes, err := boxesOf(in, epoch)
	if err != nil {
		return err
	}
	kept := 0
	err = m.store.Write(r.Context(), func(tx *store.Tx) error {
		g, err := staffed(tx, who, id)
		if err != nil {
			return err
		}
		if _, err := limits.Spend(tx, &limits.Events, who, ehrdesk.AuditUpdate); err != nil {
			return err
		}
		if now, current := g.Current(); !current || now.N != epoch {
			return groupBehind(tx.Desks.Groups().Get(id))
		}
		kept = 0
		for i := range boxes {
			if _, in := g.Member(ehrdesk.CasePerson{Provider: g.Provider, Staff: boxes[i].Staff}); !in {
				return refusal.New(http.StatusForbidden, "case-rule", "Keys of a group are for its staff.")
			}
			if tx.Desks.Groups().Keep(id, &boxes[i], tx.Now.UnixMicro()) {
				kept++
			}
		}
		if kept > 0 { // they are to hear of it
			seq, _ := tx.Changes.Next()
			row := tx.Desks.Groups().Get(id)
			row.Seq = seq
			tx.Desks.Groups().Put(row)
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditUpdate, Who: who, What: ofGroup(id), Reason: "role-key"})
		return nil
	})
	if err != nil {
		return m.tried(r, who, what, "", err)
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(numbered("kept", int64(kept))))
	return nil
}

func boxesOf(in rest.Input, epoch int) (out []store.GroupBox, err error) {
	for _, p := range in {
		if p.Name != "box" {
			continue
		}
		b := store.GroupBox{Epoch: epoch, Client: p.Part.Get("desk").ValueString, Staff: p.Part.Get("staff").ValueString, Key: p.Part.Get("key").ValueString}
		if b.Sealed, err = p.Part.Get("sealed").Bytes(mostBox); err != nil {
			return nil, err
		}
		if b.Client == "" || b.Staff == "" || b.Key == "" || len(b.Sealed) == 0 {
			return nil, refusal.Invalid("A role key is sealed to a key of a desk of somebody's.")
		}
		out = append(out, b)
	}
	if len(out) == 0 || len(out) > mostBoxes {
		return nil, refusal.Invalid("Role keys come 1 to 100 at a time.")
	}
	return out, nil
}
