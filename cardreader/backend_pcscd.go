//go:build linux && !(cgo && libpcsclite)

package cardreader

import "github.com/ehrdesk/ehrdesk/cardreader/pcsc/pcscd"

const backend = "pcscd, own client (pure Go)"

func establish() (Context, error) { return pcscd.Establish() }
