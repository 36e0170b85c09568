package ehrdesk

import (
	"encoding/hex"
	"time"
)

// CaseMark is the watermark of something that was said: who looks at it, at which provider and when, and which message it is. It stands
// beside the words on the screen and on paper, where the message asks for it or the site's policy does, so that a picture of it says
// whose screen it was.
type CaseMark struct {
	Person   string
	Provider string
	At       time.Time
	Hash     string // of what was sealed, SHA-256 in hex
}

// MarkOf is the watermark for somebody who looks at a message now.
func MarkOf(who Account, said *CaseSaid, now time.Time) CaseMark {
	return CaseMark{CleanLine(who.Name), CleanLine(who.ProviderName), now, hex.EncodeToString(said.Digest)}
}

// String is the line. It has no words of a language: names, a time of Hong Kong and the first sixteen digits of the hash.
func (m CaseMark) String() string {
	const digits = 16
	return m.Person + " · " + m.Provider + " · " + m.At.In(HongKong()).Format("2006-01-02 15:04:05") + " · " + m.Hash[:min(digits, len(m.Hash))]
}
