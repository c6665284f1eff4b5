package certs

import (
	"fmt"
	"strings"
)

// A NameError says why a NAME is neither a host, nor a user, nor a URI.
type NameError struct {
	Name   string // as given
	Reason string // lower case, no full stop, with the section where there is one
}

func (e *NameError) Error() string {
	return fmt.Sprintf("%q is no host name, user@host or URI: %s", e.Name, e.Reason)
}

// An UnknownError names something that does not exist and lists what does.
type UnknownError struct {
	What string // "scenario", "key kind", "document"
	Name string // as asked for
	Have []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown %s %q (there are: %s)", e.What, e.Name, strings.Join(e.Have, ", "))
}
