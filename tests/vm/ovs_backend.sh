#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Topology files by Open vSwitch, its kernel data path: with veth pairs and with internal ports.
#
# long
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$TESTS/vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$TESTS/vm_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../ovs_lib.sh
. "$TESTS/ovs_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../backend_lib.sh
. "$TESTS/backend_lib.sh"

# What Open vSwitch has, beside the kernel; records without what it chooses itself.
ovs_state() {
	leftovers | grep -v '^device ovs-system'
	vsctl --format=csv --columns=name,tag,trunks,cvlans,vlan_mode,protected,other_config list port | sort
	vsctl --format=csv --columns=name,type,options,ingress_policing_rate,ingress_policing_kpkts_rate \
		list interface | sort
	vsctl --format=csv --columns=name,other_config list bridge
	vsctl get Open_vSwitch . other_config
	ovs-appctl --timeout=$((10 * SLOW)) fdb/show sw0 2>/dev/null | grep static
}
# shellcheck disable=SC2034 # of backend_lib.sh
BEFORE=(ovs_state)

ovs() {
	ovs_start
	# the device of the kernel's data path comes with the first bridge, and stays
	vsctl add-br br0 -- del-br br0 || bad "no bridge"
}

column() { vsctl get "$1" "$2" "$3"; }

#	a [10] --+-- [10] b	gw10 10.10.0.254
#	c [20] --+-- trunk up0 === eth0 of x, with a VLAN device
tenants() { # BACKEND
	needs 8021q
	ovs
	file "namespaces: {${P}x: }" "links: {cable: [{dev: up0}, {netns: ${P}x, dev: eth0}]}" \
		"set: {ageing: 60, fdb_size: 1000}" "ports:" \
		"  ${P}a: {address: 10.10.0.1/24, tag: 10, mtu: 1400}" \
		"  ${P}b: {dev: lan0, address: 10.10.0.2/24, tag: 10, mac: 02:00:00:00:00:22}" \
		"  ${P}c: {address: [10.20.0.3/24, 10.10.0.3/24], tag: 20}" \
		"  up0: {type: dev, dev: up0, trunks: [10, 20-22]}" \
		"  gw10: {type: host, vlan: 10, address: 10.10.0.254/24}" \
		"fdb: [{mac: 02:00:00:00:00:09, dev: ${P}a, vlan: 10}]"
	two_tenants() {
		pings a 10.10.0.2
		pings a 10.10.0.254
		pings_not a 10.10.0.3
		equal "mac" "$(ip -n "${P}b" -j link show lan0 | jq -r '.[0].address')" 02:00:00:00:00:22
		equal "mtu" "$(ip -n "${P}a" -j link show eth0 | jq '.[0].mtu')" 1400
		equal "trunks" "$(column port up0 trunks)" "[10, 20, 21, 22]"
		equal "ageing" "$(column bridge sw0 other_config:mac-aging-time)" '"60"'
		like "entry" "$(ovs-appctl fdb/show sw0)" "10  02:00:00:00:00:09  *static"
		ip -n "${P}x" link add link eth0 name v20 up type vlan id 20
		ip -n "${P}x" addr add 10.20.0.9/24 dev v20
		pings c 10.20.0.9
		ip -n "${P}x" link del v20
	}
	both_ways "$1" two_tenants
}

every_mode() { # BACKEND
	ovs
	file "ports:" "  ${P}a: {mode: access, tag: 10, police: 10mbit}" \
		"  ${P}b: {mode: trunk, isolated: on, police: 5kpps}" \
		"  ${P}c: {mode: native-untagged, tag: 21, trunks: 20-22}" \
		"  ${P}d: {mode: native-tagged, tag: 10, trunks: [4094]}" "  ${P}e: {mode: hybrid}" \
		"  ${P}f: {mode: dot1q-tunnel, tag: 100, cvlans: [1-3]}" "  ${P}g: " \
		"vlans: [{dev: ${P}e, vid: 5-6}, {dev: ${P}e, vid: 7, pvid: yes, untagged: yes}]"
	modes() {
		equal "a" "$(column port sw0p1 vlan_mode) $(column port sw0p1 tag)" "access 10"
		equal "b" "$(column port sw0p2 vlan_mode) $(column port sw0p2 trunks | tr ',' '\n' | wc -l)" \
			"trunk 4094"
		equal "b" "$(column port sw0p2 protected)" true
		equal "c" "$(column port sw0p3 vlan_mode) $(column port sw0p3 trunks)" \
			"native-untagged [20, 21, 22]"
		equal "d" "$(column port sw0p4 vlan_mode) $(column port sw0p4 tag)" "native-tagged 10"
		equal "e" "$(column port sw0p5 vlan_mode) $(column port sw0p5 trunks)" \
			"native-untagged [5, 6, 7]"
		equal "f" "$(column port sw0p6 vlan_mode) $(column port sw0p6 cvlans) $(
			column port sw0p6 other_config:qinq-ethtype)" 'dot1q-tunnel [1, 2, 3] "802.1ad"'
		equal "g" "$(column port sw0p7 vlan_mode) $(column port sw0p7 trunks)" "[] []"
		equal "bits" "$(column interface sw0p1 ingress_policing_rate)" 10000
		equal "packets" "$(column interface sw0p2 ingress_policing_kpkts_rate)" 5
		equal "two tags" "$(column Open_vSwitch . other_config:vlan-limit)" '"2"'
	}
	both_ways "$1" modes
}

# The other end is made by hand.
#	a [10] --+-- tun0 ~~ underlay ~~ far: a VXLAN device, with a VLAN device upon it
#	b [20] --+
a_tunnel() { # BACKEND
	needs 8021q
	needs vxlan
	ovs
	file "links:" "  underlay:" "    - {dev: u0, address: 192.0.2.1/24}" \
		"    - {netns: ${P}far, dev: u0, address: 192.0.2.2/24}" "ports:" \
		"  ${P}a: {address: 10.77.0.1/24, tag: 10}" "  ${P}b: {address: 10.77.0.2/24, tag: 20}" \
		"  tun0: {type: vxlan, remote: 192.0.2.2, key: 100, trunks: [10, 20]}"
	reaches_far() {
		ip -n "${P}far" link add vx0 mtu 1450 type vxlan id 100 dstport 4789 remote 192.0.2.1
		ip -n "${P}far" link set vx0 up
		ip -n "${P}far" link add link vx0 name v10 up mtu 1446 type vlan id 10
		ip -n "${P}far" addr add 10.77.0.9/24 dev v10
		pings a 10.77.0.9
		ip netns exec "${P}a" ping -qc1 -W2 -M "do" -s 1418 10.77.0.9 >/dev/null || bad "not whole"
		pings_not b 10.77.0.9
		ip -n "${P}far" link del vx0
	}
	both_ways "$1" reaches_far
}

# A port for each VLAN and remote, kept apart.
legs() { # BACKEND
	ovs
	file "ports:" "  ${P}a: {tag: 10}" \
		"  tun0: {type: gre, remote: [192.0.2.2, 192.0.2.3], key: vid+100, trunks: [10, 20]}"
	four() {
		equal "ports" "$(vsctl list-ports sw0 | xargs)" "sw0p1 sw0p2v10 sw0p2v10r2 sw0p2v20 sw0p2v20r2"
		equal "key" "$(column interface sw0p2v20r2 options:key) $(
			column interface sw0p2v20r2 options:remote_ip) $(column port sw0p2v20r2 tag) $(
			column port sw0p2v20r2 protected)" '"120" "192.0.2.3" 20 true'
	}
	both_ways "$1" four
}

# A route that cannot be: what was made before it goes again.
a_failure_is_taken_back() { # BACKEND
	ovs
	file "ports: {${P}a: , ${P}b: {tag: 5}, gw: {type: host, dev: gw0}}" \
		"namespaces: {${P}b: {routes: [10.9.0.0/16 dev nothing]}}"
	ovs_state >"$CASE/before"
	expect 2 apply "$1"
	like "message" "$ERR" "ip -n ${P}b route add 10.9.0.0/16 dev nothing: ip: "
	wait_until 5000 as_before || bad "left: $(ovs_state | diff "$CASE/before" -)"
}

for backend in ovs ovs-internal; do
	run_case - tenants $backend
	run_case - every_mode $backend
	run_case - a_tunnel $backend
	run_case - legs $backend
	run_case - a_failure_is_taken_back $backend
done
finish
