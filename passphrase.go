package ehrdesk

import "fmt"

// WeakPassphrase is the cause of a CodeInvalid error for a passphrase that does not
// withstand guessing.
type WeakPassphrase struct {
	Short int // the least number of characters, where it has fewer; 0 where it is guessed all the same
}

func (w *WeakPassphrase) Error() string {
	if w.Short > 0 {
		return fmt.Sprintf("a passphrase has at least %d characters", w.Short)
	}
	return "the passphrase is guessed too easily: take four words or more that have nothing to do with each other, nor with you"
}
