package page

import "github.com/ehrdesk/ehrdesk"

// Marks are what is known of who wrote a record, nothing where the chart does not know.
func (b *Book) Marks(ref ehrdesk.Ref) ehrdesk.RecordMark {
	if c, ok := b.Chart.(ehrdesk.RecordMarking); ok {
		return c.Marks(ref)
	}
	return 0
}
