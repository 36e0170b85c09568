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
// A copy is a head, a list index in chunks and the parts that came since (adr/0026),
// and bodies in one of three places (adr/0009), of which the index says in which:
//
//	block  bodies together, in groups compressed with S2: of one kind once settled
//	body   a row: one that came alone, and what is too long for a block
//	piece  64 KiB each of a document, read as a stream
//
// Beside them lies what the records say, for a search (adr/0029).
//
// The head names every chunk and part by generation and every block by a random stamp,
// the index every other body by version: an older cell put back, or one left out, is
// found.
//
// It holds no keys. Whoever calls brings those of a person, and sees to it that they
// stay as they are while the call runs. What takes a copy's key away for good, making
// the keys anew, is the store's: this package carries the copies over (Carry, Rewrap).
package records
