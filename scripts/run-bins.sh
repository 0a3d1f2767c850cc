#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run-bins.sh - run test programs; the last line is "N passed, N failed, N skipped"
#
#   run-bins.sh [--valgrind] PROGRAM...
#
# A program reports in TAP (cmocka does when asked) or ends with such a total line itself.
# Tests that were announced and not reported, and a status other than 0 without a failed test,
# count as failed: a crash cannot pass.
set -u

wrap=()
passed=0 failed=0 skipped=0

# "ok"/"not ok" lines against the "1..N" plans -> "passed failed skipped"
tap_totals() # OUTPUT
{
	awk '/^1\.\.[0-9]+/ { plan += substr($1, 4) }
	     /^(not )?ok .*# SKIP/ { skip++; next }
	     /^not ok/ { bad++ }
	     /^ok/ { good++ }
	     END {
		lost = plan - good - bad - skip
		print good + 0, bad + (lost > 0 ? lost : 0), skip + 0
	     }' <<<"$1"
}

run_bin() # PROGRAM
{
	local out totals good bad skip status=0

	out=$(CMOCKA_MESSAGE_OUTPUT=tap "${wrap[@]}" "$1" 2>&1) || status=$?
	totals=$(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' \
		<<<"$out" | tail -n 1)
	[ -n "$totals" ] || totals=$(tap_totals "$out")
	read -r good bad skip <<<"$totals"
	if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ $((good + skip)) = 0 ]; }; then
		bad=1
	fi
	if [ "$bad" != 0 ]; then
		grep -Ev '^(ok |1\.\.)|^[0-9]+ passed' <<<"$out"
		echo "not ok ${1##*/}: status $status"
	else
		echo "ok ${1##*/}: $good passed, $skip skipped"
	fi
	passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
}

if [ "${1-}" = --valgrind ]; then
	shift
	export XSW_ROWS=${XSW_ROWS:-2000} # random rows: tests/prog/random.h
	wrap=(valgrind -q --error-exitcode=99 --leak-check=full --child-silent-after-fork=yes
		"--errors-for-leak-kinds=definite,indirect,possible")
fi
if [ $# = 0 ]; then
	echo "not ok: no test programs"
	failed=1
fi
for bin; do
	run_bin "$bin"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
