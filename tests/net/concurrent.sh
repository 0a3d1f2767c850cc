#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Commands at the same instant: one after the other, none sees half of another's work.
#
# command
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# together COMMAND... -- COMMAND...: at once; both must succeed
together() {
	local first=() p q
	while [ "$1" != -- ]; do first+=("$1"); shift; done
	shift
	"${first[@]}" 2>"$CASE/err.1" & p=$!
	"$@" 2>"$CASE/err.2" & q=$!
	wait "$p" || bad "${first[*]}: $? $(<"$CASE/err.1")"
	wait "$q" || bad "$*: $? $(<"$CASE/err.2")"
}

two_ups_of_the_same() {
	local i
	undo xsw down
	for i in 1 2 3 4 5; do
		together xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 -- \
			xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
		equal "ports" "$(xsw -j show | jq -c '[.[0].ports[].state]')" \
			'["forwarding","forwarding"]'
		ns 1 ping -qc1 -W2 10.77.0.2 >"$CASE/ping" || bad "no answer"
		expect 0 xsw down
	done
}

two_ups_of_different_ports() {
	local i
	undo xsw down
	for i in 1 2 3 4 5; do
		together xsw up --ports "$(port_list 1 2)" --subnet none -- \
			xsw up --ports "$(port_list 2 3)" --subnet none
		equal "ports" "$(xsw -j show | jq -c '[.[0].ports[].state]')" \
			'["forwarding","forwarding","forwarding"]'
		equal "numbers" "$(xsw -j show | jq -c '[.[0].ports[].number] | sort')" '[1,2,3]'
		expect 0 xsw down
	done
}

two_switches_at_once() {
	local i
	undo xsw down --all
	for i in 1 2 3 4 5; do
		together xsw -S a up --ports "$(port_list 1 2)" --subnet none -- \
			xsw -S b up --ports "$(port_list 3 4)" --subnet none
		equal "ports" "$(xsw -S a -j show | jq '.[0].ports | length') $(xsw -S b -j show |
			jq '.[0].ports | length')" "2 2"
		# the last one out removes the common root, while the other one is at work
		together xsw -S a down -- xsw -S b down
		wait_until 3000 clean || bad "left: $(leftovers)"
	done
}

# Whatever the order, each command is done, and `down` at the end leaves nothing.
up_and_down_against_each_other() {
	local i j
	undo xsw down --all
	for i in 1 2; do
		for ((j = 0; j < 12; j++)); do
			xsw -S "s$i" up --ports "$P$i$j" --subnet none 2>>"$CASE/err.$i" ||
				echo "up: $?" >>"$CASE/err.$i"
			xsw -S "s$i" down 2>>"$CASE/err.$i" || echo "down: $?" >>"$CASE/err.$i"
		done &
	done
	wait
	equal "errors" "$(cat "$CASE"/err.*)" ""
	wait_until 3000 clean || bad "left: $(leftovers)"
}

# A reader meets a whole record or none, never an error about a half.
readers_meanwhile() {
	local pid rc
	undo xsw down
	for ((i = 0; i < 6; i++)); do
		xsw up --ports "$(port_list 1 2 3)" --subnet none || echo "up: $?"
		xsw down || echo "down: $?"
	done >"$CASE/writer" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		xsw -j show >"$CASE/out" 2>"$CASE/err"
		rc=$?
		case $rc in
		0) jq -e '.[0].ports | length <= 3' "$CASE/out" >/dev/null ||
			bad "not whole: $(<"$CASE/out")" ;;
		3) ;;
		*) bad "show: $rc $(<"$CASE/err")" ;;
		esac
	done
	equal "writer" "$(<"$CASE/writer")" ""
}

a_writer_waits_and_names_the_holder() {
	local pid
	sw_up 2
	flock --close "$XSWITCH_BPFFS/xswitch" sleep $((30 * SLOW)) &
	pid=$!
	undo pkill -P "$pid"
	undo reap "$pid"
	wait_until 2000 grep -q "FLOCK.*WRITE $pid " /proc/locks || bad "flock does not start"
	expect 2 xsw --wait 1 port add "$(port 3)"
	like "error" "$ERR" "at work: flock \(pid $pid\)"
	# a reader does not wait
	expect 0 timeout $((2 * SLOW)) "$TOOL" show
	kill "$pid"
	wait "$pid" 2>/dev/null
	expect 0 xsw --wait 1 port add "$(port 3)"
}

run_case - two_ups_of_the_same
run_case - two_ups_of_different_ports
run_case - two_switches_at_once
run_case - up_and_down_against_each_other
run_case - readers_meanwhile
run_case - a_writer_waits_and_names_the_holder
finish
