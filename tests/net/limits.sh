#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# limits.sh - learned addresses are counted exactly and limited, whatever happens meanwhile
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

XLIMIT=$TOP/build/tests/tools/xlimit
ALL=ff:ff:ff:ff:ff:ff

limit() { "$XLIMIT" "$XSWITCH_BPFFS/xswitch/$SW/maps/limits" "$@" || bad "xlimit $*"; }

# What `fdb show` lists, in the words of xlimit.
listed() {
	local i map='{' n
	for ((i = 1; i <= PORTS; i++)); do map+="\"$(port "$i")\":$i,"; done
	xsw -j fdb show state dynamic | jq -r --argjson n "${map%,}}" '
		def tally(f; word): group_by(f)[] | "\(word) \(.[0] | f) \(length)";
		(tally($n[.port]; "port"), tally(.vlan // 0; "vlan"),
		 (if length > 0 then "switch \(length)" else empty end))' | sort
}

counted() { limit | sort; }

agree() {
	listed >"$CASE/listed"
	counted >"$CASE/counted"
	cmp -s "$CASE/listed" "$CASE/counted"
}

# The namespaces speak by themselves, and the memory of what expired comes back in rounds.
counts_agree() {
	wait_until 30000 agree || bad "counted and not listed: $(diff "$CASE/counted" "$CASE/listed")"
}

# count WORD...: of xlimit
count() { limit | awk -v want="$*" '$0 ~ "^" want " " { n = $NF } END { print n + 0 }'; }

up() {
	[ "$TEST_SWITCH" = xswitch ] || skip "of xswitch only"
	PORTS=$1
	sw_up "$1"
}

# flood N COUNT FRAME...: as many sources behind port N, in the background
flood() {
	local n=$1 macs=$2
	shift 2
	"$XFRAME" -n "$P$n" send eth0 --count $((macs * 3)) --macs "$macs" dst "$ALL" "$@" &
	SENDERS+=($!)
	undo reap $!
}

flood_end() {
	local pid
	for pid in "${SENDERS[@]}"; do wait "$pid" || bad "a sender failed"; done
	SENDERS=()
}

declare -a SENDERS=()

a_port_learns_no_more_than_its_limit() {
	local most=0 now
	up 3
	limit port 1 200
	flood 1 20000 src 02:5e:5e:10:00:00
	flood 2 3000 src 02:5e:5e:20:00:00
	while kill -0 "${SENDERS[0]}" 2>/dev/null; do
		now=$(xsw -j fdb show dev "$(port 1)" state dynamic | jq length)
		[ "$now" -le 200 ] || bad "$now entries of 200"
		[ "$now" -gt "$most" ] && most=$now
	done
	flood_end
	counts_agree
	equal "entries of port 1" "$(count port 1)" 200
	at_least 3000 count port 2 || bad "port 2: $(count port 2) of 3000"
	drops 1 learn_limit
	equal "refused on port 2" "$(counter 2 .drops.learn_limit)" 0
	# the others work: a station behind port 3 is known to port 1
	send 3 dst "$ALL" src "$(mac 3)"
	fdb_is "$(mac 3)" 3
}

a_vlan_and_the_switch_have_limits_too() {
	up 3
	limit vlan 10 300
	limit switch 1000
	flood 1 2000 src 02:5e:5e:10:00:00 vlan 10
	flood 2 2000 src 02:5e:5e:20:00:00 vlan 10
	flood_end
	equal "entries of VLAN 10" "$(count vlan 10)" 300
	flood 1 2000 src 02:5e:5e:11:00:00 vlan 20
	flood 2 2000 src 02:5e:5e:21:00:00 vlan 30
	flood_end
	equal "entries of the switch" "$(count switch)" 1000
	counts_agree
	# room again, at once
	cfg fdb flush vlan 20
	equal "entries of VLAN 20" "$(count vlan 20)" 0
	flood 1 100 src 02:5e:5e:12:00:00 vlan 40
	flood_end
	equal "entries of VLAN 40" "$(count vlan 40)" 100
	counts_agree
}

# A full port takes no station that moves to it; one that has room does.
a_move_needs_room_on_the_new_port_only() {
	up 3
	send 2 dst "$ALL" src "$(mac 2)"
	fdb_is "$(mac 2)" 2
	limit port 2 1
	send 1 dst "$ALL" src "$(mac 1)"
	fdb_is "$(mac 1)" 1
	limit switch 1
	send 2 dst "$ALL" src "$(mac 1)"
	fdb_is "$(mac 1)" 1
	send 3 dst "$ALL" src "$(mac 1)"
	fdb_is "$(mac 1)" 3
	counts_agree
}

requests_count_too() {
	local i
	up 2
	cfg fdb flush
	cfg fdb add 02:5e:5e:00:00:01 dev "$(port 2)" dynamic
	cfg fdb add 02:5e:5e:00:00:02 dev "$(port 2)" dynamic vlan 10
	counts_agree
	cfg fdb replace 02:5e:5e:00:00:01 dev "$(port 2)" static
	cfg fdb replace 02:5e:5e:00:00:02 dev "$(port 1)" dynamic vlan 10
	counts_agree
	cfg fdb flush dev "$(port 2)"
	cfg fdb del 02:5e:5e:00:00:02 vlan 10
	cfg fdb del 02:5e:5e:00:00:01
	counts_agree
	limit vlan 7 3
	for i in 1 2 3; do cfg fdb add "02:5e:5e:00:01:0$i" dev "$(port 2)" dynamic vlan 7; done
	expect 2 xsw fdb add 02:5e:5e:00:01:04 dev "$(port 2)" dynamic vlan 7
	like "words" "$ERR" "a limit of learned addresses is reached"
	cfg port del "$(port 2)"
	equal "entries of a port that is gone" "$(count port 2)" 0
	counts_agree
}

# Everything at once: moves between ports on several CPUs, flushes, deletions, ageing.
counts_stay_right_under_churn() {
	local i
	up 3
	cfg set ageing 300ms
	limit port 2 500
	limit vlan 20 400
	for i in 1 2 3; do
		flood "$i" 4000 src 02:5e:5e:30:00:00
		flood "$i" 2000 src 02:5e:5e:40:00:00 vlan 20
	done
	for ((i = 0; i < 25; i++)); do
		cfg fdb flush
		cfg fdb flush dev "$(port 1)"
		cfg fdb flush vlan 20
		cfg fdb flush dev "$(port 2)" vlan 20
		xsw fdb del "02:5e:5e:30:00:$(printf %02x "$i")" 2>/dev/null
		cfg fdb replace "02:5e:5e:30:01:$(printf %02x "$i")" dev "$(port 3)" dynamic
		cfg fdb replace "02:5e:5e:30:02:$(printf %02x "$i")" dev "$(port 3)" static
	done
	flood_end
	cfg set ageing 300
	counts_agree
	for i in 1 2 3; do
		flood "$i" 1000 src 02:5e:5e:50:00:00
		flood "$i" 1000 src 02:5e:5e:60:00:00 vlan 20
	done
	flood_end
	at_least 1000 count switch || bad "little is learned"
	counts_agree
	equal "more than the limit of VLAN 20" $(($(count vlan 20) > 400)) 0
	equal "more than the limit of port 2" $(($(count port 2) > 500)) 0
}

# A new table: nothing is lost, nothing counts twice, while frames are learned and moved.
a_resize_keeps_entries_and_counts() {
	local n
	up 3
	flood 1 3000 src 02:5e:5e:70:00:00
	flood_end
	n=$(count port 1)
	flood 2 60000 src 02:5e:5e:80:00:00
	cfg set fdb_size 100000
	cfg set fdb_size 120000
	flood_end
	counts_agree
	at_least "$n" count port 1 || bad "$(count port 1) entries of $n"
	at_least 60000 count port 2 || bad "$(count port 2) entries of 60000"
	limit port 3 100
	cfg set fdb_size 90000
	flood 3 500 src 02:5e:5e:90:00:00
	flood_end
	equal "a limit after a resize" "$(count port 3)" 100
	counts_agree
}

run_case - a_port_learns_no_more_than_its_limit
run_case - a_vlan_and_the_switch_have_limits_too
run_case - a_move_needs_room_on_the_new_port_only
run_case - requests_count_too
run_case - counts_stay_right_under_churn
run_case - a_resize_keeps_entries_and_counts
finish
