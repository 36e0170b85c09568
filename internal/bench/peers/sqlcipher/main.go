//go:build libsqlite3

// Command sqlcipher is the worker of the same rows in SQLCipher, through the cgo
// driver of the worker mattn. Its tag has that driver use a library of the
// system; the build makes it SQLCipher's. That driver reads the file while it
// opens it, so the key has to be there before: SQLite lets a program have a
// function called with each new connection, and that sends it.
package main

/*
#cgo CFLAGS: -DSQLITE_HAS_CODEC
#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

static const char *cipher_key, *cipher_page;

static int unlock(sqlite3 *db, char **message, const void *api) {
	int rc = sqlite3_key(db, cipher_key, strlen(cipher_key));
	return rc ? rc : sqlite3_exec(db, cipher_page, NULL, NULL, message);
}

static int with_key(const char *key, const char *page) {
	cipher_key = key, cipher_page = page;
	return sqlite3_auto_extension((void (*)(void))unlock);
}
*/
import "C"

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3"

	"github.com/ehrdesk/ehrdesk/internal/bench/peers/rows"
	"github.com/ehrdesk/ehrdesk/internal/bench/peers/worker"
)

// raw is a key as it is, for which nothing is derived.
const raw = `x'2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99'`

func main() {
	page := flag.Int("page", 0, "bytes a page has; 0: as many as SQLCipher chooses")
	worker.Main(func(ctx context.Context, dir string, cold bool) (worker.Store, error) {
		pragma := ""
		if *page > 0 {
			pragma = fmt.Sprintf("PRAGMA cipher_page_size = %d", *page)
		}
		if rc := C.with_key(C.CString(raw), C.CString(pragma)); rc != C.SQLITE_OK {
			return nil, fmt.Errorf("sqlcipher: code %d", int(rc))
		}
		s, err := rows.Open(ctx, "sqlite3", dir, cold)
		if err == nil && !cold {
			err = sealed(filepath.Join(dir, rows.File))
		}
		return s, err
	})
}

// sealed fails on a database that anybody can read.
func sealed(name string) error {
	file, err := os.ReadFile(name)
	if err == nil && (len(file) == 0 || bytes.HasPrefix(file, []byte("SQLite format 3"))) {
		err = errors.New("sqlcipher: the file is not encrypted")
	}
	return err
}
