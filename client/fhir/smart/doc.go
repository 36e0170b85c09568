// Package smart is SMART App Launch 2.2, launched standalone by a public client: how a
// person signs in at a FHIR server by its own page, in a browser, and this desk gets the
// token. It promises that the page is the server's own word, that one answer of one
// browser is taken, that nobody is taken for signed in without an ID token which proves
// it, and that a token goes to the origin of the token endpoint alone. It keeps nothing on
// the disk and tells nobody what it holds.
//
// The authorization code, its proof (PKCE) and refreshing are golang.org/x/oauth2's; the
// ID token is checked by coreos/go-oidc.
package smart
