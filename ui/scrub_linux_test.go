package ui

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

// putTogether puts a text together for one call, on the stack as it is short, and says how long it is.
//
//go:noinline
func putTogether(word []byte, depth int) int {
	var b [512]byte
	if depth > 0 {
		b[0] = byte(putTogether(word, depth-1))
		return int(b[0])
	}
	return strings.Index("x|"+string(word), "|") + int(b[len(word)])
}

// What a page held before the runtime gave it to somebody who lives on is beyond reach, where
// they leave some of it unused. So a word is made that is not left in any, of several.
func TestWhatGoroutinesLeftOnTheirStacksIsOverwritten(t *testing.T) {
	runtime.GC()                                     // its workers have begun
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // what is collected before is where others may take it
	var left []int
	for round := range byte(8) {
		hidden := []byte("held-for-one-call-ab")
		hidden[0] += round
		for i := range hidden {
			hidden[i] ^= hide
		}
		apart(func() int { leave(hidden); return 0 })
		look := func() int { return held(t, hidden) }
		if apart(look) == 0 {
			t.Skip("SKIP nothing is left on stacks here that could be looked for")
		}
		for range scrubFirst {
			apart(func() int { overwriteFreed(); return 0 })
		}
		n := apart(look)
		if n == 0 {
			return
		}
		left = append(left, n)
	}
	t.Errorf("of %d words, so often in memory: %v", len(left), left)
}

const hide = 0x55

// leave has goroutines leave a word on their stacks.
func leave(hidden []byte) {
	word := make([]byte, len(hidden))
	for i := range word {
		word[i] = hidden[i] ^ hide
	}
	var all sync.WaitGroup
	for i := range 400 {
		all.Go(func() { putTogether(word, i%6) })
	}
	all.Wait()
	clear(word)
}

// apart runs f in a goroutine of its own: one that goes on keeps what it does not use of its
// stack, and nobody else can overwrite that.
func apart(f func() int) int {
	n := make(chan int)
	go func() { n <- f() }()
	return <-n
}

// held counts in this process's writable memory a word that is given with each byte changed,
// so that what is looked for is not itself there.
func held(t *testing.T, hidden []byte) (found int) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Log("SKIP what reads its own memory: ", err)
		return 0
	}
	mem, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Log("SKIP what reads its own memory: ", err)
		return 0
	}
	defer mem.Close()
	b := make([]byte, 1<<20)
	own := int64(uintptr(unsafe.Pointer(&b[0])))
	for lines := bufio.NewScanner(strings.NewReader(string(maps))); lines.Scan(); {
		f := strings.Fields(lines.Text())
		var from, to int64
		if _, err := fmt.Sscanf(f[0], "%x-%x", &from, &to); err != nil || !strings.HasPrefix(f[1], "rw") || f[4] != "0" {
			continue
		}
		for ; from < to; from += int64(len(b) - len(hidden)) {
			n, _ := mem.ReadAt(b[:min(int64(len(b)), to-from)], from)
			for i := range n - len(hidden) {
				if at := from + int64(i); at >= own && at < own+int64(len(b)) {
					continue
				}
				j := 0
				for j < len(hidden) && b[i+j]^hide == hidden[j] {
					j++
				}
				if j == len(hidden) {
					found++
				}
			}
		}
	}
	clear(b)
	return found
}
