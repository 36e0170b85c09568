package cardreader

import "time"

// Patient gives the bridge's program another time than 15 s.
func (b *Bridge) Patient(d time.Duration) *Bridge { b.patience = d; return b }
