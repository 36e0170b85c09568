package cdshooks

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// longestSummary is the most characters that a card's summary has: fewer than 140.
const longestSummary = 139

// cardJSON is a card as it is sent. Source: CDS Hooks 2.0, "Card Attributes".
type cardJSON struct {
	UUID      string     `json:"uuid"`
	Summary   string     `json:"summary"`
	Indicator Indicator  `json:"indicator"`
	Detail    string     `json:"detail,omitempty"`
	Source    sourceJSON `json:"source"`
}

type sourceJSON struct {
	Label string `json:"label"`
}

type cardsJSON struct {
	Cards []cardJSON `json:"cards"`
}

// sent are cards as they are sent.
func sent(cards []Card) cardsJSON {
	out := cardsJSON{Cards: []cardJSON{}}
	for i := range cards {
		c := &cards[i]
		lines := make([]string, len(c.Lines))
		for j, l := range c.Lines {
			lines[j] = "- " + escaped(l)
		}
		out.Cards = append(out.Cards, cardJSON{uuid(), short(c.Summary), c.Indicator, strings.Join(lines, "\n"), sourceJSON{ehrdesk.CleanLine(c.Source)}})
	}
	return out
}

// short cuts a summary to what a card may have.
func short(s string) string {
	r := []rune(ehrdesk.CleanLine(s))
	if len(r) <= longestSummary {
		return string(r)
	}
	return strings.TrimRight(string(r[:longestSummary-1]), " ") + "…"
}

// escaped is a line of plain words as Markdown: words of records come from anybody, and must neither look like
// the program's own, lead anywhere, nor bring HTML.
func escaped(s string) string {
	s = ehrdesk.CleanLine(s)
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '<':
			b.WriteString("&lt;")
			continue
		case '>':
			b.WriteString("&gt;")
			continue
		case '&':
			b.WriteString("&amp;")
			continue
		case '\\', '`', '*', '_', '[', ']', '#', '|', '~', '!', '@', '$':
			b.WriteByte('\\')
		case ':': // an address is made a link by itself
			if strings.HasPrefix(s[i+1:], "/") {
				b.WriteByte('\\')
			}
		case '.':
			if i >= 3 && strings.EqualFold(s[i-3:i], "www") {
				b.WriteByte('\\')
			}
		case '-', '+', '=':
			if i == 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// uuid is a random one (RFC 9562, version 4), by which a caller tells cards apart.
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails: the program ends where the system has no random numbers
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
