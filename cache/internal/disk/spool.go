package disk

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// spoolFile begins the name that a spool has for a moment where files have to
// have one.
const spoolFile = "spool"

const (
	spoolTag   = 16                    // bytes of AES-GCM's tag
	spoolPiece = 64 << 10              // bytes of a piece
	spoolCell  = spoolPiece + spoolTag // the same in the file
)

var (
	errSpoolClosed = errors.New("what came from the centre is gone: the desk was locked, or nobody wants it any more")
	errSpoolLong   = errors.New("what came from the centre is too long to keep")
)

// Spool is a place for bytes that are too long for memory, on their way into the
// store: Change.From can read them from it. It lies in a file that has no name,
// in the store's own directory, in pieces of 64 KiB, each sealed before it is
// written. The key is random, belongs to this spool, and is nowhere but in
// memory: when the spool is closed, the vault locked or the process ended, what
// may be left of the file opens for nobody.
//
// Its methods may be called from several goroutines.
type Spool struct {
	ended func(*Spool)
	most  int64 // bytes

	mu    sync.Mutex
	f     *os.File
	gcm   cipher.AEAD // nil once closed
	err   error       // of a write that failed: none follows it
	tail  []byte      // written, and no whole piece yet
	whole int64       // pieces in the file
	cell  []byte      // a piece, sealed
	piece []byte      // the piece opened last
	no    int64       // its number
}

// NewSpool opens one in dir, for at most so many bytes; ended is called once, when it
// is closed. Errors: errors.ErrUnsupported as the cause where this system's files
// must have a name; CodeOther for a full disk.
func NewSpool(dir string, most int64, ended func(*Spool)) (*Spool, error) {
	const op = "cache.spool"
	f, err := nameless(dir)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, errors.ErrUnsupported)
	}
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, FileFault(err))
	}
	s, err := spoolIn(f)
	if err != nil {
		f.Close()
		return nil, Fault(op, err)
	}
	s.most, s.ended = most, ended
	return s, nil
}

func spoolIn(f *os.File) (*Spool, error) {
	k := seal.NewKey()
	defer clear(k)
	b, err := aes.NewCipher(k)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(b)
	if err != nil {
		return nil, err
	}
	return &Spool{f: f, gcm: gcm, tail: make([]byte, 0, spoolPiece), cell: make([]byte, 0, spoolCell), no: -1}, nil
}

// Write appends p. What it says it has written can be read. Errors: CodeLocked
// once closed, CodeInvalid where it
// is too long, CodeOther for a full disk.
func (s *Spool) Write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.usable() == nil && len(p) > 0 {
		if s.size()+int64(len(p)) > s.most {
			s.err = ehrdesk.E("cache.spool", ehrdesk.CodeInvalid, errSpoolLong)
			break
		}
		k := min(len(p), spoolPiece-len(s.tail))
		s.tail = append(s.tail, p[:k]...)
		if len(s.tail) == spoolPiece && !s.seal() {
			break
		}
		n, p = n+k, p[k:]
	}
	return n, s.usable()
}

// seal writes the tail as the next piece. A piece's number is its nonce, under a
// key of this spool's own, and each is sealed once.
func (s *Spool) seal() bool {
	s.cell = s.gcm.Seal(s.cell[:0], spoolNonce(s.whole), s.tail, nil)
	if _, err := s.f.WriteAt(s.cell, s.whole*spoolCell); err != nil {
		s.err = ehrdesk.E("cache.spool", ehrdesk.CodeOther, FileFault(err))
		return false
	}
	s.whole++
	s.tail = s.tail[:0]
	return true
}

func spoolNonce(no int64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), uint64(no))
}

// ReadAt reads what was written from off on. Errors: io.EOF, CodeLocked once
// closed, CodeTampered where the file was changed.
func (s *Spool) ReadAt(p []byte, off int64) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if off < 0 {
		return 0, ehrdesk.E("cache.spool", ehrdesk.CodeInvalid, errSpoolLong)
	}
	for len(p) > 0 {
		if err := s.usable(); err != nil {
			return n, err
		}
		if off >= s.size() {
			return n, io.EOF
		}
		from := s.tail
		if no := off / spoolPiece; no < s.whole {
			if from, err = s.open(no); err != nil {
				return n, ehrdesk.E("cache.spool", ehrdesk.CodeTampered, err)
			}
		}
		k := copy(p, from[off%spoolPiece:])
		n, p, off = n+k, p[k:], off+int64(k)
	}
	return n, nil
}

// open gives a whole piece.
func (s *Spool) open(no int64) ([]byte, error) {
	if s.no == no {
		return s.piece, nil
	}
	s.cell = s.cell[:spoolCell]
	if _, err := s.f.ReadAt(s.cell, no*spoolCell); err != nil {
		return nil, seal.ErrSealed
	}
	s.no = -1
	piece, err := s.gcm.Open(s.piece[:0], spoolNonce(no), s.cell, nil)
	if err != nil {
		return nil, seal.ErrSealed
	}
	s.piece, s.no = piece, no
	return piece, nil
}

// size is how many bytes were written. The caller holds mu.
func (s *Spool) size() int64 { return s.whole*spoolPiece + int64(len(s.tail)) }

// usable is why nothing can be done with s any more. The caller holds mu.
func (s *Spool) usable() error {
	if s.gcm == nil {
		return ehrdesk.E("cache.spool", ehrdesk.CodeLocked, errSpoolClosed)
	}
	return s.err
}

// Close wipes what is in memory, and gives the disk its room back. Closing twice
// is nothing.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gcm == nil {
		return nil
	}
	clear(s.tail[:cap(s.tail)])
	clear(s.piece[:cap(s.piece)])
	s.gcm, s.tail, s.piece, s.cell = nil, nil, nil, nil
	s.ended(s)
	if err := s.f.Close(); err != nil {
		return ehrdesk.E("cache.spool", ehrdesk.CodeOther, FileFault(err))
	}
	return nil
}

// SweepSpools removes the files of spools that had not lost their name yet when
// the process ended. Nothing was ever written to them.
func SweepSpools(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return FileFault(err)
	}
	for _, f := range list {
		if !strings.HasPrefix(f.Name(), spoolFile+".") {
			continue
		}
		if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
			return FileFault(err)
		}
	}
	return nil
}
