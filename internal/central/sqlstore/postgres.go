package sqlstore

import (
	"context"
	"crypto/tls"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// server is how PostgreSQL has the statements.
var server = &dialect{
	spell: numbered,
	run: func(ctx context.Context, conn *sql.Conn, text string) error {
		return conn.Raw(func(c any) error {
			done, err := c.(*stdlib.Conn).Conn().Exec(ctx, text)
			// A transaction in which a statement failed is undone by COMMIT, which says so and gives no error.
			if err == nil && text == "COMMIT" && done.String() != text {
				err = errors.New("the transaction was undone")
			}
			return err
		})
	},
	cursors: true,
	alive:   func(c any) bool { return !c.(*stdlib.Conn).Conn().IsClosed() },
	guarded: `SELECT (SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
			WHERE (t.tgrelid, t.tgname) IN (('audit'::regclass, 'audit_kept'), ('audit'::regclass, 'audit_emptied'), ('audit_head'::regclass, 'audit_head_kept'), ('audit_head'::regclass, 'audit_head_emptied'))
				AND t.tgenabled = 'A' AND p.proname = 'append_only' AND p.prosrc LIKE '%RAISE EXCEPTION%') = 4
		AND (SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND tgname = 'audit_counted' AND tgenabled = 'A') = 1
		AND (SELECT most FROM audit_most) = coalesce((SELECT max(seq) FROM audit), 0)`,
}

// numbered is a statement with $1, $2 for each ?, and $1 for ?1.
func numbered(text string) string {
	var out strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(text, "?")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteByte('$')
		if after == "" || after[0] < '1' || after[0] > '9' {
			out.WriteString(strconv.Itoa(n))
		}
		text = after
	}
}

// How transactions begin. One that writes has the store's lock until it is over, whichever
// process it is of, so that it sees all that was written before and numbers nothing twice. The
// lock is this schema's alone, and lets the next one in when all can see what was written.
const (
	serverWrites = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(" + storeLock + ", current_schema()::regnamespace::oid::int4)"
	serverReads  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	serverProofs = "BEGIN ISOLATION LEVEL READ COMMITTED"
	storeLock    = "1701343844"
)

// How many connections a process has to a server, beside the one that writes. A server takes
// a hundred of itself.
const serverReaders, serverProvers = 12, 4

// furthest is how far this machine's clock may be from the server's: those of several centres
// have to tell the same minute, which a nonce lasts.
const furthest = 20 * time.Second

// OpenServer opens the store in a PostgreSQL database, in the first schema of its search
// path, and makes it where there is none, unless held says that there has to be one. The
// address is a URL or words as libpq has them; a password may come from PGPASSFILE instead.
// Errors: CodeNotFound where held and there is none, CodeInvalid for an address that is none
// or that leads over a network without the server's certificate being checked, CodeOffline
// where nobody answers, CodeTampered for a store of a later program.
func OpenServer(ctx context.Context, address string, held bool, now func() time.Time, seed func(*store.Tx) error) (*Store, error) {
	s, err := dial(ctx, address, now)
	if err != nil {
		return nil, err
	}
	if err := s.migrateServer(ctx, held, seed); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// dial is a server's store whose tables have not been looked at.
func dial(ctx context.Context, address string, now func() time.Time) (*Store, error) {
	const op = "central.store"
	conf, err := pgx.ParseConfig(address)
	if err != nil { // its words quote the address
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the address of the database is postgres://USER@HOST:PORT/DATABASE")
	}
	if !checked(conf) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the database is on another machine: its address has to say sslmode=verify-full, with sslrootcert where its certificate is of your own")
	}
	s := &Store{now: now,
		w: serverLine(conf, 1, serverWrites, true),
		r: serverLine(conf, serverReaders, serverReads, true),
		p: serverLine(conf, serverProvers, serverProofs, false)}
	if err := ready(ctx, s.w.DB); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// checked is whether every way to the server stays on this machine, or knows it by its
// certificate.
func checked(conf *pgx.ConnConfig) bool {
	ways := []struct {
		host string
		tls  *tls.Config
	}{{conf.Host, conf.TLSConfig}}
	for _, other := range conf.Fallbacks {
		ways = append(ways, struct {
			host string
			tls  *tls.Config
		}{other.Host, other.TLSConfig})
	}
	for _, way := range ways {
		ip := net.ParseIP(way.host)
		here := filepath.IsAbs(way.host) || strings.HasPrefix(way.host, "@") || way.host == "localhost" || ip != nil && ip.IsLoopback()
		if !here && (way.tls == nil || way.tls.InsecureSkipVerify && way.tls.VerifyPeerCertificate == nil) {
			return false
		}
	}
	return true
}

// serverLine is so many connections on which transactions begin so. What is lasting is on the
// server's disk when a transaction ends.
func serverLine(conf *pgx.ConnConfig, conns int, begin string, lasting bool) *line {
	conf = conf.Copy()
	for name, value := range map[string]string{
		"application_name": "ehrcentral", "client_encoding": "UTF8", "DateStyle": "ISO", "standard_conforming_strings": "on",
		// a centre that is gone without a word, or stands still, gives its lock back
		"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3", "idle_in_transaction_session_timeout": "30s",
	} {
		if _, given := conf.RuntimeParams[name]; !given {
			conf.RuntimeParams[name] = value
		}
	}
	lasts := "SELECT set_config('synchronous_commit', 'off', false)"
	if lasting { // a stricter setting of the server's is left
		lasts = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
	}
	db := stdlib.OpenDB(*conf, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, lasts)
		return err
	}))
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return newLine(db, server, conns, begin)
}

// ready refuses a server on which a centre cannot keep its promises.
func ready(ctx context.Context, db *sql.DB) error {
	const op = "central.store"
	var version int
	var fsync, encoding string
	var there time.Time
	asked := time.Now()
	err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int, current_setting('fsync'), current_setting('server_encoding'), clock_timestamp()").Scan(&version, &fsync, &encoding, &there)
	switch took := time.Since(asked); {
	case err != nil && ctx.Err() != nil:
		return ehrdesk.E(op, ehrdesk.CodeTimeout, errors.New("the database did not answer in time"))
	case err != nil:
		return ehrdesk.E(op, ehrdesk.CodeOffline, errors.New("the database does not answer, or does not let this user in"))
	case version < 150000:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the database is older than PostgreSQL 15")
	case fsync != "on":
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the database does not wait for its disk (fsync is off): what is answered could be lost")
	case encoding != "UTF8":
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the database does not keep its texts as UTF-8")
	case there.Sub(asked) < -furthest || there.Sub(asked) > furthest+took:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this machine's clock and the database's are more than %s apart", furthest)
	}
	return nil
}

//go:embed schema-postgres.sql
var schemaServer string

//go:embed schema-day-postgres.sql
var schemaServerDay string

//go:embed schema-relabel-postgres.sql
var schemaServerRelabel string

//go:embed schema-ahead-postgres.sql
var schemaServerAhead string

//go:embed schema-directory-postgres.sql
var schemaServerDirectory string

//go:embed schema-inbox-postgres.sql
var schemaServerInbox string

//go:embed schema-shl-postgres.sql
var schemaServerSHL string

//go:embed schema-mail-postgres.sql
var schemaServerMail string

//go:embed schema-groups-postgres.sql
var schemaServerGroups string

// serverFirst is the version of the store that its first tables on a server are.
const serverFirst = 17

// serverSteps are the steps of a server's store, from serverFirst on.
func serverSteps(seed func(*store.Tx) error) []migration {
	return []migration{{schemaServer, func(q *tx) error { return seed(views(q)) }}, {tables: schemaServerDay}, {schemaServerRelabel, relabel}, {tables: schemaServerAhead}, {tables: schemaServerDirectory}, {tables: schemaServerInbox}, {tables: schemaServerSHL}, {tables: schemaSecond}, {schemaServerMail, logKeys}, {tables: schemaServerGroups}, {schemaStaff, staffGroups}}
}

// migrateServer makes the tables, or takes them forward; whoever comes meanwhile waits.
func (s *Store) migrateServer(ctx context.Context, held bool, seed func(*store.Tx) error) error {
	const op = "central.store"
	steps := serverSteps(seed)
	under, leave, err := s.w.begin(ctx)
	if err != nil {
		return storeError(err)
	}
	defer leave()
	tell := func(text string) error { return server.run(ctx, under.conn, text) }
	q := newTx(ctx, under, s.now())
	version := 0
	err = q.run(func() error {
		if q.has("SELECT 1 WHERE to_regclass('store_version') IS NOT NULL") {
			version = value[int](q, "SELECT version FROM store_version")
		}
		return nil
	})
	switch {
	case err != nil:
		return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	case version > schemaVersion:
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the store is from a later version of this program")
	case version == schemaVersion:
		return nil
	case version == 0 && held:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "there is no centre in the database")
	}
	done := 0
	if version > 0 {
		done = version - serverFirst + 1
	}
	for _, step := range steps[done:] {
		if err := tell(step.tables); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOther, errors.New("the tables cannot be made: the user of the database needs a schema of its own"))
		}
		if step.fill == nil {
			continue
		}
		if err := q.run(func() error { return step.fill(q) }); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOther, store.Err)
		}
	}
	if err := tell(fmt.Sprintf("UPDATE store_version SET version = %d", schemaVersion)); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, store.Err)
	}
	return storeError(under.commit(ctx))
}
