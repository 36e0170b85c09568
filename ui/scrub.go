package ui

import (
	"runtime"
	"runtime/debug"
	"sync"
	"unsafe"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// How long behind a lock memory is overwritten, in seconds. Requests that were under way
// when it fell have ended by then.
const (
	scrubFirst = 2        // each of these seconds, as the frames of before are replaced meanwhile
	scrubEvery = 15       // from then on
	scrubUntil = 2*60 + 1 // and then no more: nothing works for the session
)

// scrub overwrites memory that is not used any more, so that what stood in it is
// gone from this process.
func (m *Model) scrub() tea.Cmd {
	if m.lock == nil || m.scrubbed >= scrubUntil {
		return nil
	}
	if m.scrubbed++; m.scrubbed > scrubFirst && m.scrubbed%scrubEvery != 0 {
		return nil
	}
	return screen.InBackground(func() tea.Msg { overwriteFreed(); return nil })
}

const (
	fillStep = 64 << 10 // bytes taken at a time
	fillMost = 4 << 20  // bytes taken of one size, whatever others take meanwhile
)

// overwriteFreed gives the pages that hold nothing any more back to the system, and
// overwrites what was freed in the others: the collector does not, but clears what
// it gives out. So of every size that it knows as much text is taken as fits into
// pages that are there, and given back.
func overwriteFreed() {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // each has memory of its own that it gives to nobody else
	overwriteStack(0, stackMost)                    // of who does this, too
	debug.FreeOSMemory()
	overwritePages()
	overwriteStacks()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	for _, class := range m.BySize {
		if class.Size == 0 {
			continue
		}
		overwriteFreedOf(class.Size, func(size uint32) []byte { return make([]byte, size) })
		overwriteFreedOf(class.Size, func(size uint32) []*byte { return make([]*byte, pointersIn(size)) })
	}
	debug.FreeOSMemory()
	overwriteSignalStacks()
}

// overwritePages overwrites the free pages that the allocator keeps at hand, 64 at the most,
// which it does not give back.
func overwritePages() {
	pages := make([][]byte, 2*64)
	for i := range pages {
		pages[i] = make([]byte, stackPage)
	}
	runtime.KeepAlive(pages)
}

// overwriteFreedOf overwrites what was freed of a size, where what make gives is placed: what
// has pointers and what has none lie apart.
func overwriteFreedOf[T any](size uint32, make1 func(uint32) T) {
	var m runtime.MemStats
	var held [][]T
	for taken := 0; taken < fillMost; taken += fillStep {
		batch := make([]T, fillStep/size+1)
		runtime.ReadMemStats(&m)
		room := m.HeapInuse
		for i := range batch {
			batch[i] = make1(size)
		}
		held = append(held, batch)
		if runtime.ReadMemStats(&m); m.HeapInuse > room { // new pages: those that were there are full
			break
		}
	}
	runtime.KeepAlive(held)
}

// pointersIn is how many pointers make an object of a size, with the word that the runtime
// puts before those of more than 512 bytes.
func pointersIn(size uint32) uint32 {
	if size > 512 {
		size -= 8
	}
	return size / 8
}

// overwriteStacks overwrites stacks that goroutines have left: a text that is put together
// for one call is made on the stack where it is short, and the runtime keeps stacks as they
// were for the goroutines to come. As many are begun as there may be of each size, and none
// ends before all have written theirs.
func overwriteStacks() {
	for size := 2 << 10; size <= stackMost; size *= 2 { // a larger one is no longer kept once it was collected
		overwriteStacksOf(size, overwriteStack)
		overwriteStacksOf(size, overwriteShifted)
	}
}

func overwriteStacksOf(size int, write func(used, size int) byte) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var written, ended sync.WaitGroup
	all := make(chan struct{})
	for range min(m.StackInuse, stacksMost)/uint64(size) + 1 {
		written.Add(1)
		ended.Go(func() {
			write(0, size)
			written.Done()
			<-all
		})
	}
	written.Wait()
	close(all)
	ended.Wait()
}

const (
	stackMost  = 16 << 10
	stacksMost = 8 << 20 // bytes of stacks, whatever else runs
	stackGuard = 800     // bytes at a stack's end that are written by calls of the runtime alone
	stackFrame = 128     // bytes that a call of overwriteStack takes at the most
)

// overwriteStack overwrites a stack of a size from where it is called to its end. used are the
// bytes that it has written, or fewer. A stack begins at a multiple of its size, or of a page.
//
//go:noinline
func overwriteStack(used, size int) byte {
	var b [stackFrame - 64]byte
	left := int(uintptr(unsafe.Pointer(&b)) & uintptr(min(size, stackPage)-1))
	if used < size/2-stackGuard+stackFrame || left-stackFrame >= stackGuard { // one of half the size cannot hold that much
		b[used%len(b)] = overwriteStack(used+len(b), size)
	}
	return b[(used+1)%len(b)]
}

// overwriteShifted does it half a call further down, where the other leaves a call's own words.
//
//go:noinline
func overwriteShifted(used, size int) byte {
	var b [stackFrame / 2]byte
	b[used%len(b)] = overwriteStack(used, size)
	return b[(used+1)%len(b)]
}

const stackPage = 8 << 10 // bytes
