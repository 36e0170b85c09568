package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

func (a *app) signInCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "signin",
		Short: "Sign in where a server's own page asks who signs in",
		Long: "Some servers ask by their own page, in a browser, who signs in (SMART App Launch). This prints the page's address on standard error, for a browser\n" +
			"on this machine, and waits for five minutes at most. Where the server gives a token to be kept (the scope offline_access), the desk keeps it, sealed\n" +
			"under the passphrase, and the other commands sign in without a page until it ends; else they exit with 7.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedInAt(cmd.Context(), a.page, func(_ context.Context, s *client.Session) error {
				who := s.Account()
				return a.line(accountLine(who), "signed in: "+who.Staff+" ("+string(who.Role)+") for "+who.ProviderName)
			})
		},
	}
}

// page says which page is to be opened, and where it leads.
func (a *app) page(p ehrdesk.SignInPage) {
	if a.json {
		b, _ := json.Marshal(map[string]any{"page": struct {
			Address string `json:"address"`
			Host    string `json:"host"`
		}{p.Address, p.Host}})
		fmt.Fprintf(a.err, "%s\n", b)
		return
	}
	fmt.Fprintf(a.err, "Open in a browser on this machine, to sign in at %s:\n%s\n", p.Host, p.Address)
}

// browserEnv is what a browser is told of who works here.
var browserEnv = [...]string{"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP", "XDG_DATA_DIRS", "DBUS_SESSION_BUS_ADDRESS", "HOME", "PATH", "LANG", "LC_ALL", "SystemRoot", "USERPROFILE", "LOCALAPPDATA", "APPDATA"}

// browser opens addresses in the program that the site's file names, nil for none. The
// address is one of this machine's own, for one sign-in: it tells nobody anything. A
// browser that does not start is no error, as the address is shown too.
func browser(site client.Site) func(address string) {
	if site.Smart == nil || site.Smart.Browser == "" {
		return nil
	}
	return func(address string) {
		c := exec.Command(site.Smart.Browser, address) //nolint:gosec,noctx // the administrator's, and it outlives what asked for it
		c.Dir = "/"
		for _, name := range browserEnv {
			if v := os.Getenv(name); v != "" {
				c.Env = append(c.Env, name+"="+v)
			}
		}
		if c.Start() == nil {
			go func() { _ = c.Wait() }() // it outlives the sign-in
		}
	}
}
