package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// groupJSON is a group, as `group list` prints it.
type groupJSON struct {
	ID       string            `json:"group"`
	Staffed  string            `json:"as_member"` // what stands in a case in the place of a staff id
	Provider string            `json:"provider"`
	Kind     ehrdesk.GroupKind `json:"kind"`
	Name     string            `json:"name"`
	Chinese  string            `json:"chinese"`
	Keeper   string            `json:"keeper"` // staff id
	Staff    int               `json:"staff"`
	Epoch    int               `json:"epoch"` // that is sealed to now; 0 for none
	Mine     bool              `json:"mine"`
	Opens    []int             `json:"opens"` // epochs whose key this desk has
	Closed   bool              `json:"closed"`
	Broken   string            `json:"broken,omitempty"`
}

// groupWholeJSON is one with who is on its staff and what became of it, as `group show` prints it.
type groupWholeJSON struct {
	groupJSON
	People  []groupPersonJSON `json:"people"`
	History []groupChangeJSON `json:"history"`
}

type groupPersonJSON struct {
	Staff string `json:"staff"`
	Name  string `json:"name"`
}

type groupChangeJSON struct {
	Event int                    `json:"event"`
	Kind  ehrdesk.GroupEventKind `json:"kind"`
	By    string                 `json:"by"` // staff id
	Who   string                 `json:"who,omitempty"`
	Epoch int                    `json:"epoch,omitempty"` // that begins with it
	At    string                 `json:"at"`
}

func (a *app) groupCommand() *cobra.Command {
	c := &cobra.Command{Use: "group", Short: "Tumour boards and hotlines: addresses at a provider that several people answer, by a role key of their own"}
	list := &cobra.Command{Use: "list", Short: "The groups of all providers", Args: cobra.NoArgs,
		Long: "The centre is asked first; without the line, what this desk has. This desk holds each group's history against who signed it.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.inGroups(cmd.Context(), "group list", false, func(ctx context.Context, s *client.Session) error { return a.listGroups(ctx, s) })
		}}
	show := &cobra.Command{Use: "show ID", Short: "One group: who is on its staff, and what became of it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.inGroups(cmd.Context(), "group show", false, func(ctx context.Context, s *client.Session) error { return a.showGroup(ctx, s, args[0]) })
		}}
	var m ehrdesk.GroupMaking
	var kind string
	create := &cobra.Command{Use: "make --kind board|hotline --name NAME --chinese NAME", Short: "Make a group at your provider, which you keep", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.inGroups(cmd.Context(), "group make", true, func(ctx context.Context, s *client.Session) error {
				m.Kind = ehrdesk.GroupKind(kind)
				id, err := s.MakeGroup(ctx, m)
				if err != nil {
					return err
				}
				return a.showGroup(ctx, s, id)
			})
		}}
	create.Flags().StringVar(&kind, "kind", "", "board, where several look at it together, or hotline, where whoever is there answers")
	create.Flags().StringVar(&m.Name, "name", "", "its name in English")
	create.Flags().StringVar(&m.Chinese, "chinese", "", "its name in Chinese")
	c.AddCommand(list, show, create,
		a.groupStep("add", ehrdesk.GroupJoined, true, "Add a colleague to the staff of a group that you keep", "They read what is sealed to it in the epoch that is current, also what was sealed before they came, and in those after it."),
		a.groupStep("remove", ehrdesk.GroupLeft, true, "Take somebody off the staff of a group that you keep", "A new epoch begins, whose key they are never given."),
		a.groupStep("leave", ehrdesk.GroupLeft, false, "Leave the staff of a group", "This desk destroys its keys. Nothing is sealed to the group until the desk of somebody on its staff has begun a new epoch, which it does by itself. Its keeper hands it over first."),
		a.groupStep("hand-over", ehrdesk.GroupHandedOver, true, "Have somebody else on its staff keep a group", "To yourself it takes over a group in which its keeper has done nothing for 90 days."),
		a.groupStep("renew", ehrdesk.GroupRenewed, false, "Begin a new epoch of a group", "For a key that somebody else may have, or that no desk has any more: its keeper at any time, who else is on its staff once the epoch is an hour old. A desk of its staff does so by itself where somebody has left, or a case has ended."),
		a.groupStep("close", ehrdesk.GroupClosed, false, "Close a group that you keep, for good", "Its staff's desks destroy its keys."))
	return c
}

// groupStep is a command that does something to a group; named is whether it is about somebody.
func (a *app) groupStep(name string, kind ehrdesk.GroupEventKind, named bool, short, long string) *cobra.Command {
	use, args := name+" ID", cobra.ExactArgs(1)
	if named {
		use, args = name+" ID STAFF", cobra.ExactArgs(2)
	}
	return &cobra.Command{Use: use, Short: short, Long: long, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.inGroups(cmd.Context(), "group "+name, true, func(ctx context.Context, s *client.Session) error {
				who, err := aboutWhom(ctx, s, kind, args)
				if err != nil {
					return err
				}
				if err := s.StepGroup(ctx, args[0], kind, who); err != nil {
					return err
				}
				return a.showGroup(ctx, s, args[0])
			})
		}}
}

// aboutWhom is whom a step is about: somebody on the staff as they are called there, a colleague as the directory calls them, or whoever is
// signed in; nil for nobody. Errors: CodeNotFound.
func aboutWhom(ctx context.Context, s *client.Session, kind ehrdesk.GroupEventKind, args []string) (*ehrdesk.CaseMember, error) {
	g, err := groupOf(ctx, s, args[0])
	if err != nil {
		return nil, err
	}
	who := meOf(s)
	switch {
	case len(args) > 1:
		who.Staff = args[1]
	case kind != ehrdesk.GroupLeft:
		return nil, nil
	}
	if kind == ehrdesk.GroupJoined {
		m, err := personOf(ctx, s, who)
		return &m, err
	}
	m, in := g.Member(who)
	if !in {
		return nil, ehrdesk.Errorf("group", ehrdesk.CodeNotFound, "nobody of that id is on the staff of the group")
	}
	return &m, nil
}

// inGroups does something once groups are in step with the centre; without the line what only reads does so from what this desk has.
func (a *app) inGroups(ctx context.Context, op string, writes bool, do func(context.Context, *client.Session) error) error {
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		if err := s.SyncGroups(ctx); err != nil {
			if code := ehrdesk.CodeOf(err); writes || code != ehrdesk.CodeOffline && code != ehrdesk.CodeTimeout {
				return renamed(op, err)
			}
			a.warn([]string{"the central service cannot be reached: as this desk has it"})
		}
		if err := do(ctx, s); err != nil {
			return renamed(op, err)
		}
		return nil
	})
}

func (a *app) listGroups(ctx context.Context, s *client.Session) error {
	all, err := s.Groups(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		j := groupJSONOf(&all[i])
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	return nil
}

func groupOf(ctx context.Context, s *client.Session, id string) (ehrdesk.GroupView, error) {
	all, err := s.Groups(ctx)
	if err != nil {
		return ehrdesk.GroupView{}, err
	}
	i := slices.IndexFunc(all, func(g ehrdesk.GroupView) bool { return g.ID == id })
	if i < 0 {
		return ehrdesk.GroupView{}, ehrdesk.Errorf("group", ehrdesk.CodeNotFound, "there is no such group")
	}
	return all[i], nil
}

func (a *app) showGroup(ctx context.Context, s *client.Session, id string) error {
	g, err := groupOf(ctx, s, id)
	if err != nil {
		return err
	}
	out := groupWholeJSON{groupJSON: groupJSONOf(&g), People: []groupPersonJSON{}}
	said := []string{out.words()}
	for _, m := range g.Staff {
		if m.Left == 0 {
			out.People = append(out.People, groupPersonJSON{m.Staff, m.Name})
			said = append(said, "  "+m.Name+" ("+m.Staff+")"+map[bool]string{true: ", keeper"}[m.CasePerson == g.Keeper])
		}
	}
	for _, c := range g.Changes {
		out.History = append(out.History, groupChangeJSON{c.Event, c.Kind, c.By.Staff, c.Person.Staff, c.Epoch, instant(c.At)})
		words := "  " + strconv.Itoa(c.Event) + " " + shortMoment(c.At) + " " + string(c.Kind) + " by " + c.Name
		if c.Person.Name != "" {
			words += ": " + c.Person.Name
		}
		if c.Epoch > 0 {
			words += " · epoch " + strconv.Itoa(c.Epoch)
		}
		said = append(said, words)
	}
	return a.line(out, strings.Join(said, "\n"))
}

func groupJSONOf(g *ehrdesk.GroupView) groupJSON {
	j := groupJSON{ID: g.ID, Staffed: g.Person().Staff, Provider: g.Provider, Kind: g.Kind, Name: g.Name, Chinese: g.Chinese, Keeper: g.Keeper.Staff, Mine: g.Mine, Opens: append([]int{}, g.Opens...), Closed: g.Closed, Broken: g.Broken}
	for _, m := range g.Staff {
		if m.Left == 0 {
			j.Staff++
		}
	}
	if e, ok := g.Current(); ok {
		j.Epoch = e.N
	}
	return j
}

func (j *groupJSON) words() string {
	said := j.ID + "  " + j.Provider + "  " + string(j.Kind) + "  " + j.Name + " " + j.Chinese + " · staff " + strconv.Itoa(j.Staff)
	switch {
	case j.Closed:
		said += " · closed"
	case j.Epoch == 0:
		said += " · no key until the desk of somebody on its staff has begun an epoch"
	default:
		said += " · epoch " + strconv.Itoa(j.Epoch)
	}
	if j.Mine {
		said += " · yours"
		if !j.Closed && j.Epoch > 0 && !slices.Contains(j.Opens, j.Epoch) {
			said += ", and this desk has no key yet"
		}
	}
	if j.Broken != "" {
		said += " · ITS HISTORY DOES NOT HOLD: tell your privacy officer"
	}
	return said
}
