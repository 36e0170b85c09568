package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Journal gives the access log's entries as they are sealed, for the canary.
func (s *Session) Journal(ctx context.Context, fn func(payload []byte) error) error {
	return s.vault.AuditEntries(ctx, 1, func(_ int64, _ time.Time, payload []byte) error { return fn(payload) })
}

// Bearer is the session's token and base, for the benchmark's naive loop.
func (s *Session) Bearer(ctx context.Context) (token, base string, err error) {
	token, err = s.tokens.Token(ctx)
	if err != nil {
		return "", "", err
	}
	base, err = s.desk.Central(ctx, s.Account().Staff)
	return token, base, err
}

// Key is what a copy is looked up by.
func Key(n ehrdesk.Number) string { return key(n) }
