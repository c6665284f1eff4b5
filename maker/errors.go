package maker

import (
	"fmt"
	"slices"

	"sipsecdump/maker/certs"
)

// An OptionError says which option cannot be had, alone or beside the others.
type OptionError struct {
	Option string // the field of Options, with its path: "TLS.Suite"
	Reason string // lower case, no full stop
}

func (e *OptionError) Error() string { return e.Option + ": " + e.Reason }

func optionError(option, format string, args ...any) error {
	return &OptionError{Option: option, Reason: fmt.Sprintf(format, args...)}
}

// known returns name, or fallback if it is empty, or a [certs.UnknownError] if it is
// not one of have.
func known(what, name, fallback string, have []string) (string, error) {
	if name == "" {
		return fallback, nil
	}
	if !slices.Contains(have, name) {
		return "", &certs.UnknownError{What: what, Name: name, Have: have}
	}
	return name, nil
}
