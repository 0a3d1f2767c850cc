#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A command in a time namespace: CLOCK_MONOTONIC and CLOCK_BOOTTIME are hours away from those of the
# kernel, by which the switch tells times. Ages, orders, rates and times of day are right all the same.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../monitor_lib.sh
. "$TESTS/monitor_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../agent_lib.sh
. "$TESTS/agent_lib.sh"

A=$(mac 1) B=$(mac 2)
AHEAD=36000

# A tool that is in another time namespace, ahead by so many seconds or behind.
away() { # SECONDS
	local real=$TOOL behind=$1
	unshare --time true 2>/dev/null || skip "no time namespaces"
	# no clock may be negative
	[ "$1" -ge 0 ] || behind=-$(($(cut -d. -f1 /proc/uptime) / 2))
	cat >"$CASE/away" <<-EOF
		#!/bin/sh
		exec unshare --time --monotonic $behind --boottime $behind --fork --kill-child=TERM "$real" "\$@"
	EOF
	chmod +x "$CASE/away"
	TOOL=$CASE/away
	[ "$(unshare --time --monotonic "$behind" --fork cut -d. -f1 /proc/self/timens_offsets | head -n 1 |
		awk '{ print $2 }')" = "$behind" ] || bad "no other time"
}

age_of() { xsw -j -s fdb get "$1" | jq ".[0].used"; }

ages_are_right() { # SECONDS
	away "$1"
	sw_up 2
	sniff 1 2
	reach 1 2 dst ff:ff:ff:ff:ff:ff src "$A"
	[ "$(age_of "$A")" -lt 60 ] || bad "used $(age_of "$A") s ago"
	# an entry that comes back, and one that is moved to another table, have the times they had
	xsw fdb add "$B" dev "$(port 2)" dynamic || bad "fdb add"
	printf '%s\n' "fdb flush" "fdb del 02:00:00:00:00:99" >"$CASE/batch"
	expect 3 xsw -b "$CASE/batch"
	cfg set fdb_size 2000
	fdb_is "$A" 1
	[ "$(age_of "$B")" -lt 60 ] || bad "used $(age_of "$B") s ago"
	equal "clock" "$(xsw -j doctor --check clock)" "[]"
	cfg set ageing 100ms
	aged() { [ -z "$(fdb_port "$A")$(fdb_port "$B")" ]; }
	wait_until 10000 aged || bad "does not age"
}

# Events of the kernel, of devices and of commands are one order, and are told soon.
events_are_told_in_order() { # SECONDS
	local now before
	away "$1"
	sw_up 2
	sniff 1 2
	listen m -d -j -- fdb config link dev "$(port 1)"
	before=$(date +%s)
	cfg port set "$(port 1)" mtu 1400
	reach 1 2 dst ff:ff:ff:ff:ff:ff src "$A"
	told m "$A"
	cfg port set "$(port 1)" mtu 1500
	told m "mtu.*1500"
	now=$(date +%s)
	cfg fdb flush dev "$(port 1)"
	told m flush
	equal "commands" "$(jq -r 'select(.kind == "config") | .words | join(" ")' "$CASE/m" | paste -sd,)" \
		"mtu 1400,mtu 1500"
	jq -es 'map(.time) | . == sort' "$CASE/m" >/dev/null || bad "out of order: $(<"$CASE/m")"
	jq -es --argjson from $((before - 5)) --argjson to $((now + 60)) 'map(.time |
		sub("\\.[0-9]+"; "") | fromdateiso8601) | all(. >= $from and . <= $to)' "$CASE/m" >/dev/null ||
		bad "not of $before to $now: $(<"$CASE/m")"
}

rates_are_of_real_seconds() { # SECONDS
	away "$1"
	sw_up 2
	"$XFRAME" -n "$P"1 send eth0 --rate 200 --count 100000 dst "$B" src "$A" &
	undo reap $!
	expect 0 xsw -j stats dev "$(port 1)" --watch 500ms --count 3
	jq -es 'length == 3 and all(.interval > 0.1 and .interval < 300)' <<<"$OUT" >/dev/null ||
		bad "intervals: $OUT"
	# as many as were counted since, or some less
	jq -es --argjson n "$(counter 1 ".rx.unknown.packets")" '[.[] | .rates.rx.unknown.packets * .interval] |
		add | . > 0 and . <= $n + 1' <<<"$OUT" >/dev/null || bad "rates: $OUT"
}

a_live_trace_has_the_time_of_day() { # SECONDS
	local before
	away "$1"
	sw_up 2
	before=$(date +%s)
	"$TOOL" -v -j trace --live --count 1 ether src "$A" >"$CASE/t" 2>"$CASE/t.err" &
	undo reap $!
	wait_until 10000 grep -q looking "$CASE/t.err" || bad "trace: $(<"$CASE/t.err")"
	send 1 dst "$B" src "$A"
	wait_until 10000 test -s "$CASE/t" || bad "nothing is traced"
	jq -e --argjson from $((before - 5)) '.time | if type == "number" then . else
		sub("\\.[0-9]+"; "") | fromdateiso8601 end | . >= $from and . < $from + 600' "$CASE/t" >/dev/null ||
		bad "not of $before: $(<"$CASE/t")"
}

an_agent_follows() { # SECONDS
	away "$1"
	sw_up 2
	agent g
	ns 2 ip link set eth0 down
	said g "port $(port 2): device sw0p2 lost carrier"
	ns 2 ip link set eth0 up
}

for seconds in $AHEAD -$AHEAD; do
	run_case - ages_are_right "$seconds"
	run_case - events_are_told_in_order "$seconds"
	run_case - rates_are_of_real_seconds "$seconds"
	run_case - a_live_trace_has_the_time_of_day "$seconds"
	run_case - an_agent_follows "$seconds"
done
finish
