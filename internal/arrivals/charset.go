package arrivals

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	xunicode "golang.org/x/text/encoding/unicode"
)

// Encoding is how characters are written.
type Encoding string

// The encodings.
const (
	UTF8    Encoding = "utf-8"
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
	Big5    Encoding = "big5"
	GB18030 Encoding = "gb18030"
	Western Encoding = "windows-1252"
)

// Encodings are all of them.
func Encodings() []Encoding { return []Encoding{UTF8, UTF16LE, UTF16BE, Big5, GB18030, Western} }

// ByPeople are those that people choose among: UTF-16 tells itself.
func ByPeople() []Encoding { return []Encoding{Big5, GB18030, UTF8, Western} }

func (e Encoding) codec() encoding.Encoding {
	switch e {
	case UTF16LE:
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM)
	case UTF16BE:
		return xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM)
	case Big5:
		return traditionalchinese.Big5
	case GB18030:
		return simplifiedchinese.GB18030
	case Western:
		return charmap.Windows1252
	case UTF8:
	}
	return xunicode.UTF8BOM
}

func (e Encoding) decode(b []byte) string {
	out, err := e.codec().NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), string(utf8.RuneError))
	}
	return string(out)
}

// decode makes text of bytes. sure is false where two encodings are as likely, and what
// is given is a guess.
func decode(b []byte, asked Encoding) (text string, e Encoding, sure bool) {
	if asked != "" {
		return asked.decode(b), asked, true
	}
	e, sure = detect(b)
	return e.decode(b), e, sure
}

func detect(b []byte) (e Encoding, sure bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return UTF16LE, true
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return UTF16BE, true
	}
	if e := unmarked(b); e != "" {
		return e, true
	}
	if isUTF8(b) {
		return UTF8, true
	}
	big, gb := weigh(b, Big5), weigh(b, GB18030)
	switch {
	case big.wrong == 0 && gb.wrong > 0:
		return Big5, true
	case gb.wrong == 0 && big.wrong > 0:
		return GB18030, true
	case big.wrong > 0 && letters(b):
		return Western, true
	case big.points >= gb.points:
		return Big5, big.wrong == 0 && big.points-gb.points >= plain
	}
	return GB18030, gb.wrong == 0 && gb.points-big.points >= plain
}

// isUTF8 reports text of UTF-8, and text of it that was cut or damaged in a few places. A
// Chinese name of one or two characters in another encoding can be UTF-8 by accident: two
// bytes each, and letters of no script that such a list has.
func isUTF8(b []byte) bool {
	right, wrong, strange, amiss := 0, 0, false, false
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		i += n
		before := amiss
		amiss = n == 1 && r == utf8.RuneError
		switch {
		case amiss && before: // of the same character
		case amiss:
			wrong++
		case n > 2:
			right++
		case n == 2:
			strange = strange || r > 0xff && !unicode.Is(unicode.Latin, r)
		}
	}
	if right > 0 {
		return right >= 10*wrong
	}
	return wrong == 0 && !strange
}

// plain is by how many points one encoding has to be likelier for nobody to be asked.
const plain = 4

// unmarked tells UTF-16 without a mark by the empty halves of its digits and commas.
func unmarked(b []byte) Encoding {
	var empty [2]int
	for i, c := range b {
		if c == 0 {
			empty[i%2]++
		}
	}
	switch least := max(2, len(b)/20); {
	case len(b)%2 != 0:
	case empty[1] >= least && empty[0] == 0:
		return UTF16LE
	case empty[0] >= least && empty[1] == 0:
		return UTF16BE
	}
	return ""
}

// letters reports bytes above ASCII that stand alone within words, as in José.
func letters(b []byte) bool {
	n := 0
	for i, c := range b {
		if c < utf8.RuneSelf {
			continue
		}
		n++
		if c < 0xc0 || i+1 < len(b) && b[i+1] >= utf8.RuneSelf || i > 0 && b[i-1] >= utf8.RuneSelf {
			return false
		}
	}
	return n > 0
}

type weight struct {
	points float64
	wrong  int // characters that do not exist
}

// weigh says how likely bytes are a text in one of the two encodings: both have their
// frequent characters apart from the rare ones, and a list has words and family names.
func weigh(b []byte, e Encoding) (w weight) {
	text := e.decode(b)
	w.wrong = strings.Count(text, string(utf8.RuneError))
	for i := 0; i+1 < len(b); i++ {
		lead, trail := b[i], b[i+1]
		if lead < 0x81 {
			continue
		}
		if e == Big5 {
			w.points += big5Pair(lead)
		} else {
			w.points += gbPair(lead, trail)
		}
		i++
	}
	for _, word := range listWords {
		if strings.Contains(text, word) {
			w.points += 10
		}
	}
	begins := true
	for _, c := range text {
		han := unicode.Is(unicode.Han, c)
		if han && begins && strings.ContainsRune(surnames, c) {
			w.points += 2
		}
		begins = !han
		if unicode.Is(unicode.Co, c) {
			w.points -= 5
		}
	}
	return w
}

// big5Pair: 5,401 frequent characters come first, then the rare, then Hong Kong's own.
func big5Pair(lead byte) float64 {
	switch {
	case lead >= 0xa4 && lead <= 0xc6:
		return 2
	case lead >= 0xc9 && lead <= 0xf9:
		return 0.3
	case lead >= 0xa1 && lead <= 0xa3:
		return 1
	}
	return -3
}

// gbPair: GB 2312 has 3,755 frequent characters, then the rare; what GBK added is rarer.
func gbPair(lead, trail byte) float64 {
	switch {
	case trail >= 0xa1 && lead >= 0xb0 && lead <= 0xd7:
		return 2
	case trail >= 0xa1 && lead >= 0xd8 && lead <= 0xf7:
		return 0.3
	case trail >= 0xa1 && lead >= 0xa1 && lead <= 0xa3:
		return 1
	case trail >= 0xa1:
		return -1
	case lead >= 0xa1 && lead <= 0xa9:
		return -3
	}
	return -1.5
}

// listWords are words of such lists, in either script.
var listWords = []string{"姓名", "時間", "时间", "日期", "預約", "预约", "身份證", "身份证", "身分證", "號碼", "号码", "上午", "下午", "狀態", "状态", "取消", "病人", "患者",
	"電話", "电话", "醫生", "医生", "醫師", "性別", "性别", "年月日", "編號", "编号", "診所", "诊所"}

// surnames are the family names that most people of Hong Kong, Taiwan and the mainland have.
const surnames = "陳陈林黃黄張张李王吳吴劉刘蔡楊杨許许鄭郑謝谢洪郭邱曾廖賴赖徐周葉叶蘇苏莊庄呂吕江何蕭萧羅罗高潘簡简朱鍾钟游彭詹胡施沈余趙赵盧卢梁顏颜柯翁魏孫孙戴范方宋鄧邓杜傅侯曹薛丁卓馬马董唐藍蓝石古紀纪姚連连馮冯歐欧程湯汤黎麥麦譚谭關关霍鄺邝龔龚"
