package cache

import "time"

// How much a passphrase costs to try. The floor is never gone below; above it,
// as much as this machine does in unlockTime.
const (
	unlockTime = 500 * time.Millisecond
	topMemory  = 256 << 10 // KiB
	topTime    = 12
)

// calibrated is the floor raised to take about target, where the floor itself
// took so long: more memory first, to 256 MiB, then more passes.
func calibrated(floor kdf, took, target time.Duration) kdf {
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

// freeTries are the wrong passphrases before a person has to wait: half a
// minute, then twice as long each time, to a quarter of an hour. The count is in
// the keyring file, so that ending the program does not help. Against somebody
// who takes the file away only the derivation does.
const (
	freeTries = 5
	firstWait = 30 * time.Second
	longWait  = 15 * time.Minute
)

// waitAfter is how long to wait after so many wrong passphrases.
func waitAfter(wrong int) time.Duration {
	if wrong < freeTries {
		return 0
	}
	return min(firstWait<<min(wrong-freeTries, 10), longWait)
}

// lockedUntil is when the next try is allowed; zero for now. A clock that was
// set back makes nobody wait longer than longWait: see shorten.
func (m *member) lockedUntil(now time.Time) time.Time {
	until := time.Unix(m.Until, 0)
	if m.Wrong < freeTries || !now.Before(until) {
		return time.Time{}
	}
	if latest := now.Add(longWait); until.After(latest) {
		return latest
	}
	return until
}
