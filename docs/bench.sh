#!/usr/bin/env bash
# Makes the captures of docs/performance.md, reads them with sipsecdump and with the programs that
# are installed, and prints the tables. Needs bash, GNU time and Go.
#
#   docs/bench.sh                    the captures, and others 10 and 100 times as long
#   LENGTHS="1 10" docs/bench.sh     none 100 times as long, which takes minutes
#   DIR=/scratch docs/bench.sh       keeps the captures there, about 700 MB
#
# Each figure is the best of $RUNS (12; 3 where the peer takes more than some seconds), ours and the peer's in
# turn, but for the long captures, which are read once: what else a machine does only adds.
set -euo pipefail
cd "$(dirname "$0")/.."

lengths=${LENGTHS:-1 10 100}
runs=${RUNS:-12}
jobs=${JOBS:-2}
dir=${DIR:-$(mktemp -d)}
[[ -n ${DIR:-} ]] || trap 'rm -rf "$dir"' EXIT
[[ -x /usr/bin/time ]] || { echo 'GNU time is not installed' >&2; exit 1; }
mkdir -p "$dir"
go build -o "$dir/sipsecdump" ./cmd/sipsecdump
ours=$dir/sipsecdump
key=$dir/keys/domain_key_example.net.pem
suite=TLS_RSA_WITH_AES_256_CBC_SHA

# capture NAME ARGUMENTS... makes a capture unless it is there.
capture() {
	local file=$dir/$1.pcap
	shift
	[[ -s $file ]] || "$ours" make --keys "$dir/keys" --keylog - -o "$file" "$@" >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
}

# once COMMAND... prints wall, user and system seconds and peak KiB of a run.
once() {
	/usr/bin/time -o "$dir/time" -f '%e %U %S %M' "$@" >"$dir/out" 2>/dev/null || true
	tail -n 1 "$dir/time"
}

# best FILE prints wall and processor seconds and peak MiB of the fastest of the runs in it.
best() { sort -n "$1" | head -n 1 | awk '{printf "%s %.2f %.0f\n", $1, $2 + $3, $4 / 1024}'; }

# row CAPTURE "OUR OPTIONS" BOUND PEER... prints a line of the table.
row() {
	local name=$1 options=$2 bound=$3
	shift 3
	local file=$dir/$name.pcap size peer=- ratio=-
	size=$(($(stat -c %s "$file") / 1000000))
	local n=$runs
	[[ $name != udp ]] || n=$((runs < 3 ? runs : 3))
	: >"$dir/mine"
	: >"$dir/peers"
	for ((i = 0; i < n; i++)); do
		# shellcheck disable=SC2086 # options are words
		once "$ours" --jobs "$jobs" $options "$file" >>"$dir/mine"
		! command -v "$1" >/dev/null || once "$@" -r "$file" >>"$dir/peers"
	done
	read -r wall cpu peak <<<"$(best "$dir/mine")"
	if [[ -s $dir/peers ]]; then
		read -r pwall pcpu ppeak <<<"$(best "$dir/peers")"
		peer="$pwall s, $pcpu s, $ppeak MiB"
		ratio=$(awk -v a="$wall" -v b="$pwall" 'BEGIN {printf "%.2f", (b > 0) ? a / b : 0}')
	fi
	local shown=${*/$key/KEY}
	echo "| $name | $size MB | $wall s | $cpu s | $peak MiB | \`${shown/$dir\//}\` | $peer | $ratio | $bound |"
}

echo "$(date -u +%F), $(grep -m 1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) processors, $(go version | cut -d' ' -f3)"
echo
echo '| capture | size | wall | processor | peak | peer | its wall, processor, peak | ratio | at most |'
echo '|---|---|---|---|---|---|---|---|---|'
capture one calls 17143 --transport tls --tls 1.2 --suite $suite
row one "--key $key" 0.35 ssldump -n -d -k "$key"
capture many tls --connections 2000 --tls 1.2 --suite $suite
row many "--key $key" 1.15 ssldump -n -d -k "$key"
capture udp calls 30000 --transport udp
row udp '' 0.15 tshark -q -z sip,stat
capture closed tls --connections 20000 --tls 1.2 --suite $suite
row closed '' 0.3 ssldump -n -A

# The same as one, but of calls that other programs made, where there are such and they may record.
if command -v sipp stunnel tcpdump ssldump >/dev/null && [[ -s $dir/sipp.pcap || $(id -u) = 0 ]]; then
	[[ -s $dir/sipp.pcap ]] || docs/sipp.sh "$dir/sipp.pcap" 20000 "$key" "$dir/keys/domain_cert_example.net.pem"
	row sipp "--key $key" 0.35 ssldump -n -d -k "$key"
fi

# 200 connections whose secrets are the last of 100,000 lines. The others are random, as those of peers
# are: the hash that tshark keeps them by is slow for numbers in a row.
capture logged tls --connections 200 --tls 1.2 --suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 --keylog "$dir/LOG.200"
if [[ ! -s $dir/LOG ]]; then
	{
		head -c 7984000 /dev/urandom | od -An -v -tx1 -w80 | tr -d ' ' |
			awk '{ print "CLIENT_RANDOM " substr($0, 1, 64) " " substr($0, 65, 96) }'
		cat "$dir/LOG.200"
	} >"$dir/LOG"
fi
row logged "--keylog $dir/LOG" 1 tshark -o "tls.keylog_file:$dir/LOG"

# long CAPTURE "OUR OPTIONS" WHAT HOW-MANY ARGUMENTS... prints a line for each length. The captures
# come through a pipe and are stored nowhere: the wall time would be that of the making.
long() {
	local name=$1 options=$2 what=$3 unit=$4
	shift 4
	for n in $lengths; do
		[[ $n -le ${longest[$name]:-$n} ]] || continue
		# shellcheck disable=SC2086 # what and options are words
		"$ours" make $what $((unit * n)) "$@" --keys "$dir/keys" --keylog "$dir/log" -o - 2>/dev/null |
			/usr/bin/time -o "$dir/time" -f '%U %S %M' "$ours" --jobs "$jobs" $options -o /dev/null - 2>/dev/null
		awk -v name="$name" -v n="$n" '{printf "| %s | %d | %.2f s | %.2f s | %.0f MiB |\n", name, n, $1 + $2, ($1 + $2) / n, $3 / 1024}' "$dir/time"
	done
}

echo
echo '| capture | times as long | processor | each time | peak |'
echo '|---|---|---|---|---|'
declare -A longest=([closed]=10) # the maker takes half an hour for more: it decrypts for each
long one "--key $key" calls 17143 --transport tls --tls 1.2 --suite $suite
long many "--key $key" 'tls --connections' 2000 --tls 1.2 --suite $suite
long udp '' calls 30000 --transport udp
long closed '' 'tls --connections' 20000 --tls 1.2 --suite $suite

echo
echo '| what | wall | processor | peak |'
echo '|---|---|---|---|'
alone() {
	local name=$1
	shift
	for ((i = 0; i < (runs < 3 ? runs : 3); i++)); do once "$ours" "$@"; done >"$dir/mine"
	read -r wall cpu peak <<<"$(best "$dir/mine")"
	echo "| $name | $wall s | $cpu s | $peak MiB |"
}
for j in 1 2; do
	alone "2,000 connections, --jobs $j" --jobs $j --key "$key" "$dir/many.pcap"
done
for n in 10000 100000; do
	capture "open-$n" tls --connections $n --tls 1.2 --suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 --end none
	alone "$n open connections" --jobs "$jobs" "$dir/open-$n.pcap"
done
for n in 100000 1000000; do
	awk -v n=$n 'BEGIN { for (i = 0; i < n; i++) printf "CLIENT_RANDOM %064x %096x\n", i, i }' >"$dir/keylog"
	alone "key log of $n lines" --jobs "$jobs" --keylog "$dir/keylog" testdata/draft-sec-flows/tls/tls1.pcap
done
