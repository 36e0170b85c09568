package disk

import "os"

// File is where a spool lies.
func (s *Spool) File() *os.File { return s.f }
