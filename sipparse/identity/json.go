package identity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Object is a JSON object with its members in their order. It marshals to what it was.
type Object []Member

// Member is a member of an Object.
type Member struct {
	Name string
	// Value is nil, bool, json.Number, string, []any or Object.
	Value any
}

// Get returns the value of a member.
func (o Object) Get(name string) (v any, ok bool) {
	for _, m := range o {
		if m.Name == name {
			return m.Value, true
		}
	}
	return nil, false
}

// text returns a member that is a string, or "".
func (o Object) text(name string) string {
	v, _ := o.Get(name)
	s, _ := v.(string)
	return s
}

// MarshalJSON writes the members in their order, without white space.
func (o Object) MarshalJSON() ([]byte, error) { return appendJSON(nil, o) }

func appendJSON(b []byte, v any) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case Object:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendJSON(b, m.Name); err != nil {
				return nil, err
			}
			b = append(b, ':')
			if b, err = appendJSON(b, m.Value); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendJSON(b, e); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	}
	var w bytes.Buffer
	enc := json.NewEncoder(&w)
	enc.SetEscapeHTML(false) // signatures are made over what is not escaped
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return append(b, w.Bytes()[:w.Len()-1]...), nil
}

// sorted returns the value with the members of all objects in the order of their names, which is
// the form that is signed (RFC 8225, Section 9). It is as deep as parseObject allows.
func sorted(v any) any {
	switch v := v.(type) {
	case Object:
		o := make(Object, len(v))
		for i, m := range v {
			o[i] = Member{m.Name, sorted(m.Value)}
		}
		slices.SortStableFunc(o, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		return o
	case []any:
		a := make([]any, len(v))
		for i := range v {
			a[i] = sorted(v[i])
		}
		return a
	}
	return v
}

// isDeterministic tells whether text is what RFC 8225, Section 9 makes of the object.
func isDeterministic(o Object, text []byte) bool {
	b, err := appendJSON(nil, sorted(o))
	return err == nil && bytes.Equal(b, text)
}

var (
	errUTF8  = errors.New("it is not UTF-8")
	errDepth = fmt.Errorf("it is nested deeper than %d", maxDepth)
	errMany  = fmt.Errorf("it has more than %d values", maxValues)
)

// parseObject reads a JSON object, and nothing but one, with no name twice in an object.
func parseObject(text []byte) (Object, error) {
	if !utf8.Valid(text) {
		return nil, errUTF8
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	type level struct {
		object  bool
		members Object
		values  []any
		name    string
		named   bool // name is there, its value is not
	}
	var open []level
	for values := 0; ; {
		t, err := dec.Token()
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if len(open) == 0 && t != json.Delim('{') {
			return nil, errors.New("it is not an object")
		}
		var v any = t
		if d, ok := t.(json.Delim); ok {
			switch d {
			case '{', '[':
				if len(open) == maxDepth {
					return nil, errDepth
				}
				open = append(open, level{object: d == '{', members: Object{}, values: []any{}})
				continue
			}
			top := open[len(open)-1]
			if v = top.values; top.object {
				v = top.members
			}
			open = open[:len(open)-1]
			if len(open) == 0 {
				if _, err := dec.Token(); err != io.EOF {
					return nil, errors.New("something follows it")
				}
				return v.(Object), nil
			}
		}
		top := &open[len(open)-1]
		if top.object && !top.named {
			top.name, top.named = v.(string), true
			if _, twice := top.members.Get(top.name); twice {
				return nil, fmt.Errorf("it has %q twice", top.name)
			}
			continue
		}
		if values++; values > maxValues {
			return nil, errMany
		}
		if top.object {
			top.members = append(top.members, Member{top.name, v})
			top.named = false
		} else {
			top.values = append(top.values, v)
		}
	}
}
