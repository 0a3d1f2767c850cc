#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mirrors with real frames: what is copied, once and in which form, what an output port takes and
# what not. The golden rows have every single rule; here are devices, streams and hosts.
#
#	1 --+          +-- 3
#	    |  switch  |
#	2 --+          +-- 4 (the output, as a rule)
#
# command
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$TESTS/vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$TESTS/tunnel_lib.sh"

A=$(mac 1) B=$(mac 2)
LIMIT=200 # fault points of one command

# Four quiet ports, all sniffed.
four() {
	sw_up 4
	quiet 1 2 3 4
	cfg fdb flush
	sniff 1 2 3 4
}

mirror() { cfg mirror add "$@"; }

# copied NAME JQ WANTED
copied() {
	arrived
	equal "mirror $1, $2" "$(xsw -j -s mirror show "$1" | jq ".[0] | $2")" "$3"
}

learn() { # N: station N is known
	send "$1" dst "$(mac 99)" src "$(mac "$1")" len 60
	fdb_is "$(mac "$1")" "$1"
}

directions() {
	four
	learn 1
	learn 2
	mirror m1 from "$(port 1):in" to "$(port 4)"
	reach 1 "2 4" dst "$B" src "$A" len 60
	reach 2 "1" dst "$A" src "$B" len 60
	reach 1 "2 3 4" dst "$ALL" src "$A" len 1514
	reach 2 "1 3" dst "$ALL" src "$B" len 60
	copied m1 .packets 2
	copied m1 .bytes 1574
	copied m1 .lost 0
	cfg mirror del m1
	mirror m1 from "$(port 1):out" to "$(port 4)"
	reach 1 "2" dst "$B" src "$A" len 60
	reach 2 "1 4" dst "$A" src "$B" len 60
	reach 2 "1 3 4" dst "$ALL" src "$B" len 60
	cfg mirror del m1
	mirror m1 from "$(port 1)" to "$(port 4)"
	reach 1 "2 4" dst "$B" src "$A" len 60
	reach 2 "1 4" dst "$A" src "$B" len 60
	reach 3 "2" dst "$B" src "$(mac 3)" len 60
	copied m1 .packets 2
	cfg mirror del m1
	reach 1 "2 3 4" dst "$ALL" src "$A" len 60
}

# However many of its ports and directions a frame meets.
once() {
	four
	learn 1
	learn 2
	mirror all to "$(port 4)"
	reach 1 "2 4" dst "$B" src "$A" len 60
	reach 1 "2 3 4" dst "$ALL" src "$A" len 60
	reach 2 "1 3 4" dst "$(mac 9)" src "$B" len 60
	copied all .packets 3
	# a second one copies for itself
	cfg mirror add too from "$(port 1):in" to "$(port 3)"
	reach 1 "2 3 4" dst "$B" src "$A" len 60
	copied too .packets 1
	copied all .packets 4
}

# A port that comes later is a source of a mirror of all ports.
later_ports() {
	four
	mirror all to "$(port 4)"
	cfg port add "$(port 5)"
	OUTER[5]=sw0p5
	sniff 5
	reach 5 "1 2 3 4" dst "$ALL" src "$(mac 5)" len 60
	reach 1 "2 3 4 5" dst "$ALL" src "$A" len 60
	cfg port del "$(port 5)"
	equal "sources" "$(xsw -j mirror show | jq -c '.[0].from')" null
}

stopped_frames() {
	four
	mirror m1 from "$(port 1):in" to "$(port 4)"
	cfg port set "$(port 1)" state down
	reach 1 "4" dst "$ALL" src "$A" len 60
	drops 1 port_down
	cfg port set "$(port 1)" state up allowed_macs "$B"
	reach 1 "4" dst "$ALL" src "$A" len 60
	drops 1 spoofed_mac
	cfg port set "$(port 1)" allowed_macs none
	reach 1 "4" dst 01:80:c2:00:00:0e src "$A" len 60
	drops 1 link_local
	copied m1 .packets 3
}

# Nothing comes in by it, nothing but copies leaves by it; what it had learned is forgotten.
output_port() {
	local i
	four
	learn 4
	learn 1
	mirror m1 from "$(port 2):in" to "$(port 4)"
	fdb_is "$(mac 4)" none
	reach 1 "2 3" dst "$ALL" src "$A" len 60
	reach 1 "2 3" dst "$(mac 4)" src "$A" len 60
	for i in "$ALL" "$A" "$B" "$(mac 9)" 01:80:c2:00:00:00; do
		reach 4 "" dst "$i" src "$(mac 4)" len 60
	done
	fdb_is "$(mac 4)" none
	equal "drops" "$(counter 4 .drops.mirror_port)" 5
	cfg fdb add "$(mac 4 1)" dev "$(port 4)"
	reach 1 "" dst "$(mac 4 1)" src "$A" len 60
	drops 1 mirror_port
	expect 2 xsw wire add "$(port 3)" "$(port 4)"
	expect 2 xsw port del "$(port 4)"
	# copies count as sent by class; the port is like any other afterwards
	i=$(counter 4 .tx.multicast.packets)
	reach 2 "1 3 4" dst 03:5e:5e:00:00:01 src "$B" len 60
	equal "tx" "$(counter 4 .tx.multicast.packets)" $((i + 1))
	cfg mirror del m1
	reach 4 "1 2 3" dst "$ALL" src "$(mac 4)" len 60
	fdb_is "$(mac 4)" 4
	reach 1 "4" dst "$(mac 4)" src "$A" len 60
	reach 1 "4" dst "$(mac 4 1)" src "$A" len 60
}

# Trunk 1, access 2 and 3, all in VLAN 10; port 4 has a mode of its own.
forms_and_vlans() {
	four
	vport 1 mode trunk trunks 10,20,30
	vport 2 mode access tag 10
	vport 3 mode access tag 20
	vport 4 mode access tag 99
	mirror m1 from "$(port 1):in" to "$(port 4)"
	from 1 <<-ROWS
		10	2=- 4=10
		20p5d	3=- 4=20p5d
		30	4=30 no_target
		40	4=40 vlan_ingress
		-	4=- no_pvid
		10+20	2=20 4=10+20
	ROWS
	cfg mirror del m1
	mirror m1 from "$(port 1):out" from "$(port 2):out" to "$(port 4)"
	from 2 <<-ROWS
		-	1=10 4=10
		0p5	1=10p5 4=10p5
	ROWS
	from 1 <<-ROWS
		10	2=- 4=-
		20	3=-
	ROWS
	cfg mirror del m1
	mirror m1 vlan 20,40 to "$(port 4)" tag 500
	from 1 <<-ROWS
		10	2=-
		20p5d	3=- 4=500+20p5d
		40	4=500+40 vlan_ingress
		20+7	3=7 4=500+20+7
	ROWS
	from 3 <<-ROWS
		-	1=20 4=500
	ROWS
	cfg mirror del m1
	# of the tag the copy gets nothing stays: the original is popped and pushed as ever
	mirror m1 from "$(port 1),$(port 2)" to "$(port 4)" tag 4094
	from 1 <<-ROWS
		10	2=- 4=4094+10
		10p3+20+30	2=20+30 4=4094+10p3+20+30
	ROWS
	from 2 <<-ROWS
		-	1=10 4=4094
		s7	1=10+s7 4=4094+s7
	ROWS
}

of_transparent_ports() {
	four
	mirror m0 from "$(port 1)" vlan 0 to "$(port 4)"
	mirror m7 from "$(port 1)" vlan 7 to "$(port 3)"
	from 1 <<-ROWS
		-	2=- 4=-
		7	2=7 3=7
		8	2=8
		s7	2=s7 4=s7
	ROWS
}

a_wire() {
	four
	cfg wire add "$(port 1)" "$(port 2)"
	mirror m1 from "$(port 1):in" to "$(port 4)"
	mirror m2 from "$(port 2)" to "$(port 3)" tag 9
	from 1 <<-ROWS
		7	2=7 4=7 3=9+7
	ROWS
	from 2 <<-ROWS
		-	1=- 3=9
	ROWS
}

# mean N: size of the packets that port N was given
mean() { ns "$1" ip -j -s link show eth0 | jq '.[0].stats64.rx | .bytes / .packets | floor'; }

# One packet in, one packet out, whatever its length: a copy is not cut up.
whole_packets() {
	local n
	sw_up 4
	quiet 1 2 3 4
	mirror m1 from "$(port 1):in" to "$(port 4)"
	mirror m2 from "$(port 1):in" to "$(port 3)" tag 77
	tcp "$(ip4 2)" 1 2 20000000
	for n in 2 3 4; do
		[ "$(mean "$n")" -gt 8000 ] || bad "packets of $(mean "$n") bytes at $n"
	done
	n=$(copied m1 .lost 0; xsw -j -s mirror show m1 | jq '.[0].bytes')
	[ "$n" -gt 20000000 ] || bad "$n bytes were copied"
	cfg mirror del m1
	cfg mirror del m2
	mirror m1 from "$(port 1),$(port 2)" to "$(port 4)"
	tcp "$(ip4 2)" 1 2 20000000
	copied m1 .lost 0
}

# What does not fit is lost and said so; the stream does not mind.
lost_copies() {
	four
	mirror m1 from "$(port 1):in" to "$(port 4)"
	cfg port set "$(port 4)" mtu 1000
	reach 1 "2 3 4" dst "$ALL" src "$A" len 1014
	reach 1 "2 3" dst "$ALL" src "$A" len 1015
	copied m1 .lost 1
	tcp "$(ip4 2)" 1 2 1000000
	cfg port set "$(port 4)" mtu 1500 state down
	reach 1 "2 3" dst "$ALL" src "$A" len 60
	cfg port set "$(port 4)" state up
	reach 1 "2 3 4" dst "$ALL" src "$A" len 60
	# a device that is gone takes nothing, and is made again as the output it was
	unsniff
	ip link del sw0p4
	send 1 dst "$ALL" src "$A" len 60
	lost() { xsw -j -s mirror show m1 | jq '.[0].lost'; }
	at_least_lost() { [ "$(lost)" -gt "$1" ]; }
	wait_until 3000 at_least_lost 2 || bad "not counted as lost"
	equal "state" "$(xsw -j port show "$(port 4)" | jq -r '.[0].state')" gone
	expect 0 xsw up --ports "$(port_list 1 2 3 4)" --subnet "$(subnet 4)"
	bpf_note
	quiet 4
	sniff 1 2 3 4
	reach 1 "2 3 4" dst "$ALL" src "$A" len 60
	reach 4 "" dst "$ALL" src "$(mac 4)" len 60
}

# Both hosts mirror all they have into the cable between them.
two_face_to_face() {
	local h
	underlay 2
	host_up 1 1 2
	host_up 2 3 4
	ip link add c1 netns "$(hostns 1)" type veth peer name c2 netns "$(hostns 2)"
	quiet 1 2 3 4
	for h in 1 2; do
		far "$h" sysctl -qw "net.ipv6.conf.c$h.disable_ipv6=1"
		far "$h" ip link set "c$h" up
		host "$h" port add cable type dev dev "c$h" || bad "port add: $?"
		host "$h" mirror add all to cable || bad "mirror add: $?"
	done
	sniff 1 2 3 4
	reach 1 "2" dst "$ALL" src "$A" len 60
	reach 3 "4" dst "$ALL" src "$(mac 3)" len 60
	fence
	for h in 1 2; do
		equal "copies of host $h" "$(on "$h" '.[0].packets' -s mirror show)" 1
		wait_until 3000 at_least 1 on "$h" '.[0].stats.drops.mirror_port // 0' \
			-s port show cable || bad "host $h got no copy"
		equal "copies that came" "$(on "$h" '.[0].stats.drops.mirror_port' -s port show cable)" 1
	done
}

# in_vlan H VID PORT...: access ports
in_vlan() {
	local h=$1 vid=$2 p
	shift 2
	for p; do host "$h" port set "$p" mode access tag "$vid" || bad "port set: $?"; done
}

# Remote SPAN: host 1 copies into VLAN 500 of a tunnel, host 2 hands that VLAN to guest 4. The
# guests' own VLAN goes by another tunnel, and addresses are learned from that alone.
remote_span() {
	underlay 2 9000
	host_up 1 1 2
	host_up 2 3 4
	tunnel tun0 type vxlan key 100 mtu 1500 mode trunk trunks 10
	tunnel span type vxlan key 200 mtu 1600
	host 2 port set span mode trunk trunks 500 learning off || bad "port set: $?"
	in_vlan 1 10 "$(port 1)" "$(port 2)"
	in_vlan 2 10 "$(port 3)"
	in_vlan 2 500 "$(port 4)"
	quiet 1 2 3 4
	sniff 2 3 4
	host 1 mirror add m1 from "$(port 1):in" to span tag 500 || bad "mirror add: $?"
	reach_far 1 "2 3 4" 4 dst "$ALL" src "$A" len 60
	equal "entry of host 2" "$(host 2 -j fdb get "$A" vlan 10 | jq -r '.[0].port')" tun0
	expect 3 host 2 fdb get "$A" vlan 500
	send 2 dst "$ALL" src "$B" len 60
	reach_far 1 "2 4" 4 dst "$B" src "$A" len 60
	# what comes back by it ends there, and nothing is learned from it
	send 4 dst "$ALL" src "$(mac 4)" len 60
	came_back() { on 1 '.[0].stats.drops.mirror_port // 0' -s port show span; }
	wait_until 3000 at_least 1 came_back || bad "not dropped"
	expect 3 host 1 fdb get "$(mac 4)" vlan 500
	# a stream to guest 3: whole in the one tunnel, whole in the other
	unsniff
	stream "$(ip4 3)" 1 3 "" 10000000
	equal "lost" "$(on 1 '.[0].lost' -s mirror show m1)" 0
	[ "$(mean 4)" -gt 4000 ] || bad "packets of $(mean 4) bytes: copies are cut up"
	carried_whole
}

# A copy to each remote, with its own header; the frame itself goes to its own place.
several_remotes() {
	local h
	underlay 3
	host_up 1 1 2
	host_up 2 3 4
	host_up 3 5 6
	tunnel tun0 type vxlan key 100 mode trunk trunks 10
	host 1 port add span type vxlan remote "$(under4 2),$(under4 3)" key 200 || bad "port add: $?"
	for h in 2 3; do
		host "$h" port add span type vxlan remote "$(under4 1)" key 200 mode access tag 500 ||
			bad "port add: $?"
		in_vlan "$h" 500 "$(port $((2 * h)))"
	done
	in_vlan 1 10 "$(port 1)" "$(port 2)"
	in_vlan 2 10 "$(port 3)"
	in_vlan 3 10 "$(port 5)"
	quiet 1 2 3 4 5 6
	sniff 2 3 4 5 6
	host 1 mirror add m1 from "$(port 1):in" to span || bad "mirror add: $?"
	reach_far 1 "2 3 4 6" 6 dst "$ALL" src "$A" len 60
	send 2 dst "$ALL" src "$B" len 60
	reach_far 1 "2 4 6" 4 dst "$B" src "$A" len 300
	send 3 dst "$ALL" src "$(mac 3)" len 60
	reach_far 1 "3 4 6" 6 dst "$(mac 3)" src "$A" len 300
	# each of them and its control frame, to two remotes
	equal "copies" "$(on 1 '.[0].packets' -s mirror show m1)" 12
	equal "lost" "$(on 1 '.[0].lost' -s mirror show m1)" 0
	expect 2 host 1 port del span
	host 1 mirror del m1 || bad "mirror del: $?"
	expect 0 host 1 port del span
}

# Ports at XDP: frames of mirrors go by tc, the others as fast as ever.
with_xdp() {
	local n
	undo xsw down
	xsw up || bad "up: exit $?"
	for n in 1 2 3 4; do
		xsw port add "$(port "$n")" address "$(ip4 "$n")/24" hook xdp || bad "port add: $?"
		OUTER[$n]=sw0p$n
	done
	bpf_note
	quiet 1 2 3 4
	sniff 1 2 3 4
	learn 1
	learn 2
	learn 3
	mirror m1 from "$(port 1):in" to "$(port 4)"
	reach 1 "2 4" dst "$B" src "$A" len 60
	reach 1 "2 3 4" dst "$ALL" src "$A" len 60
	reach 2 "1 3" dst "$ALL" src "$B" len 60
	reach 2 "3" dst "$(mac 3)" src "$B" len 60
	cfg mirror del m1
	mirror m1 from "$(port 2):out" to "$(port 4)" tag 5
	from 1 "$B" "$A" <<-ROWS
		-	2=- 4=5
	ROWS
	from 1 "$ALL" "$A" <<-ROWS
		-	2=- 3=- 4=5
	ROWS
	from 4 <<-ROWS
		-	mirror_port
	ROWS
	cfg mirror del m1
	reach 1 "2" dst "$B" src "$A" len 60
	reach 1 "2 3 4" dst "$ALL" src "$A" len 60
}

# Mirrors come and go while frames pass: each frame arrives at 2 once, and at 4 once or not at all.
while_frames_pass() {
	local i want=300 got
	four
	learn 1
	learn 2
	unsniff
	sniff 2 4
	"$XFRAME" -n "$P"1 send eth0 --count "$want" --rate 500 dst "$B" src "$A" len 60 &
	i=$!
	undo reap "$i"
	while kill -0 "$i" 2>/dev/null; do
		cfg mirror add m1 from "$(port 1)" from "$(port 2)" to "$(port 4)" tag 5
		cfg mirror del m1
	done
	UNDERWAY=1
	arrived
	equal "frames at 2" "$(frames 2 | wc -l)" "$want"
	got=$(frames 4 | wc -l)
	[ "$got" -gt 0 ] || bad "no copies"
	[ "$got" -le "$want" ] || bad "$got copies"
	equal "other frames at 4" "$(frames 4 | grep -vc "${B//:/}${A//:/}81000005")" 0
}

# What a kill leaves is the old state or the new one, for frames and for the next command.
killed() { # VERB...
	local n=$1
	sound "$n"
	expect 0 xsw mirror show
	case $OUT in
	'') reach 1 "2 3 4" dst "$ALL" src "$A" len 60 ;;
	*) reach 1 "2 3 4" dst "$ALL" src "$A" len 61
	   reach 4 "" dst "$ALL" src "$(mac 4)" len 60 ;;
	esac
}

# Ports are what the mirrors make of them, and nothing else, once a writer has been there.
sound() {
	local want=0
	xsw port set "$(port 3)" flood on || bad "killed at $1: the next command fails"
	[ -z "$(xsw mirror show)" ] || want=2
	equal "killed at $1: taps" "$(bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/taps" |
		jq '[.[].formatted.value | select(.in + .out + .output != 0)] | length')" "$want"
	equal "killed at $1: records" "$(bpftool -j map dump pinned \
		"$XSWITCH_BPFFS/xswitch/$SW/maps/mirrors" |
		jq '[.[].formatted.value | select(.flags != 0 or .legs != 0)] | length')" $((want / 2))
}

killed_at_every_step() {
	local n
	four
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" mirror add m1 from "$(port 1)" to "$(port 4)" || break
		killed "$n"
		xsw mirror del m1 2>/dev/null
	done
	[ "$n" -gt 5 ] || bad "$n points of mirror add"
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw mirror add m1 from "$(port 1)" to "$(port 4)"
		crashes "$n" mirror del m1 || break
		killed "$n"
		xsw mirror del m1 2>/dev/null
	done
	[ "$n" -gt 4 ] || bad "$n points of mirror del"
	# the repair itself
	for ((n = 2; n < 12; n++)); do
		crashes "$n" mirror add m1 from "$(port 1)" to "$(port 4)" || break
		crashes 2 port set "$(port 3)" flood on || :
		killed "$n"
		xsw mirror del m1 2>/dev/null
	done
	return 0
}

# The table is replaced, the mirrors stay.
a_new_table() {
	four
	mirror m1 from "$(port 1):in" to "$(port 4)" tag 5
	cfg set fdb_size 1000
	bpf_note
	from 1 <<-ROWS
		-	2=- 3=- 4=5
	ROWS
	from 4 <<-ROWS
		-	mirror_port
	ROWS
	copied m1 .packets 1
}

run_case "hub none" directions
run_case "hub none" once
run_case "hub none" later_ports
run_case "hub none" stopped_frames
run_case "hub none" output_port
run_case "hub none" forms_and_vlans
run_case "hub none" of_transparent_ports
run_case "hub none" a_wire
run_case - whole_packets
run_case - lost_copies
run_case - two_face_to_face
run_case - remote_span
run_case - several_remotes
run_case - with_xdp
run_case - while_frames_pass
run_case - killed_at_every_step
run_case - a_new_table
finish
