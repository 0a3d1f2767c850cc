#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Words of `capture` and `trace --live`, and what is wrong with others.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../watch_lib.sh
. "$TESTS/watch_lib.sh"

# wrong STATUS MESSAGE WORD...
wrong() {
	local want=$2
	expect "$1" xsw "${@:3}"
	equal "message of ${*:3}" "$(head -1 <<<"$ERR")" "xswitch: $want"
}

words_of_capture() {
	local p
	sw_up 2
	p=$(port 1)
	wrong 1 'capture: PORT is missing' capture
	wrong 1 'capture: "no/name" is no name of a port' capture no/name
	wrong 3 'switch sw0 has no port "nobody"' capture nobody
	wrong 3 'no switch none' -S none capture "$p"
	wrong 1 'capture: --snaplen "13" is not valid: expected a number, 14..262144' capture "$p" --snaplen 13
	wrong 1 'capture: --snaplen "x" is not valid: expected a number, 14..262144' capture "$p" --snaplen x
	wrong 1 'capture: --count "0" is not valid: expected a number, 1..4294967295' capture "$p" --count 0
	wrong 1 'capture: it writes pcap, there is no JSON' -j capture "$p"
	wrong 1 "filter \"host\": can't parse filter expression: syntax error" capture "$p" host
	wrong 1 'filter "\033[31m": can'"'"'t parse filter expression: syntax error' capture "$p" $'\e[31m'
	wrong 1 'filter "ip6 protochain 6": needs a loop (protochain), and a kernel has none' \
		capture "$p" ip6 protochain 6
	wrong 2 'cannot write "/nowhere/x": No such file or directory' capture "$p" -w /nowhere/x
	expect 1 xsw capture "$p" --direction up
	like "choices" "$ERR" '"up" is not .*expected .*both.*in.*out'
	expect 1 xsw capture "$p" --nonsense
	like "quoted" "$ERR" '"--nonsense"'
	expect 1 xsw capture "$p" "$(printf 'arp or %.0s' {1..700})arp"
	like "too long" "$ERR" "a filter has 4095 characters at most"
	expect 1 xsw capture "$p" -w "$CASE/new" host
	[ ! -e "$CASE/new" ] || bad "a file is made for a filter that is none"
}

# A terminal is no place for a pcap.
no_terminal() {
	sw_up 1
	script -qec "$TOOL capture $(port 1)" /dev/null </dev/null >"$CASE/tty" 2>&1
	equal "status" $? 1
	like "message" "$(<"$CASE/tty")" "standard output is a terminal"
}

words_of_live() {
	sw_up 2
	wrong 3 'switch sw0 has no port "nobody"' trace --live --port nobody
	wrong 1 'trace: --count "-1" is not valid: expected a number, 1..4294967295' trace --live --count -1
	expect 1 xsw trace --live --nonsense
	like "quoted" "$ERR" '"--nonsense"'
	wrong 1 "filter \"vlan vlan\": can't parse filter expression: syntax error" trace --live vlan vlan
	expect 0 xsw trace help
	like "help" "$OUT" 'trace --live \[--port PORT\]'
	expect 0 xsw capture help
	like "help" "$OUT" 'capture PORT \[-w|--write FILE|-\]'
}

# The filter may be one word or many.
one_word_or_many() {
	sw_up 2
	watch a capture "$(port 2)" --count 1 "vlan 3 and ether proto 0x88b5"
	watch b capture "$(port 2)" --count 1 vlan 3 and ether proto 0x88b5
	send 1 dst ff:ff:ff:ff:ff:ff src "$(mac 1)" type 0x88b5
	send 1 dst ff:ff:ff:ff:ff:ff src "$(mac 1)" vlan 3 type 0x88b5
	ended a 0
	ended b 0
	saw a "dst ff:ff:ff:ff:ff:ff src $(mac 1) vlan 3 type 0x88b5"
	equal "the same" "$(seen b)" "$(seen a)"
}

not_in_a_batch() {
	sw_up 2
	echo "capture $(port 1)" >"$CASE/batch"
	expect 1 xsw -b "$CASE/batch"
	like "message" "$ERR" "not in a batch"
}

run_case - words_of_capture
run_case - no_terminal
run_case - words_of_live
run_case - one_word_or_many
run_case - not_in_a_batch
finish
