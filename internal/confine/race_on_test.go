//go:build race

package confine_test

const memory = 0 // the race detector's own memory lies beyond any limit
