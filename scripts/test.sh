#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh - every test, in parts; the last line is "N passed, N failed, N skipped"
#
#   test.sh [--kernels] [MAKE-VARIABLE=VALUE...]
#
# --kernels: and what depends on the kernel on others, in virtual machines (tests/vm/run).
#
# What is missing is installed first. Each part ends with its own total line; they are summed.
# A part that does not get as far as its total line counts as one failure.
# shellcheck disable=SC2317 # functions are called through part()
set -u
cd "$(dirname "$0")/.." || exit 1

kernels=
[ "${1-}" != --kernels ] || { kernels=1 && shift; }
vars=("$@")
passed=0 failed=0 skipped=0
summary=()
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

total_re='^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$'

mk() # MAKE-ARGUMENT...
{
	make --no-print-directory -j"$(nproc)" "${vars[@]}" "$@"
}

part() # NAME COMMAND...
{
	local name=$1 start=$SECONDS status totals p f s why=
	shift

	printf '\n== %s\n' "$name"
	"$@" 2>&1 | tee "$log" | sed -uE "/$total_re/d"
	status=${PIPESTATUS[0]}
	totals=$(sed -nE "s/$total_re/\1 \2 \3/p" "$log" | tail -n 1)
	if [ -z "$totals" ]; then
		totals="0 1 0" why=" (ended without a total, status $status)"
	fi
	read -r p f s <<<"$totals"
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then
		f=1 why=" (status $status)"
	fi
	summary+=("$(printf '%-24s %5d passed %3d failed %3d skipped %4d s%s' \
		"$name" "$p" "$f" "$s" $((SECONDS - start)) "$why")")
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# A build is one test: it passed, or nothing after it can.
build() # MAKE-ARGUMENT...
{
	if mk "$@" all tests; then
		echo "1 passed, 0 failed, 0 skipped"
	else
		echo "0 passed, 1 failed, 0 skipped"
		return 1
	fi
}

finish()
{
	printf '\n== summary\n'
	printf '%s\n' "${summary[@]}"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
	exit
}

if ! scripts/deps.sh --install build demo test lint package analyze; then
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi
part build build
[ "$failed" = 0 ] || finish
part lint scripts/lint.sh
part analyze scripts/analyze.sh
part unit mk unit
part "unit, valgrind" mk valgrind
part golden mk golden
part verifier mk verifier-check
part net mk net ARGS=--frames
part "do tests notice" tests/mutants/run --short
part "a hub, no switch" mk prove ARGS=tests/net/flooding.sh
# the same build counts the lines that are run
scripts/coverage.sh --clear
part "build, sanitizers" build SAN=1 COV=1
part "unit, sanitizers" mk SAN=1 COV=1 unit
part "cli, sanitizers" mk SAN=1 COV=1 net ARGS=--command
part coverage scripts/coverage.sh --report
[ -z "$kernels" ] || part "other kernels" tests/vm/run --short
finish
