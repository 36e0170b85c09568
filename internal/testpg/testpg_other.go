//go:build !unix

// Package testpg is a PostgreSQL server of a test's own. No program imports it.
package testpg

import "testing"

// Server is a server that runs.
type Server struct{}

// Start skips the test.
func Start(t testing.TB) *Server {
	t.Skip("SKIP the centre's store on a server: started on Unix alone")
	return nil
}

// Run does nothing.
func (s *Server) Run(testing.TB) {}

// Stop does nothing.
func (s *Server) Stop(testing.TB) {}

// Database gives none.
func (s *Server) Database(testing.TB) string { return "" }

// Dir is nowhere.
func (s *Server) Dir() string { return "" }

// At is none.
func At(string) *Server { return &Server{} }
