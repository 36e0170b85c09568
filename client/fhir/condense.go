package fhir

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// A resource may carry a scanned document of tens of megabytes, as base64 in
// one string. To show the resource nobody needs those characters: condensed, it
// is the same JSON without the inside of such runs.

const (
	longRun = 1 << 20 // plain characters in a row that are still kept
	runHead = 64      // of a longer run, kept at its beginning
	runTail = 4       // and at its end: base64 says there how long it is
)

// condensed is a resource in which long runs are replaced by a mark that names
// their length. The mark holds a random word, so that no text can claim it.
type condensed struct {
	json []byte
	mark string
}

// condenser reads JSON as it comes. Only plain ASCII inside strings is cut,
// and never right after an escape: what is left is well formed exactly where
// the whole is.
type condenser struct {
	condensed
	longest           int // run that is kept whole
	inString, escaped bool
	run               int
	tail              [runTail]byte // the last characters of a run being cut
}

// condense keeps runs of up to longest characters whole, at least runHead.
func condense(r io.Reader, longest int) (condensed, error) {
	c := condenser{condensed: condensed{mark: "~" + rand.Text() + "~"}, longest: longest}
	buf := make([]byte, 32<<10)
	defer clear(buf)
	for {
		n, err := r.Read(buf)
		for rest := buf[:n]; len(rest) > 0; {
			if k := c.plain(rest); k > 0 {
				c.take(rest[:k])
				rest = rest[k:]
				continue
			}
			c.step(rest[0])
			rest = rest[1:]
		}
		if errors.Is(err, io.EOF) {
			c.endRun()
			return c.condensed, nil
		}
		if err != nil {
			return condensed{}, err
		}
	}
}

// plain is how many of the next bytes are plain characters of a string.
func (c *condenser) plain(b []byte) int {
	if !c.inString || c.escaped {
		return 0
	}
	return plainRun(b)
}

// take takes plain characters of a string.
func (c *condenser) take(b []byte) {
	keep := min(len(b), max(c.longest-c.run, 0))
	c.json = append(c.json, b[:keep]...)
	c.run += len(b)
	cut := b[keep:]
	cut = cut[max(0, len(cut)-runTail):]
	copy(c.tail[:], c.tail[len(cut):])
	copy(c.tail[runTail-len(cut):], cut)
}

// step takes any other byte.
func (c *condenser) step(b byte) {
	switch {
	case !c.inString:
		c.inString = b == '"'
	case c.escaped:
		c.escaped = false
	default:
		c.endRun()
		c.inString, c.escaped = b != '"', b == '\\'
	}
	c.json = append(c.json, b)
}

// endRun cuts the run that ends here, if it is a long one.
func (c *condenser) endRun() {
	if c.run > c.longest+runTail {
		c.json = c.json[:len(c.json)-c.longest+runHead]
		c.json = append(c.json, c.mark...)
		c.json = strconv.AppendInt(c.json, int64(c.run-runHead-runTail), 10)
		c.json = append(c.json, c.mark...)
		c.json = append(c.json, c.tail[:]...)
	} else if c.run > c.longest {
		c.json = append(c.json, c.tail[runTail-(c.run-c.longest):]...)
	}
	c.run = 0
}

// cut says of a string of a condensed resource how many characters were left
// out, and gives what there is around them.
func (c *condensed) cut(s string) (head, tail string, left int, ok bool) {
	if c == nil {
		return "", "", 0, false
	}
	head, rest, ok := strings.Cut(s, c.mark)
	if !ok {
		return "", "", 0, false
	}
	n, tail, ok := strings.Cut(rest, c.mark)
	left, err := strconv.Atoi(n)
	return head, tail, left, ok && err == nil
}

// inWords is what is shown of a string that was cut: of base64 the size of what
// it encodes, of anything else its beginning.
func (c *condensed) inWords(s string, data bool) (string, bool) {
	head, tail, left, ok := c.cut(s)
	if !ok {
		return "", false
	}
	n := len(head) + left + len(tail)
	_, badHead := base64.StdEncoding.DecodeString(head)
	_, badTail := base64.StdEncoding.DecodeString(tail)
	switch {
	case !data:
		return ehrdesk.CleanText(head) + fmt.Sprintf(" … (%d characters in all)", n), true
	case badHead != nil || badTail != nil || n%4 != 0:
		return fmt.Sprintf("(attachment, %d characters, not readable)", n), true
	}
	return fmt.Sprintf("(attachment, %d bytes)", n/4*3-strings.Count(tail, "=")), true
}

// ElementsFrom is Elements of a resource that is read as a stream. It holds as
// much of it as is shown, however long the documents in it are. Errors:
// CodeTampered, the reader's own.
func ElementsFrom(r io.Reader) ([]ehrdesk.Element, error) {
	c, err := condense(r, longRun)
	if err != nil {
		return nil, err
	}
	defer clear(c.json)
	f, err := parseFields(bytes.TrimSpace(c.json))
	if err != nil {
		return nil, ehrdesk.E("fhir.detail", ehrdesk.CodeTampered, err)
	}
	w := walker{cut: &c}
	w.object(f, "", 0)
	return w.out, nil
}
