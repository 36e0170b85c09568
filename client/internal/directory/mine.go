package directory

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// owner is what this desk knows of the keys of whoever is signed in: which are theirs, and which the log has in their name that they
// have not said to be.
type owner struct {
	Known    []string            `json:"known"` // by name: this desk's, and those that they said are of another desk of theirs
	Strange  []ehrdesk.KeyChange `json:"strange,omitempty"`
	Followed bool                `json:"followed,omitempty"` // the log was looked through before
}

// ownKey is the name of the key of whoever is signed in at this desk.
func (d *Directory) ownKey() string {
	_, key := d.at.Line.Tokens.Person()
	return KeyName(key.Public())
}

// strangers looks through the log for keys that came to count in the name of whoever is signed in, and that no desk of theirs made as far
// as they have said. Each is written down once, and told until they have said that it is theirs. What had ended before the desk first
// followed the log is of the past. It is called with mu.
func (d *Directory) strangers(ctx context.Context) error {
	me, own, m := d.at.Self.Account(), d.ownKey(), d.log.mine
	m.Known, m.Strange = slices.Clone(m.Known), slices.Clone(m.Strange)
	changed := !m.Followed
	if !slices.Contains(m.Known, own) {
		m.Known, changed = append(m.Known, own), true
	}
	for _, k := range d.log.log.Strange(me.Provider, me.Staff, m.Known) {
		known := slices.ContainsFunc(m.Strange, func(c ehrdesk.KeyChange) bool { return c.Key == k.Name })
		switch {
		case known:
			continue
		case !m.Followed && !d.log.log.Stood(me.Provider, me.Staff, k.Name, d.at.Now()):
			m.Known, changed = append(m.Known, k.Name), true
			continue
		}
		if err := d.access.Incident(ctx, "", "the centre's log of keys has a key in the name of whoever is signed in, of another desk than this"); err != nil {
			return err
		}
		p := pin{HCP: me.Provider, Staff: me.Staff, Name: me.Name, Provider: me.ProviderName}
		m.Strange, changed = append(m.Strange, ehrdesk.KeyChange{Key: k.Name, Owner: p.owner(), What: ehrdesk.KeyInYourName, At: d.at.Now()}), true
	}
	m.Followed = true
	if !changed {
		return nil
	}
	return d.keepMine(ctx, m)
}

// keepMine is called with mu.
func (d *Directory) keepMine(ctx context.Context, m owner) error {
	b, err := json.Marshal(&m)
	if err != nil {
		return ehrdesk.Errorf("directory", ehrdesk.CodeOther, "whose keys they are cannot be written")
	}
	if err := d.lists.Put(ctx, logList, mineItem+d.at.Self.Account().Staff, b); err != nil {
		return err
	}
	d.log.mine = m
	d.warnMine()
	return nil
}

func (d *Directory) warnMine() {
	if len(d.log.mine.Strange) > 0 {
		d.at.Warnings.Warn(warnings.KeyInName)
		return
	}
	d.at.Warnings.Unwarn(warnings.KeyInName)
}

// Mine takes the word of whoever is signed in that a key in their name is of another desk of theirs: from then on what they write is
// sealed to that desk as well. Errors: CodeNotFound for no key that was asked about.
func (d *Directory) Mine(ctx context.Context, key string) error {
	const op = "directory"
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil {
		return err
	}
	m := d.log.mine
	i := slices.IndexFunc(m.Strange, func(c ehrdesk.KeyChange) bool { return c.Key == key })
	if i < 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no key of that id was asked about")
	}
	if err := d.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditUpdate, Detail: "a key in one's name said to be of a desk of one's own"}); err != nil {
		return err
	}
	m.Known, m.Strange = append(slices.Clone(m.Known), key), slices.Delete(slices.Clone(m.Strange), i, i+1)
	return d.keepMine(ctx, m)
}
