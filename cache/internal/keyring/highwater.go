package keyring

import "bytes"

// HighWater is how far the store has come.
type HighWater struct {
	Entries    int64  `json:"entries"` // of the access log
	Head       []byte `json:"head"`    // of the access log, at that length
	Generation uint64 `json:"generation"`
	Keyring    uint64 `json:"keyring"` // its serial
}

func (m *HighWater) Equal(o *HighWater) bool {
	return m.Entries == o.Entries && m.Generation == o.Generation && m.Keyring == o.Keyring && bytes.Equal(m.Head, o.Head)
}

// Ahead reports whether m remembers more than o has.
func (m *HighWater) Ahead(o *HighWater) bool {
	return m.Entries > o.Entries || m.Generation > o.Generation || m.Keyring > o.Keyring
}
