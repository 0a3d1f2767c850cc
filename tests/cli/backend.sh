#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Topology files by other means: what --print writes, that sh makes the same of it as a direct run,
# what a back end refuses, and that nothing is left.
#
# Exact command lists and every refusal are in tests/unit/test_script.c; Open vSwitch and bridges with
# VLAN filtering in tests/vm/.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# shellcheck source-path=SCRIPTDIR source=../backend_lib.sh
. "$(dirname "$0")/../backend_lib.sh"

# --- what is printed --------------------------------------------------------------------

two() {
	file "ports:" "  web: {address: 10.77.0.1/24}" "  db: {address: 10.77.0.2/24}"
}

print_is_a_script() {
	two
	sed -i '3s/}/, learning: off}/' "$CASE/t.yaml"
	expect 0 apply bridge --print
	equal "the script" "$OUT" "#!/bin/sh
# $CASE/t.yaml: the Linux bridge, made
set -e

# namespace web
ip netns add web
ip -n web link set lo alias xswitch-bridge up

# namespace db
ip netns add db
ip -n db link set lo alias xswitch-bridge up

# switch sw0
ip link add sw0 type bridge stp_state 0 mcast_snooping 0
ip link set sw0 alias xswitch-bridge
ip link set sw0 addrgenmode none up

# port web: eth0 in namespace web
ip link add sw0p1 type veth peer name eth0 netns web
ip link set sw0p1 alias xswitch-bridge
ip link set sw0p1 master sw0 addrgenmode none
ip -n web addr add 10.77.0.1/24 dev eth0
ip -n web link set eth0 up
ip link set sw0p1 up

# port db: eth0 in namespace db
ip link add sw0p2 type veth peer name eth0 netns db
ip link set sw0p2 alias xswitch-bridge
ip link set sw0p2 master sw0 addrgenmode none
bridge link set dev sw0p2 learning off
ip -n db addr add 10.77.0.2/24 dev eth0
ip -n db link set eth0 up
ip link set sw0p2 up"
	equal "stderr" "$ERR" ""
	expect 0 down bridge --print
	equal "the other one" "$OUT" "#!/bin/sh
# $CASE/t.yaml: the Linux bridge, removed
set -e

# port db: eth0 in namespace db
if ip link show dev sw0p2 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then ip link del sw0p2; fi

# port web: eth0 in namespace web
if ip link show dev sw0p1 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then ip link del sw0p1; fi

# switch sw0
if ip link show dev sw0 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then ip link del sw0; fi

# namespace db
if ip -n db link show dev lo 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then ip netns del db; fi

# namespace web
if ip -n web link show dev lo 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then ip netns del web; fi"
	expect 0 xsw apply --print "$CASE/t.yaml"
	equal "xswitch" "$OUT" "#!/bin/sh
# $CASE/t.yaml: this switch, made
set -e

# switch sw0
xswitch -S sw0 up --subnet none

# port web: eth0 in namespace web
xswitch -S sw0 port add web address 10.77.0.1/24

# port db: eth0 in namespace db
xswitch -S sw0 port add db address 10.77.0.2/24 learning off"
	expect 0 xsw -S other down --backend xswitch --print - <"$CASE/t.yaml"
	equal "other switch" "$OUT" "#!/bin/sh
# stdin: this switch, removed
set -e

# switch other
xswitch -S other down"
	# nothing was made
	equal "devices" "$(leftovers)" ""
}

# Commands as steps, one each, and nothing is done.
dry_run_tells_the_commands() {
	two
	expect 0 xsw --dry-run apply --backend veth "$CASE/t.yaml"
	like "steps" "$OUT" "^ip netns add web
ip -n web link set lo alias xswitch-veth up
"
	equal "devices" "$(leftovers)" ""
	# of what is there alone
	expect 0 xsw --dry-run -j down --backend veth "$CASE/t.yaml"
	equal "nothing" "$(jq -c . <<<"$OUT")" "[]"
	takes_down veth
	expect 0 apply veth
	expect 0 xsw --dry-run -j down --backend veth "$CASE/t.yaml"
	equal "JSON" "$(jq -r '.[].step' <<<"$OUT" | xargs)" \
		"ip -n web link del eth0 ip netns del db ip netns del web"
	expect 0 down veth
}

words_are_quoted() {
	file "namespaces:" "  ${P}a: {sysctl: {net.ipv4.tcp_rmem: \"4096 90000 300000\"," \
		"          net.ipv4.ip_forward: 1, net.ipv4.conf.eth0.forwarding: 0}}" \
		"ports: {${P}a: , ${P}b: }"
	quoting() {
		equal "tcp_rmem" "$(ip netns exec "${P}a" sysctl -n net.ipv4.tcp_rmem | xargs)" \
			"4096 90000 300000"
		equal "of a device" "$(ip netns exec "${P}a" sysctl -n net.ipv4.conf.eth0.forwarding)" 0
		equal "of the rest" "$(ip netns exec "${P}a" sysctl -n net.ipv4.ip_forward)" 1
	}
	both_ways bridge quoting
	grep -q "sysctl -qw 'net.ipv4.tcp_rmem=4096 90000 300000'" <(apply bridge --print) || bad "no quotes"
}

# --- what is made -----------------------------------------------------------------------

#	a --+
#	b --+-- sw0 -- host 10.77.0.254
#	c --+
# b and c isolated
a_bridge() {
	file "set: {ageing: 60}" "ports:" \
		"  ${P}a: {address: [10.77.0.1/24, 'fd77::1/64'], mtu: 1400}" \
		"  ${P}b: {address: 10.77.0.2/24, isolated: on}" \
		"  ${P}c: {dev: lan0, address: 10.77.0.3/24, isolated: on, mac: 02:00:00:00:00:33}" \
		"  gw: {type: host, address: 10.77.0.254/24}" \
		"fdb: [{mac: 02:00:00:00:00:09, dev: ${P}a}]" \
		"namespaces: {${P}a: {routes: [default via 10.77.0.254, '10.9.0.0/16 dev eth0']}}"
	bridged() {
		pings a 10.77.0.2
		pings c 10.77.0.1
		pings b 10.77.0.254
		pings_not b 10.77.0.3
		equal "entry" "$(bridge fdb show br sw0 | grep -c '02:00:00:00:00:09 dev sw0p1.*sticky.*static')" 1
		equal "mac" "$(ip -n "${P}c" -j link show lan0 | jq -r '.[0].address')" 02:00:00:00:00:33
		equal "ageing" "$(ip -j -d link show sw0 | jq '.[0].linkinfo.info_data.ageing_time')" 6000
		equal "altname" "$(ip -j link show gw | jq -r '.[0].ifname')" sw0
	}
	both_ways bridge bridged
}

# Two hosts, each with its bridge, joined by a link that is an uplink of both.
two_hosts() {
	file "links:" "  cable:" "    - {netns: ${P}h1, dev: up0}" "    - {netns: ${P}h2, dev: up0}" \
		"switches:" \
		"  s1: {netns: ${P}h1, ports: {${P}a: {address: 10.77.0.1/24}, up0: {type: dev, dev: up0}}}" \
		"  s2: {netns: ${P}h2, ports: {${P}b: {address: 10.77.0.2/24}, up0: {type: dev, dev: up0}}}"
	across() { pings a 10.77.0.2; }
	both_ways bridge across
}

a_pair() {
	file "switches:" "  one: {ports: {${P}a: {dev: tap1, address: 10.77.0.1/24}," \
		"                ${P}b: {dev: tap2, address: 10.77.0.2/24, mtu: 1400}}, wires: [[${P}a, ${P}b]]}" \
		"  two: {ports: {x: {netns: ${P}a, address: 10.78.0.1/24}, gw: {type: host, address: 10.78.0.2/24}}}"
	joined() {
		pings b 10.77.0.1
		pings a 10.78.0.2
		equal "mtu" "$(ip -n "${P}b" -j link show tap2 | jq '.[0].mtu')" 1400
	}
	both_ways veth joined
}

# This one as commands: the same switch as apply makes.
this_switch() {
	file "set: {ageing: 60, max_learned: 500}" "ports:" \
		"  ${P}a: {address: 10.77.0.1/24, tag: 10, storm: {broadcast: 100pps}}" \
		"  ${P}b: {address: 10.77.0.2/24, mode: hybrid, allowed_ips: [10.77.0.2, 'fe80::/10']}" \
		"  ${P}c: " "  ${P}d: " "  ${P}e: " \
		"vlans: [{dev: ${P}b, vid: 10, pvid: yes, untagged: yes}, {vid: 10-12, max_learned: 9}]" \
		"fdb: [{mac: 02:00:00:00:00:09, dev: ${P}a, vlan: 10}]" \
		"wires: [[${P}c, ${P}d]]" \
		"mirrors: [{name: m1, from: [${P}a, '${P}c:in'], vlan: [0, 10], to: ${P}e, tag: 5}]"
	takes_down xswitch
	switch_state() {
		bpf_note
		pings a 10.77.0.2
		xsw -j show | jq -cS '.[0] | del(.fdb.entries, .fdb.learned, .fdb.moved, .fdb.expired,
			.ports[].ifindex, .ports[].stats, .ports[].learned)'
		xsw -j vlan show | jq -cS '.[] | del(.learned)'
		xsw -j fdb show state static | jq -cS '.[] | del(.ifindex)'
		xsw -j wire show | jq -cS .
		xsw -j mirror show | jq -cS .
	}
	expect 0 xsw apply "$CASE/t.yaml"
	switch_state >"$CASE/direct" || bad "no switch"
	by_sh down xswitch
	wait_until 5000 clean || bad "left by the script: $(leftovers)"
	by_sh apply xswitch
	switch_state >"$CASE/printed" || bad "no switch"
	cmp "$CASE/direct" "$CASE/printed" || bad "different: $(diff "$CASE/direct" "$CASE/printed")"
	expect 0 down xswitch
}

# --- what goes wrong --------------------------------------------------------------------

refusals_name_the_place() {
	file "ports:" "  a: {storm: {broadcast: 10kpps}}" "  b:" "    allowed_ips: [10.0.0.1]" \
		"  c: {hook: xdp}" "wires: [[a, c]]"
	expect 1 apply bridge
	equal "all of them" "$ERR" "xswitch: $CASE/t.yaml:2:3: port a: the back end bridge cannot express storm
xswitch: $CASE/t.yaml:3:3: port b: the back end bridge cannot express allowed_ips
xswitch: $CASE/t.yaml:5:3: port c: the back end bridge cannot express hook
xswitch: $CASE/t.yaml:6:9: switch sw0: the back end bridge cannot express wires"
	expect 1 apply ovs --print
	expect 1 down veth
	like "veth" "$ERR" "t.yaml:2:3: port a: the back end veth cannot express storm"
	expect 1 xsw --dry-run apply --backend bridge "$CASE/t.yaml"
	equal "devices" "$(leftovers)" ""
}

bad_words() {
	two
	expect 1 apply linuxbridge
	like "back ends" "$ERR" '^xswitch: apply: --backend "linuxbridge" is not valid: expected xswitch\|bridge\|ovs\|ovs-internal\|veth'
	expect 1 down nothing
	expect 1 xsw apply --backend bridge
	like "no file" "$ERR" "FILE"
	expect 1 xsw apply --backend
	expect 1 xsw down --backend bridge
	expect 1 xsw down --print
	expect 1 xsw -n there apply --backend bridge "$CASE/t.yaml"
	like "-n" "$ERR" "netns"
	expect 2 xsw apply --backend bridge "$CASE/none.yaml"
	file "ports: {a: {colour: red}}"
	expect 1 apply bridge
	like "the file" "$ERR" "t.yaml:1:13: unknown key"
}

# A command that fails takes back what was made before it, and nothing else.
a_failure_is_taken_back() {
	a_bridge_file() { file "ports: {${P}a: , ${P}b: , ${P}c: {address: 10.77.0.3/24}}"; }
	a_bridge_file
	undo ip link del sw0p3
	ip link add sw0p3 type veth peer name other
	expect 2 apply bridge
	like "message" "$ERR" "t.yaml:1:[0-9]+: ip link add sw0p3 type veth .*: ip: RTNETLINK answers: File exists"
	equal "devices" "$(ip -o link | awk -F'[:@] *' '$2 != "lo" { print $2 }' | sort | xargs)" "other sw0p3"
	equal "namespaces" "$(find /run/netns -mindepth 1)" ""
	# a namespace that is there is somebody's
	undo ip netns del "${P}b"
	ip netns add "${P}b"
	expect 2 apply bridge
	like "message" "$ERR" "ip netns add ${P}b: .*File exists"
	equal "namespaces" "$(find /run/netns -mindepth 1 -printf '%f')" "${P}b"
}

a_missing_program() {
	command -v ovs-vsctl >/dev/null && skip "Open vSwitch is installed"
	two
	expect 2 apply ovs
	like "message" "$ERR" "t.yaml:1:1: ovs-vsctl --timeout=30 add-br sw0 .*: ovs-vsctl is not installed"
	expect 2 down ovs
	like "message" "$ERR" "get bridge sw0 external_ids:made-by: ovs-vsctl is not installed"
	equal "left" "$(leftovers)" ""
}

# What the kernel cannot do is told in its words.
filtering_where_the_kernel_has_none() {
	file "ports: {${P}a: {tag: 10}, ${P}b: {tag: 10}}"
	if ip link add probe type bridge vlan_filtering 1 2>/dev/null; then
		ip link del probe
		skip "this kernel has it"
	fi
	expect 2 apply bridge
	like "message" "$ERR" "t.yaml:1:1: ip link add sw0 type bridge .*vlan_filtering 1.*: ip: "
	equal "left" "$(leftovers)" ""
}

many_ports() {
	local i
	echo "ports:"
	for ((i = 0; i < 40; i++)); do echo "  $P$i: {address: 10.77.0.$((i + 1))/24}"; done
}

a_signal_takes_it_back() {
	local pid
	many_ports >"$CASE/t.yaml"
	takes_down bridge
	"$TOOL" apply --backend bridge "$CASE/t.yaml" 2>"$CASE/err" &
	pid=$!
	wait_until 10000 ip link show sw0 >/dev/null 2>&1 || bad "it does not begin: $(<"$CASE/err")"
	kill -TERM "$pid"
	wait "$pid"
	equal "exit status" $? 2
	like "stderr" "$(<"$CASE/err")" "interrupted"
	wait_until 5000 clean || bad "left: $(leftovers)"
}

# What is gone already is no error; what cannot be removed is, and the rest is removed.
removing_goes_on() {
	local ip
	file "ports: {${P}a: , ${P}b: , ${P}c: }"
	takes_down bridge
	expect 0 apply bridge
	ip link del sw0p2
	ip netns del "${P}b"
	ip=$(command -v ip)
	mkdir "$CASE/bin"
	printf '%s\n' '#!/bin/sh' '[ "$*" != "link del sw0p3" ] || { echo "not today" >&2; exit 1; }' \
		"exec $ip \"\$@\"" >"$CASE/bin/ip"
	chmod +x "$CASE/bin/ip"
	PATH=$CASE/bin:$PATH expect 2 down bridge
	like "message" "$ERR" "^xswitch: $CASE/t.yaml:1:[0-9]+: ip link del sw0p3: ip: not today$"
	wait_until 5000 clean || bad "left: $(leftovers)"
}

# nothing_to_remove BACKEND...: and nothing is said
nothing_to_remove() {
	local b
	for b; do
		expect 0 down "$b"
		equal "$b" "$OUT$ERR" ""
		expect 0 down "$b" --print
		echo "$OUT" >"$CASE/script"
		expect 0 sh "$CASE/script"
		equal "script of $b" "$OUT$ERR" ""
	done
}

# Names that others have are not ours: neither after a failure, nor ever.
what_others_made_stays() {
	local b
	file "ports: {${P}a: , ${P}b: {dev: lan0}}"
	nothing_to_remove bridge veth
	undo ip netns del "${P}a"
	undo ip netns del "${P}b"
	undo ip link del sw0
	undo ip link del sw0p1
	ip netns add "${P}a"
	ip netns add "${P}b"
	ip -n "${P}b" link set lo alias xswitch
	ip link add sw0 type bridge
	ip link add sw0p1 type veth peer name other
	ip link set sw0p1 alias "of xswitch-bridge"
	ip -n "${P}a" link add eth0 type veth peer name eth1
	ip -o link >"$CASE/links"
	for b in bridge veth; do
		expect 2 apply "$b"
		like "message" "$ERR" "ip netns add ${P}a: .*File exists"
	done
	nothing_to_remove bridge veth
	ip -o link | diff "$CASE/links" - || bad "devices went"
	equal "its device" "$(ip -n "${P}a" -j link show eth0 | jq length)" 1
	[ -e "/run/netns/${P}b" ] || bad "a namespace went"
}

# What one back end made, another one leaves alone, and so does `down` without any.
back_ends_know_their_own() {
	file "namespaces: {${P}n: }" "links: {l: [{netns: ${P}n, dev: u0}, {dev: ${P}u1}]}" "ports: {${P}a: , ${P}b: }"
	takes_down bridge
	expect 0 apply bridge
	ip -o link >"$CASE/links"
	nothing_to_remove veth
	expect 0 xsw down "$CASE/t.yaml"
	ip -o link | diff "$CASE/links" - || bad "devices went"
	equal "namespaces" "$(find /run/netns -mindepth 1 | wc -l)" 3
	expect 0 down bridge
	wait_until 5000 clean || bad "left: $(leftovers)"
	# and the other way round
	undo xsw down "$CASE/t.yaml"
	expect 0 xsw apply "$CASE/t.yaml"
	nothing_to_remove bridge veth
	expect 0 xsw diff "$CASE/t.yaml"
	expect 0 xsw down "$CASE/t.yaml"
	# a script of this one is taken down by it
	takes_down xswitch
	by_sh apply xswitch
	expect 0 xsw down "$CASE/t.yaml"
	equal "left" "$(leftovers)" ""
}

run_case - print_is_a_script
run_case - dry_run_tells_the_commands
run_case - words_are_quoted
run_case - a_bridge
run_case - two_hosts
run_case - a_pair
run_case - this_switch
run_case - refusals_name_the_place
run_case - bad_words
run_case - a_failure_is_taken_back
run_case - a_missing_program
run_case - filtering_where_the_kernel_has_none
run_case - a_signal_takes_it_back
run_case - removing_goes_on
run_case - what_others_made_stays
run_case - back_ends_know_their_own
finish
