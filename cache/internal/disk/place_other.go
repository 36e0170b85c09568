//go:build !linux && !darwin && !windows

package disk

// Elsewhere cannot tell here on what file system a folder lies.
func Elsewhere(string) string { return "" }
