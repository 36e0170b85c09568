package cardreader_test

import (
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// narrow is a card behind a reader that gives at most so many bytes at a time.
type narrow struct {
	*simcard.Training
	most    int
	directs bool   // gives them at once; else says 6Cxx first
	past    uint16 // what a read behind the end is answered with, 0 for as the card does
}

func (n narrow) APDU(c []byte) []byte {
	if len(c) < 4 || c[1] != 0xB0 {
		return n.Training.APDU(c)
	}
	answer := n.Training.APDU(append(slices.Clone(c[:4]), 0))
	data := answer[:len(answer)-2]
	asked := 256
	if len(c) == 5 && c[4] != 0 {
		asked = int(c[4])
	}
	give := min(n.most, len(data), asked)
	switch {
	case len(data) == 0 && n.past != 0:
		return []byte{byte(n.past >> 8), byte(n.past)}
	case len(data) == 0:
		return answer
	case !n.directs && asked > give:
		return []byte{0x6C, byte(give)}
	}
	return append(slices.Clone(data[:give]), 0x90, 0)
}

// Whatever a reader gives at a time, a file is read to its end: a face or a photo
// that is cut is another one.
func TestAFileIsReadToItsEndInBlocksOfAnyLength(t *testing.T) {
	for _, most := range []int{252, 231, 128, 1} {
		for _, directs := range []bool{true, false} {
			for _, past := range []uint16{0, 0x6B00, 0x6A86, 0x9000} {
				card := training(t, nil)
				applet := card.Applet.(*simcard.Training)
				if most == 1 {
					applet.Files[2] = applet.Files[2][:40] // of one byte each the bound of hops is another test's
				}
				want := slices.Clone(applet.Files[2])
				card.Applet = narrow{applet, most, directs, past}
				s := fake.New("A")
				s.Insert("A", card)
				session := open(t, s)
				if err := selectTraining(t, session); err != nil {
					t.Fatal(err)
				}
				got, err := session.ReadFile(t.Context(), 2, 32<<10)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("blocks of %d, at once %v, %04X behind the end: %d of %d bytes, %v", most, directs, past, len(got), len(want), err)
				}
				session.Close()
			}
		}
	}
}
