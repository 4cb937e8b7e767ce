#!/bin/sh
# Usage: tests/fuzz/fuzz.sh SECONDS RUNS KIND:TARGET
#
# Runs the libFuzzer target build/fuzz/TARGET on inputs of this kind, for that many seconds or inputs
# (-1: any number), whichever ends first, in 256 MB. It starts from the seeds in
# tests/fuzz/seeds/KIND and keeps what it learns in build/fuzz/KIND. Prints a line of statistics.
#
# Exit status: 0 if there is no finding; 1 if there is one, whose report is printed.
set -eu
seconds=$1 runs=$2 kind=${3%:*} target=build/fuzz/${3#*:}
log=build/fuzz/$kind.log
mkdir -p "build/fuzz/$kind" "build/fuzz/written/$kind"
words=
[ "$kind" != tables ] || words=-dict=tests/fuzz/table.dict
if ! FUZZ=$kind ASAN_OPTIONS=quarantine_size_mb=8 "$target" -max_total_time="$seconds" -runs="$runs" \
	-max_len=8192 -timeout=10 -rss_limit_mb=256 $words \
	-artifact_prefix="build/fuzz/$kind-" "build/fuzz/$kind" "tests/fuzz/seeds/$kind" \
	"build/fuzz/written/$kind" >"$log" 2>&1; then
	cat "$log"
	echo "fuzz: $kind has a finding; see above and build/fuzz/$kind-*" >&2
	exit 1
fi
sed -n "s/^Done \([0-9]*\) runs in \([0-9]*\) second.*/  fuzz  $kind: \1 inputs in \2 seconds/p" "$log"
