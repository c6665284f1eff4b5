package cms

import "sipsecdump/cms/pki"

func (v *verifier) chain(c *pki.Certificate) Chain { return Chain{At: v.in.At} }
