#!/bin/bash
# Writes docs/tls-matrix.md: how many SIP messages of each capture in testdata/peers, and of what make
# makes, sipsecdump, ssldump and tshark read, with the server's keys and with the key log. Run it at
# the top of the repository; it needs go, ssldump and tshark, and some minutes.
set -eu
peers=testdata/peers
out=docs/tls-matrix.md
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
go build -o "$tmp/sipsecdump" ./cmd/sipsecdump

# run COMMAND... : its output in $tmp/text; died is set if a signal ended it.
run() {
	died=
	local code=0
	{ timeout 60 "$@" >"$tmp/text" 2>"$tmp/stderr"; } 2>/dev/null || code=$?
	if [ "$code" -ge 128 ]; then died=crash; fi
}

# cell PATTERN: how many lines match, or how the program ended.
cell() {
	local n
	n=$(grep -a -c -E "$1" "$tmp/text" || true)
	echo "${died:+$died, }$n"
}

ours() {
	run "$tmp/sipsecdump" -j --show sip "$@"
	cell '"event":"sip"'
}

theirs_ssldump() {
	run ssldump -n -d -r "$@"
	# In TLS 1.0 the first octet may be in a record of its own.
	cell '^ *M?ESSAGE sips?:|^ *S?IP/2\.0 200'
}

theirs_tshark() {
	run tshark -d tcp.port==5061,tls -d tls.port==5061,sip -d udp.port==5061,dtls -Y sip "$@"
	cell 'Request: MESSAGE|Status: 200'
}

# facts CAPTURE: version, suite and what is special, of the last connection.
facts() {
	"$tmp/sipsecdump" -j --show verdict "$1" -l "${1%.pcap}.keylog" | sed -n '/"event":"tls_verdict"/p' | tail -1 |
		python3 -c '
import json, sys
v = json.loads(sys.stdin.read() or "{}")
names = {"3.0": "SSL 3.0", "3.1": "TLS 1.0", "3.2": "TLS 1.1", "3.3": "TLS 1.2", "3.4": "TLS 1.3", "254.255": "DTLS 1.0", "254.253": "DTLS 1.2"}
also = [n for k, n in (("extended_master_secret", "EMS"), ("encrypt_then_mac", "EtM"), ("resumed", "resumed")) if v.get(k)]
h = v.get("history", "")
if h.count("C") - h.count("j") > 1 and not h.count("v"): also.append("renegotiation")
if "X" in h: also.append("client authentication")
if "j" in h: also.append("HelloRetryRequest")
if "E" in h: also.append("early data")
if "P" in h or "p" in h: also.append("KeyUpdate")
print("%s | %s | %s" % (names.get(v.get("version"), "?"), v.get("cipher_suite", "?"), ", ".join(also)))'
}

# four COMMAND: the cells of the four captures that made has, by a command with a capture behind it.
four() {
	local kind file all=
	for kind in plain resumed client both; do
		file=$tmp/made-$kind.pcap
		all="$all $($1 "$file" | sed "s/^crash, 0$/crash/")"
	done
	echo "${all# }"
}
with_log() {
	case $1 in
	ours) ours "$2" -l "$2.keylog" ;;
	ssldump) theirs_ssldump "$2" -l "$2.keylog" ;;
	tshark) theirs_tshark -r "$2" -o "tls.keylog_file:$2.keylog" ;;
	esac
}
with_key() {
	case $1 in
	ours) ours "$2" -k "$tmp/rsa" ;;
	ssldump) theirs_ssldump "$2" -k "$rsa_key" ;;
	tshark) theirs_tshark -r "$2" -o "uat:rsa_keys:\"$rsa_key\",\"\"" ;;
	esac
}

# made VERSION SUITE: the row of what make makes with these; nothing if it cannot.
made() {
	local keys=rsa kind=rsa-2048 log key p cells=
	case $2 in *_ECDSA_*) keys=ecdsa kind=ecdsa-p256 ;; esac
	make() { "$tmp/sipsecdump" make tls --keys "$tmp/$keys" --key $kind --tls "$version" --suite "$suite" -o "$tmp/made-$1.pcap" "${@:2}" >/dev/null 2>&1; }
	local version=$1 suite=$2
	make plain || return 0
	make resumed --resume ticket
	make client --client-auth
	make both --resume ticket --client-auth
	for p in ours ssldump tshark; do
		key=-
		log=$(four "with_log $p")
		case $2 in TLS_RSA_*) key=$(four "with_key $p") ;; esac
		cells="$cells $key | $log |"
	done
	echo "| $1 | $2 |$cells"
}

keys=$peers/keys/domain_key_example.net.pem
rsa_key=$tmp/rsa/domain_key_example.net.pem
columns='sipsecdump, key | key log | ssldump, key | key log | tshark, key | key log |'
{
	echo '# TLS: what is read, beside ssldump and tshark'
	echo
	echo 'Written by `docs/tls-matrix.sh`. A cell is the number of SIP messages that were read, with the'
	echo 'server'\''s RSA key and with the key log; "crash": a signal ended the program. With a key nobody can'
	echo 'read what an ephemeral key exchange or TLS 1.3 protects.'
	echo
	echo "$(ssldump -v 2>&1 | head -1) (1.5 says so of itself, too), $(tshark --version 2>/dev/null | head -1 | sed 's/ (Git.*//'), each with its defaults."
	echo
	echo '## Captures of other implementations'
	echo
	echo 'Each row is a capture of `testdata/peers`; its README tells how it was made.'
	echo
	echo "| capture | version | cipher suite | also | $columns"
	echo '|---|---|---|---|---|---|---|---|---|---|'
	for c in $peers/*.pcap; do
		log=${c%.pcap}.keylog
		printf '| `%s` | %s | %s | %s | %s | %s | %s | %s |\n' "$(basename "$c" .pcap)" "$(facts "$c")" \
			"$(ours "$c" -k $peers/keys)" "$(ours "$c" -l "$log")" \
			"$(theirs_ssldump "$c" -k $keys)" "$(theirs_ssldump "$c" -l "$log")" \
			"$(theirs_tshark -r "$c" -o "uat:rsa_keys:\"$keys\",\"\"")" "$(theirs_tshark -r "$c" -o "tls.keylog_file:$log")"
	done
	echo
	echo '## What `sipsecdump make tls` makes'
	echo
	echo 'Each row is a version and a suite that crypto/tls speaks, each cell four captures: one connection (two'
	echo 'messages); two, the second of which resumes the first by ticket (four); and both again with client'
	echo 'authentication. -: no key opens it.'
	echo
	echo "| version | cipher suite | $columns"
	echo '|---|---|---|---|---|---|---|---|'
	suites=$({ "$tmp/sipsecdump" make tls --suite none -o "$tmp/none.pcap" 2>&1 || true; } | grep -o 'TLS_[A-Z0-9_]*')
	for version in 1.0 1.1 1.2 1.3; do
		for suite in $suites; do
			made "$version" "$suite"
		done
	done
	echo
	echo '## How `--style ssldump` differs from ssldump 1.5'
	echo
	echo 'Only in these ways, as a test makes sure with the captures above, that of the draft, and more that'
	echo '`sipsecdump make` makes. They are defects of ssldump or of the library that it stands on, or tell'
	echo 'nothing of the capture.'
	echo
	echo '<!-- deviations -->'
	echo '<!-- end of deviations -->'
} >"$tmp/page"
mv "$tmp/page" "$out"
go test ./cmd/sipsecdump -run TestDeviationsPage -update
