package paint

import "github.com/charmbracelet/x/ansi"

// read says of what the program writes whether the alternate screen is shown after it,
// which it was or not before, and whether it may have touched a cell: whatever is not
// known to leave them alone may have.
func read(p []byte, before bool) (on, touched bool) {
	on = before
	var state byte
	for len(p) > 0 {
		seq, width, n, next := ansi.DecodeSequence(p, state, nil)
		p, state = p[n:], next
		switch string(seq) {
		case ansi.SetModeAltScreenSaveCursor:
			on, touched = true, true
			continue
		case ansi.ResetModeAltScreenSaveCursor:
			on = false
			continue
		}
		touched = touched || width > 0 || next != ansi.NormalState || !harmless(seq)
	}
	return on, touched
}

// harmless reports a control sequence that changes no cell: modes, colours, the
// cursor's place and looks, questions to the terminal, titles.
func harmless[T ~[]byte | ~string](seq T) bool {
	switch {
	case len(seq) == 0:
		return true
	case len(seq) == 1:
		return seq[0] == '\r' || seq[0] == '\b' || seq[0] == '\a'
	case seq[0] != ansi.ESC:
		return false
	}
	final := seq[len(seq)-1]
	switch seq[1] {
	case ']', 'P', '_': // a string, such as the title
		return true
	case '7', '8', '=', '>':
		return len(seq) == 2
	case '[':
		switch final {
		case 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', '`', 'd', 'f', 'g', 'h', 'l', 'm', 'n', 'p', 'q', 's', 't', 'u', 'c':
			return true
		}
	}
	return false
}
