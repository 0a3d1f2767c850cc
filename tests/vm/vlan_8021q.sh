#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The modes of ports against hosts that have VLAN devices of their own.
#
#	1 access 10 -----------+--- 5 native-tagged 10, 20
#	2 access 20 -----------+--- 6 hybrid: 10 pvid untagged, 20
#	3 trunk 10,20 ---------+--- 7 transparent
#	4 native-untagged 10, 20
#
# Station N has 10.10.0.N in VLAN 10 and 10.20.0.N in VLAN 20: on eth0 where its port is untagged
# there, on the devices v10 and v20 where it is tagged.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

IN10=([1]=eth0 [3]=v10 [4]=eth0 [5]=v10 [6]=eth0 [7]=v10)
IN20=([2]=eth0 [3]=v20 [4]=v20 [5]=v20 [6]=v20 [7]=v20)

vlan_device() { # N NAME PARENT VID [WORDS]
	ns "$1" ip link add link "$3" name "$2" up type vlan id "$4" "${@:5}" || bad "no VLAN device"
}

# The devices of station N and its addresses, as commands of ip.
station() {
	echo "addr flush dev eth0"
	[ "${IN10[$1]:-eth0}" = eth0 ] || echo "link add link eth0 name v10 up type vlan id 10"
	[ "${IN20[$1]:-eth0}" = eth0 ] || echo "link add link eth0 name v20 up type vlan id 20"
	[ -z "${IN10[$1]:-}" ] || echo "addr add 10.10.0.$1/24 dev ${IN10[$1]}"
	[ -z "${IN20[$1]:-}" ] || echo "addr add 10.20.0.$1/24 dev ${IN20[$1]}"
}

hosts() {
	local n
	needs 8021q
	sw_up 7
	quiet {1..7}
	vport 1 mode access tag 10
	vport 2 mode access tag 20
	vport 3 mode trunk trunks 10,20
	vport 4 mode native-untagged tag 10 trunks 20
	vport 5 mode native-tagged tag 10 trunks 20
	cfg vlan add dev "$(port 6)" vid 10 pvid untagged
	cfg vlan add dev "$(port 6)" vid 20
	for n in {1..7}; do
		station "$n" | ns "$n" ip -batch - || bad "no VLAN devices in $n"
	done
}

# pairs IP-PREFIX VLAN STATION...: each asks those after it, and all are learned
pairs() {
	local net=$1 vlan=$2 a b n=()
	shift 2
	for a; do
		shift
		for b; do ns "$a" ping -qc1 -W2 "$net.$b" >/dev/null || bad "$a does not reach $net.$b"; done
		n+=("$a")
	done
	for a in "${n[@]}"; do fdb_is "$(inner_mac "$a")" "$a" "$vlan"; done
}

everybody_reaches_everybody_of_the_vlan() {
	hosts
	pairs 10.10.0 10 "${!IN10[@]}"
	pairs 10.20.0 20 "${!IN20[@]}"
}

# Nothing of one VLAN answers in the other, whatever address is asked for.
nobody_reaches_the_other_vlan() {
	hosts
	ns 1 ip addr add 10.20.0.101/24 dev eth0
	ns 2 ip addr add 10.10.0.102/24 dev eth0
	silent 1 10.20.0.2
	silent 2 10.10.0.1
	ns 3 ip addr add 10.20.0.103/32 dev v10
	ns 3 ip route add 10.20.0.2/32 dev v10 src 10.20.0.103
	silent 3 10.20.0.2
	# VLAN 30 is of nobody but the transparent port
	vlan_device 3 v30 eth0 30
	vlan_device 7 v30 eth0 30
	ns 3 ip addr add 10.30.0.3/24 dev v30
	ns 7 ip addr add 10.30.0.7/24 dev v30
	silent 3 10.30.0.7
	drops 3 vlan_ingress
}

whole_segments() { # N
	[ "$(frame_size "${OUTER[$1]}")" -gt 3000 ] || bad "packets of $(frame_size "${OUTER[$1]}")"
}

# Tags beside the frame, put on and taken off around whole segments.
tcp_with_offloads() {
	hosts
	tcp 10.10.0.3 1 3 4000000
	whole_segments 1
	tcp 10.10.0.1 3 1 4000000
	whole_segments 3
	tcp 10.10.0.7 5 7 4000000
	tcp 10.20.0.6 2 6 4000000
}

# Tags in the bytes of the frame, for a device that cannot hand them over beside it.
tcp_with_tags_in_the_frames() {
	local n
	hosts
	for n in 3 5 7; do
		ns "$n" ethtool -K eth0 txvlan off rxvlan off >"$CASE/ethtool" 2>&1 ||
			bad "ethtool: $(<"$CASE/ethtool")"
	done
	answers 1 10.10.0.3
	answers 3 10.20.0.2
	tcp 10.10.0.1 3 1 4000000
	tcp 10.10.0.7 5 7 4000000
}

# One VLAN device with an address that is not that of the device below it.
a_vlan_device_with_its_own_address() {
	hosts
	ns 3 ip link set v10 address "$(mac 3 33)"
	answers 1 10.10.0.3
	answers 3 10.10.0.7
	fdb_is "$(mac 3 33)" 3 10
	fdb_is "$(mac 3 33)" none 20
}

priorities_of_sockets_arrive() {
	hosts
	ns 3 ip link set v10 type vlan egress-qos-map 0:5
	answers 3 10.10.0.5
	listener 5 "src=$(inner_mac 3)"
	answers 3 10.10.0.5
	fence
	frames 5 | grep -q "^.\{24\}8100a00a0800" || bad "no frame with PCP 5: $(frames 5 | head -3)"
	frames 5 | grep "^.\{24\}8100....0800" | grep -v "^.\{24\}8100a00a" && bad "frames without PCP 5"
	return 0
}

# A provider's VLAN of 802.1ad around the customer's.
#
#	1 tunnel 100: v10 ---+--- 2 tunnel 100: v10
#	                     +--- 3 trunk 100, 802.1ad: v10 on s100
customers_behind_tunnels() {
	local n
	needs 8021q
	sw_up 3
	quiet 1 2 3
	vport 1 mode dot1q-tunnel tag 100
	vport 2 mode dot1q-tunnel tag 100
	vport 3 mode trunk trunks 100 qinq-ethtype 802.1ad
	vlan_device 3 s100 eth0 100 proto 802.1ad
	vlan_device 1 v10 eth0 10
	vlan_device 2 v10 eth0 10
	vlan_device 3 v10 s100 10
	for n in 1 2 3; do
		ns "$n" ip addr flush dev eth0
		# the tag of the customer counts for the ports
		ns "$n" ip link set v10 mtu 1496
		ns "$n" ip addr add "10.10.0.$n/24" dev v10
		ns "$n" ip addr add "10.20.0.$n/24" dev "$([ "$n" = 3 ] && echo s100 || echo eth0)"
	done
	answers 1 10.10.0.2
	answers 1 10.10.0.3
	answers 3 10.10.0.2
	answers 1 10.20.0.3
	answers 3 10.20.0.2
	tcp 10.10.0.3 1 3 4000000
	tcp 10.10.0.1 3 1 4000000
	tcp 10.20.0.1 3 1 4000000
}

run_case - everybody_reaches_everybody_of_the_vlan
run_case - nobody_reaches_the_other_vlan
run_case - tcp_with_offloads
run_case - tcp_with_tags_in_the_frames
run_case - a_vlan_device_with_its_own_address
run_case - priorities_of_sockets_arrive
run_case - customers_behind_tunnels
finish
