package central

import (
	"context"
	"path/filepath"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/sharing"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
)

// Moved is what a move has taken along.
type Moved = sqlstore.Moved

// Move takes the store in a state folder to a database, where the centre of the folder's key then goes on;
// the folder keeps the key, and its file is refused from then on. The centre must not run meanwhile.
// Errors: see sqlstore.Move.
func Move(ctx context.Context, dir, address string, now func() time.Time, tell func(table string, rows int64)) (Moved, error) {
	return sqlstore.Move(ctx, filepath.Join(dir, storeFile), address, now, sharing.SeedOffer, tell)
}
