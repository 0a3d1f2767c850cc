#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Topology files by a Linux bridge with what only some kernels have: VLAN filtering, VLAN devices,
# policing by tc. The rest is in tests/cli/backend.sh.
#
# long
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$TESTS/vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$TESTS/vm_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../backend_lib.sh
. "$TESTS/backend_lib.sh"

filtering() {
	needs 8021q
	ip link add probe type bridge vlan_filtering 1 2>/dev/null || skip "no VLAN filtering"
	ip link del probe
}

# vlans_are DEV WANTED: "10 pvid untagged,20-22"
vlans_are() {
	equal "VLANs of $1" "$(bridge -compressvlans -j vlan show dev "$1" | jq -r '[.[0].vlans[] | [
		(.vlan | tostring) + (if .vlanEnd then "-\(.vlanEnd)" else "" end)] +
		((.flags // []) | map({"PVID": "pvid", "Egress Untagged": "untagged"}[.])) |
		join(" ")] | join(",")')" "$2"
}

every_mode() {
	filtering
	file "ports:" "  ${P}a: {mode: access, tag: 10}" "  ${P}b: {mode: trunk, trunks: [10, 20-22]}" \
		"  ${P}c: {mode: native-untagged, tag: 21, trunks: 20-22}" \
		"  ${P}d: {mode: native-tagged, tag: 10, trunks: [4094]}" "  ${P}e: {mode: hybrid}" \
		"  ${P}f: {mode: trunk}" \
		"vlans: [{dev: ${P}e, vid: 5-6, untagged: yes}, {dev: ${P}e, vid: 7, pvid: yes}]" \
		"fdb: [{mac: 02:00:00:00:00:09, dev: ${P}a, vlan: 10}]"
	modes() {
		vlans_are sw0p1 "10 pvid untagged"
		vlans_are sw0p2 "10,20-22"
		vlans_are sw0p3 "20,21 pvid untagged,22"
		vlans_are sw0p4 "10 pvid,4094"
		vlans_are sw0p5 "5-6 untagged,7 pvid"
		vlans_are sw0p6 "1-4094"
		bridge fdb show br sw0 | grep -q '02:00:00:00:00:09 dev sw0p1 vlan 10 sticky' ||
			bad "$(bridge fdb show br sw0)"
	}
	both_ways bridge modes
}

#	a [10] --+-- [10] b	gw10 10.10.0.254, gw20 10.20.0.254
#	c [20] --+-- trunk up0 === eth0 of x, with VLAN devices
two_tenants() {
	filtering
	file "namespaces: {${P}x: }" "links: {cable: [{dev: up0}, {netns: ${P}x, dev: eth0}]}" "ports:" \
		"  ${P}a: {address: 10.10.0.1/24, tag: 10}" "  ${P}b: {address: 10.10.0.2/24, tag: 10}" \
		"  ${P}c: {address: [10.20.0.3/24, 10.10.0.3/24], tag: 20}" \
		"  up0: {type: dev, dev: up0, trunks: [10, 20]}" \
		"  gw10: {type: host, vlan: 10, address: 10.10.0.254/24}" \
		"  gw20: {type: host, vlan: 20, address: 10.20.0.254/24}"
	tenants() {
		pings a 10.10.0.2
		pings a 10.10.0.254
		pings c 10.20.0.254
		pings_not a 10.10.0.3
		ip -n "${P}x" link add link eth0 name v20 up type vlan id 20
		ip -n "${P}x" addr add 10.20.0.9/24 dev v20
		pings c 10.20.0.9
		ip -n "${P}x" link del v20
	}
	both_ways bridge tenants
}

# One host port is the bridge, with the VLANs of its mode.
the_bridge_is_a_host() {
	filtering
	file "ports:" "  ${P}a: {address: 10.10.0.1/24, tag: 10}" "  ${P}b: {address: 10.10.0.2/24, tag: 20}" \
		"  sw0: {type: host, vlan: 10, address: 10.10.0.254/24, mac: 02:00:00:00:00:fe}"
	one_host() {
		vlans_are sw0 "10 pvid untagged"
		pings a 10.10.0.254
		pings_not b 10.10.0.254
		equal "mac" "$(ip -j link show sw0 | jq -r '.[0].address')" 02:00:00:00:00:fe
	}
	both_ways bridge one_host
}

policing() {
	needs act_police
	needs cls_matchall
	file "ports: {${P}a: {police: 10mbit}, ${P}b: {police: 5kpps}}"
	policed() {
		like "bits" "$(tc filter show dev sw0p1 ingress)" "rate 10Mbit burst"
		like "packets" "$(tc filter show dev sw0p2 ingress)" "pkts_rate 5000 pkts_burst 500"
	}
	both_ways bridge policed
}

# tunnel_hosts WORDS: two hosts, VLANs 10 and 20 from one to the other
#	1 [10] --+-- tun0 ~~ underlay ~~ tun0 --+-- [10] 3
#	2 [20] --+                              +-- [20] 4
tunnel_hosts() {
	local h
	file "links:" "  underlay:" "    - {netns: ${P}h1, dev: u0, address: 192.0.2.1/24}" \
		"    - {netns: ${P}h2, dev: u0, address: 192.0.2.2/24}" "switches:"
	for h in 1 2; do
		printf '%s\n' "  s$h:" "    netns: ${P}h$h" "    ports:" \
			"      ${P}$((2 * h - 1)): {address: 10.77.0.$((2 * h - 1))/24, tag: 10}" \
			"      ${P}$((2 * h)): {address: 10.77.0.$((2 * h))/24, tag: 20}" \
			"      tun0: {$1, remote: 192.0.2.$((3 - h)), trunks: [10, 20]}"
	done >>"$CASE/t.yaml"
}

# Frames of full size, and none across VLANs; the other end does nothing for the size.
through() { # MTU
	equal "MTU" "$(ip -n "${P}1" -j link show eth0 | jq '.[0].mtu')" "$1"
	pings 1 10.77.0.3
	ip netns exec "${P}2" ping -qc1 -W2 -M "do" -s $(($1 - 28)) 10.77.0.4 >/dev/null || bad "not whole"
	pings_not 1 10.77.0.4
	pings_not 4 10.77.0.1
}

tunnel() { # MTU WORDS MODULE
	filtering
	needs "$3"
	tunnel_hosts "$2"
	both_ways bridge through "$1"
}

# A broadcast comes once, whether the remotes are one device or several.
#	1 -- h1 ~~~ h2 -- 2,  both ~~~ h3 -- 3
mesh() { # TYPE MODULE
	local h
	needs "$2"
	file "switches:" "  net: {ports: {h1: {netns: ${P}h1, dev: u0, address: 192.0.2.1/24}, h2: {netns: ${P}h2, dev: u0," \
		"    address: 192.0.2.2/24}, h3: {netns: ${P}h3, dev: u0, address: 192.0.2.3/24}}}"
	for h in 1 2 3; do
		echo "  s$h: {netns: ${P}h$h, ports: {$P$h: {address: 10.77.0.$h/24}, mesh: {type: $1, key: 7," \
			"remote: [192.0.2.$((h % 3 + 1)), 192.0.2.$(((h + 1) % 3 + 1))]}}}"
	done >>"$CASE/t.yaml"
	copies() {
		local n
		pings 1 10.77.0.2
		pings 3 10.77.0.2
		sniff 2 3
		send 1 dst "$ALL" src "$(mac 1)" type 0x88b5 data 01
		send 1 dst "$ALL" src "$(mac 1)" type 0x88b5 data 02
		for n in 2 3; do
			wait_until 5000 grep -q 88b502 "$CASE/sniff.$n" || bad "nothing comes to $n"
			equal "copies at $n" "$(grep -c 88b501 "$CASE/sniff.$n")" 1
		done
		unsniff
	}
	both_ways bridge copies
}

run_case - every_mode
run_case - two_tenants
run_case - the_bridge_is_a_host
run_case - policing
run_case - tunnel 1446 "type: vxlan, key: 100" vxlan
run_case - tunnel 1450 "type: vxlan, key: vid+10000" vxlan
run_case - tunnel 1458 "type: gre" ip_gre
run_case - tunnel 1458 "type: gre, key: vid" ip_gre
run_case - tunnel 1446 "type: geneve, key: 100" geneve
run_case - mesh vxlan vxlan
run_case - mesh gre ip_gre
run_case - mesh geneve geneve
finish
