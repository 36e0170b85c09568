package cardreader

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// A chunk's commands are hexadecimal with places to fill: {offset:le16},
// {length:le16}, {offset:be16} and {length:8}.
func fill(template string, offset, length int) ([]byte, error) {
	s := strings.NewReplacer(
		"{offset:le16}", fmt.Sprintf("%02X%02X", offset&0xFF, offset>>8&0xFF),
		"{length:le16}", fmt.Sprintf("%02X%02X", length&0xFF, length>>8&0xFF),
		"{offset:be16}", fmt.Sprintf("%04X", offset&0xFFFF),
		"{length:8}", fmt.Sprintf("%02X", length&0xFF),
	).Replace(template)
	b, err := hex.DecodeString(s)
	if err != nil || len(s) > 2*261 {
		return nil, errors.New("a step's command is not hexadecimal")
	}
	return b, nil
}

// commands are all that a step can send, for the check at load. It also holds
// each kind of step to its own members.
func (s Step) commands() ([][]byte, error) {
	bare := Step{Read: s.Read, Into: s.Into, Limit: s.Limit, Optional: s.Optional}
	wrong := errors.New("a step has members that its kind does not know, or lacks its own")
	var out [][]byte
	switch s.Read {
	case "binary":
		if bare.SFI = s.SFI; !s.same(bare) || s.SFI < 1 || s.SFI > 30 {
			return nil, wrong
		}
		return [][]byte{{0, insReadBinary, 0x80 | byte(s.SFI), 0, 0}}, nil
	case "record":
		bare.SFI, bare.Record = s.SFI, s.Record
		if !s.same(bare) || s.SFI < 1 || s.SFI > 30 || s.Record < 1 || s.Record > 254 {
			return nil, wrong
		}
		return [][]byte{{0, insReadRecord, byte(s.Record), byte(s.SFI)<<3 | 4, 0}}, nil
	case "data":
		bare.Tag = s.Tag
		tag, err := strconv.ParseUint(s.Tag, 16, 16)
		if !s.same(bare) || err != nil || tag == 0 {
			return nil, wrong
		}
		return [][]byte{{0, insGetData, byte(tag >> 8), byte(tag), 0}}, nil
	case "command":
		if bare.Commands = s.Commands; !s.same(bare) || len(s.Commands) != 1 {
			return nil, wrong
		}
		c, err := hex.DecodeString(s.Commands[0])
		if err != nil {
			return nil, errors.New("a step's command is not hexadecimal")
		}
		return [][]byte{c}, nil
	case "chunks":
		bare.Commands, bare.Length, bare.Chunk = s.Commands, s.Length, s.Chunk
		if !s.same(bare) || len(s.Commands) < 1 || len(s.Commands) > 4 || s.Chunk < 1 || s.Chunk > 255 ||
			s.Length < 1 || s.Length > s.Limit || s.Length > 0xFFFF || (s.Length+s.Chunk-1)/s.Chunk > maxChunks {
			return nil, wrong
		}
		for offset := 0; offset < s.Length; offset += s.Chunk {
			for _, template := range s.Commands {
				c, err := fill(template, offset, min(s.Chunk, s.Length-offset))
				if err != nil {
					return nil, err
				}
				out = append(out, c)
			}
		}
		return out, nil
	}
	return nil, errors.New("a step is binary, record, data, command or chunks")
}

func (s Step) same(o Step) bool {
	return s.SFI == o.SFI && s.Record == o.Record && s.Tag == o.Tag && s.Length == o.Length && s.Chunk == o.Chunk &&
		len(s.Commands) == len(o.Commands)
}

// buffers are what the steps read. They are wiped when the reading is made.
type buffers map[string][]byte

func (b buffers) wipe() {
	for _, v := range b {
		clear(v)
	}
	clear(b)
}

// steps reads all steps of a profile whose application is selected.
func (s *Session) steps(ctx context.Context, p *Profile) (out buffers, err error) {
	out = buffers{}
	defer func() {
		if err != nil {
			out.wipe()
			out = nil
		}
	}()
	total := 0
	for i, st := range p.Steps {
		name := fmt.Sprintf("%s step %d", p.ID, i+1)
		b, err := s.step(ctx, name, st)
		if err != nil {
			if st.Optional && KindOf(err) == Refused {
				continue
			}
			return out, err
		}
		out[st.Into] = b
		if total += len(b); len(b) > st.Limit || total > p.Limit {
			return out, s.fail(TooLarge, name, 0, nil)
		}
	}
	return out, nil
}

func (s *Session) step(ctx context.Context, name string, st Step) ([]byte, error) {
	if st.Read == "binary" {
		return s.readBinary(ctx, name, byte(st.SFI), st.Limit)
	}
	commands, err := st.commands()
	if err != nil {
		return nil, failure(opRead, Internal, name, err)
	}
	var out []byte
	for i, c := range commands {
		b, err := s.ask(ctx, name, c)
		if err != nil {
			clear(out)
			return nil, err
		}
		if st.Read != "chunks" {
			return b, nil
		}
		if (i+1)%len(st.Commands) != 0 { // only the last command of a chunk answers
			clear(b)
			continue
		}
		if want := min(st.Chunk, st.Length-len(out)); len(b) != want {
			clear(out)
			clear(b)
			return nil, s.fail(Malformed, name, 0, errors.New("a chunk of another length"))
		}
		out = extend(out, b)
	}
	return out, nil
}

// readBinary reads a whole file in blocks of up to 256 bytes. A reader may give
// less at a time (252, 231 or 128 bytes), so a short block is no end: the card says
// where its file ends, or has nothing more to give.
func (s *Session) readBinary(ctx context.Context, name string, sfi byte, limit int) ([]byte, error) {
	var out []byte
	for {
		p1, p2 := byte(len(out)>>8), byte(len(out))
		if len(out) == 0 {
			p1 = 0x80 | sfi
		}
		if len(out) > 0x7FFF {
			clear(out)
			return nil, s.fail(TooLarge, name, 0, nil)
		}
		b, sw, err := s.Transmit(ctx, name, []byte{0, insReadBinary, p1, p2, 0})
		if err != nil {
			clear(out)
			return nil, err
		}
		// The file ends here, or ended with the last block.
		end := sw == 0x6282 || len(out) > 0 && (sw == 0x6B00 || sw == 0x6A86) || sw == 0x9000 && len(b) == 0
		if sw != 0x9000 && !end {
			clear(out)
			clear(b)
			return nil, refused(name, sw)
		}
		n := len(b)
		if len(out)+n > limit {
			clear(out)
			clear(b)
			return nil, s.fail(TooLarge, name, sw, nil)
		}
		if out = extend(out, b); end {
			return out, nil
		}
	}
}

// tags is a field's path, nil where it has none.
func (f Field) tags() ([]uint32, error) {
	if f.Path == "" {
		return nil, nil
	}
	var out []uint32
	for part := range strings.SplitSeq(f.Path, "/") {
		v, err := strconv.ParseUint(part, 16, 24)
		if err != nil || v == 0 || len(out) >= tlv.Card.Depth {
			return nil, errors.New("a field's path is tags in hexadecimal, with slashes between")
		}
		out = append(out, uint32(v))
	}
	return out, nil
}
