#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# monitor: events of all sources, from real frames, devices and commands; their order, what a storm
# of drops does to the others, and who pays.
#
#	1 ---+--- 2
#	     +--- 3
#
# command
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../monitor_lib.sh
. "$TESTS/monitor_lib.sh"

A=$(mac 1) B=$(mac 2)
ALL=ff:ff:ff:ff:ff:ff
speak() { send "$1" dst "$ALL" src "${@:2}"; }

# A word of `settings`, e.g. hearing: ns of the switch's clock
setting() { bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/sw0/maps/settings" |
	jq -r ".[0].formatted.value.$1"; }

# Each stop of the walk that a frame can be made to meet is told, with its frame; and once.
drops_are_told() {
	sw_up 3 --mtu 1400
	cfg port set "$(port 1)" mode trunk trunks 10,20
	cfg port set "$(port 2)" mode access tag 10
	listen m -j -- drops
	speak 1 "$A"
	speak 1 "$A" vlan 30
	speak 1 03:5e:5e:00:00:01 vlan 10
	send 1 dst "$B" src "$A" vlan 4095
	send 2 dst "$ALL" src "$B" vlan 10
	send 1 dst 01:80:c2:00:00:02 src "$A" vlan 10
	speak 1 "$A" vlan 10
	send 2 dst "$A" src "$A"
	cfg port set "$(port 2)" state down
	speak 2 "$B"
	told m "port_down.*$B"
	stop m
	equal "drops" "$(jq -c "select((.src // \"\") | test(\"^0[23]:5e:5e\")) |
		[.reason, .port, .vlan, .src, .dst, .class]" "$CASE/m" | sed "s/$P/ns/g")" "\
[\"no_pvid\",\"ns1\",null,\"$A\",\"$ALL\",\"broadcast\"]
[\"vlan_ingress\",\"ns1\",30,\"$A\",\"$ALL\",\"broadcast\"]
[\"src_group\",\"ns1\",10,\"03:5e:5e:00:00:01\",\"$ALL\",\"broadcast\"]
[\"vid_reserved\",\"ns1\",4095,\"$A\",\"$B\",\"unicast\"]
[\"frame_type\",\"ns2\",10,\"$B\",\"$ALL\",\"broadcast\"]
[\"link_local\",\"ns1\",10,\"$A\",\"01:80:c2:00:00:02\",\"multicast\"]
[\"same_port\",\"ns2\",10,\"$A\",\"$A\",\"unicast\"]
[\"port_down\",\"ns2\",null,\"$B\",\"$ALL\",\"broadcast\"]"
}

# From a BPDU to the first frame after the time, in or out, or a command.
guard_and_recovery_are_told() {
	sw_up 3
	cfg set recovery 300ms
	cfg port set "$(port 1)" guard on
	listen m -- port
	bpdu() { "$XFRAME" -n "$P"1 send eth0 dst 01:80:c2:00:00:00 src "$A" len 60; }
	recovered() { speak 2 "$B" && [ "$(grep -c "^port recovered dev $(port 1) master sw0$" "$CASE/m")" = "$1" ]; }
	bpdu
	told m "^port guard $A dev $(port 1) master sw0$"
	wait_until 5000 recovered 1 || bad "it does not recover: $(<"$CASE/m")"
	cfg set recovery 200ms
	bpdu
	by_hand() { cfg port set "$(port 1)" hairpin on; [ "$(grep -c "^port recovered" "$CASE/m")" = 2 ]; }
	wait_until 5000 by_hand || bad "it does not recover: $(<"$CASE/m")"
	equal "guards" "$(grep -c "^port guard" "$CASE/m")" 2
	# by hand before its time: that is a change, and no recovery
	cfg set recovery 300
	listen c -- config port dev "$(port 1)"
	bpdu
	told c "^port guard"
	cfg port set "$(port 1)" state up
	told c "^config changed port $(port 1) state up$"
	untold c recovered
}

# link NAME REGEX: of port 1
devices_are_told() {
	local i
	sw_up 3
	listen m -- link
	told_of() { told m "^link $2 dev $(port "$1") master sw0 ifname $3$"; }
	ip link set sw0p1 down
	told_of 1 down sw0p1
	told_of 1 no-carrier sw0p1
	ip link set sw0p1 name lan0
	told_of 1 renamed "lan0 was sw0p1"
	ip link set lan0 up mtu 1400
	told_of 1 mtu "lan0 mtu 1400"
	told_of 1 up lan0
	told_of 1 carrier lan0
	ns 2 ip link set eth0 down
	told_of 2 no-carrier sw0p2
	ns 2 ip link set eth0 up
	told_of 2 carrier sw0p2
	ip link del sw0p3
	told_of 3 gone sw0p3
	cfg port add "$(port 3)" netns "$P"3
	told_of 3 back sw0p3
	ip link set sw0p3 down
	wait_until 5000 [ "$(grep -c "^link down dev $(port 3)" "$CASE/m")" -ge 1 ] || bad "it is not followed"
	# a port that comes while somebody listens
	cfg port add new netns "$P"4
	ip link set sw0p4 down
	told m "^link down dev new master sw0 ifname sw0p4$"
	cfg port del new
	told m "^link gone dev new"
	# more than a socket holds, while nobody reads: the differences, and that there may be more
	listen r -- link dev "$(port 1)"
	kill -STOP "${BG[r]}"
	for ((i = 0; i < 8000; i++)); do echo "link set lan0 mtu $((1000 + i % 300))"; done >"$CASE/batch"
	ip -batch "$CASE/batch"
	ip link set lan0 down
	ip link set lan0 mtu 1399 name lan1
	kill -CONT "${BG[r]}"
	told r "^link resync"
	told r "^link down dev $(port 1) master sw0 ifname lan1$"
	told r "^link mtu dev $(port 1) master sw0 ifname lan1 mtu 1399$"
	told r "^link renamed dev $(port 1) master sw0 ifname lan1 was lan0$"
	ip link set lan1 name sw0p1
}

# Four sources at once, on two processors: no time is before the one of the line above.
all_in_the_order_of_time() {
	local i cpu pids=()
	sw_up 3
	cfg port set "$(port 3)" mode access tag 10
	listen m -j
	for cpu in 0 1; do
		taskset -c $((cpu % $(nproc))) "$XFRAME" -n "$P$((cpu + 1))" send eth0 --macs 3000 --rate 5000 \
			dst "$ALL" "src" "02:5e:5e:0$cpu:00:00" & pids+=($!)
		taskset -c $((cpu % $(nproc))) "$XFRAME" -n "$P"3 send eth0 --count 2000 --rate 4000 \
			dst "$ALL" src "$(mac 3 "$cpu")" vlan 9 & pids+=($!)
	done
	for ((i = 0; i < 10; i++)); do
		cfg set ageing $((100 + i))
		ip link set sw0p3 mtu $((1400 + i))
	done
	wait "${pids[@]}"
	cfg set ageing 99
	told m '"ageing","99"'
	stop m
	jq -r '[.time, .kind] | @tsv' "$CASE/m" >"$CASE/times"
	cut -f1 "$CASE/times" | sort -c || bad "not in order: $(cut -f1 "$CASE/times" | sort -c 2>&1)"
	equal "changes" "$(grep -c config "$CASE/times")" 11
	equal "links" "$(jq -c 'select(.event == "mtu") | .mtu' "$CASE/m" | wc -l)" 10
	equal "learned" "$(jq -r 'select(.event == "learned") | .mac' "$CASE/m" | grep -c '^02:5e:5e:0[01]')" 6000
	equal "drops" "$(jq -r 'select(.reason == "frame_type") | .src' "$CASE/m" | grep -c '^02:5e:5e')" 4000
	equal "lost" "$(grep -c lost "$CASE/times")" 0
}

# Frames end faster than anybody reads: they are counted, and everything else is told.
a_storm_of_drops_starves_nobody() {
	local i pids=() told lost counted
	sw_up 3
	cfg port set "$(port 3)" mode access tag 10
	listen m -j
	kill -STOP "${BG[m]}" # as a slow reader: drops find no room any more
	"$XFRAME" -n "$P"3 send eth0 --count 40000 dst "$ALL" src "$B" vlan 9
	"$XFRAME" -n "$P"1 send eth0 --macs 5000 dst "$(mac 9 9)" src 02:5e:5e:00:00:00
	cfg set ageing 77
	kill -CONT "${BG[m]}"
	for i in 1 2; do
		"$XFRAME" -n "$P"3 send eth0 --count 200000 dst "$ALL" src "$B" vlan 9 & pids+=($!)
	done
	"$XFRAME" -n "$P"2 send eth0 --macs 1000 --rate 5000 dst "$(mac 9 9)" src 02:5e:5e:01:00:00
	cfg set ageing 78
	told m '"ageing","78"'
	wait "${pids[@]}"
	cfg set ageing 79
	told m '"ageing","79"'
	stop m
	equal "learned" "$(jq -r 'select(.event == "learned") | .mac' "$CASE/m" | grep -c '^02:5e:5e:0[01]')" 6000
	equal "changes" "$(jq -c 'select(.kind == "config") | .words[1]' "$CASE/m" | tr '\n' ' ')" '"77" "78" "79" '
	equal "others lost" "$(jq -c 'select(.kind == "lost" and .object == "events")' "$CASE/m")" ""
	told=$(jq -c 'select(.kind == "drop") | .src' "$CASE/m" | wc -l)
	lost=$(jq -s 'map(select(.object == "drops").count) | add' "$CASE/m")
	at_least 20000 echo "$lost" || bad "only $lost are lost"
	at_least 10000 echo "$told" || bad "only $told are told"
	# all reasons of all ports: namespaces say things, too, also before somebody listened
	counted=$(xsw -j stats drops | jq 'map(.packets) | add')
	at_least $((told + lost)) echo "$counted" || bad "$told told, $lost lost, $counted counted"
	at_least "$counted" echo $((told + lost + 50)) || bad "$told told, $lost lost, $counted counted"
	like "stderr" "$(<"$CASE/m.err")" "$lost drops were not told"
	cut -d'"' -f4 "$CASE/m" | sort -c || bad "not in order"
}

# Whoever wants no drops does not slow them down; nor does one that was killed, for long.
drops_cost_only_who_wants_them() {
	sw_up 2
	listen f -- fdb
	equal "watched" "$(setting hearing)" 0
	listen d -- drops
	at_least 1 setting hearing || bad "nobody knows of the listener"
	kill -KILL "${BG[d]}"
	wait "${BG[d]}"
	forgotten() { [ "$(setting clock)" -gt "$(setting hearing)" ]; }
	wait_until 8000 forgotten || bad "a listener that was killed is still told"
	at_least "$(setting clock)" setting listening || bad "the other one is forgotten, too"
	speak 1 "$A"
	told f "^fdb learned $A"
}

# All of them hear all of it; one that goes makes room.
eight_may_monitor() {
	local i
	sw_up 2
	for i in 1 2 3 4 5 6 7 8; do listen m"$i"; done
	expect 2 xsw monitor
	like "message" "$ERR" "8 listeners already"
	speak 1 03:5e:5e:00:00:01
	cfg set ageing 50
	for i in 1 2 3 4 5 6 7 8; do
		told m"$i" "^drop src_group dev $(port 1)"
		told m"$i" "^config changed switch sw0 ageing 50$"
	done
	stop m3
	listen m9
}

# Events of a port that is gone, and of another one with its number, have the right names.
names_outlive_their_ports() {
	sw_up 2
	listen m
	kill -STOP "${BG[m]}"
	cfg port add first netns "$P"8
	"$XFRAME" -n "$P"8 send eth0 dst "$ALL" src "$A"
	cfg port del first
	cfg port add second netns "$P"9
	"$XFRAME" -n "$P"9 send eth0 dst "$ALL" src "$B"
	cfg port del second
	kill -CONT "${BG[m]}"
	told m "^config deleted port second$"
	told m "^fdb learned $A dev first master"
	told m "^fdb learned $B dev second master"
	told m "^config deleted port first$"
	untold m "dev [?]"
}

run_case - drops_are_told
run_case - guard_and_recovery_are_told
run_case - devices_are_told
run_case - all_in_the_order_of_time
run_case - a_storm_of_drops_starves_nobody
run_case - drops_cost_only_who_wants_them
run_case - eight_may_monitor
run_case - names_outlive_their_ports
finish
