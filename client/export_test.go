package client

import "context"

// Bearer is the session's token and base, for the benchmark's naive loop.
func (s *Session) Bearer(ctx context.Context) (token, base string, err error) {
	token, err = s.tokens.Token(ctx)
	if err != nil {
		return "", "", err
	}
	base, err = s.desk.Central(ctx, s.Account().Staff)
	return token, base, err
}
