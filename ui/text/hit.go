package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Hits are the words beside what a search found.
type Hits struct {
	Note, Document, Detail T // where in the record it stands
	More, NotFolded        T // how many more of one drug or test are folded under a row; that none are
	Reading                T // how many records of how many are read
}

func hits() Hits {
	return Hits{
		Note:      T{"note:", "附註：", "附注："},
		Document:  T{"document:", "文件：", "文件："},
		Detail:    T{"detail:", "詳情：", "详情："},
		More:      T{"%s more of the same: z", "同類另有 %s 項：按 z", "同类另有 %s 项：按 z"},
		NotFolded: T{"nothing is folded under this", "此項之下沒有摺疊", "此项之下没有折叠"},
		Reading:   T{"reading notes and documents, %s of %s", "正在讀取附註及文件：%s／%s", "正在读取附注及文件：%s／%s"},
	}
}

// Marks stand around a word that a search found: they can be read without colour.
const (
	MarkBegin = "‹"
	MarkEnd   = "›"
)

// Marked is an excerpt with its marks in it.
func Marked(e ehrdesk.Excerpt) string {
	var b strings.Builder
	last := 0
	for _, k := range e.Marks {
		b.WriteString(e.Text[last:k.From] + MarkBegin + e.Text[k.From:k.To] + MarkEnd)
		last = k.To
	}
	b.WriteString(e.Text[last:])
	return b.String()
}
