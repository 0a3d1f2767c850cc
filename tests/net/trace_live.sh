#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# trace --live: what is told of real frames is what became of them, and who looks changes nothing.
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

A=$(mac 1) B=$(mac 2) C=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff
OURS="ether[6:4] & 0xfeffff00 = 0x025e5e00"

is_at() { [ "${XSW_FORCE_ATTACH:-tcx}" = "$1" ]; }

# told NAME REGEX: a line that matches has come, or comes
told() { wait_until 5000 grep -Eq -- "$2" "$CASE/$1" || bad "$1: no \"$2\" in: $(<"$CASE/$1")"; }

lines() { wc -l <"$CASE/$1"; }

# $1: the end of a line that begins with a time and PORT SRC > DST
line() { echo "^20[0-9-]+T[0-9:.]+Z $(port "$1") $2 > $3$4$"; }

verdicts() {
	sw_up 3
	watch t trace --live "$OURS"
	send 1 dst "$B" src "$A"
	told t "$(line 1 "$A" "$B" " type 0x88b5 len 60: flooded to $(port 2) \(untagged\), $(port 3) \(untagged\)")"
	send 2 dst "$A" src "$B"
	told t "$(line 2 "$B" "$A" " type 0x88b5 len 60: forwarded to $(port 1) \(untagged\)")"
	send 1 dst "$ALL" src 03:5e:5e:00:00:01 vlan 7 type 0x0800
	told t "$(line 1 03:5e:5e:00:00:01 "$ALL" " tag .*7 type 0x0800 len 60: dropped: src_group: .*")"
	send 3 dst "$C" src "$C"
	told t "$(line 3 "$C" "$C" " type 0x88b5 len 60: dropped: same_port: .*")"
	cfg port set "$(port 2)" state down
	send 1 dst "$B" src "$A"
	told t "$(line 1 "$A" "$B" " .*: dropped: egress_down: .*")"
	unwatch t
	equal "lines" "$(lines t)" 5
	equal "stderr" "$(<"$CASE/t.err")" looking
}

json_is_an_object_a_line() {
	sw_up 3
	watch j -j trace --live "$OURS"
	send 1 dst "$ALL" src "$A" vlan 9
	send 1 dst "$ALL" src 03:5e:5e:00:00:01
	told j src_group
	unwatch j
	equal "types" "$(jq -r type "$CASE/j" | sort | uniq -c | tr -s ' ')" " 2 object"
	equal "first" "$(jq -c 'select(.frame == 1) | [.port, .src, .dst, .type, .len, .verdict, .class,
		.copies, .learned, [.targets[].port]]' "$CASE/j")" \
		"[\"$(port 1)\",\"$A\",\"$ALL\",\"0x88b5\",60,\"flooded\",\"broadcast\",2,\"new\",[\"$(port 2)\",\"$(port 3)\"]]"
	equal "second" "$(jq -c 'select(.frame == 2) | [.verdict, .reason, .copies]' "$CASE/j")" \
		'["dropped","src_group",0]'
	equal "times" "$(jq -s '[.[] | select(.time | sub("\\.[0-9]+Z"; "Z") | fromdateiso8601 |
		(now - .) | fabs > 60)] | length' "$CASE/j")" 0
}

details_are_steps() {
	sw_up 2
	watch d -d trace --live "$OURS"
	send 1 dst "$B" src "$A"
	told d "^12 send "
	unwatch d
	equal "steps" "$(sed -n 's/^ *\([0-9]*\) [a-z].*/\1/p' "$CASE/d" | uniq | tr '\n' ' ')" \
		"1 2 3 4 5 6 7 8 9 10 11 12 "
}

choices() {
	sw_up 3
	cfg fdb add "$B" dev "$(port 2)"
	watch drops trace --live --drops "$OURS"
	watch two trace --live --port "$(port 2)" "$OURS"
	watch count trace --live --count 2 "$OURS"
	watch vlan trace --live vlan 30 and ether src "$A"
	send 1 dst "$B" src "$A"
	send 1 dst "$ALL" src 03:5e:5e:00:00:01
	send 3 dst "$A" src "$C"
	ended count 0
	send 1 dst "$B" src "$A" vlan 30
	send 2 dst "$A" src "$B"
	told two "$B > $A"
	unwatch drops
	unwatch two
	unwatch vlan
	equal "drops" "$(lines drops) $(grep -c 'dropped: src_group' "$CASE/drops")" "1 1"
	# not what is for port 1 alone, nor what is stopped at port 1
	equal "of port 2" "$(sed 's/.* \([^ ]*\) > .*/\1/' "$CASE/two" | tr '\n' ' ')" "$A $A $B "
	equal "count" "$(lines count)" 2
	equal "of VLAN 30" "$(lines vlan)" 1
	expect 3 xsw trace --live --port nobody
	expect 1 xsw trace --live host
	expect 1 xsw trace --live --nonsense
	expect 3 xsw -S none trace --live
}

# A million looks change nothing: what is decided is not learned, metered or counted twice.
looking_changes_nothing() {
	local before
	sw_up 3
	cfg port set "$(port 1)" storm broadcast 10pps
	# 10 pps with a burst of 100 ms: one at once, and both would pay for it
	watch t trace --live "$OURS"
	before=$(counter 1 .rx.broadcast.packets)
	send 1 --count 200 dst "$ALL" src "$A"
	wait_until 5000 at_least $((before + 200)) counter 1 .rx.broadcast.packets || bad "not all came"
	wait_until 5000 at_least 200 lines t || bad "$(lines t) told"
	unwatch t
	# the same frames passed for both, within the one or two that a moment makes
	local told passed
	told=$(grep -c 'dropped: storm' "$CASE/t")
	passed=$(counter 1 .drops.storm)
	at_least -3 echo $((told - passed)) || bad "$told told, $passed were"
	at_least -3 echo $((passed - told)) || bad "$told told, $passed were"
	[ "$passed" -ge 150 ] || bad "the limit did not hold: $passed"
	equal "learned" "$(xsw -j fdb get "$A" | jq -r '.[0].port')" "$(port 1)"
}

outlives_what_it_looks_at() {
	sw_up 2
	watch t trace --live "$OURS"
	xsw down || bad "down"
	ended t 3
	like "message" "$(<"$CASE/t.err")" "switch sw0 is gone"
}

nobody_reads() {
	sw_up 2
	mkfifo "$CASE/fifo"
	: >"$CASE/p.err"
	"$TOOL" -v trace --live >"$CASE/fifo" 2>"$CASE/p.err" &
	BG[p]=$!
	undo reap $!
	exec 7<"$CASE/fifo"
	wait_until 5000 grep -q looking "$CASE/p.err" || bad "it does not start"
	exec 7<&-
	ended p 0
	wait_until 5000 no_watchers || bad "its program is left"
}

# More than can be told, while it is stopped: how many is told in the stream.
lost_ones_are_counted() {
	[ -z "${XSW_VM:-}" ] || skip "too slow to send so many within a lease"
	sw_up 2
	cfg set fdb_size 100000
	watch l trace --live "ether[6:4] = 0x025e5e00"
	kill -STOP "${BG[l]}"
	"$XFRAME" -n "$P"1 send eth0 --macs 20000 dst "$ALL" src 02:5e:5e:00:00:00
	kill -CONT "${BG[l]}"
	all_told() { [ "$(sum_of_all)" = 20000 ]; }
	wait_until 10000 all_told || bad "$(sum_of_all) told"
	unwatch l
	like "stderr" "$(<"$CASE/l.err")" "[0-9]+ frames were lost"
}
sum_of_all() { awk '/ lost [0-9]+$/ { n += $NF; next } { n++ } END { print n + 0 }' "$CASE/l"; }

# Writers and watchers do not stand in each other's way.
beside_writers() {
	local i
	sw_up 3
	watch a trace --live "$OURS"
	watch b trace --live "$OURS"
	for i in 1 2 3; do
		cfg port set "$(port 3)" isolated on
		cfg port set "$(port 3)" isolated off
		cfg fdb flush
	done
	is_at xdp && equal "watched" "$(conf_watch 3)" 1
	send 1 dst "$ALL" src "$A"
	told a "flooded to $(port 2)"
	told b "flooded to $(port 2)"
	unwatch a
	unwatch b
}

run_case - verdicts
run_case - json_is_an_object_a_line
run_case - details_are_steps
run_case - choices
run_case - looking_changes_nothing
run_case - outlives_what_it_looks_at
run_case - nobody_reads
run_case - lost_ones_are_counted
run_case - beside_writers
finish
