#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Topology files that are refused: no plan is made of them, and nothing is changed.
#
# What is wrong with the text of a file is in tests/unit/test_topo.c.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# A file that nobody can read is nothing to take down either.
unreadable_files() {
	local words
	head -c 17000000 /dev/zero | tr '\0' '#' >"$CASE/big.yaml"
	for words in apply diff down "down --print" "down --backend bridge" "apply --backend bridge"; do
		# shellcheck disable=SC2086 # words
		{
			expect 2 xsw $words "$CASE/none"
			like "none" "$ERR" "^xswitch: cannot read \"$CASE/none\": No such file or directory"
			expect 2 xsw $words ""
			like "no name" "$ERR" '^xswitch: cannot read "": No such file or directory'
			expect 2 xsw $words "$CASE"
			like "a directory" "$ERR" "^xswitch: cannot read .*: Is a directory"
			expect 1 xsw $words "$CASE/big.yaml"
			like "too long" "$ERR" "is longer than 16777216 bytes"
		}
	done
}

# no_plan LINE COLUMN WORDS: of the file of the case, with everything that reads one
no_plan() {
	local words
	for words in "--dry-run apply" diff apply; do
		# shellcheck disable=SC2086 # words
		expect 1 xsw $words "$CASE/t.yaml"
		like "$words" "$ERR" "^xswitch: $CASE/t.yaml:$1:$2: $3"
	done
	equal "left" "$(leftovers)" ""
}

# What the switch would refuse of the file alone is in no plan.
no_plan_of_what_is_refused() {
	echo "ports: {a: {mode: access}}" >"$CASE/t.yaml"
	no_plan 1 9 "port a: mode access needs a tag"
	printf '%s\n' "ports: {a: , b: }" "mirrors: [{name: m, from: [b], to: b}]" >"$CASE/t.yaml"
	no_plan 2 11 'port "b" cannot be both source and output of mirror "m"'
	printf '%s\n' "ports: {a: , b: }" "wires: [[a, b]]" "mirrors: [{name: m, to: b}]" >"$CASE/t.yaml"
	no_plan 3 11 'port "b" is wired'
	echo "ports: {a: {hook: xdp, locked: on}}" >"$CASE/t.yaml"
	no_plan 1 9 "port a: locked cannot be enforced at XDP"
}

run_case - unreadable_files
run_case - no_plan_of_what_is_refused
finish
