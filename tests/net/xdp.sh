#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Ports at XDP, alone and beside ports at tc: one switch, one FDB, one set of counters.
#
#	1 --+          +-- 3
#	    |  switch  |            each at tc or at XDP
#	2 --+          +-- 4
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../stream_lib.sh
. "$TESTS/stream_lib.sh"

A=$(mac 1) B=$(mac 2) C=$(mac 3) D=$(mac 4)
ALL=ff:ff:ff:ff:ff:ff
GROUP=03:5e:5e:00:00:01

# ports HOOK...: namespaces 1, 2, ... at these hooks
ports() {
	local n=0 hook
	if [ "$TEST_SWITCH" != xswitch ]; then
		sw_up $# ${MTU:+--mtu "$MTU"}
		return
	fi
	undo xsw down
	xsw up || bad "up: exit $?"
	for hook; do
		n=$((n + 1))
		xsw port add "$(port "$n")" address "$(ip4 "$n")/24" hook "$hook" ${MTU:+mtu "$MTU"} ||
			bad "port add hook $hook: $?"
		OUTER[$n]=${SW}p$n
		ns "$n" ip addr add "$(ip6 "$n")/64" dev eth0 nodad
		like "hook of $n" "$(xsw -j port show "$(port "$n")" | jq -r '.[0].hook')" \
			"$(if [ "$hook" = xdp ]; then echo '^xdp$'; else echo '^(tcx|clsact)$'; fi)"
	done
	bpf_note
}

# No frames but ours: counters are exact.
hush() {
	local n
	for n; do
		ns "$n" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6' || bad "not quiet"
		ns "$n" ip link set eth0 arp off
	done
}

# far N DEVICE [MTU]: a veth that was there before, its other end is eth0 of namespace N
far() {
	ip netns add "$(ns_name "$1")"
	undo ip netns del "$(ns_name "$1")"
	ip link add "$2" mtu "${3:-1500}" type veth peer name eth0 mtu "${3:-1500}" \
		netns "$(ns_name "$1")"
	undo ip link del "$2"
	ip link set "$2" addrgenmode none
	ns "$1" sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
	ns "$1" ip link set eth0 up
	OUTER[$1]=$2
}

talks() { # HOOK HOOK
	local i
	ports "$1" "$2" tc
	ns 1 ping -qc3 -i0.05 -W2 "$(ip4 2)" || bad "no answer"
	ns 2 ping -6 -qc3 -i0.05 -W2 "$(ip6 1)" || bad "no answer by IPv6"
	ns 1 ping -qc1 -W2 -s 20000 "$(ip4 2)" || bad "fragments do not pass"
	stream "$(ip4 2)" 1 2 "" 20000000
	stream "$(ip4 1)" 2 1 "" 20000000
	stream "$(ip6 2)" 1 2 "" 5000000
	stream "$(ip4 2)" 1 2 -u 200000
	stream "$(ip4 1)" 2 1 -u 200000
	for i in 1 2; do equal "checksum errors of $i" "$(csum_errors "$i")" 0; done
}

jumbo() { # HOOK HOOK
	local i MTU=9000
	ports "$1" "$2"
	ns 1 ping -qc2 -i0.05 -W2 -M "do" -s 8972 "$(ip4 2)" || bad "9000 bytes do not pass"
	ns 2 ping -6 -qc2 -i0.05 -W2 -M "do" -s 8952 "$(ip6 1)" || bad "9000 bytes do not pass"
	stream "$(ip4 2)" 1 2 "" 20000000
	for i in 1 2; do equal "checksum errors of $i" "$(csum_errors "$i")" 0; done
	sniff 1 2
	reach 2 1 dst "$ALL" src "$B" len 9014
	reach 1 2 dst "$B" src "$A" len 9014
	reach 2 1 dst "$A" src "$B" len 9014
}

# Broadcast, multicast, unknown unicast: each port once, whatever its hook and the sender's.
floods() { # HOOK...
	local n others
	ports "$@"
	sniff 1 2 3 4
	for n in 1 2 3 4 1 2 3 4; do
		others=" 1 2 3 4 "
		others=${others/ $n / }
		reach "$n" "$others" dst "$ALL" src "$(mac "$n")"
		reach "$n" "$others" dst "$GROUP" src "$(mac "$n")" vlan 7
		reach "$n" "$others" dst "$(mac 9)" src "$(mac "$n")"
	done
	for n in 1 2 3 4; do
		reach "$((n % 4 + 1))" "$n" dst "$(mac "$n")" src "$(mac $((n % 4 + 1)))"
	done
}

sum() { # PORT-NUMBER DIRECTION CLASS
	counter "$1" ".$2.$3.packets"
}

# What was sent is what was counted, and what arrived.
counted() { # HOOK HOOK
	local n=500
	ports "$1" "$2" tc
	hush 1 2 3
	sniff 1 2
	reach 2 1 dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	unsniff
	for i in 1 2; do
		rx[i]=$(sum "$i" rx unicast)
		tx[i]=$(sum "$i" tx unicast)
	done
	"$XFRAME" -n "$(ns_name 2)" sniff eth0 --ready --filter "src=$A" >"$CASE/got" &
	undo reap $!
	wait_until 3000 grep -q ready "$CASE/got" || bad "no sniffer"
	"$XFRAME" -n "$(ns_name 1)" send eth0 --count "$n" --rate 20000 dst "$B" src "$A" len 100 ||
		bad "cannot send"
	wait_until 5000 at_least "$n" grep -c "^${B//:/}" "$CASE/got" ||
		bad "$(grep -c "^${B//:/}" "$CASE/got") of $n arrived"
	equal "rx of 1" "$(sum 1 rx unicast)" $((rx[1] + n))
	equal "tx of 2" "$(sum 2 tx unicast)" $((tx[2] + n))
	equal "tx of 1" "$(sum 1 tx unicast)" "${tx[1]}"
	equal "frames that arrived" "$(grep -c "^${B//:/}" "$CASE/got")" "$n"
}

# Tags between devices that are XDP ports: as they are, taken, put.
tags_between_devices() {
	far 1 left 9000
	far 2 right 9000
	far 3 third 9000
	undo xsw down
	expect 0 xsw up
	for dev in left right third; do
		expect 0 xsw port add "$dev" type dev dev "$dev" hook xdp
		equal "hook of $dev" "$(xsw -j port show "$dev" | jq -r '.[0].hook')" xdp
	done
	bpf_note
	sniff 1 2 3
	for _ in 1 2 3; do
		reach 1 "2 3" dst "$ALL" src "$A" vlan 10 prio 5
		reach 2 1 dst "$A" src "$B" vlan 10 prio 3 vlan 20
		reach 1 2 dst "$B" src "$A" vlan 10 len 9018
	done
	expect 0 xsw port set left mode trunk trunks 10,20
	expect 0 xsw port set right mode access tag 10
	expect 0 xsw port set third mode access tag 20
	for _ in 1 2 3; do
		leaves 1 2 "dst $ALL src $A vlan 10 len 64" "dst $ALL src $A len 60"
		leaves 2 1 "dst $A src $B len 60" "dst $A src $B vlan 10 len 64"
		leaves 1 2 "dst $B src $A vlan 10 len 64" "dst $B src $A len 60"
		leaves 3 1 "dst $ALL src $C len 60" "dst $ALL src $C vlan 20 len 64"
		leaves 3 "" "dst $A src $C vlan 10" ""
	done
}

# leaves FROM TO FRAME FRAME: the frame arrives as that, there and nowhere else
leaves() {
	local n want
	arrived
	forget
	# shellcheck disable=SC2086
	send "$1" $3
	fence
	for n in "${SNIFFING[@]}"; do
		[ "$n" = "$1" ] && continue
		want=
		# shellcheck disable=SC2086
		[ "$n" = "$2" ] && want=$("$XFRAME" hex $4)
		equal "$3 from $1 at $n" "$(frames "$n")" "$want"
	done
}

# compile NAME: an object from the C on stdin
compile() {
	"${CLANG:-clang}" -O2 -target bpf -x c -c - -o "$CASE/$1.o" || skip "no clang"
}

# A tag that the namespace's stack puts beside the frame is in it when it leaves, as a VLAN
# device's would be.
hidden_tag() {
	ports xdp xdp xdp
	hush 1 2 3
	like "offloads" "$(xsw -j -d port show "$(port 1)" | jq -c '.[0].offloads')" inner-txvlan-off
	like "txvlan" "$(ns 1 ethtool -k eth0)" 'tx-vlan-offload: off'
	like "checksums" "$(ns 1 ethtool -k eth0)" 'tx-checksumming: off'
	like "gro" "$(ns 1 ethtool -k eth0)" 'generic-receive-offload: on'
	compile push <<-C
		static long (*vlan_push)(void *, unsigned short, unsigned short) = (void *)18;
		int push(void *skb) __attribute__((section("tc"), used));
		int push(void *skb) { vlan_push(skb, 0x0081, 10); return 0; }
		char _license[] __attribute__((section("license"), used)) = "GPL";
	C
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 2 "1 3" dst "$ALL" src "$B" vlan 10
	reach 1 2 dst "$B" src "$A"
	ns 1 tc qdisc add dev eth0 clsact
	ns 1 tc filter add dev eth0 egress bpf da obj "$CASE/push.o" sec tc || bad "no filter"
	for _ in 1 2 3; do
		arrived
		forget
		send 1 dst "$B" src "$A" len 60
		fence
		equal "at 2" "$(frames 2)" "$("$XFRAME" hex dst "$B" src "$A" vlan 10 len 64)"
		equal "at 3" "$(frames 3)" ""
	done
}

no_isolation_by_vlan() {
	ports xdp tc
	expect 2 xsw port set "$(port 1)" mode access tag 10
	like "error" "$ERR" 'not safe under xdp.*hint: hook tc'
	expect 2 xsw vlan add dev "$(port 1)" vid 10
	expect 2 xsw port add "$(port 3)" hook xdp mode trunk
	equal "mode" "$(xsw -j port show "$(port 1)" | jq -r '.[0].mode')" transparent
	expect 0 xsw port set "$(port 2)" mode access tag 10
	expect 2 xsw up --ports "$(port_list 4)" --hook xdp --mode access --tag 3
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 2
}

foreign_program() {
	local id
	compile pass <<-C
		int foreign_pass(void *ctx) __attribute__((section("xdp"), used));
		int foreign_pass(void *ctx) { return 2; }
		char _license[] __attribute__((section("license"), used)) = "GPL";
	C
	mkdir -p "$WORK/libxdp"
	mount -t bpf bpf "$WORK/libxdp"
	undo umount "$WORK/libxdp"
	export LIBXDP_BPFFS=$WORK/libxdp
	far 8 up0
	ip link set up0 xdpdrv obj "$CASE/pass.o" sec xdp || bad "no foreign program"
	id=$(ip -j -d link show up0 | jq '.[0].xdp.prog.id')
	ports tc
	ethtool -k up0 >"$CASE/before"
	ns 8 ethtool -k eth0 >>"$CASE/before"
	expect 2 xsw port add up0 type dev dev up0 hook xdp
	like "error" "$ERR" "XDP program already: \"foreign_pass\" \(program id $id\).*hint: --xdp-chain"
	expect 2 xsw port add up0 type dev dev up0 hook xdp --xdp-chain
	like "error" "$ERR" "\(program id $id\)"
	{ ethtool -k up0; ns 8 ethtool -k eth0; } | diff "$CASE/before" - || bad "offloads changed"
	equal "foreign program" "$(ip -j -d link show up0 | jq '.[0].xdp.prog.id')" "$id"
	# beside it at tc
	expect 0 xsw port add up0 type dev dev up0 hook tc
	sniff 1 8
	reach 8 1 dst "$ALL" src "$D"
	unsniff
	expect 0 xsw port del up0
	equal "foreign program" "$(ip -j -d link show up0 | jq '.[0].xdp.prog.id')" "$id"
	ip link set up0 xdpdrv off
	# alone: through libxdp, or the reason why not
	xsw port add up0 type dev dev up0 hook xdp --xdp-chain 2>"$CASE/err" || bad "chain: $?"
	[ -s "$CASE/err" ] && like "note" "$(<"$CASE/err")" "dispatcher: a single XDP program"
	equal "hook" "$(xsw -j port show up0 | jq -r '.[0].hook')" xdp
	sniff 1 8
	reach 8 1 dst "$ALL" src "$D"
	reach 1 8 dst "$D" src "$A"
	expect 0 xsw set fdb_size 1000
	reach 1 8 dst "$D" src "$A"
	unsniff
	expect 0 xsw port del up0
	equal "program left" "$(ip -j -d link show up0 | jq -c '.[0].xdp')" null
}

# Another FDB means other programs, on all ports, while frames flow.
programs_are_replaced() {
	local before
	ports xdp xdp tc
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	before=$(ip -j -d link show sw0p1 | jq '.[0].xdp.prog.id')
	expect 0 xsw set fdb_size 5000
	bpf_note
	[ "$(ip -j -d link show sw0p1 | jq '.[0].xdp.prog.id')" != "$before" ] || bad "the old program"
	fdb_is "$B" 2
	for _ in 1 2 3; do
		reach 1 2 dst "$B" src "$A"
		reach 2 1 dst "$A" src "$B"
		reach 3 "1 2" dst "$ALL" src "$C"
	done
	ns 1 ping -qc2 -i0.05 -W2 "$(ip4 2)" || bad "no answer"
	bpftool -j prog show | jq -e --argjson id "$before" 'all(.[]; .id != $id)' >/dev/null ||
		wait_until 3000 not bpftool prog show id "$before" || bad "the old program stays"
}

# A device without native XDP is a tc port, and that is said.
no_native_xdp() {
	far 8 up0
	undo xsw down
	expect 0 xsw up
	ip link add mv0 link up0 type macvlan
	ip -d -o link show mv0 | sed 's/qdisc [a-z]*//' >"$CASE/before"
	ethtool -k mv0 >>"$CASE/before"
	xsw port add mv0 type dev dev mv0 hook xdp 2>"$CASE/err" || bad "exit $?"
	like "note" "$(<"$CASE/err")" 'mv0: tc, not xdp: the driver has no native XDP'
	like "hook" "$(xsw -j -d port show mv0 | jq -r '.[0] | "\(.hook) \(.hook_why)"')" \
		'^(tcx|clsact) tc, not xdp: the driver'
	expect 0 xsw port del mv0
	{ ip -d -o link show mv0 | sed 's/qdisc [a-z]*//'; ethtool -k mv0; } |
		diff "$CASE/before" - || bad "mv0 is not as it was"
}

# The other end of a veth, in a namespace that has no name: its offloads are out of reach.
peer_out_of_reach() {
	far 8 up0
	nsenter --net="/run/netns/$(ns_name 8)" sleep 100 &
	undo reap $!
	wait_until 3000 test "/proc/$!/ns/net" -ef "/run/netns/$(ns_name 8)" || bad "not there"
	umount "/run/netns/$(ns_name 8)"
	rm "/run/netns/$(ns_name 8)"
	UNDO=("${UNDO[@]/*netns*/true}")
	undo xsw down
	expect 0 xsw up
	xsw port add up0 type dev dev up0 hook xdp 2>"$CASE/err" || bad "exit $?"
	like "note" "$(<"$CASE/err")" 'up0: tc, not xdp: the other end of the veth'
	equal "program" "$(ip -j -d link show up0 | jq -c '.[0].xdp')" null
}

for one in tc xdp; do
	for other in tc xdp; do
		run_case none talks $one $other
		run_case none jumbo $one $other
		run_case - counted $one $other
	done
done
run_case "hub none" floods xdp xdp xdp xdp
run_case "hub none" floods xdp xdp tc tc
run_case "hub none" floods tc xdp xdp xdp
run_case "hub none" floods xdp tc tc tc
run_case - tags_between_devices
run_case - hidden_tag
run_case - no_isolation_by_vlan
run_case - foreign_program
run_case - programs_are_replaced
run_case - no_native_xdp
run_case - peer_out_of_reach
finish
