package strength

// GuessesOf is how many guesses a text takes, where known comes before the lists.
func GuessesOf(text string, known []string) float64 { return guessesOf(text, known) }

// List is one of the lists.
func List(name string) (string, error) {
	b, err := listed.ReadFile("lists/" + name + ".txt")
	return string(b), err
}
