package form

import "github.com/ehrdesk/ehrdesk"

// Kind is which FHIR type a value is written as.
type Kind uint8

// The kinds of value. The zero value is no answer.
const (
	NoValue Kind = iota
	IsBoolean
	IsDecimal
	IsInteger
	IsDate
	IsDateTime
	IsTime
	IsString
	IsURI
	IsCoding
	IsAttachment
	IsReference
	IsQuantity
)

// Value is an answer, or a value it is held against. Two values are the same answer
// where they are equal; numbers are as they were written, so 1.1 and 1.10 are two.
type Value struct {
	Kind Kind
	// Text is "true" or "false", a number's digits, a date or time in FHIR's form, or
	// words; of a coding, a reference and an attachment it is empty.
	Text   string
	Coding ehrdesk.Coding // of IsCoding
	Unit   ehrdesk.Coding // of IsQuantity: Display is the unit's words
	// Compares is a quantity's comparator: "<", "<=", ">=", ">".
	Compares string
	Ref      Pointer // of IsReference
	File     File    // of IsAttachment
}

// Pointer is a Reference.
type Pointer struct{ Reference, Type, Display string }

// File is an Attachment. Data is base64.
type File struct{ Type, Language, Data, URL, Size, Hash, Title, Created string }

// IsZero reports no answer.
func (v Value) IsZero() bool { return v.Kind == NoValue }

// Kind is what an answer to the item is written as, where its options do not say.
func (t Type) Kind() Kind {
	switch t {
	case Boolean:
		return IsBoolean
	case Decimal:
		return IsDecimal
	case Integer:
		return IsInteger
	case Date:
		return IsDate
	case DateTime:
		return IsDateTime
	case Time:
		return IsTime
	case String, LongText:
		return IsString
	case URL:
		return IsURI
	case Choice:
		return IsCoding
	case Attachment:
		return IsAttachment
	case Reference:
		return IsReference
	case Quantity:
		return IsQuantity
	case Group, Display:
	}
	return NoValue
}

// suffix is the end of value[x] for a kind.
func (k Kind) suffix() string {
	switch k {
	case IsBoolean:
		return "Boolean"
	case IsDecimal:
		return "Decimal"
	case IsInteger:
		return "Integer"
	case IsDate:
		return "Date"
	case IsDateTime:
		return "DateTime"
	case IsTime:
		return "Time"
	case IsString:
		return "String"
	case IsURI:
		return "Uri"
	case IsCoding:
		return "Coding"
	case IsAttachment:
		return "Attachment"
	case IsReference:
		return "Reference"
	case IsQuantity:
		return "Quantity"
	case NoValue:
	}
	return ""
}

// kinds are those that stand in a value[x], by the end of its name.
func kindOf(suffix string) Kind {
	for k := IsBoolean; k <= IsQuantity; k++ {
		if k.suffix() == suffix {
			return k
		}
	}
	if suffix == "Duration" { // a Quantity by another name
		return IsQuantity
	}
	return NoValue
}
