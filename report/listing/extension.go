package listing

import (
	"fmt"

	"sipsecdump/report/escape"
	"sipsecdump/tlsparse"
)

// extensions appends the extensions of a hello. ssldump 0.9b3 knew none.
func (p *printer) extensions(list []tlsparse.Extension, fromClient bool) {
	if len(list) == 0 || p.o.Style == RFC6216 {
		return
	}
	p.text(depthField, "extensions")
	for _, e := range list {
		if p.o.Style == Ssldump {
			p.ssldumpExtension(e, fromClient)
		} else {
			p.extension(e, fromClient)
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
		if host, ok := hostName(e.Data); ok {
			p.b = append(p.b, blanks[:depthHostName]...)
			p.b = append(p.b, "host_name: "...)
			p.b = escape.AppendText(p.b, host)
			p.b = append(p.b, '\n')
		}
	case extSupportedGroups, extECPointFormats:
		p.b = append(p.b, '\n')
	}
}

// extension appends an extension with its content, as far as it can be read; else, and with
// AllFields always, with its octets.
func (p *printer) extension(e tlsparse.Extension, fromClient bool) {
	words, ok := extensionWords(e, fromClient)
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
