package ui

import (
	"bytes"
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen/today"
)

// ParseList reads a clinic's list as the screen does; see today.ParseList.
func ParseList(csv []byte, now time.Time) (list []ehrdesk.Task, bad []int, err error) {
	return today.ParseList(bytes.NewReader(csv), now)
}

// AddArrivals puts arrivals on the list, one who is on it already not again, and
// gives how many were added.
func AddArrivals(ctx context.Context, w ehrdesk.Worklist, list []ehrdesk.Task) (int, error) {
	return today.Keep(ctx, w, list)
}
