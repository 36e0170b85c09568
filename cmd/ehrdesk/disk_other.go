//go:build !linux

package main

// checkEncryption cannot look here; the system's own settings tell.
func checkEncryption(string) check {
	return check{"disk encryption", "note", "cannot be told here: see FileVault or BitLocker in the system settings"}
}
