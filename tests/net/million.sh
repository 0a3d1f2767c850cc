#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A million addresses: learned by frames, shown, aged, flushed, moved into another table while
# frames walk, and thrown at the switch by one port. Every step has a deadline; on a quiet machine
# all of it takes half a minute. Figures are the business of `xswitch bench`.
#
#	1 (station A) ---+--- 2 (station B)
#	3 (attacker)  ---+--- 4 (third party)
#
# alone: it has deadlines, and takes what the machine has
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2)
MILLION=1000000

# within MS WHAT COMMAND...: it succeeds, in that time
within() {
	local limit=$1 what=$2 start=${EPOCHREALTIME/./} ms
	shift 2
	"$@" || bad "$what: exit $?"
	ms=$(((${EPOCHREALTIME/./} - start) / 1000))
	echo "$what: $ms ms"
	[ "$ms" -le "$limit" ] || bad "$what: $ms ms, not more than $limit wanted"
}

fdb_of() { xsw -j show | jq ".[0].fdb.$1"; }

# N stations 02:78:00:00:00:00 and up speak to A from port 2, once each
stations() { "$XFRAME" -n "$P"2 send eth0 --macs "$1" dst "$A" src "${2:-02:78:00:00:00:00}"; }

# shown WANTED [OPTION...]: so many of them are listed, in bounded memory
shown() {
	local n
	n=$(ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=16 python3 -c '
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)' "$TOOL" "${@:2}" fdb show 2>"$CASE/rss" | grep -Eo '(^|")02:78:00' | wc -l)
	equal "fdb show ${*:2}" "$n" "$1"
	[ "$(<"$CASE/rss")" -lt 200000 ] || bad "fdb show ${*:2}: $(<"$CASE/rss") KiB resident"
}

a_million_is_learned_and_shown() {
	local n
	[ "$TEST_SWITCH" = xswitch ] || bad "has no table to look at"
	sw_up 2
	send 1 dst "$B" src "$A"
	within 10000 "room for a million" xsw set fdb_size $((MILLION + 1000))
	within 40000 "learning" stations "$MILLION"
	n=$(fdb_of learned)
	at_least "$MILLION" echo "$n" || bad "$n are learned"
	[ "$n" -lt $((MILLION + 50)) ] || bad "$n are learned"
	equal "refused" "$(fdb_of refused)" 0
	within 15000 "fdb show -j" shown "$MILLION" -j
	within 15000 "fdb show" shown "$MILLION"
	within 4000 "show" xsw show
	within 4000 "fdb get" fdb_is 02:78:00:0f:42:3f 2
	# refused as it is, and nothing is lost by trying
	expect 2 xsw set fdb_size 500000
	like "message" "$ERR" "500000 entries do not hold what the FDB has"
	at_least "$MILLION" fdb_of entries || bad "$(fdb_of entries) entries after a refusal"
	fdb_is 02:78:00:0f:42:3f 2
	within 4000 "flush" xsw fdb flush
	[ "$(fdb_of learned)" -lt 50 ] || bad "$(fdb_of learned) entries after a flush"
	shown 0
	# its memory is there for others at once, or soon
	n=$(fdb_of refused)
	stations 1000 02:78:00:80:00:00
	fdb_is 02:78:00:80:03:e7 2
}

few() { [ "$(fdb_of entries)" -lt 50 ] && at_least 200000 fdb_of expired; }

many_addresses_age() {
	[ "$TEST_SWITCH" = xswitch ] || bad "has no table to look at"
	sw_up 2
	send 1 dst "$B" src "$A"
	cfg set fdb_size 201000
	within 20000 "learning" stations 200000
	cfg set ageing 1
	within 20000 "they expire" wait_until 20000 few
	few || bad "$(fdb_of entries) left, $(fdb_of expired) expired"
	[ "$(fdb_of learned)" -lt 50 ] || bad "$(fdb_of learned) are still counted"
}

# Known traffic goes on without a loss or a copy elsewhere, addresses are learned meanwhile, and
# in the end all of them are there.
resizing_loses_nothing() {
	local pid size n=250000
	[ "$TEST_SWITCH" = xswitch ] || bad "has no table to look at"
	sw_up 4
	cfg set fdb_size $((n + 60000))
	send 1 dst "$B" src "$A"
	stations "$n"
	sniff 2 4
	send 2 dst "$A" src "$B"
	fence
	forget
	# B's 3000 frames, and 3000 stations of port 3
	"$XFRAME" -n "$P"1 send eth0 --rate 600 --count 3000 dst "$B" src "$A" &
	pid=$!
	undo reap "$pid"
	"$XFRAME" -n "$P"3 send eth0 --rate 600 --macs 3000 dst "$A" src 02:79:00:00:00:00 &
	undo reap $!
	for size in 4000000 $((n + 60000)) 1000000; do
		within 15000 "fdb_size $size" xsw set fdb_size "$size"
	done
	wait $! || bad "the stations: $?"
	wait "$pid" || bad "the sender: $?"
	fence
	equal "frames that came" "$(frames 2 | wc -l)" 3000
	equal "frames elsewhere" "$(frames 4 | wc -l)" 0
	equal "entries" "$(xsw fdb show | grep -c ^02:78:00)" "$n"
	equal "learned meanwhile" "$(xsw fdb show dev "$(port 3)" | grep -c ^02:79:00)" 3000
	at_least $((n + 3000)) fdb_of learned || bad "$(fdb_of learned) counted"
	[ "$(fdb_of learned)" -lt $((n + 3050)) ] || bad "$(fdb_of learned) counted"
}

# A million sources at full rate from port 3: A and B keep their entries, what A says to B comes
# once and goes nowhere else.
a_flood_harms_nobody_else() {
	local pid
	sw_up 4
	sniff 2 4
	send 2 dst "$A" src "$B"
	reach 1 2 dst "$B" src "$A"
	forget
	"$XFRAME" -n "$P"3 send eth0 --macs 1048576 dst "$A" src 02:78:00:00:00:00 &
	pid=$!
	undo reap "$pid"
	"$XFRAME" -n "$P"1 send eth0 --rate 1000 --count 2000 dst "$B" src "$A"
	fence
	equal "frames that came" "$(frames 2 | wc -l)" 2000
	equal "frames elsewhere" "$(frames 4 | grep -vc 0278)" 0
	# A speaks now and then, B is silent: it ages later than this test ends
	fdb_is "$A" 1
	fdb_is "$B" 2
	wait_until 20000 not kill -0 "$pid" 2>/dev/null || bad "the flood does not end"
	wait "$pid" || bad "the flood: $?"
	unsniff
	sniff 2 4
	reach 1 2 dst "$B" src "$A"
	[ "$TEST_SWITCH" = xswitch ] || return 0
	drops 3 fdb_full
	equal "refused to others" "$(counter 1 .drops.fdb_full) $(counter 2 .drops.fdb_full)" "0 0"
	# a limit of the port would have stopped it earlier: half of the table is left
	cfg fdb flush dev "$(port 3)"
	cfg set max_learned 32768
	"$XFRAME" -n "$P"3 send eth0 --macs 100000 dst "$A" src 02:78:00:00:00:00
	fence
	equal "learned" "$(fdb_of learned)" 32768
	fdb_is "$B" 2
	drops 3 learn_limit
}

run_case "hub none" a_million_is_learned_and_shown
run_case "hub none" many_addresses_age
run_case "hub none" resizing_loses_nothing
run_case "hub none" a_flood_harms_nobody_else
finish
