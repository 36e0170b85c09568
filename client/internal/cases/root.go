package cases

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// root is the key under which all that this desk has of somebody's cases lies, beside the seal for that person. Whoever seals anything
// to be destroyed needs a key that is destroyed with it: the person's own lives on, and opens what somebody copied from the disk before.
// renew makes another, has what stays sealed anew, and destroys the one before. It stands with the person's keys, under their passphrase;
// of whoever has a second key in the system's keyring a part stands there and in no file, so that a copy of the whole folder from before
// does not open either.
type root struct {
	vault  *cache.Vault
	device cache.Device // nil where the machine has no keyring

	mu    sync.RWMutex      // for reading held by who seals or opens something on the disk, for writing by who changes the key
	had   sync.Mutex        // of parts
	parts map[string][]byte // that the keyring gave, by name
}

func newRoot(v *cache.Vault, d cache.Device) *root {
	return &root{vault: v, device: d, parts: map[string][]byte{}}
}

const rootOp = "case.key"

// secret is what one root is made of.
func (r *root) secret(ctx context.Context, k person.CaseRoot) (cipher.AEAD, error) {
	both := slices.Clone(k.Secret)
	if k.Device != "" {
		part, err := r.part(ctx, k.Device)
		if err != nil {
			return nil, err
		}
		both = append(both, part...)
	}
	defer clear(both)
	key, err := hkdf.Key(sha256.New, both, nil, "ehrdesk sealed cases", 32)
	if err != nil {
		return nil, ehrdesk.E(rootOp, ehrdesk.CodeOther, err)
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, ehrdesk.E(rootOp, ehrdesk.CodeOther, err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// part is what the system's keyring keeps of a root. Errors: CodeLocked with ehrdesk.ErrSecondKey.
func (r *root) part(ctx context.Context, name string) ([]byte, error) {
	r.had.Lock()
	defer r.had.Unlock()
	if p := r.parts[name]; p != nil {
		return p, nil
	}
	if r.device == nil {
		return nil, ehrdesk.E(rootOp, ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
	}
	p, err := r.device.Secret(ctx, name)
	if err != nil || len(p) != 32 {
		return nil, ehrdesk.E(rootOp, ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
	}
	r.parts[name] = p
	return p, nil
}

// boxes are the ciphers in force, the newest first: two while one takes the place of the other. The caller holds mu.
func (r *root) boxes(ctx context.Context) (out []cipher.AEAD, err error) {
	roots, err := person.CaseRoots(r.vault)
	if err != nil {
		return nil, err
	}
	for _, k := range roots {
		box, err := r.secret(ctx, k)
		clear(k.Secret)
		if err != nil {
			return nil, err
		}
		out = append(out, box)
	}
	return out, nil
}

// made is the first byte of what a root has sealed: what lies here from before there were any begins with a brace.
const made = 1

// under makes sure that there is a root and has f write while it stays.
func (r *root) under(ctx context.Context, f func(box cipher.AEAD) error) error {
	for {
		r.mu.RLock()
		boxes, err := r.boxes(ctx)
		if err == nil && len(boxes) > 0 {
			err = f(boxes[0])
		}
		r.mu.RUnlock()
		if err != nil || len(boxes) > 0 {
			return err
		}
		r.mu.Lock()
		if boxes, err = r.boxes(ctx); err == nil && len(boxes) == 0 {
			err = r.another(ctx)
		}
		r.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

func seal(box cipher.AEAD, b, where []byte) []byte { return box.Seal([]byte{made}, nil, b, where) }

// open undoes seal, by the roots in force; nil for what none of them has sealed.
func open(boxes []cipher.AEAD, b, where []byte) []byte {
	if len(b) == 0 || b[0] != made {
		return b
	}
	for _, box := range boxes {
		if p, err := box.Open(nil, nil, b[1:], where); err == nil {
			return p
		}
	}
	return nil
}

// another puts a new root before the one there is. The caller holds mu for writing.
func (r *root) another(ctx context.Context) error {
	k := person.CaseRoot{Secret: make([]byte, 32)}
	_, _ = rand.Read(k.Secret) // never fails
	defer clear(k.Secret)
	if r.vault.SecondKey() && r.device != nil {
		name, part := make([]byte, 16), make([]byte, 32)
		_, _ = rand.Read(name)
		_, _ = rand.Read(part)
		k.Device = hex.EncodeToString(name)
		if err := r.device.Keep(ctx, k.Device, part); err != nil {
			return ehrdesk.E(rootOp, ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
		}
		if kept, err := r.device.Secret(ctx, k.Device); err != nil || !slices.Equal(kept, part) {
			return ehrdesk.E(rootOp, ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
		}
	}
	return person.SetCaseRoots(ctx, r.vault, func(had []person.CaseRoot) []person.CaseRoot { return append([]person.CaseRoot{k}, had...) })
}

// renew has another root take the place of the one there is: drop takes off the disk what is to be destroyed, again has all that stays
// sealed anew by what it is given. What a crash leaves in the middle both roots open, and the next renew goes on from there.
func (r *root) renew(ctx context.Context, drop func() error, again func(open func(b, where []byte) []byte, seal func(b, where []byte) []byte) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	boxes, err := r.boxes(ctx)
	if err != nil {
		return err
	}
	if len(boxes) < 2 {
		if err := r.another(ctx); err != nil {
			return err
		}
		if boxes, err = r.boxes(ctx); err != nil {
			return err
		}
	}
	if err := drop(); err != nil {
		return err
	}
	err = again(func(b, where []byte) []byte { return open(boxes, b, where) }, func(b, where []byte) []byte { return seal(boxes[0], b, where) })
	if err != nil {
		return err
	}
	var gone []string
	err = person.SetCaseRoots(ctx, r.vault, func(had []person.CaseRoot) []person.CaseRoot {
		gone = nil
		for _, k := range had[min(1, len(had)):] {
			gone = append(gone, k.Device)
		}
		return had[:min(1, len(had))]
	})
	if err != nil {
		return err
	}
	for _, name := range gone {
		if name != "" {
			r.had.Lock()
			clear(r.parts[name])
			delete(r.parts, name)
			r.had.Unlock()
			if err := r.device.Forget(ctx, name); err != nil { // the other part is destroyed
				continue
			}
		}
	}
	return nil
}

// half reports a renewal that did not come to its end.
func (r *root) half() (bool, error) {
	roots, err := person.CaseRoots(r.vault)
	return len(roots) > 1, err
}
