package main

import (
	"net/url"
	"os"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// storeEnv names the database that has the store, where no flag does.
const storeEnv = "EHRCENTRAL_STORE"

// store is the address of the database that has the store, "" where the state folder has it.
// One that is a word of the command line has no password in it: every user of the machine
// reads those.
func (p *program) store() (string, error) {
	const op = "store"
	switch {
	case p.storeAt != "" && p.storeFile != "":
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--store and --store-file both name the store")
	case p.storeFile != "":
		b, err := secretIn(p.storeFile, "file of the store's address")
		if err != nil {
			return "", err
		}
		return checkedStore(string(b))
	case p.storeAt != "":
		u, err := url.Parse(p.storeAt)
		if err != nil {
			return checkedStore("")
		}
		if _, has := u.User.Password(); has || u.Query().Has("password") || u.Query().Has("sslpassword") {
			return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a password on the command line is read by others: put it into PGPASSFILE, or the address into --store-file")
		}
		return checkedStore(p.storeAt)
	}
	if at := os.Getenv(storeEnv); at != "" {
		return checkedStore(at)
	}
	return "", nil
}

func checkedStore(at string) (string, error) {
	if !strings.HasPrefix(at, "postgres://") && !strings.HasPrefix(at, "postgresql://") {
		return "", ehrdesk.Errorf("store", ehrdesk.CodeInvalid, "the store's address is postgres://USER@HOST:PORT/DATABASE")
	}
	return at, nil
}
