package sipparse

import "iter"

// Vias yields the values of all Via header fields, the topmost first. They are read on the way;
// what m.Issues tells of them is not told again.
func (m *Message) Vias() iter.Seq[Via] {
	return func(yield func(Via) bool) {
		for v := range m.values("via") {
			for s := (scanner{v: v}); ; {
				var via Via
				s.via(&via)
				if !yield(via) {
					return
				}
				if !s.more() {
					break
				}
			}
		}
	}
}

// Addresses yields the addresses of all header fields of a kind whose values are such, from the top:
// "contact", "route", "record-route", "path", "service-route", "p-asserted-identity", "from", ....
// The Contact "*" has no URI but that.
func (m *Message) Addresses(kind string) iter.Seq[Address] {
	return func(yield func(Address) bool) {
		for v := range m.values(kind) {
			for s := (scanner{v: v}); ; {
				var a Address
				start := s.n
				s.tagged(&a)
				a.Value = trim(v[start:s.n])
				if !yield(a) {
					return
				}
				if !s.more() {
					break
				}
			}
		}
	}
}

// Contacts yields the addresses of all Contact header fields.
func (m *Message) Contacts() iter.Seq[Address] { return m.Addresses("contact") }

// Routes yields the addresses of all Route header fields, the next hop first.
func (m *Message) Routes() iter.Seq[Address] { return m.Addresses("route") }

// RecordRoutes yields the addresses of all Record-Route header fields, the last proxy's first.
func (m *Message) RecordRoutes() iter.Seq[Address] { return m.Addresses("record-route") }

// values yields the values of all header fields of a kind that have one.
func (m *Message) values(kind string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range m.Headers {
			if h := &m.Headers[i]; h.Kind == kind && h.Value != "" && !yield(h.Value) {
				return
			}
		}
	}
}
