package strength

import (
	"slices"
	"strings"

	"github.com/trustelem/zxcvbn/adjacency"
	"github.com/trustelem/zxcvbn/match"
	"github.com/trustelem/zxcvbn/scoring"
)

// onKeyboards are the parts of a text whose keys are neighbours, three of them or more.
func onKeyboards(text string) (out []*match.Match) {
	for _, name := range [...]string{"qwerty", "dvorak", "keypad", "mac_keypad"} {
		for i := 0; i < len(text)-1; {
			m := onKeyboard(text, i, adjacency.Graphs[name])
			if len(m.Token) > 2 {
				out = append(out, m)
			}
			i += len(m.Token)
		}
	}
	return out
}

// shifted are the signs of a keyboard of letters that take the shift key.
const shifted = `~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?`

// onKeyboard is the longest part from i on that goes from key to key.
func onKeyboard(text string, i int, keys *adjacency.Graph) *match.Match {
	m := &match.Match{Pattern: "spatial", I: i, Graph: keys.Name}
	if (keys.Name == "qwerty" || keys.Name == "dvorak") && strings.IndexByte(shifted, text[i]) >= 0 {
		m.ShiftedCount = 1
	}
	j, last := i+1, -1
	for ; j < len(text); j++ {
		way := slices.IndexFunc(keys.Graph[text[j-1:j]], func(key string) bool { return strings.Contains(key, text[j:j+1]) })
		if way < 0 {
			break
		}
		if strings.Index(keys.Graph[text[j-1:j]][way], text[j:j+1]) == 1 { // a key's second sign is the one with shift
			m.ShiftedCount++
		}
		if way != last {
			m.Turns++
			last = way
		}
	}
	m.J, m.Token = j-1, text[i:j]
	return m
}

// repeats are the parts of a text that say the same again.
func repeats(text string) (out []*match.Match) {
	for i := 0; i < len(text); {
		end, base := repeated(text[i:])
		if base == 0 {
			i++
			continue
		}
		unit := text[i : i+base]
		inside := scoring.MostGuessableMatchSequence(unit, found(unit, ranks{}), false)
		out = append(out, &match.Match{Pattern: "repeat", I: i, J: i + end - 1, Token: text[i : i+end], BaseToken: unit,
			BaseGuesses: inside.Guesses, RepeatCount: end / base})
		i += end
	}
	return out
}

// repeated is how much of the beginning of a text says something twice or more, and how long
// that is: what begins with the longest, or with the shortest unit if that goes further.
// base is 0 where nothing is said twice.
func repeated(s string) (end, base int) {
	short, long := 0, 0 // the least unit that is said again, and the greatest
	for n := 1; n <= len(s)/2; n++ {
		if s[:n] == s[n:2*n] {
			if short == 0 {
				short = n
			}
			long = n
		}
	}
	if short == 0 {
		return 0, 0
	}
	if end, base = run(s, long), len(once(s[:run(s, long)])); end > run(s, short) {
		return end, base
	}
	return run(s, short), short
}

// run is how far s goes on repeating its first n characters.
func run(s string, n int) int {
	end := n
	for end+n <= len(s) && s[end:end+n] == s[:n] {
		end += n
	}
	return end
}

// maxStep is the greatest step of a sequence: "acegi" has two.
const maxStep = 5

// sequences are the parts of a text whose characters follow each other in equal steps.
func sequences(text string) (out []*match.Match) {
	put := func(i, j, step int) {
		far := max(step, -step)
		if far > 0 && far <= maxStep && (j-i > 1 || far == 1) {
			out = append(out, &match.Match{Pattern: "sequence", I: i, J: j, Token: text[i : j+1], Ascending: step > 0})
		}
	}
	if len(text) < 2 {
		return nil
	}
	begin, step := 0, int(text[1])-int(text[0])
	for k := 2; k < len(text); k++ {
		if next := int(text[k]) - int(text[k-1]); next != step {
			put(begin, k-1, step)
			begin, step = k-1, next
		}
	}
	put(begin, len(text)-1, step)
	return out
}
