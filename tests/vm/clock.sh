#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The time of day is set, an hour forward and an hour back: ageing, flaps, recovery and rates go on as if
# nothing had happened, what is told from then on has the new time.
#
# Only in a machine of its own: no namespace covers CLOCK_REALTIME.
#
# long
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../monitor_lib.sh
. "$TESTS/monitor_lib.sh"

A=$(mac 1) B=$(mac 2)
ALL=ff:ff:ff:ff:ff:ff
HOUR=3600

# jump SECONDS, and back when the case ends
jump() {
	[ -n "${XSW_VM:-}" ] || skip "the clock of this machine is not ours to set"
	undo date -s "$((-$1)) seconds"
	date -s "$1 seconds" >/dev/null || bad "the time cannot be set"
}

age_of() { xsw -j -s fdb get "$1" | jq '.[0].used // -1'; }
state_of() { xsw -j port show "$(port "$1")" | jq -r '.[0].state'; }
state_is() { [ "$(state_of "$1")" = "$2" ]; }
unknown() { [ -z "$(fdb_port "$1")" ]; }

ageing_does_not_notice() { # SECONDS
	sw_up 2
	cfg set ageing 60
	sniff 1 2
	reach 1 2 dst "$ALL" src "$A"
	jump "$1"
	fdb_is "$A" 1
	[ "$(age_of "$A")" -lt 50 ] || bad "used $(age_of "$A") s ago"
	reach 2 1 dst "$A" src "$B"
	# what ends by itself does
	cfg set ageing 1
	wait_until 20000 unknown "$A" || bad "$A does not age"
	wait_until 20000 unknown "$B" || bad "$B does not age"
	cfg set ageing 60
	reach 1 2 dst "$ALL" src "$A"
	fdb_is "$A" 1
}

flaps_are_counted_on() { # SECONDS
	local i
	sw_up 3
	cfg set flap_limit 4 flap_window 300
	sniff 1 2 3
	reach 1 "2 3" dst "$ALL" src "$A"
	reach 2 "1 3" dst "$ALL" src "$A"
	jump "$1"
	# within the window all the same
	for i in 1 2 1 2 1 2; do send "$i" dst "$ALL" src "$A"; done
	arrived
	wait_until 5000 at_least 1 held || bad "$A is not held"
}
held() { xsw -j show | jq '.[0].fdb.held'; }

recovery_takes_its_time() { # SECONDS
	sw_up 2
	cfg port set "$(port 2)" guard on
	cfg set recovery 300
	send 2 dst 01:80:c2:00:00:00 src "$B"
	wait_until 5000 state_is 2 errdisabled || bad "port 2 is $(state_of 2)"
	jump "$1"
	send 1 dst "$ALL" src "$A"
	state_is 2 errdisabled || bad "port 2 is $(state_of 2)"
	cfg port set "$(port 2)" state up
	cfg set recovery 1
	send 2 dst 01:80:c2:00:00:00 src "$B"
	wait_until 5000 at_least 2 counter 2 .drops.bpdu_guard || bad "no second error"
	forwards() { send 1 dst "$ALL" src "$A"; state_is 2 forwarding; }
	wait_until 20000 forwards || bad "port 2 stays $(state_of 2)"
}

# is_now TIME: within a minute
is_now() {
	local t=${1%.*}
	t=$(($(date -u -d "${t%Z}Z" +%s) - $(date +%s)))
	[ "${t#-}" -lt $((60 * SLOW)) ]
}

what_is_told_has_the_new_time() { # SECONDS
	local name words
	sw_up 2
	listen m -d -j -- config
	listen_rates
	cfg port set "$(port 1)" mtu 1400
	told m 1400
	is_now "$(jq -r 'select(.words[1] == "1400").time' "$CASE/m")" || bad "before: $(<"$CASE/m")"
	jump "$1"
	new_time() {
		name=$((name + 1))
		words="$((1400 + name))"
		xsw port set "$(port 1)" mtu "$words" || return 1
		told m "$words"
		is_now "$(jq -r --arg w "$words" 'select(.words[1] == $w).time' "$CASE/m")"
	}
	name=0
	wait_until 10000 new_time || bad "after: $(<"$CASE/m")"
	rates_have() { [ "$(wc -l <"$CASE/r")" -ge "$1" ]; }
	wait_until 20000 rates_have $(($(wc -l <"$CASE/r") + 8)) || bad "no rates any more"
	# a line may just be written
	jq -es 'all(.interval > 0.1 and .interval < 120)' <(grep '}$' "$CASE/r") >/dev/null ||
		bad "intervals: $(tail -n 3 "$CASE/r")"
	is_now "$(grep '}$' "$CASE/r" | tail -n 1 | jq -r .time)" || bad "rates: $(tail -n 1 "$CASE/r")"
}

listen_rates() {
	"$TOOL" -j stats --watch 200ms >"$CASE/r" &
	undo reap $!
	wait_until 10000 test -s "$CASE/r" || bad "no rates"
}

# The times in records are explained, nothing else is wrong.
doctor_says_so() { # SECONDS WORD
	sw_up 2
	jump "$1"
	expect 0 xsw -j doctor --check clock
	like "finding" "$OUT" "the time of day was set $2 by"
	equal "severity" "$(jq -r '.[0].severity' <<<"$OUT")" hint
}

# A lock is waited for as long as was said.
waiting_ends() { # SECONDS
	local pid
	sw_up 2
	flock --close "$XSWITCH_BPFFS/xswitch" sleep $((60 * SLOW)) &
	pid=$!
	undo reap "$pid"
	wait_until 5000 grep -q "FLOCK.*WRITE $pid " /proc/locks || bad "flock does not start"
	xsw --wait $((3 * SLOW)) port add "$(port 3)" 2>"$CASE/wait" &
	jump "$1"
	wait $!
	equal "exit status" $? 2
	like "error" "$(<"$CASE/wait")" "at work: flock"
}

for seconds in $HOUR -$HOUR; do
	run_case - ageing_does_not_notice "$seconds"
	run_case - flaps_are_counted_on "$seconds"
	run_case - recovery_takes_its_time "$seconds"
	run_case - what_is_told_has_the_new_time "$seconds"
	run_case - doctor_says_so "$seconds" "$([ "$seconds" -gt 0 ] && echo forward || echo back)"
	run_case - waiting_ends "$seconds"
done
finish
