package fhir

import "bytes"

// The scanner finds where values begin and end in JSON that is known to be well
// formed: validated once, as a whole, when it arrived. It looks at each byte at
// most once and decodes nothing.

// skipSpace gives the index of the first byte at or after i that is no space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipString gives the index after the string that begins at i.
func skipString(b []byte, i int) int {
	for from := i + 1; ; {
		n := bytes.IndexByte(b[from:], '"')
		if n < 0 {
			return len(b)
		}
		end := from + n
		odd := false // backslashes before the quote
		for j := end - 1; j > i && b[j] == '\\'; j-- {
			odd = !odd
		}
		if !odd {
			return end + 1
		}
		from = end + 1
	}
}

// skipValue gives the index after the value that begins at i.
func skipValue(b []byte, i int) int {
	if i >= len(b) {
		return len(b)
	}
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		for depth := 0; i < len(b); {
			switch b[i] {
			case '"':
				i = skipString(b, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
		return len(b)
	default:
		for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] != ' ' && b[i] != '\n' && b[i] != '\t' && b[i] != '\r' {
			i++
		}
		return i
	}
}

// perMember is fewer bytes than most members take, with what stands inside.
const perMember = 24

// splitObject gives the members of a well-formed object, in order, as parts of b.
func splitObject(b []byte) Object {
	i := skipSpace(b, 0)
	if i >= len(b) || b[i] != '{' {
		return nil
	}
	out, _ := splitObjectAt(b, i, make(Object, 0, min(2+len(b)/perMember, 16)), len(b))
	return out
}

// splitObjectAt appends the members of the object that begins at i to out, as many
// as most, and gives the index after it.
func splitObjectAt(b []byte, i int, out Object, most int) (Object, int) {
	for i = firstMember(b, i); ; most-- {
		m, next, ok := nextMember(b, i)
		if !ok {
			return out, min(i+1, len(b))
		}
		if i = next; most > 0 {
			out = append(out, m)
		}
	}
}

// firstMember gives the index of the first name of the object that begins at i,
// or of its end.
func firstMember(b []byte, i int) int { return skipSpace(b, i+1) }

// nextMember reads the member that begins at i, and gives the index of the next
// name or of the object's end.
func nextMember(b []byte, i int) (m Member, next int, ok bool) {
	at, next, ok := nextName(b, i)
	if !ok {
		return Member{}, next, false
	}
	end := skipValue(b, next)
	m = Member{memberName(b[i:at]), b[next:end:end]}
	return m, afterMember(b, end), true
}

// nextName gives the index after the name that begins at i, and of its value.
func nextName(b []byte, i int) (end, value int, ok bool) {
	if i >= len(b) || b[i] != '"' {
		return i, i, false
	}
	end = skipString(b, i)
	value = skipSpace(b, end)
	if value >= len(b) || b[value] != ':' {
		return i, i, false
	}
	return end, skipSpace(b, value+1), true
}

// afterMember passes the comma at or after i.
func afterMember(b []byte, i int) int {
	if i = skipSpace(b, i); i < len(b) && b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	return i
}

// memberName decodes a quoted name; the names FHIR defines need no decoding.
func memberName(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') >= 0 {
		return []byte(Text(quoted))
	}
	return quoted[1 : len(quoted)-1]
}

// splitArray calls fn for each member of a well-formed array.
func splitArray(b []byte, fn func([]byte)) {
	i := skipSpace(b, 0)
	if i >= len(b) || b[i] != '[' {
		return
	}
	for i = skipSpace(b, i+1); i < len(b) && b[i] != ']'; {
		end := skipValue(b, i)
		fn(b[i:end:end])
		i = afterMember(b, end)
	}
}
