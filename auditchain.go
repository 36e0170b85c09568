package ehrdesk

import (
	"crypto/sha256"
	"encoding/binary"
)

// AuditCheckpoint says how long a desk's access log is and what its last hash
// is. Signed by the desk and countersigned by the centre it is what a log cut
// at its end, or a restored desk, is found by.
type AuditCheckpoint struct {
	Log        string // the desk's store, a UUID that names nobody
	N          int64  // entries
	Head       []byte // SHA-256 of the last entry's chain, 32 bytes
	Generation uint64 // of the desk's copies; it only rises
}

// AuditGenesis is the hash before a log's first entry, 32 bytes: one desk's
// log does not continue another's.
func AuditGenesis(log string) []byte {
	const cell = "audit.genesis"
	b := binary.BigEndian.AppendUint32(nil, 1) // the journal's format
	for _, part := range [...]string{log, cell} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	h := sha256.Sum256(b)
	return h[:]
}

// AuditNext is the hash of entry n over its sealed bytes:
// SHA-256(before || n as 8 bytes || sealed).
func AuditNext(before []byte, n int64, sealed []byte) []byte {
	h := sha256.New()
	h.Write(before)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	h.Write(sealed)
	return h.Sum(nil)
}
