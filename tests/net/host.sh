#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The switch's own address: a gateway for the namespaces, in one VLAN or in several.
#
#	1  10.10.0.1  VLAN 10 --+------------+--- gw10  10.10.0.254  VLAN 10 \
#	                        |   switch   |                                9, routes
#	2  10.20.0.2  VLAN 20 --+------------+--- gw20  10.20.0.254  VLAN 20 /
#
# The switch lives in namespace 9.
#
# command
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../stream_lib.sh
. "$TESTS/stream_lib.sh"

HOME_NS=9

# A namespace for the switch, without noise and without trying addresses out.
home() {
	ip netns add "$(ns_name "$HOME_NS")"
	undo ip netns del "$(ns_name "$HOME_NS")"
	undo xsw down
	ns "$HOME_NS" sh -c 'cd /proc/sys/net && ip link set lo up &&
		echo 1 >ipv4/ip_forward && echo 1 >ipv6/conf/all/forwarding &&
		echo 0 >ipv6/conf/default/accept_dad'
}

xsw_home() { xsw -n "$(ns_name "$HOME_NS")" "$@" || bad "xswitch $*: exit $?"; }

# client N VLAN: a namespace with a route by way of the gateway of its VLAN
client() {
	xsw_home port add "$(port "$1")" address "10.$2.0.$1/24" mode access tag "$2"
	OUTER[$1]=${SW}p$1
	ns "$1" ip addr add "fd$2::$1/64" dev eth0 nodad
	ns "$1" ip route add default via "10.$2.0.254"
	ns "$1" ip -6 route add default via "fd$2::254"
}

gateway() { # VLAN
	xsw_home port add "gw$1" type host address "10.$1.0.254/24" address "fd$1::254/64" vlan "$1"
}

routed() {
	home
	xsw_home up
	client 1 10
	client 2 20
	gateway 10
	gateway 20
	bpf_note
}

no_checksum_errors() {
	local n
	for n in 1 2 "$HOME_NS"; do equal "checksum errors of $n" "$(csum_errors "$n")" 0; done
}

hosts() {
	bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/settings" |
		jq '.[0].formatted.value.hosts'
}

# What the switch has of type local: "port vlan", sorted.
locals() {
	xsw -j fdb show state local | jq -r '[.[] | "\(.port) \(.vlan // 0)"] | sort | join(", ")'
}

routes_between_two_vlans() {
	routed
	ns 1 ping -qc2 -i0.05 -W2 10.10.0.254 || bad "no answer from the gateway"
	ns 1 ping -qc2 -i0.05 -W2 10.20.0.2 || bad "no answer from the other VLAN"
	ns 1 ping -6 -qc2 -i0.05 -W2 fd20::2 || bad "no answer by IPv6"
	stream 10.20.0.2 1 2 "" 30000000
	stream 10.10.0.1 2 1 -u 200000
	stream fd20::2 1 2 "" 10000000
	stream 10.10.0.254 1 "$HOME_NS" "" 10000000
	stream 10.10.0.1 "$HOME_NS" 1 "" 10000000
	no_checksum_errors
}

# The gateway is the only way from one VLAN into the other.
vlans_stay_apart() {
	routed
	ns "$HOME_NS" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
	silent 1 10.20.0.2
	ns 1 ping -qc1 -W2 10.10.0.254 || bad "no answer from the gateway"
}

entries_of_the_address() {
	local mac
	routed
	equal "local entries" "$(locals)" "gw10 10, gw20 20"
	equal "host ports" "$(hosts)" 2
	mac=$(ns "$HOME_NS" ip -j link show gw10 | jq -r '.[0].address')
	equal "port of the gateway" "$(fdb_port "$mac" 10)" gw10
	expect 0 xsw port set gw10 mode trunk trunks 10,30-32
	equal "local entries" "$(locals)" "gw10 10, gw10 30, gw10 31, gw10 32, gw20 20"
	expect 0 xsw vlan del dev gw10 vid 30-31
	equal "local entries" "$(locals)" "gw10 10, gw10 32, gw20 20"
	expect 0 xsw port set gw10 mode trunk trunks 1-4094
	equal "local entries" "$(locals)" "gw20 20"
	expect 0 xsw port set gw10 mode transparent
	equal "local entries" "$(locals)" "gw10 0, gw20 20"
	expect 0 xsw port del gw10
	equal "local entries" "$(locals)" "gw20 20"
	equal "host ports" "$(hosts)" 1
	ns "$HOME_NS" ip link show gw10 2>/dev/null && bad "the device of gw10 is still there"
	expect 0 xsw port del gw20
	equal "host ports" "$(hosts)" 0
	return 0
}

up_host() {
	local mac
	home
	xsw_home up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 --host 10.77.0.254/24
	bpf_note
	equal "port" "$(xsw -j port show host | jq -r '.[0] | .type, .peer, .state' | xargs)" \
		"host sw0 forwarding"
	ns 1 ping -qc2 -i0.05 -W2 10.77.0.254 || bad "no answer from the host"
	ns "$HOME_NS" ping -qc2 -i0.05 -W2 "$(ip4 2)" || bad "the host gets no answer"
	mac=$(ns "$HOME_NS" ip -j link show sw0 | jq -r '.[0].address')
	xsw_home up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 --host 10.77.0.254/24
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 3
	# the same address whenever it is made
	expect 0 xsw down
	xsw_home up --host 10.77.0.254/24
	equal "address" "$(ns "$HOME_NS" ip -j link show sw0 | jq -r '.[0].address')" "$mac"
	# in the VLAN of the others
	expect 0 xsw down
	xsw_home up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 --host 10.77.0.254/24 \
		--mode access --tag 7
	ns 1 ping -qc1 -W2 10.77.0.254 || bad "no answer from the host in VLAN 7"
	equal "local entries" "$(locals)" "host 7"
}

# The outer end is a plug: it says nothing by itself and has no address.
outer_end_is_mute() {
	routed
	equal "addresses of sw0p3" "$(ns "$HOME_NS" ip -o addr show dev sw0p3 | wc -l)" 0
	like "IPv6 of gw10" "$(ns "$HOME_NS" ip -6 -o addr show dev gw10 scope global)" fd10::254
}

# Somebody else's frames with the host's address go nowhere, and the host stays reachable.
spoofed_address() {
	local mac before
	home
	xsw_home up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 --host 10.77.0.254/24
	bpf_note
	OUTER[1]=sw0p1 OUTER[2]=sw0p2
	mac=$(ns "$HOME_NS" ip -j link show sw0 | jq -r '.[0].address')
	expect 0 xsw port set "$(port 1)" learning off
	for _ in 1 2; do # a port that learns, and one that does not
		before=$(counter 1 .drops.src_local)
		send 1 dst ff:ff:ff:ff:ff:ff src "$mac" type 0x88b5 len 60
		wait_until 3000 at_least $((before + 1)) counter 1 .drops.src_local ||
			bad "src_local is not counted"
		equal "port of the host's address" "$(fdb_port "$mac")" host
		expect 0 xsw port set "$(port 1)" learning on
	done
	ns 2 ping -qc1 -W2 10.77.0.254 || bad "no answer from the host"
}

# The entry goes with its port, and with nothing else.
its_entry_is_not_for_sale() {
	local mac
	home
	xsw_home up --ports "$(port 1)" --subnet 10.77.0.0/24 --host 10.77.0.254/24
	mac=$(xsw -j port show host | jq -r '.[0].mac')
	expect 2 xsw fdb del "$mac"
	like "error" "$ERR" 'host port host'
	expect 2 xsw fdb add "$mac" dev "$(port 1)"
	expect 2 xsw fdb replace "$mac" dev "$(port 1)"
	xsw_home fdb flush static
	equal "local entries" "$(locals)" "host 0"
}

vanishes_and_is_healed() {
	home
	xsw_home up --ports "$(port 1)" --subnet 10.77.0.0/24 --host 10.77.0.254/24
	bpf_note
	ns "$HOME_NS" ip link del sw0
	equal "state" "$(xsw -j port show host | jq -r '.[0].state')" gone
	xsw_home up --ports "$(port 1)" --subnet 10.77.0.0/24 --host 10.77.0.254/24
	equal "state" "$(xsw -j port show host | jq -r '.[0].state')" forwarding
	ns 1 ping -qc1 -W2 10.77.0.254 || bad "no answer after healing"
	equal "local entries" "$(locals)" "host 0"
	equal "host ports" "$(hosts)" 1
}

run_case - routes_between_two_vlans
run_case - vlans_stay_apart
run_case - entries_of_the_address
run_case - up_host
run_case - outer_end_is_mute
run_case - spoofed_address
run_case - its_entry_is_not_for_sale
run_case - vanishes_and_is_healed
finish
