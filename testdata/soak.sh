#!/usr/bin/env bash
# Runs each fuzz target for a while, one after the other, and lists those that found something;
# before them, if all are run, the test that cuts captures at every octet. A finding is a file in
# the package's testdata/fuzz: it is a seed from then on.
#
#   testdata/soak.sh                    every target, a minute each
#   testdata/soak.sh 10m                every target, ten minutes each
#   testdata/soak.sh 1h ./cms/... 'BER' the targets of these packages whose names match
set -u
cd "$(dirname "$0")/.." || exit

each=${1:-1m}
packages=${2:-./...}
match=${3:-.}

found=()
if [[ $packages == ./... ]]; then
	go test -timeout 0 -run '^TestCutAnywhere$' . -every-octet || found+=('sipsecdump TestCutAnywhere')
fi
list=$(go list "$packages") || exit
for package in $list; do
	targets=$(go test -list '^Fuzz' "$package") || exit
	for target in $(grep '^Fuzz' <<<"$targets" | grep -e "$match"); do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$each" -fuzzminimizetime 10x "$package" || found+=("$package $target")
	done
done

if ((${#found[@]})); then
	printf 'found something: %s\n' "${found[@]}"
	exit 1
fi
echo 'nothing found'
