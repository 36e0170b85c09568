// Package journal is journal.db: what exists on this desk alone and nowhere else, the
// access log, the acts that wait for the centre, and the worklists. It promises:
//
//   - What a call wrote is on the disk when the call returns, all of it or nothing.
//   - The access log is a chain without gaps; an entry that is cut off, changed or
//     left out is found, also under an open desk.
//   - An act that waits is given to one sender at a time, in the order of its lane,
//     and never queued twice; what it said is gone from the disk when it is settled.
//   - What somebody without keys does to the rows is found, and changes nothing that
//     this package says.
//   - A file is only taken forward, step by step, and never thrown away.
//
// An item of the outbox waits (queued), is on its way (sending), and is then confirmed,
// or stands as rejected or in conflict until somebody withdraws it. One that stands as
// sending with no sender may have arrived: it is sent again under the same id. Which
// items wait, in which order and how far they have come stands in a sealed outbox index,
// one for each epoch's keys, whose revision each entry of the access log remembers.
//
// It holds no keys. Whoever calls brings those of a person, and sees to it that they
// stay as they are while the call runs.
package journal
