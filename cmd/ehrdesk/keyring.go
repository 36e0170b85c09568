package main

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/ehrdesk/ehrdesk"
)

// systemKeyring keeps second keys in the system's keyring: the Secret Service on
// Linux, the Keychain on macOS, the Credential Manager on Windows. It implements
// cache.Device.
type systemKeyring struct{}

const (
	keyringService = "ehrdesk"
	// keyringWait is how long the system may take, its question to the user
	// included: a locked keyring asks for its own passphrase.
	keyringWait = time.Minute
)

// within runs f, which cannot be broken off, and stops waiting for it when ctx or
// the patience is over.
func (systemKeyring) within(ctx context.Context, f func() (string, error)) (string, error) {
	if !sessionBus() {
		return "", ehrdesk.Errorf("keyring", ehrdesk.CodeOther, "this login has no keyring")
	}
	ctx, cancel := context.WithTimeout(ctx, keyringWait)
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := f()
		done <- answer{text, err}
	}()
	select {
	case a := <-done:
		if a.err != nil { // its own words may name paths and buses
			return "", ehrdesk.Errorf("keyring", ehrdesk.CodeOther, "the system's keyring did not do it")
		}
		return a.text, nil
	case <-ctx.Done():
		return "", ehrdesk.Errorf("keyring", ehrdesk.CodeTimeout, "the system's keyring did not answer")
	}
}

// sessionBus reports whether there is a bus to ask for a keyring, where that takes
// one: without it the library would start one.
func sessionBus() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus"))
	return os.Getenv("XDG_RUNTIME_DIR") != "" && err == nil
}

func (k systemKeyring) Secret(ctx context.Context, name string) ([]byte, error) {
	text, err := k.within(ctx, func() (string, error) { return keyring.Get(keyringService, name) })
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}

func (k systemKeyring) Keep(ctx context.Context, name string, secret []byte) error {
	text := base64.StdEncoding.EncodeToString(secret)
	_, err := k.within(ctx, func() (string, error) { return "", keyring.Set(keyringService, name, text) })
	return err
}

func (k systemKeyring) Forget(ctx context.Context, name string) error {
	_, err := k.within(ctx, func() (string, error) { return "", keyring.Delete(keyringService, name) })
	return err
}
