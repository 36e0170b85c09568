// Package records is records.db: the copies of patients' records on this desk, which
// can be fetched again. It promises:
//
//   - A change of a copy is one transaction: it is as it was before, or as it is after.
//   - Every cell is bound to its place and version. One that is changed, moved, left out
//     or of an earlier day does not open; a list never stands for less than there is.
//   - A copy that is damaged says nothing of the others.
//   - What is destroyed is overwritten in the file and gone from its log, or the call
//     says that it is not yet (ErrRemains).
//   - A file of the format before opens as it is. One that is older does not (ErrOlder):
//     its copies are fetched again.
//
// It holds no keys. Whoever calls brings those of a person, and sees to it that they
// stay as they are while the call runs. What takes a copy's key away for good, making
// the keys anew, is the store's: this package carries the copies over (Carry, Rewrap).
package records
