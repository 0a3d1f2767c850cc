#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xswitch-cni as a runtime calls it: containers are namespaces, addresses come from the IPAM plugins of
# containernetworking-plugins.
#
#	container 1  eth0 --+-----------+
#	container 2  eth0 --+  switch   +--- sw0, sw0.10: gateways
#	container 3  eth0 --+-----------+
#
# command
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../cni_lib.sh
. "$TESTS/cni_lib.sh"

# --- ADD, DEL ----------------------------------------------------------------------------

two_containers_talk() {
	containers 1 2
	add 1
	equal "interfaces" "$(result '[.interfaces[] | .name] | join(" ")')" "sw0p1 eth0"
	equal "sandbox" "$(result '.interfaces[1].sandbox')" "/run/netns/${P}1"
	equal "address" "$(result '.interfaces[1].mac')" \
		"$(device 1 address)"
	equal "other end" "$(result '.interfaces[0].mac')" "$(device - address)"
	equal "ips" "$(result '.ips[0] | .address, .gateway, .interface' | xargs)" \
		"10.88.0.2/24 10.88.0.1 1"
	equal "version" "$(result '.cniVersion')" 1.0.0
	add 2
	talk 1 10.88.0.3
	talk 2 10.88.0.2
	bpf_note
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 2
	equal "port" "$(xsw -j port show "$(port_of 1)" | jq -r '.[0] | .type, .mode, .state' |
		xargs)" "netns transparent forwarding"
	del 1
	silent 2 10.88.0.2
	ns 1 ip link show eth0 2>/dev/null && bad "eth0 is still there"
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
	equal "addresses in use" "$(leases net1)" 10.88.0.3
	del 2
	equal "addresses in use" "$(leases net1)" ""
	# the switch stays, as a bridge does
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 0
}

# ADD for the second time is an error that changes nothing; DEL is none, whatever has gone.
add_and_del_twice() {
	containers 1
	add 1
	fails 101 ADD 1
	equal "addresses in use" "$(leases net1)" 10.88.0.2
	talk 1 10.88.0.2
	cni 0 CHECK 1 "$(with_result 1)"
	del 1
	del 1
	containers 2
	add 2
	ip netns del "${P}2"
	wait_until 3000 gone 2 || bad "the port is not gone"
	NETNS='' del 2
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 0
	add 1
	expect 0 xsw down
	del 1
	equal "addresses in use" "$(leases net1)" ""
	# there has never been anything
	rm -rf "$IPAM"
	del 3
}

gone() { [ "$(xsw -j port show "$(port_of "$1")" | jq -r '.[0].state')" = gone ]; }

# A container that went without DEL, and comes again.
comes_again() {
	local mac
	containers 1
	add 1
	mac=$(result '.interfaces[1].mac')
	ip netns del "${P}1"
	wait_until 3000 gone 1 || bad "the port is not gone"
	rm -rf "$IPAM" # as after a DEL that only its IPAM plugin has seen
	ip netns add "${P}1"
	add 1
	equal "address" "$(result '.interfaces[1].mac')" "$mac"
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
}

# Whatever fails, nothing of it stays.
failed_add() {
	containers 1 2
	fails 103 ADD 1 '{ipam: {type: "nothing"}}'
	nothing_of_it
	fails 999 ADD 1 '{ipam: {rangeStart: "10.99.0.1"}}'
	like "error" "$(answer .details)" 'IPAM plugin host-local'
	nothing_of_it
	# an address that the kernel refuses, after IPAM has given it away
	fails 100 ADD 1 '{ipam: {routes: [{dst: "10.9.0.0/16", gw: "192.0.2.1"}]}}'
	like "error" "$(answer .details)" 'cannot add route 10.9.0.0/16 at eth0'
	nothing_of_it
	ns 1 ip link add eth0 type veth peer name other
	fails 101 ADD 1
	nothing_of_it
	fails 8 ADD 9
	nothing_of_it
	NETNS=/proc/$BASHPID/ns/net fails 8 ADD 1
	NETNS=/etc/passwd fails 8 ADD 1
	nothing_of_it
	add 2
	ns 1 ip link del eth0
	fails 103 ADD 1 '{ipam: {type: "nothing"}}'
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
	equal "addresses in use" "$(leases net1)/24" "$(result '.ips[0].address')"
}

# At each point of a run one of seven, another one in the next run.
killed_add() {
	local n=$((RANDOM % 7)) done=0
	containers 1
	while XSW_CRASH_AT=$((n + 1)) cni 'any' ADD 1; [ "$STATUS" = 137 ]; do
		n=$((n + 7)) done=$((done + 1))
		del 1
		[ -z "$(xsw -j show 2>/dev/null | jq -r '.[].ports[]')" ] || bad "$n: a port stays"
		equal "addresses after a kill at $n" "$(leases net1)" ""
		ns 1 ip link show eth0 2>/dev/null && bad "$n: eth0 is still there"
		[ "$n" -lt 200 ] || bad "too many points"
	done
	equal "status" "$STATUS" 0
	[ "$done" -gt 3 ] || bad "only $done points"
	del 1
}

# A port knows its namespace, not a path to it; so does DEL.
path_leads_elsewhere() {
	local pid
	containers 1 2
	nsenter --net="/run/netns/${P}1" sleep 600 &
	pid=$!
	undo reap "$pid"
	inside() { [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink "/proc/$$/ns/net")" ]; }
	wait_until 3000 inside || bad "nobody holds the namespace"
	touch /run/netns.link
	undo rm -f /run/netns.link
	undo umount /run/netns.link
	mount --bind "/run/netns/${P}1" /run/netns.link
	NETNS=/run/netns.link add 1
	shown() { xsw -j port show "$(port_of 1)" | jq -r '.[0] | .netns, .state' | xargs; }
	equal "netns" "$(shown)" "/run/netns.link forwarding"
	umount /run/netns.link
	mount --bind "/run/netns/${P}2" /run/netns.link
	equal "netns" "$(shown)" "${P}1 forwarding"
	umount "/run/netns/${P}1"
	equal "netns" "$(shown)" "$(readlink "/proc/$pid/ns/net") forwarding"
	NETNS=/run/netns.link fails 102 CHECK 1 "$(with_result 1)"
	NETNS=/run/netns.link del 1
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 0
	equal "eth0" "$(nsenter --net="/proc/$pid/ns/net" ip -o link | grep -c eth0)" 0
	rm -f "/run/netns/${P}1"
}

# --- keys --------------------------------------------------------------------------------

vlans_keep_apart() {
	containers 1 2 3
	add 1 '{vlan: 10}'
	add 2 '{vlan: 10}'
	add 3 '{vlan: 20}'
	talk 1 10.88.0.3
	silent 1 10.88.0.4
	silent 3 10.88.0.2
	equal "port" "$(xsw -j port show "$(port_of 3)" | jq -r '.[0] | .mode, .tag' | xargs)" \
		"access 20"
}

trunk() {
	local v
	containers 1 2 3
	add 1 '{vlanTrunk: [{id: 10}, {minID: 20, maxID: 22}]}'
	add 2 '{vlan: 21}'
	add 3 '{vlan: 30}'
	equal "port" "$(xsw -j port show "$(port_of 1)" |
		jq -c '.[0] | [.mode, .tag, .trunks]')" '["native-untagged",1,[1,10,20,21,22]]'
	cni 0 CHECK 1 "$(with_result 1 '{vlanTrunk: [{id: 10}, {minID: 20, maxID: 22}]}')"
	OUTER=([1]=sw0p1 [2]=sw0p2 [3]=sw0p3)
	sniff 2 3
	for v in 21 30; do
		send 1 dst ff:ff:ff:ff:ff:ff src "$(mac 1)" vlan "$v" type 0x88b5 len 64
	done
	fence
	equal "frames of VLAN 21" "$(frames 2)" \
		"$("$XFRAME" hex dst ff:ff:ff:ff:ff:ff src "$(mac 1)" type 0x88b5 len 60)"
	equal "frames of VLAN 30" "$(frames 3)" ""
	silent 1 10.88.0.3
	del 1
	add 1 '{vlan: 21, vlanTrunk: [{id: 30}]}'
	talk 1 10.88.0.3
}

# The way out of the VLAN is its gateway.
gateway() {
	containers 1 2 3
	add 1 '{vlan: 10, isDefaultGateway: true}'
	equal "gateway" "$(result '.interfaces[2].name')" sw0.10
	equal "its address" "$(ip -j addr show sw0.10 | jq -r '.[0].addr_info[] |
		select(.family == "inet") | .local')" 10.88.0.1
	equal "route" "$(ns 1 ip -j route show default | jq -r '.[0].gateway')" 10.88.0.1
	equal "result" "$(result '.routes[0] | .dst, .gw' | xargs)" "0.0.0.0/0 10.88.0.1"
	talk 1 10.88.0.1
	add 2 '{name: "two", vlan: 20, isDefaultGateway: true, ipam: {subnet: "10.89.0.0/24"}}'
	talk 1 10.89.0.2
	equal "forwarding" "$(cat /proc/sys/net/ipv4/ip_forward)" 1
	add 3 '{name: "three", isGateway: true, ipam: {subnet: "10.90.0.0/24",
		gateway: "10.90.0.77"}}'
	talk 3 10.90.0.77
	[ -z "$(ns 3 ip route show default)" ] || bad "a default route that nobody asked for"
	# another subnet in the same VLAN: the address of the gateway stays, or goes
	del 2 '{name: "two"}'
	fails 7 ADD 2 '{name: "four", vlan: 10, isGateway: true, ipam: {subnet: "10.91.0.0/24"}}'
	like "error" "$(answer .details)" 'sw0.10 has another address already; forceAddress'
	equal "addresses in use" "$(leases four)" ""
	add 2 '{name: "four", vlan: 10, isGateway: true, forceAddress: true,
		ipam: {subnet: "10.91.0.0/24"}}'
	talk 2 10.91.0.1
	silent 1 10.88.0.1
}

gateway_by_ipv6() {
	local net='{isDefaultGateway: true, ipam: {subnet: null,
		ranges: [[{subnet: "10.88.0.0/24"}], [{subnet: "fd88::/64"}]]}}'
	containers 1 2
	add 1 "$net"
	add 2 "$net"
	equal "addresses" "$(result '[.ips[].address] | join(" ")')" "10.88.0.3/24 fd88::3/64"
	# at once: nothing is tried out first
	equal "tentative" "$(ns 1 ip -6 -o addr show dev eth0 scope global tentative)" ""
	talk 1 fd88::1
	talk 1 fd88::3
	equal "route" "$(ns 1 ip -j -6 route show default | jq -r '.[0].gateway')" fd88::1
	dad() { ns "$1" cat /proc/sys/net/ipv6/conf/eth0/accept_dad; }
	equal "trying out" "$(dad 1)" 0
	cni 0 CHECK 2 "$(with_result 2 "$net")"
	ns 2 ip addr del fd88::3/64 dev eth0
	fails 102 CHECK 2 "$(with_result 2 "$net")"
	like "error" "$(answer .details)" 'no address fd88::3/64'
	del 2 "$net"
	add 2 "$net * {enabledad: true}"
	equal "trying out" "$(dad 2)" 1
}

# A machine beyond the gateway answers to the gateway, and knows no way to the container.
masquerade() {
	local net='{isDefaultGateway: true, ipMasq: true}'
	command -v nft >/dev/null || skip "nft is not installed"
	containers 1 2
	ip netns add "${P}far"
	undo ip netns del "${P}far"
	undo ip link del far0
	ip link add far0 type veth peer name eth0 netns "${P}far"
	ip addr add 192.0.2.1/24 dev far0
	ip link set far0 up
	ns far ip addr add 192.0.2.2/24 dev eth0
	ns far ip link set eth0 up
	undo nft delete table inet xswitch_cni
	add 1 '{isDefaultGateway: true}'
	silent 1 192.0.2.2
	del 1
	add 1 "$net"
	talk 1 192.0.2.2
	add 2 "$net"
	equal "rules" "$(nft list table inet xswitch_cni | grep -c masquerade)" 2
	cni 0 CHECK 1 "$(with_result 1 "$net")"
	nft flush chain inet xswitch_cni postrouting
	fails 102 CHECK 1 "$(with_result 1 "$net")"
	like "error" "$(answer .details)" 'no rule masquerades'
	del 1 "$net"
	add 1 "$net"
	# nobody else's rule goes, and the table with the last one
	nft add rule inet xswitch_cni postrouting counter
	del 1 "$net"
	equal "rules" "$(nft list table inet xswitch_cni | grep -c counter)" 1
	nft flush chain inet xswitch_cni postrouting
	add 1 "$net"
	del 1 "$net"
	del 2 "$net"
	equal "tables" "$(nft list tables)" ""
	ip link show sw0 >/dev/null || bad "the gateway is gone"
}

mtu() {
	containers 1
	add 1 '{cniVersion: "1.1.0", mtu: 1400, isGateway: true}'
	equal "MTU in the container" "$(device 1 mtu)" 1400
	equal "MTU of the other end" "$(device - mtu)" 1400
	equal "MTU in the result" "$(result '[.interfaces[].mtu] | join(" ")')" "1400 1400 1400"
	xsw port set "$(port_of 1)" mtu 1300
	fails 102 CHECK 1 "$(with_result 1 '{mtu: 1400, isGateway: true}')"
	like "error" "$(answer .details)" 'its MTU is not as configured'
}

spoofed() {
	local from
	containers 1 2
	# reports of group members are frames too
	for from in 1 2; do ns "$from" sysctl -qw net.ipv6.conf.default.disable_ipv6=1; done
	add 1 '{macspoofchk: true}'
	add 2
	OUTER=([1]=sw0p1 [2]=sw0p2)
	sniff 2
	from=$(device 1 address)
	equal "allowed" "$(xsw -j port show "$(port_of 1)" | jq -r '.[0].allowed_macs[]')" "$from"
	reach 1 "" dst ff:ff:ff:ff:ff:ff src "$(mac 1)" type 0x88b5 len 60
	equal "counted" "$(xsw -j -s port show "$(port_of 1)" | jq '.[0].stats.drops.spoofed_mac')" 1
	talk 1 10.88.0.3
	del 1
	add 1 '{macspoofchk: true, runtimeConfig: {mac: "02:5e:5e:00:00:77"}}'
	equal "allowed" "$(xsw -j port show "$(port_of 1)" | jq -r '.[0].allowed_macs[]')" \
		02:5e:5e:00:00:77
	OUTER[1]=sw0p1
	reach 1 2 dst ff:ff:ff:ff:ff:ff src 02:5e:5e:00:00:77 type 0x88b5 len 60
	xsw port set "$(port_of 1)" allowed_macs none
	fails 102 CHECK 1 "$(with_result 1 '{macspoofchk: true}')"
	like "error" "$(answer .details)" 'the address it allows is not as configured'
}

isolation() {
	containers 1 2 3
	add 1 '{portIsolation: true, hairpinMode: true}'
	equal "flags" "$(xsw -j port show "$(port_of 1)" |
		jq -c '.[0].flags | [.isolated, .hairpin]')" "[true,true]"
	add 2 '{portIsolation: true}'
	add 3
	silent 1 10.88.0.3
	talk 1 10.88.0.4
	talk 3 10.88.0.3
}

rates() {
	local net='{storm: {broadcast: "100pps", unknown: "1mbit"},
		bandwidth: {egressRate: 2000000, egressBurst: 8000}}'
	containers 1
	add 1 "$net"
	equal "rates" "$(xsw -j port show "$(port_of 1)" |
		jq -c '.[0] | [.storm.broadcast, .storm.multicast, .storm.unknown, .police]')" \
		'["100pps",null,"1mbit","2mbit"]'
	cni 0 CHECK 1 "$(with_result 1 "$net")"
	xsw port set "$(port_of 1)" police none
	fails 102 CHECK 1 "$(with_result 1 "$net")"
	like "error" "$(answer .details)" 'a rate is not as configured'
	del 1
	# what the runtime asks for, where the configuration says nothing
	add 1 '{runtimeConfig: {bandwidth: {egressRate: 3000000, egressBurst: 8000}}}'
	equal "rate" "$(xsw -j port show "$(port_of 1)" | jq -r '.[0].police')" 3mbit
	del 1
	fails 2 ADD 1 '{bandwidth: {ingressRate: 1000, ingressBurst: 1000}}'
	like "error" "$(answer .details)" 'bandwidth: .*ingressRate'
	fails 7 ADD 1 '{bandwidth: {egressRate: 1000}}'
	nothing_of_it
}

hook_xdp() {
	containers 1 2
	add 1 '{hook: "xdp"}'
	add 2 '{hook: "xdp"}'
	equal "hooks" "$(xsw -j show | jq -r '[.[0].ports[].hook] | unique | join(" ")')" xdp
	talk 1 10.88.0.3
	del 1
	fails 100 ADD 1 '{hook: "xdp", vlan: 10}'
	like "error" "$(answer .details)" 'mode access is not safe under xdp'
}

# The address of the device: by CNI_ARGS, args, runtimeConfig; the last one counts.
addresses() {
	local net='.ipam = {type: "static", addresses: [{address: "10.88.0.50/24"}],
		dns: {nameservers: ["10.88.0.9"], domain: "lab"}}'
	containers 1
	MORE_ARGS="IgnoreUnknown=1;MAC=02:5e:5e:00:00:01;K8S_POD_NAME=x" add 1 "$net"
	equal "MAC" "$(device 1 address)" 02:5e:5e:00:00:01
	equal "ips" "$(result '[.ips[] | .address, .interface] | join(" ")')" "10.88.0.50/24 1"
	equal "DNS" "$(result '.dns | .domain, .nameservers[]' | xargs)" "lab 10.88.0.9"
	del 1 "$net"
	MORE_ARGS="IgnoreUnknown=1;MAC=02:5e:5e:00:00:01" add 1 '{args: {cni: {mac: "02:5e:5e:00:00:02"}},
		dns: {domain: "mine"}}'
	equal "MAC" "$(device 1 address)" 02:5e:5e:00:00:02
	equal "DNS" "$(result '.dns | .domain')" mine
	del 1
	add 1 '{args: {cni: {mac: "02:5e:5e:00:00:02"}},
		runtimeConfig: {mac: "02:5e:5e:00:00:03", ips: ["10.88.0.60/24"]}}'
	equal "MAC" "$(device 1 address)" 02:5e:5e:00:00:03
	equal "ips" "$(result '.ips[0].address')" 10.88.0.60/24
	del 1
	MORE_ARGS="MAC=03:5e:5e:00:00:01" fails 4 ADD 1
	like "error" "$(answer .details)" 'CNI_ARGS: MAC: "03:5e:5e:00:00:01"'
	MORE_ARGS="MAC" fails 4 ADD 1
	fails 7 ADD 1 '{runtimeConfig: {mac: "nonsense"}}'
}

# Without IPAM there is a device, and that is all.
layer_two() {
	containers 1 2
	add 1 '.ipam = {}'
	equal "ips" "$(result '.ips | length')" 0
	equal "addresses" "$(ns 1 ip -4 -o addr show dev eth0)" ""
	add 2 '.ipam = null'
	ns 1 ip addr add 10.88.0.1/24 dev eth0
	ns 2 ip addr add 10.88.0.2/24 dev eth0
	talk 1 10.88.0.2
	cni 0 CHECK 1 "$(with_result 1 '.ipam = {}')"
}

# The second plugin of a chain: what is there already stays in the result.
second_of_a_chain() {
	containers 1
	add 1 '{name: "first"}'
	IFNAME=net1 add 1 "$(with_result 1 '{ipam: {subnet: "10.89.0.0/24"}}')"
	equal "interfaces" "$(result '[.interfaces[].name] | join(" ")')" "sw0p1 eth0 sw0p2 net1"
	equal "ips" "$(result '[.ips[] | .address, .interface] | join(" ")')" \
		"10.88.0.2/24 1 10.89.0.2/24 3"
	IFNAME=net1 cni 0 CHECK 1 "$(IFNAME=net1 with_result 1 '{ipam: {subnet: "10.89.0.0/24"}}')"
	IFNAME=net1 del 1
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
	equal "port" "$(xsw -j show | jq -r '.[0].ports[0].port')" "$(port_of 1 first)"
}

# Many at once, each with another address.
at_once() {
	local n pids=()
	containers $(seq 1 8)
	for n in $(seq 1 8); do
		(ANSWER=$CASE/answer.$n; add "$n" '{vlan: 10, isGateway: true}') &
		pids+=($!)
	done
	for n in "${pids[@]}"; do wait "$n" || bad "an ADD failed"; done
	equal "addresses" "$(for n in $(seq 1 8); do jq -r '.ips[0].address' "$CASE/result.$n"; done |
		sort -u | wc -l)" 8
	talk 1 "$(jq -r '.ips[0].address | split("/")[0]' "$CASE/result.8")"
	pids=()
	for n in $(seq 1 8); do
		(ANSWER=$CASE/answer.$n; del "$n") &
		pids+=($!)
	done
	for n in "${pids[@]}"; do wait "$n" || bad "a DEL failed"; done
	equal "ports" "$(xsw -j show | jq -r '.[0].ports[].port')" sw0.10
	equal "addresses in use" "$(leases net1)" ""
}

cni_ready
run_case - two_containers_talk
run_case - add_and_del_twice
run_case - comes_again
run_case - failed_add
run_case - killed_add
run_case - path_leads_elsewhere
run_case - vlans_keep_apart
run_case - trunk
run_case - gateway
run_case - gateway_by_ipv6
run_case - masquerade
run_case - mtu
run_case - spoofed
run_case - isolation
run_case - rates
run_case - hook_xdp
run_case - addresses
run_case - layer_two
run_case - second_of_a_chain
run_case - at_once
finish
