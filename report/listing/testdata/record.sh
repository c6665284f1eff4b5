#!/bin/sh
# Records the samples anew, into the directory where it is called. Needs openssl, tcpdump and
# the right to capture on loopback.
set -eu

make_certificate() { # NAME SUBJECT KEY-OPTIONS...
	name=$1 subject=$2
	shift 2
	openssl req -x509 "$@" -nodes -keyout "$name.key.pem" -out "$name.cert.pem" -days 3650 -subj "$subject" \
		-addext "subjectAltName=DNS:example.net,URI:sip:example.net"
}

talk() { # OPTIONS...
	(printf 'OPTIONS sip:a@b SIP/2.0\r\nVia: x\n\r\n'; sleep 0.2; printf 'h\303\251llo\n'; sleep 0.2) |
		timeout 5 openssl s_client -connect "127.0.0.1:$port" "$@" >/dev/null 2>&1 || true
}

port=23456
sample() { # NAME SERVER-OPTIONS CLIENT-OPTIONS [CLIENT-OPTIONS]
	port=$((port + 1))
	tcpdump --immediate-mode -i lo -U -w "$1.pcap" tcp port "$port" 2>/dev/null &
	recorder=$!
	sleep 1
	openssl s_server -accept "$port" -quiet -rev $2 >/dev/null 2>&1 &
	server=$!
	sleep 1
	talk $3
	[ $# -lt 4 ] || talk $4
	sleep 1
	kill "$server" "$recorder"
	wait
}

make_certificate server /CN=example.net -newkey rsa:2048
make_certificate client /CN=example.com -newkey rsa:2048
make_certificate ec /CN=ec.example.net -newkey ec -pkeyopt ec_paramgen_curve:P-256
mv server.key.pem key.pem

rsa="-cert server.cert.pem -key key.pem"
client="-cert client.cert.pem -key client.key.pem"
all=ALL:@SECLEVEL=0
sample rsa10 "$rsa -tls1 -cipher $all" "-tls1 -cipher AES128-SHA:AES256-SHA:@SECLEVEL=0 -servername example.net"
sample rsa12 "$rsa -tls1_2 -cipher $all -alpn sip" \
	"-tls1_2 -cipher $all:!DHE:!ECDHE:!PSK:!aNULL:!SRP:!ARIA:!AESCCM -alpn sip,http/1.1 -servername example.net -status"
sample resume11 "$rsa -tls1_1 -cipher $all -no_ticket" \
	"-tls1_1 -cipher AES256-SHA:@SECLEVEL=0 -sess_out session.pem" "-tls1_1 -cipher AES256-SHA:@SECLEVEL=0 -sess_in session.pem"
sample auth10 "$rsa -tls1 -cipher $all -Verify 1 -CAfile client.cert.pem" "-tls1 -cipher AES128-SHA:@SECLEVEL=0 $client"
sample auth12 "$rsa -tls1_2 -cipher $all -Verify 1 -CAfile client.cert.pem" "-tls1_2 -cipher AES128-SHA256:@SECLEVEL=0 $client"
sample dhe11 "$rsa -tls1_1 -cipher $all" "-tls1_1 -cipher DHE-RSA-AES128-SHA:@SECLEVEL=0"
sample ecdhe12 "-cert ec.cert.pem -key ec.key.pem -tls1_2" "-tls1_2 -servername example.net -alpn sip"
sample refused12 "$rsa -tls1_2 -cipher AES128-SHA" "-tls1_2 -cipher AES256-SHA"
sample tls13 "$rsa" "-groups X25519:P-256"
rm -f session.pem client.key.pem ec.key.pem ./*.cert.pem
