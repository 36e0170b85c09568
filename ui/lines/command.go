package lines

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Verb is what a line asks for beyond an intent of the catalogue.
type Verb int

// The verbs.
const (
	Nothing Verb = iota // not understood
	Enter               // go on
	Wish                // an intent
	Open                // choose item N and go on
	Choose              // choose item N
	Fill                // Text into the field, and no more
	Answer              // Text into the field, and go on
	After               // an intent, and then Text into its field and go on
	Again               // the whole screen once more
)

// Command is a line understood.
type Command struct {
	Verb Verb
	In   intent.Intent
	N    int // from 1
	Text string
}

// Here is what the meaning of a line depends on.
type Here struct {
	Scope   intent.Scope
	Entries []intent.Entry
	Field   bool // a text entry has the focus
	Secret  bool // and it shows stars
}

// words are those of the command line, beside keys and the names in the catalogue.
var words = map[string]intent.ID{
	"up": intent.Up, "down": intent.Down, "back": intent.Back, "cancel": intent.Back, "more": intent.PageDown, "less": intent.PageUp,
	"first": intent.Top, "last": intent.Bottom, "tab": intent.NextPane, "types": intent.PrevPane, "help": intent.Help, "summary": intent.Summary,
	"medication": intent.Medication, "trend": intent.Trend, "next": intent.NextRecord, "previous": intent.PrevRecord, "find": intent.Find, "today": intent.Today,
	"lock": intent.Lock, "quit": intent.Quit, "exit": intent.Quit, "log": intent.AccessLog, "view": intent.OtherView, "language": intent.Language, "commands": intent.Palette,
	"search": intent.Search, "filter": intent.Filter, "left": intent.Left, "right": intent.Right, "tick": intent.Tick, "submit": intent.Submit,
}

// Parse understands a line. In a field a line that is no word of the command line, no
// name of a key and no name of a command is text for it, as a letter typed there is.
func Parse(line string, h Here) Command {
	line = strings.TrimSpace(line)
	lower := strings.ToLower(line)
	first, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word := strings.ToLower(first); {
	case line == "":
		return Command{Verb: Enter}
	case lower == "again":
		return Command{Verb: Again}
	case rest == "":
	case word == "open" || word == "go":
		if n, err := strconv.Atoi(rest); err == nil && n > 0 {
			if word == "go" {
				return Command{Verb: Choose, N: n}
			}
			return Command{Verb: Open, N: n}
		}
	case word == "type" && h.Field && !h.Secret:
		return Command{Verb: Fill, Text: rest}
	case word == "find":
		return Command{Verb: After, In: intent.Intent{ID: intent.Find}, Text: rest}
	case word == "when":
		return Command{Verb: After, In: intent.Intent{ID: intent.LastDone}, Text: rest}
	case word == "search":
		return Command{Verb: After, In: intent.Intent{ID: intent.Search}, Text: rest}
	case word == "key":
		line, lower = rest, strings.ToLower(rest)
		h.Field = false
	}
	if in, ok := key(line, h); ok {
		return Command{Verb: Wish, In: in}
	}
	if lower == "enter" || lower == "open" {
		return Command{Verb: Enter}
	}
	if id, ok := words[lower]; ok {
		return Command{Verb: Wish, In: intent.Intent{ID: id}}
	}
	if in, ok := named(lower, h); ok {
		return Command{Verb: Wish, In: in}
	}
	if h.Field && !h.Secret {
		return Command{Verb: Answer, Text: line}
	}
	if n, err := strconv.Atoi(line); err == nil && n > 0 && !h.Field {
		return Command{Verb: Choose, N: n}
	}
	return Command{}
}

// key is the intent of a key by its name in the scope. A key that a field takes as text
// is none.
func key(line string, h Here) (intent.Intent, bool) {
	name := line
	if len([]rune(line)) > 1 {
		name = strings.ToLower(line)
	}
	if h.Field && len([]rune(name)) == 1 {
		return intent.Intent{}, false
	}
	for i := range h.Entries {
		e := &h.Entries[i]
		if e.Bound()&h.Scope == 0 {
			continue
		}
		for arg, k := range e.Keys {
			if k == name && k != "enter" {
				return intent.Intent{ID: e.ID, Arg: arg}, true
			}
		}
	}
	return intent.Intent{}, false
}

// named is the intent whose name or hint in any language is the line: of this screen
// first, of the list of commands else.
func named(lower string, h Here) (intent.Intent, bool) {
	for _, all := range [...]bool{false, true} {
		for i := range h.Entries {
			e := &h.Entries[i]
			if e.Scopes&h.Scope == 0 && (!all || !e.Palette) {
				continue
			}
			for _, l := range text.Langs() {
				if strings.ToLower(e.Name.In(l)) == lower || strings.ToLower(e.Hint.In(l)) == lower {
					return intent.Intent{ID: e.ID}, true
				}
			}
		}
	}
	return intent.Intent{}, false
}
