package ber

// Walk lists the elements of data, which should be one element with all that it contains, in
// pre-order. The nodes' Content aliases data.
//
// The error is nil or the first *Error: damage, a limit, or octets behind the outermost element.
// The nodes are listed all the same. Damage within a string that was walked since it looked like
// an encoding is noted in its nodes only: that it is one is a guess.
//
// It takes time linear in len(data) and memory linear in l.Nodes, and does not recurse.
func Walk(data []byte, l Limits) ([]Node, error) {
	return AppendNodes(nil, data, l)
}

// AppendNodes is like [Walk], but appends to dst. With enough room there it allocates nothing
// but the errors.
func AppendNodes(dst []Node, data []byte, l Limits) ([]Node, error) {
	w := walker{data: data, nodes: dst, first: len(dst), limits: l.orDefaults()}
	w.walk()
	if w.err == nil {
		return w.nodes, nil
	}
	return w.nodes, w.err
}

// frame is an element whose children are being listed.
type frame struct {
	node  int // index
	limit int // offset that its content cannot reach beyond
	// indefinite is set if the content ends before, at end-of-contents octets.
	indefinite bool
	// guessed is set if it, or an element around it, is a string that looked like an encoding.
	guessed bool
}

type walker struct {
	data   []byte
	nodes  []Node
	first  int // index of the outermost node
	limits Limits
	off    int // of what comes next
	open   [MaxDepth]frame
	depth  int // number of open frames
	err    *Error
}

func (w *walker) walk() {
	if len(w.data) == 0 {
		w.err = errEmpty.at(0)
		return
	}
	for {
		w.element()
		w.closeEnded()
		if w.depth == 0 {
			break
		}
		if len(w.nodes)-w.first >= w.limits.Nodes {
			w.stop()
			return
		}
	}
	if w.off < len(w.data) {
		w.note(errTrailingOctets.at(w.off), false)
	}
}

// element lists the element at w.off. Afterwards w.off is that of its first child, which may be
// the end of its content, or behind it.
func (w *walker) element() {
	limit, guessed := len(w.data), false
	if w.depth > 0 {
		top := &w.open[w.depth-1]
		limit, guessed = top.limit, top.guessed
	}
	var h header
	h.read(w.data[w.off:limit])

	start := w.off + h.size // of the content
	w.nodes = append(w.nodes, Node{
		Offset: w.off, Header: h.size, Length: h.length, Depth: w.depth,
		Class: h.class, Tag: h.tag, Constructed: h.constructed, NonMinimal: h.nonMinimal,
	})
	n := &w.nodes[len(w.nodes)-1]
	if h.isEOC() {
		h.damage = errEOCUnexpected
	}
	if h.damage != nil {
		w.noteNode(n, h.damage.at(w.off), guessed)
	}

	indefinite := h.length < 0 && h.constructed
	end := limit // unless it is shorter
	if h.length >= 0 {
		end = start + min(h.length, limit-start)
	}
	n.Content, n.End = w.data[start:end:end], end

	switch {
	case h.constructed && h.damage != errTagCut && h.damage != errLengthCut:
		if w.depth < w.limits.Depth {
			w.push(start, end, indefinite, guessed)
			return
		}
		if end > start {
			w.noteNode(n, errDepthLimit.at(w.off), guessed)
		}
		if indefinite {
			w.skipIndefinite(n, &h, limit)
		}
	case w.limits.Encapsulated && h.damage == nil && w.depth < w.limits.Depth:
		if inner, ok := encapsulated(&h, n.Content); ok {
			n.Encapsulated = true
			w.push(start+inner, end, false, true)
			return
		}
	}
	w.off = n.End
}

func (w *walker) push(start, limit int, indefinite, guessed bool) {
	w.open[w.depth] = frame{node: len(w.nodes) - 1, limit: limit, indefinite: indefinite, guessed: guessed}
	w.depth++
	w.off = start
}

// skipIndefinite finds the end of an element of indefinite length that is not descended into.
func (w *walker) skipIndefinite(n *Node, h *header, limit int) {
	size, damage := skip(w.data[n.Offset:limit], h)
	n.End = n.Offset + size
	end := n.End
	if damage == nil {
		end -= 2
	}
	n.Content = w.data[n.Offset+n.Header : end : end]
}

// closeEnded closes the open elements that end at w.off.
func (w *walker) closeEnded() {
	for w.depth > 0 {
		f := &w.open[w.depth-1]
		end := w.off
		switch {
		case f.indefinite && f.limit-end >= 2 && w.data[end] == 0 && w.data[end+1] == 0:
			w.off += 2
		case end < f.limit:
			return
		case f.indefinite:
			w.noteNode(&w.nodes[f.node], errEOCMissing.at(end), f.guessed)
		}
		if f.indefinite {
			n := &w.nodes[f.node]
			n.Content, n.End = w.data[n.Offset+n.Header:end:end], w.off
		}
		w.depth--
	}
}

// stop ends the walk at the node limit. It is noted at the element whose children are not all
// listed; those of indefinite length around it keep the ends that they cannot exceed.
func (w *walker) stop() {
	f := &w.open[w.depth-1]
	w.noteNode(&w.nodes[f.node], errNodeLimit.at(w.off), false)
}

// noteNode records damage of a node. The first at a node stays: what follows follows from it.
func (w *walker) noteNode(n *Node, e *Error, guessed bool) {
	if n.Err == nil {
		n.Err = e
	}
	w.note(e, guessed)
}

func (w *walker) note(e *Error, guessed bool) {
	if w.err == nil && !guessed {
		w.err = e
	}
}

// encapsulated tells whether content looks like one element, and where in it that begins. The
// rule is the one dumpasn1 goes by: a universal or context-specific tag, but not 0, and a length
// that fills the string exactly; constructed only if it is a SEQUENCE or SET, and of indefinite
// length only a SEQUENCE that begins with an element; a BIT STRING only if it has more than four
// octets, and no unused bits.
func encapsulated(h *header, content []byte) (start int, ok bool) {
	if h.class != Universal {
		return 0, false
	}
	switch h.tag {
	case TagOctetString:
	case TagBitString:
		const flags = 4 // octets: so few are flags
		if len(content) <= 1+flags || content[0] != 0 {
			return 0, false // or there are unused bits: these are no octets
		}
		start = 1
	default:
		return 0, false
	}
	inner := content[start:]
	var in header
	in.read(inner)
	switch {
	case in.damage != nil, in.tag == 0, in.tag > 0x31, in.class != Universal && in.class != ContextSpecific:
		return 0, false
	case in.constructed && in.tag != TagSequence && in.tag != TagSet:
		return 0, false
	case in.length < 0:
		if in.class != Universal || in.tag != TagSequence {
			return 0, false
		}
		var first header
		first.read(inner[in.size:])
		return start, first.damage == nil
	}
	return start, in.size+in.length == len(inner)
}
