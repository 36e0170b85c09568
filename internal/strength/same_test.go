package strength_test

import (
	"strings"
	"testing"

	"github.com/trustelem/zxcvbn"
	"github.com/trustelem/zxcvbn/frequency"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/strength"
)

// signs stand for letters. The library loses some of the readings of a text with four of them.
const signs = `4@8({[<3691!|70$5+%2`

// asked is how often the library is asked for one text: it goes through its lists in any order,
// and of many parts it counts now this, now that.
const asked = 64

// much is more guesses than are asked of a passphrase: how many more does not matter.
const much = 1e12

// What is found in a text is what the library finds in it, by the same count of guesses; where
// the library loses a reading, never more.
func TestATextTakesAsManyGuessesAsTheLibraryCounts(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom(frequency.FrequencyLists["passwords"]),
		rapid.SampledFrom(frequency.FrequencyLists["english_wikipedia"]),
		rapid.SampledFrom(frequency.FrequencyLists["surnames"]),
		rapid.StringMatching(`[0-9]{1,4}[-/._ ][0-9]{1,2}[-/._ ][0-9]{1,4}`),
		rapid.StringMatching(`[0-9]{1,9}`),
		rapid.StringMatching(`(19|20)[0-9]{2}`),
		rapid.StringMatching(`[ -~]{1,4}`),
		rapid.StringMatching(`[aA]{2,7}|(ab){1,4}|[a-c]{1,6}`),
		rapid.SampledFrom([]string{"qwertyu", "1qaz2wsx", "QaZ", "zxcvb", "789456", "abcdef", "97531", "aoeu", "!@#$%", "drowssap", "p4ssw0rd", "h@rb0ur", "5e|f", "lee", "eel", "LIGHT"}),
	)
	known := []string{"lee", "harbour", "light", "lee"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "pieces"), rapid.SampledFrom([]string{"", "", "-", " "}).Draw(t, "between"))
		text = text[:min(len(text), 40)]
		used := 0
		for _, c := range signs {
			if strings.ContainsRune(text, c) {
				used++
			}
		}
		ours, theirs := strength.GuessesOf(text, known), 0.0
		for range asked {
			if theirs = zxcvbn.PasswordStrength(text, known).Guesses; ours == theirs || used >= 4 && ours < theirs || ours > much && theirs > much {
				return
			}
		}
		t.Fatalf("%q takes %g guesses, the library counts %g", text, ours, theirs)
	})
}

func TestTheListsAreTheLibrarys(t *testing.T) {
	for name, words := range frequency.FrequencyLists {
		got, err := strength.List(name)
		if err != nil || got != strings.Join(words, "\n")+"\n" {
			t.Errorf("the list %q is another: %v", name, err)
		}
	}
}
