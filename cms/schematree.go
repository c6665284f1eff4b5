package cms

import "sipsecdump/cms/ber"

func appendSchemaTree(dst []byte, nodes []ber.Node, o TreeOptions) []byte { return dst }
