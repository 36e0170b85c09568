package acts

import (
	"bytes"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk/cache"
)

// memo is the list as it was read last. While no session of this desk has written to it since, it is not
// read again; after that, of a day of thousands of lines, those alone are parsed that have changed.
type memo struct {
	mu   sync.Mutex
	all  []readLine
	by   map[string]int // where each is in all
	of   int64          // how often the desk's sessions had written before it was read
	over bool
}

// readLine is a line of the list as it was read.
type readLine struct {
	id      string
	payload []byte
	record  taskRecord
	wrong   bool // it is none
}

// read gives the list in its order; writes is how often the desk's sessions have written to it.
func (m *memo) read(writes func() int64, items func() ([]cache.WorklistItem, error)) ([]readLine, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of := writes()
	if m.by != nil && m.of == of {
		return m.all, nil
	}
	there, err := items()
	if err != nil {
		return nil, err
	}
	all, by := make([]readLine, 0, len(there)), make(map[string]int, len(there))
	for i, it := range there {
		j, ok := m.by[it.ID]
		if ok && bytes.Equal(m.all[j].payload, it.Payload) {
			all = append(all, m.all[j])
		} else {
			all = append(all, parsed(it))
		}
		by[it.ID] = i
	}
	if !m.over {
		m.all, m.by, m.of = all, by, of
	}
	return all, nil
}

func parsed(it cache.WorklistItem) readLine {
	r := readLine{id: it.ID, payload: it.Payload}
	r.wrong = json.Unmarshal(it.Payload, &r.record) != nil
	if len(r.record.Line) > 0 {
		r.record.parsed, r.record.read = r.record.line(), r.record.Line
	}
	return r
}

// forget drops all of it for good: a locked desk holds no names.
func (m *memo) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.all {
		clear(r.payload)
	}
	m.all, m.by, m.over = nil, nil, true
}
