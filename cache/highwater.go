package cache

import "bytes"

// mark is how far the store has come.
type mark struct {
	Entries    int64  `json:"entries"` // of the access log
	Head       []byte `json:"head"`    // of the access log, at that length
	Generation uint64 `json:"generation"`
	Keyring    uint64 `json:"keyring"` // its serial
}

func (m *mark) equal(o *mark) bool {
	return m.Entries == o.Entries && m.Generation == o.Generation && m.Keyring == o.Keyring && bytes.Equal(m.Head, o.Head)
}

// ahead reports whether m remembers more than o has.
func (m *mark) ahead(o *mark) bool {
	return m.Entries > o.Entries || m.Generation > o.Generation || m.Keyring > o.Keyring
}
