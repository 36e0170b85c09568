package text

import (
	"fmt"
	"strconv"
	"strings"
)

// Sprintf sets values into words of ours. A word that agrees with a number has its two
// ends in braces, that of one first: "%s record{s}", "%s tr{y|ies}", "%s record{s} {has|have}
// come". It goes by the value set in last before it. All words of ours are filled in here,
// so that no screen says "1 records"; values from outside are never looked at for braces.
func Sprintf(format string, args ...any) string {
	return fmt.Sprintf(agreed(format, args), args...)
}

// agreed takes of each pair of ends the one that the number before it asks for.
func agreed(format string, args []any) string {
	if !strings.Contains(format, "{") {
		return format
	}
	var out strings.Builder
	next, one := 0, false
	for i := 0; i < len(format); i++ {
		switch format[i] {
		case '%':
			from := i
			i++
			if i < len(format) && format[i] == '[' {
				end := i + strings.IndexByte(format[i:], ']')
				if n, err := strconv.Atoi(format[i+1 : max(end, i+1)]); err == nil {
					next, i = n-1, end+1
				}
			}
			if i < len(format) && format[i] != '%' {
				one = next >= 0 && next < len(args) && fmt.Sprint(args[next]) == "1"
				next++
			}
			out.WriteString(format[from:min(i+1, len(format))])
		case '{':
			end := strings.IndexByte(format[i:], '}')
			if end < 0 {
				out.WriteString(format[i:])
				return out.String()
			}
			single, several, two := strings.Cut(format[i+1:i+end], "|")
			if !two {
				single, several = "", single
			}
			if one {
				out.WriteString(single)
			} else {
				out.WriteString(several)
			}
			i += end
		default:
			out.WriteByte(format[i])
		}
	}
	return out.String()
}
