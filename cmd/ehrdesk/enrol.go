package main

import (
	"io"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

func (a *app) enrolCommand() *cobra.Command {
	var central, secrets, hcp, server, signin, role, provider string
	var second bool
	c := &cobra.Command{
		Use:   "enrol --central URL --staff ID --secrets FILE",
		Short: "Register this desk and a person with a central service",
		Long: "The desk makes its keys, the User Administrator's activation code registers them for one provider, and the passphrase seals them.\n" +
			`FILE holds {"code":"…","passphrase":"…"}; - is standard input.` + "\n" +
			"--server plain is for a FHIR R4 server without an enrolment: whoever sets the desk up says who the person is (--role, --provider), what the\n" +
			`server does not say comes from the site's file, and FILE holds {"passphrase":"…"}, for the second person with "approver" and` + "\n" +
			`"approver_passphrase", a colleague's who is enrolled here.` + "\n" +
			"--signin smart has the server's own page ask who that is (SMART App Launch): its address is printed on standard error, for a browser on this machine.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.readSecrets(secrets)
			if err != nil {
				return err
			}
			other, err := plainServer(server, signin, role, provider, s)
			if err != nil {
				return err
			}
			if other != nil {
				other.Show = a.page
			}
			d, err := a.desk()
			if err != nil {
				return err
			}
			account, err := d.Enrol(cmd.Context(), ehrdesk.Enrolment{Central: central, Staff: a.staff, Provider: hcp,
				Code: ehrdesk.NewSecret(s.Code), Passphrase: ehrdesk.NewSecret(s.Passphrase), Plain: other})
			var alone error
			if err == nil && second {
				alone = d.SetSecondKey(cmd.Context(), account.Staff+"@"+account.Provider, ehrdesk.NewSecret(s.Passphrase), true)
			}
			if err = first(err, d.Close()); err != nil {
				return err
			}
			err = a.line(accountLine(account), "enrolled: "+account.Staff+" ("+string(account.Role)+") for "+account.ProviderName)
			if alone != nil {
				a.warn([]string{"enrolled with the passphrase alone"})
			}
			return first(err, alone)
		},
	}
	c.Flags().StringVar(&central, "central", "", "address of the central service, https://…/fhir")
	c.Flags().StringVar(&secrets, "secrets", "", "file with the activation code and the passphrase, - for standard input")
	c.Flags().StringVar(&hcp, "hcp", "", "number of the provider that the code has to be of: another's is refused, and not used up")
	c.Flags().BoolVar(&second, "keyring", false, "need a secret of the system's keyring beside the passphrase; see ehrdesk passphrase --help")
	c.Flags().StringVar(&server, "server", "", "plain: a FHIR R4 server without our operations")
	c.Flags().StringVar(&signin, "signin", "none", "how a plain server is signed in at: none, or smart, by its own page in a browser")
	c.Flags().StringVar(&role, "role", "", "at a plain server: doctor, nurse, pharmacist, frontdesk, …")
	c.Flags().StringVar(&provider, "provider", "", "at a plain server: the name of the healthcare provider")
	for _, f := range []string{"central", "secrets"} {
		if err := c.MarkFlagRequired(f); err != nil {
			panic(err) // a flag defined two lines above
		}
	}
	return c
}

// plainServer is what the flags say of a server that enrols nobody; nil for a central
// service. Errors: CodeInvalid.
func plainServer(server, signin, role, provider string, s secretsFile) (*ehrdesk.PlainServer, error) {
	const op = "enrol"
	switch server {
	case "":
		if role != "" || provider != "" || s.Approver != "" || s.ApproverPassphrase != "" {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a central service says role and provider itself: --role, --provider and an approver go with --server plain")
		}
		return nil, nil
	case client.Plain:
	default:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--server is plain, or left out for a central service")
	}
	if s.Code != "" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a plain server takes no activation code")
	}
	r := ehrdesk.Profession(role)
	if !r.Valid() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--role is none that there is")
	}
	return &ehrdesk.PlainServer{SignIn: signin, Role: r, Provider: provider, Approver: s.Approver, ApproverPassphrase: ehrdesk.NewSecret(s.ApproverPassphrase)}, nil
}

type secretsFile struct {
	Code       string `json:"code"`
	Passphrase string `json:"passphrase"`

	Approver           string `json:"approver"`
	ApproverPassphrase string `json:"approver_passphrase"`
}

func (a *app) readSecrets(path string) (secretsFile, error) {
	var s secretsFile
	in := a.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return s, ehrdesk.Errorf("enrol", ehrdesk.CodeInvalid, "the secrets file cannot be read")
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxInput))
	if err != nil || json.Unmarshal(b, &s, json.RejectUnknownMembers(true)) != nil {
		return s, ehrdesk.Errorf("enrol", ehrdesk.CodeInvalid, `the secrets are not {"code":…,"passphrase":…}`)
	}
	return s, nil
}

type accountJSON struct {
	Staff    string             `json:"staff"`
	Name     string             `json:"name"`
	Role     ehrdesk.Profession `json:"role"`
	HCP      string             `json:"hcp"`
	HCPName  string             `json:"hcp_name"`
	Location string             `json:"location,omitempty"`
}

func accountLine(a ehrdesk.Account) accountJSON {
	return accountJSON{a.Staff, a.Name, a.Role, a.Provider, a.ProviderName, a.Location}
}
