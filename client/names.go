package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// Known lists whom this desk knows by name, from its copies and from the lines of the day's list that it
// keeps. Nobody is asked, no record is opened, and no more is said than who they are.
func (s *Session) Known(ctx context.Context) ([]ehrdesk.Acquaintance, error) {
	kept, err := s.copies.Known(ctx)
	if err != nil {
		return nil, err
	}
	listed, err := s.acts.Known(ctx)
	return append(kept, listed...), err
}
