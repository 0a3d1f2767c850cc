#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# upgrade: programs are replaced under streams at full rate, numbered unit by unit. Nothing is lost,
# comes twice or is overtaken; nothing of the switch changes; a kill leaves nothing half done.
#
# command
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../upgrade_lib.sh
. "$TESTS/upgrade_lib.sh"

twenty_under_full_rate() {
	local i after last
	six
	begin_all
	state >"$CASE/before"
	last=$(programs)
	for ((i = 0; i < 20; i++)); do
		expect 0 xsw upgrade --force
		after=$(programs)
		equal "programs of both (upgrade $i)" \
			"$(comm -12 <(echo "$last") <(echo "$after"))" ""
		last=$after
	done
	bpf_note
	halt_all
	same_everywhere
	same_state "$CASE/before"
	# unit by unit
	equal "known in" "$(count 3 rx.unicast.packets)" "$(units known)"
	equal "flooded in" "$(count 5 rx.unknown.packets)" "$(units flood)"
	equal "flooded out" "$(count 6 tx.unknown.packets)" "$(units flood)"
	equal "drops" "$(xsw -j stats drops | jq -c '[.[] | select(.port != "'"$(port 1)"'")]')" "[]"
}

# A killed upgrade is ended by the next command that changes something, or by the next upgrade.
killed_at_any_point() {
	local n
	six
	begin udp -c 0 udp "$P"1 "$P"2 "$(ip4 2)" 5001
	begin flood -c 1 raw "$P"5 "${P}4,${P}6" "$(mac 99)" "$(mac 5)"
	state >"$CASE/before"
	for ((n = 1; n < 60; n++)); do
		crashes "$n" upgrade --force || break
		bpf_note
		# frames do not care
		if [ $((n % 2)) = 0 ]; then cfg set ageing 300; else cfg upgrade; fi
		same_everywhere
		same_state "$CASE/before"
		bpf_note
	done
	[[ $n -gt 7 && $n -lt 60 ]] || bad "$n points"
	halt udp "$UNITS"
	halt flood "$UNITS"
	cfg down
}

# An error at any call of the kernel: all ports have the old programs, or all the new ones.
an_error_changes_nothing() {
	local n last now rc
	six
	state >"$CASE/before"
	last=$(programs)
	for ((n = 1; n < 400; n += 9)); do
		ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o "$CASE/strace" -e trace=bpf -e "inject=bpf:error=EPERM:when=$n" \
			"$TOOL" upgrade --force 2>"$CASE/err"
		rc=$?
		bpf_note
		grep -q INJECTED "$CASE/strace" || break
		now=$(programs)
		[ "$rc" = 0 ] || [ "$rc" = 2 ] || bad "call $n: exit $rc: $(<"$CASE/err")"
		[ "$rc" = 0 ] || [ -e "$XSWITCH_BPFFS/xswitch/sw0/resize" ] ||
			equal "programs after an error at call $n" "$now" "$last"
		cfg set ageing 300
		bpf_note
		same_everywhere
		same_state "$CASE/before"
		last=$(programs)
	done
	[[ $n -gt 30 && $n -lt 400 ]] || bad "$n calls"
}

everything_goes_on() {
	[ "${XSW_FORCE_ATTACH:-}" = xdp ] && skip "VLANs and policies of namespaces are for tc"
	everything
	everything_works
	state >"$CASE/before"
	expect 0 xsw upgrade --force
	bpf_note
	same_state "$CASE/before"
	same_everywhere
	everything_works
}

# Those who look at the switch meanwhile go on.
who_looks_goes_on() {
	local who pids=() n=0
	sw_up 2
	xsw monitor fdb >"$CASE/monitor" 2>"$CASE/err.1" & pids+=($!)
	xsw stats --watch 100ms >"$CASE/stats" 2>"$CASE/err.2" & pids+=($!)
	xsw trace --live >"$CASE/live" 2>"$CASE/err.3" & pids+=($!)
	for who in "${pids[@]}"; do undo reap "$who"; done
	wait_until 30000 grep -q listening "$CASE/err.1" || :
	wait_until 30000 test -s "$CASE/stats" || bad "no rates"
	wait_until 30000 seen 11 || bad "nobody looks"
	expect 0 xsw upgrade --force
	bpf_note
	wait_until 30000 seen 21 || bad "nobody looks any more: $(cat "$CASE"/err.*)"
	# a port that comes afterwards is looked at, too
	cfg port add "$(port 3)"
	came() { send 3 dst "$(mac 2)" src "$(mac 31)"; grep -q "$(mac 31)" "$CASE/live"; }
	wait_until 30000 came || bad "a new port is not looked at: $(cat "$CASE"/err.*)"
	n=$(wc -l <"$CASE/stats")
	wait_until 30000 at_least $((n + 1)) wc -l <"$CASE/stats"
	for who in "${pids[@]}"; do kill -0 "$who" || bad "one has ended: $(cat "$CASE"/err.*)"; done
	for who in "${pids[@]}"; do kill "$who"; wait "$who"; done
	return 0
}

run_case - twenty_under_full_rate
run_case - killed_at_any_point
run_case - an_error_changes_nothing
run_case - everything_goes_on
run_case - who_looks_goes_on
finish
