#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Topology files: apply, diff, export, down FILE. Mistakes of a file are in tests/unit/test_topo.c.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

LIMIT=600 # fault points of one command
B=02:00:00:00:00:0b

# topo NAME: a file from stdin, with names of this run for @
topo() { sed "s/@/$P/g" >"$CASE/$1.yaml"; }

apply() { expect 0 xsw "${@:2}" apply "$CASE/$1.yaml"; quiet "$1"; }
quiet() { equal "stdout of apply $1" "$OUT" ""; equal "stderr of apply $1" "$ERR" ""; }
same() { equal "diff $1" "$(xsw diff "$CASE/$1.yaml")" ""; }
differs() { expect 4 xsw diff "$CASE/$1.yaml"; equal "diff $1" "${OUT//$P/@}" "$(cat)"; }
gone() { expect 0 xsw down "$CASE/$1.yaml"; equal "left by down $1" "$(leftovers)" ""; }

# Everything a switch can be set to, and everything that may stand beside it.
everything() {
	topo all <<-'EOF'
		set: {ageing: 60, fdb_size: 1024, group_fwd_mask: 4, max_learned: 500, flap_limit: none,
		      flap_window: 250ms, recovery: 30}
		ports:
		  @1: {address: [10.0.0.1/24, "fd00::1/64"], mode: access, tag: 10}
		  @2: {netns: @1, dev: eth1, mac: "02:aa:00:00:00:02", trunks: [10, 20-30], tag: 20}
		  @3: {type: host, dev: gw, address: 10.0.0.254/24, vlan: 10, mtu: 1400}
		  @4: {learning: no, flood: no, mcast_flood: no, bcast_flood: no, hairpin: yes,
		       isolated: true, guard: on, group_fwd_mask: 0x10, state: blocking}
		  @5: {locked: true, max_macs: 10, allowed_macs: ["02:00:00:00:00:02", "02:00:00:00:00:01"],
		       allowed_ips: [10.0.1.0/24, 10.0.0.1, "2001:db8::/64"],
		       storm: {broadcast: 10kpps, multicast: 1500pps, unknown: 5mbit}, police: 1gbit}
		  @6: {mode: dot1q-tunnel, tag: 100, cvlans: [5, 6], qinq-ethtype: 802.1q, state: down}
		  @7: {mode: native-untagged, tag: 7, hook: tc}
		  @8: {mode: trunk}
		  @9: {mode: hybrid, qinq-ethtype: 802.1ad}
		  @10: {netns: /run/netns/@11}
		  @w1:
		  @w2: {police: 100mbit}
		  @m:
		  @x: {type: dev, dev: @up, hook: xdp}
		  @t: {type: vxlan, remote: [192.0.2.2, "192.0.2.3"], local: 192.0.2.1, key: 100, port: 4790,
		       mode: trunk, trunks: 10-30, group: 5}
		vlans:
		  - {dev: @9, vid: 30, untagged: true, pvid: yes}
		  - {dev: @9, vid: [31, 35-37]}
		  - {dev: @4, vid: 40, untagged: true}
		  - {vid: 10-12, max_learned: 100}
		  - {vid: 20, max_learned: 5}
		fdb:
		  - {mac: "02:00:00:00:00:0a", dev: @1, vlan: 10}
		  - {mac: "02:00:00:00:00:0a", dev: @2, vlan: 20, state: extern}
		  - {mac: "02:00:00:00:00:0b", dev: @10}
		  - {mac: "02:00:00:00:00:0c", dev: @t, vlan: 10, remote: 192.0.2.3}
		wires: [[@w2, @w1]]
		mirrors:
		  - {name: span, from: [@2, "@1:in", "@t:out"], vlan: [0, 10-12], to: @m, tag: 100}
		  - {name: all, to: @m}
	EOF
	undo xsw down
	undo ip link del "${P}up"
	ip link add "${P}up" type veth peer name "${P}far"
	undo ip netns del "${P}11"
	ip netns add "${P}11"
}

applied_twice_changes_nothing() {
	everything
	expect 4 xsw diff "$CASE/all.yaml"
	apply all
	same all
	apply all
	same all
	equal "entries" "$(xsw -j fdb show state static | jq length)" 3
	equal "wire" "$(xsw wire show)" "${P}w1 peer ${P}w2"
	equal "mirrors" "$(xsw mirror show | sort)" "$(printf '%s\n' "all to ${P}m" \
		"span from ${P}1:in,${P}2,${P}t:out vlan 0,10-12 to ${P}m tag 100")"
	equal "hybrid" "$(xsw vlan show dev "${P}9" | xargs)" \
		"${P}9 30 pvid untagged ${P}9 31 ${P}9 35-37"
	equal "addresses" "$(ip -n "${P}1" -j addr show eth0 | jq -r '[.[0].addr_info[] |
		select(.scope == "global").local] | join(" ")')" "10.0.0.1 fd00::1"
	equal "its namespaces" "$(ip -n "${P}1" -j link | jq length)" 3
}

# A key that is missing in `everything` might be one that diff and export have never heard of.
everything_is_everything() {
	local key odd
	everything
	for odd in 'ports: {@1: {colour: red}}' 'mirrors: [{colour: red}]' 'switches: {sw0: {colour: red}}'; do
		topo odd <<<"$odd"
		expect 1 xsw diff "$CASE/odd.yaml"
		for key in $(sed -n 's/.*expected //p' <<<"$ERR" | tr -d ,); do
			[[ $key =~ ^(xdp-chain|netns)$ ]] || grep -qw -- "$key:" "$CASE/all.yaml" ||
				bad "$key is not there"
		done
	done
}

# What a file does not name is as if never set: a port at XDP could not have the mode it wants.
a_hook_that_is_not_named_is_tc() {
	topo plain <<-'EOF'
		ports: {@1: {mode: access, tag: 10}, @2: {}}
	EOF
	undo xsw down
	xsw up --subnet none || bad "up"
	xsw port add "$(port 1)" hook xdp || bad "port add"
	differs plain <<-'EOF'
		~ port @1: hook xdp -> auto
		~ port @1: mode transparent -> access
		~ port @1: tag none -> 10
		+ port @2
	EOF
	apply plain
	same plain
	equal "ports at XDP" "$(xsw -j show | jq -c '[.[0].ports[].hook | select(. == "xdp")]')" "[]"
}

an_entry_goes_to_another_remote() {
	everything
	apply all
	sed 's/remote: 192.0.2.3}/remote: 192.0.2.2}/' "$CASE/all.yaml" >"$CASE/other.yaml"
	differs other <<-'EOF'
		~ fdb 02:00:00:00:00:0c vlan 10: @t 192.0.2.3 static -> @t 192.0.2.2 static
	EOF
	apply other
	same other
	equal "remote" "$(xsw -j fdb get 02:00:00:00:00:0c vlan 10 | jq -r '.[].remote')" 192.0.2.2
}

exported_and_applied_again() {
	everything
	apply all
	expect 0 xsw export
	echo "$OUT" >"$CASE/first.yaml"
	like "export" "$OUT" "^switches:"
	same first
	apply first
	expect 0 xsw down
	apply first
	expect 0 xsw export
	equal "export" "$OUT" "$(<"$CASE/first.yaml")"
	same all
	# the other way round: from nothing
	printf 'ports:\n' >"$CASE/none.yaml"
	apply none
	equal "export of nothing" "$(xsw export | tr -s '\n ' ' ')" "switches: sw0: ports: {} "
	equal "devices" "$(ip -o link | grep -c "sw0p")" 0
	apply first
	equal "export" "$(xsw export)" "$(<"$CASE/first.yaml")"
	expect 2 bash -c "'$TOOL' export >/dev/full"
	like "error" "$ERR" "No space left"
	expect 1 xsw -j export
	expect 1 xsw export -
}

export_text() {
	undo xsw down
	topo one <<-'EOF'
		switches:
		  sw0:
		    set: {ageing: 300s, max_learned: 0x10}
		    ports:
		      @1: {address: 10.0.0.1/24, tag: 10, learning: on, storm: {unknown: 2000kpps}}
		      @2: {mtu: 9000, trunks: "20,30,21"}
		    fdb: [{mac: "02:00:00:00:00:0A", dev: @2, vlan: 20}]
	EOF
	apply one
	expect 0 xsw export
	equal "export" "${OUT//$P/@}" "$(cat <<-'EOF'
		switches:
		  sw0:
		    set: {max_learned: 16}
		    ports:
		      @1: {address: 10.0.0.1/24, mode: access, tag: 10, storm: {unknown: 2mpps}}
		      @2: {mtu: 9000, mode: trunk, trunks: [20-21, 30]}
		    fdb:
		    - {mac: "02:00:00:00:00:0a", dev: @2, vlan: 20}
	EOF
	)"
	gone one
}

diff_names_every_change() {
	undo xsw down
	topo a <<-'EOF'
		ports:
		  @1: {address: 10.0.0.1/24, tag: 10}
		  @2: {learning: off, storm: {broadcast: 10kpps}}
		  @3: {mac: "02:aa:00:00:00:03"}
		  @4:
		vlans: [{dev: @4, vid: 30-32}, {vid: 10, max_learned: 9}]
		fdb: [{mac: "02:00:00:00:00:0a", dev: @1, vlan: 10}, {mac: "02:00:00:00:00:0b", dev: @3}]
		mirrors: [{name: m1, from: [@3, @2], vlan: 10, to: @4}, {name: m2, to: @4}]
	EOF
	topo b <<-'EOF'
		set: {ageing: 60}
		ports:
		  @1: {address: 10.0.0.2/24, tag: 20}
		  @2: {storm: {multicast: 1000pps}, state: down}
		  @3:
		  @5:
		vlans: [{dev: @5, vid: 30, untagged: true}]
		fdb: [{mac: "02:00:00:00:00:0a", dev: @2, vlan: 10}, {mac: "02:00:00:00:00:0b", dev: @3}]
		wires: [[@3, @2]]
		mirrors: [{name: m1, from: "@3:in", to: @5, tag: 9}, {name: m3, to: @5}]
	EOF
	differs a <<-'EOF'
		+ switch sw0
		+ port @1
		+ port @2
		+ port @3
		+ port @4
		+ vlan @4 30-32: tagged
		~ vlan 10: max_learned none -> 9
		+ fdb 02:00:00:00:00:0a vlan 10: @1 static
		+ fdb 02:00:00:00:00:0b: @3 static
		+ mirror m1: from @2,@3 vlan 10 to @4
		+ mirror m2: to @4
	EOF
	equal "dry run" "$(xsw --dry-run apply "$CASE/a.yaml")" "$OUT"
	equal "what a dry run leaves" "$(leftovers)" ""
	apply a
	differs b <<-'EOF'
		~ switch sw0: ageing 300 -> 60
		~ port @1: address 10.0.0.1/24 -> 10.0.0.2/24
		~ port @1: tag 10 -> 20
		~ port @2: learning off -> on
		~ port @2: state up -> down
		~ port @2: storm broadcast 10kpps -> none
		~ port @2: storm multicast none -> 1000pps
		~ port @3: mac 02:aa:00:00:00:03 -> none
		+ port @5
		+ vlan @5 30: untagged
		- port @4
		~ vlan 10: max_learned 9 -> none
		~ fdb 02:00:00:00:00:0a vlan 10: @1 static -> @2 static
		+ wire @2 @3
		~ mirror m1: from @2,@3 vlan 10 to @4 -> from @3:in to @5 tag 9
		- mirror m2: to @4
		+ mirror m3: to @5
	EOF
	equal "as JSON" "$(xsw -j diff "$CASE/b.yaml" | jq -c '.[] | select(.name == "'"$P"'1" or .object == "wire")')" \
		"$(printf '%s\n' '{"action":"change","switch":"sw0","object":"port","name":"@1","key":"address","have":"10.0.0.1/24","want":"10.0.0.2/24"}' \
		'{"action":"change","switch":"sw0","object":"port","name":"@1","key":"tag","have":"10","want":"20"}' \
		'{"action":"add","switch":"sw0","object":"wire","name":"@2 @3"}' | sed "s/@/$P/g")"
	equal "without differences, as JSON" "$(xsw -j diff "$CASE/a.yaml")" "[]"
	apply b
	same b
	[ -e "/run/netns/${P}4" ] && bad "port 4 is in no file, and its namespace is there"
	equal "entry of the port made again" "$(fdb_port "$B")" "${P}3"
	gone b
}

# A port that does not differ is not touched: its device, its counters, what it learned.
others_are_left_alone() {
	local before
	undo xsw down
	topo a <<<"ports: {@1: {address: 10.0.0.1/24}, @2: {address: 10.0.0.2/24}, @3: {tag: 5}}"
	topo b <<<"ports: {@1: {address: 10.0.0.1/24}, @2: {address: 10.0.0.2/24}, @3: {tag: 6}, @4: }"
	apply a
	ns 1 ping -qc2 -W2 10.0.0.2 || bad "no answer"
	before=$(xsw -j port show | jq -c '[.[:2][] | .ifindex, .number]')
	apply b
	equal "ports" "$(xsw -j port show | jq -c '[.[:2][] | .ifindex, .number]')" "$before"
	at_least 2 counter 1 .rx.unicast.packets || bad "counters began afresh"
	equal "learned" "$(xsw -j fdb show state dynamic | jq '[.[] | select(.vlan == null)] | length >= 2')" true
	equal "tag" "$(xsw -j port show "${P}3" | jq '.[0].tag')" 6
	gone b
}

# What fails takes back all that was done before it, also a port that had to go first.
a_failure_undoes_its_own() {
	undo xsw down
	topo a <<-'EOF'
		set: {ageing: 60}
		ports:
		  @1: {address: 10.0.0.1/24, tag: 10}
		  @2: {mac: "02:aa:00:00:00:02"}
		  @3:
		fdb: [{mac: "02:00:00:00:00:0a", dev: @2}]
		wires: [[@3, @2]]
	EOF
	apply a
	state() { xsw export; ip netns | cut -d" " -f1 | sort; }
	state >"$CASE/before"
	# made again, new settings, and then a device that is not there
	topo b <<-'EOF'
		set: {ageing: 30}
		ports:
		  @1: {address: 10.0.0.9/24, tag: 11}
		  @2: {mac: "02:aa:00:00:00:03"}
		  @4:
		  @5: {type: dev, dev: nosuchdev}
	EOF
	expect 3 xsw apply "$CASE/b.yaml"
	equal "message" "$ERR" "xswitch: port ${P}5: no device \"nosuchdev\" in the switch's namespace"
	equal "after a device that is not there" "$(state)" "$(<"$CASE/before")"
	# the last of the steps: a mirror to what can have no copies
	topo c <<-'EOF'
		set: {ageing: 30}
		ports:
		  @1: {address: 10.0.0.9/24, tag: 11, storm: {broadcast: 1000pps}}
		  @2: {mac: "02:aa:00:00:00:03"}
		  @3: {max_macs: 5}
		  @4:
		  @5:
		  @t: {type: vxlan, remote: 192.0.2.2, key: vid, trunks: 10}
		vlans: [{dev: @4, vid: 7}, {vid: 9, max_learned: 3}]
		fdb: [{mac: "02:00:00:00:00:0a", dev: @1, vlan: 11}]
		wires: [[@2, @5]]
		mirrors: [{name: m1, from: [@1], to: @t}]
	EOF
	expect 2 xsw apply "$CASE/c.yaml"
	like "message" "$ERR" "^xswitch: port ${P}t: its keys are those of VLANs, and copies are of none"
	equal "after a mirror that cannot be" "$(state)" "$(<"$CASE/before")"
	same a
	gone a
	# a switch that was made by it goes
	expect 3 xsw apply "$CASE/b.yaml"
	equal "left by a failure" "$(leftovers)" ""
}

# Several switches and what is beside them; the second fails.
hosts() {
	topo "$1" <<-EOF
		namespaces:
		  @h1: {sysctl: {net.ipv4.ip_forward: 1, net.ipv4.conf.gw.rp_filter: 2},
		        routes: ["10.1.0.0/16 via 192.0.2.2", "10.3.0.0/16 via 10.2.0.9", "10.2.0.0/16 via 10.0.0.1",
		                 "2001:db8::/32 via fd00::2"]}
		  @h3:
		links:
		  under: [{netns: @h1, dev: u0, address: [192.0.2.1/24, "fd00::1/64"]},
		          {netns: @h2, dev: u0, address: 192.0.2.2/24, mtu: 1600, mac: "02:00:00:00:00:77"}]
		switches:
		  one: {netns: @h1, ports: {gw: {type: host, address: 10.0.0.254/8}, @1: {address: 10.0.0.1/24}}}
		  two: {netns: @h2, ports: {@2: {address: 10.0.0.2/24}${2:-}}}
	EOF
	undo xsw -S one down
	undo xsw -S two down
	undo ip netns del "${P}h1"
	undo ip netns del "${P}h2"
	undo ip netns del "${P}h3"
}

hosts_and_links() {
	hosts a
	differs a <<-'EOF'
		+ namespace @h1
		+ namespace @h3
		+ namespace @h2
		+ link under
		~ sysctl @h1 net.ipv4.ip_forward: none -> 1
		~ sysctl @h1 net.ipv4.conf.gw.rp_filter: none -> 2
		+ route @h1: 10.1.0.0/16 via 192.0.2.2
		+ route @h1: 10.3.0.0/16 via 10.2.0.9
		+ route @h1: 10.2.0.0/16 via 10.0.0.1
		+ route @h1: 2001:db8::/32 via fd00::2
		+ switch one
		+ switch one port gw
		+ switch one port @1
		+ switch two
		+ switch two port @2
	EOF
	apply a
	same a
	apply a
	ns h1 ping -qc1 -W2 192.0.2.2 || bad "no answer over the link"
	ns h1 ping -qc1 -W2 10.0.0.1 || bad "no answer from the port"
	equal "forwarding" "$(ns h1 cat /proc/sys/net/ipv4/ip_forward)" 1
	equal "rp_filter" "$(ns h1 cat /proc/sys/net/ipv4/conf/gw/rp_filter)" 2
	equal "routes" "$(ip -n "${P}h1" route show proto static | sed 's/ *$//' | sort)" \
		"$(printf '%s\n' "10.1.0.0/16 via 192.0.2.2 dev u0" "10.2.0.0/16 via 10.0.0.1 dev gw" \
			"10.3.0.0/16 via 10.2.0.9 dev gw")"
	ip -n "${P}h1" addr del 192.0.2.1/24 dev u0
	ip -n "${P}h1" addr add 192.0.2.7/24 dev u0
	ip -n "${P}h2" link set u0 mtu 1500 address 02:00:00:00:00:78
	ip -n "${P}h1" route replace 10.2.0.0/16 via 10.0.0.2
	ns h1 sysctl -q net.ipv4.ip_forward=0
	differs a <<-'EOF'
		~ link under u0: address 192.0.2.7/24,fd00::1/64 -> 192.0.2.1/24,fd00::1/64
		~ link under u0: mtu 1500 -> 1600
		~ link under u0: mac 02:00:00:00:00:78 -> 02:00:00:00:00:77
		~ sysctl @h1 net.ipv4.ip_forward: 0 -> 1
		+ route @h1: 10.1.0.0/16 via 192.0.2.2
		~ route @h1: 10.2.0.0/16 via 10.0.0.1
	EOF
	apply a
	same a
	equal "what down would do" "$(xsw --dry-run down "$CASE/a.yaml" | sed "s/$P/@/g" | xargs)" \
		"remove switch two remove switch one remove link under remove namespace @h1 remove namespace @h3 remove namespace @h2"
	same a
	gone a
}

# Namespaces that were removed behind its back: down removes the rest, apply then makes it all.
namespaces_vanish() {
	hosts a
	apply a
	ip netns del "${P}h1"
	ip netns del "${P}2"
	gone a
	apply a
	ip netns del "${P}2"
	differs a <<-'EOF'
		~ switch two port @2: device gone -> made
	EOF
	apply a
	same a
	ns 2 ip -o addr show dev eth0 | grep -q 10.0.0.2/24 || bad "no address"
	gone a
}

hosts_of_others_stay() {
	hosts a
	ip netns add "${P}h1"
	ip netns add "${P}h2"
	ip -n "${P}h1" link add u0 type veth peer name u0 netns "${P}h2"
	apply a
	same a
	expect 0 xsw down "$CASE/a.yaml"
	equal "namespaces" "$(ip netns | awk '{ print $1 }' | sort | xargs)" "${P}h1 ${P}h2"
	ip -n "${P}h2" link show u0 >"$CASE/u0" || bad "somebody else's link is gone"
	like "alias" "$(<"$CASE/u0")" "^[^x]*$"
	# half of what is asked for is in the way
	ip -n "${P}h1" link del u0
	ip -n "${P}h1" link add u0 type veth peer name u1
	expect 2 xsw apply "$CASE/a.yaml"
	like "message" "$ERR" "^xswitch: $CASE/a.yaml:7:3: link under: cannot make it: File exists"
	ip -n "${P}h1" link show u0 >"$CASE/u0" || bad "somebody else's device is gone"
	[ -e "/run/netns/${P}h3" ] && bad "a namespace is left of what failed"
	return 0
}

a_later_switch_undoes_those_before() {
	hosts a
	hosts b ', @3: {type: dev, dev: nosuchdev}'
	expect 3 xsw apply "$CASE/b.yaml"
	equal "left by a failure" "$(leftovers)" ""
	apply a
	xsw -S one export >"$CASE/one"
	sed -i 's|10.0.0.1/24|10.0.0.7/24|; s/ip_forward: 1/ip_forward: 0/; s|192.0.2.1/24|192.0.2.8/24|' "$CASE/b.yaml"
	expect 3 xsw apply "$CASE/b.yaml"
	equal "the first switch" "$(xsw -S one export)" "$(<"$CASE/one")"
	same a
	gone a
	# a route that never works is known last
	hosts c
	sed -i 's|10.2.0.0/16 via 10.0.0.1|10.2.0.0/16 via 198.51.100.1|' "$CASE/c.yaml"
	expect 2 xsw apply "$CASE/c.yaml"
	like "message" "$ERR" "^xswitch: $CASE/c.yaml:3:.*: namespace ${P}h1: cannot add route \"10.*unreachable"
	equal "left by a failure" "$(leftovers)" ""
}

bad_input() {
	expect 1 xsw apply
	expect 1 xsw diff a b
	expect 1 xsw apply - <<<"ports: {a: {colour: red}}"
	like "message" "$ERR" '^xswitch: stdin:1:13: unknown key "colour", expected netns'
	expect 1 xsw diff - <<<"- x"
	expect 1 xsw down - <<<"ports: 5"
	expect 1 xsw down --all - <<<"ports:"
	expect 3 xsw export
	expect 1 xsw -S Big apply /dev/null
	expect 0 xsw apply /dev/null
	equal "left" "$(leftovers)" ""
}

# Killed at any point: the next apply makes it whole, or down removes what there is.
killed() { # FILE FROM: from a state to another
	local n
	for ((n = 1; n < LIMIT; n += 7)); do
		if [ "$2" = nothing ]; then xsw down "$CASE/$1.yaml" || bad "down: $?"; else apply "$2"; fi
		crashes "$n" apply "$CASE/$1.yaml" || break
		if ((n % 2)); then
			apply "$1"
			same "$1"
		fi
		expect 0 xsw down "$CASE/$1.yaml"
		wait_until 5000 clean || bad "$1 from $2, killed at $n, then down: left: $(leftovers)"
	done
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	same "$1"
	gone "$1"
}

killed_on_the_way() {
	hosts a
	killed a nothing
}

killed_on_a_change() {
	undo xsw down
	topo a <<-'EOF'
		ports: {@1: {tag: 10}, @2: {mac: "02:aa:00:00:00:02"}, @3: , @4: }
		fdb: [{mac: "02:00:00:00:00:0a", dev: @1, vlan: 10}]
		wires: [[@3, @4]]
	EOF
	topo b <<-'EOF'
		set: {ageing: 50}
		ports: {@1: {tag: 20, address: 10.0.0.1/24}, @2: , @3: {max_macs: 5}, @5: }
		vlans: [{dev: @5, vid: 7, untagged: true}]
		fdb: [{mac: "02:00:00:00:00:0a", dev: @2}]
	EOF
	killed b a
}

killed_on_the_way_down() {
	local n
	hosts a
	for ((n = 1; n < LIMIT; n += 3)); do
		apply a
		crashes "$n" down "$CASE/a.yaml" || break
		gone a
	done
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	equal "left" "$(leftovers)" ""
}

run_case - applied_twice_changes_nothing
run_case - everything_is_everything
run_case - a_hook_that_is_not_named_is_tc
run_case - an_entry_goes_to_another_remote
run_case - exported_and_applied_again
run_case - export_text
run_case - diff_names_every_change
run_case - others_are_left_alone
run_case - a_failure_undoes_its_own
run_case - hosts_and_links
run_case - namespaces_vanish
run_case - hosts_of_others_stay
run_case - a_later_switch_undoes_those_before
run_case - bad_input
run_case - killed_on_the_way
run_case - killed_on_a_change
run_case - killed_on_the_way_down
finish
