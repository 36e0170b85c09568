//go:build !linux || !(amd64 || arm64)

package confine

import "syscall"

const self = ""

func withParent() *syscall.SysProcAttr { return nil }

func (*Program) stage() ([]string, error) { return nil, errConfined }

func become([]string) error { return errConfined }
