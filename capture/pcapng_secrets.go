package capture

import (
	"bytes"
	"io"
)

// SecretsTLS is the type of secrets in the format of NSS key logs.
const SecretsTLS = 0x544c534b

// Secrets is a Decryption Secrets Block of a pcapng file. It applies to packets after it.
type Secrets struct {
	Type   uint32
	Data   []byte // the caller's to keep
	Missed int64  // octets that were not kept, in this block and those after it: more than [MaxSecrets]
}

// keep reads a Decryption Secrets Block (Section 4.7).
func (f *pcapngFraming) keep(r *Reader) error {
	if err := f.atLeast(r, secretsMinLen); err != nil {
		return err
	}
	b, err := f.peek(r, 8)
	if err != nil {
		return err
	}
	kind, length := f.order.Uint32(b), int64(f.order.Uint32(b[4:]))
	if err := f.skip(r, 8); err != nil {
		return err
	}
	if length > f.rest-4 {
		return r.fail(f.block.offset, "secrets of %d octets end beyond their block of %d", length, f.block.length)
	}
	if f.waiting+length+secretsMinLen > MaxSecrets {
		if len(f.secrets) == 0 || f.secrets[len(f.secrets)-1].Missed == 0 {
			f.secrets = append(f.secrets, Secrets{Type: kind})
		}
		f.secrets[len(f.secrets)-1].Missed += max(length, 1)
		return nil
	}
	// The buffer grows with what is there, not with what is declared.
	var data bytes.Buffer
	n, err := io.CopyN(&data, &r.src, length)
	f.rest -= n
	if err != nil {
		return r.short(f.block.offset, err, "block")
	}
	f.secrets = append(f.secrets, Secrets{Type: kind, Data: data.Bytes()})
	f.waiting += length + secretsMinLen
	return nil
}
