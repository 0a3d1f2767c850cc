#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fdb monitor: what happens to entries, told by frames and commands; who listens and who may.
#
#	1 ---+--- 2
#	     +--- 3
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2)
ALL=ff:ff:ff:ff:ff:ff
declare -A LISTENER=()

# listen NAME [OPTION...] [-- WORD...]: a monitor in the background; its output is $CASE/NAME
listen() {
	local name=$1 options=()
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	"$TOOL" -v "${options[@]}" fdb monitor "$@" >"$CASE/$name" 2>"$CASE/$name.err" &
	LISTENER[$name]=$!
	undo reap $!
	wait_until 5000 grep -q listening "$CASE/$name.err" || bad "$name: $(<"$CASE/$name.err")"
}

# told NAME REGEX: a line that matches has come, or comes
told() { wait_until 5000 grep -Eq -- "$2" "$CASE/$1" || bad "$1: no \"$2\" in: $(<"$CASE/$1")"; }

# ended NAME STATUS
ended() {
	local got
	wait "${LISTENER[$1]}"
	got=$?
	equal "exit status of $1 ($(<"$CASE/$1.err"))" "$got" "$2"
}

speak() { send "$1" dst "$ALL" src "${@:2}"; }

everything_is_told() {
	sw_up 3
	listen m
	speak 1 "$A"
	told m "^learned $A dev $(port 1) master sw0 dynamic$"
	speak 2 "$A"
	told m "^moved $A dev $(port 2) from $(port 1) master sw0 dynamic$"
	speak 3 "$B" vlan 7
	told m "^learned $B dev $(port 3) vlan 7 master sw0 dynamic$"
	cfg fdb add 02:00:00:00:00:01 dev "$(port 1)" vlan 9
	told m "^set 02:00:00:00:00:01 dev $(port 1) vlan 9 master sw0 static$"
	cfg fdb del 02:00:00:00:00:01 vlan 9
	told m "^deleted 02:00:00:00:00:01 dev $(port 1) vlan 9 master sw0 static$"
	cfg fdb flush dev "$(port 2)"
	told m "^flushed dev $(port 2) master sw0$"
	cfg fdb flush vlan 7
	told m "^flushed vlan 7 master sw0$"
	cfg fdb flush
	told m "^flushed master sw0$"
	cfg set ageing 200ms
	speak 1 "$A"
	told m "^aged $A dev $(port 1) master sw0"
	kill "${LISTENER[m]}"
	ended m 0
	equal "stderr" "$(<"$CASE/m.err")" listening
}

limits_are_told() {
	sw_up 3
	listen m
	cfg set max_learned 8
	"$XFRAME" -n "$P"1 send eth0 --macs 20 dst "$ALL" src 02:5e:5e:01:00:00
	told m "^limit 02:5e:5e:.* dev $(port 1) master sw0 of switch$"
	cfg fdb flush
	cfg set max_learned none
	cfg vlan set vid 5 max_learned 3
	"$XFRAME" -n "$P"1 send eth0 --macs 20 dst "$ALL" src 02:5e:5e:02:00:00 vlan 5
	told m "^limit 02:5e:5e:.* dev $(port 1) vlan 5 master sw0 of vlan$"
	equal "in the VLAN" "$(xsw -j fdb show vlan 5 | jq '[.[] | select(.mac < "02:5e:5f")] | length')" 3
	cfg set fdb_size 32
	"$XFRAME" -n "$P"2 send eth0 --macs 100 dst "$ALL" src 02:5e:5e:03:00:00
	told m "^full 02:5e:5e:.* dev $(port 2) master sw0$"
}

flapping_is_told() {
	local i
	sw_up 3
	cfg set flap_limit 3 flap_window 5
	listen m
	for i in 1 2 3 4; do
		speak 1 "$A"
		speak 2 "$A"
		sniffed "$A" || :
	done
	told m "^flap $A dev $(port 1) from $(port 2) master sw0"
	equal "flags" "$(xsw -j fdb get "$A" | jq -c '.[0] | [.port, .flags]')" "[\"$(port 1)\",[\"held\"]]"
	like "text" "$(xsw fdb get "$A")" " held$"
	equal "held" "$(xsw -j show | jq '.[0].fdb.held')" 1
}
sniffed() { xsw fdb get "$1" >/dev/null; }

json_is_one_array() {
	sw_up 3
	listen j -j
	listen t -d
	speak 1 "$A"
	speak 2 "$A" vlan 3
	told j "$A.*\"vlan\":3"
	told t "^20[0-9-]*T[0-9:.]*Z learned $A"
	kill -INT "${LISTENER[j]}"
	ended j 0
	equal "type" "$(jq -r type "$CASE/j")" array
	equal "event" "$(jq -c --arg a "$A" '[.[] | select(.mac == $a)] | map([.event, .port, .vlan, .state])' \
		"$CASE/j")" "[[\"learned\",\"$(port 1)\",null,\"dynamic\"],[\"learned\",\"$(port 2)\",3,\"dynamic\"]]"
	equal "times" "$(jq '[.[] | select(.time | fromdateiso8601? // (sub("\\.[0-9]+Z"; "Z") |
		fromdateiso8601) | (now - .) | fabs > 60)] | length' "$CASE/j")" 0
	listen e -j -- vlan 4000
	kill "${LISTENER[e]}"
	ended e 0
	equal "nothing" "$(<"$CASE/e")" "[]"
}

filters_choose() {
	sw_up 3
	listen d -- dev "$(port 2)"
	listen v -- vlan 10
	listen m
	speak 1 "$A"
	speak 1 "$A" vlan 10
	speak 3 "$B"
	speak 2 "$B" # moved: both ports are concerned
	cfg fdb flush dev "$(port 2)"
	cfg fdb flush vlan 10
	told m "^flushed vlan 10"
	told d "^moved $B dev $(port 2) from $(port 3)"
	told d "^flushed dev $(port 2)"
	told v "^learned $A dev $(port 1) vlan 10"
	told v "^flushed vlan 10"
	equal "others" "$(grep -c "$A" "$CASE/d") $(grep -c "$B" "$CASE/v")" "0 0"
	expect 3 xsw fdb monitor dev nobody
	expect 1 xsw fdb monitor nonsense
	expect 3 xsw -S none fdb monitor
}

slots() { bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/sw0/maps/listeners" |
	jq '[.[].formatted.value.until | select(. > 0)] | length'; }
no_slots() { [ "$(slots)" = 0 ]; }

eight_may_listen() {
	local i
	sw_up 2
	for i in 1 2 3 4 5 6 7 8; do listen m"$i"; done
	equal "slots" "$(slots)" 8
	expect 2 xsw fdb monitor
	like "message" "$ERR" "8 listeners already"
	speak 1 "$A"
	for i in 1 2 3 4 5 6 7 8; do told m"$i" "^learned $A"; done
	# one that ends makes room at once, one that is killed in three seconds
	kill "${LISTENER[m3]}"
	ended m3 0
	listen n
	kill -KILL "${LISTENER[m4]}"
	wait "${LISTENER[m4]}"
	again() { timeout 1 "$TOOL" -v fdb monitor >/dev/null 2>"$CASE/late"; grep -q ^listening "$CASE/late"; }
	wait_until 8000 again || bad "no room after a kill"
	speak 2 "$B"
	told n "^learned $B"
	told m8 "^learned $B"
}

it_outlives_a_resize_and_not_the_switch() {
	sw_up 2
	listen m -j
	cfg set fdb_size 1000
	speak 1 "$A"
	told m "$A"
	cfg set ageing 200ms
	told m '"aged"'
	xsw down
	ended m 3
	like "message" "$(<"$CASE/m.err")" "switch sw0 is gone"
	equal "type" "$(jq -r type "$CASE/m")" array
	# and not another one of that name
	sw_up 2
	listen n
	xsw down
	sw_up 2
	ended n 3
}

# A pipe whose reader has gone ends it, with or without something to say.
nobody_reads() {
	sw_up 2
	mkfifo "$CASE/fifo"
	"$TOOL" -v fdb monitor >"$CASE/fifo" 2>"$CASE/p.err" &
	LISTENER[p]=$!
	undo reap $!
	exec 7<"$CASE/fifo"
	wait_until 5000 grep -q listening "$CASE/p.err" || bad "it does not start"
	exec 7<&-
	ended p 0
	wait_until 2000 no_slots || bad "the slot is still taken"
}

# Stopped while more comes than the ring holds: what was lost is counted.
lost_ones_are_counted() {
	local lost got
	sw_up 2
	cfg set fdb_size 100000
	listen m
	kill -STOP "${LISTENER[m]}"
	"$XFRAME" -n "$P"1 send eth0 --macs 50000 dst "$(mac 1 9)" src 02:5e:5e:00:00:00
	kill -CONT "${LISTENER[m]}"
	told m "^lost "
	kill "${LISTENER[m]}"
	wait "${LISTENER[m]}"
	lost=$(awk '/^lost/ { n += $NF } END { print n }' "$CASE/m")
	got=$(grep -c "^learned 02:5e:5e" "$CASE/m")
	like "stderr" "$(<"$CASE/m.err")" "$lost events were lost"
	at_least 20000 echo "$got" || bad "$got came, $lost were lost"
	at_least 50000 echo $((lost + got)) || bad "$got came, $lost were lost"
}

# Two listeners each get everything; nobody waits for the writers' lock.
readers_take_no_lock() {
	sw_up 2
	exec 8<"$XSWITCH_BPFFS/xswitch"
	flock 8
	listen m
	speak 1 "$A"
	told m "^learned $A"
	kill "${LISTENER[m]}"
	ended m 0
	exec 8<&-
}

run_case - everything_is_told
run_case - limits_are_told
run_case - flapping_is_told
run_case - json_is_one_array
run_case - filters_choose
run_case - eight_may_listen
run_case - it_outlives_a_resize_and_not_the_switch
run_case - nobody_reads
run_case - lost_ones_are_counted
run_case - readers_take_no_lock
finish
