#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Batches: many commands, all or nothing.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=02:00:00:00:00:01 B=02:00:00:00:00:02 C=02:00:00:00:00:03

# What a batch may change, without counters, times of entries, and what namespaces say themselves.
state() {
	xsw -j show | jq -cS '.[0] | del(.fdb) +
		{ size: .fdb.size, static: .fdb.static, max: .fdb.max_learned }'
	xsw -j vlan show | jq -cS '[.[] | del(.learned)]'
	xsw -j fdb show | jq -cS 'sort_by(.mac, .vlan)[]' | grep 02:00:00
}

# batch LINE...: as a file
batch() { printf '%s\n' "$@" >"$CASE/batch"; }

words_are_split_as_by_ip() {
	sw_up 2
	batch '# a comment' '' "   fdb   add $A dev \"$(port 1)\" # and another" \
		"fdb add '$B' \\" "  dev $(port 2) \\" "  dynamic" "set ag'ein'g 60#none" '	'
	expect 0 xsw -b "$CASE/batch"
	equal "first" "$(fdb_port "$A")" "$(port 1)"
	equal "second" "$(xsw -j fdb get "$B" | jq -r '.[0] | .port, .state' | xargs)" "$(port 2) dynamic"
	equal "third" "$(xsw -j show | jq '.[0].ageing')" 60
	printf 'fdb add %s dev %s' "$C" "$(port 1)" >"$CASE/batch" # no newline at the end
	expect 0 xsw --batch - <"$CASE/batch"
	equal "from stdin" "$(fdb_port "$C")" "$(port 1)"
	: >"$CASE/batch"
	expect 0 xsw -b "$CASE/batch"
}

errors_name_file_and_line() {
	sw_up 1
	batch "fdb add $A dev $(port 1)" "" "fdb add $B \\" "dev $(port 1) \\" "nonsense" "show"
	expect 1 xsw -b "$CASE/batch"
	like "message" "$ERR" "^xswitch: $CASE/batch:3: fdb add: unknown word \"nonsense\""
	batch "fdb add $A dev $(port 1)" "fdb add \"$B dev"
	expect 1 xsw -b "$CASE/batch"
	like "message" "$ERR" ":2: a quote is not closed"
	batch "fdb add $A dev $(port 1)" "fdb add $B dev nobody"
	expect 3 xsw -b - <"$CASE/batch"
	like "message" "$ERR" '^xswitch: stdin:2: .*no port "nobody"'
	printf 'fdb add %s dev %s\0\n' "$A" "$(port 1)" >"$CASE/batch"
	expect 1 xsw -b "$CASE/batch"
	expect 2 xsw -b "$CASE/none"
	equal "message" "$ERR" "xswitch: batch: cannot read \"$CASE/none\": No such file or directory"
	expect 2 xsw -b ""
	equal "no name" "$ERR" 'xswitch: batch: cannot read "": No such file or directory'
	expect 2 xsw -b "$CASE"
	like "a directory" "$ERR" ': Is a directory$'
	expect 1 xsw -b "$CASE/batch" fdb show
	expect 3 xsw -S none -b /dev/null
	# found before the first line was applied
	equal "entries" "$(fdb_port "$A")" ""
}

only_what_can_be_undone() {
	local line
	sw_up 1
	for line in "fdb show" "fdb get $A" "fdb monitor" "show" "port show" "port del $(port 1)" "up" \
		"down" "stats" "vlan show" "fdb help" "help" "fdb" "vlan add help"; do
		batch "fdb add $A dev $(port 1)" "$line"
		expect 1 xsw -b "$CASE/batch"
		like "$line" "$ERR" "^xswitch: $CASE/batch:2: "
		equal "entries after $line" "$(fdb_port "$A")" ""
	done
}

# Every kind of change, then a line that fails when it is applied: nothing is left of them.
a_failure_undoes_everything() {
	local before after
	sw_up 3
	xsw fdb add "$A" dev "$(port 1)" || bad "fdb add"
	xsw fdb add "$B" dev "$(port 2)" vlan 10 extern || bad "fdb add"
	xsw fdb add 02:00:00:00:00:0a dev "$(port 2)" dynamic || bad "fdb add"
	xsw vlan add dev "$(port 3)" vid 5-9 || bad "vlan add"
	xsw vlan set vid 6 max_learned 77 || bad "vlan set"
	before=$(state)
	batch "fdb add $C dev $(port 3)" "fdb replace $A dev $(port 2) dynamic" "fdb del $B vlan 10" \
		"fdb replace $A dev $(port 3)" "fdb add 02:00:00:00:00:0b dev $(port 1) dynamic" \
		"vlan add dev $(port 1) vid 10-20" "vlan del dev $(port 3) vid 6" \
		"vlan set vid 5-7 max_learned 3" \
		"port set $(port 2) learning off flood off state blocking mtu 1400 mode access tag 7 group 3" \
		"set ageing 10 max_learned 5 flap_limit 7 flap_window 2 recovery 3 group_fwd_mask 4" \
		"set fdb_size 1000" "fdb flush" "fdb flush static" "fdb flush extern vlan 10" \
		"port add ${P}new" "fdb add $C dev ${P}new" "fdb del 02:00:00:00:00:77"
	expect 3 xsw -b "$CASE/batch"
	like "message" "$ERR" "$CASE/batch:17: .*no entry 02:00:00:00:00:77"
	after=$(state)
	[ "$after" = "$before" ] || bad "not undone: $(diff <(tr , '\n' <<<"$before") <(tr , '\n' <<<"$after"))"
	equal "namespace" "$(find /run/netns -name "${P}new")" ""
	# and all of it is done without that line
	sed -i '$d' "$CASE/batch"
	expect 0 xsw -b "$CASE/batch"
	equal "port" "$(fdb_port "$C")" "${P}new"
	equal "settings" "$(xsw -j show | jq -c '.[0] | [.ageing, .flap_limit, .flap_window, .recovery,
		.fdb.max_learned, .fdb.size]')" "[10,7,2,3,5,1000]"
	equal "static" "$(fdb_port "$A")" ""
	equal "limits" "$(xsw -j vlan show dev "$(port 3)" | jq -c '[.[] | [.vlan, .vlanEnd, .max_learned]]')" \
		"[[5,null,3],[7,null,3],[8,9,null]]"
	ip netns del "${P}new"
	ip link show sw0p4 >/dev/null 2>&1 && undo ip link del sw0p4
	:
}

# An entry that comes back has its times, and one that was flushed comes back too.
times_come_back() {
	local used
	sw_up 2
	xsw fdb add "$A" dev "$(port 1)" dynamic || bad "fdb add"
	xsw fdb add "$B" dev "$(port 2)" vlan 3 dynamic || bad "fdb add"
	old_enough() { [ "$(xsw -j -s fdb get "$A" | jq '.[0].updated')" -ge 2 ]; }
	wait_until 5000 old_enough || bad "time stands still"
	batch "fdb replace $A dev $(port 2)" "fdb flush" "fdb del $C"
	expect 3 xsw -b "$CASE/batch"
	equal "port" "$(xsw -j fdb get "$A" | jq -r '.[0] | .port, .state' | xargs)" "$(port 1) dynamic"
	equal "flushed one" "$(xsw -j fdb get "$B" vlan 3 | jq -r '.[0] | .port, .state' | xargs)" \
		"$(port 2) dynamic"
	for used in "$A" "$B vlan 3"; do
		# shellcheck disable=SC2086
		at_least 2 xsw_field .updated $used || bad "updated of $used: $(xsw -j -s fdb get $used)"
		# shellcheck disable=SC2086
		at_least 2 xsw_field .used $used || bad "used of $used"
	done
}
xsw_field() { xsw -j -s fdb get "${@:2}" | jq ".[0]$1"; }

dry_run_prints_the_plan() {
	local before
	sw_up 1
	before=$(state)
	batch "port add ${P}x  # later lines may name it" "fdb add $A dev ${P}x" "set ageing 5"
	expect 0 xsw --dry-run -b "$CASE/batch"
	equal "plan" "$OUT" "port add ${P}x
fdb add $A dev ${P}x
set ageing 5"
	equal "JSON" "$(xsw -j --dry-run -b "$CASE/batch" | jq -r '.[2].step')" "set ageing 5"
	equal "state" "$(state)" "$before"
	batch "port add ${P}x" "fdb add $A dev ${P}y"
	expect 3 xsw --dry-run -b "$CASE/batch"
}

many_lines() { # N: adds of static entries
	seq 0 $(($1 - 1)) | awk -v p="$(port 1)" '{ printf "fdb add 02:01:%02x:%02x:%02x:%02x dev %s\n",
		int($1 / 16777216), int($1 / 65536) % 256, int($1 / 256) % 256, $1 % 256, p }'
}

a_hundred_thousand_lines() {
	local start ms
	sw_up 2
	cfg set fdb_size 150000
	many_lines 100000 >"$CASE/batch"
	start=${EPOCHREALTIME/./}
	expect 0 xsw -b "$CASE/batch"
	ms=$(((${EPOCHREALTIME/./} - start) / 1000))
	echo "100000 lines: $ms ms"
	# 1 s on a quiet machine
	[ "$ms" -le 4000 ] || bad "$ms ms"
	at_least 100000 eval 'xsw -j show | jq ".[0].fdb.static"' || bad "not all are there"
	# the last of so many fails
	xsw fdb flush static || bad "flush"
	echo "fdb del $C vlan 7" >>"$CASE/batch"
	expect 3 xsw -b "$CASE/batch"
	like "message" "$ERR" "$CASE/batch:100001: "
	equal "left" "$(xsw -j show | jq '.[0].fdb.static')" 0
}

# One lock for all of it: another writer sees all or nothing and waits meanwhile.
others_wait() {
	local pid
	sw_up 1
	cfg set fdb_size 60000
	many_lines 40000 >"$CASE/batch"
	"$TOOL" -b "$CASE/batch" &
	pid=$!
	undo reap "$pid"
	while kill -0 "$pid" 2>/dev/null; do
		xsw --wait 60 fdb add "$A" dev "$(port 1)" || bad "another writer: $?"
		case $(xsw --wait 60 -j fdb show state static | jq length) in
		1 | 40001) ;;
		# a reader takes no lock and may see it grow
		esac
		xsw --wait 60 fdb del "$A" || bad "another writer: $?"
	done
	wait "$pid" || bad "the batch: $?"
	equal "entries" "$(xsw -j fdb show state static | jq length)" 40000
}

a_signal_undoes_it() {
	local pid
	sw_up 1
	cfg set fdb_size 400000
	many_lines 300000 >"$CASE/batch"
	"$TOOL" -b "$CASE/batch" 2>"$CASE/err" &
	pid=$!
	undo reap "$pid"
	some() { [ "$(xsw -j show | jq '.[0].fdb.static')" -gt 0 ]; }
	wait_until 10000 some || bad "it does not begin"
	kill -TERM "$pid"
	wait "$pid"
	equal "exit status" $? 2
	like "stderr" "$(<"$CASE/err")" "interrupted"
	equal "left" "$(xsw -j show | jq '.[0].fdb.static')" 0
}

is_learned() { [ "$(fdb_port "$1")" = "$(port 2)" ]; }

# Killed in the middle: what was applied stays, nothing is broken, the next command works.
a_killed_one_leaves_a_good_switch() {
	local at rc
	sw_up 2
	for ((at = 1; at <= 90; at += 2)); do
		batch "fdb add $A dev $(port 1)" "vlan add dev $(port 1) vid 5" \
			"set fdb_size $((2000 + at))" "port add ${P}k" "fdb flush" \
			"fdb add $B dev ${P}k" "fdb del $C"
		XSW_CRASH_AT=$at xsw -b "$CASE/batch" 2>/dev/null
		rc=$?
		[ "$rc" = 3 ] && break
		[ "$rc" = 137 ] || bad "killed at $at: exit $rc"
		expect 0 xsw fdb add "$C" dev "$(port 2)"
		expect 0 xsw -j show
		expect 0 xsw fdb del "$C"
		xsw port del "${P}k" 2>/dev/null
		# the ports learn into the table that is shown
		send 2 dst "$B" src "$(mac 2 "$at")"
		wait_until 3000 is_learned "$(mac 2 "$at")" || bad "killed at $at: nothing is learned"
	done
	[ "$at" -gt 30 ] || bad "only $at fault points"
	expect 3 xsw -b "$CASE/batch"
	expect 0 xsw show
}

run_case - words_are_split_as_by_ip
run_case - errors_name_file_and_line
run_case - only_what_can_be_undone
run_case - a_failure_undoes_everything
run_case - times_come_back
run_case - dry_run_prints_the_plan
run_case - a_hundred_thousand_lines
run_case - others_wait
run_case - a_signal_undoes_it
run_case - a_killed_one_leaves_a_good_switch
finish
