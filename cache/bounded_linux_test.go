package cache_test

import "os"

// boundedHelper runs the helper of place_linux_test.go where it is asked for.
func boundedHelper() {
	if dir := os.Getenv(slowEnv); dir != "" {
		os.Exit(slow(dir))
	}
	if arg := os.Getenv(boundedEnv); arg != "" {
		os.Exit(bounded(arg))
	}
}
