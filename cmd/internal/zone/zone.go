// Package zone is the clock that days and hours are told by: Hong Kong's, whatever the
// machine's own is. A server or a container stands on UTC as a rule, where a visit of the
// early morning would be put on the day before.
package zone

import (
	"fmt"
	"os"
	"time"
	_ "time/tzdata" // a machine may have no table of zones
)

// Name is the environment variable that names another zone, by its IANA name.
const Name = "EHRDESK_ZONE"

const hongKong = "Asia/Hong_Kong"

// Use has this process tell time by Hong Kong's clock, or by the one that Name says. It
// is called once, before anything is told. Errors: a zone that does not exist.
func Use() error {
	name := os.Getenv(Name)
	if name == "" {
		name = hongKong
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return fmt.Errorf("%s names no time zone", Name) // what it holds is not repeated
	}
	time.Local = z
	return nil
}
