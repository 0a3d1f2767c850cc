#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# upgrade to another ABI: members in the middle of ports, entries and counters, a wider one. Streams at
# full rate lose nothing, counters and addresses are carried over to the last one, an older version
# refuses what a newer one has made, and a kill leaves a switch of one or the other.
#
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
[ -n "${XSW_TEST_INSIDE:-}" ] || "$(dirname "$0")/../abi/build" || exit 2
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../upgrade_lib.sh
. "$TESTS/upgrade_lib.sh"

THIS=$TOOL NEXT=$TOP/build/abi/xswitch
undo_next() { "$NEXT" down; } # it knows both

# The ABI in `meta`, whatever the rest is like.
abi_of() {
	bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/sw0/meta" |
		jq -r '(.[0].value // .[0].formatted.value)[4]' | sed 's/0x//'
}

# Upgraded: from here on xsw is the next version.
next_one() {
	expect 0 "$NEXT" upgrade
	equal "output" "$OUT$ERR" ""
	TOOL=$NEXT
	bpf_note
	find "$XSWITCH_BPFFS/xswitch" -name 'upgrade*' | grep . && bad "left in bpffs"
	same_everywhere
}

across_under_full_rate() {
	local age
	undo undo_next
	six
	ns 3 "$XFRAME" send eth0 dst "$(mac 4)" src "$(mac 33)" count 1000 2>/dev/null ||
		for _ in {1..50}; do send 3 dst "$(mac 4)" src "$(mac 33)"; done
	age=$(count 3 rx.unicast.packets)
	begin_all
	state >"$CASE/before"
	expect 2 "$NEXT" set ageing 200
	like "hint" "$ERR" 'hint: .xswitch -S sw0 upgrade. brings it to this version'
	expect 2 "$NEXT" show
	like "doctor" "$("$NEXT" -j doctor --check damaged | jq -r '.[0].fix')" '^xswitch -S sw0 upgrade$'
	next_one
	sleep 0.2
	halt_all
	same_state "$CASE/before"
	equal "known in" "$(count 3 rx.unicast.packets)" $((age + $(units known)))
	equal "flooded in" "$(count 5 rx.unknown.packets)" "$(units flood)"
	equal "flooded out" "$(count 6 tx.unknown.packets)" "$(units flood)"
	equal "learned" "$(xsw -j show | jq '.[0].fdb.learned')" \
		"$(xsw -j fdb show | jq '[.[] | select(.state == "dynamic")] | length')"
	# no way back
	programs >"$CASE/programs"
	expect 2 "$THIS" upgrade
	like "words" "$ERR" 'switch sw0 was made by another version of xswitch \(ABI [0-9]+, not [0-9]+\)'
	like "hint" "$ERR" 'hint: use that version, or'
	expect 2 "$THIS" upgrade --force
	expect 2 "$THIS" set ageing 200
	equal "programs" "$(programs)" "$(<"$CASE/programs")"
	# and once more is nothing
	expect 0 xsw upgrade
	equal "programs" "$(programs)" "$(<"$CASE/programs")"
}

# Each point is met in one of the variants.
killed_at_any_point() {
	local n first=1 points=0
	case ${XSW_FORCE_ATTACH:-} in
	clsact) first=2 ;;
	xdp) first=3 ;;
	esac
	mute 1 2
	undo undo_next
	for ((n = first; n < 400; n += 3 * ${TEST_STEP:-1})); do
		TOOL=$THIS
		expect 0 xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
		quiet 2
		bpf_note
		xsw fdb add "$(mac 4)" dev "$(port 2)" dynamic
		for _ in {1..7}; do send 2 dst "$(mac 77)" src "$(mac 2)"; done
		wait_until 5000 seven || bad "not counted"
		TOOL=$NEXT
		crashes "$n" upgrade || break
		points=$((points + 1))
		bpf_note
		if [ $((points % 2)) = 0 ]; then
			# one or the other may change it
			"$THIS" set ageing 299 2>/dev/null || expect 2 "$THIS" set ageing 299
			bpf_note
		fi
		expect 0 xsw upgrade
		bpf_note
		same_everywhere
		seven || bad "killed at $n: $(count 2 rx.unknown.packets) frames counted"
		equal "entry (killed at $n)" "$(fdb_port "$(mac 4)")" "$(port 2)"
		find "$XSWITCH_BPFFS/xswitch" -name 'upgrade*' | grep . && bad "left in bpffs"
		ns 2 ip link set eth0 arp on
		ns 1 ping -qc1 -W5 "$(ip4 2)" >"$CASE/ping" || bad "killed at $n: no answer"
		expect 0 xsw down
	done
	[[ $points -gt 10 && $n -lt 400 ]] || bad "$points points, $n"
}
seven() { [ "$(count 2 rx.unknown.packets)" = 7 ]; }

# A switch that was killed in between goes, too.
down_at_any_point() {
	local n before
	undo undo_next
	for ((n = 5; n < 400; n += 23)); do
		TOOL=$THIS
		expect 0 xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
		bpf_note
		before=$(abi_of)
		TOOL=$NEXT
		crashes "$n" upgrade || break
		bpf_note
		[ "$(abi_of)" = "$before" ] && TOOL=$THIS
		xsw down || bad "down after a kill at $n"
		equal "left after $n" "$(find "$XSWITCH_BPFFS/xswitch" 2>/dev/null)" ""
	done
}

everything_goes_on() {
	[ "${XSW_FORCE_ATTACH:-}" = xdp ] && skip "VLANs and policies of namespaces are for tc"
	undo undo_next
	everything
	everything_works
	state >"$CASE/before"
	next_one
	same_state "$CASE/before"
	everything_works
	cfg port add "$(port 5)" address 10.77.0.5/24 mode access tag 20
	bpf_note
	cfg port del "$(port 5)"
}

# What was looking ends, and says why.
who_looks_is_told() {
	local pid
	undo undo_next
	sw_up 2
	xsw monitor fdb >"$CASE/monitor" 2>"$CASE/err.1" &
	pid=$!
	undo reap "$pid"
	xsw trace --live >"$CASE/live" 2>"$CASE/err.2" &
	undo reap $!
	wait_until 30000 seen 11 || bad "nobody looks"
	next_one
	wait_until 30000 grep -q 'was upgraded to another ABI' "$CASE/err.1" || bad "$(<"$CASE/err.1")"
	wait_until 30000 grep -q 'was upgraded to another ABI' "$CASE/err.2" || bad "$(<"$CASE/err.2")"
	wait "$pid"
	equal "status" $? 3
}

run_case - across_under_full_rate
run_case - killed_at_any_point
run_case - down_at_any_point
run_case - everything_goes_on
run_case - who_looks_is_told
finish
