#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# doctor: every finding about ports, provoked, and mended by the command that it names.
#
#	1 ---+--- 2
#	     +--- 3
#
# command
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh

# findings [WORD...]: those of switches as "PORT CHECK SEVERITY", in order
findings() { xsw -j doctor "$@" | jq -r '.[] | select(.switch) | "\(.port // "-") \(.check) \(.severity)"'; }

# found "PORT CHECK SEVERITY" REGEX [WORD...]: that and nothing else of the switch; leaves $FIX
found() {
	local want=$1 like=$2 status=4 json
	shift 2
	[[ $want == *" hint" ]] && status=0
	expect "$status" xsw -j doctor "$@"
	json=$(jq -c 'map(select(.switch))' <<<"$OUT")
	equal "findings" "$(jq -r '.[] | "\(.port // "-") \(.check) \(.severity)"' <<<"$json")" "$want"
	like "text of $want" "$(jq -r '.[0].text' <<<"$json")" "$like"
	FIX=$(jq -r '.[0].fix // empty' <<<"$json")
}

healthy() { equal "findings of a healthy switch" "$(findings "$@")" ""; }

# mend: do what the finding said
mend() {
	[ -n "$FIX" ] || bad "no fix"
	bash -c "xswitch() { '$TOOL' \"\$@\"; }; $FIX" || bad "the fix \"$FIX\" fails"
}

# mended "PORT CHECK SEVERITY" REGEX [WORD...]: found, and gone after what it said was done
mended() {
	found "$@"
	mend
	bpf_note
	healthy "${@:3}"
}

state_is() { [ "$(xsw -j port show "$(port "$1")" | jq -r '.[0].state')" = "$2" ]; }

a_fresh_switch_is_healthy() {
	undo ip link del up0
	sw_up 3
	healthy
	ip link add up0 type veth peer name up1
	ip link set up1 up
	expect 0 xsw up --host 10.77.0.254/24 --uplink up0
	expect 0 xsw port add x1 hook xdp netns "$(ns_name 1)" dev eth1 address 10.77.0.11/24
	expect 0 xsw port add v10 netns "$(ns_name 2)" dev eth1 mode access tag 10
	bpf_note
	healthy
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"
	healthy
	xsw -S empty up
	undo xsw -S empty down
	healthy
}

gone() {
	sw_up 3
	ip netns del "$(ns_name 1)"
	wait_until 5000 state_is 1 gone || bad "the port is not gone"
	mended "$(port 1) gone error" '^gone: its device sw0p1 was removed'
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer after the fix"
}

gone_and_made_otherwise() {
	sw_up 2
	expect 0 xsw port add other netns "${P}7" dev eth7 mac 02:00:00:00:00:99
	bpf_note
	ip link del sw0p3
	found "other gone error" 'sw0p3'
	mend
	bpf_note
	healthy
}

another_namespace_of_that_name() {
	sw_up 2
	nsenter --net="/run/netns/$(ns_name 1)" sleep 60 &
	undo reap $!
	inside() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
	wait_until 3000 inside $! || bad "no process in the namespace"
	ip netns del "$(ns_name 1)"
	found "$(port 1) netns hint" 'has lost its name and lives on in a process'
	ip netns add "$(ns_name 1)"
	undo ip netns del "$(ns_name 1)"
	mended "$(port 1) netns warning" 'is not the one the port was made in'
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer after the fix"
}

# By PID there is no name to lose.
a_process() {
	sw_up 1
	unshare --net sleep 60 &
	undo reap $!
	inside() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
	wait_until 3000 inside $! || bad "no process in a namespace"
	expect 0 xsw port add box netns $! address 10.77.0.9/24
	bpf_note
	nsenter --net="/proc/$!/ns/net" sleep 60 &
	undo reap $!
	wait_until 3000 inside $! || bad "no other process in it"
	healthy
	kill %1
	wait %1 2>/dev/null
	healthy
	expect 0 xsw port del box
}

the_namespace_of_the_switch() {
	ip netns add "${P}lab"
	expect 0 xsw -n "${P}lab" up --ports "$(port 1)" --subnet none
	undo xsw down
	bpf_note
	healthy
	equal "elsewhere" "$(findings -n "$(ns_name 1)" 2>/dev/null)" ""
	nsenter --net="/run/netns/${P}lab" sleep 60 &
	undo reap $!
	inside() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
	wait_until 3000 inside $! || bad "no process in the namespace"
	ip netns del "${P}lab"
	found "- home hint" 'has no name: its devices cannot be looked at'
	equal "home" "$(xsw -j show | jq -r '.[0].home')" unnamed
	kill %1
	# of its ports nothing is told: what mends one of them fails
	lost() { [ "$(findings)" = "- home error" ]; }
	wait_until 5000 lost || bad "the namespace is gone: $(findings)"
	like "show" "$(xsw show)" "^sw0 home gone ageing 300 "
	equal "skipped" "$(xsw -j -d doctor | jq -r '.[] | select(.check == "gone") | .severity')" skipped
	found "- home error" "^the network namespace it lives in is gone" --check gone
	equal "fix" "$FIX" "xswitch -S sw0 down"
	mend
	equal "left" "$(findings)" ""
}

down() {
	sw_up 2
	ns 1 ip link set eth0 down
	mended "$(port 1) down warning" '^eth0 in its namespace, its other end, is down$'
	ip link set sw0p2 down
	mended "$(port 2) down error" '^sw0p2, the device of the port, is down$'
	# nobody misses it
	cfg port set "$(port 1)" state down
	ns 1 ip link set eth0 down
	healthy
}

no_carrier() {
	undo ip link del up0
	sw_up 1
	ip netns add "${P}far"
	undo ip netns del "${P}far"
	ip link add up0 type veth peer name up1 netns "${P}far"
	expect 0 xsw port add up0 type dev dev up0
	bpf_note
	mended "up0 down warning" '^up1 in its namespace, its other end, is down$'
	# a device whose other end nobody can look at
	nsenter --net="/run/netns/${P}far" sleep 60 &
	undo reap $!
	inside() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
	wait_until 3000 inside $! || bad "no process in the namespace"
	ip -n "${P}far" link set up1 down
	ip netns del "${P}far"
	found "up0 down warning" '^up0 has no carrier$'
}

mtu_of_devices() {
	undo ip link del up0
	sw_up 2
	ns 1 ip link set eth0 mtu 1400
	mended "$(port 1) mtu warning" "eth0 in its namespace has MTU 1400, its other end sw0p1 1500"
	cfg port set "$(port 2)" mtu 1300
	ip link set sw0p2 mtu 1200
	found "$(port 2) mtu warning
$(port 2) mtu warning" '^sw0p2 has MTU 1200, the port 1300'
	mend
	healthy
	ip link add up0 type veth peer name up1
	ip link set up1 up
	cfg port add up0 type dev dev up0
	bpf_note
	ip link set up0 mtu 1450
	ip link set up1 mtu 1450
	mended "up0 mtu warning" '^up0 has MTU 1450, the port 1500'
	ip link set up1 mtu 1400
	mended "up0 mtu warning" '^up1 has MTU 1400, its other end up0 1450'
}

mtu_along_a_path() {
	sw_up 3
	cfg port set "$(port 2)" mtu 1300
	# nothing is wrong until something is lost
	healthy
	ns 1 ip neigh replace "$(ip4 2)" lladdr "$(xsw -j port show "$(port 2)" | jq -r '.[0].mac')" dev eth0
	ns 2 ping -qc1 -W2 "$(ip4 1)" || bad "no answer"
	ns 1 ping -qc1 -W1 -M "do" -s 1400 "$(ip4 2)"
	drops 1 too_big
	found "$(port 1) too_big warning" "too long for another port: its MTU is 1500, that of port $(port 2) is 1300"
	# in another VLAN there is no such port
	cfg port set "$(port 2)" mode access tag 10
	cfg port set "$(port 1)" mode access tag 20
	healthy
	cfg port set "$(port 1)" tag 10
	mended "$(port 1) too_big warning" "is 1300"
}

addresses_twice() {
	local mac
	sw_up 3
	mac=$(xsw -j port show "$(port 1)" | jq -r '.[0].mac')
	ns 3 ip addr add "$(ip4 1)/24" dev eth0
	mended "$(port 3) duplicate_ip warning" "^its address $(ip4 1) is that of port $(port 1) too$"
	ns 2 ip addr add "$(ip6 3)/64" dev eth0 nodad
	found "$(port 3) duplicate_ip warning" "^its address $(ip6 3) is that of port $(port 2) too$"
	# not in the same VLAN
	cfg port set "$(port 3)" mode access tag 30
	healthy
	ns 2 ip addr del "$(ip6 3)/64" dev eth0
	cfg port set "$(port 1)" mode access tag 30
	ns 3 ip link set eth0 address "$mac"
	found "$(port 3) duplicate_mac warning" \
		"^its MAC address $mac in VLAN 30 is that of port $(port 1) too"
	equal "fix" "$FIX" "nsenter --net=/run/netns/$(ns_name 3) ip link set eth0 address MAC"
	FIX=${FIX%MAC}02:00:00:00:00:99 mend
	healthy
	# a bond shares one on purpose
	if ns 1 ip link add bond0 type bond mode active-backup 2>/dev/null; then
		cfg port add second netns "$(ns_name 1)" dev eth1 mode access tag 30
		bpf_note
		ns 1 ip link set eth0 down
		ns 1 ip link set eth1 down
		ns 1 ip link set eth0 master bond0
		ns 1 ip link set eth1 master bond0
		ns 1 ip link set bond0 up
		equal "duplicates in a bond" "$(findings --check duplicate_mac,duplicate_ip)" ""
	fi
}

subnets() {
	undo ip link del d0
	sw_up 2 --host 10.77.0.254/24
	ip link add d0 type veth peer name d1
	ip link set d0 up
	ip link set d1 up
	ip addr add 10.77.0.200/25 dev d0
	found "host subnet warning" '^its subnet 10.77.0.254/24 overlaps 10.77.0.128/25, which is at d0'
	ip addr del 10.77.0.200/25 dev d0
	healthy
	ip addr add 10.77.200.1/16 dev d0
	found "host subnet hint" '^its subnet 10.77.0.254/24 is a part of 10.77.0.0/16, which is at d0'
	ip addr del 10.77.200.1/16 dev d0
	ip addr add 10.78.0.1/24 dev d0
	ip route add default via 10.78.0.2
	ip route add 10.77.0.0/25 via 10.78.0.2
	healthy
	ns 2 ip addr del "$(ip4 2)/24" dev eth0
	ns 2 ip addr add 192.0.2.2/24 dev eth0
	found "$(port 2) subnet_differs hint" '^none of its IPv4 subnets is that of another station:'
	ns 2 ip addr add 10.77.0.2/24 dev eth0
	healthy
}

# Stations that do not agree how long their subnet is.
subnets_of_different_lengths() {
	sw_up 2
	ns 2 ip addr del "$(ip4 2)/24" dev eth0
	ns 2 ip addr add 10.77.0.130/25 dev eth0
	found "$(port 2) subnet_differs hint" \
		"^its subnet 10.77.0.130/25 and that of port $(port 1), 10.77.0.1/24, overlap and have different"
	ns 2 ip addr del 10.77.0.130/25 dev eth0
	ns 2 ip addr add 10.77.0.77/16 dev eth0
	found "$(port 2) subnet_differs hint" '^its subnet 10.77.0.77/16 and that of port'
	# in another VLAN nobody minds; nor does an address of its own
	cfg port set "$(port 2)" mode access tag 20
	healthy
	cfg port set "$(port 2)" mode transparent
	ns 2 ip addr del 10.77.0.77/16 dev eth0
	ns 2 ip addr add 10.77.0.2/24 dev eth0
	ns 2 ip addr add 10.77.0.200/32 dev eth0
	healthy
}

offloads_of_xdp() {
	local inner word
	undo ip link del up0
	sw_up 1
	cfg port add x netns "$(ns_name 2)" dev eth0 hook xdp address 10.77.0.12/24
	undo ip netns del "$(ns_name 2)"
	bpf_note
	inner="in its namespace"
	healthy
	while read -r word severity text; do
		# shellcheck disable=SC2086 # two words
		ns 2 ethtool -K eth0 ${word/=/ } || bad "ethtool $word"
		mended "x xdp_offload $severity" "^at eth0 $inner $text"
	done <<-ROWS
		gro=off error GRO is off: what XDP sends to it is lost
		tx=on error checksums are left to the device
		txvlan=on warning VLAN tags stand beside the frame
	ROWS
	# those of a port at tc do not matter
	ns 1 ethtool -K eth0 gro off
	healthy
	# a program at XDP inside makes it take frames as GRO does
	xdp_object
	ns 2 ip link set eth0 xdp object "$CASE/pass.o" section xdp || bad "cannot attach XDP"
	ns 2 ethtool -K eth0 gro off
	healthy
	ns 2 ip link set eth0 xdp off
	found "x xdp_offload error" GRO
	mend
	# of a device that was there
	ip netns add "${P}far"
	undo ip netns del "${P}far"
	ip link add up0 type veth peer name up1 netns "${P}far"
	ip -n "${P}far" link set up1 up
	cfg port add up0 type dev dev up0 hook xdp
	bpf_note
	healthy
	ip netns exec "${P}far" ethtool -K up1 gro off
	mended "up0 xdp_offload error" '^at up1 in its namespace GRO is off'
}

xdp_object() {
	# ip(8) makes these in the first bpffs that it finds
	undo rm -rf "$XSWITCH_BPFFS/ip" "$XSWITCH_BPFFS/xdp" "$XSWITCH_BPFFS/tc"
	cat >"$CASE/pass.c" <<-C
		int foreign_pass(void *ctx) __attribute__((section("xdp"), used));
		int foreign_pass(void *ctx) { return 2; }
		int foreign_next(void *ctx) __attribute__((section("tc"), used));
		int foreign_next(void *ctx) { return -1; }
		char _license[] __attribute__((section("license"), used)) = "GPL";
	C
	"${CLANG:-clang}" -O2 -target bpf -c "$CASE/pass.c" -o "$CASE/pass.o" ||
		skip "no clang to make a program with"
}

foreign_programs() {
	local dir severity
	sw_up 2
	xdp_object
	ip link set sw0p1 xdp object "$CASE/pass.o" section xdp || bad "cannot attach XDP"
	mended "$(port 1) foreign_program warning" '^"foreign_pass" at XDP of sw0p1 runs before the switch'
	for dir in ingress egress; do
		severity=hint
		[ "$dir" = ingress ] && [ "$(hook)" = clsact ] && severity=warning
		tc qdisc show dev sw0p2 | grep -q clsact || tc qdisc add dev sw0p2 clsact
		tc filter add dev sw0p2 "$dir" pref 7 handle 0x77 bpf bytecode '1,6 0 0 0,' || bad "no filter"
		mended "$(port 2) foreign_program $severity" \
			"^a filter at $dir of sw0p2, bpf of priority 7, "
	done
	tc filter add dev sw0p2 ingress pref 40000 handle 0x77 bpf bytecode '1,6 0 0 0,' || bad "no filter"
	mended "$(port 2) foreign_program hint" "priority 40000, sees only what the switch leaves"
}

hook() { xsw -j port show "$(port 1)" | jq -r '.[0].hook'; }

# at_tcx DEVICE first|last|egress: a program of somebody else, until unseat
at_tcx() {
	"$TOP/build/tests/tools/xtcx" "$@" >"$CASE/xtcx" 2>&1 &
	SEATED=$!
	undo reap "$SEATED"
	seated() { grep -q ready "$CASE/xtcx" || ! kill -0 "$SEATED" 2>/dev/null; }
	wait_until 3000 seated || bad "xtcx hangs"
	grep -q ready "$CASE/xtcx" && return
	wait "$SEATED"
	[ $? = 3 ] && skip "no tcx"
	bad "$(<"$CASE/xtcx")"
}

unseat() {
	kill "$SEATED"
	wait_until 3000 healthy_again || bad "$(findings)"
}
healthy_again() { [ -z "$(findings)" ]; }

foreign_programs_at_tcx() {
	local after=hint
	sw_up 2
	# filters of clsact come after all of tcx
	[ "$(hook)" = clsact ] && after=warning
	at_tcx sw0p1 first
	found "$(port 1) foreign_program warning" '^"xtcx" at tcx ingress of sw0p1 runs before the switch'
	like "fix" "$FIX" '^bpftool prog show id [0-9]+'
	unseat
	at_tcx sw0p1 last
	found "$(port 1) foreign_program $after" '^"xtcx" at tcx ingress of sw0p1 runs (before|after) the switch'
	unseat
	at_tcx sw0p1 egress
	found "$(port 1) foreign_program hint" '^"xtcx" at tcx egress of sw0p1 .* does not see frames'
	unseat
}

detached() {
	sw_up 2
	if [ "$(hook)" = tcx ]; then
		rm "$XSWITCH_BPFFS/xswitch/sw0/ports/1/tcx_ingress"
	else
		tc qdisc del dev sw0p1 clsact
	fi
	off() { [[ $(findings) == "$(port 1) detached error" ]]; }
	wait_until 5000 off || bad "$(findings)"
	found "$(port 1) detached error" "^the switch's program does not run at sw0p1 \\($(hook)\\)"
	equal "fix" "$FIX" "xswitch -S sw0 up --ports $(port 1)"
	mend
	bpf_note
	healthy
	# the one at XDP alone
	expect 0 xsw port add x netns "${P}7" dev eth1 hook xdp address 10.77.0.12/24
	bpf_note
	rm "$XSWITCH_BPFFS/xswitch/sw0/ports/3/xdp"
	off() { [[ $(findings) == "x detached warning" ]]; }
	wait_until 5000 off || bad "$(findings)"
	found "x detached warning" "^the switch's XDP program does not run at sw0p3"
	mend
	bpf_note
	healthy
}

# Whatever its type: the command that is named puts the program back, and what was set stays.
detached_of_every_type() {
	local p words
	sw_up 2
	ip link add up0 type veth peer name up1
	undo ip link del up0
	ip link set up1 up
	for words in "gw type host address 10.77.0.200/24" "up0 type dev dev up0" \
		"other netns ${P}7 dev eth7" "tun type vxlan remote 127.0.0.7 key 7"; do
		# shellcheck disable=SC2086
		expect 0 xsw port add $words
		p=${words%% *}
		expect 0 xsw port set "$p" learning off mode access tag 7
		expect 0 xsw fdb add 02:00:00:00:00:07 dev "$p" vlan 7
		bpf_note
		find "$XSWITCH_BPFFS/xswitch/sw0/ports/$(pins_of "$p")" -type f -delete
		[ "$(hook)" = tcx ] || tc qdisc del dev "$(xsw -j port show "$p" | jq -r '.[0].ifname')" clsact
		off() { [ "$(findings)" = "$p detached error" ]; }
		wait_until 5000 off || bad "$p: $(findings)"
		set_of "$p" >"$CASE/before"
		found "$p detached error" "^the switch's program does not run"
		[[ $FIX != *" port del "* ]] || bad "$p: the fix would lose what is set: $FIX"
		mend
		bpf_note
		healthy
		set_of "$p" | diff "$CASE/before" - || bad "$p: another one after \"$FIX\""
		expect 0 xsw port del "$p"
	done
}

# pins_of PORT: the directory of its links
pins_of() {
	local number
	number=$(xsw -j port show "$1" | jq '.[0].number')
	[ -d "$XSWITCH_BPFFS/xswitch/sw0/ports/$number" ] && echo "$number" || echo 4097
}

set_of() { xsw -d port show "$1"; xsw fdb show dev "$1"; }

detached_by_bpftool() {
	local id
	sw_up 2
	[ "$(hook)" = tcx ] || skip "no tcx"
	id=$(bpftool -f -j link show | jq --arg p "$XSWITCH_BPFFS/xswitch/sw0/ports/2/tcx_ingress" \
		'.[] | select(any(.pinned[]?; . == $p)) | .id')
	bpftool link detach id "$id" || bad "cannot detach"
	mended "$(port 2) detached error" "does not run at sw0p2"
}

errdisabled() {
	sw_up 2
	cfg set recovery 600
	cfg port set "$(port 1)" guard on
	healthy
	send 1 dst 01:80:c2:00:00:00 src "$(mac 1)" len 60
	wait_until 3000 state_is 1 errdisabled || bad "the guard does nothing"
	mended "$(port 1) errdisabled warning" 'its guard has closed it after a BPDU, for another [0-9]+ s'
	cfg set recovery 0
	send 1 dst 01:80:c2:00:00:00 src "$(mac 1)" len 60
	wait_until 3000 state_is 1 errdisabled || bad "the guard does nothing"
	found "$(port 1) errdisabled warning" 'closed it after a BPDU: a switch'
}

uplink() {
	ip link add up0 type veth peer name up1
	undo ip link del up0
	ip link set up1 up
	sw_up 1
	cfg port add up0 type dev dev up0
	bpf_note
	ip link set up0 promisc off
	mended "up0 not_promisc warning" '^up0 is not promiscuous any more'
}

bridges() {
	ip link add up0 type veth peer name up1
	undo ip link del up0
	ip link set up1 up
	ip link add br0 type bridge || skip "no bridge"
	undo ip link del br0
	sw_up 1
	cfg port add up0 type dev dev up0
	bpf_note
	# a bridge that has nothing to do with it
	healthy
	ip link set up1 master br0
	[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || skip "no br_netfilter"
	sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
	healthy
	sysctl -qw net.bridge.bridge-nf-call-ip6tables=1
	found "- br_netfilter hint" '^br_netfilter is on in its namespace: .* such as br0, and none' \
		--check br_netfilter
	mended "up0 bridge warning" '^up1 belongs to bridge br0, where br_netfilter gives IP frames' \
		--check bridge
	healthy
	ip link set up0 master br0 || bad "cannot enslave"
	mended "up0 bridge warning" '^up0, the device of the port, belongs to bridge br0 too'
}

bridge_inside() {
	sw_up 1
	[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || skip "no br_netfilter"
	ns 1 ip link add br0 type bridge || skip "no bridge"
	ns 1 sysctl -qw net.bridge.bridge-nf-call-iptables=1
	ns 1 ip link set eth0 master br0
	mended "$(port 1) bridge warning" '^eth0 in its namespace belongs to bridge br0'
}

tunnels() {
	ip link add wan type veth peer name wan1
	undo ip link del wan
	ip link set wan up
	ip link set wan1 up
	ip addr add 192.0.2.1/24 dev wan
	sw_up 1
	xsw port add t type vxlan remote 192.0.2.2,192.0.2.3 key 7 || skip "no vxlan"
	bpf_note
	healthy
	ip route add 192.0.2.3 dev wan mtu 1300
	mended "t tunnel_mtu warning" 'its MTU is 14[0-9]*, but the route to 192.0.2.3 carries 1300, 12'
	# a bigger route does not matter
	ip route del 192.0.2.3 dev wan
	healthy
	ip addr del 192.0.2.1/24 dev wan
	found "t tunnel_mtu error
t tunnel_mtu error" '^there is no route to its remote 192.0.2.2: Network is unreachable'
	like "fix" "$FIX" '^ip route add 192.0.2.2 via GATEWAY$'
	ip link set sw0t1 down
	equal "device" "$(findings --check down)" "t down error"
}

run_case - a_fresh_switch_is_healthy
run_case - gone
run_case - gone_and_made_otherwise
run_case - another_namespace_of_that_name
run_case - a_process
run_case - the_namespace_of_the_switch
run_case - down
run_case - no_carrier
run_case - mtu_of_devices
run_case - mtu_along_a_path
run_case - addresses_twice
run_case - subnets
run_case - subnets_of_different_lengths
run_case - offloads_of_xdp
run_case - foreign_programs
run_case - foreign_programs_at_tcx
run_case - detached
run_case - detached_of_every_type
run_case - detached_by_bpftool
run_case - errdisabled
run_case - uplink
run_case - bridges
run_case - bridge_inside
run_case - tunnels
finish
