package cache

import (
	"bytes"
	"context"
	"crypto/cipher"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// InTheClear has one kind of cell, named as in its place, written and read without
// encryption by this vault: of the journal, and of one patient.
func (v *Vault) InTheClear(id PatientID, cell string) {
	for _, k := range v.held.Journal {
		k.AEAD = clearBox{k.AEAD, cell}
	}
	cells, err := v.s.records.Cells(context.Background(), v.held.Records, id)
	if err != nil {
		panic(err)
	}
	for _, box := range cells {
		box.GCM = clearGCM{box.GCM, cell}
	}
}

// clearBox leaves out the encryption of the cells whose place names the kind.
type clearBox struct {
	tink.AEAD
	cell string
}

func (b clearBox) Encrypt(plain, place []byte) ([]byte, error) {
	if bytes.Contains(place, []byte(b.cell)) {
		return bytes.Clone(plain), nil
	}
	return b.AEAD.Encrypt(plain, place)
}

func (b clearBox) Decrypt(ct, place []byte) ([]byte, error) {
	if bytes.Contains(place, []byte(b.cell)) {
		return bytes.Clone(ct), nil
	}
	return b.AEAD.Decrypt(ct, place)
}

// clearGCM is clearBox for the cells of the copies.
type clearGCM struct {
	cipher.AEAD
	cell string
}

func (b clearGCM) Seal(dst, nonce, plain, place []byte) []byte {
	if bytes.Contains(place, []byte(b.cell)) {
		return append(append(dst, plain...), make([]byte, b.Overhead())...)
	}
	return b.AEAD.Seal(dst, nonce, plain, place)
}

func (b clearGCM) Open(dst, nonce, ct, place []byte) ([]byte, error) {
	if bytes.Contains(place, []byte(b.cell)) {
		return append(dst, ct[:len(ct)-b.Overhead()]...), nil
	}
	return b.AEAD.Open(dst, nonce, ct, place)
}
