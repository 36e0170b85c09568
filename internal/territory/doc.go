// Package territory makes a synthetic population for demonstrations and tests:
// people of Hong Kong with names in both scripts, documents, addresses, consents
// in every state, and histories of up to ten years over all eleven record types.
//
// Nobody in it is real. The same seed gives the same people, and person i is the
// same person however many are asked for. Numbers satisfy the public rules of
// form (an HKIC's check digit) and nothing more. Clinical content is plausible
// in outline and is no guide to practice.
package territory
