package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"time"
)

// line is the connections to a file, and who waits for one: whoever came first has the
// next. A pool of database/sql gives it to any of those who wait, so that under load some
// wait for seconds while others do not wait at all.
type line struct {
	*sql.DB
	dialect *dialect
	mode    string // how a transaction begins
	free    sessions
}

func newLine(db *sql.DB, d *dialect, conns int, mode string) *line {
	l := &line{DB: db, dialect: d, mode: mode}
	for range conns {
		l.free.put(&session{dialect: d})
	}
	return l
}

// begin is a transaction in its turn; leave undoes it where it is not committed, and lets
// the next one in.
func (l *line) begin(ctx context.Context) (*session, func(), error) {
	s, err := l.free.take(ctx)
	if err != nil {
		return nil, nil, err
	}
	had := s.conn != nil
	err = s.begin(ctx, l)
	if err != nil && had && ctx.Err() == nil && !s.valid() { // it ended while nobody had it, with the server perhaps
		s.drop()
		err = s.begin(ctx, l)
	}
	if err != nil {
		s.drop()
		l.free.put(s)
		return nil, nil, err
	}
	return s, func() { l.leave(s) }, nil
}

// leave ends what is left of a session's transaction, and has the next one have it.
func (l *line) leave(s *session) {
	s.rollback()
	l.free.put(s)
}

// Close lets go of the connections; one that is in use is gone when it is left.
func (l *line) Close() error {
	l.free.close()
	return l.DB.Close()
}

// session is a connection, with the statements that were prepared on it: to prepare one
// costs more than to run most of them. It has one transaction at a time.
type session struct {
	dialect *dialect
	conn    *sql.Conn // nil before the first transaction
	stmts   map[string]*sql.Stmt
	open    bool // a transaction is
}

func (s *session) engine() *dialect { return s.dialect }

func (s *session) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, text, args...)
}

// mostStmts is how many statements a connection keeps. The store has fewer of fixed text;
// the others are lists of any length.
const mostStmts = 400

func (s *session) begin(ctx context.Context, l *line) (err error) {
	if len(s.stmts) > mostStmts { // no rows of any are open now
		s.forget()
	}
	if s.conn == nil {
		if s.conn, err = l.Conn(ctx); err != nil {
			return err
		}
		s.stmts = map[string]*sql.Stmt{}
	}
	err = s.run(ctx, l.mode)
	s.open = err == nil
	return err
}

// prepared is a statement of this connection.
func (s *session) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if had := s.stmts[text]; had != nil {
		return had, nil
	}
	made, err := s.conn.PrepareContext(ctx, s.dialect.spell(text))
	if err == nil {
		s.stmts[text] = made
	}
	return made, err
}

// run does what begins or ends a transaction.
func (s *session) run(ctx context.Context, text string) error {
	if s.dialect.run != nil {
		return s.dialect.run(ctx, s.conn, text)
	}
	stmt, err := s.prepared(ctx, text) //nolint:sqlclosecheck // it is the connection's, and ends with that
	if err == nil {
		_, err = stmt.ExecContext(ctx)
	}
	return err
}

// commit keeps what the transaction changed, unless whoever wanted it is gone.
func (s *session) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.run(context.WithoutCancel(ctx), "COMMIT")
	s.open = err != nil
	return err
}

// rollback undoes a transaction that is open still. A connection of which nobody knows how
// it stands is dropped, and so is one whose last statement was interrupted.
func (s *session) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackWait)
	defer cancel()
	if s.open && s.run(ctx, "ROLLBACK") != nil || !s.valid() {
		s.drop()
	}
	s.open = false
}

// rollbackWait is how long a connection may take to undo a transaction before it is dropped,
// which undoes it too.
const rollbackWait = 10 * time.Second

func (s *session) valid() (is bool) {
	if s.conn == nil {
		return true
	}
	err := s.conn.Raw(func(c any) error {
		if s.dialect.alive != nil {
			is = s.dialect.alive(c)
			return nil
		}
		v, ok := c.(driver.Validator)
		is = !ok || v.IsValid()
		return nil
	})
	return is && err == nil
}

func (s *session) forget() {
	for _, stmt := range s.stmts {
		_ = stmt.Close()
	}
	clear(s.stmts)
}

// drop closes the connection itself, and does not give it back to the pool. The statements
// go first: the driver keeps a connection locked that has any.
func (s *session) drop() {
	if s.conn == nil {
		return
	}
	s.forget()
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.conn.Close()
	s.conn, s.open = nil, false
}
