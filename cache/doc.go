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
// What each promises stands in its room: internal/keyring, internal/records,
// internal/journal, and internal/disk for the directory and spools. A store that a
// later version wrote is refused and left as it is.
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
// New epochs begin when a patient is shredded, a copy is purged, somebody is
// removed, or somebody was enrolled with nobody unlocked: a newcomer sees what
// was there before only after somebody who holds it has unlocked.
//
// Anybody can seal keys to everybody: which of them a person uses, and who is a
// newcomer of whom Options.Admit or Vault.Admit decides, keyring.Held says.
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
