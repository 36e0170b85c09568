package ehrdesk

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// LocalCodes are a site's names for codes of its own that senders give with no
// words: "D-401" of a clinic's list is "Essential hypertension". A name that was sent
// is never replaced. The zero value and nil have no names.
type LocalCodes struct{ names map[localCode]LocalName }

type localCode struct{ system, code string }

// LocalName is what a code is called in each language of the screen. English is
// never empty; an empty Chinese name is the other Chinese one, or English.
type LocalName struct{ English, Hant, Hans string }

// Of a table: its size, its rows, the length of a name in bytes.
const (
	MaxLocalCodes     = 8 << 20
	maxLocalCodeRows  = 100_000
	maxLocalCodeField = 512
)

// What a table of codes can have wrong.
var (
	ErrCodesHeader  = errors.New(`the first line is not "system,code,en,zh-Hant,zh-Hans"`)
	ErrCodesCSV     = errors.New("the quotes or the number of fields are wrong")
	ErrCodesText    = errors.New("a field is not plain text of at most 512 bytes")
	ErrCodesEmpty   = errors.New("the system, the code or the English name is missing")
	ErrCodesTwice   = errors.New("the code is in the table already")
	ErrCodesTooMany = errors.New("the table has more than 100,000 codes or 8 MiB")
)

// ParseLocalCodes reads a table as CSV (RFC 4180, UTF-8, with or without a byte-order
// mark) of five columns: the code system's URI, the code, and its name in English,
// 繁體中文 and 简体中文. Errors: CodeInvalid with one of those above; line is where.
func ParseLocalCodes(r io.Reader) (codes *LocalCodes, line int, err error) {
	const op = "codes"
	b, err := io.ReadAll(io.LimitReader(r, MaxLocalCodes+1))
	switch {
	case err != nil:
		return nil, 0, E(op, CodeInvalid, err)
	case len(b) > MaxLocalCodes:
		return nil, 0, E(op, CodeInvalid, ErrCodesTooMany)
	case !utf8.Valid(b):
		return nil, 0, E(op, CodeInvalid, ErrCodesText)
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff")))
	in.FieldsPerRecord = 5
	head, err := in.Read()
	if err != nil || strings.Join(head, ",") != "system,code,en,zh-Hant,zh-Hans" {
		return nil, 1, E(op, CodeInvalid, ErrCodesHeader)
	}
	out := &LocalCodes{names: map[localCode]LocalName{}}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return out, 0, nil
		}
		if err != nil {
			if at := (*csv.ParseError)(nil); errors.As(err, &at) {
				line = at.Line
			}
			return nil, line, E(op, CodeInvalid, ErrCodesCSV)
		}
		line, _ = in.FieldPos(0)
		if err := out.add(row); err != nil {
			return nil, line, E(op, CodeInvalid, err)
		}
	}
}

func (l *LocalCodes) add(row []string) error {
	for i, s := range row {
		if row[i] = strings.TrimSpace(s); len(s) > maxLocalCodeField || CleanLine(row[i]) != row[i] {
			return ErrCodesText
		}
	}
	key, name := localCode{row[0], row[1]}, LocalName{row[2], row[3], row[4]}
	if key.system == "" || key.code == "" || name.English == "" {
		return ErrCodesEmpty
	}
	if _, twice := l.names[key]; twice {
		return ErrCodesTwice
	}
	if len(l.names) == maxLocalCodeRows {
		return ErrCodesTooMany
	}
	if name.Hant == "" {
		name.Hant = name.Hans
	}
	if name.Hans == "" {
		name.Hans = name.Hant
	}
	if name.Hant == "" {
		name.Hant, name.Hans = name.English, name.English
	}
	l.names[key] = name
	return nil
}

// Len is how many codes have a name.
func (l *LocalCodes) Len() int {
	if l == nil {
		return 0
	}
	return len(l.names)
}

// Of is the name of a concept that was sent as bare codes, and the code that it is
// of. False where it was sent with words, or none of its codes is in the table.
func (l *LocalCodes) Of(k Concept) (LocalName, Coding, bool) {
	if l.Len() == 0 || k.Text != "" {
		return LocalName{}, Coding{}, false
	}
	for _, c := range k.Codings {
		if c.Display != "" {
			return LocalName{}, Coding{}, false
		}
	}
	for _, c := range k.Codings {
		if name, ok := l.names[localCode{c.System, c.Code}]; ok {
			return name, c, true
		}
	}
	return LocalName{}, Coding{}, false
}
