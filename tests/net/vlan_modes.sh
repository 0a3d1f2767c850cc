#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What each mode of a port accepts, where it goes and with which tags it leaves.
#
#	1 transparent ------+--- 6 dot1q-tunnel 10
#	2 access 10 --------+--- 7 hybrid: 10 pvid untagged, 20
#	3 trunk 10,20 ------+--- 8 access 20
#	4 native-untagged 10, 20
#	5 native-tagged 10, 20
#	                    +--- 9 transparent
#
# 8 is the one that must not see VLAN 10. Tables: see vlan_lib.sh.
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"

up9() {
	sw_up 9
	quiet 1 2 3 4 5 6 7 8 9
	vport 2 mode access tag 10
	vport 3 mode trunk trunks 10,20
	vport 4 mode native-untagged tag 10 trunks 20
	vport 5 mode native-tagged tag 10 trunks 20
	vport 6 mode dot1q-tunnel tag 10 qinq-ethtype 802.1q
	cfg vlan add dev "$(port 7)" vid 10 pvid untagged
	cfg vlan add dev "$(port 7)" vid 20
	vport 8 mode access tag 20
	sniff 1 2 3 4 5 6 7 8 9
}

from_transparent() {
	up9
	from 1 <<-ROWS
		-		9=-
		0		9=0
		0p5d		9=0p5d
		s10		9=s10
		q10		9=q10
		10		2=- 3=10 4=- 5=10 6=- 7=- 9=10
		10p7d		2=- 3=10p7d 4=- 5=10p7d 6=- 7=- 9=10p7d
		10p1+20p2	2=20p2 3=10p1+20p2 4=20p2 5=10p1+20p2 6=20p2 7=20p2 9=10p1+20p2
		20p3		3=20p3 4=20p3 5=20p3 7=20p3 8=- 9=20p3
		1		9=1
		4094p6		9=4094p6
		4095		vid_reserved
	ROWS
}

from_access() {
	up9
	from 2 <<-ROWS
		-		1=10 3=10 4=- 5=10 6=- 7=- 9=10
		0		1=10 3=10 4=- 5=10 6=- 7=- 9=10
		0p5		1=10p5 3=10p5 4=- 5=10p5 6=- 7=- 9=10p5
		0p7d		1=10p7d 3=10p7d 4=- 5=10p7d 6=- 7=- 9=10p7d
		0p5+20		1=10p5+20 3=10p5+20 4=20 5=10p5+20 6=20 7=20 9=10p5+20
		s10		1=10+s10 3=10+s10 4=s10 5=10+s10 6=s10 7=s10 9=10+s10
		q20p1		1=10+q20p1 3=10+q20p1 4=q20p1 5=10+q20p1 6=q20p1 7=q20p1 9=10+q20p1
		10		frame_type
		20		frame_type
		10+10		frame_type
		4095		vid_reserved
	ROWS
	from 8 <<-ROWS
		-		1=20 3=20 4=20 5=20 7=20 9=20
		20		frame_type
	ROWS
}

from_trunk() {
	up9
	from 3 <<-ROWS
		10		1=10 2=- 4=- 5=10 6=- 7=- 9=10
		10p3d		1=10p3d 2=- 4=- 5=10p3d 6=- 7=- 9=10p3d
		20p6		1=20p6 4=20p6 5=20p6 7=20p6 8=- 9=20p6
		10p1+30p2	1=10p1+30p2 2=30p2 4=30p2 5=10p1+30p2 6=30p2 7=30p2 9=10p1+30p2
		20+s5		1=20+s5 4=20+s5 5=20+s5 7=20+s5 8=s5 9=20+s5
		-		no_pvid
		0p5		no_pvid
		s10		no_pvid
		q10		no_pvid
		30		vlan_ingress
		1		vlan_ingress
		4094		vlan_ingress
		4095		vid_reserved
	ROWS
}

from_native_untagged() {
	up9
	from 4 <<-ROWS
		-		1=10 2=- 3=10 5=10 6=- 7=- 9=10
		0p4d		1=10p4d 2=- 3=10p4d 5=10p4d 6=- 7=- 9=10p4d
		10p4		1=10p4 2=- 3=10p4 5=10p4 6=- 7=- 9=10p4
		20p1d		1=20p1d 3=20p1d 5=20p1d 7=20p1d 8=- 9=20p1d
		s20		1=10+s20 2=s20 3=10+s20 5=10+s20 6=s20 7=s20 9=10+s20
		30		vlan_ingress
		4095		vid_reserved
	ROWS
}

from_native_tagged() {
	up9
	from 5 <<-ROWS
		-		1=10 2=- 3=10 4=- 6=- 7=- 9=10
		0p4d		1=10p4d 2=- 3=10p4d 4=- 6=- 7=- 9=10p4d
		10p4		1=10p4 2=- 3=10p4 4=- 6=- 7=- 9=10p4
		20		1=20 3=20 4=20 7=20 8=- 9=20
		30		vlan_ingress
		4095		vid_reserved
	ROWS
}

from_tunnel() {
	up9
	from 6 <<-ROWS
		-		1=10 2=- 3=10 4=- 5=10 7=- 9=10
		0p5		1=10+0p5 2=0p5 3=10+0p5 4=0p5 5=10+0p5 7=0p5 9=10+0p5
		10p5d		1=10+10p5d 2=10p5d 3=10+10p5d 4=10p5d 5=10+10p5d 7=10p5d 9=10+10p5d
		20		1=10+20 2=20 3=10+20 4=20 5=10+20 7=20 9=10+20
		s7p1+20		1=10+s7p1+20 2=s7p1+20 3=10+s7p1+20 4=s7p1+20 5=10+s7p1+20 7=s7p1+20 9=10+s7p1+20
	ROWS
}

from_hybrid() {
	up9
	from 7 <<-ROWS
		-		1=10 2=- 3=10 4=- 5=10 6=- 9=10
		0p2		1=10p2 2=- 3=10p2 4=- 5=10p2 6=- 9=10p2
		10p2d		1=10p2d 2=- 3=10p2d 4=- 5=10p2d 6=- 9=10p2d
		20p7		1=20p7 3=20p7 4=20p7 5=20p7 8=- 9=20p7
		30		vlan_ingress
		4095		vid_reserved
	ROWS
	# sets are edited freely: no PVID, an untagged member that is not the PVID
	cfg vlan add dev "$(port 7)" vid 10
	cfg vlan add dev "$(port 7)" vid 20 untagged
	from 7 <<-ROWS
		-		no_pvid
		10		1=10 2=- 3=10 4=- 5=10 6=- 9=10
	ROWS
	from 3 <<-ROWS
		10p1		1=10p1 2=- 4=- 5=10p1 6=- 7=10p1 9=10p1
		20p1		1=20p1 4=20p1 5=20p1 7=- 8=- 9=20p1
	ROWS
	# in and out by different VLANs, as for a server of many customers
	cfg vlan add dev "$(port 7)" vid 20 pvid untagged
	from 7 <<-ROWS
		-		1=20 3=20 4=20 5=20 8=- 9=20
	ROWS
	# mode hybrid starts empty
	vport 9 mode hybrid
	from 9 <<-ROWS
		-		no_pvid
		10		vlan_ingress
	ROWS
	from 8 <<-ROWS
		-		1=20 3=20 4=20 5=20 7=-
	ROWS
}

# How a frame of VLAN 10 looks to a port: as it may come in, as it must go out.
form_in=([1]=10p5 [2]=- [3]=10p5 [4]=- [5]=10p5 [6]=- [7]=10p5)
form_out=([1]=10 [2]=- [3]=10 [4]=- [5]=10 [6]=- [7]=-)

known_addresses_between_all_modes() {
	local a b out
	up9
	for a in {1..7}; do
		send "$a" "$(vframe "$ALL" "$(mac "$a")" "${form_in[a]}"; echo "$HEX")"
	done
	fence
	for a in {1..7}; do
		fdb_is "$(mac "$a")" "$a" 10
		for b in {1..7}; do
			[ "$a" = "$b" ] && continue
			out=${form_out[b]}
			# the PCP of a tag that came in leaves with the tag
			[ "$out" = - ] || [ "${form_in[a]}" = - ] || out=${form_in[a]}
			echo "@$b ${form_in[a]} $b=$out"
		done >"$CASE/rows"
		from "$a" "" "$(mac "$a")" <"$CASE/rows"
	done
	# the same address in another VLAN is unknown
	from 3 "$(mac 2)" <<<"20 1=20 4=20 5=20 7=20 8=- 9=20"
}

unknown_and_group_addresses_stay_inside() {
	up9
	from 2 <<-ROWS
		@99			-	1=10 3=10 4=- 5=10 6=- 7=- 9=10
		@01:00:5e:00:00:05	-	1=10 3=10 4=- 5=10 6=- 7=- 9=10
		@33:33:00:00:00:01	-	1=10 3=10 4=- 5=10 6=- 7=- 9=10
	ROWS
	from 8 <<-ROWS
		@99			-	1=20 3=20 4=20 5=20 7=20 9=20
		@01:00:5e:00:00:05	-	1=20 3=20 4=20 5=20 7=20 9=20
	ROWS
	from 3 <<-ROWS
		@99			20p5	1=20p5 4=20p5 5=20p5 7=20p5 8=- 9=20p5
		@33:33:00:00:00:01	20p5	1=20p5 4=20p5 5=20p5 7=20p5 8=- 9=20p5
	ROWS
}

# A static entry of a port that is no member is there and not used.
a_static_entry_outside_of_the_vlan() {
	up9
	cfg fdb add "$(mac 8)" dev "$(port 8)" vlan 10 static
	from 2 "$(mac 8)" <<<"- vlan_egress"
	from 3 "$(mac 8)" <<<"10 vlan_egress"
	vport 8 tag 10
	from 3 "$(mac 8)" <<<"10 8=-"
}

# All trunks are the default of a trunk, VLAN 0 is none of them.
a_trunk_of_everything() {
	up9
	vport 9 mode trunk
	from 9 <<-ROWS
		1	1=1
		4094	1=4094
		20p5	1=20p5 3=20p5 4=20p5 5=20p5 7=20p5 8=-
		-	no_pvid
		0	no_pvid
		4095	vid_reserved
	ROWS
	from 1 <<-ROWS
		-	no_target
		4094	9=4094
	ROWS
}

# A tag does not count for the MTU: 1500 bytes pass with and without.
longest_and_shortest_frames() {
	up9
	PAYLOAD=1500
	from 2 <<<"- 1=10 3=10 4=- 5=10 6=- 7=- 9=10"
	from 3 <<<"10p1 1=10p1 2=- 4=- 5=10p1 6=- 7=- 9=10p1"
	PAYLOAD=0
	from 2 <<<"- 1=10 3=10 4=- 5=10 6=- 7=- 9=10"
	PAYLOAD=2 # the kernel has no tagged frame with less: skb_vlan_untag() frees it
	from 3 <<<"20p1 1=20p1 4=20p1 5=20p1 7=20p1 8=- 9=20p1"
}

# Source checks and control frames are the same on a port with VLANs.
other_reasons_stay() {
	up9
	from 2 "$ALL" 03:5e:5e:00:00:01 <<<"- src_group"
	from 3 "$ALL" 00:00:00:00:00:00 <<<"10 src_zero"
	from 2 01:80:c2:00:00:0e <<<"- link_local"
	from 3 "$(mac 3 1)" "$(mac 3 1)" <<<"10 same_port"
	vport 8 state blocking
	from 8 <<<"- port_blocking"
	from 3 <<<"20 1=20 4=20 5=20 7=20 9=20"
}

# VLANs count their frames: those let in, and every copy that leaves.
vlan_counters() {
	[ "$TEST_SWITCH" = xswitch ] || bad "has no counters"
	up9
	from 3 <<-ROWS
		20	1=20 4=20 5=20 7=20 8=- 9=20
		20p1	1=20p1 4=20p1 5=20p1 7=20p1 8=- 9=20p1
		30	vlan_ingress
		-	no_pvid
	ROWS
	from 8 <<<"20 frame_type"
	equal "VLAN 20" "$(xsw -j stats vlan | jq -c '.[] | select(.vlan == 20) | .stats')" \
		'{"rx":{"packets":2,"bytes":128},"tx":{"packets":12,"bytes":760}}'
	equal "VLAN 30" "$(xsw -j stats vlan | jq -c '.[] | select(.vlan == 30)')" ""
}

run_case "hub none" from_transparent
run_case "hub none" from_access
run_case "hub none" from_trunk
run_case "hub none" from_native_untagged
run_case "hub none" from_native_tagged
run_case "hub none" from_tunnel
run_case "hub none" from_hybrid
run_case "hub none" known_addresses_between_all_modes
run_case "hub none" unknown_and_group_addresses_stay_inside
run_case "hub none" a_static_entry_outside_of_the_vlan
run_case "hub none" a_trunk_of_everything
run_case "hub none" longest_and_shortest_frames
run_case "hub none" other_reasons_stay
run_case "hub none" vlan_counters
finish
