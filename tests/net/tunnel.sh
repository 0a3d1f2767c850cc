#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# VXLAN between hosts, each with its own switch; tests/vm/tunnel.sh has GRE and Geneve.
#
#	1, 2 --- sw1, host 1 192.0.2.1 ~~~ 192.0.2.2 host 2, sw2 --- 3, 4
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$TESTS/tunnel_lib.sh"

A=$(mac 1) B=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff
ping_through_it() {
	pair vxlan key 100
	equal "MTU" "$(mtu_of 1 tun0)" "$TAGS4"
	ns 1 ping -qc3 -i0.05 -W2 "$(ip4 3)" || bad "no answer"
	ns 4 ping -6 -qc2 -i0.05 -W2 "$(ip6 2)" || bad "no answer by IPv6"
	equal "entry of 3" "$(fdb_far 1 "$(station 3)")" "tun0 192.0.2.2"
	equal "stray" "$(on 2 '.[0].stray' -s show)" 0
}

# Ethernet 14, IPv4 20, UDP 8, VXLAN 8, then the frame as it is
outer_headers() {
	local inner f
	pair vxlan key 0x64
	inner=$("$XFRAME" hex dst "$ALL" src "$A" vlan 10 prio 5 len 100)
	SEEN=$inner outer 2 send 1 dst "$ALL" src "$A" vlan 10 prio 5 len 100
	f=$OUT
	equal "frames" "$(wc -l <<<"$f")" 1
	equal "type" "$(field "$f" 12 2)" 0800
	equal "don't fragment" "$(field "$f" 20 2)" 4000
	equal "TTL, protocol" "$(field "$f" 22 2)" 4011
	equal "from, to" "$(field "$f" 26 8)" c0000201c0000202
	equal "UDP port" "$(field "$f" 36 2)" 12b5
	equal "UDP checksum" "$(field "$f" 40 2)" 0000
	equal "VXLAN" "$(field "$f" 42 8)" 0800000000006400
	equal "frame" "${f:100}" "$inner"
}

trunk_with_tags_inside() {
	pair vxlan key 7 mode trunk trunks 10,20
	tenants
	sniff 2 3 4
	reach_far 1 3 3 dst "$ALL" src "$A"
	reach_far 1 3 3 dst "$B" src "$A"
	unsniff
	sniff 1 2 4
	reach_far 3 1 1 dst "$ALL" src "$B"
	reach_far 3 1 1 dst "$A" src "$B"
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 3)" || bad "no answer in VLAN 10"
	ns 2 ping -6 -qc2 -i0.05 -W2 "$(ip6 4)" || bad "no answer in VLAN 20"
	silent 1 "$(ip4 4)"
	silent 2 "$(ip4 3)"
}

a_key_for_each_vlan() {
	local inner
	pair vxlan key vid+5000 trunks 10,20
	tenants
	equal "MTU" "$(mtu_of 1 tun0)" $((TAGS4 + 4))
	equal "key" "$(on 1 '.[0].key' port show tun0)" vid+5000
	inner=$("$XFRAME" hex dst "$ALL" src "$A")
	SEEN=$inner outer 2 send 1 dst "$ALL" src "$A"
	equal "VXLAN" "$(field "$OUT" 42 8)" 0800000000139200 # 5010
	equal "frame" "${OUT:100}" "$inner"
	sniff 2 3 4
	reach_far 1 3 3 dst "$B" src "$A"
	# a tag inside is content
	reach_far 1 3 3 dst "$ALL" src "$A" vlan 7 tpid 0x88a8
	ns 2 ping -qc2 -i0.05 -W2 "$(ip4 4)" || bad "no answer in VLAN 20"
	silent 1 "$(ip4 4)"
	# VLAN 30 has a key, but the other end is no member
	host 1 port set tun0 trunks 10,20,30
	host 1 port set "$(port 1)" tag 30
	send 1 dst "$ALL" src "$A"
	wait_until 3000 at_least 1 on 2 '.[0].stats.drops.vlan_ingress // 0' -s port show tun0 ||
		bad "VLAN 30 came in"
}

keys_keep_tunnels_apart() {
	pair vxlan key 100
	host 1 port set tun0 state down
	host 1 port add other type vxlan remote "$(under4 2)" key 101
	send 1 dst "$ALL" src "$A"
	wait_until 3000 at_least 1 on 2 '.[0].stray' -s show || bad "key 101 is not stray"
	expect 3 host 2 fdb get "$A" # nor has it come in by key 100
	equal "one device" "$(far 1 ip -br link show type vxlan | wc -l)" 1
	expect 2 host 1 port add twice type vxlan remote "$(under4 2)" key 101
	like "error" "$ERR" 'port other has remote 192.0.2.2 and that key'
	expect 2 host 1 port add twice type vxlan remote "$(under4 2)" key vid
	host 1 port add apart type vxlan remote "$(under4 2)" key 101 port 4790
	equal "devices" "$(far 1 ip -br link show type vxlan | wc -l)" 2
	host 1 port del other
	host 1 port del apart
	equal "devices" "$(far 1 ip -br link show type vxlan | wc -l)" 1
}

tcp_in_full_segments() {
	pair vxlan key 1 mode trunk
	tenants
	host 1 port set "$(port 2)" tag 10
	host 2 port set "$(port 4)" tag 10
	tcp_as_long_as_can_be ip4
	# the longest packet goes, a longer one does not
	ns 1 ping -qc1 -W2 -M "do" -s $((TAGS4 - 28)) "$(ip4 3)" || bad "$TAGS4 bytes do not fit"
	ns 1 ip link set eth0 mtu 1500
	ns 1 ping -qc1 -W1 -M "do" -s $((TAGS4 - 27)) "$(ip4 3)" && bad "one more fits"
	at_least 1 on 1 '.[0].stats.drops.too_big' -s port show "$(port 1)" || bad "not counted"
}

remotes_of_ipv6() {
	local f h
	underlay 2
	host_up 1 1 2
	host_up 2 3 4
	for h in 1 2; do
		host "$h" port add tun0 type vxlan remote "$(under6 $((3 - h)))" \
			local "$(under6 "$h")" key 9 || bad "port add: $?"
	done
	equal "MTU" "$(mtu_of 1 tun0)" $((TAGS4 - 20))
	guest_mtu "$(mtu_of 1 tun0)" 1 2 3 4
	SEEN=$("$XFRAME" hex dst "$ALL" src "$A") outer 2 send 1 dst "$ALL" src "$A"
	f=$OUT
	equal "type" "$(field "$f" 12 2)" 86dd
	equal "from" "$(field "$f" 22 16)" 20010db8000000000000000000000001
	equal "VXLAN" "$(field "$f" 62 8)" 0800000000000900
	[ "$(field "$f" 60 2)" != 0000 ] || bad "no UDP checksum over IPv6"
	tcp_as_long_as_can_be ip6
	equal "entry of 3" "$(fdb_far 1 "$(station 3)")" "tun0 2001:db8::2"
}

# 1, 2 on host 1, 3, 4 on host 2, 5, 6 on host 3; each host has one port with the two others
mesh() { # WORD...
	local h
	underlay 3
	host_up 1 1 2
	host_up 2 3 4
	host_up 3 5 6
	for h in 1 2 3; do
		# shellcheck disable=SC2046
		host "$h" port add mesh type vxlan "$@" remote "$(for k in 1 2 3; do
			[ "$k" = "$h" ] || under4 "$k"
		done | paste -sd,)" || bad "port add on host $h: $?"
	done
	guest_mtu "$(mtu_of 1 mesh)" 1 2 3 4 5 6
}

three_hosts() {
	local C
	C=$(mac 5)
	mesh key 5
	equal "remotes" "$(on 1 '.[0].remotes | join(" ")' port show mesh)" "192.0.2.2 192.0.2.3"
	equal "ports of host 1" "$(on 1 '[.[].port] | join(" ")' port show)" \
		"$(port 1) $(port 2) mesh"
	sniff 2 3 4 5 6
	reach_far 1 "2 3 4 5 6" 5 dst "$ALL" src "$A" # once each
	reach_far 1 "2 3 4 5 6" 5 dst "$C" src "$A"
	unsniff
	sniff 1 2 3 4 6
	reach_far 5 1 1 dst "$A" src "$C" # learned from the broadcast, with its remote
	equal "entry of 1" "$(fdb_far 3 "$A")" "mesh 192.0.2.1"
	unsniff
	sniff 2 3 4 5 6
	reach_far 1 5 5 dst "$C" src "$A"
	equal "entry of 5" "$(fdb_far 1 "$C")" "mesh 192.0.2.3"
	equal "entry of 1 on host 2" "$(fdb_far 2 "$A")" "mesh 192.0.2.1"
}

# What one remote sends for another one is no matter of this host.
split_horizon() {
	mesh key 5
	host 2 fdb add "$(mac 5)" dev mesh remote "$(under4 3)" || bad "fdb add: $?"
	host 1 fdb add "$(mac 5)" dev mesh remote "$(under4 2)" || bad "fdb add: $?"
	expect 1 host 1 fdb add "$(mac 6)" dev mesh
	like "error" "$ERR" 'has 2 remotes: which one'
	expect 3 host 1 fdb add "$(mac 6)" dev mesh remote 192.0.2.9
	expect 3 host 1 fdb add "$(mac 6)" dev "$(port 1)" remote 192.0.2.2
	send 1 dst "$(mac 5)" src "$A"
	wait_until 3000 at_least 1 on 2 '.[0].stats.drops.isolated // 0' -s port show mesh ||
		bad "host 2 passes it on"
	# where it is asked to, it does
	host 2 port set mesh hairpin on
	sniff 2 3 4 5 6
	reach_far 1 "5 6" 5 dst "$(mac 5)" src "$A" # host 3 does not know it
}

# Settings hold for every leg; statistics are one port's.
legs_are_one_port() {
	mesh key 5
	host 1 port set mesh mode native-untagged tag 10 trunks 10 learning off || bad "port set: $?"
	host 1 port set "$(port 1)" mode access tag 10
	send 3 dst "$ALL" src "$B"
	send 5 dst "$ALL" src "$(mac 5)"
	wait_until 3000 at_least 2 on 1 '.[0].stats.rx.broadcast.packets' -s port show mesh ||
		bad "not both counted"
	expect 3 host 1 fdb get "$B" vlan 10
	equal "VLANs" "$(on 1 '[.[] | select(.port == "mesh") | .vlan] | join(" ")' vlan show)" 10
	host 1 port set mesh learning on
	send 3 dst "$ALL" src "$B"
	send 5 dst "$ALL" src "$(mac 5)"
	wait_until 3000 at_least 2 on 1 length fdb show dev mesh || bad "not both learned"
	at_least 2 on 1 '.[0].learned' port show mesh || bad "not both learned"
	host 1 fdb flush dev mesh
	equal "entries" "$(on 1 '[.[] | select(.mac | startswith("02:5e:5e"))] | length' fdb show dev mesh)" 0
	host 1 vlan add dev mesh vid 20 || bad "vlan add: $?"
	host 1 port set "$(port 2)" mode access tag 20
	host 2 port set "$(port 3)" mode access tag 20
	host 2 port set mesh mode trunk
	host 3 port set "$(port 5)" mode access tag 20
	host 3 port set mesh mode trunk
	ns 2 ping -qc1 -W2 "$(ip4 3)" || bad "no answer from host 2"
	ns 2 ping -qc1 -W2 "$(ip4 5)" || bad "no answer from host 3"
	host 1 port del mesh || bad "port del: $?"
	gone 1 "lo sw1p1 sw1p2 u0"
	equal "entries" "$(on 1 '[.[] | select(.port != "'"$(port 1)"'" and .port != "'"$(port 2)"'")] |
		length' fdb show)" 0
}

# Host 2 has a tunnel to each of the others: it passes on what is no matter of one port.
from_tunnel_to_tunnel() {
	underlay 3
	host_up 1 1
	host_up 2 3
	host_up 3 5
	host 1 port add to2 type vxlan remote "$(under4 2)" key 1
	host 2 port add to1 type vxlan remote "$(under4 1)" key 1
	host 2 port add to3 type vxlan remote "$(under4 3)" key vid+100 trunks 10
	host 3 port add to2 type vxlan remote "$(under4 2)" key vid+100 trunks 10
	guest_mtu 1400 1 3 5
	host 1 port set "$(port 1)" mode access tag 10
	host 3 port set "$(port 5)" mode access tag 10
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 5)" || bad "no answer"
	stream "$(ip4 5)" 1 5 "" 5000000
}

as_a_wire() {
	pair vxlan key 3
	host 1 wire add "$(port 1)" tun0 || bad "wire add: $?"
	host 2 wire add tun0 "$(port 4)" || bad "wire add: $?"
	sniff 2 3 4
	reach_far 1 4 4 dst 01:80:c2:00:00:00 src "$A"
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 4)" || bad "no answer"
}

state_of() { on "$1" '.[0].state' port show "$2"; }
state_is() { [ "$(state_of "$1" "$2")" = "$3" ]; }

# It is noticed, and comes back for all of its ports.
device_vanishes() {
	pair vxlan key 100
	host 1 port add other type vxlan remote "$(under4 2)" key 101 mode access tag 9
	host 1 port set tun0 flood off
	far 1 ip link del sw1t1
	equal "state" "$(state_of 1 tun0)" gone
	silent 1 "$(ip4 3)"
	host 1 port add tun0 type vxlan remote "$(under4 2)" key 100 || bad "port add: $?"
	equal "state" "$(state_of 1 tun0)" forwarding
	equal "state of the other" "$(state_of 1 other)" forwarding
	equal "flag" "$(on 1 '.[0].flags.flood' port show tun0)" false
	host 1 port set tun0 flood on
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 3)" || bad "no answer"
	expect 0 host 1 port add tun0 type vxlan remote "$(under4 2)" key 100
	expect 2 host 1 port add tun0 type vxlan remote "$(under4 2)" key 102
	like "error" "$ERR" 'File exists'
}

second_switch_of_a_namespace() {
	pair vxlan key 100
	undo xsw -S sw9 -n "$(hostns 1)" down
	xsw -S sw9 -n "$(hostns 1)" up || bad "up: $?"
	expect 2 xsw -S sw9 -n "$(hostns 1)" port add tun0 type vxlan remote "$(under4 2)" key 1
	like "error" "$ERR" "UDP port 4789 of the switch's namespace is taken.*hint: port N"
	equal "ports" "$(xsw -S sw9 -j port show | jq length)" 0
	xsw -S sw9 -n "$(hostns 1)" port add tun0 type vxlan remote "$(under4 2)" key 1 port 4790 ||
		bad "port add: $?"
	ns 1 ping -qc1 -W2 "$(ip4 3)" || bad "no answer"
}

# A device of somebody else: whole switches and their ports do not take it over, nor remove it.
foreign_devices() {
	underlay 2
	host_up 1 1
	far 1 ip link add foreign type vxlan external dstport 4789
	far 1 ip link add sw1t1 type vxlan id 7 dstport 5000 remote 192.0.2.2
	expect 2 host 1 port add tun0 type vxlan remote "$(under4 2)" port 5001
	like "error" "$ERR" 'cannot create sw1t1'
	far 1 ip link del sw1t1
	expect 2 host 1 port add tun0 type vxlan remote "$(under4 2)"
	like "error" "$ERR" 'UDP port 4789'
	gone 1 "foreign lo sw1p1 u0"
}

# the MTU is that of the route, less the headers; a number is a number
mtu_follows_the_route() {
	underlay 2 9000
	host_up 1 1
	host 1 port add big type vxlan remote "$(under4 2)" key 1
	equal "MTU" "$(mtu_of 1 big)" $((TAGS4 + 7500))
	far 1 ip route add 198.51.100.0/24 via "$(under4 2)" mtu lock 1400
	host 1 port add small type vxlan remote 198.51.100.1 key 1
	equal "MTU" "$(mtu_of 1 small)" $((TAGS4 - 100))
	host 1 port set small mode access tag 5
	equal "MTU without tags" "$(mtu_of 1 small)" $((TAGS4 - 96))
	host 1 port add fixed type vxlan remote 203.0.113.1 key 1 mtu 1234
	equal "MTU" "$(mtu_of 1 fixed)" 1234
	host 1 port set fixed mode access tag 5
	equal "MTU" "$(mtu_of 1 fixed)" 1234
	host 1 port add far type vxlan remote 203.0.113.2 key 1
	equal "MTU without a route" "$(mtu_of 1 far)" "$TAGS4"
}

# --- killed at every point ---------------------------------------------------------------

LIMIT=200 # fault points of one command

# killed N COMMAND...: of host 1
killed() { crashes "$1" -S sw1 -n "$(hostns 1)" "${@:2}"; }

mesh_add() { # [N]: killed there
	local words=(port add mesh "type" vxlan key 5 remote "$(under4 2),$(under4 3)")
	if [ $# = 0 ]; then host 1 "${words[@]}"; else killed "$1" "${words[@]}"; fi
}

mesh_works() { # N WHAT
	equal "$2 killed at $1: state" "$(state_of 1 mesh)" forwarding
	equal "$2 killed at $1: remotes" "$(on 1 '.[0].remotes | length' port show mesh)" 2
	equal "$2 killed at $1: devices" "$(far 1 ip -br link show type vxlan | wc -l)" 1
	ns 1 ping -qc1 -W2 "$(ip4 3)" >"$CASE/ping" || bad "$2 killed at $1: no answer from host 2"
	ns 1 ping -qc1 -W2 "$(ip4 5)" >"$CASE/ping" || bad "$2 killed at $1: no answer from host 3"
}

others_up() {
	underlay 3
	host_up 1 1
	host_up 2 3
	host_up 3 5
	host 2 port add tun0 type vxlan key 5 remote "$(under4 1)" || bad "port add"
	host 3 port add tun0 type vxlan key 5 remote "$(under4 1)" || bad "port add"
	guest_mtu 1400 1 3 5
}

adding_killed() {
	local n
	others_up
	for ((n = 1; n < LIMIT; n++)); do
		mesh_add "$n" || break
		equal "first port" "$(state_of 1 "$(port 1)")" forwarding
		expect 0 mesh_add
		mesh_works "$n" "port add"
		expect 0 host 1 port del mesh
		gone 1 "lo sw1p1 u0"
	done
	echo "$n points" >&2
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	mesh_works "$n" "port add"
}

adding_killed_then_down() {
	local n
	underlay 2
	host_up 1 1
	for ((n = 1; n < LIMIT; n++)); do
		mesh_add "$n" || break
		expect 0 host 1 down
		gone 1 "lo u0"
		equal "pins" "$(find "$XSWITCH_BPFFS/xswitch" -mindepth 1 | wc -l)" 0
		expect 0 host 1 up --ports "$(port 1)" --subnet none
	done
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
}

deleting_killed() {
	local n
	others_up
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 mesh_add
		killed "$n" port del mesh || break
		expect 0 mesh_add
		mesh_works "$n" "port del"
	done
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	gone 1 "lo sw1p1 u0"
}

# What of a port's legs was not done yet is done by the next writer.
setting_killed() {
	local n legs
	underlay 2
	host_up 1 1
	expect 0 mesh_add
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 host 1 port set mesh mode transparent storm broadcast none isolated off
		killed "$n" port set mesh mode access tag 10 storm broadcast 5kpps isolated on || break
		expect 0 host 1 port set "$(port 1)" learning on
		legs=$(legs_differ)
		equal "killed at $n: legs" "$legs" ""
	done
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	equal "legs" "$(legs_differ)" ""
}

# lookup MAP PORT: its bytes
lookup() {
	bpftool -j map lookup pinned "$XSWITCH_BPFFS/xswitch/sw1/maps/$1" key "$2" 0 0 0 2>/dev/null |
		jq -r '.value // [] | join(" ")'
}

# What legs 2 and 3 differ in: configuration words but for the bank in use, rates.
legs_differ() {
	local n
	for n in 2 3; do
		echo "$(lookup ports "$n" | cut -d' ' -f1-3,5-8) $(lookup policies "$n" | cut -d' ' -f5-)"
	done >"$CASE/legs"
	[ "$(sort -u "$CASE/legs" | wc -l)" = 1 ] || cat "$CASE/legs"
}

healing_killed() {
	local n
	others_up
	expect 0 mesh_add
	for ((n = 1; n < LIMIT; n++)); do
		far 1 ip link del sw1t1
		mesh_add "$n" || break
		expect 0 mesh_add
		mesh_works "$n" "healing"
	done
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	mesh_works "$n" "healing"
}

run_case "hub none" ping_through_it
run_case "hub none" outer_headers
run_case "hub none" trunk_with_tags_inside
run_case "hub none" a_key_for_each_vlan
run_case "hub none" keys_keep_tunnels_apart
run_case "hub none" tcp_in_full_segments
run_case "hub none" remotes_of_ipv6
run_case "hub none" three_hosts
run_case "hub none" split_horizon
run_case "hub none" legs_are_one_port
run_case "hub none" from_tunnel_to_tunnel
run_case "hub none" as_a_wire
run_case - device_vanishes
run_case - second_switch_of_a_namespace
run_case - foreign_devices
run_case - mtu_follows_the_route
run_case - adding_killed
run_case - adding_killed_then_down
run_case - deleting_killed
run_case - setting_killed
run_case - healing_killed
finish
