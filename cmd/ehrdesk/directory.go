package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// providerJSON is a provider, as `directory --json` prints it.
type providerJSON struct {
	HCP      string        `json:"hcp"`
	Name     string        `json:"name"`
	Chinese  string        `json:"chinese,omitempty"`
	Active   bool          `json:"active"`
	Deposits bool          `json:"deposits"` // it has agreed to
	Views    bool          `json:"views"`
	Services []serviceJSON `json:"services"`
	People   []personJSON  `json:"people"`
}

type serviceJSON struct {
	ID        string `json:"id"`
	Specialty string `json:"specialty"`
	Name      string `json:"name"`
	Active    bool   `json:"active"`
}

type personJSON struct {
	Staff  string          `json:"staff"`
	Name   string          `json:"name"`
	Role   string          `json:"role"`
	Active bool            `json:"active"`
	Ended  string          `json:"ended,omitempty"`
	OnCall string          `json:"on_call,omitempty"` // until when they have said that they are on call
	Keys   []publicKeyJSON `json:"keys,omitempty"`
}

type publicKeyJSON struct {
	ID    string `json:"id"` // its thumbprint (RFC 7638), by which signatures name it
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`
}

// directoryJSON is the last line: how old what was printed is.
type directoryJSON struct {
	Providers int    `json:"providers"`
	AsOf      string `json:"as_of"`
}

// keyChangeJSON is what a centre said otherwise of a key.
type keyChangeJSON struct {
	Key   string               `json:"key"`
	Owner string               `json:"owner"`
	What  ehrdesk.KeyDifferent `json:"what"`
	At    string               `json:"at"`
}

func (a *app) directoryCommand() *cobra.Command {
	var specialty string
	var keys bool
	var mine, onCall string
	c := &cobra.Command{
		Use:   "directory [--specialty S] [--keys] [--mine KEY] [--on-call UNTIL|off] [NAME]",
		Short: "Print the providers of the centre's directory, with what they offer and who works there",
		Long: "NAME is words of the name of a provider, of what it offers or of who works there; without any, all. The last line says when the centre said so: without the line it is this desk's copy. No patient is asked about.\n" +
			"--keys prints instead what the centre has said of somebody's signing key, or of its log of keys, otherwise than before: this desk goes by what it heard first; and a key that was made in your own name at another desk. It ends with status 10 where there is any but the last.\n" +
			"--mine says that such a key is of another desk of yours: from then on what you write in sealed cases is sealed to that desk too.\n" +
			"--on-call tells everybody until when you are on call, a week ahead at most: 20:00, the next time that it is that, or 2026-12-03T08:00:00+08:00; off takes it back. Colleagues see you first where they choose somebody, and a critical message that names nobody is yours first. Your desk signs it: the centre can neither make it up nor keep it past its time.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, names []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				if mine != "" {
					if err := s.OwnKey(ctx, mine); err != nil {
						return renamed("directory", err)
					}
					return nil
				}
				if onCall != "" {
					return a.sayOnCall(ctx, s, onCall)
				}
				if keys {
					return a.printKeyChanges(ctx, s)
				}
				found, asOf, err := s.Providers(ctx, strings.Join(names, " "), specialty)
				if err != nil {
					return renamed("directory", err)
				}
				for i := range found {
					if err := a.printProvider(&found[i]); err != nil {
						return err
					}
				}
				return a.line(directoryJSON{len(found), asOf.UTC().Format(time.RFC3339)}, strconv.Itoa(len(found))+" provider(s), as of "+asOf.In(ehrdesk.HongKong()).Format("02-Jan-2006 15:04"))
			})
		},
	}
	c.Flags().StringVar(&specialty, "specialty", "", "only those that offer it: "+specialtyCodes())
	c.Flags().BoolVar(&keys, "keys", false, "print what the centre has said of keys otherwise than before")
	c.Flags().StringVar(&mine, "mine", "", "say that the key of this id, which --keys printed, is of another desk of yours")
	c.Flags().StringVar(&onCall, "on-call", "", "say until when you are on call, or off")
	c.MarkFlagsMutuallyExclusive("keys", "mine", "specialty", "on-call")
	return c
}

func specialtyCodes() string {
	var codes []string
	for _, s := range ehrdesk.Specialties() {
		codes = append(codes, s.Code)
	}
	return strings.Join(codes, ", ")
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// printProvider prints one, with its services and people below it.
func (a *app) printProvider(p *ehrdesk.Provider) error {
	out := providerJSON{HCP: p.ID, Name: p.Name, Chinese: p.Chinese, Active: p.Active, Deposits: p.Deposits, Views: p.Views, Services: []serviceJSON{}, People: []personJSON{}}
	said := []string{strings.TrimSpace(p.ID + "  " + p.Name + " " + p.Chinese)}
	over := func(active bool) string {
		if active {
			return ""
		}
		return " · not active"
	}
	said[0] += over(p.Active)
	for _, s := range p.Services {
		out.Services = append(out.Services, serviceJSON{s.ID, s.Specialty, s.Name, s.Active})
		said = append(said, "  "+s.Specialty+": "+s.Name+over(s.Active))
	}
	for _, one := range p.People {
		j := personJSON{Staff: one.Staff, Name: one.Name, Role: string(one.Role), Active: one.Active, Ended: instant(one.Ended), OnCall: instant(one.OnCall)}
		for _, k := range one.Keys {
			j.Keys = append(j.Keys, publicKeyJSON{k.ID, instant(k.Since), instant(k.Until)})
		}
		out.People = append(out.People, j)
		said = append(said, "  "+one.Name+" ("+one.Staff+"), "+string(one.Role)+over(one.Active)+besideOnCall(one.OnCall)+" · "+strconv.Itoa(len(one.Keys))+" key(s)")
	}
	return a.line(out, strings.Join(said, "\n"))
}

// printKeyChanges prints what the centre has said of keys otherwise than before. Errors: CodeTampered where there is any.
func (a *app) printKeyChanges(ctx context.Context, s *client.Session) error {
	changes, err := s.KeyChanges(ctx)
	if err != nil {
		return renamed("directory", err)
	}
	for _, c := range changes {
		j := keyChangeJSON{c.Key, c.Owner, c.What, instant(c.At)}
		said := j.At + "  " + c.Owner + "  " + c.Key
		if c.Key == "" {
			said = j.At + "  the log of keys"
		}
		if err := a.line(j, said+"  "+string(c.What)); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(changes, func(c ehrdesk.KeyChange) bool { return c.What != ehrdesk.KeyInYourName }) {
		return ehrdesk.Errorf("directory", ehrdesk.CodeTampered, "the central service has said something else of a key than before")
	}
	return nil
}
