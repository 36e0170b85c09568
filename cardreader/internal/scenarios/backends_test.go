//go:build linux && !(cgo && libpcsclite)

package scenarios

import (
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/pcscd"
)

var backends = map[string]cardreader.Establish{"own client": pcscd.Establish}
