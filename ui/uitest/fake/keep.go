package fake

import (
	"context"
	"time"
)

// Due is when the next copy has to be gone: DueAt, or never.
func (d *Desk) Due() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.DueAt.IsZero() {
		return Clock().AddDate(100, 0, 0)
	}
	return d.DueAt
}

// Purge destroys every copy, and says that none is due any more.
func (d *Desk) Purge(ctx context.Context) (int, error) {
	err := d.call(ctx, "purge")
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.charts)
	for _, c := range d.charts {
		c.shred()
	}
	d.DueAt = time.Time{}
	return n, err
}

// Gone reports that the copy was destroyed.
func (c *chart) Gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}
