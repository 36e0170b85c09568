package smart

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// failed says what became of a request to the token endpoint; said is what it comes to
// where the server itself refuses. Its own words are shown to nobody: they may quote what
// was sent.
func failed(ctx context.Context, op string, err error, said ehrdesk.SignInTrouble) error {
	var refusal *oauth2.RetrieveError
	var line *url.Error
	switch {
	case errors.As(err, &refusal) && refusal.ErrorCode == "invalid_grant":
		return ehrdesk.NotSignedIn(op, said)
	case errors.As(err, &refusal) && (refusal.Response.StatusCode >= 500 || refusal.ErrorCode == "temporarily_unavailable" || refusal.ErrorCode == "server_error" || refusal.Response.StatusCode == http.StatusTooManyRequests):
		return ehrdesk.E(op, ehrdesk.CodeOffline, ehrdesk.TroubleServer)
	case errors.As(err, &refusal) && refusal.ErrorCode != "":
		return ehrdesk.NotSignedIn(op, ehrdesk.SignInRefused)
	case errors.As(err, &refusal): // a page for people, a redirection: whoever stands on the line
		return ehrdesk.E(op, ehrdesk.CodeOffline, ehrdesk.TroubleStranger)
	case errors.As(err, &line), ctx.Err() != nil:
		return fhir.LineError(ctx, op, err)
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server's answer to the sign-in cannot be read")
}
