package listing

import (
	"fmt"

	"sipsecdump/escape"
	"sipsecdump/tlsparse"
)

// extensions appends the extensions of a message. ssldump 0.9b3 knew none.
func (p *printer) extensions(list []tlsparse.Extension, in tlsparse.HandshakeType) {
	if len(list) == 0 || p.o.Style == RFC6216 || p.o.omits(OmitExtensions) {
		return
	}
	p.text(depthField, "extensions")
	for _, e := range list {
		if p.o.Style == Ssldump {
			p.ssldumpExtension(e, in == tlsparse.TypeClientHello)
		} else {
			p.extension(e, in)
		}
	}
}

// ssldumpExtension appends an extension's name, and of the content the client's server name.
func (p *printer) ssldumpExtension(e tlsparse.Extension, fromClient bool) {
	name := ssldumpExtensionName(e.Type)
	if name == "" {
		if p.o.AllFields {
			p.b = fmt.Appendf(p.b, "%sExtension type: %d not yet implemented in ssldump", blanks[:depthField], e.Type)
			if !fromClient {
				p.b = append(p.b, ',')
			}
			p.b = append(p.b, '\n')
		}
		return
	}
	p.text(depthExtension, name)
	if !fromClient {
		return
	}
	switch e.Type {
	case tlsparse.ExtServerName:
		if words, ok := e.Words(tlsparse.TypeClientHello); ok && len(words) == 1 {
			p.b = append(p.b, blanks[:depthHostName]...)
			p.b = append(p.b, "host_name: "...)
			p.b = escape.AppendText(p.b, words[0])
			p.b = append(p.b, '\n')
		}
	case tlsparse.ExtSupportedGroups, tlsparse.ExtECPointFormats:
		p.b = append(p.b, '\n')
	}
}

// extension appends an extension with its content, as far as it can be read; else, and with
// AllFields always, with its octets.
func (p *printer) extension(e tlsparse.Extension, in tlsparse.HandshakeType) {
	var buf [256]byte
	key := extensionKey(buf[:0], e, in)
	if p.cached(key) {
		return
	}
	start := len(p.b)
	words, ok := e.Words(in)
	switch {
	case ok && len(words) > 0:
		p.list(depthExtension, extensionName(e.Type)+":", words)
	case ok:
		p.text(depthExtension, extensionName(e.Type))
	default:
		p.octets(depthExtension, extensionName(e.Type), e.Data)
		return
	}
	if p.o.AllFields {
		p.hex(depthExtension+2, e.Data)
	}
	p.cache.keep(key, p.b[start:])
}

// extensionKey appends what the lines of an extension are made of; nothing if hardly any two
// messages have the same.
func extensionKey(key []byte, e tlsparse.Extension, in tlsparse.HandshakeType) []byte {
	switch e.Type {
	case tlsparse.ExtKeyShare, tlsparse.ExtPreSharedKey, tlsparse.ExtSessionTicket, tlsparse.ExtCookie, tlsparse.ExtConnectionID:
		return key
	}
	if len(e.Data) > maxCachedLines {
		return key
	}
	return append(append(key, keyExtension, byte(in), byte(e.Type>>8), byte(e.Type)), e.Data...)
}

func extensionName(t tlsparse.ExtensionType) string {
	switch name := t.Name(); name {
	case "":
		return fmt.Sprintf("extension %#04x", uint16(t))
	case grease:
		return fmt.Sprintf("%s (%#04x)", grease, uint16(t))
	default:
		return name
	}
}
