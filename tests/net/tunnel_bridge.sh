#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# At the other end of a VXLAN tunnel: a Linux bridge with a vxlan device, as anybody sets it up.
#
#	1, 2 --- sw1, host 1 192.0.2.1 ~~~ 192.0.2.2 host 2, vx0 in br0 --- 3, 4
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$TESTS/tunnel_lib.sh"

A=$(mac 1) B=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff

# bridge H NAME WORD...: words of the bridge
bridge_up() {
	far "$1" ip link add "$2" type bridge mcast_snooping 0 "${@:3}" || return
	far "$1" ip link set "$2" addrgenmode none up
}

# vxlan_up H DEVICE BRIDGE VNI [WORD...]
vxlan_up() {
	far "$1" ip link add "$2" type vxlan id "$4" local "$(under4 "$1")" dstport 4789 dev u0 \
		"${@:5}" || bad "no vxlan device"
	far "$1" ip link set "$2" master "$3" addrgenmode none up
}

# hosts "WORDS of the tunnel" "WORDS of the bridge": both, with their guests
hosts() {
	local words
	read -ra words <<<"$1"
	underlay 2
	host_up 1 1 2
	host 1 port add tun0 type vxlan remote "$(under4 2)" key 100 "${words[@]}" || bad "port add: $?"
	read -ra words <<<"${2-}"
	bridge_up 2 br0 "${words[@]}" || skip "the kernel has no bridge $2"
	vxlan_up 2 vx0 br0 100 remote "$(under4 1)"
	for n in 3 4; do
		guest_of 2 "$n"
		far 2 ip link set "t$n" master br0
	done
}

answers() { ns "$1" ping -qc2 -i0.05 -W3 "$2" || bad "no answer for $1 from $2"; }

# As many bytes inside as the kernel finds room for itself, and no packet cut or resent.
untagged_frames() {
	local n
	hosts "mode access tag 10"
	host 1 port set "$(port 1)" mode access tag 10
	host 1 port set "$(port 2)" mode access tag 10
	equal "MTU, here and there" "$(mtu_of 1 tun0) $(far 2 ip -j link show vx0 | jq '.[0].mtu')" \
		"1450 1450"
	guest_mtu 1450 3 4
	answers 1 "$(ip4 3)"
	answers 3 "$(ip4 2)"
	answers 2 "$(ip6 4)"
	answers 4 "$(ip6 1)"
	equal "entry of 3" "$(on 1 '.[0] | "\(.port) \(.remote)"' fdb get "$(station 3)" vlan 10)" \
		"tun0 192.0.2.2"
	far 2 bridge fdb show dev vx0 | grep -q "$(station 1).* dst 192.0.2.1" ||
		bad "the other end has not learned: $(far 2 bridge fdb show dev vx0)"
	stream "$(ip4 3)" 1 3 "" 20000000
	stream "$(ip4 2)" 4 2 "" 20000000
	stream "$(ip6 4)" 2 4 "" 10000000
	carried_whole
}

# Whatever tag a frame has comes out at the other end.
tags_inside() {
	hosts "mode transparent"
	sniff 2 3 4
	reach_far 1 "2 3 4" 3 dst "$ALL" src "$A" vlan 10 prio 5
	reach_far 1 "2 3 4" 3 dst "$B" src "$A" vlan 4094 len 200
	reach_far 1 "2 3 4" 3 dst "$ALL" src "$A"
	unsniff
	sniff 1 2 4
	reach_far 3 "1 2 4" 1 dst "$ALL" src "$B" vlan 20 prio 1
	reach_far 3 1 1 dst "$A" src "$B" # known on both sides
	unsniff
	sniff 2 3 4
	reach_far 1 3 3 dst "$B" src "$A"
}

# tenants and a trunk between them, where the kernel's bridge has VLANs
vlans_of_the_bridge() {
	hosts "mode trunk trunks 10,20" "vlan_filtering 1 vlan_default_pvid 0"
	guest_mtu "$(mtu_of 1 tun0)" 3 4
	host 1 port set "$(port 1)" mode access tag 10
	host 1 port set "$(port 2)" mode access tag 20
	far 2 bridge vlan add dev vx0 vid 10
	far 2 bridge vlan add dev vx0 vid 20
	far 2 bridge vlan add dev t3 vid 10 pvid untagged
	far 2 bridge vlan add dev t4 vid 20 pvid untagged
	answers 1 "$(ip4 3)"
	answers 4 "$(ip6 2)"
	silent 1 "$(ip4 4)"
	silent 3 "$(ip6 2)"
	stream "$(ip4 3)" 1 3 "" 5000000
	stream "$(ip4 2)" 4 2 "" 5000000
}

# One key, one bridge: the older way to keep VLANs apart.
a_key_for_each_vlan() {
	local n
	underlay 2
	host_up 1 1 2
	host 1 port add tun0 type vxlan remote "$(under4 2)" key vid+5000 trunks 10,20 || bad "port add: $?"
	host 1 port set "$(port 1)" mode access tag 10
	host 1 port set "$(port 2)" mode access tag 20
	for n in 10 20; do
		bridge_up 2 "br$n"
		vxlan_up 2 "vx$n" "br$n" $((5000 + n)) remote "$(under4 1)"
		guest_of 2 $((2 + n / 10))
		far 2 ip link set t$((2 + n / 10)) master "br$n"
	done
	guest_mtu "$(mtu_of 1 tun0)" 3 4
	answers 1 "$(ip4 3)"
	answers 4 "$(ip6 2)"
	silent 1 "$(ip4 4)"
	silent 3 "$(ip4 2)"
	stream "$(ip4 2)" 4 2 "" 5000000
}

# Three hosts, one of them ours: head-end replication is the same on both sides.
three_hosts() {
	local h n k
	underlay 3
	host_up 1 1 2
	host 1 port add mesh type vxlan remote "$(under4 2),$(under4 3)" key 100 || bad "port add: $?"
	for h in 2 3; do
		bridge_up "$h" br0
		vxlan_up "$h" vx0 br0 100
		for k in 1 2 3; do
			[ "$k" = "$h" ] && continue
			far "$h" bridge fdb append 00:00:00:00:00:00 dev vx0 dst "$(under4 "$k")" ||
				bad "bridge fdb"
		done
		n=$((h + 1))
		guest_of "$h" "$n"
		far "$h" ip link set "t$n" master br0
	done
	guest_mtu "$(mtu_of 1 mesh)" 3 4
	sniff 2 3 4
	reach_far 1 "2 3 4" 4 dst "$ALL" src "$A"
	unsniff
	sniff 1 2 4
	reach_far 3 "1 2 4" 1 dst "$ALL" src "$B"
	reach_far 3 1 1 dst "$A" src "$B"
	unsniff
	answers 1 "$(ip4 4)"
	answers 3 "$(ip4 2)"
	equal "entry of 4" "$(fdb_far 1 "$(station 4)")" "mesh 192.0.2.3"
	stream "$(ip4 4)" 2 4 "" 5000000
}

run_case "hub none" untagged_frames
run_case "hub none" tags_inside
run_case "hub none" vlans_of_the_bridge
run_case "hub none" a_key_for_each_vlan
run_case "hub none" three_hosts
finish
