package store

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Digest is the SHA-256 of what an event says, 32 bytes: its instants, and each text with
// its length before it, so that no two events have one. Number and chain are no part of
// it.
func (e *LogEntry) Digest() []byte {
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(e.At)), uint64(e.Acted))
	for _, s := range [...]string{e.ID, string(e.Action), e.Staff, string(e.Role), e.HCP, e.Client, e.Location, e.Patient,
		e.Purpose, e.Reason, strings.Join(e.Kinds, ","), e.Outcome, e.Proof, e.Access, e.What, e.Reporter, strings.Join(e.Marks, ",")} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	h := sha256.Sum256(b)
	return h[:]
}

// Follow puts an event behind those before it: n of them, the last with this hash.
func (e *LogEntry) Follow(n int64, head []byte) {
	if n == 0 {
		head = LogGenesis()
	}
	e.Seq = n + 1
	e.Hash = ehrdesk.AuditNext(head, e.Seq, e.Digest())
}

// LogGenesis is the hash before the first event of a centre's log.
func LogGenesis() []byte { return ehrdesk.AuditGenesis("centre") }
