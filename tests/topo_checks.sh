# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# topo_checks.sh - what holds in each scenario of topologies/, whatever made it
#
# After topo_lib.sh. A check knows the names and addresses of its file. What only a switch that
# can be asked knows (the FDB, counters) is looked up where the back end is xswitch.

check_veth_pair() {
	pings ns1 10.0.0.2
	pings ns2 10.0.0.1
	tcp 10.0.0.2 ns1 ns2 1000000
}

# What ns3 sees of the first conversation of two others: the question, which is for all.
check_switch_two_ports() {
	local one two
	one=$(mac_of ns1 eth0) two=$(mac_of ns2 eth0)
	watch ns3 eth0 type=0x0806 type=0x0800
	pings ns1 10.0.0.2
	saw ns3 eth0 "$(arp_for 10.0.0.2)" "the ARP request"
	pings ns2 10.0.0.1
	# what ns2 sends to ns3 comes by the same way, after all that
	pings ns2 10.0.0.3
	never_saw ns3 eth0 "^($one|$two)" "a frame between ns1 and ns2"
	if on_xswitch; then
		fdb_is "$(colons "$one")" ns1
		fdb_is "$(colons "$two")" ns2
	fi
}

check_ovs_internal_ports() {
	pings ns1 10.0.0.2
	pings ns2 10.0.0.1
	tcp 10.0.0.2 ns1 ns2 1000000
}

# The request goes by the cable, the reply by lo.
check_same_host_veth() {
	watch host veth1
	watch host veth0
	watch host lo
	pings host 10.0.0.2 -I veth0
	saw host veth1 "$(arp_for 10.0.0.2)" "the ARP request"
	saw host veth1 "$(ipv4 '' 01 10.0.0.1 10.0.0.2)08" "the echo request"
	saw host lo "$(ipv4 '' 01 10.0.0.2 10.0.0.1)00" "the echo reply"
	never_saw host veth0 "$(ipv4 '' 01)" "ICMP"
}

check_star_8() {
	local a b pid pids=()
	for a in {1..8}; do
		for b in {1..8}; do
			[ "$a" = "$b" ] || ns "ns$a" ping -qc1 -W$((2 * SLOW)) "10.0.0.$b" >/dev/null ||
				bad "ns$a does not reach ns$b"
		done
	done
	for a in 1 2 3 4; do
		b=$((a + 4))
		ns ns$b timeout $((30 * SLOW)) iperf3 -s -1 --forceflush >"$CASE/iperf.$b" 2>&1 &
		undo reap $!
		wait_until 5000 grep -q listening "$CASE/iperf.$b" || bad "no iperf3 in ns$b"
	done
	for a in 1 2 3 4; do
		ns ns$a timeout $((30 * SLOW)) iperf3 -c 10.0.0.$((a + 4)) -t 1 -J >"$CASE/iperf.$a" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid" || bad "iperf3: $(tail -n 3 "$CASE"/iperf.[1-4])"; done
	for a in 1 2 3 4; do
		jq -e '.end.sum_received.bytes > 100000' "$CASE/iperf.$a" >/dev/null ||
			bad "ns$a sent nothing: $(jq -c .end.sum_received "$CASE/iperf.$a")"
	done
}

check_vlan_two_tenants() {
	local n
	pings ns1 10.100.0.2 -I tap1a
	pings ns1 10.200.0.2 -I tap1b
	for n in 1 2; do
		pings ns$n 10.100.0.254
		pings ns$n 10.200.0.254
	done
	watch ns2 tap2a
	watch ns2 tap2b
	watch '' gw200
	watch upstream eth0
	# across: the question stays in its VLAN
	silent ns1 10.200.0.2 -I tap1a
	saw ns2 tap2a "$(arp_for 10.200.0.2)" "the ARP request in VLAN 100"
	saw upstream eth0 "$(arp_for 10.200.0.2)" "the ARP request in VLAN 100"
	saw upstream eth0 "^f{12}.{12}81000064" "the tag of VLAN 100"
	ns ns1 ip neigh flush dev tap1b
	pings ns1 10.200.0.2 -I tap1b
	pings ns1 10.200.0.254 -I tap1b
	never_saw ns2 tap2b "$(mac_of ns1 tap1a)" "a frame of VLAN 100"
	never_saw '' gw200 "$(mac_of ns1 tap1a)" "a frame of VLAN 100"
	saw upstream eth0 "^f{12}$(mac_of ns1 tap1b)810000c8" "the tag of VLAN 200"
	# from above
	put upstream eth0 dst "$ALL" src "$(mac 1 1)" vlan 200 len 64
	put upstream eth0 dst "$ALL" src "$(mac 1 2)" len 60
	put upstream eth0 dst "$ALL" src "$(mac 1 3)" vlan 300 len 64
	put upstream eth0 dst "$ALL" src "$(mac 1 4)" vlan 100 len 64
	saw ns2 tap2b "^f{12}025e5e00010188b5" "the frame of VLAN 200 from the uplink"
	saw ns2 tap2a "^f{12}025e5e00010488b5" "the frame of VLAN 100 from the uplink"
	never_saw ns2 tap2a "^f{12}025e5e00010[123]" "a frame of another VLAN"
	never_saw ns2 tap2b "^f{12}025e5e00010[234]" "a frame of another VLAN"
}

# --- two hosts ---------------------------------------------------------------------------

# What all have in common; OUTER_RE is what a frame on the wire looks like up to the IP packet
# inside, in VLAN 10.
two_hosts() { # OUTER_RE MTU
	local one other
	one=$(mac_of guest1 eth0)
	other=$(mac_of ns1 eth0)
	watch host2 u0 type=0x0800
	pings guest1 10.0.0.22
	pings ns1 10.0.0.21
	pings ns2 10.0.0.11
	pings guest2 10.0.0.12
	saw host2 u0 "$1" "an echo request in the tunnel"
	watch guest2 eth0
	watch ns2 eth0
	watch ns1 eth0
	silent guest1 10.0.0.21
	silent guest1 10.0.0.12
	saw ns2 eth0 "$(arp_for 10.0.0.21)" "the ARP request in VLAN 10"
	saw ns2 eth0 "$(arp_for 10.0.0.12)" "the ARP request in VLAN 10"
	# later frames of the other VLAN are there, the ones before are not
	pings ns1 10.0.0.21
	saw guest2 eth0 "^.{12}$other" "a frame of VLAN 20"
	never_saw guest2 eth0 "$one" "a frame of VLAN 10"
	never_saw ns1 eth0 "$one" "a frame of VLAN 10"
	full_segments "$2"
}

# TCP fills the wire to its last byte, and nothing is lost or cut for its length. The underlay's
# device cuts into segments, so that they are seen. On a busy machine a sender may be impatient and
# send twice what arrives; what is too long for the way would be lost every time.
full_segments() { # MTU
	local n most
	for n in guest1 ns1 guest2 ns2; do
		equal "MTU of $n" "$(ns "$n" ip -j link show eth0 | jq '.[0].mtu')" "$1"
	done
	ns host1 ethtool -K u0 tso off gso off >/dev/null 2>&1
	watch host2 u0 type=0x0800
	nothing_lost || nothing_lost || nothing_lost || bad "segments lost each time, $LOST"
	most=$(watched host2 u0 | awk '{ print length($1) / 2 }' | sort | uniq -c | sort -n | tail -n 1)
	equal "length of most frames in the tunnel" "${most##* }" 1514
	for n in host1 host2; do
		equal "fragments of $n" "$(ns "$n" nstat -asz IpFragCreates IpReasmReqds |
			awk '!/^#/ { n += $2 } END { print n + 0 }')" 0
	done
}

# Sent again, and not reported to have come twice (RFC 2883).
lost() { # N
	ns "$1" nstat -asz TcpRetransSegs TcpExtTCPDSACKRecv TcpExtTCPDSACKOfoRecv |
		awk '/Retrans/ { n += $2 } /DSACK/ { n -= $2 } END { print n + 0 }'
}

nothing_lost() {
	local before
	before=$(lost guest1)
	tcp 10.0.0.22 guest1 ns2 3000000
	LOST=$(($(lost guest1) - before))
	[ "$LOST" -le 0 ]
}

HOSTS="192.0.2.1 192.0.2.2"

# GRE: the flag of a key and no other, protocol 0x6558, key 100 (0x64)
check_vlan_over_gre() {
	# shellcheck disable=SC2086 # words
	two_hosts "$(ipv4 '' 2f $HOSTS)2000655800000064.{24}8100000a08004.*" 1454
}

# Port 4789 (0x12b5), VNI 100 (0x64)
check_vlan_over_vxlan() {
	# shellcheck disable=SC2086 # words
	two_hosts "$(ipv4 '' 11 $HOSTS)....12b5.{8}0800000000006400.{24}8100000a08004.*" 1446
}

# VNI 10010 (0x271a), no tag
check_vlan_over_vxlan_vni() {
	# shellcheck disable=SC2086 # words
	two_hosts "$(ipv4 '' 11 $HOSTS)....12b5.{8}0800000000271a00.{24}08004.*" 1450
}

# Port 6081 (0x17c1), no options, VNI 100
check_vlan_over_geneve() {
	# shellcheck disable=SC2086 # words
	two_hosts "$(ipv4 '' 11 $HOSTS)....17c1.{8}0000655800006400.{24}8100000a08004.*" 1446
}

# Frames to all, and to nobody known, arrive once at both others and never come back.
check_three_hosts_vxlan() {
	local a b i
	for a in 1 2 3; do watch "a$a" eth0 src=02:5e:5e; done
	for a in 1 2 3; do
		for i in 1 2 3 4 5; do put "a$a" eth0 dst "$ALL" src "$(mac "$a" "$i")" len 60; done
		put "a$a" eth0 dst "$(mac 9 9)" src "$(mac "$a" 6)" len 60
	done
	# a second copy would have come before these have been everywhere and back
	for a in 1 2 3; do
		for b in 1 2 3; do [ "$a" = "$b" ] || pings "a$a" "10.0.0.$b"; done
	done
	for a in 1 2 3; do put "a$a" eth0 dst "$ALL" src "$(mac "$a" 7)" len 60; done
	for a in 1 2 3; do
		for b in 1 2 3; do
			[ "$a" = "$b" ] || saw "a$b" eth0 "^f{12}025e5e000${a}07" "the last broadcast of a$a"
		done
	done
	for a in 1 2 3; do
		for b in 1 2 3; do
			for i in 1 2 3 4 5 6; do
				equal "copies at a$b of frame $i of a$a" \
					"$(watched "a$b" eth0 | grep -c "^.\{12\}025e5e000${a}0$i")" \
					"$([ "$a" = "$b" ] && echo 0 || echo 1)"
			done
		done
	done
	tcp 10.0.0.3 a1 a3 1000000
}

# --- more than one switch ----------------------------------------------------------------

# Both customers use the same addresses in the same VLANs: who answers is told by its MAC.
check_qinq_provider() {
	local c d vlan frame
	for c in a b; do
		for vlan in 10 20; do
			pings ${c}1 10.$vlan.0.2
			equal "who answers ${c}1 in VLAN $vlan" \
				"$(ns ${c}1 ip -j neigh show 10.$vlan.0.2 | jq -r '.[0].lladdr' | tr -d :)" \
				"$(mac_of ${c}2 v$vlan)"
		done
	done
	watch pe2 core
	for d in a2 b2; do watch $d eth0 src=02:5e:5e; done
	# a priority, a second tag and a tag the provider uses itself are the customer's business
	put a1 eth0 dst "$ALL" src "$(mac 1 1)" vlan 10 prio 5 vlan 200 len 70
	put a1 eth0 dst "$ALL" src "$(mac 1 2)" len 60
	put b1 eth0 dst "$ALL" src "$(mac 1 3)" vlan 100 len 64
	for c in 1 2; do
		saw a2 eth0 "^f{12}025e5e00010$c" "frame $c of customer A"
	done
	saw b2 eth0 "^f{12}025e5e000103" "the frame of customer B"
	frame=$("$XFRAME" hex dst "$ALL" src "$(mac 1 1)" vlan 10 prio 5 vlan 200 len 70)
	saw a2 eth0 "^$frame\$" "the frame with its own tags as they were"
	saw pe2 core "^${frame:0:24}88a80064${frame:24}\$" "both tags, the provider's outside,"
	saw pe2 core "^f{12}025e5e00010388a800c881000064" "customer B's tag in the provider's"
	never_saw a2 eth0 "^f{12}025e5e000103" "a frame of customer B"
	never_saw b2 eth0 "^f{12}025e5e00010[12]" "a frame of customer A"
	tcp 10.10.0.2 a1 a2 1000000
	tcp 10.20.0.1 b2 b1 1000000
}

check_router_on_a_stick() {
	watch router eth0
	watch ns2 eth0
	ns ns1 ping -c2 -i0.05 -W$((2 * SLOW)) 10.20.0.1 >"$CASE/ping" || bad "ns1 does not reach ns2"
	grep -q ' ttl=63 ' "$CASE/ping" || bad "TTL of the answer: $(grep ttl= "$CASE/ping")"
	# one cable, in by one VLAN and out by the other
	saw router eth0 "^.{24}8100000a08004.{15}4001.{4}$(hex4 10.10.0.1)$(hex4 10.20.0.1)08" \
		"the request with TTL 64 in VLAN 10"
	saw ns2 eth0 "^.{24}08004.{15}3f01.{4}$(hex4 10.10.0.1)$(hex4 10.20.0.1)08" \
		"the request with TTL 63"
	saw router eth0 "^.{24}8100001408004.{15}4001.{4}$(hex4 10.20.0.1)$(hex4 10.10.0.1)00" \
		"the reply in VLAN 20"
	never_saw ns2 eth0 "$(mac_of ns1 eth0)" "a frame of ns1 itself"
	pings ns2 10.10.0.1
	tcp 10.20.0.1 ns1 ns2 1000000
}

# Known unicast: what came in by some ports went out by others, whichever hook they have.
check_xdp_uplink() {
	equal "hooks" "$(xsw -j show | jq -r '[.[0].ports[] | .port, .hook] | join(" ")' |
		sed 's/tcx/tc/g; s/clsact/tc/g')" "ns1 tc ns2 tc up0 xdp"
	pings ns1 10.0.0.9
	pings upstream 10.0.0.2
	pings ns1 10.0.0.2
	tcp 10.0.0.9 ns1 upstream 2000000
	tcp 10.0.0.2 upstream ns2 2000000
	tcp 10.0.0.1 ns2 ns1 2000000
	wait_until 5000 adds_up || bad "in, out: $(unicast rx), $(unicast tx)"
	equal "frames lost" "$(xsw -j stats drops | jq '[.[] | .stats.drops // {} | to_entries[] |
		select(.key != "no_target") | .value] | add // 0')" 0
	at_least 100 carried rx || bad "the uplink sent only $(carried rx)"
	at_least 100 carried tx || bad "the uplink got only $(carried tx)"
}

unicast() { xsw -j stats | jq -r "[.[].stats.$1.unicast] | map(.packets), map(.bytes) | add" | xargs; }
adds_up() { [ "$(unicast rx)" = "$(unicast tx)" ]; }
carried() { xsw -j stats | jq ".[] | select(.port == \"up0\") | .stats.$1.unicast.packets"; }
