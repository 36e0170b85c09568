package draftcommand

import "time"

// Within bounds how long a program may take.
func (c *Commands) Within(d time.Duration) *Commands {
	c.wall = d
	return c
}
