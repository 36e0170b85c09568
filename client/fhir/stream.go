package fhir

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/ehrdesk/ehrdesk"
)

// What is no FHIR, and too long for memory, goes and comes piece by piece.

// Bytes reads what is no FHIR and has so many bytes at most, and writes it where it belongs as it comes. What was written counts where
// there is no error. Errors: CodeTampered for more; those of into.
func Bytes(ctx context.Context, c *Client, op, ref string, most int64, into io.Writer) (Answer, error) {
	return c.do(ctx, call{op: op, method: http.MethodGet, ref: ref, most: most, into: into})
}

// PutBytes sends what is no FHIR. give writes it, and is called anew for each try: one at a time, and over when PutBytes returns. Its error
// is that of PutBytes.
func PutBytes(ctx context.Context, c *Client, op, ref string, give func(io.Writer) error) (Answer, error) {
	return c.do(ctx, call{op: op, method: http.MethodPut, ref: ref, contentType: "application/octet-stream", give: give})
}

// errParted is of a body that nobody reads on.
var errParted = errors.New("nobody reads on")

// upload is a body on its way. It ends where it stops moving, as an answer does.
type upload struct {
	io.Reader
	pipe *io.PipeReader
	end  func()
	done chan struct{}
	err  error // of who gives it, once done is closed
}

// uploading begins one. finish has to be called.
func uploading(c *Client, give func(io.Writer) error, stop context.CancelCauseFunc) *upload {
	r, w := io.Pipe()
	u := &upload{pipe: r, done: make(chan struct{})}
	u.Reader, u.end = c.moving(r, stop)
	go func() {
		defer close(u.done)
		if err := give(w); !errors.Is(err, errParted) {
			u.err = err
		}
		_ = w.CloseWithError(u.err) // io.EOF for nil
	}()
	return u
}

// Read stops the watch with the end: from there on the centre is waited for.
func (u *upload) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err != nil {
		u.end()
	}
	return n, err
}

// Close is called by whoever sends it, when they are done with it.
func (u *upload) Close() error { return u.pipe.CloseWithError(errParted) }

// finish waits until nothing gives it any more, and says what was the matter with who did.
func (u *upload) finish() error {
	u.end()
	_ = u.Close()
	<-u.done
	return u.err
}

// deliver writes the body of an answer where it belongs. Errors: errTooLarge, the reader's, of whom the answer is received; what stood in
// the way of the writer is of the other kind.
func (a *Answer) deliver(r io.Reader, length, most int64, into io.Writer) (line, own error) {
	if length > most {
		return errTooLarge, nil
	}
	w := &kept{to: into}
	n, err := io.Copy(w, io.LimitReader(r, most+1))
	switch {
	case w.err != nil:
		return nil, w.err
	case err != nil:
		return err, nil
	case n > most:
		return errTooLarge, nil
	case length >= 0 && n < length:
		return io.ErrUnexpectedEOF, nil
	}
	return nil, nil
}

// kept is a writer that remembers why it could not write.
type kept struct {
	to  io.Writer
	err error
}

func (k *kept) Write(p []byte) (n int, err error) {
	n, k.err = k.to.Write(p)
	return n, k.err
}

// arriving receives what is no FHIR. Errors: as once gives them.
func arriving(ctx context.Context, q call, res *http.Response, body io.Reader, ans Answer) (Answer, error) {
	if !octets(res.Header.Get("Content-Type")) {
		return Answer{}, trouble(q.op, ehrdesk.TroubleStranger)
	}
	line, own := ans.deliver(body, res.ContentLength, q.most, q.into)
	switch {
	case own != nil:
		return Answer{}, rewrap(q.op, own)
	case errors.Is(line, errTooLarge):
		return Answer{}, tooLarge(q.op)
	case line != nil:
		return Answer{}, LineError(ctx, q.op, line)
	}
	return ans, nil
}
