package interop

import (
	"encoding/hex"

	"sipsecdump/cms"
)

// signer is one signer of an object.
type signer struct {
	*object
	*cms.SignerResult
}

// eachSigner is a check of each signer.
func eachSigner(check func(*signer)) func(*object) {
	return func(o *object) {
		for i := range o.Signers {
			check(&signer{o, &o.Signers[i]})
		}
	}
}

// found tells what was seen of the signer, and of its certificate if there is one.
func (s *signer) found(format string, args ...any) {
	if s.Certificate != nil {
		about := s.about
		s.about.Certificate = hex.EncodeToString(s.Certificate.SHA256[:])
		defer func() { s.about = about }()
	}
	s.object.found(format, args...)
}

// certain tells whether the certificate is the signer's: its key made the signature, or nobody
// could try, and it bears the name. Others may bear the name too.
func (s *signer) certain() bool {
	switch s.Reason {
	case "no-certificate", "serial-mismatch", "issuer-mismatch", "ski-mismatch", "wrong-key", "signature-mismatch", "key-unusable":
		return false
	}
	return s.Certificate != nil
}
