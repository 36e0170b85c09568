package keyring

import "time"

// How much a passphrase costs to try. The floor is never gone below; above it,
// as much as this machine does in UnlockTime.
const (
	UnlockTime = 500 * time.Millisecond
	topMemory  = 256 << 10 // KiB
	topTime    = 12
)

// Calibrated is the floor raised to take about target, where the floor itself
// took so long: more memory first, to 256 MiB, then more passes.
func Calibrated(floor KDF, took, target time.Duration) KDF {
	if took <= 0 || took >= target {
		return floor
	}
	k := floor
	work := uint64(floor.Memory) * uint64(floor.Time) * uint64(target) / uint64(took) // KiB passes
	k.Memory = uint32(min(work/uint64(floor.Time), topMemory)) &^ 0x3fff              // whole 16 MiB
	k.Memory = max(k.Memory, floor.Memory)
	k.Time = uint32(min(max(work/uint64(k.Memory), uint64(floor.Time)), topTime))
	return k
}

// FreeTries are the wrong passphrases before a person has to wait: half a
// minute, then twice as long each time, to a quarter of an hour. The count is kept,
// so that ending the program does not help, and not in the keyring file alone. Against
// somebody who takes the files away only the derivation does, and a second key.
const (
	FreeTries   = 5
	FirstWait   = 30 * time.Second
	LongestWait = 15 * time.Minute
)

// WaitAfter is how long to wait after so many wrong passphrases.
func WaitAfter(wrong int) time.Duration {
	if wrong < FreeTries {
		return 0
	}
	return min(FirstWait<<min(wrong-FreeTries, 10), LongestWait)
}

// LockedUntil is when the next try is allowed; zero for now. A clock that was
// set back makes nobody wait longer than LongestWait: whoever keeps the file shortens it.
func (m *User) LockedUntil(now time.Time) time.Time {
	until := time.Unix(m.Until, 0)
	if m.Wrong < FreeTries || !now.Before(until) {
		return time.Time{}
	}
	if latest := now.Add(LongestWait); until.After(latest) {
		return latest
	}
	return until
}
