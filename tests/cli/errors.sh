#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Exit statuses and messages: 0 done or already so, 1 usage, 2 refused, 3 no such thing. An
# error quotes what was wrong, and nothing is half made.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

LONG=$(printf 'n%.0s' {1..300})

usage_is_1() {
	xsw >"$CASE/out" 2>"$CASE/err"
	equal "exit status without words" $? 1
	like "stderr without words" "$(<"$CASE/err")" ^Usage
	expect 1 xsw frobnicate
	like "error" "$ERR" '"frobnicate"'
	expect 1 xsw --frobnicate show
	like "error" "$ERR" 'frobnicate'
	expect 1 xsw port frobnicate
	expect 1 xsw port add
	expect 1 xsw port set "$(port 1)"
	expect 1 xsw fdb add
	expect 1 xsw fdb add 02:00:00:00:00 dev x
	like "error" "$ERR" '"02:00:00:00:00"'
	expect 1 xsw set ageing
	expect 1 xsw set ageing soon
	like "error" "$ERR" '"soon"'
	expect 1 xsw set fdb_size -1
	expect 1 xsw set fdb_size 0
	expect 1 xsw show all of it
	expect 1 xsw up --ports
	expect 1 xsw up --subnet 10.0.0.0/33 --ports "$(port 1)"
	expect 1 xsw up --subnet 10.0.0/24 --ports "$(port 1)"
	expect 1 xsw up --mtu 67 --ports "$(port 1)"
	expect 1 xsw up --ports "$(port 1),$(port 1)"
	expect 1 xsw --wait forever show
	# no prefixes
	expect 1 xsw po show
	expect 1 xsw port sh
	expect 1 xsw sho
}

help_is_0_and_goes_to_stdout() {
	local words
	for words in --help -h help "up help" "port help" "port add help" "fdb --help" "set help" \
		"stats help" "top help" "show help" "down help"; do
		# shellcheck disable=SC2086
		expect 0 xsw $words
		like "help of $words" "$OUT" Usage
		equal "stderr of $words" "$ERR" ""
	done
	expect 0 xsw --version
	like "version" "$OUT" '^xswitch [0-9]+\.'
}

missing_is_3() {
	local words
	for words in show "port show" "port add x" "port del x" "port set x flood off" \
		"fdb show" "fdb get 02:00:00:00:00:01" "fdb flush" "set ageing 3" stats \
		"stats --watch" top; do
		# shellcheck disable=SC2086
		expect 3 xsw $words
		like "error of $words" "$ERR" sw0
		# shellcheck disable=SC2086
		expect 3 xsw -S none $words
		# first of all there is nowhere to look
		# shellcheck disable=SC2086
		expect 3 xsw -n "${P}nope" $words
		like "$words without the namespace" "$ERR" \
			"cannot enter network namespace \"${P}nope\": No such file"
	done
	for words in doctor "-S none doctor" down "up --ports x"; do
		# shellcheck disable=SC2086
		expect 3 xsw -n "${P}nope" $words
		like "$words without the namespace" "$ERR" "network namespace \"${P}nope\": No such file"
	done
	ip netns add "${P}home"
	undo ip netns del "${P}home"
	expect 3 xsw -n "${P}home" -S lab show
	equal "hint" "$ERR" "xswitch: no switch lab
hint: \`xswitch -n ${P}home -S lab up --ports ns1,ns2\` makes one"
	sw_up 2
	for words in "port show x" "port del x" "port set x flood off" "fdb get 02:00:00:00:00:01" \
		"fdb del 02:00:00:00:00:01" "fdb add 02:00:00:00:00:01 dev x" "fdb show dev x" \
		"fdb flush dev x" "stats dev x"; do
		# shellcheck disable=SC2086
		expect 3 xsw $words
	done
	expect 0 xsw down
	expect 0 xsw down # already so
	expect 0 xsw down --all
}

group_and_zero_addresses_are_no_stations() {
	local mac
	sw_up 2
	for mac in ff:ff:ff:ff:ff:ff 01:00:5e:00:00:01 00:00:00:00:00:00; do
		expect 1 xsw fdb add "$mac" dev "$(port 1)"
		expect 1 xsw port add "$(port 3)" mac "$mac"
	done
	expect 1 xsw fdb add 02:00:00:00:00:01 dev "$(port 1)" vlan 4095
	expect 1 xsw fdb add 02:00:00:00:00:01 dev "$(port 1)" static dynamic
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 2
	equal "entries" "$(xsw -j fdb show state static)" "[]"
}

an_entry_that_is_there() {
	sw_up 2
	expect 0 xsw fdb add 02:00:00:00:00:01 dev "$(port 1)"
	expect 2 xsw fdb add 02:00:00:00:00:01 dev "$(port 2)"
	equal "port" "$(fdb_port 02:00:00:00:00:01)" "$(port 1)"
	expect 0 xsw fdb replace 02:00:00:00:00:01 dev "$(port 2)"
	equal "port" "$(fdb_port 02:00:00:00:00:01)" "$(port 2)"
	expect 0 xsw fdb del 02:00:00:00:00:01
	expect 3 xsw fdb del 02:00:00:00:00:01
}

bad_names() {
	local name
	for name in a/b ../x .. . "a b" "$LONG" -x "" "a
b" $'a\e[31mb' 'a"b' "a'b" "a\$b" "a;b" "ü"; do
		expect 1 xsw -S "$name" up --ports "$(port 1)"
		expect 1 xsw -S "$name" show
		expect 1 xsw up --ports "$name,"
		case $name in
		a/b | ../x | .. | .) continue ;; # as a path of a namespace they are words
		esac
		expect 1 xsw up --ports "$(port 1),$name"
	done
	for name in A.B 1234567890123 switch.0; do
		expect 1 xsw -S "$name" up
	done
	expect 1 xsw up --ports "a/b"
	expect 1 xsw up --ports "../../etc"
	expect 1 xsw up --ports "..,$(port 1)"
	# names of devices: 15 characters, no '/', ':' or blank
	expect 1 xsw up --ports "$(port 1):1234567890123456"
	expect 1 xsw up --ports "$(port 1):a/b"
	expect 1 xsw up --ports "$(port 1):"
	expect 1 xsw up --ports "$(port 1):.."
	equal "left" "$(leftovers)" ""
	sw_up 1
	for name in a/b .. "a b" "$LONG" -x "" $'a\e[31mb'; do
		expect 1 xsw port add "$name"
		expect 1 xsw port show "$name"
	done
	expect 1 xsw port add x netns "a b"
	expect 1 xsw port add x netns "$LONG"
	expect 1 xsw port add x dev a/b
	expect 1 xsw port add x address 10.0.0.1/24 address fd00::1/64 address fd00:0::1/64
	like "twice" "$ERR" "^xswitch: port add: address fd00::1 is given twice"
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
}

bad_input_is_quoted_and_escaped() {
	expect 1 xsw -S $'x\e[31my\n' show
	[[ $ERR != *$'\e'* ]] || bad "an escape character on the terminal: $ERR"
	like "error" "$ERR" '"x\\033'
	equal "lines but for the hint" "$(grep -vc ^hint: <<<"$ERR")" 1
	expect 1 xsw "$LONG"
	[ ${#ERR} -lt 400 ] || bad "${#ERR} characters of error"
}

no_such_namespace_path_or_pid() {
	sw_up 1
	expect 3 xsw port add x netns /proc/999999/ns/net
	like "error" "$ERR" 'port x'
	expect 3 xsw port add x netns 999999
	expect 2 xsw port add x netns /etc/passwd
	expect 2 xsw port add x netns /
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
	expect 3 xsw -n nonesuch show
	expect 3 xsw -n nonesuch up --ports "$(port 2)"
	like "error" "$ERR" nonesuch
}

an_inner_name_that_is_taken() {
	ip netns add "${P}1"
	undo ip netns del "${P}1"
	ns 1 ip link add eth0 type bridge
	undo xsw down
	expect 2 xsw up --ports "$(port_list 2 1 3)"
	like "error" "$ERR" "${P}1"
	like "error" "$ERR" eth0
	like "error" "$ERR" "File exists"
	# all or nothing: the ports before it are undone
	equal "devices" "$(ip -o link | grep -c sw0)" 0
	[ ! -e "/run/netns/${P}2" ] || bad "namespace 2 is left"
	expect 3 xsw show
	equal "the device" "$(ns 1 ip -o -d link show eth0 | grep -c bridge)" 1
	# another name is free
	expect 0 xsw up --ports "${P}1:eth1"
	expect 2 xsw port add two netns "${P}1"
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
	expect 0 xsw down
	equal "the device" "$(ns 1 ip -o -d link show eth0 | grep -c bridge)" 1
}

an_outer_name_that_is_taken() {
	ip link add sw0p2 type bridge
	undo ip link del sw0p2
	undo xsw down
	xsw up --ports "$(port_list 1 2)" >"$CASE/o" 2>&1
	case $? in
	0) # another number or name was found
		ns 1 ip link show eth0 || bad "no device in 1"
		ns 2 ip link show eth0 || bad "no device in 2"
		;;
	2) expect 3 xsw show ;;
	*) bad "exit status: $(<"$CASE/o")" ;;
	esac
	xsw down 2>/dev/null
	ip -d link show sw0p2 | grep -q bridge || bad "a foreign device was removed"
}

more_ports_than_addresses() {
	undo xsw down
	expect 1 xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/30
	like "error" "$ERR" '10\.77\.0\.0/30|subnet'
	equal "left" "$(leftovers)" ""
}

what_comes_later_says_so() {
	sw_up 1
	expect 2 xsw port set "$(port 1)" priority 1
	like "error" "$ERR" '"priority" is not available'
}

closed_stdout_and_full_disk() {
	local i rc
	sw_up 1
	for i in $(seq 200); do echo "fdb add 02:00:00:00:01:$(printf %02x "$i")"; done >"$CASE/list"
	while read -r -a i; do
		xsw "${i[@]}" dev "$(port 1)" || bad "fdb add: $?"
	done <"$CASE/list"
	set -o pipefail
	for i in "" -j "-j -p"; do
		# shellcheck disable=SC2086
		xsw $i fdb show 2>"$CASE/err" | head -1 >"$CASE/out"
		rc=$?
		equal "fdb show $i | head -1" "$rc $(<"$CASE/err")" "0 "
	done
	set +o pipefail
	xsw fdb show >/dev/full 2>"$CASE/err"
	rc=$?
	equal "exit status with a full disk" "$rc" 2
	like "error" "$(<"$CASE/err")" 'No space left'
	xsw show >&- 2>"$CASE/err" && bad "nothing to write to, and exit 0"
	:
}

run_case - usage_is_1
run_case - help_is_0_and_goes_to_stdout
run_case - missing_is_3
run_case - group_and_zero_addresses_are_no_stations
run_case - an_entry_that_is_there
run_case - bad_names
run_case - bad_input_is_quoted_and_escaped
run_case - no_such_namespace_path_or_pid
run_case - an_inner_name_that_is_taken
run_case - an_outer_name_that_is_taken
run_case - more_ports_than_addresses
run_case - what_comes_later_says_so
run_case - closed_stdout_and_full_disk
finish
