package capture_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// pcapFile builds a pcap file by hand: what frame.Writer does not write, too.
type pcapFile struct {
	order binary.AppendByteOrder
	b     []byte
}

func newPcap(order binary.AppendByteOrder, magic uint32, link uint32) *pcapFile {
	f := &pcapFile{order: order}
	f.words(magic)
	f.b = order.AppendUint16(f.b, 2)
	f.b = order.AppendUint16(f.b, 4)
	f.words(0, 0, 65535, link)
	return f
}

func (f *pcapFile) words(list ...uint32) {
	for _, w := range list {
		f.b = f.order.AppendUint32(f.b, w)
	}
}

func (f *pcapFile) packet(seconds, fraction uint32, length int, data []byte) *pcapFile {
	f.words(seconds, fraction, uint32(len(data)), uint32(length))
	f.b = append(f.b, data...)
	return f
}

// long is packet in Kuznetzov's format.
func (f *pcapFile) long(seconds, fraction uint32, length int, data []byte) *pcapFile {
	f.words(seconds, fraction, uint32(len(data)), uint32(length), 7, 0x08000400)
	f.b = append(f.b, data...)
	return f
}

// ngFile builds a pcapng file by hand.
type ngFile struct {
	order binary.AppendByteOrder
	b     []byte
}

func newPcapng(order binary.AppendByteOrder) *ngFile {
	f := &ngFile{}
	return f.section(order)
}

func (f *ngFile) section(order binary.AppendByteOrder) *ngFile {
	f.order = order
	return f.block(0x0a0d0d0a, f.join(uint32(0x1a2b3c4d), uint16(1), uint16(0), ^uint64(0)))
}

// join appends integers in the byte order of the section, and octets as they are.
func (f *ngFile) join(parts ...any) (b []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case uint16:
			b = f.order.AppendUint16(b, p)
		case uint32:
			b = f.order.AppendUint32(b, p)
		case uint64:
			b = f.order.AppendUint64(b, p)
		case []byte:
			b = append(b, p...)
		default:
			panic(p)
		}
	}
	return b
}

func (f *ngFile) block(kind uint32, body []byte) *ngFile {
	body = pad(body)
	n := uint32(12 + len(body))
	f.b = append(f.b, f.join(kind, n, body, n)...)
	return f
}

func (f *ngFile) option(code uint16, value []byte) []byte {
	return f.join(code, uint16(len(value)), pad(value))
}

func (f *ngFile) iface(link uint16, snaplen uint32, options ...[]byte) *ngFile {
	return f.block(1, f.join(link, uint16(0), snaplen, bytes.Join(options, nil)))
}

func (f *ngFile) enhanced(iface uint32, ticks uint64, length int, data []byte, options ...[]byte) *ngFile {
	return f.block(6, f.join(iface, uint32(ticks>>32), uint32(ticks), uint32(len(data)), uint32(length), pad(data), bytes.Join(options, nil)))
}

func pad(b []byte) []byte {
	return append(bytes.Clone(b), make([]byte, -len(b)&3)...)
}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}

func zstandard(b []byte) []byte {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return z.EncodeAll(b, nil)
}

func lz4Frame(b []byte) []byte {
	var buf bytes.Buffer
	z := lz4.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}
