package cardreader

// ReadAdministered reads a file of at most limit bytes that nobody but this
// machine's administrator can change, as LoadConfig does; for what else a site
// says of a desk. what is for the words: "the configuration of cards".
//
// Errors: CodeInvalid for a file that is not there or too large, CodeDenied for
// one that others can change.
func ReadAdministered(op, what, path string, limit int) ([]byte, error) {
	return readAdministered(op, what, path, limit)
}
