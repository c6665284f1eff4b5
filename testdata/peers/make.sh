#!/bin/bash
# Makes the captures of this folder: openssl and gnutls talk SIP over TLS on loopback while
# tcpdump listens. Needs root (a network namespace of its own), openssl, gnutls-bin, tcpdump,
# iproute2 and, for keys that are not there yet, go.
#
#   testdata/peers/make.sh          all captures
#   testdata/peers/make.sh NAME...  these
#
# Every capture NAME.pcap gets its key log NAME.keylog. The keys in keys/ stay if they are there.
set -eu
cd "$(dirname "$0")"

if [ ! -f keys/domain_key_example.net.pem ]; then
	made=$(mktemp -d)
	certs=${SIPSECDUMP:-go run ../../cmd/sipsecdump}
	$certs certs make -o "$made/rsa" example.com example.net >/dev/null
	$certs certs make -o "$made/ec" --key ecdsa-p256 example.net >/dev/null
	mkdir -p keys
	cp "$made"/rsa/root_cert_fluffyCA.pem "$made"/rsa/domain_{key,cert}_example.{com,net}.pem keys/
	cp "$made"/ec/domain_key_example.net.pem keys/ec_key_example.net.pem
	cp "$made"/ec/domain_cert_example.net.pem keys/ec_cert_example.net.pem
	chmod 644 keys/*
	rm -r "$made"
fi

# A namespace of its own: no other traffic, and addresses for documentation (RFC 5737).
if [ -z "${PEERS_INSIDE:-}" ]; then
	PEERS_INSIDE=1 exec unshare -n "$PWD/make.sh" "$@"
fi
ip link set lo up
ip addr add 192.0.2.1/32 dev lo
ip addr add 192.0.2.2/32 dev lo
ip route replace local 192.0.2.2 dev lo table local src 192.0.2.1

tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
port=5061
rsa="-cert keys/domain_cert_example.net.pem -key keys/domain_key_example.net.pem"
ec="-cert keys/ec_cert_example.net.pem -key keys/ec_key_example.net.pem"
own="-cert keys/domain_cert_example.com.pem -key keys/domain_key_example.com.pem"
psk="-psk 000102030405060708090a0b0c0d0e0f"
weak=@SECLEVEL=0

crlf() { sed 's/$/\r/'; }
crlf >"$tmp/request" <<'SIP'
MESSAGE sips:kumiko@example.net SIP/2.0
Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK-0123456789abcdef;rport
Max-Forwards: 70
To: <sips:kumiko@example.net>
From: <sips:fluffy@example.com>;tag=1a93430b
Call-ID: 5eda27a67de6283d@example.com
CSeq: 1 MESSAGE
Content-Type: text/plain
Content-Length: 8

Hello!
SIP
crlf >"$tmp/response" <<'SIP'
SIP/2.0 200 OK
Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK-0123456789abcdef;rport=5061
To: <sips:kumiko@example.net>;tag=0d075510
From: <sips:fluffy@example.com>;tag=1a93430b
Call-ID: 5eda27a67de6283d@example.com
CSeq: 1 MESSAGE
Content-Length: 0

SIP

listen() { # NAME: starts tcpdump
	name=$1
	rm -f "$name.pcap" "$name.keylog"
	tcpdump -Z root -i lo -w "$name.pcap" -U --immediate-mode "port $port" 2>"$tmp/tcpdump" &
	tcpdump=$!
	until grep -q listening "$tmp/tcpdump"; do sleep 0.05; done
}

finish() { # stops what listens and serves
	sleep 0.4
	kill "$server" 2>/dev/null || true
	sleep 0.2
	kill -INT "$tcpdump"
	wait "$tcpdump" || true
	rm -f "$tmp/in"
}

serve() { # ARGS...: an openssl server that answers each MESSAGE
	mkfifo "$tmp/in"
	openssl s_server -quiet -accept 192.0.2.2:$port "$@" <"$tmp/in" 2>"$tmp/server.err" >"$tmp/out" &
	server=$!
	(
		tail -n +1 -f --pid="$server" "$tmp/out" 2>/dev/null | while IFS= read -r line; do
			case $line in MESSAGE*) sleep 0.1; cat "$tmp/response" ;; esac
		done
	) >"$tmp/in" &
	sleep 0.3
}

say() { # what a client's user types: a MESSAGE, then he waits
	sleep 0.2
	cat "$tmp/request"
	sleep 0.7
}

call() { # ARGS...: an openssl client that sends a MESSAGE
	say | timeout 10 openssl s_client -connect 192.0.2.2:$port -servername example.net -quiet -no_ign_eof \
		-keylogfile "$name.keylog" "$@" >/dev/null 2>"$tmp/client.err" || cat "$tmp/client.err"
}

wanted=" $* "
is() { # NAME: is it asked for?
	[ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]]
}

talk() { # NAME SERVER-ARGS CLIENT-ARGS
	is "$1" || return 0
	listen "$1"
	: >"$tmp/out"
	serve $2
	call $3
	finish
}

# Key exchange and cipher suites.
talk rsa-etm "-tls1_2 $rsa" "-tls1_2 -cipher AES128-SHA256:$weak"
talk rsa-etm-tls10 "-tls1 -cipher ALL:$weak $rsa" "-tls1 -cipher AES256-SHA:$weak"
talk dhe-rsa "-tls1_2 $rsa" "-tls1_2 -cipher DHE-RSA-AES256-SHA:$weak"
talk dhe-rsa-gcm "-tls1_2 $rsa" "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256"
talk camellia "-tls1_2 -cipher ALL:$weak $rsa" "-tls1_2 -cipher CAMELLIA256-SHA256:$weak"
talk camellia-sha1 "-tls1_1 -cipher ALL:$weak $rsa" "-tls1_1 -cipher CAMELLIA128-SHA:$weak"
talk aria-gcm "-tls1_2 -cipher ALL:$weak $rsa" "-tls1_2 -cipher ARIA128-GCM-SHA256:$weak"
talk aria256-gcm "-tls1_2 -cipher ALL:$weak $rsa" "-tls1_2 -cipher ECDHE-ARIA256-GCM-SHA384:$weak"
talk ccm "-tls1_2 -cipher ALL:$weak $rsa" "-tls1_2 -cipher AES128-CCM:$weak"
talk ccm8-ecdsa "-tls1_2 -cipher ALL:$weak $ec" "-tls1_2 -cipher ECDHE-ECDSA-AES256-CCM8:$weak"
talk chacha20 "-tls1_2 $rsa" "-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305"
talk null-sha256 "-tls1_2 -cipher ALL:eNULL:$weak $rsa" "-tls1_2 -cipher NULL-SHA256:$weak"
talk anonymous-dh "-tls1_2 -nocert -cipher ALL:$weak" "-tls1_2 -cipher ADH-AES128-SHA256:$weak"
talk psk "-tls1_2 -nocert $psk -cipher ALL:$weak" "-tls1_2 $psk -cipher PSK-AES128-CBC-SHA256:$weak"
talk rsa-psk "-tls1_2 $rsa $psk -cipher ALL:$weak" "-tls1_2 $psk -cipher RSA-PSK-AES128-GCM-SHA256:$weak"

# Extensions.
talk max-fragment-length "-tls1_2 $rsa" "-tls1_2 -cipher AES128-GCM-SHA256 -maxfraglen 512"
talk client-auth "-tls1_2 -Verify 1 -verify_quiet $rsa" "-tls1_2 -cipher AES128-SHA $own"

# TLS 1.3.
talk tls13-aes256 "-tls1_3 $rsa" "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384"
talk tls13-chacha20 "-tls1_3 $rsa" "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256"
talk tls13-ccm "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256 $rsa" "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256"
talk tls13-hello-retry "-tls1_3 -groups P-384 $rsa" "-tls1_3 -groups X25519:P-384"
talk tls13-client-auth "-tls1_3 -Verify 1 -verify_quiet $ec" "-tls1_3 $own"

# DTLS, over UDP.
talk dtls12 "-dtls1_2 $rsa" "-dtls1_2 -cipher AES128-SHA256:$weak"

# Resumption: two connections, the second one short.
resume() { # NAME SERVER-ARGS CLIENT-ARGS
	is "$1" || return 0
	listen "$1"
	: >"$tmp/out"
	serve $2
	call $3 -sess_out "$tmp/session"
	call $3 -sess_in "$tmp/session"
	finish
}
resume resume-by-id "-tls1_2 -no_ticket $rsa" "-tls1_2 -no_ticket -cipher AES128-SHA"
resume resume-by-id-tls10 "-tls1 -cipher ALL:$weak -no_ticket $rsa" "-tls1 -no_ticket -cipher AES128-SHA:$weak"
resume resume-by-ticket "-tls1_2 $rsa" "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256"
resume tls13-resume "-tls1_3 $rsa" "-tls1_3"

# A second handshake inside the connection; it is the client that asks, then the MESSAGE follows.
if is renegotiation; then
	listen renegotiation
	: >"$tmp/out"
	serve -tls1_2 -client_renegotiation $rsa
	{
		sleep 0.3; printf 'R\n'; sleep 0.3; say
	} | timeout 10 openssl s_client -connect 192.0.2.2:$port -servername example.net -tls1_2 -cipher AES128-SHA \
		-keylogfile renegotiation.keylog >/dev/null 2>&1
	finish
fi

# New keys inside a TLS 1.3 connection (RFC 8446, Section 4.6.3), the peer's asked for too.
if is tls13-key-update; then
	listen tls13-key-update
	: >"$tmp/out"
	serve -tls1_3 $rsa
	{
		sleep 0.3; printf 'K\n'; sleep 0.3; say
	} | timeout 10 openssl s_client -connect 192.0.2.2:$port -servername example.net -tls1_3 \
		-keylogfile tls13-key-update.keylog >/dev/null 2>&1
	finish
fi

# Early data (RFC 8446, Section 2.3): the MESSAGE is in the first flight of the second connection.
if is tls13-early-data; then
	listen tls13-early-data
	: >"$tmp/out"
	serve -tls1_3 -early_data $rsa
	call -tls1_3 -sess_out "$tmp/session"
	{ sleep 0.9; } | timeout 10 openssl s_client -connect 192.0.2.2:$port -servername example.net -quiet -no_ign_eof -tls1_3 \
		-sess_in "$tmp/session" -early_data "$tmp/request" -keylogfile tls13-early-data.keylog >/dev/null 2>&1
	finish
fi

# gnutls' server sends back what it is sent.
gnutls() { # NAME SERVER-PRIORITY CLIENT-PRIORITY
	is "$1" || return 0
	listen "$1"
	gnutls-serv --echo -q -p $port --priority "$2" --x509certfile keys/domain_cert_example.net.pem \
		--x509keyfile keys/domain_key_example.net.pem >/dev/null 2>&1 &
	server=$!
	sleep 0.5
	say | SSLKEYLOGFILE=$1.keylog gnutls-cli --insecure --priority "$3" --sni-hostname example.net -p $port 192.0.2.2 \
		>/dev/null 2>"$tmp/client.err" || cat "$tmp/client.err"
	finish
}
plain=NORMAL:-VERS-ALL:+VERS-TLS1.2
gnutls gnutls-camellia-gcm "$plain:+CAMELLIA-128-GCM:+RSA" "$plain:-CIPHER-ALL:+CAMELLIA-128-GCM:-KX-ALL:+RSA"
gnutls gnutls-etm "$plain" "$plain:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA1:-KX-ALL:+RSA"
gnutls gnutls-tls13 NORMAL:-VERS-ALL:+VERS-TLS1.3 NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+CHACHA20-POLY1305
gnutls gnutls-ccm8 "$plain:+AES-256-CCM-8" "$plain:-CIPHER-ALL:+AES-256-CCM-8:-KX-ALL:+RSA"

# s_server of OpenSSL 3.0 adds a comment; only the lines count.
for log in *.keylog; do
	grep -v '^#' "$log" | sort -u >"$tmp/log" && cat "$tmp/log" >"$log"
done
wc -c ./*.pcap | tail -1
