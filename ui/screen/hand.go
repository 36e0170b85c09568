package screen

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// Hand gives what is shown to other programs of this desk, without a file.
type Hand interface {
	// ViewObstacle is why a document of a media type is not shown by another program.
	ViewObstacle(kind string) ehrdesk.Obstacle
	// View opens a document in its viewer.
	View(kind string, data []byte) error
	// PrintObstacle is why nothing is printed.
	PrintObstacle() ehrdesk.Obstacle
	// Print gives text to the printer.
	Print(ctx context.Context, text string) error
	// Shut ends the viewers that are open.
	Shut()
}

// ClipboardOver says that what a chart put into the clipboard has been there long enough.
type ClipboardOver struct{}

// PageMsg says that a server's own page has to be opened for the sign-in of that number.
type PageMsg struct {
	Run  uint64
	Page ehrdesk.SignInPage
}
