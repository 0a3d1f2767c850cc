#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# At the other end of a tunnel: Open vSwitch, with a port of the same type.
#
#	1 access 10 --+                                              +-- 3 access 10
#	               sw1, host 1 192.0.2.1 ~~~ 192.0.2.2 host 2, br0
#	2 access 20 --+                                              +-- 4 access 20
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$TESTS/tunnel_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../ovs_lib.sh
. "$(dirname "$0")/../ovs_lib.sh"

# module of a type; Open vSwitch's own takes it from there
module() {
	case $1 in
	gre) needs ip_gre ;;
	geneve) needs geneve ;;
	vxlan) needs vxlan ;;
	esac
}

answers() { ns "$1" ping -qc2 -i0.05 -W$((3 * SLOW)) "$2" || bad "no answer for $1 from $2"; }

learned() { # GUEST VLAN: Open vSwitch knows it
	ovs-appctl --timeout=$((10 * SLOW)) fdb/show br0 | grep -qi " $2 *$(station "$1")"
}

trunk_to_ovs() { # TYPE KEY
	local n
	module "$1"
	underlay 2
	host_up 1 1 2
	host 1 port add tun0 type "$1" remote "$(under4 2)" key "$2" mode trunk trunks 10,20 ||
		bad "port add: $?"
	host 1 port set "$(port 1)" mode access tag 10
	host 1 port set "$(port 2)" mode access tag 20
	ovs_up 92
	vsctl add-port br0 tun0 vlan_mode=trunk trunks=10,20 -- set interface tun0 "type=$1" \
		"options:remote_ip=$(under4 1)" "options:key=$2" || bad "ovs-vsctl add-port"
	for n in 3 4; do
		guest_of 2 "$n"
		to_ovs "t$n"
		vsctl set port "t$n" vlan_mode=access tag=$((n * 10 - 20))
	done
	guest_mtu "$(mtu_of 1 tun0)" 3 4
	answers 1 "$(ip4 3)"
	answers 4 "$(ip6 2)"
	silent 1 "$(ip4 4)"
	silent 3 "$(ip6 2)"
	equal "entry of 3" "$(on 1 '.[0] | "\(.port) \(.remote)"' fdb get "$(station 3)" vlan 10)" \
		"tun0 192.0.2.2"
	learned 1 10 || bad "Open vSwitch has not learned guest 1"
	stream "$(ip4 3)" 1 3 "" 3000000
	stream "$(ip4 2)" 4 2 "" 3000000
	stream "$(ip6 1)" 3 1 "" 2000000
	carried_whole
}

for type in vxlan gre geneve; do
	run_case "hub none" trunk_to_ovs "$type" 77
done
finish
