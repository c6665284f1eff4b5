package pki

import (
	"bytes"

	"sipsecdump/cms/ber"
)

// AlgorithmIdentifier is RFC 5280, Section 4.1.1.2.
type AlgorithmIdentifier struct {
	OID OID
	// Parameters is the DER of the parameters; nil if they are absent, which is not NULL.
	Parameters []byte
}

// ReadAlgorithmIdentifier reads an AlgorithmIdentifier; Parameters aliases the cursor's input.
//
//	AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
func ReadAlgorithmIdentifier(c *ber.Cursor) (AlgorithmIdentifier, error) {
	seq, err := c.Sequence()
	if err != nil {
		return AlgorithmIdentifier{}, err
	}
	return readAlgorithm(&seq)
}

// ReadImplicitAlgorithm reads an AlgorithmIdentifier of which an implicit tag took the SEQUENCE's.
func ReadImplicitAlgorithm(e *ber.Element) (AlgorithmIdentifier, error) {
	in := e.Children()
	return readAlgorithm(&in)
}

// readAlgorithm reads the components of an AlgorithmIdentifier.
func readAlgorithm(seq *ber.Cursor) (a AlgorithmIdentifier, err error) {
	oid, err := seq.OID()
	a.OID = OID(oid)
	if err != nil || seq.Empty() {
		return a, err
	}
	parameters, err := seq.Next()
	if err != nil {
		return a, err
	}
	a.Parameters = parameters.Raw
	return a, seq.Finish()
}

// Equal tells whether two identifiers are the same in the same octets.
func (a AlgorithmIdentifier) Equal(o AlgorithmIdentifier) bool {
	return a.OID == o.OID && bytes.Equal(a.Parameters, o.Parameters)
}
