package cardreader

import (
	"context"
	"errors"

	"github.com/ehrdesk/ehrdesk"
)

// What one command may give and how long a card may keep us asking for more.
const (
	maxAnswer = 64 << 10
	maxHops   = 320 // 64 KiB in parts of 255 bytes, and some
	maxEmpty  = 8   // parts without a byte in them
)

// Transmit sends one command and fetches all of its answer: 61xx by GET
// RESPONSE, 6Cxx by asking once more with the right length (ISO/IEC 7816-4,
// 5.3.4). The status word is the last one and may be any. Commands that are not
// on the list of what may be sent are refused and end nothing.
func (s *Session) Transmit(ctx context.Context, step string, command []byte) (data []byte, sw uint16, err error) {
	corrected := false
	empty := 0
	for range maxHops {
		part, sw, err := s.exchange(ctx, step, command)
		if err != nil {
			clear(data)
			return nil, 0, err
		}
		if len(data)+len(part) > maxAnswer {
			clear(data)
			clear(part)
			return nil, 0, s.fail(TooLarge, step, sw, nil)
		}
		if len(part) == 0 {
			empty++
		}
		data = extend(data, part)
		switch {
		case sw>>8 == 0x61 && empty > maxEmpty:
			clear(data)
			return nil, 0, s.fail(TooLarge, step, sw, errors.New("the card promises data for ever"))
		case sw>>8 == 0x61:
			command = []byte{0, insGetResponse, 0, 0, byte(sw)}
		case sw>>8 == 0x6C && !corrected:
			corrected = true
			command = withLe(command, byte(sw))
		default:
			return data, sw, nil
		}
	}
	clear(data)
	return nil, 0, s.fail(TooLarge, step, 0, errors.New("the card promises data for ever"))
}

// ask is Transmit where only success will do.
func (s *Session) ask(ctx context.Context, step string, command []byte) ([]byte, error) {
	data, sw, err := s.Transmit(ctx, step, command)
	if err != nil {
		return nil, err
	}
	if sw != 0x9000 {
		clear(data)
		return nil, refused(step, sw)
	}
	return data, nil
}

// refused is a status word that is not success; the session goes on.
func refused(step string, sw uint16) error {
	return fault(&Failure{Kind: Refused, Step: step, SW: sw})
}

// extend appends part and leaves no copy of either behind.
func extend(data, part []byte) []byte {
	before := data
	data = append(data, part...)
	if cap(data) != cap(before) {
		clear(before)
	}
	clear(part)
	return data
}

func fault(f *Failure) error { return ehrdesk.E(opRead, ehrdesk.CodeCard, f) }
