#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who takes part in a flood, and the states of a port. After flood_test of the kernel's
# forwarding self-tests.
#
#	1 ---+--- 2
#	     +--- 3 (the port that is set)
#
# variants: xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2) C=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff
GROUP=01:00:5e:00:01:02

up3() {
	sw_up 3
	sniff 1 2 3
	reach 1 "2 3" dst "$ALL" src "$A"
}

set3() { cfg port set "$(port 3)" "$@"; }

unknown_unicast_flood_off() {
	up3
	set3 flood off
	reach 1 2 dst "$C" src "$A"
	reach 1 "2 3" dst "$ALL" src "$A"
	reach 1 "2 3" dst "$GROUP" src "$A"
	# known is not flooded
	reach 3 "1 2" dst "$ALL" src "$C"
	reach 1 3 dst "$C" src "$A"
	set3 flood on
	reach 1 "2 3" dst "$(mac 9)" src "$A"
}

multicast_flood_off() {
	up3
	set3 mcast_flood off
	reach 1 2 dst "$GROUP" src "$A"
	reach 1 "2 3" dst "$ALL" src "$A"
	reach 1 "2 3" dst "$C" src "$A"
	set3 mcast_flood on
	reach 1 "2 3" dst "$GROUP" src "$A"
}

broadcast_flood_off() {
	up3
	set3 bcast_flood off
	reach 1 2 dst "$ALL" src "$A"
	reach 1 "2 3" dst "$GROUP" src "$A"
	reach 1 "2 3" dst "$C" src "$A"
	set3 bcast_flood on
	reach 1 "2 3" dst "$ALL" src "$A"
}

a_flood_without_targets_is_counted() {
	up3
	cfg port set "$(port 2)" flood off
	set3 flood off
	reach 1 "" dst "$C" src "$A"
	drops 1 no_target
}

all_off_at_once_still_hears() {
	up3
	set3 flood off mcast_flood off bcast_flood off
	reach 1 2 dst "$ALL" src "$A"
	reach 1 2 dst "$GROUP" src "$A"
	reach 1 2 dst "$C" src "$A"
	reach 3 "1 2" dst "$ALL" src "$C"
	reach 1 3 dst "$C" src "$A"
}

hairpin() {
	up3
	reach 1 "" dst "$A" src "$(mac 1 1)"
	cfg port set "$(port 1)" hairpin on
	reach 1 1 dst "$A" src "$(mac 1 1)"
	reach 1 "1 2 3" dst "$ALL" src "$A"
	cfg port set "$(port 1)" hairpin off
	reach 1 "" dst "$A" src "$(mac 1 1)"
}

a_disabled_port_neither_hears_nor_speaks() {
	up3
	reach 3 "1 2" dst "$ALL" src "$C"
	set3 state down
	reach 1 2 dst "$ALL" src "$A"
	reach 3 "" dst "$ALL" src "$(mac 3 1)"
	fdb_is "$(mac 3 1)" none
	set3 state up
	reach 1 "2 3" dst "$ALL" src "$A"
	reach 3 "1 2" dst "$ALL" src "$C"
	drops 3 port_down
}

a_blocking_port_learns_nothing() {
	up3
	set3 state blocking
	reach 1 2 dst "$ALL" src "$A"
	reach 3 "" dst "$ALL" src "$C"
	fdb_is "$C" none
	reach 1 2 dst "$C" src "$A"
	set3 state forwarding
	reach 3 "1 2" dst "$ALL" src "$C"
	drops 3 port_blocking
}

a_learning_port_learns_and_does_not_forward() {
	up3
	set3 state learning
	reach 3 "" dst "$ALL" src "$C"
	fdb_is "$C" 3
	# known there, but the port does not forward
	reach 1 "" dst "$C" src "$A"
	set3 state forwarding
	reach 1 3 dst "$C" src "$A"
	drops 3 port_learning
	drops 1 egress_down
}

# Two switches, one address plan, one set of station addresses.
two_switches_share_nothing() {
	local i
	SW=sw0 sw_up 4 # sw0p3 and sw0p4 are taken away again
	sniff 1 2 3 4
	if [ "$TEST_SWITCH" = xswitch ]; then
		cfg port del "$(port 3)"
		cfg port del "$(port 4)"
		undo xsw -S other down
		xsw -S other up --ports "$(port_list 3 4)" --subnet none || bad "up: $?"
		bpf_note
		unsniff
		OUTER[3]=otherp1 OUTER[4]=otherp2
		sniff 1 2 3 4
	fi
	reach 1 2 dst "$ALL" src "$A"
	reach 3 4 dst "$ALL" src "$A"
	reach 2 1 dst "$ALL" src "$B"
	reach 4 3 dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	reach 3 4 dst "$B" src "$A"
	[ "$TEST_SWITCH" = xswitch ] || return 0
	equal "port of $B in sw0" "$(fdb_port "$B")" "$(port 2)"
	equal "port of $B in other" "$(SW=other fdb_port "$B")" "$(port 4)"
	cfg fdb flush
	equal "port of $B in other" "$(SW=other fdb_port "$B")" "$(port 4)"
	cfg -S other set ageing 7
	equal "ageing of sw0" "$(xsw -j show | jq '.[0].ageing')" 300
	cfg -S other down
	unsniff
	sniff 1 2
	reach 1 2 dst "$ALL" src "$A"
	for i in 3 4; do [ ! -e "/run/netns/$P$i" ] || bad "namespace $i is left"; done
}

run_case "hub none" unknown_unicast_flood_off
run_case "hub none" multicast_flood_off
run_case "hub none" broadcast_flood_off
run_case "hub none" a_flood_without_targets_is_counted
run_case "hub none" all_off_at_once_still_hears
run_case "hub none" hairpin
run_case "hub none" a_disabled_port_neither_hears_nor_speaks
run_case "hub none" a_blocking_port_learns_nothing
run_case "hub none" a_learning_port_learns_and_does_not_forward
run_case "hub none" two_switches_share_nothing
finish
