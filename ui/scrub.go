package ui

import (
	"runtime"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// scrub overwrites memory that is not used any more, so that what stood in it is
// gone from this process: twice behind each lock, as the frames of before are
// replaced meanwhile.
func (m *Model) scrub() tea.Cmd {
	if m.lock == nil || m.scrubs == 0 {
		return nil
	}
	m.scrubs--
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
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	for _, class := range m.BySize {
		if class.Size == 0 {
			continue
		}
		var held [][][]byte
		for taken := 0; taken < fillMost; taken += fillStep {
			batch := make([][]byte, fillStep/class.Size+1)
			runtime.ReadMemStats(&m)
			room := m.HeapInuse
			for i := range batch {
				batch[i] = make([]byte, class.Size)
			}
			held = append(held, batch)
			if runtime.ReadMemStats(&m); m.HeapInuse > room { // new pages: those that were there are full
				break
			}
		}
		runtime.KeepAlive(held)
	}
	debug.FreeOSMemory()
}
