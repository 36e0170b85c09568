package cardreader

import (
	"context"
	"time"
)

// Patient gives the bridge's program another time than 15 s.
func (b *Bridge) Patient(d time.Duration) *Bridge { b.patience = d; return b }

// ReadFile reads a file as a profile's step does.
func (s *Session) ReadFile(ctx context.Context, sfi byte, limit int) ([]byte, error) {
	return s.readBinary(ctx, "test", sfi, limit)
}
