package strength

import (
	"embed"
	"strings"
	"sync"
)

// The lists are those of zxcvbn, the most frequent words first, a word a line: passwords
// that were leaked, words of Wikipedia and of television, names.
//
// Source: github.com/dropbox/zxcvbn and, in Go, github.com/trustelem/zxcvbn (both MIT).
//
//go:embed lists/*.txt
var listed embed.FS

// ranks is each word's rank, from 1.
type ranks struct {
	of      map[string]int
	longest int
}

func (r *ranks) put(word string, rank int) {
	r.of[word] = rank
	r.longest = max(r.longest, len(word))
}

// ranked are words in the order in which they are guessed.
func ranked(words []string) ranks {
	out := ranks{of: make(map[string]int, len(words))}
	for i, w := range words {
		out.put(strings.ToLower(w), i+1)
	}
	return out
}

// lists are the words of all lists, each by the best of its ranks. They are made when the
// first passphrase is judged: most starts of a program judge none.
var lists = sync.OnceValue(func() ranks {
	out := ranks{of: make(map[string]int, 100_000)}
	files, _ := listed.ReadDir("lists") // they are in the program
	for _, f := range files {
		text, _ := listed.ReadFile("lists/" + f.Name())
		rank := 0
		for word := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
			rank++
			if best, ok := out.of[word]; !ok || rank < best {
				out.put(word, rank)
			}
		}
	}
	return out
})
