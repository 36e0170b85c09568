package ehrdesk

import "errors"

// ErrSecondKey is the cause where a person's keys need a secret of the system's
// keyring, and it does not give it: it is locked, not running, or was lost. The
// passphrase may well be right.
var ErrSecondKey = errors.New("the system's keyring does not give this person's second key: unlock it and try again; if it is lost, a new activation code is needed")
