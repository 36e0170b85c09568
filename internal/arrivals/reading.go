package arrivals

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Limits of a file: a busy clinic's year of bookings, with room.
const (
	MaxBytes = 4 << 20
	MaxLines = 5000
)

// Format is what kind of file it is.
type Format string

// The formats.
const (
	Table    Format = "table" // a line for each booking, cells with something between them
	FHIR     Format = "fhir"  // Appointments, alone or in a Bundle
	Calendar Format = "icalendar"
)

// Order is in which order day, month and year stand in a date that is digits alone.
type Order string

// The orders.
const (
	DayFirst   Order = "day-first"
	MonthFirst Order = "month-first"
	YearFirst  Order = "year-first"
)

// Status is how a booking stands by the file.
type Status string

// The ways in which a booking stands.
const (
	Booked    Status = ""
	Cancelled Status = "cancelled"
	NotCome   Status = "did-not-come"
	Done      Status = "done" // came, and has left
)

// Row is one booking that was read.
type Row struct {
	Line    int // of the file, from 1; in FHIR the entry
	Number  ehrdesk.Number
	Day     time.Time // its first moment
	At      time.Time // zero where the file has no time
	End     time.Time // zero likewise
	Booking string    // the file's own id of it, "" for none
	Name    string    // as the file has it
	Status  Status
}

// Why is the reason for which a line was not taken.
type Why string

// The reasons.
const (
	NoNumber     Why = "no-number"      // names nobody
	CheckDigit   Why = "check-digit"    // the check digit does not match: somebody mistyped
	NoCheckDigit Why = "no-check-digit" // it is missing, and is not made up
	Rounded      Why = "rounded-number" // a spreadsheet made 1.2E+11 of it
	TwoNumbers   Why = "two-numbers"
	BadTime      Why = "time"
	TwoTimes     Why = "two-times"
	BadDate      Why = "date"
	TwoDates     Why = "two-dates"
	OpenDate     Why = "date-ambiguous" // 03/04: neither the file nor the person has said which is the month
	NoDate       Why = "no-date"        // other lines have one
	Past         Why = "past"
	OtherYear    Why = "other-year"
	TooLong      Why = "too-long"
	Control      Why = "control-characters"
	Garbled      Why = "characters" // not written in the encoding
	Repeated     Why = "repeated"   // stands in the file already
	Quote        Why = "quote"      // a quotation mark where none may stand
	Recurring    Why = "recurring"  // a calendar's rule and no single booking
	NotBooked    Why = "not-booked" // asked for, and not given yet
)

// Whys are all reasons.
func Whys() []Why {
	return []Why{NoNumber, CheckDigit, NoCheckDigit, Rounded, TwoNumbers, BadTime, TwoTimes, BadDate, TwoDates, OpenDate, NoDate, Past, OtherYear,
		TooLong, Control, Garbled, Repeated, Quote, Recurring, NotBooked}
}

// Refused is a line that was not taken.
type Refused struct {
	Line int
	Why  Why
}

// Role is what a column was taken for.
type Role string

// The roles.
const (
	AsNumber  Role = "number"
	AsEHR     Role = "ehr-number"
	AsCheck   Role = "check-digit"
	AsTime    Role = "time" // with the day before it or not
	AsDate    Role = "date"
	AsEnd     Role = "end"
	AsBooking Role = "booking"
	AsName    Role = "name"
	AsChinese Role = "chinese-name"
	AsFamily  Role = "family-name"
	AsGiven   Role = "given-name"
	AsStatus  Role = "status"
	AsText    Role = "text" // words with the number somewhere in them
)

// Roles are all of them.
func Roles() []Role {
	return []Role{AsNumber, AsEHR, AsCheck, AsTime, AsDate, AsEnd, AsBooking, AsName, AsChinese, AsFamily, AsGiven, AsStatus, AsText}
}

// Column is what one column was taken for, and by what.
type Column struct {
	At      int // from 1
	Heading string
	As      Role
	By      By
}

// By is what something was told by.
type By string

// What something is told by.
const (
	ByHeading By = "heading"
	ByContent By = "content"
	ByPerson  By = "asked"
)

// Reading is what a file says.
type Reading struct {
	Format   Format
	Encoding Encoding
	Unsure   bool // the encoding cannot be told: somebody has to say it
	Comma    rune // between cells
	Columns  []Column
	Order    Order // of dates in digits, "" where none stands in the file or it is open
	OrderBy  By
	Title    time.Time // the day that stands above the headings, for lines without their own
	Rows     []Row
	Refused  []Refused // by line
}

// Open reports dates that can be read in two ways.
func (r Reading) Open() bool {
	return slices.ContainsFunc(r.Refused, func(x Refused) bool { return x.Why == OpenDate })
}

// Untimed counts the rows that have no time.
func (r Reading) Untimed() (n int) {
	for _, row := range r.Rows {
		if row.At.IsZero() {
			n++
		}
	}
	return n
}

// Options are what a file does not say.
type Options struct {
	Now      time.Time // in the zone of the clinic
	Encoding Encoding  // "": as detected
	Order    Order     // "": as the file decides
}

// Why a file is refused as a whole.
var (
	ErrEmpty    = errors.New("the file is empty")
	ErrTooLarge = errors.New("the list has more than 5,000 lines or 4 MiB")
	ErrWorkbook = errors.New("this is a workbook and no list: save it as CSV")
	ErrNoList   = errors.New("this is no list of arrivals")
	ErrQuotes   = errors.New("a quotation mark is opened and never closed")
)

const op = "today.import"

func refuse(err error) error { return ehrdesk.E(op, ehrdesk.CodeInvalid, err) }

// Read reads a file. Errors: CodeInvalid with one of the reasons above.
func Read(body []byte, o Options) (Reading, error) {
	switch {
	case len(body) > MaxBytes:
		return Reading{}, refuse(ErrTooLarge)
	case bytes.HasPrefix(body, []byte("PK\x03\x04")), bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0")):
		return Reading{}, refuse(ErrWorkbook)
	case bytes.HasPrefix(body, []byte("%PDF")):
		return Reading{}, refuse(ErrNoList)
	}
	if calendar(body) {
		body = unfold(body)
	}
	text, enc, sure := decode(body, o.Encoding)
	r := Reading{Encoding: enc, Unsure: !sure}
	var err error
	switch head := firstWord(text); {
	case head == "":
		return Reading{}, refuse(ErrEmpty)
	case head[0] == '[':
		err = ErrNoList
	case head[0] == '{':
		err = readFHIR(&r, text, o.Now)
	case hasFold(head, "BEGIN:VCALENDAR"):
		err = readCalendar(&r, text, o.Now)
	case hasFold(head, "<html"), hasFold(head, "<!doctype"), hasFold(head, "<table"), hasFold(head, "<?xml"):
		err = ErrWorkbook // as programs call a page that a spreadsheet opens
	default:
		err = readTable(&r, text, o)
	}
	if err != nil {
		return Reading{}, refuse(err)
	}
	r.finish(o.Now)
	return r, nil
}

// finish refuses what is of no day that the list is for, and what stands there twice.
func (r *Reading) finish(now time.Time) {
	type key struct {
		n       ehrdesk.Number
		day     civil
		minute  int64
		booking string
	}
	seen := map[key]bool{}
	today := dayOf(now)
	kept := r.Rows[:0]
	for _, row := range r.Rows {
		k := key{row.Number, civilOf(row.Day), row.At.Unix(), row.Booking}
		if row.Booking != "" {
			k.minute = 0
		}
		switch {
		case row.Day.Before(today) && row.Day.Year() == today.Year():
			r.no(row.Line, Past)
		case row.Day.Before(today), row.Day.After(today.AddDate(1, 0, 0)):
			r.no(row.Line, OtherYear)
		case seen[k]:
			r.no(row.Line, Repeated)
		default:
			seen[k] = true
			kept = append(kept, row)
		}
	}
	r.Rows = kept
	slices.SortStableFunc(r.Refused, func(a, b Refused) int { return cmp.Compare(a.Line, b.Line) })
}

func (r *Reading) no(line int, why Why) { r.Refused = append(r.Refused, Refused{line, why}) }

// dayOf is the first moment of a day.
func dayOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}
