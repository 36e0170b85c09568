package sqlstore

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/store"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Each makes a store of one version from the version before; none is changed
// once it has been released.
var (
	//go:embed schema.sql
	schema string
	//go:embed schema-cards.sql
	schemaCards string
	//go:embed schema-desks.sql
	schemaDesks string
	//go:embed schema-offer.sql
	schemaOffer string
	//go:embed schema-restricted.sql
	schemaRestricted string
	//go:embed schema-events.sql
	schemaEvents string
	//go:embed schema-cache.sql
	schemaCache string
	//go:embed schema-links.sql
	schemaLinks string
	//go:embed schema-handout.sql
	schemaHandout string
	//go:embed schema-chain.sql
	schemaChain string
	//go:embed schema-bound.sql
	schemaBound string
	//go:embed schema-limits.sql
	schemaLimits string
	//go:embed schema-confirm.sql
	schemaConfirm string
	//go:embed schema-ends.sql
	schemaEnds string
	//go:embed schema-incidents.sql
	schemaIncidents string
	//go:embed schema-owed.sql
	schemaOwed string
	//go:embed schema-key.sql
	schemaKey string
	//go:embed schema-day.sql
	schemaDay string
	//go:embed schema-relabel.sql
	schemaRelabel string
	//go:embed schema-ahead.sql
	schemaAhead string
	//go:embed schema-directory.sql
	schemaDirectory string
	//go:embed schema-inbox.sql
	schemaInbox string
	//go:embed schema-shl.sql
	schemaSHL string
	//go:embed schema-second.sql
	schemaSecond string // for both engines
	//go:embed schema-mail.sql
	schemaMail string
	//go:embed schema-groups.sql
	schemaGroups string
	//go:embed schema-staff.sql
	schemaStaff string // for both engines
)

// schemaVersion is the store's PRAGMA user_version.
const schemaVersion = 27

// migration is one step: the tables, and what cannot be said in SQL.
type migration struct {
	tables string
	fill   func(*tx) error
}

func migrations(seed func(*store.Tx) error) []migration {
	steps := [schemaVersion]migration{{tables: schema}, {tables: schemaCards}, {tables: schemaDesks}, {schemaOffer, func(q *tx) error { return seed(views(q)) }}, {schemaRestricted, findLabels}, {tables: schemaEvents},
		{tables: schemaCache}, {schemaLinks, relink}, {tables: schemaHandout}, {schemaChain, chainUp}, {tables: schemaBound}, {tables: schemaLimits}, {tables: schemaConfirm}, {tables: schemaEnds}, {tables: schemaIncidents}, {tables: schemaOwed}, {tables: schemaKey}, {tables: schemaDay}, {schemaRelabel, relabel}, {tables: schemaAhead}, {tables: schemaDirectory}, {tables: schemaInbox}, {tables: schemaSHL}, {tables: schemaSecond}, {schemaMail, logKeys}, {tables: schemaGroups}, {schemaStaff, staffGroups}}
	return steps[:]
}

// How long, and how often, a program waits for another that is making the same
// store: while a new file becomes a WAL one, SQLite does not wait by itself.
const (
	turnWait = 15 * time.Second
	turnStep = 10 * time.Millisecond
)

var errTurn = errors.New("another program is making the store")

func migrateInTurn(ctx context.Context, db *sql.DB, now func() time.Time, steps []migration) error {
	for until := time.Now().Add(turnWait); ; {
		err := migrate(ctx, db, now(), steps)
		if !errors.Is(err, errTurn) || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(turnStep):
		}
	}
}

// migrate takes a file forward by the steps that it has not had; its version is how many
// it has.
func migrate(ctx context.Context, db *sql.DB, now time.Time, steps []migration) error {
	const op = "central.store"
	under, err := db.BeginTx(ctx, nil)
	var failed *sqlite.Error
	switch {
	case errors.As(err, &failed) && failed.Code()&0xff == sqlite3.SQLITE_BUSY:
		return ehrdesk.E(op, ehrdesk.CodeOther, errTurn)
	case err != nil:
		return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	defer under.Rollback()
	var version int
	if err := under.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	switch {
	case version == len(steps):
		return nil
	case version == movedVersion:
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the store was moved to a database: name it with --store")
	case version > len(steps):
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the store is from a later version of this program")
	}
	for _, step := range steps[max(version, 0):] {
		if _, err := under.ExecContext(ctx, step.tables); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
		}
		if step.fill == nil {
			continue
		}
		q := newTx(ctx, forward{under, map[string]*sql.Stmt{}}, now)
		if err := q.run(func() error { return step.fill(q) }); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
		}
	}
	if _, err := under.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(steps))); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	if err := under.Commit(); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	return nil
}

// chainUp chains the events of a store of before there was a chain, as they stand.
func chainUp(q *tx) error {
	type link struct {
		seq  int64
		hash []byte
	}
	var links []link
	n, head := int64(0), []byte(nil)
	err := log{q}.with(func(e *store.LogEntry) error {
		seq := e.Seq
		e.Follow(n, head)
		head, n = e.Hash, seq
		links = append(links, link{seq, e.Hash})
		return nil
	}, "0, 0", "", "")
	if err != nil {
		return err
	}
	q.exec("DROP TRIGGER audit_kept")
	for _, l := range links {
		q.exec("UPDATE audit SET hash = ? WHERE seq = ?", l.hash, l.seq)
	}
	q.exec("CREATE TRIGGER audit_kept BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END")
	return nil
}

// staffGroups finds who is on the staff of the groups of a store of before that was kept.
func staffGroups(q *tx) error {
	all := groups{q}
	for _, row := range all.After(0, math.MaxInt32) {
		var g ehrdesk.Group
		for _, e := range all.Events(row.ID, 0, math.MaxInt32) {
			read, err := caselog.PlainGroup(e.Signed)
			if err != nil || g.Step(&read, e.Hash) != nil {
				return store.Err
			}
		}
		all.SetStaff(row.ID, row.HCP, g.OnStaff())
	}
	return nil
}

// findLabels looks through a store of before there were labels.
func findLabels(q *tx) error {
	for _, table := range []string{"record", "history"} {
		var labelled []*store.Record
		err := each(q, func(r *store.Record) []any { return []any{&r.Type, &r.ID, &r.Version, &r.Body} }, func(r *store.Record) error {
			f, err := resource.Scan(r.Body)
			if err == nil && f.Labelled() {
				labelled = append(labelled, r)
			}
			r.Body = nil
			return err
		}, "SELECT type, id, version, body FROM "+table+" WHERE deleted = 0 AND instr(body, CAST('security' AS BLOB)) > 0")
		if err != nil {
			return err
		}
		for _, r := range labelled {
			q.exec("UPDATE "+table+" SET labelled = 1 WHERE type = ? AND id = ? AND version = ?", r.Type, r.ID, r.Version)
		}
	}
	return nil
}

// relabel reads the labels anew of records that an earlier version of this program took for unlabelled, as it
// knew fewer spellings of a label. A record that is found to have one leaves the scope of desks now: the
// links that come with it end, and desks that have it hear of it as of any that was labelled. Its bytes and
// its version stay.
func relabel(q *tx) error {
	for _, table := range []string{"record", "history"} {
		var labelled []*store.Record
		links := map[*store.Record][]ehrdesk.Ref{}
		err := each(q, func(r *store.Record) []any {
			return []any{&r.Type, &r.ID, &r.Version, &r.Patient, &r.Kind, &r.Body}
		}, func(r *store.Record) error {
			f, err := resource.Scan(r.Body)
			if err == nil && !f.Labelled() {
				return nil
			}
			if labelled = append(labelled, r); err == nil { // what cannot be read is not known to have none
				links[r] = f.Shared()
			}
			r.Body, r.Labelled = nil, true
			return nil
		}, "SELECT type, id, version, patient, kind, body FROM "+table+" WHERE deleted = 0 AND labelled = 0 AND (position(? IN body) > 0 OR position(? IN body) > 0)",
			[]byte("security"), []byte(`\u00`)) // a name may be spelled with escapes
		if err != nil {
			return err
		}
		for _, r := range labelled {
			q.exec("UPDATE "+table+" SET labelled = 1 WHERE type = ? AND id = ? AND version = ?", r.Type, r.ID, r.Version)
			switch {
			case table == "record":
				q.outOfScope(r, links[r])
			case q.has("SELECT 1 FROM record WHERE type = ? AND id = ? AND deleted = 1 AND labelled = 0", r.Type, r.ID): // a desk that has it has not heard that it is gone
				q.exec("UPDATE record SET labelled = 1 WHERE type = ? AND id = ?", r.Type, r.ID)
				q.outOfScope(r, nil)
			}
		}
	}
	if q.seq != 0 {
		q.exec("UPDATE change SET seq = ?, at = ?", q.seq, q.at)
	}
	return nil
}

// outOfScope has desks hear that a record is labelled.
func (q *tx) outOfScope(r *store.Record, links []ehrdesk.Ref) {
	_, at := changes{q}.Next()
	r.Row, r.Updated = value[int64](q, "SELECT pk FROM record WHERE type = ? AND id = ?", r.Type, r.ID), at
	q.exec("INSERT INTO relabelled (source, at) VALUES (?,?)", r.Row, at)
	if r.Patient != "" {
		q.unlink(r, at)
		q.link(r, links)
	}
}

// relink notes anew what every patient's records refer to.
func relink(q *tx) error {
	for _, id := range (participants{q}).All() {
		if err := q.relinkOf(id); err != nil {
			return err
		}
	}
	return nil
}

func (q *tx) relinkOf(patient string) error {
	var found []*store.Record
	links := map[*store.Record][]ehrdesk.Ref{}
	err := each(q, func(r *store.Record) []any { return []any{&r.Row, &r.Patient, &r.Updated, &r.Body} }, func(r *store.Record) error {
		f, err := resource.Scan(r.Body)
		if err == nil {
			links[r], r.Kind, r.Labelled, r.Body = f.Shared(), f.Place().Kind, f.Labelled(), nil
		}
		found = append(found, r)
		return err
	}, "SELECT pk, patient, updated, body FROM record WHERE patient = ? AND deleted = 0", patient)
	if err != nil {
		return err
	}
	for _, r := range found {
		q.link(r, links[r])
	}
	return nil
}

// views is the transaction as the rules have it, each view held against its interface.
func views(q *tx) *store.Tx {
	return &store.Tx{Now: q.now, Changes: changes{q}, Accounts: accounts{q}, Desks: desks{q}, Participants: participants{q}, Consents: consents{q}, Tries: tries{q}, Rates: rates{q},
		Cards: cards{q}, Releases: releases{q}, Offer: offer{q}, Records: records{q}, Charts: charts{q}, Log: log{q}, Checkpoints: checkpoints{q}}
}

// forward is the transaction of a migration, which prepares each of its statements once.
type forward struct {
	*sql.Tx
	stmts map[string]*sql.Stmt
}

func (forward) engine() *dialect { return file }

func (f forward) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return f.QueryContext(ctx, text, args...)
}

func (f forward) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if had := f.stmts[text]; had != nil {
		return had, nil
	}
	made, err := f.PrepareContext(ctx, file.spell(text))
	f.stmts[text] = made
	return made, err
}
