package consent

import "github.com/ehrdesk/ehrdesk"

// sent is whether an act went out whose outcome is not known: whoever leaves then drops
// nothing, as it may be on record, and this desk goes on asking.
type sent struct{ open bool }

// goes notes that the act goes out.
func (s *sent) goes() { s.open = true }

// heard takes the answer: with any that says what became of the act nothing is open.
func (s *sent) heard(err error) { s.open = ehrdesk.CodeOf(err) == ehrdesk.CodeTimeout }

// Submitted reports whether an act is out whose outcome is not known.
func (s *sent) Submitted() bool { return s.open }
