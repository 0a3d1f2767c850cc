#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A topology file of a thousand ports: all there at once, nothing touched that does not differ,
# and made by the path of `up`, on which ports open together.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# many N: a file of so many ports
many() {
	local i
	echo "ports:"
	for ((i = 1; i <= $1; i++)); do
		echo "  $P$i: {address: $(ip4 "$i")/22, tag: $((i % 4 + 1))}"
	done
}

same() { equal "diff" "$(xsw diff "$1")" ""; }
devices() { ip -o link | grep -c "${SW}p"; }
indexes() { xsw -j port show | jq -c '[.[] | select(.port | IN($ARGS.positional[])) | .ifindex, .number]' --args "$@"; }

a_thousand_ports() {
	local n=1000 kept
	undo xsw down
	many "$n" >"$CASE/a.yaml"
	expect 0 xsw apply "$CASE/a.yaml"
	equal "output" "$OUT$ERR" ""
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" "$n"
	equal "states" "$(xsw -j port show | jq -r '[.[] | .state, .mode] | unique | join(" ")')" \
		"access forwarding"
	same "$CASE/a.yaml"
	ns 4 ping -qc1 -W2 "$(ip4 1000)" || bad "the last port does not answer one of its VLAN"
	silent 1 "$(ip4 1000)"
	xsw export >"$CASE/b.yaml"
	same "$CASE/b.yaml"

	# one goes, one changes, one comes
	kept=$(indexes "${P}1" "${P}2" "${P}999")
	sed -e "/ ${P}500: /d" -e "s|\\( ${P}700: .*tag: \\).*|\\13}|" -e "\$a\\  ${P}n: {}" \
		"$CASE/a.yaml" >"$CASE/c.yaml"
	expect 4 xsw diff "$CASE/c.yaml"
	equal "diff" "${OUT//$P/@}" "$(printf '%s\n' "~ port @700: tag 1 -> 3" "+ port @n" "- port @500")"
	expect 0 xsw apply "$CASE/c.yaml"
	same "$CASE/c.yaml"
	equal "the others" "$(indexes "${P}1" "${P}2" "${P}999")" "$kept"
	[ -e "/run/netns/${P}500" ] && bad "the namespace of the port that went is there"
	expect 0 xsw down "$CASE/c.yaml"
	equal "left" "$(leftovers)" ""
}

# Killed wherever: as long as a device is missing no port forwards.
ports_open_together() {
	local n ports=40 open
	undo xsw down
	many "$ports" >"$CASE/a.yaml"
	for ((n = 100; n < 2000; n += 40)); do
		crashes "$n" apply "$CASE/a.yaml" || bad "never killed with a port open: $n points"
		open=$(xsw -j port show | jq '[.[] | select(.state == "forwarding")] | length')
		[ "${open:-0}" = 0 ] || break
		expect 0 xsw down
	done
	equal "devices when the first port is open" "$(devices)" "$ports"
	[ "$open" -lt "$ports" ] || bad "all ports are open: killed too late to tell"
	expect 0 xsw apply "$CASE/a.yaml"
	same "$CASE/a.yaml"
}

# SIGINT in the middle of it: what was made goes, and the command says so.
interrupted() {
	local pid
	undo xsw down
	many 300 >"$CASE/a.yaml"
	"$TOOL" apply "$CASE/a.yaml" 2>"$CASE/err" &
	pid=$!
	wait_until 20000 at_least 5 devices || bad "no device"
	kill -INT "$pid"
	wait "$pid"
	equal "exit" $? 2
	equal "message" "$(<"$CASE/err")" "xswitch: interrupted: undoing what was begun"
	equal "left" "$(leftovers)" ""
}

run_case - a_thousand_ports
run_case - interrupted
run_case - ports_open_together
finish
