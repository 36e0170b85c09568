package main

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// mostAnswer is how many bytes an answer has, as at a desk.
const mostAnswer = 200 << 10

// answerTitle is what an answer of the Office is called: nobody types one.
const answerTitle = "Answer of the eHealth Record Office"

// requestCommand is what the Office does with what it is asked.
func (p *program) requestCommand() *cobra.Command {
	var all, closed bool
	list := &cobra.Command{
		Use: "list", Short: "What the eHealth Record Office is asked and is not closed, the one that changed last at the end", Args: cobra.NoArgs,
		Long: "A line a request that is addressed to the Office, as an incident is: who asks, how far it has come, how many days it is old, what is overdue, about whom, and what the Office may bring it into next. No line has a word of what is asked. With --all those between providers too, without about whom.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.Requests(cmd.Context(), all, closed, func(l central.RequestLine) error { return p.line(l) })
			})
		},
	}
	list.Flags().BoolVar(&all, "all", false, "those between providers too")
	list.Flags().BoolVar(&closed, "closed", false, "those that are closed too")
	show := &cobra.Command{
		Use: "show ID", Short: "One request to the Office with its letter, what it names and every step", Args: cobra.ExactArgs(1),
		Long: "That it was read, and by whom, is in the access log, which the patient may ask for. One between two providers is not shown (exit 6): its letter is for whom it is addressed to.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				whole, err := c.Request(cmd.Context(), operator(), args[0])
				if err != nil {
					return err
				}
				return p.line(whole)
			})
		},
	}
	step := &cobra.Command{
		Use: "step ID received|answered|closed", Short: "Bring a request to the Office into its next state", Args: cobra.ExactArgs(2),
		Long: "Under your name of this machine, in the access log; the desk that asked sees it at once. An answer's words are standard input, at most 200 KiB. A request that was answered is closed by who asked, one that was recalled by the Office.",
		RunE: func(cmd *cobra.Command, args []string) error {
			to := ehrdesk.RequestState(args[1])
			var answer *ehrdesk.Letter
			if to == ehrdesk.RequestAnswered {
				words, err := p.answerWords()
				if err != nil {
					return err
				}
				answer = &ehrdesk.Letter{Title: answerTitle, Text: words}
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				whole, err := c.StepRequest(cmd.Context(), operator(), args[0], to, answer)
				if err != nil {
					return err
				}
				return p.line(whole.Line)
			})
		},
	}
	return group("request", "What the eHealth Record Office is asked by providers", list, show, step)
}

// answerWords are the words of an answer, from standard input.
func (p *program) answerWords() (string, error) {
	const op = "request.step"
	b, err := io.ReadAll(io.LimitReader(p.stdin, mostAnswer+1))
	switch {
	case err != nil:
		return "", ehrdesk.Errorf(op, ehrdesk.CodeOther, "standard input cannot be read")
	case len(b) > mostAnswer:
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an answer has at most 200 KiB")
	case !utf8.Valid(b):
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an answer is UTF-8")
	}
	words := strings.TrimSpace(ehrdesk.CleanColumns(string(b)))
	if words == "" {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an answer's words are standard input")
	}
	return words, nil
}
