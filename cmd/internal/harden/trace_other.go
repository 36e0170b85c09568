//go:build unix && !linux && !darwin

package harden

func untrace() {}

func traceable() []string { return []string{"other programs of this user can read this one's memory"} }
