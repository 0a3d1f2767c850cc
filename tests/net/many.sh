#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three hundred ports: more than one word of the member list, more than one chunk of counters.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

N=300
A=$(mac 1)
ALL=ff:ff:ff:ff:ff:ff

is_complete() {
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" "$N"
	equal "states" "$(xsw -j port show | jq -r '[.[].state] | unique | join(" ")')" forwarding
}

three_hundred_ports() {
	sw_up "$N"
	if [ "$TEST_SWITCH" = xswitch ]; then is_complete; fi
	ns 1 ping -qc1 -W2 "$(ip4 300)" || bad "the last port does not answer the first"
	ns 200 ping -qc1 -W2 "$(ip4 64)" || bad "64 does not answer 200"
	sniff 1 2 63 64 65 128 300
	reach 1 "2 63 64 65 128 300" dst "$ALL" src "$A"
	reach 300 1 dst "$A" src 02:5e:5e:00:ff:01
	reach 64 300 dst 02:5e:5e:00:ff:01 src "$(mac 64)"
	# one frame, 299 copies
	equal "$((N - 1)) copies of a broadcast" "$(copies)" $((N - 1))
	xsw port del "$(port 64)" || bad "port del: $?"
	unsniff
	sniff 63 65
	reach 63 65 dst "$ALL" src "$(mac 63)"
	xsw port add "$(port 64)" || bad "port add: $?"
	equal "number of the new port" "$(xsw -j port show "$(port 64)" | jq '.[0].number')" 64
	xsw down || bad "down: $?"
}

# How many ports sent one broadcast of ours: 500 times it, so that a little noise is nothing.
copies() {
	local before after
	broadcasts() { xsw -j -s port show | jq '[.[].stats.tx.broadcast.packets] | add'; }
	before=$(broadcasts)
	"$XFRAME" -n "$P"1 send eth0 --count 500 dst "$ALL" src "$A"
	wait_until 10000 at_least $((before + 500 * (N - 1))) broadcasts
	after=$(broadcasts)
	echo $(((after - before) / 500))
}

run_case "hub none" three_hundred_ports
finish
