#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# VXLAN between two hosts, each with its own switch; tests/vm/tunnel.sh has GRE and Geneve.
#
#	1, 2 --- sw1, host 1 192.0.2.1 ~~~ 192.0.2.2 host 2, sw2 --- 3, 4
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../stream_lib.sh
. "$TESTS/stream_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$TESTS/tunnel_lib.sh"

A=$(mac 1) B=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff

station() { ns "$1" ip -j link show eth0 | jq -r ".[0].address"; }

pair() { # WORD...: of `port add tun0 type vxlan`
	underlay 2
	host_up 1 1 2
	host_up 2 3 4
	tunnel tun0 type vxlan "$@"
	guest_mtu "$(mtu_of 1 tun0)" 1 2 3 4
}

ping_through_it() {
	pair key 100
	equal "MTU" "$(mtu_of 1 tun0)" $((1500 - 20 - 8 - 8 - 14 - 4))
	ns 1 ping -qc3 -i0.05 -W2 "$(ip4 3)" || bad "no answer"
	ns 4 ping -6 -qc2 -i0.05 -W2 "$(ip6 2)" || bad "no answer by IPv6"
	equal "port of 3" "$(host 1 -j fdb get "$(station 3)" |
		jq -r '.[0].port')" tun0
}

# Ethernet 14, IPv4 20, UDP 8, VXLAN 8, then the frame as it is
outer_headers() {
	local inner f
	pair key 0x64
	inner=$("$XFRAME" hex dst "$ALL" src "$A" vlan 10 len 100)
	SEEN=$inner outer 2 send 1 dst "$ALL" src "$A" vlan 10 len 100
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

run_case "hub none" ping_through_it
run_case "hub none" outer_headers
finish
