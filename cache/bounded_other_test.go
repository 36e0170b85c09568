//go:build !linux

package cache_test

func boundedHelper() {}
