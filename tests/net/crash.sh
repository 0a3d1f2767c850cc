#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kill -9 at every step of every command: the next command finds a state it can use or repair,
# and `down` leaves nothing. XSW_CRASH_AT=N ends the tool at its Nth fault point; a round ends
# when the command gets through without meeting the Nth.
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# a setting that the tool changes while it works
EXPEDITED=/sys/kernel/rcu_expedited
# raised for longer than any command takes, it is the administrator's choice
lowered() { [ "$(cat "$EXPEDITED" 2>/dev/null)" != 1 ]; }
wait_until 5000 lowered
EXPEDITED_BEFORE=$(cat "$EXPEDITED" 2>/dev/null)
LIMIT=400 # fault points of one command

up2() { xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24; }

nothing_left() { # N WHAT
	quiet() { [ -z "$(leftovers_now)" ]; }
	wait_until 5000 quiet || bad "$2, killed at point $1, then down: left: $(leftovers_now)"
}

leftovers_now() {
	[ "$(cat "$EXPEDITED" 2>/dev/null)" = "$EXPEDITED_BEFORE" ] || echo "$EXPEDITED was changed"
	ip -o link | awk -F': ' '$2 != "lo" { print "device", $2 }'
	find /run/netns -mindepth 1
	find "$XSWITCH_BPFFS" -mindepth 1 ! -name '*.debug'
}

works() { # N WHAT
	local i
	equal "$2, killed at $1, repaired: ports" "$(xsw -j show |
		jq -r '[.[0].ports[] | .port, .state] | join(" ")')" \
		"$(port 1) forwarding $(port 2) forwarding"
	for i in 1 2; do
		ns "$i" ip -o addr show dev eth0 | grep -q "10.77.0.$i/24" ||
			bad "$2, killed at $1, repaired: no address in $i"
	done
	ns 1 ping -qc1 -W1 "$(ip4 2)" >"$CASE/ping" ||
		bad "$2, killed at $1, repaired: no answer"
}

up_then_up() {
	local n
	undo xsw down
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 || break
		expect 0 up2
		works "$n" up
		expect 0 xsw down
		nothing_left "$n" up
	done
	echo "$n points" >&2
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
}

# After a kill `down` alone clears up. Before anything was made there is no switch: exit 3.
up_then_down() {
	local n rc
	undo xsw down
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 || break
		xsw down 2>"$CASE/err"
		rc=$?
		[ "$rc" = 0 ] || [ "$rc" = 3 ] || bad "down after up killed at $n: $rc: $(<"$CASE/err")"
		nothing_left "$n" up
	done
	xsw down
}

# A crash inside the repair of a crash.
up_twice_killed() {
	local n
	undo xsw down
	for ((n = 3; n < LIMIT; n += 3)); do
		crashes "$n" up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 || break
		crashes $((n / 2 + 2)) up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
		expect 0 up2
		works "$n" "up twice"
		expect 0 xsw down
		nothing_left "$n" "up twice"
	done
	xsw down
	return 0
}

down_then_down() {
	local n rc
	undo xsw down
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 up2
		crashes "$n" down || break
		xsw down 2>"$CASE/err"
		rc=$?
		[ "$rc" = 0 ] || [ "$rc" = 3 ] || bad "down after down killed at $n: $rc: $(<"$CASE/err")"
		nothing_left "$n" down
	done
	nothing_left "$n" down
}

down_then_up() {
	local n
	undo xsw down
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 up2
		crashes "$n" down || break
		expect 0 up2
		works "$n" down
		expect 0 xsw down
		nothing_left "$n" down
	done
}

port_add() {
	local n
	undo xsw down
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw up --ports "$(port 1)" --subnet 10.77.0.0/24
		crashes "$n" port add "$(port 2)" address 10.77.0.2/24 || break
		# the other port does not suffer
		equal "first port" "$(xsw -j port show "$(port 1)" | jq -r '.[0].state')" forwarding
		expect 0 up2
		works "$n" "port add"
		expect 0 xsw down
		nothing_left "$n" "port add"
	done
	works "$n" "port add"
	xsw down
}

port_del() {
	local n
	undo xsw down
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 up2
		crashes "$n" port del "$(port 2)" || break
		expect 0 up2
		works "$n" "port del"
		expect 0 xsw down
		nothing_left "$n" "port del"
	done
	xsw down
}

# The same with namespaces that were there before: they stay, and have no eth0.
in_foreign_namespaces() {
	local n i
	for i in 1 2; do
		ip netns add "$P$i"
		undo ip netns del "$P$i"
	done
	undo xsw down
	for ((n = 1; n < LIMIT; n += 2)); do
		crashes "$n" up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24 || break
		xsw down 2>/dev/null
		for i in 1 2; do
			[ -e "/run/netns/$P$i" ] || bad "killed at $n: foreign namespace removed"
			equal "devices of namespace $i" "$(ns "$i" ip -o link | wc -l)" 1
		done
	done
	xsw down
	return 0
}

run_case - up_then_up
run_case - up_then_down
run_case - up_twice_killed
run_case - down_then_down
run_case - down_then_up
run_case - port_add
run_case - port_del
run_case - in_foreign_namespaces
finish
