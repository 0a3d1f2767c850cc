#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fuzz.sh - libFuzzer over every target of tests/fuzz; the last line is "N passed, N failed, N skipped"
#
#   fuzz.sh [--seconds N] [NAME...]     names as in tests/fuzz/fuzz_NAME.c
#
# Each target runs over its corpus, tests/fuzz/corpus/NAME or what CORPUS names, then N seconds
# (default 10) over what can be made of it. New inputs that reach new code stay in build/fuzz/corpus;
# what makes a target fail is kept in build/fuzz/found and named.
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=10
if [ "${1-}" = --seconds ]; then
	seconds=$2
	shift 2
fi
build=$PWD/build/fuzz
passed=0 failed=0
declare -A CORPUS=([topo]=topologies) # that lie elsewhere

make --no-print-directory -s -j"$(nproc)" BUILD="$build" SAN=1 CC=clang \
	CFLAGS="-O1 -g -fsanitize=fuzzer-no-link -Wno-unused-command-line-argument" fuzzers >/dev/null || {
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}
if [ $# = 0 ]; then
	mapfile -t names < <(basename -s .c -a tests/fuzz/fuzz_*.c | sed 's/^fuzz_//')
	set -- "${names[@]}"
fi
mkdir -p "$build/found"
for name; do
	mkdir -p "$build/corpus/$name"
	log=$build/found/$name.log
	if "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-close_fd_mask=3 -print_final_stats=1 -artifact_prefix="$build/found/$name-" \
		"$build/corpus/$name" "${CORPUS[$name]-tests/fuzz/corpus/$name}" >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		reached=$(sed -nE 's/.* cov: ([0-9]+) ft: .*/\1/p' "$log" | tail -n 1)
		echo "ok $name: $runs inputs, $reached branches reached"
		passed=$((passed + 1))
	else
		echo "not ok $name"
		tail -n 40 "$log" | sed 's/^/  /'
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
