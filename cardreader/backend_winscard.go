//go:build windows || (cgo && (darwin || (linux && libpcsclite)))

package cardreader

import "github.com/ehrdesk/ehrdesk/cardreader/pcsc/winscard"

const backend = "system library (ebfe/scard)"

func establish() (Context, error) { return winscard.Establish() }
