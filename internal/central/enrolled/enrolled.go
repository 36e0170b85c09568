// Package enrolled has keys come to count and end, and writes each into the log of keys, in the transaction that does it: no key that
// the directory hands out is without its entry. Nobody else changes a key. It says too by which key somebody signs at the desk that
// they ask from.
package enrolled

import (
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// Person has a key be that by which somebody is enrolled on a desk; the one that was before ends.
func Person(tx *store.Tx, hcp, client, staff, print string, key []byte) error {
	if had, _, ended := tx.Desks.PersonKey(client, staff); had != "" && !ended {
		if err := write(tx, keylog.Key{Provider: hcp, Staff: staff, Desk: client, Name: had}, keylog.Ended); err != nil {
			return err
		}
	}
	tx.Desks.SetPersonKey(client, staff, print, key)
	return write(tx, keylog.Key{Provider: hcp, Staff: staff, Desk: client, Name: print}, keylog.Stands)
}

// Desk puts a desk on record with its own key.
func Desk(tx *store.Tx, d *store.Desk) error {
	tx.Desks.Add(d)
	return write(tx, keylog.Key{Provider: d.HCP, Desk: d.Client, Name: d.Print}, keylog.Stands)
}

// EndDesk ends the keys of people on a desk; found is false where none counts.
func EndDesk(tx *store.Tx, client string) (found bool, err error) {
	for _, k := range tx.Desks.Counting(client) {
		if err := write(tx, keylog.Key{Provider: k.HCP, Staff: k.Staff, Desk: client, Name: k.Print}, keylog.Ended); err != nil {
			return false, err
		}
	}
	return tx.Desks.EndKey(client), nil
}

// Close closes an account, with somebody's keys on every desk.
func Close(tx *store.Tx, hcp, staff string) error {
	for _, e := range tx.Desks.Enrolments(hcp, staff) {
		if e.Ended != 0 {
			continue
		}
		print, _, _ := tx.Desks.PersonKey(e.Client, staff)
		if err := write(tx, keylog.Key{Provider: hcp, Staff: staff, Desk: e.Client, Name: print}, keylog.Ended); err != nil {
			return err
		}
	}
	tx.Accounts.Close(hcp, staff)
	return nil
}

// write adds an entry behind those there are. It is of no moment before theirs, whatever the clock says.
func write(tx *store.Tx, k keylog.Key, act keylog.Act) error {
	n, last, before := tx.Accounts.Directory().LastChange()
	if n == 0 {
		before = keylog.Genesis()
	}
	at := max(last, tx.Now.UnixMicro())
	text, hash, err := keylog.Next(before, keylog.Entry{N: n + 1, At: time.UnixMicro(at).UTC(), Key: k, Act: act})
	if err != nil {
		return err
	}
	tx.Accounts.Directory().AddChange(&store.KeyChange{N: n + 1, At: at, Hash: hash, Text: text})
	return nil
}
