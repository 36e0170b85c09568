package cache

// CheapOptions are options with a key derivation that takes no time. They exist
// in tests only: nothing outside this package's tests can set the floor.
func CheapOptions(o Options) Options {
	o.floor = &kdf{Memory: 64, Time: 1, Threads: 1}
	return o
}
