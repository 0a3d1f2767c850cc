#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Programs, filters, devices and namespaces of others survive whatever the switch does.
#
# command
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2)
ALL=ff:ff:ff:ff:ff:ff

# A filter that matches nothing: classic BPF that returns 0.
foreign_filter() { # DEVICE DIRECTION
	tc qdisc show dev "$1" | grep -q clsact || tc qdisc add dev "$1" clsact || bad "no clsact"
	tc filter add dev "$1" "$2" pref 7 handle 0x77 bpf bytecode '1,6 0 0 0,' || bad "no filter"
}

filters() { tc filter show dev "$1" "$2" | grep -c "pref 7 bpf.*handle 0x77"; }

xdp_object() {
	cat >"$CASE/pass.c" <<-C
		int foreign_pass(void *ctx) __attribute__((section("xdp"), used));
		int foreign_pass(void *ctx) { return 2; }
		char _license[] __attribute__((section("license"), used)) = "GPL";
	C
	"${CLANG:-clang}" -O2 -target bpf -c "$CASE/pass.c" -o "$CASE/pass.o" ||
		skip "no clang to make an XDP program with"
}

xdp_id() { ip -j -d link show "$1" | jq '.[0].xdp.prog.id // 0'; }

traffic() {
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"
}

change_everything() {
	xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24 || bad "up again: $?"
	xsw up --ports "$(port_list 1 2 3 4)" --subnet 10.77.0.0/24 || bad "up of one more: $?"
	xsw port del "$(port 4)" || bad "port del: $?"
	xsw port set "$(port 1)" state down || bad "port set: $?"
	xsw port set "$(port 1)" state up || bad "port set: $?"
	bpf_note
}

a_tc_filter_on_a_port() {
	local dir
	sw_up 3
	sniff 1 2 3
	for dir in ingress egress; do foreign_filter "${OUTER[1]}" "$dir"; done
	traffic
	change_everything
	traffic
	for dir in ingress egress; do
		equal "foreign filters, $dir" "$(filters "${OUTER[1]}" "$dir")" 1
	done
	xsw down || bad "down: $?"
}

# In the namespace, on a device the switch did not make, and on one it made.
a_tc_filter_inside_and_elsewhere() {
	ip netns add "${P}1"
	undo ip netns del "${P}1"
	ip link add "${P}f" type veth peer name "${P}g"
	undo ip link del "${P}f"
	foreign_filter "${P}f" ingress
	sw_up 3
	sniff 1 2 3
	ns 1 tc qdisc add dev eth0 clsact
	ns 1 tc filter add dev eth0 ingress pref 7 handle 0x77 bpf bytecode '1,6 0 0 0,'
	traffic
	change_everything
	traffic
	equal "filters inside" "$(ns 1 tc filter show dev eth0 ingress | grep -c 0x77)" 1
	xsw down || bad "down: $?"
	equal "filters elsewhere" "$(filters "${P}f" ingress)" 1
}

an_xdp_program_on_a_port() {
	local id in
	xdp_object
	sw_up 3
	sniff 1 2 3
	ip link set "${OUTER[1]}" xdp object "$CASE/pass.o" section xdp || bad "cannot attach XDP"
	ns 2 ip link set eth0 xdp object "$CASE/pass.o" section xdp || bad "cannot attach XDP"
	id=$(xdp_id "${OUTER[1]}")
	in=$(ns 2 ip -j -d link show eth0 | jq '.[0].xdp.prog.id // 0')
	[ "$id" != 0 ] || bad "no XDP program"
	traffic
	change_everything
	traffic
	equal "XDP outside" "$(xdp_id "${OUTER[1]}")" "$id"
	equal "XDP inside" "$(ns 2 ip -j -d link show eth0 | jq '.[0].xdp.prog.id // 0')" "$in"
	xsw down || bad "down: $?"
}

an_xdp_program_elsewhere() {
	local id
	xdp_object
	ip link add "${P}f" type veth peer name "${P}g"
	undo ip link del "${P}f"
	ip link set "${P}f" xdp object "$CASE/pass.o" section xdp || bad "cannot attach XDP"
	id=$(xdp_id "${P}f")
	sw_up 3
	sniff 1 2 3
	traffic
	xsw down || bad "down: $?"
	equal "XDP elsewhere" "$(xdp_id "${P}f")" "$id"
}

# Everything of the machine that is not ours, as it is.
world() {
	ip -o -d link show
	ip -o addr show
	find /run/netns -mindepth 1 | sort
	cat /proc/mounts
	for x in /run/netns/"$P"foreign*; do
		nsenter --net="$x" ip -o -d link show
		nsenter --net="$x" ip -o addr show
		nsenter --net="$x" sysctl -a 2>/dev/null | grep -E 'disable_ipv6|forwarding'
	done
	sysctl -a 2>/dev/null | grep -E 'net.ipv[46].conf.*(disable_ipv6|\.forwarding)'
	tc qdisc show
	find "$XSWITCH_BPFFS" | sort
}

before_and_after_are_the_same() {
	local n
	for n in 1 2; do
		ip netns add "${P}foreign$n"
		undo ip netns del "${P}foreign$n"
	done
	ip link add "${P}f" type veth peer name eth1 netns "${P}foreign1"
	undo ip link del "${P}f"
	ip link set "${P}f" up
	ip addr add 192.0.2.1/24 dev "${P}f"
	ip netns exec "${P}foreign1" ip link set eth1 up
	ip netns exec "${P}foreign1" ip link set lo up
	wait_until 3000 not grep -q tentative <(ip addr)
	no_tentative() { ! ip addr | grep -q tentative; }
	wait_until 5000 no_tentative
	wait_until 5000 nsenter --net="/run/netns/${P}foreign1" bash -c '! ip addr | grep -q tentative'
	world >"$CASE/before"
	sw_up 3
	sniff 1 2 3
	traffic
	undo xsw -S second down
	# one port in a namespace that was there, with an interface that was there beside it
	xsw -S second up --ports "${P}foreign1:eth7,${P}new" --subnet none || bad "up: $?"
	bpf_note
	xsw -S second port set "${P}foreign1" flood off || bad "port set: $?"
	xsw -S second down || bad "down: $?"
	xsw down || bad "down: $?"
	same() { world | sed 's/valid_lft.*//' | cmp -s - <(sed 's/valid_lft.*//' "$CASE/before"); }
	wait_until 3000 same || bad "$(world | diff "$CASE/before" -)"
}

run_case none a_tc_filter_on_a_port
run_case none a_tc_filter_inside_and_elsewhere
run_case none an_xdp_program_on_a_port
run_case none an_xdp_program_elsewhere
run_case none before_and_after_are_the_same
finish
