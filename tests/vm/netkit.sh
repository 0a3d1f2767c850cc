#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# netkit (6.7): a pair of devices without a queue between, made for namespaces. Its end here is a
# port of `type dev`, the other one an endpoint.
#
#	1 eth0 ---veth---+
#	                 | switch --- nk8 ~~~ eth0 in namespace 8
#	2 eth0 ---veth---+         --- nk9 ~~~ eth0 in namespace 9
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

A=$(mac 1) K=$(mac 8)
L2=0 L3=1

# netkit NAME MODE NAMESPACE: what `ip link add NAME type netkit` does where ip knows it
netkit() {
	python3 - "$@" <<-'PYTHON'
		import os, socket, struct, sys

		def attr(kind, data):
		    size = 4 + len(data)
		    return struct.pack('HH', size, kind) + data + bytes(-size % 4)

		name, mode, netns = sys.argv[1:]
		netns = os.open(netns, os.O_RDONLY)
		info = bytes(16)  # struct ifinfomsg
		peer = info + attr(3, b'eth0\0') + attr(28, struct.pack('I', netns))
		data = attr(1, peer) + attr(5, struct.pack('I', int(mode)))
		body = info + attr(3, name.encode() + b'\0') + attr(18, attr(1, b'netkit\0') + attr(2, data))
		# RTM_NEWLINK; request, ack, create, exclusive
		head = struct.pack('IHHII', 16 + len(body), 16, 0x605, 1, 0)
		s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
		s.send(head + body)
		error, = struct.unpack_from('i', s.recv(4096), 16)
		if error:
		    sys.exit(f'netkit {name}: {os.strerror(-error)}')
	PYTHON
}

# endpoint N [MODE]: namespace N and its pair
endpoint() {
	if older 6.7; then skip "netkit came with 6.7"; fi
	undo ip netns del "$(ns_name "$1")"
	ip netns add "$(ns_name "$1")"
	if ! netkit "nk$1" "${2:-$L2}" "/run/netns/$(ns_name "$1")" 2>"$CASE/netkit"; then
		[ -n "${XSW_VM:-}" ] || skip "no netkit"
		bad "$(<"$CASE/netkit")"
	fi
	ip link set "nk$1" addrgenmode none
	ns "$1" ip link set lo up
	[ "${2:-$L2}" = "$L3" ] || ns "$1" ip link set eth0 address "$(mac "$1")"
	ns "$1" ip link set eth0 up
	ns "$1" ip addr add "$(ip4 "$1")/24" dev eth0
	ns "$1" ip addr add "$(ip6 "$1")/64" dev eth0 nodad
	OUTER[$1]=nk$1
}

add() { # N
	expect 0 xsw port add "$(port "$1")" type dev dev "nk$1"
}

sent() { ip -j -s link show "$1" | jq '.[0].stats64.tx.packets'; }

whole_segments() { # DEVICE
	[ "$(frame_size "$1")" -gt 3000 ] || bad "$1: packets of $(frame_size "$1")"
}

both_up() {
	endpoint 8
	sw_up 2
	add 8
	quiet 1 2 8
}

an_endpoint_like_others() {
	endpoint 8
	sw_up 2
	add 8
	answers 1 "$(ip4 8)"
	answers 8 "$(ip6 2)"
	fdb_is "$K" 8
	tcp "$(ip4 8)" 1 8 4000000
	whole_segments "${OUTER[1]}"
	tcp "$(ip4 2)" 8 2 4000000
	whole_segments nk8
	tcp "$(ip6 8)" 2 8 4000000
}

two_of_them() {
	endpoint 8
	endpoint 9
	sw_up 2
	add 8
	add 9
	answers 8 "$(ip4 9)"
	answers 9 "$(ip6 8)"
	tcp "$(ip4 9)" 8 9 4000000
	tcp "$(ip4 8)" 9 8 4000000
}

frames_arrive_as_they_are() {
	both_up
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$K"
	reach 1 8 dst "$K" src "$A"
	reach 8 "1 2" dst "$ALL" src "$K" vlan 10
	reach 1 8 dst "$K" src "$A" vlan 10 prio 5
	reach 8 1 dst "$A" src "$K"
	reach 1 "2 8" dst "$ALL" src "$A" vlan 20
	reach 1 "2 8" dst "$(mac 7)" src "$A"
}

tags_come_and_go() {
	both_up
	vport 1 mode access tag 10
	vport 8 mode trunk trunks 10,20
	sniff 1 2 8
	from 1 <<-ROWS
		-	2=10 8=10
		20	frame_type
	ROWS
	from 8 <<-ROWS
		10	1=- 2=10
		30	vlan_ingress
	ROWS
}

# Straight into the namespace: the device here sends nothing.
known_frames_go_directly() {
	local before
	both_up
	answers 1 "$(ip4 8)"
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$K"
	before=$(sent nk8)
	"$XFRAME" -n "$(ns_name 1)" send eth0 --count 50 dst "$K" src "$A"
	wait_until 3000 at_least 50 heard 8 || bad "$(heard 8) of 50 frames arrive"
	equal "frames that nk8 sent" $(($(sent nk8) - before)) 0
	reach 1 "2 8" dst "$(mac 7)" src "$A"
	# and the fence
	[ "$(sent nk8)" -gt "$before" ] || bad "a copy did not go by nk8"
}

heard() { frames "$1" | wc -l; }

# what an administrator sees of nk8; its queue comes when it is first up
state() { ip -d link show nk8 | sed 's/ qdisc [a-z]*//'; }

# Without Ethernet addresses there is nothing to switch by.
mode_l3_is_refused() {
	local before
	endpoint 8 "$L3"
	sw_up 1
	before=$(state)
	expect 2 xsw port add nk8 type dev dev nk8
	like "error" "$ERR" 'device nk8 cannot be a port: it has no Ethernet address'
	equal "nk8" "$(state)" "$before"
}

given_back_as_it_was() {
	local before
	endpoint 8
	sw_up 1
	before=$(state)
	add 8
	expect 0 xsw port del "$(port 8)"
	equal "nk8" "$(state)" "$before"
	add 8
	answers 1 "$(ip4 8)"
	# with its namespace both ends go
	ip netns del "$(ns_name 8)"
	wait_until 5000 not ip link show nk8 >/dev/null 2>&1 || bad "nk8 stays"
	silent 1 "$(ip4 8)"
	expect 0 xsw port del "$(port 8)"
}

run_case - an_endpoint_like_others
run_case - two_of_them
run_case - frames_arrive_as_they_are
run_case - tags_come_and_go
run_case - known_frames_go_directly
run_case - mode_l3_is_refused
run_case - given_back_as_it_was
finish
