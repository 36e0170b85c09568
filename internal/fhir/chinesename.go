package fhir

import (
	"slices"
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
)

// A name in one text may hold more than one: in letters and in characters, today's
// and a former one, "LEE Tai Man 李大文 (formerly 陳大文)". What is compared with a
// card must be one name, and the one in force.

// chineseName is the name in Chinese characters of an entry, "" where it has none.
// Of several in one text the first is the name; one right behind a word such as
// "formerly" is a former one, and counts where there is no other.
func chineseName(n humanName) (name string, former bool) {
	if !han(n.text) {
		if han(n.family) {
			name = n.family + strings.ReplaceAll(n.given, " ", "")
		}
		return name, false
	}
	var old string
	for rest := n.text; han(rest); {
		head, tail := firstHan(rest)
		found, after, was := oneName(tail)
		if rest = after; found == "" {
			continue
		}
		if _, is := formerly(head); !was && !is {
			return found, false
		}
		if old == "" {
			old = found
		}
	}
	return old, old != ""
}

// oneName takes one name off the beginning of a text: characters, with dots or with
// the spaces of "李 大 文" between them, but not a second name, and none of the words
// that are written beside one.
func oneName(s string) (name, rest string, former bool) {
	for _, w := range formerChinese {
		if after, ok := strings.CutPrefix(s, w); ok {
			former, s = true, strings.TrimLeft(after, " :：")
		}
	}
	for _, w := range aliasChinese {
		if after, ok := strings.CutPrefix(s, w); ok { // another name of the same person, as good as this one
			s = strings.TrimLeft(after, " :：")
		}
	}
	n, spaced := 0, false
	for i, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			next := s[i:]
			marked := slices.ContainsFunc(formerChinese[:], func(w string) bool { return strings.HasPrefix(next, w) }) ||
				slices.ContainsFunc(aliasChinese[:], func(w string) bool { return strings.HasPrefix(next, w) })
			if n > 0 && marked || spaced && n > 2 && (n > 3 || runLength(next) > 1) {
				return untitled(name), next, former
			}
			name, n, spaced = name+string(r), n+1, false
		case r == ' ' || r == '\u3000':
			spaced = true
		case strings.ContainsRune("·‧•・", r):
			spaced = false
		default:
			return untitled(name), s[i:], former
		}
	}
	return untitled(name), "", former
}

// runLength is how many Chinese characters a text begins with.
func runLength(s string) (n int) {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			break
		}
		n++
	}
	return n
}

// untitled is a name without a title or a word about it at its end.
func untitled(name string) string {
	for _, w := range titlesChinese {
		if rest, ok := strings.CutSuffix(name, w); ok && len([]rune(rest)) > 1 {
			return rest
		}
	}
	return name
}

var (
	formerChinese = [...]string{"前稱", "前称", "原名", "曾用名", "舊名", "旧名"}
	aliasChinese  = [...]string{"又名", "別名", "别名"}
	titlesChinese = [...]string{"先生", "女士", "小姐", "太太", "醫生", "医生", "教授", "已故"}
)

// firstHan splits a text before its first Chinese character.
func firstHan(s string) (head, tail string) {
	i := max(0, strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
	return s[:i], s[i:]
}

// formerly reports a text that ends with a word behind which a former name stands,
// and gives what is before the word. Words that can be a name count only where a
// bracket was opened for them.
func formerly(s string) (before string, is bool) {
	s = strings.TrimRight(s, " :：")
	last := strings.TrimLeftFunc(s[strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })+1:], func(r rune) bool { return !unicode.IsLetter(r) })
	before = s[:len(s)-len(last)]
	switch strings.ToLower(last) {
	case "formerly", "previously":
		return before, true
	case "former", "née", "nee", "previous", "maiden", "old", "was":
		return before, strings.HasSuffix(before, "(") || strings.HasSuffix(before, "（")
	}
	return s, false
}

// latinPart is the name in letters of a text that has Chinese in it: what stands
// before that or, where that is nothing, what stands behind it up to the next. What
// is in brackets with a former name is no part of it.
func latinPart(s string) string {
	var parts []string
	for rest := s; rest != ""; {
		head, tail := firstHan(rest)
		if !han(rest) {
			head, tail = rest, ""
		}
		if before, is := formerly(head); is {
			head = before
		}
		if head = ehrdesk.CleanLine(strings.Trim(head, " ()（）,，、/·-")); latinLetters(head) {
			if strings.Count(head, "(") > strings.Count(head, ")") {
				head += ")"
			}
			parts = append(parts, head)
		}
		rest = strings.TrimLeftFunc(tail, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	if len(parts) == 0 {
		return ""
	}
	return parts[0]
}
