//go:build !amd64 || purego

package rsadp

import "testing"

func TestNone(t *testing.T) {
	if k := New(nil); k != nil || k.Decrypt(nil, nil) {
		t.Error("there is a key")
	}
}
