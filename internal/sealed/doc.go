// Package sealed seals what is for named people, so that whoever carries it learns who wrote to whom, when and about how much, and
// nothing of what. A payload is sealed once, under a key of its own that is wrapped for each recipient's desks (age's file format
// with ML-KEM-768 and X25519, RFC 9180's HPKE); what says who wrote it to whom is signed by the sender's key (JWS, RFC 7515) and
// holds the digest of what is sealed. The key that signs seals nothing, and the keys that open are made for a case or for one
// envelope, so that what is sealed goes with them.
//
// It promises that an envelope is opened only by the keys that its sender named, that no byte of it is given out before all of it
// is known to be the sender's, and that nobody's words pass as another's. It is pure: keys, clocks and files are handed in.
package sealed
