// Package cache is the encrypted store on a clinician's desk: copies of
// patients' records, and the journal of what was done with them. One directory
// belongs to one provider. The package knows nothing of FHIR or HTTP: it keeps
// overviews (ehrdesk.Record) and bodies, which are bytes to it.
//
// # Files
//
//	keyring     the people, and the keys sealed to them; replaced whole
//	records.db  the copies: expendable, thrown away when damaged
//	journal.db  audit chain, outbox and the desk's working lists: never thrown
//	            away, on the disk before a call returns
//	lock        one process at a time
//	keyring.next  the keyring that a rotation is about to put in place
//	records.db.aside  copies no longer believed, until that is settled
//	spool.*     for a moment, and empty: where a system has no files without a
//	            name, a spool loses the one it was made with
//
// A spool (Vault.Spool, docs/adr/0018) is a file without a name, for what is too
// long for memory until it is written into records.db: pieces of 64 KiB, each
// sealed with AES-256-GCM under a random key that is nowhere but in memory, its
// nonce the piece's number.
//
// The journal is taken forward by the steps in migrations; records.db of an
// older format is replaced (docs/adr/0012). A store that a later version wrote
// is refused and left as it is.
//
// # Keys
//
//	passphrase --Argon2id--> person's key; with the secret of a device, where one
//	                         is set, through HKDF: neither alone opens anything
//	  person's key seals     the person's HPKE private key (X25519,
//	                         HKDF-SHA256, AES-256-GCM), the client's identity
//	  HPKE seals             the keys of an epoch, to each person:
//	    records epoch        KEK and IK; one at a time, destroyed by rotation
//	    journal epoch        the journal's key; kept for ever; also to the
//	                         organisation's recovery key, where one is set
//	  KEK seals              a key per patient
//	  patient's key derives  one key each for heads, list chunks, bodies,
//	                         blocks and pieces
//	  IK blinds              what a patient is looked up by (HMAC-SHA-256)
//
// Everything sealed but a spool is AES-256-GCM with a random nonce. Its
// associated data is the installation, the format and the cell's place (table,
// column, patient, row, and for a body the record and version), so that nothing
// opens anywhere else.
//
// # Records
//
// A copy is a head, a list index in chunks, and bodies in one of three places
// (docs/adr/0009):
//
//	body   a row each: fresh changes, and what is too long for a block
//	block  settled: bodies of one kind together, in groups compressed with S2
//	piece  64 KiB each of a document, read as a stream
//
// The index says where each body lies. The head counts the records by kind, names
// every chunk of the index by generation and every block by a random stamp, the index every other body
// by version: an older cell put back, or one left out, is found. Apply settles
// what comes in numbers and keeps the rest as rows; Compact, when nobody waits,
// settles those, and leaves behind what was replaced. Each is one transaction.
//
// New epochs begin when a patient is shredded, a copy is purged, somebody is
// removed, or somebody was enrolled with nobody unlocked: a newcomer sees what
// was there before only after somebody who holds it has unlocked.
//
// # The outbox
//
// An item waits (queued), is on its way (sending), and is then confirmed, or stands
// as rejected or in conflict until somebody withdraws it. Items of a lane go in the
// order they came; Deliver gives each to one sender at a time, and keeps what came
// of it. One that stands as sending with no sender may have arrived: it is sent
// again under the same id, and not withdrawn. Of what is confirmed or withdrawn the
// row keeps the id and the note: what it said is overwritten, and gone from the log;
// of those settled long ago not even the row is left.
// Which items wait, in which order and how far they have come stands in a sealed
// outbox index, one for each epoch's keys: what somebody without keys does to the rows
// is found, and each entry of the access log remembers the outbox index's revision.
//
// # Who is believed
//
// Anybody can seal keys to everybody. A person uses an epoch whose secret was
// handed over at the enrolment (remembered under the passphrase), or that
// carries a proof made with a journal key the person uses already; and knows who
// holds such a journal key. Everybody else is a newcomer, of whom Options.Admit
// or Vault.Admit decides; what newcomers did while they waited is taken over
// with them. All other epochs are never used.
//
// # A file put back
//
// The keyring, the journal and the copies each remember how long the access log
// is, its head, the generation of the copies, which every change raises, and the
// keyring's serial, which every change of it raises. A file that is behind what
// another remembers is found at Open (Store.RollbackDetected), and the copies are put aside:
// each patient has to be fetched again, with the centre asked, so that a consent
// that was withdrawn does not come back. The journal stays as it is, whichever
// file it was. AcknowledgeRollback destroys what lies aside.
//
// # What shows without a key
//
// Who is enrolled, with the client's plain blob, and how often that changed;
// how many patients, fresh records, blocks, documents with their lengths, and
// list chunks there are, when they were written, which row belongs to which
// patient's number, and size classes (256 bytes, above 8 KiB an eighth to a
// sixteenth of the size; bodies are compressed first, so a size hints at
// content a little); each copy's last day; the day and second of the newest
// sync; for the outbox, states, tries, times, and which items share a lane; how
// many lines each working list of the desk has, in which order they were put;
// signed checkpoints, with whatever the client signs.
//
// # What it cannot do
//
// Put the whole directory back to an earlier state, and it opens as it was, and
// so it does for somebody who lets the plain marks agree: only somebody outside,
// who remembers State, can tell, and has then Vault.Quarantine. A directory put
// aside before a shred stays as strong as its people's passphrases. Whoever can
// write to the directory can enrol a person, who gets keys where Options.Admit
// is nil or says yes; Vault.Admitted names them. They can also take a line out
// of a working list, or put it back as it read before, unseen; of the access
// log and the outbox they cannot. Somebody removed who kept the journal's keys and
// can still write to the directory can forge what others believe until they next
// unlock. Keys in memory are wiped as far as Go allows, which is not far: end the
// process to be sure.
package cache
