#!/bin/bash
# Writes docs/tls-matrix.md: how many SIP messages of each capture in testdata/peers sipsecdump,
# ssldump and tshark read, with the server's keys and with the key log. Run it at the top of the
# repository; it needs go, ssldump and tshark.
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
	cell '^ *MESSAGE sips?:|^ *SIP/2\.0 200'
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

keys=$peers/keys/domain_key_example.net.pem
{
	echo '# TLS: what is read of captures of other implementations'
	echo
	echo 'Written by `docs/tls-matrix.sh`. Each row is a capture of `testdata/peers`; its README tells how it'
	echo 'was made. A cell is the number of SIP messages that were read, with the server'\''s RSA key and with'
	echo 'the key log; "crash": a signal ended the program. With a key nobody can read what an ephemeral key'
	echo 'exchange or TLS 1.3 protects.'
	echo
	echo "$(ssldump -v 2>&1 | head -1) (1.5 says so of itself, too), $(tshark --version 2>/dev/null | head -1 | sed 's/ (Git.*//'), each with its defaults."
	echo
	echo '| capture | version | cipher suite | also | sipsecdump, key | key log | ssldump, key | key log | tshark, key | key log |'
	echo '|---|---|---|---|---|---|---|---|---|---|'
	for c in $peers/*.pcap; do
		log=${c%.pcap}.keylog
		printf '| `%s` | %s | %s | %s | %s | %s | %s | %s |\n' "$(basename "$c" .pcap)" "$(facts "$c")" \
			"$(ours "$c" -k $peers/keys)" "$(ours "$c" -l "$log")" \
			"$(theirs_ssldump "$c" -k $keys)" "$(theirs_ssldump "$c" -l "$log")" \
			"$(theirs_tshark -r "$c" -o "uat:rsa_keys:\"$keys\",\"\"")" "$(theirs_tshark -r "$c" -o "tls.keylog_file:$log")"
	done
} >"$tmp/page"
mv "$tmp/page" "$out"
