#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Customers with VLANs of their own, which overlap, across tunnel ports of one switch.
#
#	A: 1 tunnel 100 ---+--- 2 tunnel 100 :A
#	B: 3 tunnel 200 ---+--- 4 tunnel 200 :B
#	                   +--- 5 trunk of 100 and 200, outer tag 802.1ad
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"

customers() {
	local n
	sw_up 5
	quiet 1 2 3 4 5
	for n in 1 2; do vport "$n" mode dot1q-tunnel tag 100; done
	for n in 3 4; do vport "$n" mode dot1q-tunnel tag 200; done
	vport 5 mode trunk trunks 100,200 qinq-ethtype 802.1ad
	sniff 1 2 3 4 5
}

inner_tags_are_intact_and_customers_apart() {
	local row a b vid
	customers
	for row in 1:2:100 2:1:100 3:4:200 4:3:200; do
		IFS=: read -r a b vid <<<"$row"
		from "$a" <<-ROWS
			-		$b=-		5=s$vid
			0p5d		$b=0p5d		5=s$vid+0p5d
			10p3d		$b=10p3d	5=s$vid+10p3d
			100		$b=100		5=s$vid+100
			200		$b=200		5=s$vid+200
			4095		$b=4095		5=s$vid+4095
			10p1+20p2d	$b=10p1+20p2d	5=s$vid+10p1+20p2d
			s200		$b=s200		5=s$vid+s200
			s100+10		$b=s100+10	5=s$vid+s100+10
			q7+10p6		$b=q7+10p6	5=s$vid+q7+10p6
		ROWS
	done
}

an_802_1ad_trunk_takes_only_its_tags() {
	customers
	from 5 <<-ROWS
		s100		1=- 2=-
		s100p5d+10p3	1=10p3 2=10p3
		s200+10p3d	3=10p3d 4=10p3d
		s200+s5		3=s5 4=s5
		s300+10		vlan_ingress
		s4095		vid_reserved
		-		no_pvid
		100		no_pvid
		100+10		no_pvid
		q100+10		no_pvid
		s0p3		no_pvid
	ROWS
}

# The outer VLAN learns; what is inside is content.
addresses_are_learned_in_the_outer_vlan() {
	local same
	same=$(mac 77)
	customers
	from 1 "$ALL" "$same" <<<"10 2=10 5=s100+10"
	from 4 "$ALL" "$same" <<<"10 3=10 5=s200+10"
	fdb_is "$same" 1 100
	fdb_is "$same" 4 200
	fdb_is "$same" none 10
	fdb_is "$same" none
	from 2 "$same" <<<"10p1 1=10p1"
	from 2 "$same" <<<"20 1=20"
	from 3 "$same" <<<"10p1 4=10p1"
	from 5 "$same" <<<"s100+10 1=10"
	from 5 "$same" <<<"s200+10p7 4=10p7"
	# moves in one customer's network do not touch the other's
	from 2 "$ALL" "$same" <<<"20 1=20 5=s100+20"
	from 1 "$same" <<<"10 2=10"
	from 3 "$same" <<<"10 4=10"
}

only_the_listed_customer_vlans() {
	customers
	vport 1 cvlans 10,20-29
	vport 2 cvlans 0,10
	from 1 <<-ROWS
		10p5		2=10p5 5=s100+10p5
		10+30		2=10+30 5=s100+10+30
		20		2=20 5=s100+20
		29p1		2=29p1 5=s100+29p1
		19		vlan_ingress
		30		vlan_ingress
		100		vlan_ingress
		4095		vlan_ingress
		30+10		vlan_ingress
		-		vlan_ingress
		0p1		vlan_ingress
		s10		vlan_ingress
	ROWS
	from 2 <<-ROWS
		-		1=- 5=s100
		0p1		1=0p1 5=s100+0p1
		10		1=10 5=s100+10
		20		vlan_ingress
	ROWS
	from 3 <<<"30 4=30 5=s200+30"
}

the_outer_tag_is_0x8100_on_request() {
	customers
	vport 1 qinq-ethtype 802.1q
	vport 2 qinq-ethtype 802.1q
	vport 5 qinq-ethtype 802.1q
	from 1 <<<"10p3 2=10p3 5=100+10p3"
	from 1 <<<"s10p3 2=s10p3 5=100+s10p3"
	from 5 <<<"100p1+10p3 1=10p3 2=10p3"
	from 5 <<<"s100+10 no_pvid"
}

# A customer's frame of full size leaves with one tag more.
full_size_frames() {
	local n
	customers
	PAYLOAD=1500
	from 1 <<<"- 2=- 5=s100"
	[ "$TEST_SWITCH" = xswitch ] || bad "no MTU to ask about"
	# with a tag of the customer it is 1504 bytes to the ports, whose MTU is 1500
	from 1 <<<"10 too_big"
	for n in 1 2 5; do
		ns "$n" ip link set eth0 mtu 1504
		cfg port set "$(port "$n")" mtu 1504
	done
	from 1 <<<"10 2=10 5=s100+10"
}

pings_through_the_tunnel() {
	customers
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 2)" || bad "no answer in A"
	ns 3 ping -qc2 -i0.05 -W2 "$(ip4 4)" || bad "no answer in B"
	silent 1 "$(ip4 3)"
	silent 4 "$(ip4 2)"
}

run_case "hub none" inner_tags_are_intact_and_customers_apart
run_case "hub none" an_802_1ad_trunk_takes_only_its_tags
run_case "hub none" addresses_are_learned_in_the_outer_vlan
run_case "hub none" only_the_listed_customer_vlans
run_case "hub none" the_outer_tag_is_0x8100_on_request
run_case "hub none" full_size_frames
run_case "hub none" pings_through_the_tunnel
finish
