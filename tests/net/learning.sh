#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The forwarding database: what is learned, moves, ages, is set by hand, is flushed, is full.
# After learning_test of the kernel's forwarding self-tests; every claim is read off frames.
#
#	1 ---+--- 2 (station B)
#	     +--- 3 (third party)
#
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2) C=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff

up3() {
	sw_up 3
	sniff 1 2 3
	reach 1 "2 3" dst "$B" src "$A" # B is unknown
}

# Only port 2 gets what is for B; everybody does.
known() { reach 1 2 dst "$B" src "$A" "$@"; }
unknown() { reach 1 "2 3" dst "$B" src "$A" "$@"; }

speak() { send 2 dst "$ALL" src "$B" "$@"; }

a_source_is_learned() {
	up3
	fdb_is "$B" none
	speak
	fdb_is "$B" 2
	known
}

group_addresses_are_never_learned() {
	up3
	send 2 dst "$ALL" src 03:5e:5e:00:00:02
	fdb_is 03:5e:5e:00:00:02 none
	speak
	known
}

every_vlan_learns_by_itself() {
	up3
	speak vlan 10
	fdb_is "$B" 2 10
	fdb_is "$B" none
	known vlan 10
	unknown
	unknown vlan 20
	# the same address elsewhere in another VLAN
	send 3 dst "$ALL" src "$B" vlan 20
	reach 1 3 dst "$B" src "$A" vlan 20
	known vlan 10
}

priority_tags_are_vlan_0() {
	up3
	speak vlan 0 prio 6
	fdb_is "$B" 2
	known
	known vlan 0 prio 1
}

a_station_moves() {
	up3
	speak
	known
	send 3 dst "$ALL" src "$B"
	fdb_is "$B" 3
	reach 1 3 dst "$B" src "$A"
	speak
	known
	[ "$TEST_SWITCH" = xswitch ] || return 0
	equal "moved" "$(xsw -j -s show | jq '.[0].fdb.moved')" 2
}

b_is_gone() { [ -z "$(fdb_port "$B")" ]; }

an_entry_ages() {
	up3
	cfg set ageing "$(ms 400)"
	speak
	known
	[ "$TEST_SWITCH" = xswitch ] && { wait_until 3000 b_is_gone || bad "it does not age"; }
	unknown
	speak
	known
}

# A station that is spoken to but silent is forgotten all the same.
a_destination_does_not_refresh() {
	local end
	up3
	cfg set ageing "$(ms 600)"
	speak
	known
	end=$((${EPOCHREALTIME/./} + 1500000 * SLOW))
	while [ "${EPOCHREALTIME/./}" -lt "$end" ]; do
		send 1 dst "$B" src "$A"
		sleep 0.05
	done
	unknown
}

a_source_refreshes() {
	local end
	up3
	cfg set ageing "$(ms 1500)"
	speak
	end=$((${EPOCHREALTIME/./} + 3500000 * SLOW))
	while [ "${EPOCHREALTIME/./}" -lt "$end" ]; do
		speak
		sleep 0.1
	done
	known
	fdb_is "$B" 2
}

ageing_0_means_never() {
	up3
	cfg set ageing 0
	speak
	known
	cfg set ageing "$(ms 100)"
	[ "$TEST_SWITCH" = xswitch ] && { wait_until 3000 b_is_gone || bad "it does not age"; }
	unknown
}

fdb_entries() { xsw -j show | jq '.[0].fdb.entries'; }
no_entries() { [ "$(fdb_entries)" = 0 ]; }
events() { xsw -j -s show | jq ".[0].fdb.$1"; }

# Nobody asks: the memory must come back all the same.
memory_comes_back_in_the_kernel() {
	[ "$TEST_SWITCH" = xswitch ] || bad "has no memory"
	up3
	cfg set ageing "$(ms 200)"
	"$XFRAME" -n "$P"2 send eth0 --macs 1000 dst "$ALL" src 02:5e:5e:01:00:00
	wait_until 5000 at_least 1000 events learned || bad "$(events learned) learned"
	wait_until 10000 at_least 1000 events expired || bad "$(events expired) of 1000 expired"
	wait_until 5000 no_entries || bad "$(fdb_entries) entries left"
	# the namespaces have something to say now and then themselves
	equal "fdb show" "$(xsw fdb show | grep -c ^02:5e:5e)" 0
}

learning_off() {
	up3
	cfg port set "$(port 2)" learning off
	speak
	fdb_is "$B" none
	unknown
	cfg port set "$(port 2)" learning on
	speak
	known
}

a_static_entry_needs_no_learning() {
	up3
	cfg fdb add "$B" dev "$(port 2)" static
	known
	unknown vlan 7
	cfg fdb add "$B" dev "$(port 2)" vlan 7 static
	known vlan 7
	cfg fdb del "$B"
	unknown
	known vlan 7
}

a_static_entry_neither_ages_nor_is_flushed() {
	up3
	cfg set ageing "$(ms 100)"
	cfg fdb add "$B" dev "$(port 2)" static
	send 3 dst "$ALL" src "$C"
	if [ "$TEST_SWITCH" = xswitch ]; then
		c_is_gone() { [ -z "$(fdb_port "$C")" ]; }
		wait_until 3000 c_is_gone || bad "a learned entry does not age"
	fi
	known
	cfg fdb flush
	known
	cfg fdb flush static
	unknown
}

a_static_entry_stays_where_it_is() {
	up3
	reach 3 "1 2" dst "$ALL" src "$B"
	cfg fdb replace "$B" dev "$(port 2)" static
	reach 3 "" dst "$ALL" src "$B"
	fdb_is "$B" 2
	known
	drops 3 static_move
}

sticky_is_another_word_for_static() {
	up3
	cfg fdb add "$B" dev "$(port 2)" sticky
	reach 3 "" dst "$ALL" src "$B"
}

an_extern_entry_moves_but_does_not_age() {
	up3
	cfg set ageing "$(ms 100)"
	cfg fdb add "$B" dev "$(port 2)" extern
	send 3 dst "$ALL" src "$C"
	if [ "$TEST_SWITCH" = xswitch ]; then
		c_is_gone() { [ -z "$(fdb_port "$C")" ]; }
		wait_until 3000 c_is_gone || bad "a learned entry does not age"
	fi
	known
	cfg set ageing 300
	reach 3 "1 2" dst "$ALL" src "$B"
	reach 1 3 dst "$B" src "$A"
}

a_dynamic_entry_by_hand() {
	up3
	cfg fdb add "$B" dev "$(port 2)" dynamic
	known
	send 3 dst "$ALL" src "$B"
	reach 1 3 dst "$B" src "$A"
	cfg fdb replace "$B" dev "$(port 2)" dynamic
	known
	cfg fdb del "$B"
	unknown
}

flushes_take_what_they_name() {
	up3
	sniffed() { # all three are known in VLAN 0 and 10
		speak
		speak vlan 10
		send 3 dst "$ALL" src "$C"
		send 3 dst "$ALL" src "$C" vlan 10
		known
		known vlan 10
		reach 1 3 dst "$C" src "$A"
		reach 1 3 dst "$C" src "$A" vlan 10
	}
	sniffed
	cfg fdb flush
	unknown
	unknown vlan 10
	reach 1 "2 3" dst "$C" src "$A"
	sniffed
	cfg fdb flush dev "$(port 2)"
	unknown
	unknown vlan 10
	reach 1 3 dst "$C" src "$A"
	sniffed
	cfg fdb flush vlan 10
	known
	unknown vlan 10
	reach 1 "2 3" dst "$C" src "$A" vlan 10
	sniffed
	cfg fdb flush dev "$(port 2)" vlan 10
	known
	unknown vlan 10
	reach 1 3 dst "$C" src "$A" vlan 10
	sniffed
}

a_full_table_refuses_and_floods() {
	local n
	up3
	cfg set fdb_size 64
	speak
	known
	# of many strangers some find room, none throws B out
	"$XFRAME" -n "$P"3 send eth0 --macs 500 dst "$ALL" src 02:5e:5e:01:00:00
	fence
	known
	[ "$TEST_SWITCH" = xswitch ] || return 0
	n=$(fdb_entries)
	[ "$n" -le 64 ] || bad "$n entries in a table of 64"
	at_least 400 events refused || bad "$(events refused) refused"
	at_least 400 counter 3 .drops.fdb_full || bad "fdb_full: $(counter 3 .drops.fdb_full)"
	# the last one was not learned: it is flooded, not lost
	fdb_is 02:5e:5e:01:01:f3 none
	reach 1 "2 3" dst 02:5e:5e:01:01:f3 src "$A"
	# room again
	cfg fdb flush dev "$(port 3)"
	room() { send 3 dst "$ALL" src "$C"; [ -n "$(fdb_port "$C")" ]; }
	wait_until 15000 room || bad "no room after a flush"
	reach 1 3 dst "$C" src "$A"
}

deleting_a_port_forgets_its_stations_only() {
	up3
	speak
	send 3 dst "$ALL" src "$C"
	known
	if [ "$TEST_SWITCH" = xswitch ]; then
		cfg port del "$(port 3)"
		unsniff
		sniff 1 2
		fdb_is "$C" none
	fi
	known
}

run_case "hub none" a_source_is_learned
run_case "hub none" group_addresses_are_never_learned
run_case "hub none" every_vlan_learns_by_itself
run_case "hub none" priority_tags_are_vlan_0
run_case "hub none" a_station_moves
run_case "hub none" an_entry_ages
run_case "hub none" a_destination_does_not_refresh
run_case "hub none" a_source_refreshes
run_case "hub none" ageing_0_means_never
run_case "hub none" memory_comes_back_in_the_kernel
run_case "hub none" learning_off
run_case "hub none" a_static_entry_needs_no_learning
run_case "hub none" a_static_entry_neither_ages_nor_is_flushed
run_case "hub none" a_static_entry_stays_where_it_is
run_case "hub none" sticky_is_another_word_for_static
run_case "hub none" an_extern_entry_moves_but_does_not_age
run_case "hub none" a_dynamic_entry_by_hand
run_case "hub none" flushes_take_what_they_name
run_case "hub none" a_full_table_refuses_and_floods
run_case "hub none" deleting_a_port_forgets_its_stations_only
finish
