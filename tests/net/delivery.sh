#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Where a frame goes, and that it arrives once and as it was.
#
#	1 (sender) ---+--- 2
#	              +--- 3 (must not see what is for 2)
#	              +--- 4
#
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2)
ALL=ff:ff:ff:ff:ff:ff

an_unknown_address_is_flooded_to_all_others_once() {
	sw_up 4
	sniff 1 2 3 4
	reach 1 "2 3 4" dst "$B" src "$A"
	reach 3 "1 2 4" dst "$(mac 9)" src "$(mac 3)"
}

broadcast_and_multicast_reach_all_others_once() {
	sw_up 4
	sniff 1 2 3 4
	reach 1 "2 3 4" dst "$ALL" src "$A"
	reach 1 "2 3 4" dst 01:00:5e:01:02:03 src "$A"
	reach 1 "2 3 4" dst 33:33:00:00:00:01 src "$A"
	reach 1 "2 3 4" dst 01:80:c2:00:00:10 src "$A" # the first one that is no control frame
	reach 1 "2 3 4" dst 01:00:0c:cc:cc:cc src "$A"
}

a_known_address_is_seen_by_its_port_only() {
	sw_up 4
	sniff 1 2 3 4
	reach 2 "1 3 4" dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	reach 2 1 dst "$A" src "$B"
	reach 3 2 dst "$B" src "$(mac 3)"
}

nothing_returns_to_its_own_port() {
	sw_up 3
	sniff 1 2 3
	reach 1 "2 3" dst "$ALL" src "$A"
	reach 1 "2 3" dst "$ALL" src "$(mac 1 1)"
	# two stations behind one port
	reach 1 "" dst "$A" src "$(mac 1 1)"
}

# every_kind TARGETS DST: lengths, types and tags
every_kind() {
	local to=$1 dst=$2 len type
	for len in 14 15 17 33 59 60 61 63 65 127 1513 1514; do
		reach 1 "$to" dst "$dst" src "$A" len "$len"
	done
	# IPv4 that is none, 802.3 lengths, undefined, reserved
	for type in 0x0000 0x0001 0x002e 0x05dc 0x0600 0x0800 0x88cc 0x9999 0xffff; do
		reach 1 "$to" dst "$dst" src "$A" type "$type" len 61
	done
}

# The known ones were learned in the VLAN of the outer 802.1Q tag.
every_tag() {
	local to=$1 dst=$2 tags
	while read -r tags; do
		[ -n "$tags" ] || continue
		# shellcheck disable=SC2086
		[ "$to" = 2 ] && send 2 dst $ALL src "$dst" $tags
		# shellcheck disable=SC2086
		reach 1 "$to" dst "$dst" src "$A" $tags len 65
		# shellcheck disable=SC2086
		reach 1 "$to" dst "$dst" src "$A" $tags len 1514
	done <<-TAGS
		vlan 0 prio 5
		vlan 1
		vlan 10 prio 7
		vlan 4094
		vlan 10 vlan 20
		vlan 10 prio 1 vlan 0 prio 6
		vlan 10 tpid 0x88a8
		vlan 10 tpid 0x88a8 vlan 20
		vlan 10 tpid 0x9100 vlan 20
		vlan 10 vlan 20 vlan 30
	TAGS
}

known_frames_arrive_as_they_were() {
	sw_up 3
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	every_kind 2 "$B"
}

flooded_frames_arrive_as_they_were() {
	sw_up 3
	sniff 1 2 3
	every_kind "2 3" "$ALL"
}

tagged_known_frames_arrive_as_they_were() {
	sw_up 3
	sniff 1 2 3
	every_tag 2 "$B"
}

tagged_flooded_frames_arrive_as_they_were() {
	sw_up 3
	sniff 1 2 3
	every_tag "2 3" "$ALL"
}

# in_order_once DST: 2000 numbered frames
in_order_once() {
	local i want="$CASE/want" words=()
	for ((i = 0; i < 200; i++)); do
		words+=("$("$XFRAME" hex dst "$1" src "$A" data "$(printf %08x "$i")" len 60)" ",")
	done
	unset 'words[-1]'
	"$XFRAME" -n "$P"1 send eth0 --count 10 "${words[@]}"
	fence
	printf '%s\n' "${words[@]}" | grep -v , >"$CASE/once"
	for ((i = 0; i < 10; i++)); do cat "$CASE/once"; done >"$want"
	frames 2 | cmp - "$want" || bad "$(frames 2 | wc -l) of 2000 frames, or out of order"
}

numbered_frames_arrive_once_and_in_order() {
	sw_up 3
	sniff 1 2 3
	in_order_once "$ALL"
	reach 2 "1 3" dst "$ALL" src "$B"
	forget
	in_order_once "$B"
	equal "frames in the third namespace" "$(frames 3 | wc -l)" 0
}

control_frames_stay_on_their_link() {
	local last
	sw_up 3
	sniff 1 2 3
	reach 1 "2 3" dst "$ALL" src "$A"
	for last in 00 01 02 03 0e 0f; do
		reach 1 "" dst 01:80:c2:00:00:"$last" src "$A"
	done
}

control_frames_pass_with_group_fwd_mask() {
	[ "$TEST_SWITCH" = xswitch ] || bad "no such setting"
	sw_up 3
	sniff 1 2 3
	cfg set group_fwd_mask 0x4001
	reach 1 "2 3" dst 01:80:c2:00:00:00 src "$A"
	reach 1 "2 3" dst 01:80:c2:00:00:0e src "$A"
	reach 1 "" dst 01:80:c2:00:00:02 src "$A"
}

impossible_sources_are_dropped() {
	sw_up 3
	sniff 1 2 3
	reach 1 "2 3" dst "$ALL" src "$A"
	reach 1 "" dst "$ALL" src 03:5e:5e:00:00:01
	reach 1 "" dst "$ALL" src 00:00:00:00:00:00
	drops 1 src_group
	drops 1 src_zero
}

a_frame_above_the_mtu_of_a_port_does_not_leave_by_it() {
	sw_up 3
	ns 1 ip link set eth0 mtu 9000
	ns 2 ip link set eth0 mtu 9000
	ip link set "${OUTER[1]}" mtu 9000
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 1 "2 3" dst "$ALL" src "$A" len 1514
	# a tag does not count
	reach 1 "2 3" dst "$ALL" src "$A" vlan 5 len 1518
	reach 1 "" dst "$ALL" src "$A" len 1515
	reach 1 "" dst "$B" src "$A" len 1515
	reach 1 "" dst "$B" src "$A" len 8000
}

run_case none an_unknown_address_is_flooded_to_all_others_once
run_case none broadcast_and_multicast_reach_all_others_once
run_case "hub none" a_known_address_is_seen_by_its_port_only
run_case "hub none" nothing_returns_to_its_own_port
run_case "hub none" known_frames_arrive_as_they_were
run_case none flooded_frames_arrive_as_they_were
run_case "hub none" tagged_known_frames_arrive_as_they_were
run_case none tagged_flooded_frames_arrive_as_they_were
run_case "hub none" numbered_frames_arrive_once_and_in_order
run_case "hub none" control_frames_stay_on_their_link
run_case "hub none" control_frames_pass_with_group_fwd_mask
run_case none impossible_sources_are_dropped
run_case "hub none" a_frame_above_the_mtu_of_a_port_does_not_leave_by_it
finish
