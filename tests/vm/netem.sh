#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Lines that lose, delay, repeat and reorder: netem on the inner device of a port. What the
# switch counts is what arrived.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

A=$(mac 1) B=$(mac 2)
FRAMES=400

# netem WORDS: on what namespace 1 sends
netem() {
	ns 1 tc qdisc replace dev eth0 root netem limit 10000 "$@" || bad "tc: netem $*"
}

up2() {
	needs sch_netem
	sw_up 2
	quiet 1 2
	sniff 1 2
	send 2 dst "$ALL" src "$B"
	fence
	# port 1 opens before port 2: what its namespace said in between had nowhere to go
	DROPS=$(counter 1 .drops)
}

no_drops() { equal "drops" "$(counter 1 .drops)" "$DROPS"; }

rx() { ip -j -s link show "${OUTER[1]}" | jq '.[0].stats64.rx.packets'; }
# what the qdisc still holds
backlog() { ns 1 tc -s -j qdisc show dev eth0 | jq '[.[].qlen] | add'; }
drained() { [ "$(backlog)" = 0 ]; }
total() { counter "$1" ".$2 | to_entries | map(.value.packets) | add"; }

# Frames to B through the line: as many are counted in, are counted out and arrive as came off it.
through() { # MIN MAX
	local in out wire got
	in=$(total 1 rx) out=$(total 2 tx) wire=$(rx)
	forget
	"$XFRAME" -n "$(ns_name 1)" send eth0 --count "$FRAMES" dst "$B" src "$A"
	wait_until 10000 drained || bad "$(backlog) frames stay in the queue"
	fence
	wire=$(($(rx) - wire))
	equal "frames the switch counts in" $(($(total 1 rx) - in)) "$wire"
	equal "frames it counts out" $(($(total 2 tx) - out)) "$wire"
	got=$(frames 2 | wc -l)
	equal "frames that arrive" "$got" "$wire"
	if [ "$wire" -lt "$1" ] || [ "$wire" -gt "$2" ]; then bad "$wire frames came off the line"; fi
	equal "kinds of frames that arrive" "$(frames 2 | sort -u | wc -l)" 1
	no_drops
}

a_line_that_loses() {
	up2
	netem loss 30%
	through $((FRAMES / 2)) $((FRAMES * 9 / 10))
}

a_line_that_delays_and_reorders() {
	up2
	netem delay 20ms 10ms
	through "$FRAMES" "$FRAMES"
}

a_line_that_repeats() {
	up2
	netem duplicate 30%
	through $((FRAMES * 11 / 10)) $((FRAMES * 3 / 2))
}

round_trips_take_as_long() {
	local ms
	up2
	netem delay 100ms
	ms=$(ns 1 ping -qc3 -i0.2 -W5 "$(ip4 2)" | sed -nE 's|^rtt [^=]*= ([0-9]+)\..*|\1|p')
	[ "${ms:-0}" -ge 100 ] || bad "a round trip of \"$ms\" ms"
}

# Loss, delay and a rate at once, and whole segments to be cut for it.
tcp_over_a_bad_line() {
	up2
	netem delay 5ms loss 1% rate 50mbit
	tcp "$(ip4 2)" 1 2 1000000
	tcp "$(ip4 1)" 2 1 1000000
	no_drops
}

run_case - a_line_that_loses
run_case - a_line_that_delays_and_reorders
run_case - a_line_that_repeats
run_case - round_trips_take_as_long
run_case - tcp_over_a_bad_line
finish
