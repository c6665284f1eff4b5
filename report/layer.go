package report

// Layer is a part of the listing that --show names.
type Layer uint8

// The layers, in the order they are told.
const (
	LayerTLS      Layer = iota // records and handshakes
	LayerVerdict               // why a connection was decrypted, or not
	LayerSIP                   // messages and their MIME parts
	LayerIdentity              // who vouches for the sender of a message
	LayerCMS                   // trees, signers and recipients
	LayerCall                  // what became of calls and other dialogs
	LayerFinding               // what breaks a rule of interoperability
	LayerAnomaly               // what should not be, and limits that were hit
	LayerSummary               // the totals
)

// Layers lists them all.
var Layers = []Layer{LayerTLS, LayerVerdict, LayerSIP, LayerIdentity, LayerCMS, LayerCall, LayerFinding, LayerAnomaly, LayerSummary}

func (l Layer) String() string {
	return [...]string{"tls", "verdict", "sip", "identity", "cms", "call", "finding", "anomaly", "summary"}[l]
}

// LayerSet is a set of layers.
type LayerSet uint16

// ListingLayers has what a listing shows unless it is told otherwise: every layer but findings,
// which have a listing of their own.
const ListingLayers LayerSet = 1<<LayerTLS | 1<<LayerVerdict | 1<<LayerSIP | 1<<LayerIdentity | 1<<LayerCMS | 1<<LayerCall | 1<<LayerAnomaly | 1<<LayerSummary

// Has reports whether the set has the layer.
func (s LayerSet) Has(l Layer) bool { return s&(1<<l) != 0 }

// With returns the set with the layer added.
func (s LayerSet) With(l Layer) LayerSet { return s | 1<<l }

// Only returns the set of the layer alone.
func (s LayerSet) Only(l Layer) LayerSet { return 1 << l & s }
