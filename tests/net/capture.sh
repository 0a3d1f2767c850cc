#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# capture PORT: every frame that comes in and leaves by a port is in the pcap, in the form it has
# there, byte for byte; and whatever is done to who captures, forwarding does not notice.
#
#	1 ---+--- 2
#	     +--- 3
#
# command
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../watch_lib.sh
. "$TESTS/watch_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../stream_lib.sh
. "$TESTS/stream_lib.sh"

A=$(mac 1) B=$(mac 2) C=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff
CLSACT_PREF=$((0x7876))

is_at() { [ "${XSW_FORCE_ATTACH:-tcx}" = "$1" ]; }
no_vlans_at_xdp() { ! is_at xdp || skip "VLANs of namespaces are not for XDP"; }

what_enters_and_leaves() {
	sw_up 3
	watch p capture "$(port 2)"
	send 1 dst "$B" src "$A"        # unknown: flooded
	send 2 dst "$A" src "$B"        # known, straight into the other end
	send 1 dst "$B" src "$A" len 900 # the same way back
	send 3 dst "$A" src "$C"        # past this port
	send 1 dst "$ALL" src "$A"
	saw p "dst $B src $A" "dst $A src $B" "dst $B src $A len 900" "dst $ALL src $A"
	unwatch p
	saw p "dst $B src $A" "dst $A src $B" "dst $B src $A len 900" "dst $ALL src $A"
}

one_direction() {
	sw_up 3
	watch i capture "$(port 2)" --direction in
	watch o capture "$(port 2)" --direction out
	send 2 dst "$A" src "$B"
	send 1 dst "$B" src "$A"
	send 3 dst "$B" src "$C"
	saw i "dst $A src $B"
	saw o "dst $B src $A" "dst $B src $C"
	unwatch i
	unwatch o
}

# At the output port of a mirror: its copies, as they came in or as they leave, with its tag outside.
copies_of_mirrors() {
	no_vlans_at_xdp
	sw_up 3
	cfg port set "$(port 1)" mode access tag 10
	cfg port set "$(port 2)" mode trunk trunks 10
	cfg mirror add i from "$(port 1):in" to "$(port 3)" tag 5
	watch i capture "$(port 3)"
	send 1 dst "$ALL" src "$A"
	saw i "dst $ALL src $A vlan 5 len 64"
	unwatch i
	cfg mirror del i
	cfg mirror add o from "$(port 2):out" to "$(port 3)"
	watch o capture "$(port 3)"
	send 1 dst "$ALL" src "$A"
	saw o "dst $ALL src $A vlan 10 len 64"
	unwatch o
}

# A frame that is stopped is seen coming in, and nowhere else.
stopped_frames_come_in() {
	sw_up 3
	watch in capture "$(port 1)"
	watch out capture "$(port 2)"
	send 1 dst "$ALL" src 03:5e:5e:00:00:01
	send 1 dst 01:80:c2:00:00:02 src "$A"
	send 1 dst "$ALL" src "$A"
	saw out "dst $ALL src $A"
	saw in "dst $ALL src 03:5e:5e:00:00:01" "dst 01:80:c2:00:00:02 src $A" "dst $ALL src $A"
	unwatch in
	unwatch out
}

tags_as_on_the_wire() {
	no_vlans_at_xdp
	sw_up 3
	cfg port set "$(port 1)" mode access tag 10
	cfg port set "$(port 2)" mode trunk trunks 10,20
	cfg port set "$(port 3)" mode access tag 20
	watch a capture "$(port 1)"
	watch t capture "$(port 2)"
	watch b capture "$(port 3)"
	send 1 dst "$B" src "$A"                   # gets a tag
	send 2 dst "$A" src "$B" vlan 10 prio 5    # loses it
	send 2 dst "$ALL" src "$B" vlan 20
	send 2 dst "$ALL" src "$B" vlan 30         # no member: stopped
	send 1 dst "$B" src "$A" vlan 0 prio 3     # a priority tag becomes one of VLAN 10
	send 1 dst "$B" src "$A" type 0x88b5 len 14
	saw a "dst $B src $A" "dst $A src $B len 56" "dst $B src $A vlan 0 prio 3" \
		"dst $B src $A type 0x88b5 len 14"
	saw t "dst $B src $A vlan 10 len 64" "dst $A src $B vlan 10 prio 5" "dst $ALL src $B vlan 20" \
		"dst $ALL src $B vlan 30" "dst $B src $A vlan 10 prio 3" \
		"dst $B src $A vlan 10 type 0x88b5 len 18"
	saw b "dst $ALL src $B len 56"
	unwatch a
	unwatch t
	unwatch b
}

filters_choose() {
	sw_up 3
	watch f capture "$(port 2)" ether proto 0x88b7 or vlan 7
	watch h capture "$(port 2)" "icmp[icmptype] == icmp-echo and src host $(ip4 1)"
	send 1 dst "$ALL" src "$A" type 0x88b6
	send 1 dst "$ALL" src "$A" type 0x88b7
	send 1 dst "$ALL" src "$A" vlan 7 type 0x88b6
	send 1 dst "$ALL" src "$A" vlan 8 type 0x88b6
	ns 1 ping -qc3 -i0.1 -W2 "$(ip4 2)" >/dev/null || bad "no answer"
	saw f "dst $ALL src $A type 0x88b7" "dst $ALL src $A vlan 7 type 0x88b6"
	unwatch f
	unwatch h
	equal "echo requests" "$(tcpdump -nr "$CASE/h" 2>/dev/null | grep -c 'ICMP echo request')" 3
	equal "anything else" "$(tcpdump -nr "$CASE/h" 2>/dev/null | grep -vc 'ICMP echo request')" 0
}

count_snaplen_and_file() {
	sw_up 2
	watch c capture "$(port 2)" --count 2 -w "$CASE/file" --snaplen 20 ether proto 0x88b5
	send 1 dst "$ALL" src "$A" type 0x88b5
	send 1 dst "$ALL" src "$A" type 0x88b5 len 500
	send 1 dst "$ALL" src "$A" type 0x88b5
	ended c 0
	equal "standard output" "$(wc -c <"$CASE/c")" 0
	equal "lengths" "$(tcpdump -nner "$CASE/file" 2>/dev/null | sed -n 's/.* length \([0-9]*\):.*/\1/p' |
		tr '\n' ' ')" "60 500 "
	equal "bytes" "$(seen file | awk '{ print length($1) / 2 }' | tr '\n' ' ')" "20 20 "
	# nanoseconds
	equal "magic" "$(od -An -tx4 -N4 "$CASE/file" | tr -d ' ')" a1b23c4d
}

into_a_pipe() {
	sw_up 2
	: >"$CASE/p.err"
	"$TOOL" -v capture "$(port 2)" ether proto 0x88b5 2>"$CASE/p.err" |
		tcpdump -nnl -c 1 -er - >"$CASE/told" 2>/dev/null &
	undo reap $!
	wait_until 10000 grep -q looking "$CASE/p.err" || bad "it does not start"
	send 1 dst "$ALL" src "$A" type 0x88b5
	wait_until 5000 grep -q "$A > $ALL" "$CASE/told" || bad "tcpdump says nothing"
	# the reader has gone: so does the capture, with the next frame or before
	send 1 dst "$ALL" src "$A" type 0x88b5
	wait_until 5000 no_watchers || bad "it goes on without a reader"
	equal "complaints" "$(grep -v looking "$CASE/p.err")" ""
}

# A packet that is cut later is whole, as tcpdump on the device would show it.
large_packets_are_whole() {
	is_at xdp && skip "XDP has no segmentation offload"
	sw_up 2
	watch g capture "$(port 2)" tcp
	stream "$(ip4 2)" 1 2 "" 5000000
	unwatch g
	at_least 20000 largest g || bad "the largest packet has $(largest g) bytes"
	tcpdump -nnvvr "$CASE/g" 2>/dev/null | grep -q truncated && bad "packets are cut"
	true
}
largest() { tcpdump -nner "$CASE/$1" 2>/dev/null | sed 's/.* IPv4 (0x0800), length \([0-9]*\):.*/\1/' |
	sort -n | tail -1; }

# A flood has more targets than a record has places.
a_flood_of_seventy() {
	[ -z "${XSW_FORCE_ATTACH:-}" ] || skip "the same as with tcx"
	sw_up 70
	watch last capture "$(port 70)"
	send 1 dst "$ALL" src "$A"
	saw last "dst $ALL src $A"
	unwatch last
}

sum() { # PORT-NUMBER
	xsw -j -s port show "$(port "$1")" | jq -c '.[0].stats | [.rx, .tx, .drops]'
}

# The same frames with and without: the same counters, the same frames at the other end.
forwarding_does_not_notice() {
	local i before
	sw_up 3
	sniff 2 3
	for i in without with; do
		if [ "$i" = with ]; then
			watch p capture "$(port 2)"
			watch q capture "$(port 1)" ether proto 0x88b5
		fi
		cfg fdb flush
		reach 1 "2 3" dst "$B" src "$A"
		reach 2 1 dst "$A" src "$B"
		reach 1 2 dst "$B" src "$A"
		reach 1 "2 3" dst "$ALL" src "$A" vlan 9
		reach 1 "" dst "$ALL" src 03:5e:5e:00:00:01
		before=${before:-$(drop_count)}
	done
	equal "drops" "$(drop_count)" $((2 * before))
	unwatch p
	unwatch q
	reach 1 2 dst "$B" src "$A"
}
drop_count() { counter 1 .drops.src_group; }

follows_ports_and_the_table() {
	local table
	sw_up 2
	watch p capture "$(port 1)"
	xsw port add "$(port 3)" address "$(ip4 3)/24" || bad "port add"
	send_3() { send 3 dst "$A" src "$C"; sleep 0.1; has_seen p 1; }
	wait_until 5000 send_3 || bad "a new port is not followed"
	table=$(map_id fdb)
	cfg set fdb_size 2000
	cfg fdb add "$B" dev "$(port 2)"
	wait_until 8000 not bpftool map show id "$table" >/dev/null 2>&1 || bad "the old table is held"
	# by the old table it would be a flood
	watch q capture "$(port 2)" --direction out
	send 3 dst "$B" src "$C"
	saw q "dst $B src $C"
	equal "flooded to 1" "$(seen p | grep -c "^${B//:/}")" 0
	unwatch q
	xsw port del "$(port 3)" || bad "port del"
	xsw down || bad "down"
	ended p 3
	like "message" "$(<"$CASE/p.err")" "switch sw0 is gone"
}

# Stopped while more comes than the ring holds: what is lost is told, and only from the pcap.
lost_frames_are_told() {
	local lost got
	sw_up 2
	cfg set fdb_size 100000
	watch l capture "$(port 2)" "ether[6:4] = 0x025e5e00"
	kill -STOP "${BG[l]}"
	"$XFRAME" -n "$P"1 send eth0 --macs 4000 dst "$ALL" src 02:5e:5e:00:00:00 len 1400
	wait_until 5000 at_least 4000 learned || bad "$(learned) learned"
	kill -CONT "${BG[l]}"
	wait_until 5000 grep -q lost "$CASE/l.err" || bad "nothing is lost"
	unwatch l
	lost=$(sed -n 's/^xswitch: \([0-9]*\) frames were lost: .*/\1/p' "$CASE/l.err")
	got=$(seen l | wc -l)
	equal "seen and lost" "$((lost + got))" 4000
	at_least 1000 echo "$got" || bad "only $got came"
}
learned() { xsw -j show | jq '.[0].fdb.learned'; }

filters_of_watchers() { # DEVICE
	tc filter show dev "$1" ingress 2>/dev/null | grep -c "pref $CLSACT_PREF bpf.*xsw_trace"
}

# Nothing of a watcher that was killed is left to do anything, or in anybody's way.
killed() {
	sw_up 3
	cfg fdb add "$B" dev "$(port 2)"
	watch k capture "$(port 2)"
	is_at xdp && equal "watched" "$(conf_watch 1)" 1
	kill -KILL "${BG[k]}"
	wait "${BG[k]}"
	is_at clsact || wait_until 5000 no_watchers || bad "a program is left"
	is_at clsact && equal "filters left" "$(filters_of_watchers sw0p1)" 1
	# frames alone heal the ports
	if is_at xdp; then
		healed() { send 1 dst "$B" src "$A"; [ "$(conf_watch 1)" = 0 ]; }
		wait_until 8000 healed || bad "port 1 stays watched"
	fi
	# the next writer finds a filter whose lease is over; another watcher may be there
	if is_at clsact; then
		watch other capture "$(port 1)"
		unwatch other
		swept() { cfg set ageing 300; [ "$(filters_of_watchers sw0p1)" = 0 ]; }
		wait_until 8000 swept || bad "the filter is left"
	fi
	sniff 2
	reach 1 2 dst "$B" src "$A"
}

# An uplink has its qdisc back although a killed watcher's filter stands there.
killed_at_an_uplink() {
	is_at clsact || skip "no qdisc"
	sw_up 2
	ip link add up0 type veth peer name up1
	undo ip link del up0
	ip link set up1 up
	xsw port add up type dev dev up0 || bad "port add"
	watch k capture up
	kill -KILL "${BG[k]}"
	wait "${BG[k]}"
	equal "filters left" "$(filters_of_watchers up0)" 1
	xsw port del up || bad "port del"
	equal "qdiscs" "$(tc qdisc show dev up0 | grep -c clsact)" 0
}

eight_at_clsact() {
	local i
	is_at clsact || skip "by tcx there may be more"
	sw_up 2
	for i in 1 2 3 4 5 6 7 8; do watch "w$i" capture "$(port 1)"; done
	expect 2 xsw capture "$(port 1)"
	like "message" "$ERR" "8 watchers are there already"
	send 2 dst "$ALL" src "$B"
	for i in 1 2 3 4 5 6 7 8; do saw "w$i" "dst $ALL src $B"; done
	for i in 1 2 3 4 5 6 7 8; do unwatch "w$i"; done
	equal "filters left" "$(filters_of_watchers sw0p1)" 0
}

# XDP again, some seconds after.
xdp_comes_back() {
	is_at xdp || skip "no XDP"
	sw_up 2
	cfg fdb add "$B" dev "$(port 2)"
	watch p capture "$(port 2)"
	equal "watched" "$(conf_watch 1) $(conf_watch 2)" "1 1"
	send 1 dst "$B" src "$A"
	saw p "dst $B src $A"
	unwatch p
	again() { send 1 dst "$B" src "$A"; [ "$(conf_watch 1) $(conf_watch 2)" = "0 0" ]; }
	wait_until 8000 again || bad "still watched"
}

run_case - what_enters_and_leaves
run_case - one_direction
run_case - stopped_frames_come_in
run_case - copies_of_mirrors
run_case - tags_as_on_the_wire
run_case - filters_choose
run_case - count_snaplen_and_file
run_case - into_a_pipe
run_case - large_packets_are_whole
run_case - a_flood_of_seventy
run_case - forwarding_does_not_notice
run_case - follows_ports_and_the_table
run_case - lost_frames_are_told
run_case - killed
run_case - killed_at_an_uplink
run_case - eight_at_clsact
run_case - xdp_comes_back
finish
