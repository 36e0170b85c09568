//go:build !race

package confine_test

const memory = 2 << 30
