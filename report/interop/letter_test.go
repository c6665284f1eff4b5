package interop_test

import (
	"bytes"
	"fmt"
	"testing"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/maker"
)

// Messages with bodies of S/MIME.

// lazy makes octets when they are needed: keys take their time.
type lazy = func() []byte

func eager(s string) lazy { return func() []byte { return []byte(s) } }

// greeting is a MIME entity that is signed or encrypted.
const greeting = "Content-Type: text/plain\r\n\r\nHello!\r\n"

// edited replaces the first of each second string by the one behind it.
func amended(b []byte, edits ...string) []byte {
	for i := 0; i < len(edits); i += 2 {
		if !bytes.Contains(b, []byte(edits[i])) {
			panic(fmt.Sprintf("there is no %q to edit", edits[i]))
		}
		b = bytes.Replace(b, []byte(edits[i]), []byte(edits[i+1]), 1)
	}
	return b
}

// request is a MESSAGE with a MIME entity for a body; the edits are of its header.
func ask(entity lazy, edits ...string) lazy {
	return letter("MESSAGE sip:kumiko@example.net SIP/2.0\r\n"+
		"Via: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK-1\r\n"+
		"Max-Forwards: 70\r\n"+
		"From: <sip:fluffy@example.com>;tag=1\r\n"+
		"To: <sip:kumiko@example.net>\r\n"+
		"Call-ID: 1@192.0.2.1\r\n"+
		"CSeq: 1 MESSAGE\r\n"+
		"Date: "+when.UTC().Format("Mon, 02 Jan 2006 15:04:05")+" GMT\r\n"+
		"Accept: multipart/signed, application/pkcs7-mime, text/plain\r\n", entity, edits...)
}

// response is a 200 with an entity for a body.
func reply(entity lazy, edits ...string) lazy {
	return letter("SIP/2.0 200 OK\r\n"+
		"Via: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK-1\r\n"+
		"From: <sip:fluffy@example.com>;tag=1\r\n"+
		"To: <sip:kumiko@example.net>;tag=2\r\n"+
		"Call-ID: 1@192.0.2.1\r\n"+
		"CSeq: 1 MESSAGE\r\n", entity, edits...)
}

func letter(head string, entity lazy, edits ...string) lazy {
	return func() []byte {
		header, body, _ := bytes.Cut(entity(), []byte("\r\n\r\n"))
		text := fmt.Sprintf("%s%s\r\nContent-Length: %d\r\n\r\n", head, header, len(body))
		return append(amended([]byte(text), edits...), body...)
	}
}

const boundary = "----boundary"

// signed is a multipart/signed of greeting; the edits are of all but the signature. What is empty in
// s is as it should be.
func signed(s signedData, edits ...string) lazy { return signedEntity(greeting, s, edits...) }

func signedEntity(entity string, s signedData, edits ...string) lazy {
	if s.content == nil {
		s.content = []byte(entity)
	}
	return multipart(entity, s.make, edits...)
}

func multipart(entity string, signature lazy, edits ...string) lazy {
	text := "Content-Type: multipart/signed;micalg=sha-256;protocol=\"application/pkcs7-signature\";boundary=" + boundary + "\r\n\r\n" +
		"--" + boundary + "\r\n" + entity + "\r\n--" + boundary + "\r\n" +
		"Content-Type: application/pkcs7-signature;name=smime.p7s\r\n" +
		"Content-Transfer-Encoding: binary\r\n" +
		"Content-Disposition: attachment;handling=required;filename=smime.p7s\r\n\r\n" +
		"(signature)\r\n--" + boundary + "--\r\n"
	return func() []byte {
		return bytes.Replace(amended([]byte(text), edits...), []byte("(signature)"), signature(), 1)
	}
}

// object is an entity with an object of an smime-type; the edits are of its header.
func object(kind string, der lazy, edits ...string) lazy {
	text := "Content-Type: application/pkcs7-mime;smime-type=" + kind + ";name=smime.p7m\r\n" +
		"Content-Disposition: attachment;handling=required;filename=smime.p7m\r\n" +
		"Content-Transfer-Encoding: binary\r\n\r\n"
	return func() []byte { return append(amended([]byte(text), edits...), der()...) }
}

// enveloped is an entity with an EnvelopedData of greeting, if nothing else is said.
func enveloped(e envelopedData, edits ...string) lazy {
	if e.content == nil {
		e.content = []byte(greeting)
	}
	return object("enveloped-data", e.make, edits...)
}

// tunnelled is the entity of a copy of a request; the edits are of its header.
func tunnelled(edits ...string) string {
	return "Content-Type: message/sip\r\n\r\n" + string(ask(eager(greeting), edits...)())
}

// sent is a capture of messages over TCP.
func sent(messages ...lazy) func(*testing.T) ([]byte, sipsecdump.Options) {
	return carried("tcp", nil, messages...)
}

// read is a capture of messages over TCP, read with a keyring.
func read(k func() *pki.Keyring, messages ...lazy) func(*testing.T) ([]byte, sipsecdump.Options) {
	return carried("tcp", k, messages...)
}

func carried(transport string, k func() *pki.Keyring, messages ...lazy) func(*testing.T) ([]byte, sipsecdump.Options) {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		var octets [][]byte
		for _, m := range messages {
			octets = append(octets, m())
		}
		capture, o := made(maker.Options{Scenario: "script", Transport: transport, Script: maker.Script(octets...), Start: when})(t)
		if k != nil {
			o.Keyring = k()
		}
		return capture, o
	}
}

// given is a keyring that trusts an authority, or nobody, and has the keys of others.
func given(trusted func() *identity, others ...func() *identity) func() *pki.Keyring {
	return func() *pki.Keyring {
		k := &pki.Keyring{}
		if trusted != nil {
			k.Trust(trusted().material())
		}
		for _, id := range others {
			k.Add(id().material())
		}
		return k
	}
}
