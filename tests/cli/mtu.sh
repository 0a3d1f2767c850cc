#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The MTU of ports, asked for or automatic: both ends of the veth and the port itself agree, after
# every command, refused, taken back or killed.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

LIMIT=100 # fault points of one command

# mtu_is NAME MTU true|false [INNER [OUTER]]: the port says so (automatic or not), and its devices
mtu_is() {
	local name=$1 mtu=$2 auto=$3 j
	j=$(xsw -j port show "$name")
	equal "MTU of $name, automatic" "$(jq -c '.[0] | [.mtu, (.mtu_auto // false)]' <<<"$j")" \
		"[$mtu,$auto]"
	equal "outer end of $name" "$(outer_mtu "$name")" "${5:-$mtu}"
	equal "inner end of $name" "$(inner_mtu "$name")" "${4:-$mtu}"
}
outer_mtu() { ip -j link show "$(xsw -j port show "$1" | jq -r '.[0].ifname')" | jq '.[0].mtu'; }
inner_mtu() {
	local dev
	dev=$(xsw -j port show "$1" | jq -r '.[0].peer')
	if [ -e "/run/netns/$1" ]; then
		nsenter --net="/run/netns/$1" ip -j link show "$dev"
	else
		ip -j link show "$dev"
	fi | jq '.[0].mtu'
}

asked_for_and_automatic() {
	sw_up 2
	xsw port add gw type host dev gw0 address 10.77.0.254/24 || bad "port add gw"
	mtu_is "$(port 1)" 1500 true
	mtu_is gw 1500 true
	like "text" "$(xsw -d port show "$(port 1)")" ' mtu 1500 mtu_auto on '
	[[ $(xsw port show "$(port 1)") != *auto* ]] || bad "mtu_auto without -d"
	expect 0 xsw port set "$(port 1)" mtu 1400
	mtu_is "$(port 1)" 1400 false
	[[ $(xsw -d port show "$(port 1)") != *mtu_auto* ]] || bad "mtu_auto, and it is not"
	mtu_is "$(port 2)" 1500 true
	expect 0 xsw port set gw mtu 9000
	mtu_is gw 9000 false
	# 1500 asked for is not automatic
	expect 0 xsw port set "$(port 1)" mtu 1500
	mtu_is "$(port 1)" 1500 false
	expect 0 xsw port set "$(port 1)" mtu auto
	expect 0 xsw port set gw mtu auto hairpin on
	mtu_is "$(port 1)" 1500 true
	mtu_is gw 1500 true
	expect 0 xsw port set "$(port 1)" mtu auto
	mtu_is "$(port 1)" 1500 true
	# other settings do not touch it
	expect 0 xsw port set "$(port 1)" mode access tag 5 learning off isolated on
	mtu_is "$(port 1)" 1500 true
}

made_with_one() {
	undo ip netns del "${P}3"
	sw_up 2 --mtu 1300
	mtu_is "$(port 1)" 1300 false
	expect 0 xsw up --ports "$(port_list 1 2)" --host 10.77.0.254/24 --subnet 10.77.0.0/24
	mtu_is "$(port 2)" 1300 false
	mtu_is host 1500 true
	expect 0 xsw port add "${P}3" mtu 1500
	mtu_is "${P}3" 1500 false
	expect 0 xsw port set "$(port 1)" mtu auto
	mtu_is "$(port 1)" 1500 true
	mtu_is "$(port 2)" 1300 false
}

bad_words() {
	local line status says before
	sw_up 1
	ip link add d0 type veth peer name d1
	undo ip link del d0
	xsw port add up0 type dev dev d0 || bad "port add up0"
	before=$(xsw -j -d port show)
	while IFS='|' read -r status line says; do
		# shellcheck disable=SC2086
		expect "$status" xsw $line
		like "$line" "$ERR" "$says"
		equal "ports after $line" "$(xsw -j -d port show)" "$before"
	done <<-ROWS
		1|port set $(port 1) mtu|"mtu" needs a value: N\|auto
		1|port set $(port 1) mtu 67|mtu "67" is not valid: expected a number, 68..65535, or auto
		1|port set $(port 1) mtu none|mtu "none" is not valid
		1|port set $(port 1) mtu Auto|mtu "Auto"
		1|port set $(port 1) mtu auto mtu 1400|"mtu" is given twice
		2|port set up0 mtu auto|port up0: mtu auto is for ports whose devices xswitch makes.*hint: .*mtu 1500
		2|port set up0 isolated on mtu auto|port up0: mtu auto is for
		3|port set nonesuch mtu auto|"nonesuch"
	ROWS
	expect 0 xsw --dry-run port set "$(port 1)" mtu 1400
	equal "ports after a plan" "$(xsw -j -d port show)" "$before"
	mtu_is "$(port 1)" 1500 true
}

# What fails behind it takes it back.
taken_back() {
	sw_up 2
	expect 0 xsw port set "$(port 2)" mtu 1400
	printf '%s\n' "port set $(port 1) mtu 1300" "port set $(port 2) mtu auto" \
		"port set $(port 1) mtu 1500" "fdb del 02:00:00:00:00:77" >"$CASE/batch"
	expect 3 xsw -b "$CASE/batch"
	mtu_is "$(port 1)" 1500 true
	mtu_is "$(port 2)" 1400 false
	sed -i '$d' "$CASE/batch"
	expect 0 xsw -b "$CASE/batch"
	mtu_is "$(port 1)" 1500 false
	mtu_is "$(port 2)" 1500 true
}

# The next writer ends what a killed one began.
killed() {
	local n mtu
	sw_up 2
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" port set "$(port 1)" mtu 1400 || break
		expect 0 xsw port set "$(port 2)" hairpin on
		mtu=$(xsw -j port show "$(port 1)" | jq '.[0].mtu')
		case $mtu in
		1500) mtu_is "$(port 1)" 1500 true ;;
		1400) mtu_is "$(port 1)" 1400 false ;;
		*) bad "killed at $n: MTU $mtu" ;;
		esac
		expect 0 xsw port set "$(port 1)" mtu auto
	done
	[ "$n" -gt 3 ] || bad "only $n points"
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw port set "$(port 1)" mtu 1400
		crashes "$n" port set "$(port 1)" mtu auto || break
		expect 0 xsw port set "$(port 2)" hairpin on
		mtu=$(xsw -j port show "$(port 1)" | jq '.[0].mtu')
		case $mtu in
		1400) mtu_is "$(port 1)" 1400 false ;;
		1500) mtu_is "$(port 1)" 1500 true ;;
		*) bad "killed at $n: MTU $mtu" ;;
		esac
	done
	mtu_is "$(port 1)" 1500 true
}

# A port that is made again keeps what was asked for; one that follows goes on following.
made_again() {
	sw_up 2
	expect 0 xsw port set "$(port 1)" mtu 1400
	ip netns del "${P}1"
	ip netns del "${P}2"
	gone() { [ "$(xsw -j port show "$(port "$1")" | jq -r '.[0].state')" = gone ]; }
	wait_until 5000 gone 1 || bad "port 1 is not gone"
	wait_until 5000 gone 2 || bad "port 2 is not gone"
	expect 0 xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
	mtu_is "$(port 1)" 1400 false
	mtu_is "$(port 2)" 1500 true
}

# The namespace has lost its name: the port keeps to its MTU, and the user is told.
out_of_reach() {
	sw_up 1
	nsenter --net="/run/netns/${P}1" sleep 60 &
	undo reap $!
	inside() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
	wait_until 3000 inside $! || bad "no process in the namespace"
	ip netns del "${P}1"
	expect 0 xsw port set "$(port 1)" mtu 1400
	like "warning" "$ERR" "^xswitch: port $(port 1): its other end is out of reach and keeps its MTU"
	equal "MTU" "$(xsw -j port show "$(port 1)" | jq '.[0].mtu')" 1400
	equal "outer end" "$(outer_mtu "$(port 1)")" 1400
}

run_case - asked_for_and_automatic
run_case - made_with_one
run_case - bad_words
run_case - taken_back
run_case - killed
run_case - made_again
run_case - out_of_reach
finish
