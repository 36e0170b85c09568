//go:build unix && !linux

package disk

import "os"

// nameless makes a file that loses its name at once, in dir.
func nameless(dir string) (*os.File, error) { return named(dir) }
