package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
)

// A database's format stands in its meta table, which is what counts, and again
// in its header (user_version), where it is read without SQLite: a store that
// this version left behind need not be opened once more to be looked at.
// Source: sqlite.org, Database File Format, 1.3 (header) and 4.1 (log).

const (
	stampAt    = 60 // bytes into page 1; four, big-endian
	logHeader  = 32
	pageSizeAt = 8 // bytes into the log's header
	logSalt    = 16
	frameHead  = 24
	frameSalt  = 8
	fewFrames  = 128 // a longer log is not gone through
)

var errLongLog = errors.New("the log is too long to be gone through")

// stamping is the statement that puts a format into the header.
func stamping(format int) string { return "PRAGMA user_version = " + strconv.Itoa(format) }

// stamped reports whether a database's header says format: the newest one in the
// log, or the file's where the log has none. False where that cannot be told.
func stamped(name string, format int) bool {
	says := func(r io.ReaderAt, page int64) bool {
		var b [4]byte
		_, err := r.ReadAt(b[:], page+stampAt)
		return err == nil && binary.BigEndian.Uint32(b[:]) == uint32(format)
	}
	log, err := os.Open(name + "-wal")
	if err == nil {
		defer log.Close()
		newest, err := newestHeader(log)
		if err != nil || newest > 0 {
			return err == nil && says(log, newest)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	return says(f, 0)
}

// newestHeader is where in a log page 1 was written last, 0 where it was not: of
// the frames that bear the log's salt, as others are left over from before.
func newestHeader(log *os.File) (at int64, err error) {
	info, err := log.Stat()
	if err != nil || info.Size() <= logHeader {
		return 0, err
	}
	var head [logHeader]byte
	if _, err := log.ReadAt(head[:], 0); err != nil {
		return 0, err
	}
	frame := frameHead + int64(binary.BigEndian.Uint32(head[pageSizeAt:]))
	if info.Size() > fewFrames*frame {
		return 0, errLongLog
	}
	var f [frameHead]byte
	for next := int64(logHeader); next+frame <= info.Size(); next += frame {
		if _, err := log.ReadAt(f[:], next); err != nil {
			return 0, err
		}
		if !bytes.Equal(f[frameSalt:frameSalt+8], head[logSalt:logSalt+8]) {
			break
		}
		if binary.BigEndian.Uint32(f[:]) == 1 {
			at = next + frameHead
		}
	}
	return at, nil
}
