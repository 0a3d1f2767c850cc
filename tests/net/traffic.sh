#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What programs do with a switch: ping, TCP, UDP, jumbo frames, DHCP.
#
#	$P1 eth0 ---+          .1  fd77::1
#	$P2 eth0 ---+ switch   .2  fd77::2
#	   ...      |          ...
#	$P8 eth0 ---+          .8  fd77::8
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../stream_lib.sh
. "$TESTS/stream_lib.sh"

ping_ipv4() {
	sw_up 2
	ns 1 ping -qc3 -i0.05 -W2 "$(ip4 2)" || bad "no answer"
	ns 2 ping -qc3 -i0.05 -W2 "$(ip4 1)" || bad "no answer"
}

arp_is_resolved_and_the_address_is_right() {
	sw_up 2
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"
	equal "neighbour" "$(ns 1 ip -j neigh show "$(ip4 2)" | jq -r '.[0].lladdr')" \
		"$(ns 2 ip -j link show eth0 | jq -r '.[0].address')"
}

ping_ipv6_with_neighbour_discovery() {
	sw_up 2
	ns 1 ping -6 -qc3 -i0.05 -W2 "$(ip6 2)" || bad "no answer"
	like "neighbour" "$(ns 1 ip -6 neigh show "$(ip6 2)")" "lladdr"
	# unicast probes of a known neighbour, and the multicast again
	ns 1 ip -6 neigh flush dev eth0
	ns 2 ping -6 -qc1 -W2 "$(ip6 1)" || bad "no answer after a flush"
	# to everybody on the link
	ns 1 ping -6 -qc2 -i0.05 -W2 ff02::1%eth0 || bad "no answer from ff02::1"
}

frame_size() { # N: mean size of what came from the namespace
	ip -j -s link show "${OUTER[$1]}" | jq '.[0].stats64.rx | .bytes / .packets | floor'
}

tcp() { # ADDR
	local i
	stream "$1" 1 2 "" 60000000
	for i in 1 2; do equal "checksum errors of $i" "$(csum_errors "$i")" 0; done
}

tcp_with_segmentation_offload_and_right_checksums() {
	sw_up 2
	tcp "$(ip4 2)"
	# one packet is many segments, or the offloads were lost on the way
	[ "$(frame_size 1)" -gt 3000 ] || bad "packets of $(frame_size 1) bytes"
}

tcp_over_ipv6() {
	sw_up 2
	tcp "$(ip6 2)"
	[ "$(frame_size 1)" -gt 3000 ] || bad "packets of $(frame_size 1) bytes"
}

tcp_without_offloads() {
	local i
	sw_up 2
	for i in 1 2; do
		ns "$i" ethtool -K eth0 tx off tso off gso off gro off >"$CASE/ethtool" 2>&1
	done
	tcp "$(ip4 2)"
}

udp() {
	sw_up 2
	stream "$(ip4 2)" 1 2 -u 200000
	stream "$(ip6 2)" 2 2 -u 2000 # of the namespace itself: the tool works
	stream "$(ip6 1)" 2 1 -u 200000
	equal "checksum errors" "$(csum_errors 1) $(csum_errors 2)" "0 0"
}

ip_fragments() {
	sw_up 2
	ns 1 ping -qc2 -i0.05 -W2 -s 20000 "$(ip4 2)" || bad "no answer"
	ns 1 ping -6 -qc2 -i0.05 -W2 -s 20000 "$(ip6 2)" || bad "no answer"
}

mtu_of_9000() {
	sw_up 2 --mtu 9000
	ns 1 ping -qc2 -i0.05 -W2 -M "do" -s 8972 "$(ip4 2)" || bad "9000 bytes do not pass"
	ns 1 ping -6 -qc2 -i0.05 -W2 -M "do" -s 8952 "$(ip6 2)" || bad "9000 bytes do not pass"
	tcp "$(ip4 2)"
}

# A client without an address asks everybody; a server answers to everybody.
dhcp() {
	local n udp ip
	sw_up 3
	udp=00440043001000004449534300000000
	# 0.0.0.0 -> 255.255.255.255, UDP 68 -> 67
	ip=450000240000000040117aca00000000ffffffff
	for n in 2 3; do
		ns "$n" "$XSTREAM" listen -u 0.0.0.0 67 >"$CASE/dhcp.$n" 2>"$CASE/ready.$n" &
		undo reap $!
		wait_until 3000 grep -q ready "$CASE/ready.$n" || bad "no listener"
	done
	ns 1 ip addr flush dev eth0
	send 1 dst ff:ff:ff:ff:ff:ff src "$(mac 1)" type 0x0800 data "$ip$udp" len 60
	for n in 2 3; do
		wait_until 3000 grep -q DISC "$CASE/dhcp.$n" || bad "$n has not heard the broadcast"
	done
}

eight_namespaces_all_pairs() {
	local i j
	sw_up 8
	for ((i = 1; i <= 8; i++)); do
		for ((j = 1; j <= 8; j++)); do
			[ "$i" = "$j" ] && continue
			ns "$i" ping -qc1 -W2 "$(ip4 "$j")" >"$CASE/ping" || bad "$i does not reach $j"
		done
		ns "$i" ping -6 -qc1 -W2 "$(ip6 $((i % 8 + 1)))" >"$CASE/ping" || bad "$i: no IPv6"
	done
}

eight_namespaces_tcp_at_once() {
	local i pids=()
	sw_up 8
	head -c 4000000 /dev/urandom >"$CASE/in"
	for i in 5 6 7 8; do
		ns "$i" "$XSTREAM" listen "$(ip4 "$i")" 5001 >"$CASE/got.$i" 2>"$CASE/listen.$i" &
		pids+=($!)
		undo reap $!
		wait_until 3000 grep -q ready "$CASE/listen.$i" || bad "no listener"
	done
	for i in 1 2 3 4; do
		ns "$i" timeout $((20 * SLOW)) "$XSTREAM" connect "$(ip4 $((i + 4)))" 5001 <"$CASE/in" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait_until 20000 not kill -0 "$i" 2>/dev/null || bad "a stream does not end"
	done
	for i in 5 6 7 8; do
		equal "sha256 at $i" "$(sha256sum <"$CASE/got.$i")" "$(sha256sum <"$CASE/in")"
		equal "checksum errors of $i" "$(csum_errors "$i")" 0
	done
}

run_case none ping_ipv4
run_case none arp_is_resolved_and_the_address_is_right
run_case none ping_ipv6_with_neighbour_discovery
run_case none tcp_with_segmentation_offload_and_right_checksums
run_case none tcp_over_ipv6
run_case none tcp_without_offloads
run_case none udp
run_case none ip_fragments
run_case none mtu_of_9000
run_case none dhcp
run_case none eight_namespaces_all_pairs
run_case none eight_namespaces_tcp_at_once
finish
