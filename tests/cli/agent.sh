#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xswitch agent as a command: words, messages, records, one of them a switch, signals, and what it
# tells a service manager. What it does to frames is in tests/net/agent.sh.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../agent_lib.sh
. "$TESTS/agent_lib.sh"

help_and_bad_words() {
	expect 0 xsw agent help
	equal "first line" "$(head -n1 <<<"$OUT")" "Usage: xswitch agent$USAGE"
	like "in the list" "$(xsw help)" "agent +react to links"
	sw_up 1
	expect 1 xsw agent now
	like "error" "$ERR" '^xswitch: agent: .*"now"'
	expect 1 xsw --dry-run agent
	like "error" "$ERR" '^xswitch: agent: --dry-run'
	echo agent >"$CASE/batch"
	expect 1 xsw -b "$CASE/batch"
	like "error" "$ERR" 'not in a batch'
	expect 3 xsw -S none agent
	like "error" "$ERR" 'no switch none'
	ip netns add "${P}x"
	undo ip netns del "${P}x"
	expect 3 xsw -n "${P}x" agent
	like "error" "$ERR" 'does not live in network namespace'
}

nobody_is_refused() {
	sw_up 1
	expect 2 setpriv --reuid=65534 --regid=65534 --clear-groups "$TOOL" agent
	like "error" "$ERR" 'pin meta: Permission denied.*CAP_DAC_OVERRIDE'
	expect 2 setpriv --bounding-set=-net_admin "$TOOL" agent
	like "error" "$ERR" 'not permitted without CAP_NET_ADMIN'
}

signals_end_it() {
	local s
	sw_up 2
	for s in TERM INT; do
		agent g
		agent_ended g 0 "$s"
		equal "what it said" "$(<"$CASE/g")" "following"
		equal "stdout" "$(<"$CASE/g.out")" ""
	done
	agent g
	kill -HUP "${AGENT[g]}"
	said g "^xswitch: switch sw0: SIGHUP: everything is looked at anew$"
	agent_ended g 0 TERM
}

one_agent_a_switch() {
	sw_up 1
	undo xsw -S sw1 down
	expect 0 xsw -S sw1 up
	agent g
	agent h -S sw1
	expect 2 xsw agent
	equal "error" "$ERR" "xswitch: switch sw0 has an agent already: pid ${AGENT[g]}
hint: \`kill ${AGENT[g]}\` ends it, \`kill -HUP ${AGENT[g]}\` makes it look at everything anew"
	# from another namespace it is the same switch
	ip netns add "${P}x"
	undo ip netns del "${P}x"
	expect 2 nsenter --net="/run/netns/${P}x" "$TOOL" -n "/proc/$$/ns/net" agent
	like "error" "$ERR" "has an agent already: pid ${AGENT[g]}"
	# asking did it no harm, and a kill makes room at once
	agent_ended h 0 TERM
	agent_ended g 137 KILL
	agent i
	# a switch made anew has another one, though the old one has not noticed yet
	kill -STOP "${AGENT[i]}"
	expect 0 xsw down
	sw_up 1
	agent k
	kill -CONT "${AGENT[i]}"
	agent_ended i 0
	agent_ended k 0 TERM
}

# Another one's socket of that name: it says so.
a_name_taken_by_a_user() {
	sw_up 1
	local meta name pid
	meta=$XSWITCH_BPFFS/xswitch/sw0/meta
	name=$(python3 -c 'import os, sys
st = os.stat(sys.argv[1])
print("xswitch-agent/sw0/%x/%x" % (st.st_dev, st.st_ino))' "$meta")
	python3 -c 'import os, socket, sys, time
os.setuid(65534)
s = socket.socket(socket.AF_UNIX)
s.bind("\0" + sys.argv[1])
s.listen()
print("ready", flush=True)
time.sleep(60)' "$name" >"$CASE/taken" &
	pid=$!
	undo reap "$pid"
	wait_until 5000 grep -q ready "$CASE/taken" || bad "it is not taken"
	expect 2 xsw agent
	like "error" "$ERR" "agent already: pid $pid.*hint: it is a process of user 65534"
}

RECORDS='[{"event":"resync","cause":"asked"},
 {"event":"flushed","cause":"carrier","port":"A","ifname":"sw0p1"},
 {"event":"renamed","port":"A","ifname":"XX","from":"sw0p1"},
 {"event":"gone","port":"B","ifname":"sw0p2"},
 {"event":"attached","port":"B","ifname":"sw0p2"}]'

records_are_one_array() {
	local a b
	sw_up 3
	a=$(port 1) b=$(port 2)
	agent g -j
	recorded() { wait_until 10000 grep -q "\"$1\"" "$CASE/g.out" || bad "no $1: $(<"$CASE/g.out")"; }
	kill -HUP "${AGENT[g]}"
	recorded resync
	# all of it at once: one line, whatever else the kernel tells on the way
	ns 1 ip link set eth0 down
	recorded flushed
	kill -STOP "${AGENT[g]}"
	ip link set sw0p1 down
	ip link set sw0p1 name "${P}q"
	kill -CONT "${AGENT[g]}"
	recorded renamed
	kill -STOP "${AGENT[g]}"
	ip netns del "$b"
	gone() { ! ip link show sw0p2; }
	wait_until 5000 gone 2>/dev/null || bad "sw0p2 is there"
	kill -CONT "${AGENT[g]}"
	recorded gone
	ip netns add "$b"
	undo ip netns del "$b"
	recorded attached
	agent_ended g 0 TERM
	equal "stderr" "$(<"$CASE/g")" "following"
	equal "type" "$(jq -r type "$CASE/g.out")" array
	equal "records with a line of their own" "$(grep -c '"event"' "$CASE/g.out")" \
		"$(jq length "$CASE/g.out")"
	# the kernel sets a device down a moment before it takes it away
	equal "records" "$(jq -c --arg b "$b" 'map(select(.cause != "down" or .port != $b) |
		del(.time, .text))' "$CASE/g.out")" \
		"$(jq -c . <<<"$RECORDS" | sed "s/\"A\"/\"$a\"/g; s/\"B\"/\"$b\"/g; s/XX/${P}q/")"
	equal "times" "$(jq '[.[] | select(.time | sub("\\.[0-9]+Z"; "Z") | fromdateiso8601 |
		(now - .) | fabs > 60)] | length' "$CASE/g.out")" 0
	equal "sentences" "$(jq -r '.[1].text' "$CASE/g.out")" \
		"port $a: device sw0p1 lost carrier: what was learned there is forgotten"
	agent e -j
	agent_ended e 0 TERM
	equal "nothing to say" "$(<"$CASE/e.out")" "[]"
}

nobody_reads() {
	sw_up 2
	mkfifo "$CASE/fifo"
	"$TOOL" -v -j agent >"$CASE/fifo" 2>"$CASE/p" &
	AGENT[p]=$!
	undo reap $!
	exec 7<"$CASE/fifo"
	said p following
	exec 7<&-
	agent_ended p 0
}

# manager PATH: what a service manager is told; a line a datagram
manager() {
	python3 -c 'import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\0"))
print("bound", flush=True)
while True: print(s.recv(4096).decode(), flush=True)' "$1" >"$CASE/manager" &
	undo reap $!
	wait_until 5000 grep -q bound "$CASE/manager" || bad "no manager"
}

# notified PATH: of the namespace the manager is in, though the switch lives in another
notified() {
	ip netns add "${P}x"
	undo ip netns del "${P}x"
	expect 0 xsw -n "${P}x" up --ports "$(port_list 1)"
	undo xsw down
	manager "$1"
	export NOTIFY_SOCKET=$1
	agent g -n "${P}x"
	unset NOTIFY_SOCKET
	wait_until 5000 grep -q "^READY=1$" "$CASE/manager" || bad "not ready"
	agent_ended g 0 TERM
	wait_until 5000 grep -q "^STOPPING=1$" "$CASE/manager" || bad "not stopping"
	equal "all of it" "$(tr '\n' ' ' <"$CASE/manager")" "bound READY=1 STOPPING=1 "
}

# From the namespace it is called in, of the one switch, wherever that lives.
it_serves_metrics() {
	local url
	ip netns add "${P}x"
	undo ip netns del "${P}x"
	expect 0 xsw -n "${P}x" up --ports "$(port_list 1)"
	undo xsw down
	expect 0 xsw -S sw1 up
	undo xsw -S sw1 down
	"$TOOL" -v -n "${P}x" agent --listen 0 2>"$CASE/g" &
	AGENT[g]=$!
	undo reap $!
	said g "^following"
	url=$(sed -n 's/^xswitch: metrics at //p' "$CASE/g")
	like "where" "$url" '^http://127\.0\.0\.1:[0-9]+/metrics$'
	get() { python3 -c 'import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())' "$url"; }
	get >"$CASE/page" || bad "no answer: $(<"$CASE/g")"
	like "page" "$(<"$CASE/page")" "xswitch_port_[a-z_]*\{switch=\"sw0\",port=\"$(port 1)\""
	equal "of the other switch" "$(grep -c 'switch="sw1"' "$CASE/page")" 0
	# it does its own work meanwhile
	ns 1 ip link set eth0 down
	said g "lost carrier"
	get >"$CASE/page" || bad "no second answer: $(<"$CASE/g")"
	agent_ended g 0 TERM
	expect 1 xsw agent --listen nowhere
	like "error" "$ERR" '^xswitch: agent: --listen "nowhere" is no address'
}

a_manager_that_is_not_there() {
	local path
	sw_up 1
	for path in /nowhere nonsense @nobody "/$(printf 'n%.0s' {1..200})"; do
		NOTIFY_SOCKET=$path agent g
		agent_ended g 0 TERM
	done
}

USAGE=' [--listen [ADDR:]PORT]'
run_case - help_and_bad_words
run_case - nobody_is_refused
run_case - signals_end_it
run_case - one_agent_a_switch
run_case - a_name_taken_by_a_user
run_case - records_are_one_array
run_case - nobody_reads
run_case - notified /run/xswitch-test/notify
run_case - notified @xswitch-test-notify
run_case - it_serves_metrics
run_case - a_manager_that_is_not_there
finish
