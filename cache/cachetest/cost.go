// Package cachetest makes stores whose passphrases cost nothing to try, for the tests of what uses
// them: a desk's test unlocks dozens of times, and the derivation was three quarters of its time.
// No program imports it, which the test of the imports holds.
package cachetest

import (
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// Cost is next to nothing.
func Cost() cache.Cost { return keyring.Nothing() }
