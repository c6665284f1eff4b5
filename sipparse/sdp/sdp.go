package sdp

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	pion "github.com/pion/sdp/v3"
)

// Session is the summary of one description. It shares nothing with the octets it was made of.
type Session struct {
	Origin  string // o= without its version: "alice 2890844526 IN IP4 192.0.2.1"
	Version uint64 // of o=: a new one for each change (RFC 3264, Section 8)
	Media   []Media
	Cut     bool // there was more than the limits keep
}

// Media is one m-line with what belongs to it.
type Media struct {
	Type      string // "audio"
	Address   string // of the c-line that holds for it; "" if there is none
	Port      int    // 0: refused, or switched off
	Proto     string // "RTP/SAVP"
	Codecs    []string
	Direction string // "sendrecv", which is the default, "sendonly", "recvonly" or "inactive"
	// Keying tells where the keys of secured media come from, each with what is public of it:
	// "sdes AES_CM_128_HMAC_SHA1_80" (RFC 4568), "dtls sha-256 4A:AD:…" (RFC 8122),
	// "mikey" (RFC 4567), "zrtp" (RFC 6189).
	Keying []string

	keys uint64 // changes when the keys of a=crypto do; never told
}

// errTooLong is the error of a description beyond MaxDescription.
var errTooLong = errors.New("the session description is longer than " + strconv.Itoa(MaxDescription) + " octets")

// errNoOrigin is the error of what lacks the line that every description has second.
var errNoOrigin = errors.New("the session description has no o= line")

// Summarize reads a description. The error tells why it could not be read; there is no Session
// then.
func Summarize(description []byte) (*Session, error) {
	if len(description) > MaxDescription {
		return nil, errTooLong
	}
	var d pion.SessionDescription
	// A copy: the attributes that are kept are cut from it.
	whole := string(description)
	if err := d.UnmarshalString(whole); err != nil {
		if !usual(&d, whole) {
			return nil, err
		}
	}
	if d.Origin.UnicastAddress == "" {
		return nil, errNoOrigin
	}
	s := &Session{
		Origin: text(d.Origin.Username + " " + strconv.FormatUint(d.Origin.SessionID, 10) + " " +
			d.Origin.NetworkType + " " + d.Origin.AddressType + " " + d.Origin.UnicastAddress),
		Version: d.Origin.SessionVersion,
		Media:   make([]Media, 0, min(len(d.MediaDescriptions), maxMedia)),
	}
	for _, md := range d.MediaDescriptions {
		if len(s.Media) == maxMedia {
			s.Cut = true
			break
		}
		s.Media = append(s.Media, s.media(&d, md))
	}
	return s, nil
}

func (s *Session) media(d *pion.SessionDescription, md *pion.MediaDescription) Media {
	m := Media{
		Type:      text(md.MediaName.Media),
		Port:      md.MediaName.Port.Value,
		Proto:     text(strings.Join(md.MediaName.Protos, "/")),
		Direction: "sendrecv",
	}
	if c := md.ConnectionInformation; c != nil && c.Address != nil {
		m.Address = text(c.Address.Address)
	} else if c := d.ConnectionInformation; c != nil && c.Address != nil {
		m.Address = text(c.Address.Address)
	}
	for _, a := range d.Attributes {
		s.attribute(&m, a)
	}
	for _, a := range md.Attributes {
		s.attribute(&m, a)
	}
	for _, f := range md.MediaName.Formats {
		if len(m.Codecs) == maxCodecs {
			s.Cut = true
			break
		}
		m.Codecs = append(m.Codecs, codec(md, f))
	}
	return m
}

// attribute takes one of the session or of the media; those of the media come last and count.
func (s *Session) attribute(m *Media, a pion.Attribute) {
	switch a.Key {
	case "sendrecv", "sendonly", "recvonly", "inactive":
		m.Direction = strings.Clone(a.Key)
	case "crypto":
		// tag, suite, keys: the keys stay here.
		fields := strings.Fields(a.Value)
		if len(fields) > 1 {
			s.keying(m, "sdes "+fields[1])
		}
		h := fnv.New64a()
		fmt.Fprintf(h, "%d %s", m.keys, a.Value)
		m.keys = h.Sum64()
	case "fingerprint":
		s.keying(m, "dtls "+strings.TrimSpace(a.Value))
	case "key-mgmt":
		kind, _, _ := strings.Cut(strings.TrimSpace(a.Value), " ")
		s.keying(m, kind)
	case "zrtp-hash":
		s.keying(m, "zrtp")
	}
}

func (s *Session) keying(m *Media, k string) {
	switch k = text(k); {
	case slices.Contains(m.Keying, k):
	case len(m.Keying) == maxKeying:
		s.Cut = true
	default:
		m.Keying = append(m.Keying, k)
	}
}

// static are the payload types that need no rtpmap (RFC 3551, Section 6).
var static = map[string]string{
	"0": "PCMU/8000", "3": "GSM/8000", "4": "G723/8000", "5": "DVI4/8000", "6": "DVI4/16000",
	"7": "LPC/8000", "8": "PCMA/8000", "9": "G722/8000", "10": "L16/44100/2", "11": "L16/44100",
	"12": "QCELP/8000", "13": "CN/8000", "14": "MPA/90000", "15": "G728/8000", "16": "DVI4/11025",
	"17": "DVI4/22050", "18": "G729/8000", "25": "CelB/90000", "26": "JPEG/90000", "28": "nv/90000",
	"31": "H261/90000", "32": "MPV/90000", "33": "MP2T/90000", "34": "H263/90000",
}

// codec names a format: by its rtpmap, by what RFC 3551 assigns, or as it is.
func codec(md *pion.MediaDescription, format string) string {
	for _, a := range md.Attributes {
		if a.Key != "rtpmap" || len(a.Value) <= len(format) || a.Value[len(format)] != ' ' {
			continue
		}
		if strings.HasPrefix(a.Value, format) {
			return text(strings.TrimSpace(a.Value[len(format):]))
		}
	}
	if name, ok := static[format]; ok && slices.Contains(md.MediaName.Protos, "RTP") {
		return name
	}
	return text(format)
}

// text is a copy of s within the bound.
func text(s string) string { return strings.Clone(s[:min(len(s), maxText)]) }

// Octets is about how much memory the summary takes.
func (s *Session) Octets() int {
	n := 64 + len(s.Origin)
	for i := range s.Media {
		m := &s.Media[i]
		n += 160 + len(m.Address) + len(m.Proto)
		for _, list := range [][]string{m.Codecs, m.Keying} {
			for _, t := range list {
				n += 16 + len(t)
			}
		}
	}
	return n
}
