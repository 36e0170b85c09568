package fhir

import "github.com/ehrdesk/ehrdesk"

// attached is what a detail shows of an attachment: its text, and what is to be
// said of it.
type attached struct {
	Text   string
	Remark ehrdesk.Remark
}

// attachmentText reads base64 as text where it is text. Where it is not, the
// remark says what it is.
func attachmentText(data, contentType string, p pdfs) attached {
	r := Encoded(data, contentType)
	switch {
	case r.Why == PDF && p.by != nil:
		b, _ := Data(data)
		defer clear(b)
		return p.text(b)
	case r.Why == Image:
		return attached{Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkImage, Size: int64(r.Bytes), Word: r.Type}}
	case r.Why == BrokenBase64:
		return attached{Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkBroken, Size: int64(len(data))}}
	case r.Why == Empty:
		return attached{Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkEmpty}}
	case r.Why != "":
		return attached{Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkAttached, Size: int64(r.Bytes), Word: r.Type}}
	case !r.Whole:
		return attached{r.Text, ehrdesk.Remark{Kind: ehrdesk.RemarkCut, Size: int64(r.Bytes)}}
	case r.Guessed:
		return attached{r.Text, ehrdesk.Remark{Kind: ehrdesk.RemarkGuessed, Size: int64(r.Bytes), Word: r.Charset}}
	}
	return attached{Text: r.Text}
}
