#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# GRE and Geneve between hosts, each with its own switch, and VXLAN on other kernels.
#
#	1, 2 --- sw1, host 1 192.0.2.1 ~~~ 192.0.2.2 host 2, sw2 --- 3, 4
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$TESTS/tunnel_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

A=$(mac 1) B=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff

module() { # TYPE
	case $1 in
	gre) needs ip_gre ip6_gre ;;
	geneve) needs geneve ;;
	vxlan) modprobe -q vxlan ;; # or built in
	esac
}

# The 802.1Q tag is inside, and what GRE carries is Ethernet: protocol 0x6558.
gre_headers() {
	local inner f
	needs ip_gre
	pair gre key 77 mode trunk trunks 10,20
	equal "MTU" "$(mtu_of 1 tun0)" $((1500 - 20 - 8 - 14 - 4))
	tenants
	inner=$("$XFRAME" hex dst "$ALL" src "$A" vlan 10 len 64)
	SEEN=$inner outer 2 send 1 dst "$ALL" src "$A"
	f=$OUT
	equal "frames" "$(wc -l <<<"$f")" 1
	equal "don't fragment" "$(field "$f" 20 2)" 4000
	equal "protocol" "$(field "$f" 23 1)" 2f
	equal "from, to" "$(field "$f" 26 8)" c0000201c0000202
	equal "key bit, protocol, key" "$(field "$f" 34 8)" 200065580000004d
	equal "frame" "${f:84}" "$inner"
}

gre_without_a_key() {
	local inner f
	needs ip_gre
	if older 6.3; then
		underlay 2
		host_up 1 1
		expect 2 host 1 port add tun0 type gre remote "$(under4 2)"
		like "error" "$ERR" 'GRE without a key needs kernel 6.3.*hint: give it one'
		return
	fi
	pair gre
	equal "MTU" "$(mtu_of 1 tun0)" $((1500 - 20 - 4 - 14 - 4))
	inner=$("$XFRAME" hex dst "$ALL" src "$A" vlan 10)
	SEEN=$inner outer 2 send 1 dst "$ALL" src "$A" vlan 10
	equal "no key bit, protocol" "$(field "$OUT" 34 4)" 00006558
	equal "frame" "${OUT:76}" "$inner"
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 3)" || bad "no answer"
}

geneve_headers() {
	local inner f
	needs geneve
	pair geneve key 0xabcdef
	equal "MTU" "$(mtu_of 1 tun0)" "$TAGS4"
	inner=$("$XFRAME" hex dst "$ALL" src "$A" vlan 10)
	SEEN=$inner outer 2 send 1 dst "$ALL" src "$A" vlan 10
	f=$OUT
	equal "don't fragment" "$(field "$f" 20 2)" 4000
	equal "UDP port" "$(field "$f" 36 2)" 17c1
	equal "Geneve" "$(field "$f" 42 8)" 00006558abcdef00
	equal "frame" "${f:100}" "$inner"
}

vlans_stay_apart() { # TYPE KEY
	module "$1"
	pair "$1" key "$2" mode trunk trunks 10,20
	tenants
	sniff 2 3 4
	reach_far 1 3 3 dst "$ALL" src "$A"
	reach_far 1 3 3 dst "$B" src "$A"
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 3)" || bad "no answer in VLAN 10"
	ns 2 ping -6 -qc2 -i0.05 -W2 "$(ip6 4)" || bad "no answer in VLAN 20"
	silent 1 "$(ip4 4)"
	return 0
}

streams() { # TYPE
	module "$1"
	pair "$1" key 1 mode trunk
	tenants
	host 1 port set "$(port 2)" tag 10
	host 2 port set "$(port 4)" tag 10
	# the others have no vlan_features: tagged packets are cut beforehand, into full segments
	if [ "$1" = vxlan ]; then tcp_as_long_as_can_be ip4; else tcp_as_long_as_can_be ip4 1300; fi
}

over_ipv6() { # TYPE
	local h
	module "$1"
	underlay 2
	host_up 1 1 2
	host_up 2 3 4
	for h in 1 2; do
		host "$h" port add tun0 type "$1" remote "$(under6 $((3 - h)))" key 9 ||
			bad "port add: $?"
	done
	guest_mtu "$(mtu_of 1 tun0)" 1 2 3 4
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 3)" || bad "no answer"
	tcp_as_long_as_can_be ip6
}

# One device of a kind in external mode is all that a namespace has.
shared() { # TYPE
	module "$1"
	pair "$1" key 1
	host 1 port add other type "$1" remote "$(under4 2)" key 2
	equal "devices" "$(far 1 ip -br link | grep -c '^sw1t')" 1
	undo xsw -S sw9 -n "$(hostns 1)" down
	xsw -S sw9 -n "$(hostns 1)" up || bad "up: $?"
	expect 2 xsw -S sw9 -n "$(hostns 1)" port add x type "$1" remote "$(under4 2)" key 1
	like "error" "$ERR" "taken|there can be one"
	host 1 port del tun0
	equal "devices" "$(far 1 ip -br link | grep -c '^sw1t')" 1
	host 1 port del other
	equal "devices" "$(far 1 ip -br link | grep -c '^sw1t')" 0
}

# From one kind to another through a third host.
from_kind_to_kind() {
	needs ip_gre geneve
	underlay 3
	host_up 1 1
	host_up 2 3
	host_up 3 5
	host 1 port add to2 type gre remote "$(under4 2)" key 1
	host 2 port add to1 type gre remote "$(under4 1)" key 1
	host 2 port add to3 type geneve remote "$(under4 3)" key 1
	host 3 port add to2 type geneve remote "$(under4 2)" key 1
	guest_mtu 1400 1 3 5
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 5)" || bad "no answer"
	stream "$(ip4 5)" 1 5 "" 3000000
	stream "$(ip4 3)" 5 3 "" 3000000
}

run_case "hub none" gre_headers
run_case "hub none" gre_without_a_key
run_case "hub none" geneve_headers
for type in gre geneve vxlan; do
	run_case "hub none" vlans_stay_apart "$type" 100
	run_case "hub none" vlans_stay_apart "$type" vid+100
	run_case "hub none" streams "$type"
	run_case "hub none" over_ipv6 "$type"
	run_case - shared "$type"
done
run_case "hub none" from_kind_to_kind
finish
