//go:build !linux && !windows && !(cgo && darwin)

package cardreader

import "github.com/ehrdesk/ehrdesk/cardreader/pcsc"

const backend = "none: this build reads no cards; build with cgo on macOS, or type the number"

func establish() (Context, error) { return nil, pcsc.ErrUnsupported }
