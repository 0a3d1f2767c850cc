#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What programs do inside VLANs, and that nothing of it is seen outside.
#
#	1 access 10 ---+--- 3 access 20
#	2 access 10 ---+--- 4 access 20
#
# This kernel may have no 8021q devices: a host behind a trunk port is played by raw frames, or
# by a second switch with a trunk of its own.
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"

two_vlans() {
	sw_up 4 "$@"
	vport 1 mode access tag 10
	vport 2 mode access tag 10
	vport 3 mode access tag 20
	vport 4 mode access tag 20
}

ping_inside_only() {
	two_vlans
	answers 1 "$(ip4 2)"
	answers 2 "$(ip6 1)"
	answers 3 "$(ip4 4)"
	answers 4 "$(ip6 3)"
	silent 1 "$(ip4 3)"
	silent 4 "$(ip4 2)"
	silent 2 "$(ip6 4)"
}

arp_and_neighbour_discovery_never_cross() {
	local n
	two_vlans
	for n in 2 3 4; do listener "$n" "src=$(inner_mac 1)"; done
	answers 1 "$(ip4 2)"
	answers 1 "$(ip6 2)"
	silent 1 "$(ip4 3)"
	silent 1 "$(ip6 3)"
	ns 1 ping -6 -qc1 -W1 ff02::1%eth0 >/dev/null
	fence
	# ARP requests, solicitations
	frames 2 | grep -q '^ffffffffffff.\{12\}0806' || bad "2 has seen no ARP request of 1"
	frames 2 | grep -q '^3333ff.\{18\}86dd' || bad "2 has seen no solicitation of 1"
	for n in 3 4; do equal "frames of 1 in $n" "$(frames "$n" | head -3)" ""; done
}

tcp_between_access_ports() {
	two_vlans
	tcp "$(ip4 2)" 1 2
	tcp "$(ip6 4)" 3 4
	[ "$(frame_size "${OUTER[1]}")" -gt 3000 ] || bad "packets of $(frame_size "${OUTER[1]}")"
	[ "$(frame_size "${OUTER[3]}")" -gt 3000 ] || bad "packets of $(frame_size "${OUTER[3]}")"
	silent 1 "$(ip4 4)"
}

tcp_between_modes() {
	two_vlans
	vport 2 mode native-untagged tag 10 trunks 20
	cfg vlan add dev "$(port 4)" vid 20 pvid untagged
	tcp "$(ip4 2)" 1 2
	tcp "$(ip4 1)" 2 1
	tcp "$(ip6 3)" 4 3
	vport 2 mode dot1q-tunnel tag 10
	tcp "$(ip6 2)" 1 2
	[ "$(frame_size "${OUTER[1]}")" -gt 3000 ] || bad "packets of $(frame_size "${OUTER[1]}")"
	silent 1 "$(ip4 4)"
}

tcp_without_offloads() {
	local n
	two_vlans
	for n in 1 2; do
		ns "$n" ethtool -K eth0 tx off tso off gso off gro off >"$CASE/ethtool" 2>&1
	done
	tcp "$(ip4 2)" 1 2
	silent 1 "$(ip4 4)"
}

tcp_with_mtu_9000() {
	two_vlans --mtu 9000
	ns 1 ping -qc2 -i0.05 -W2 -M "do" -s 8972 "$(ip4 2)" || bad "9000 bytes do not pass"
	tcp "$(ip4 2)" 1 2
	silent 1 "$(ip4 4)"
}

hex4() { # A.B.C.D
	# shellcheck disable=SC2046,SC2183 # four words
	printf '%02x%02x%02x%02x' $(tr . ' ' <<<"$1")
}

inet_sum() { # HEX: the internet checksum
	local i sum=0
	for ((i = 0; i < ${#1}; i += 4)); do sum=$((sum + 0x${1:i:4})); done
	while ((sum > 0xffff)); do sum=$(((sum & 0xffff) + (sum >> 16))); done
	printf %04x $((~sum & 0xffff))
}

# A host behind a trunk port, which tags its frames itself: ARP, then an echo.
a_station_behind_a_trunk() {
	local me ip one arp icmp want got
	two_vlans
	vport 3 mode trunk trunks 10,30
	quiet 1 3
	me=$(mac 3)
	me=${me//:/}
	ip=$(hex4 "$(ip4 99)")
	one=$(inner_mac 1)
	one=${one//:/}
	listener 3 "src=$(inner_mac 1)"
	# who has 1? in its VLAN, and in others
	arp=08060001080006040001$me${ip}000000000000$(hex4 "$(ip4 1)")
	send 3 "ffffffffffff${me}8100601e$arp" , "ffffffffffff${me}81000014$arp" , \
		"ffffffffffff$me$arp"
	fence
	equal "an answer to another VLAN" "$(frames 3)" ""
	send 3 "ffffffffffff${me}8100600a$arp"
	want=$me${one}8100000a08060001080006040002$one$(hex4 "$(ip4 1)")$me$ip
	wait_until 3000 grep -qx "$want" "$CASE/sniff.3" || bad "no ARP answer: $(frames 3)"
	forget
	icmp=0800000012340001$(printf 'ab%.0s' {1..56})
	icmp=0800$(inet_sum "$icmp")${icmp:8}
	got=45000054000140004001
	want=$ip$(hex4 "$(ip4 1)")
	send 3 "$one${me}8100a00a0800$got$(inet_sum "$got$want")$want$icmp"
	wait_until 3000 grep -q "^$me${one}8100000a0800" "$CASE/sniff.3" || bad "no echo"
	got=$(frames 3 | grep -m1 "^$me${one}8100000a0800")
	got=${got#"$me${one}8100000a0800"}
	equal "sum of the IP header" "$(inet_sum "${got:0:40}")" 0000
	equal "sum of the ICMP message" "$(inet_sum "${got:40}")" 0000
	equal "echo reply" "${got:40:4}${got:48}" "0000${icmp:8}"
}

# A client without an address asks everybody of its VLAN.
dhcp_stays_inside() {
	local n udp ip
	two_vlans
	udp=00440043001000004449534300000000
	# 0.0.0.0 -> 255.255.255.255, UDP 68 -> 67
	ip=450000240000000040117aca00000000ffffffff
	for n in 2 3 4; do
		ns "$n" "$XSTREAM" listen -u 0.0.0.0 67 >"$CASE/dhcp.$n" 2>"$CASE/ready.$n" &
		undo reap $!
		wait_until 3000 grep -q ready "$CASE/ready.$n" || bad "no listener"
	done
	sniff 2 3 4
	send 1 dst "$ALL" src "$(mac 1)" type 0x0800 data "$ip$udp" len 60
	wait_until 3000 grep -q DISC "$CASE/dhcp.2" || bad "2 has not heard the broadcast"
	fence
	for n in 3 4; do
		equal "frames in $n" "$(frames "$n")" ""
		[ -s "$CASE/dhcp.$n" ] && bad "$n has heard the broadcast"
	done
	return 0
}

# The same addresses, of IP and of the devices, in both VLANs.
overlapping_subnets() {
	local i pids=()
	two_vlans
	for i in 1 2; do
		ns $((i + 2)) ip link set eth0 down
		ns $((i + 2)) ip link set eth0 address "$(inner_mac "$i")"
		ns $((i + 2)) ip addr flush dev eth0
		ns $((i + 2)) ip addr add "$(ip4 "$i")/24" dev eth0
		ns $((i + 2)) ip link set eth0 up
		ns $((i + 2)) ip addr add "$(ip6 "$i")/64" dev eth0 nodad
	done
	for i in 1 3; do
		answers "$i" "$(ip4 2)"
		answers "$i" "$(ip6 2)"
	done
	for i in 2 4; do
		head -c 10000000 /dev/urandom >"$CASE/in.$i"
		ns "$i" "$XSTREAM" listen "$(ip4 2)" 5001 >"$CASE/got.$i" 2>"$CASE/listen.$i" &
		pids+=($!)
		undo reap $!
		wait_until 3000 grep -q ready "$CASE/listen.$i" || bad "no listener"
	done
	for i in 2 4; do
		ns $((i - 1)) timeout $((20 * SLOW)) "$XSTREAM" connect "$(ip4 2)" 5001 <"$CASE/in.$i" &
		pids+=($!)
		undo reap $!
	done
	for i in "${pids[@]}"; do
		wait_until 20000 not kill -0 "$i" 2>/dev/null || bad "a stream does not end"
	done
	for i in 2 4; do
		equal "sha256 at $i" "$(sha256sum <"$CASE/got.$i")" "$(sha256sum <"$CASE/in.$i")"
		equal "checksum errors of $i" "$(csum_errors "$i")" 0
	done
	fdb_is "$(inner_mac 1)" 1 10
	fdb_is "$(inner_mac 1)" 3 20
}

# Another switch at the other end of a trunk; a Linux bridge is the cable.
#
#	1 access 10 --+              +-- 3 access 10
#	              sw0 == trunk == far
#	2 access 20 --+              +-- 4 access 20
two_switches_and_a_trunk() {
	local t=${P}t n
	[ "$TEST_SWITCH" = xswitch ] || bad "is one switch"
	undo xsw down
	undo xsw -S far down
	xsw up --ports "$(port_list 1 2),$t:a" --subnet none || bad "up: $?"
	xsw -S far up --ports "$(port_list 3 4),$t:b" --subnet none || bad "up: $?"
	bpf_note
	ip -n "$t" link add cable type bridge mcast_snooping 0
	for n in a b; do ip -n "$t" link set dev "$n" master cable; done
	ip -n "$t" link set cable up
	xsw port set "$t" mode trunk trunks 10,20
	xsw -S far port set "$t" mode trunk trunks 10,20
	xsw port set "$(port 1)" mode access tag 10
	xsw port set "$(port 2)" mode access tag 20
	xsw -S far port set "$(port 3)" mode access tag 10
	xsw -S far port set "$(port 4)" mode access tag 20
	for n in 1 2 3 4; do
		ns "$n" ip addr add "$(ip4 "$n")/24" dev eth0
		ns "$n" ip addr add "$(ip6 "$n")/64" dev eth0 nodad
	done
	answers 1 "$(ip4 3)"
	answers 2 "$(ip6 4)"
	silent 1 "$(ip4 4)"
	silent 3 "$(ip6 2)"
	tcp "$(ip4 3)" 1 3
	tcp "$(ip6 2)" 4 2
	# whole packets on the trunk, with a tag
	[ "$(frame_size farp3)" -gt 3000 ] || bad "packets of $(frame_size farp3) on the trunk"
}

run_case "hub none" ping_inside_only
run_case "hub none" arp_and_neighbour_discovery_never_cross
run_case "hub none" tcp_between_access_ports
run_case "hub none" tcp_between_modes
run_case "hub none" tcp_without_offloads
run_case "hub none" tcp_with_mtu_9000
run_case "hub none" a_station_behind_a_trunk
run_case "hub none" dhcp_stays_inside
run_case "hub none" overlapping_subnets
run_case "hub none" two_switches_and_a_trunk
finish
