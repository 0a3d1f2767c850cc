#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Devices that were there before become ports, and are what they were when the port goes.
#
#	1 eth0 ---+
#	          | switch --- up0 ~~~ far0 in namespace 8, 10.77.0.8
#	2 eth0 ---+
#
# command
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../stream_lib.sh
. "$TESTS/stream_lib.sh"

A=$(mac 1) F=$(mac 8)
ALL=ff:ff:ff:ff:ff:ff
LIMIT=400 # fault points of one command

far_up() {
	ip netns add "$(ns_name 8)"
	undo ip netns del "$(ns_name 8)"
	wire
}

wire() {
	ip link add up0 type veth peer name eth0 netns "$(ns_name 8)" || bad "no uplink"
	ip link set up0 addrgenmode none
	undo ip link del up0
	ns 8 ip link set lo up
	ns 8 ip link set eth0 up
	ns 8 ip addr add "$(ip4 8)/24" dev eth0
	ns 8 ip addr add "$(ip6 8)/64" dev eth0 nodad
	OUTER[8]=up0
}

# Everything there is to say of the device and of the far end.
state() {
	ip -d -j link show up0 | jq -S '.[0] | del(.qdisc, .ifindex, .link_index)'
	tc qdisc show dev up0 | grep -v 'noqueue\|noop'
	ethtool -k up0
	ns 8 ethtool -k eth0
}

remember() { state >"$CASE/before"; }

restored() { # WHAT
	state | diff "$CASE/before" - >"$CASE/diff" || bad "$1: not as it was: $(<"$CASE/diff")"
}

port_state() { xsw -j port show up0 | jq -r '.[0].state'; }
port_state_is() { [ "$(port_state)" = "$1" ]; }

traffic_by_the_uplink() {
	far_up
	sw_up 2 --uplink up0
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 8)" || bad "no answer"
	ns 8 ping -6 -qc2 -i0.05 -W2 "$(ip6 2)" || bad "no answer by IPv6"
	stream "$(ip4 8)" 1 8 "" 10000000
	stream "$(ip4 2)" 8 2 "" 10000000
	stream "$(ip4 8)" 2 8 -u 200000
	for n in 1 2 8; do equal "checksum errors of $n" "$(csum_errors "$n")" 0; done
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F" vlan 10
	reach 1 8 dst "$F" src "$A" vlan 10 prio 5
	# addressed to nobody here: an uplink listens to everything
	reach 8 1 dst "$A" src "$F" vlan 10
}

refused() {
	far_up
	sw_up 1
	expect 2 xsw port add x type dev dev lo
	like "error" "$ERR" 'device lo cannot be a port: it is the loopback'
	expect 3 xsw port add x type dev dev nodev
	like "error" "$ERR" 'no device "nodev"'
	expect 2 xsw port add x type dev dev "${OUTER[1]}"
	like "error" "$ERR" 'is a port of a switch already'

	ip addr add 192.0.2.1/24 dev up0
	remember
	expect 2 xsw port add up0 type dev dev up0
	like "error" "$ERR" 'it has IP addresses.*hint: .*host port'
	ip addr flush dev up0
	ip addr add 2001:db8::1/64 dev up0 nodad
	expect 2 xsw port add up0 type dev dev up0
	like "error" "$ERR" 'it has IP addresses'
	ip addr flush dev up0

	ip link add br9 type bridge
	undo ip link del br9
	ip link set up0 master br9
	expect 2 xsw port add up0 type dev dev up0
	like "error" "$ERR" 'it belongs to bridge br9'
	ip link set up0 nomaster

	ip tuntap add tun9 mode tun
	undo ip link del tun9
	expect 2 xsw port add tun9 type dev dev tun9
	like "error" "$ERR" 'does not carry Ethernet'

	undo xsw -S sw1 down
	expect 0 xsw -S sw1 up --uplink up0
	expect 2 xsw port add up0 type dev dev up0
	like "error" "$ERR" 'is a port of a switch already'
	expect 0 xsw -S sw1 down
	restored "refused"
	# nothing in the way any more
	expect 0 xsw port add up0 type dev dev up0
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 2
}

# as BEFORE...: the device is such when it becomes a port, and again when it is none
as() {
	far_up
	undo xsw down
	"$@"
	remember
	expect 0 xsw up --uplink up0
	bpf_note
	like "device" "$(ip link show up0)" 'PROMISC.*,UP'
	expect 0 xsw port set up0 mtu 1400
	expect 0 xsw port set up0 mtu 1300
	expect 0 xsw port del up0
	restored "port del"
	expect 0 xsw port add other type dev dev up0 mtu 2000
	equal "mtu" "$(xsw -j port show other | jq '.[0].mtu')" 2000
	expect 0 xsw down
	restored "down"
}

no_change() { :; }

# What this call made is taken back when a later port fails.
rolled_back() {
	far_up
	ip link set up0 up
	remember
	sw_up 1
	# the host's device would have the name of the uplink
	expect 2 xsw port add gw type host dev up0
	expect 2 xsw -S up0 up --uplink up0 --host 10.77.0.9/24
	like "error" "$ERR" 'cannot create up0'
	restored "a rolled back up"
	equal "left" "$(find "$XSWITCH_BPFFS/xswitch/up0" 2>/dev/null)" ""
}

comes_and_goes() {
	far_up
	sw_up 2 --uplink up0
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F"
	unsniff
	ip link del up0
	wait_until 3000 port_state_is gone || bad "the port is $(port_state)"
	sniff 1 2
	reach 1 2 dst "$F" src "$A"
	unsniff
	UNDO=("${UNDO[@]/*up0*/true}")
	wire
	port_state_is gone || bad "another device of the same name is the port"
	expect 0 xsw up --uplink up0
	bpf_note
	port_state_is forwarding || bad "not healed: $(port_state)"
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F"
	reach 1 8 dst "$F" src "$A"
	unsniff
	ip link del up0
	UNDO=("${UNDO[@]/*up0*/true}")
	wire
	expect 0 xsw port del up0
	expect 0 xsw port add up0 type dev dev up0
	bpf_note
	sniff 1 8
	reach 8 "1" dst "$ALL" src "$F"
}

other_kinds() {
	local dev
	far_up
	ip link set up0 up
	sw_up 1
	ip tuntap add tap9 mode tap
	undo ip link del tap9
	ip link add mv9 link up0 type macvlan mode bridge
	ip link add vx9 type vxlan id 9 remote 192.0.2.9 dstport 4789 dev lo
	undo ip link del vx9
	for dev in tap9 mv9 vx9; do
		ip -d -o link show "$dev" | sed 's/qdisc [a-z]*//' >"$CASE/$dev"
		expect 0 xsw port add "$dev" type dev dev "$dev"
		[ "$dev" = vx9 ] && equal "mtu of a tunnel" "$(xsw -j port show vx9 | jq '.[0].mtu')" \
			"$(ip -j link show vx9 | jq '.[0].mtu')"
	done
	bpf_note
	# by the macvlan to the far end
	OUTER[8]=mv9
	sniff 8
	"$XFRAME" -n "$(ns_name 1)" send eth0 dst "$ALL" src "$A"
	wait_until 3000 grep -q "^ffffffffffff${A//:/}" "$CASE/sniff.8" || bad "not by the macvlan"
	for dev in tap9 mv9 vx9; do
		expect 0 xsw port del "$dev"
		ip -d -o link show "$dev" | sed 's/qdisc [a-z_]*//' | diff "$CASE/$dev" - ||
			bad "$dev is not as it was"
	done
}

killed() { # WORDS...: the command, at every point, then `down`
	local n rc
	far_up
	undo xsw down
	remember
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" "$@" || break
		xsw down 2>"$CASE/err"
		rc=$?
		[ "$rc" = 0 ] || [ "$rc" = 3 ] || bad "down after a kill at $n: $rc: $(<"$CASE/err")"
		restored "$*, killed at point $n, then down"
	done
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	expect 0 xsw down
	restored "$*"
}

killed_then_up() {
	local n
	far_up
	undo xsw down
	remember
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" up --uplink up0 || break
		expect 0 xsw up --uplink up0
		port_state_is forwarding || bad "killed at $n, up again: $(port_state)"
		expect 0 xsw down
		restored "up, killed at point $n, then up and down"
	done
	expect 0 xsw down
	restored "up"
}

port_del_killed() {
	local n
	far_up
	undo xsw down
	remember
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw up --uplink up0
		crashes "$n" port del up0 || break
		expect 0 xsw up
		equal "ports after port del killed at $n" "$(xsw -j show | jq -c '.[0].ports')" "[]"
		restored "port del, killed at point $n, then another command"
		expect 0 xsw down
	done
	restored "port del"
	expect 0 xsw down
}

down_killed() {
	local n rc
	far_up
	undo xsw down
	remember
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw up --uplink up0
		crashes "$n" down || break
		xsw down 2>"$CASE/err"
		rc=$?
		[ "$rc" = 0 ] || [ "$rc" = 3 ] || bad "down after a kill at $n: $rc: $(<"$CASE/err")"
		restored "down, killed at point $n, then down"
	done
	restored "down"
}

run_case - traffic_by_the_uplink
run_case - refused
run_case - as no_change
run_case - as ip link set up0 up
run_case - as ip link set up0 up promisc on mtu 1600
run_case - as ethtool -K up0 gro on
run_case - as tc qdisc add dev up0 clsact
run_case - rolled_back
run_case - comes_and_goes
run_case - other_kinds
run_case - killed up --uplink up0
run_case - killed up --uplink up0 --hook xdp
run_case - killed_then_up
run_case - port_del_killed
run_case - down_killed
finish
