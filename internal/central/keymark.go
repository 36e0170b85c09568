package central

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"path/filepath"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// keyOf reads the key that a store was made with, or makes it for a new one. A centre with
// another key than its neighbours would know no Access Key and sign a log of its own, so that
// a store keeps what its key is known by: nothing that helps to guess it.
// Errors: as openKey, CodeNotFound where the store has a key and the folder has none,
// CodeTampered where it has another.
func keyOf(ctx context.Context, st store.Store, path string, passphrase func() ([]byte, error)) (*Key, error) {
	const op = "central.key"
	var mark []byte
	if err := st.Read(ctx, func(tx *store.Tx) error { mark = tx.Log.KeyMark(); return nil }); err != nil {
		return nil, err
	}
	if mark != nil && !holds(filepath.Dir(path), keyFile) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the store was made with a key that is not in the state folder: put that centre's "+keyFile+" there")
	}
	key, err := openKey(path, passphrase)
	if err != nil {
		return nil, err
	}
	own, err := hkdf.Key(sha256.New, key.secret, nil, "ehrcentral mark", 32)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if mark == nil {
		err = st.Write(ctx, func(tx *store.Tx) error { // another may be making the same store
			if mark = tx.Log.KeyMark(); mark == nil {
				tx.Log.SetKeyMark(own)
				mark = own
			}
			return nil
		})
	}
	if err == nil && !bytes.Equal(mark, own) {
		err = ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the store was made with another key than the state folder has: put that centre's "+keyFile+" there")
	}
	if err != nil {
		return nil, err
	}
	return key, nil
}
