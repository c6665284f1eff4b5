#!/usr/bin/env bash
# Records calls of SIPp that two stunnels carry over one TLS 1.2 connection with AES-256-CBC and
# SHA-1, on the loopback interface. Needs sipp, stunnel and tcpdump, and the right to record.
#
#   docs/sipp.sh CAPTURE CALLS KEY CERTIFICATE
set -euo pipefail
capture=$1 calls=$2 key=$3 certificate=$4
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

cat >"$work/stunnel.conf" <<END
foreground = yes
pid =
sslVersion = TLSv1.2
[client]
client = yes
accept = 127.0.0.1:45060
connect = 127.0.0.1:45061
[server]
accept = 127.0.0.1:45061
connect = 127.0.0.1:45062
cert = $certificate
key = $key
ciphers = AES256-SHA
END
stunnel "$work/stunnel.conf" 2>/dev/null &
sipp -sn uas -t t1 -i 127.0.0.1 -p 45062 -nostdin >/dev/null 2>&1 &
tcpdump -i lo -B 65536 -w "$capture" 'tcp port 45061' 2>"$work/tcpdump" &
recorder=$!
until grep -q listening "$work/tcpdump"; do
	kill -0 $recorder || { cat "$work/tcpdump" >&2; exit 1; }
	sleep 0.1
done
sleep 1
sipp -sn uac -t t1 -i 127.0.0.1 127.0.0.1:45060 -m "$calls" -r 600 -l 3000 -d 0 -nostdin >/dev/null 2>&1
sleep 1
kill -INT $recorder
wait $recorder || true
! grep -q '[1-9][0-9]* packets dropped' "$work/tcpdump" || { echo 'the recording has gaps' >&2; exit 1; }
