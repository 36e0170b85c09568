package keyring

import "time"

// Cost is what it costs at the least to try a passphrase. Its zero value is the Floor, and the
// only one outside tests: no other room can make one but through cache/cachetest.
type Cost struct{ nothing bool }

// Nothing is next to nothing, for tests.
func Nothing() Cost { return Cost{nothing: true} }

// Floor is the least that is written and read.
func (c Cost) Floor() KDF {
	if c.nothing {
		return KDF{Memory: 64, Time: 1, Threads: 1}
	}
	return Floor()
}

// Target is how long a new passphrase shall take where target is asked for, 0 for UnlockTime;
// below 0, the floor as it is.
func (c Cost) Target(target time.Duration) time.Duration {
	switch {
	case c.nothing:
		return -1
	case target == 0:
		return UnlockTime
	}
	return target
}
