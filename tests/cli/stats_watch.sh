#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# stats --watch: rates in text and JSON, over the time that passed; what ends it, what does not.
#
#	1 ---+--- 2
#	     +--- 3
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../bg_lib.sh
. "$TESTS/bg_lib.sh"

A=$(mac 1) B=$(mac 2)

# watch NAME [OPTION...] [-- WORD...]: in the background, every 50 ms; its output is $CASE/NAME
watch() {
	local name=$1 options=()
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	: >"$CASE/$name"
	background "$name" "$TOOL" "${options[@]}" stats "$@" --watch 50ms
	wait_until 5000 test -s "$CASE/$name" || bad "$name: $(<"$CASE/$name.err")"
}

# Numbers and times are any.
shape() { sed -E 's/20[0-9-]+T[0-9:.]+Z/TIME/g; s/(pps|bit\/s|drops|vlan) [0-9.]+/\1 N/g'; }

speed_text() { echo "pps N bit/s N"; }

text_is_a_line_a_port_and_round() {
	local line round
	sw_up 3
	line="rx $(speed_text) tx $(speed_text) drops N"
	expect 0 xsw stats --watch 50ms --count 2
	round=$(printf "%s $line\n" "$(port 1)" "$(port 2)" "$(port 3)")
	equal "text" "$(shape <<<"$OUT")" "$round"$'\n\n'"$round"
	equal "stderr" "$ERR" ""
	expect 0 xsw stats port dev "$(port 2)" --count 1 --watch=50ms
	equal "one port" "$(shape <<<"$OUT")" "$(port 2) $line"
	line="unicast $(speed_text) unknown $(speed_text) multicast $(speed_text)"
	line+=" broadcast $(speed_text)"
	expect 0 xsw -d stats dev "$(port 2)" --watch 50ms --count 1
	like "details" "$(shape <<<"$OUT")" "^TIME $(port 2) rx $(speed_text) tx .* drops N
    rx $line
    tx $line"
}

no_ports_no_lines() {
	xsw up || bad "up: $?"
	undo xsw down
	expect 0 xsw stats --watch 20ms --count 1
	equal "text" "$OUT" ""
	expect 0 xsw -j stats --watch 20ms --count 3
	equal "json" "$OUT" ""
	expect 0 xsw stats vlan --watch 20ms --count 1
	equal "VLANs" "$OUT" ""
}

json_is_an_object_a_line() {
	local want
	sw_up 3
	watch j -j
	send 1 dst "$B" src 00:00:00:00:00:00
	wait_until 5000 grep -q src_zero "$CASE/j" || bad "no src_zero: $(tail -n 3 "$CASE/j")"
	kill "${BG[j]}"
	ended j 0
	while read -r line; do
		jq -e type <<<"$line" >/dev/null || bad "no JSON: $line"
	done < <(head -n 6 "$CASE/j")
	equal "not an object a line" "$(grep -vc '^{.*}$' "$CASE/j")" 0
	equal "keys" "$(jq -c 'keys_unsorted' "$CASE/j" | sort -u)" '["time","interval","port","rates"]'
	equal "rates" "$(jq -c '.rates | keys_unsorted' "$CASE/j" | sort -u)" '["rx","tx","drops"]'
	equal "classes" "$(jq -c '.rates | .rx, .tx | keys_unsorted' "$CASE/j" | sort -u)" \
		'["unicast","unknown","multicast","broadcast"]'
	want='["number","number"]'
	equal "types" "$(jq -c '.rates | .rx, .tx | .[] | [.packets, .bits | type]' "$CASE/j" |
		sort -u)" "$want"
	equal "ports of a round" "$(head -n 3 "$CASE/j" | jq -r .port | xargs)" \
		"$(port 1) $(port 2) $(port 3)"
	equal "rounds have one time" "$(head -n 3 "$CASE/j" | jq -r .time | sort -u | wc -l)" 1
	equal "intervals" "$(jq -s 'all(.[]; .interval >= 0.024 and .interval < 60)' "$CASE/j")" true
	equal "times" "$(jq -rs '[.[].time] | . == sort' "$CASE/j")" true
	# -p changes nothing
	expect 0 xsw -j -p stats --watch 20ms --count 1
	equal "lines with -p" "$(wc -l <<<"$OUT")" 3
}

# What the rates say has come is what the counters say has come.
rates_add_up() {
	local n=3000 got
	sw_up 3
	watch r -j -- dev "$(port 1)"
	"$XFRAME" -n "$P"1 send eth0 --rate 5000 --count "$n" dst "$B" src "$A" len 100
	wait_until 5000 at_least "$n" counter 1 .rx.unknown.packets
	sum() { # KEY: times what it is of
		jq -s "[.[] | .rates.rx.unknown.$1 * .interval] | add | round" "$CASE/r"
	}
	wait_until 5000 at_least "$n" sum packets || bad "only $(sum packets) packets"
	kill "${BG[r]}"
	ended r 0
	for got in "$(sum packets)" $(($(sum bits) / 800)); do
		equal "packets by rates" "$got" "$n"
	done
}

drops_have_their_sentence() {
	sw_up 2
	watch d -- drops
	send 1 dst "$B" src 00:00:00:00:00:00
	wait_until 5000 grep -Eq "^$(port 1) src_zero pps [1-9][0-9.]* the source address is all zero$" \
		"$CASE/d" || bad "no rate: $(tail -n 5 "$CASE/d")"
	wait_until 5000 grep -q "^$(port 1) src_zero pps 0 the source" "$CASE/d" || bad "no end"
	kill "${BG[d]}"
	ended d 0
	expect 0 xsw -j stats drops dev "$(port 1)" --watch 20ms --count 1
	OUT=$(jq -c 'select(.reason == "src_zero")' <<<"$OUT")
	equal "keys" "$(jq -c keys_unsorted <<<"$OUT")" \
		'["time","interval","port","reason","rates","sentence"]'
	equal "rates" "$(jq '.rates == {packets: 0}' <<<"$OUT")" true
	equal "sentence" "$(jq -r .sentence <<<"$OUT")" "the source address is all zero"
	# what never happened is shown with -d
	expect 0 xsw -d stats drops dev "$(port 2)" --watch 20ms --count 1
	like "with -d" "$(shape <<<"$OUT")" "TIME $(port 2) runt pps N shorter than"
	expect 0 xsw stats drops dev "$(port 2)" --watch 20ms --count 1
	equal "without" "$(grep -c runt <<<"$OUT")" 0
}

vlans_have_rates() {
	sw_up 2 --mode trunk
	watch v -- vlan
	send 1 dst "$B" src "$A" vlan 77
	wait_until 5000 grep -Eq "^vlan 77 rx pps [1-9]" "$CASE/v" || bad "no VLAN: $(tail "$CASE/v")"
	wait_until 5000 grep -Eq "^vlan 77 rx pps 0 bit/s 0 tx pps 0 bit/s 0$" "$CASE/v" || bad "no end"
	kill "${BG[v]}"
	ended v 0
	expect 0 xsw -j stats vlan --watch 20ms --count 1
	OUT=$(jq -c 'select(.vlan == 77)' <<<"$OUT")
	equal "keys" "$(jq -c keys_unsorted <<<"$OUT")" '["time","interval","vlan","rates"]'
	equal "rates" "$(jq '{packets: 0, bits: 0} as $none | .rates == {rx: $none, tx: $none}' \
		<<<"$OUT")" true
}

rounds_keep_their_time() {
	local from to
	sw_up 2
	from=${EPOCHREALTIME/./}
	expect 0 xsw -j stats --watch 100ms --count 5
	to=${EPOCHREALTIME/./}
	equal "lines" "$(wc -l <<<"$OUT")" 10
	at_least 500000 echo $((to - from)) || bad "5 rounds in $((to - from)) us"
	# from the first line to the last are four intervals, whatever each of them was
	equal "sum of the intervals" "$(jq -s --argjson us $((to - from)) \
		'[.[] | .interval] | add / 2 | . >= 0.499 and . <= $us / 1000000' <<<"$OUT")" true
}

signals_end_it() {
	local s
	sw_up 2
	for s in INT TERM HUP; do
		watch s
		kill -"$s" "${BG[s]}"
		ended s 0
		equal "stderr after $s" "$(<"$CASE/s.err")" ""
		like "the last line" "$(tail -n 1 "$CASE/s")" "drops [0-9.]+$|^$"
	done
}

nohup_is_meant() {
	sw_up 2
	: >"$CASE/h"
	(
		trap '' HUP
		exec "$TOOL" stats --watch 20ms
	) >"$CASE/h" 2>"$CASE/h.err" &
	BG[h]=$!
	undo reap $!
	wait_until 5000 test -s "$CASE/h" || bad "it does not start"
	kill -HUP "${BG[h]}"
	: >"$CASE/h"
	wait_until 5000 test -s "$CASE/h" || bad "it ended"
	kill "${BG[h]}"
	ended h 0
}

# The legs of a tunnel are one port.
tunnels_are_one_port() {
	sw_up 1
	undo ip link del u0
	ip link add u0 type veth peer name u1
	ip link set u1 up
	ip addr add 192.0.2.1/24 dev u0
	ip link set u0 up
	cfg port add mesh type vxlan remote 192.0.2.2,192.0.2.3 key 7
	watch t -j
	"$XFRAME" -n "$P"1 send eth0 --rate 1000 --count 500 dst "$B" src "$A" len 100
	# one frame in, a copy to each remote
	twice() {
		[ "$(jq -s '[.[] | select(.port == "mesh") | .rates.tx.unknown.packets * .interval] |
			add | round' "$CASE/t")" = 1000 ]
	}
	wait_until 5000 twice || bad "$(tail -n 2 "$CASE/t")"
	kill "${BG[t]}"
	ended t 0
	equal "ports" "$(jq -r .port "$CASE/t" | sort -u | xargs)" "$(printf '%s\n' mesh "$(port 1)" |
		sort | xargs)"
	cfg port del mesh
}

# A reader that leaves ends it, in the middle of a long interval too.
nobody_reads() {
	sw_up 2
	expect 0 bash -c "'$TOOL' stats --watch 20ms | head -n 1"
	like "text" "$OUT" "^$(port 1) rx"
	equal "stderr" "$ERR" ""
	mkfifo "$CASE/fifo"
	"$TOOL" stats --watch 1000 >"$CASE/fifo" 2>"$CASE/p.err" &
	BG[p]=$!
	undo reap $!
	exec 7<"$CASE/fifo"
	# not every kernel tells where it sleeps
	waits() { grep -Eq 'poll|^0$' "/proc/${BG[p]}/wchan"; }
	wait_until 5000 waits || bad "it does not wait: $(<"/proc/${BG[p]}/wchan")"
	exec 7<&-
	ended p 0
	equal "stderr" "$(<"$CASE/p.err")" ""
	expect 2 bash -c "'$TOOL' stats --watch 20ms >/dev/full"
}

# rates NAME: the biggest of any kind, and the smallest
extremes() { jq -cs '[.[].rates | .. | numbers] | [max, min]' "$1"; }

# A port that is made again counts from zero: no negative rate, none of a life.
ports_come_and_go() {
	local max
	sw_up 3
	"$XFRAME" -n "$P"1 send eth0 --count 50000 dst "$B" src "$A"
	wait_until 20000 at_least 50000 counter 1 .rx.unknown.packets || bad "not sent"
	watch c -j
	watch one -j -- dev "$(port 1)"
	cfg port del "$(port 1)"
	gone() { tail -n 2 "$CASE/c" | jq -r .port | grep -c "$(port 1)" | grep -qx 0; }
	wait_until 5000 gone || bad "it stays"
	cfg port add "$(port 1)"
	back() { tail -n 3 "$CASE/c" | jq -r .port | grep -q "$(port 1)"; }
	wait_until 5000 back || bad "it does not come back"
	# without a round in between
	kill -STOP "${BG[c]}"
	cfg port del "$(port 1)"
	cfg port add "$(port 1)"
	cfg port add fresh netns "$P"fresh
	kill -CONT "${BG[c]}"
	new() { grep -q '"port":"fresh"' "$CASE/c"; }
	wait_until 5000 new || bad "the new port is missing"
	kill "${BG[c]}" "${BG[one]}"
	ended c 0
	ended one 0
	equal "negative" "$(extremes "$CASE/c" | jq '.[1] < 0')" false
	# a namespace that comes says a few things: 50000 packets in 50 ms would be a million
	max=$(jq -s '[.[].rates | .rx, .tx | .[].packets] | max' "$CASE/c")
	equal "absurd: $max" "$(jq '. > 20000' <<<"$max")" false
	like "the other watcher" "$(tail -n 1 "$CASE/one")" "\"port\":\"$(port 1)\""
	cfg port del fresh
}

it_outlives_a_resize_and_not_the_switch() {
	sw_up 2
	watch m
	cfg set fdb_size 1000
	: >"$CASE/m"
	grown() { [ "$(wc -l <"$CASE/m")" -gt 6 ]; }
	wait_until 5000 grown || bad "it ended: $(<"$CASE/m.err")"
	xsw down
	ended m 3
	equal "message" "$(<"$CASE/m.err")" "xswitch: switch sw0 is gone"
	# and not another one of that name
	sw_up 2
	watch n -j
	kill -STOP "${BG[n]}"
	xsw down
	sw_up 2
	kill -CONT "${BG[n]}"
	ended n 3
}

readers_take_no_lock() {
	sw_up 2
	exec 8<"$XSWITCH_BPFFS/xswitch"
	flock 8
	expect 0 xsw stats --watch 20ms --count 1
	exec 8<&-
}

bad_input() {
	expect 3 xsw stats --watch 10ms --count 1
	sw_up 2
	expect 1 xsw stats --watch 0
	equal "zero" "$ERR" "xswitch: stats: --watch \"0\" is not valid: expected a time: seconds (300, \
300s) or milliseconds (250ms), 10ms at least, 1000000s at most
hint: xswitch stats help"
	expect 1 xsw stats --watch 9ms
	expect 1 xsw stats --watch 1x
	expect 1 xsw stats --watch=
	expect 1 xsw stats --watch 1000001
	expect 1 xsw stats --watch 1 --count 0
	expect 1 xsw stats --watch 1 --count
	expect 1 xsw stats --watch 1 --count many
	expect 1 xsw stats --watch --watch
	expect 1 xsw stats --watch often
	like "a word" "$ERR" "unknown word \"often\""
	expect 1 xsw stats --count 2
	like "a count alone" "$ERR" "--count is of --watch"
	expect 1 xsw stats vlan dev "$(port 1)" --watch 10ms
	expect 3 xsw stats dev nobody --watch 10ms
	like "a port" "$ERR" "has no port \"nobody\""
}

run_case - text_is_a_line_a_port_and_round
run_case - no_ports_no_lines
run_case - json_is_an_object_a_line
run_case - rates_add_up
run_case - drops_have_their_sentence
run_case - vlans_have_rates
run_case - rounds_keep_their_time
run_case - signals_end_it
run_case - nohup_is_meant
run_case - tunnels_are_one_port
run_case - nobody_reads
run_case - ports_come_and_go
run_case - it_outlives_a_resize_and_not_the_switch
run_case - readers_take_no_lock
run_case - bad_input
finish
