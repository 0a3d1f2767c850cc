#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nobody sets an MTU: the ports of a switch follow its tunnels, and TCP inside is right at once.
# And split horizon: three hosts, each with a tunnel to both others.
#
#	1, 2 --- sw1, host 1 192.0.2.1 ~~~ 192.0.2.2 host 2, sw2 --- 3, 4
#	                            \         /
#	                      192.0.2.3 host 3, sw3 --- 5, 6
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../stream_lib.sh
. "$TESTS/stream_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$TESTS/tunnel_lib.sh"

A=$(mac 1) C=$(mac 5)
ALL=ff:ff:ff:ff:ff:ff
HEADERS=$((20 + 8 + 8 + 14)) # IPv4, UDP, VXLAN, Ethernet
LIMIT=150		     # fault points of one command

# mtus WANTED GUEST...: both ends and the port itself, on host 1
mtus() {
	local want=$1 n
	shift
	for n; do
		equal "MTU of port $n, its ends" "$(mtu_of 1 "$(port "$n")") $(ends "$n")" \
			"$want $want $want"
	done
}
ends() { # inner, outer
	echo "$(ns "$1" ip -j link show eth0 | jq '.[0].mtu')" \
		"$(far 1 ip -j link show "$(on 1 '.[0].ifname' port show "$(port "$1")")" |
			jq '.[0].mtu')"
}

ports_follow_the_tunnels() {
	underlay 2
	host_up 1 1 2
	host 1 port set "$(port 2)" mtu 1500 || bad "port set: $?"
	host 1 port add gw type host dev gw0 address 10.77.0.254/24 || bad "port add: $?"
	mtus 1500 1 2
	host 1 port add tun0 type vxlan remote "$(under4 2)" key 1 mode access tag 10 || bad "port add: $?"
	equal "automatic" "$(on 1 '[.[] | .mtu_auto // false] | join(" ")' port show)" "true false true true"
	mtus $((1500 - HEADERS)) 1
	mtus 1500 2
	equal "host port" "$(mtu_of 1 gw) $(far 1 ip -j link show gw0 | jq '.[0].mtu')" "1450 1450"
	# tags inside need room
	host 1 port set tun0 mode trunk || bad "port set: $?"
	mtus $((1500 - HEADERS - 4)) 1
	# the least one counts, whenever it comes
	host 1 port add tun1 type vxlan remote "$(under4 2)" key 2 mtu 1300 || bad "port add: $?"
	mtus 1300 1
	host 1 port add "$(port 5)" || bad "port add: $?"
	undo ip netns del "$(port 5)"
	mtus 1300 1 5
	host 1 port set tun1 mtu 1400 || bad "port set: $?"
	mtus 1400 1 5
	host 1 port set "$(port 2)" mtu auto || bad "port set: $?"
	mtus 1400 2
	host 1 port set "$(port 1)" mtu 1200 || bad "port set: $?"
	host 1 port set tun1 mtu auto || bad "port set: $?"
	equal "MTU of tun1" "$(mtu_of 1 tun1)" 1446
	mtus 1446 2 5
	mtus 1200 1
	host 1 port del tun1 || bad "port del: $?"
	mtus 1446 2 5
	host 1 port del tun0 || bad "port del: $?"
	mtus 1500 2 5
	mtus 1200 1
}

# What an underlay of more could carry is for ports that ask for it.
no_more_than_1500() {
	underlay 2 9000
	host_up 1 1
	host 1 port add tun0 type vxlan remote "$(under4 2)" key 1 || bad "port add: $?"
	equal "MTU of the tunnel" "$(mtu_of 1 tun0)" $((9000 - HEADERS - 4))
	mtus 1500 1
}

taken_back() {
	underlay 2
	host_up 1 1 2
	printf '%s\n' "port add tun0 type vxlan remote $(under4 2) key 1" \
		"port add $(port 5)" "port set tun0 mtu 1300" "fdb del 02:00:00:00:00:77" >"$CASE/batch"
	undo ip netns del "$(port 5)"
	expect 3 host 1 -b "$CASE/batch"
	mtus 1500 1 2
	host 1 port add tun0 type vxlan remote "$(under4 2)" key 1 || bad "port add: $?"
	printf '%s\n' "port set tun0 mtu 1300" "port set $(port 2) mtu 1500" "fdb del 02:00:00:00:00:77" \
		>"$CASE/batch"
	expect 3 host 1 -b "$CASE/batch"
	mtus 1446 1 2
}

# The next writer brings the ports to what the tunnels there are let through.
killed() {
	local n
	underlay 2
	host_up 1 1 2
	consistent() {
		host 1 port set "$(port 2)" hairpin on || bad "after $1 was killed at $n: $?"
		if [ "$(on 1 '.[] | select(.port == "tun0") | .state' port show)" = forwarding ]; then
			mtus 1446 1 2
		else
			mtus 1500 1 2
		fi
	}
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" -S sw1 -n "$(hostns 1)" port add tun0 type vxlan remote "$(under4 2)" \
			key 1 || break
		consistent "port add"
		host 1 port del tun0 2>/dev/null
	done
	mtus 1446 1 2
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" -S sw1 -n "$(hostns 1)" port del tun0 || break
		host 1 port add "$(port 1)" || bad "port add: $?" # removes what is left
		consistent "port del"
		host 1 port add tun0 type vxlan remote "$(under4 2)" key 1 || bad "port add: $?"
	done
	mtus 1500 1 2
}

# counters N FIELD...: their sum in a guest
counters() { ns "$1" nstat -asz "${@:2}" | awk '!/^#/ { n += $2 } END { print n + 0 }'; }

fragments() { # HOST
	far "$1" nstat -asz IpFragCreates IpFragOKs IpFragFails IpReasmReqds Ip6FragCreates \
		Ip6ReasmReqds | awk '!/^#/ { n += $2 } END { print n + 0 }'
}

# A stream of which no segment is sent twice. What is too long never arrives, so it would be resent
# every time; a machine that stands still for a moment resends, too, but not each of five times.
smooth() { # ADDR FROM TO BYTES
	local before i
	for i in 1 2 3 4 5; do
		before=$(counters "$2" TcpRetransSegs)
		stream "$1" "$2" "$3" "" "$4"
		[ "$(counters "$2" TcpRetransSegs)" != "$before" ] || return 0
	done
	bad "from $2 to $3 segments were resent, $i times out of $i"
}

# The largest segment that fits is found without a packet lost for its length: guests of ports that
# were there before the tunnel, and of one that came later.
tcp_at_once() {
	local h n from to=3
	underlay 2
	host_up 1 1
	host_up 2 3
	for h in 1 2; do
		host "$h" port add tun0 type vxlan remote "$(under4 $((3 - h)))" key 1 ||
			bad "port add: $?"
	done
	undo ip netns del "$(port 2)"
	host 1 port add "$(port 2)" address "$(ip4 2)/24" address "$(ip6 2)/64" || bad "port add: $?"
	mtus 1446 1 2
	for from in 1 2; do
		# the address of the later one is tried out first
		wait_until 8000 ns "$from" ping -6 -qc1 -W1 "$(ip6 "$to")" ||
			bad "no answer by IPv6"
		smooth "$(ip4 "$to")" "$from" "$to" 20000000
		smooth "$(ip6 "$from")" "$to" "$from" 10000000
	done
	for n in 1 2 3; do
		equal "guest $n: told of a lesser MTU" \
			"$(counters "$n" IcmpInDestUnreachs Icmp6InPktTooBigs)" 0
	done
	for h in 1 2; do
		equal "host $h: fragments" "$(fragments "$h")" 0
		equal "host $h: too big" "$(on "$h" '[.[].stats.drops.too_big // 0] | add' stats)" 0
	done
	# the largest packet, and one more
	ns 2 ping -qc1 -W2 -M "do" -s $((1446 - 28)) "$(ip4 3)" || bad "1446 bytes do not fit"
	segment_size 1 3
}

# ss shows the segments of a connection under way: MTU less IPv4, TCP and its timestamps
segment_size() {
	local mss
	ns "$2" "$XSTREAM" listen "$(ip4 "$2")" 5002 >"$CASE/got" 2>"$CASE/listen2" &
	undo reap $!
	wait_until 3000 grep -q ready "$CASE/listen2" || bad "no listener"
	{ head -c 1000000 /dev/zero; sleep 30; } | ns "$1" "$XSTREAM" connect "$(ip4 "$2")" 5002 &
	undo reap $!
	all_there() { [ "$(stat -c %s "$CASE/got")" = 1000000 ]; }
	wait_until 5000 all_there || bad "the stream stands still"
	mss=$(ns "$1" ss -tinH dst "$(ip4 "$2")" | grep -o ' mss:[0-9]*')
	equal "segments" "${mss#* mss:}" $((1446 - 20 - 20 - 12))
}

# --- three hosts, all joined with all ----------------------------------------------------

groups_of_ports() { # HOST: a tunnel for each of the others
	local k
	for k in 1 2 3; do
		[ "$k" = "$1" ] && continue
		host "$1" port add "to$k" type vxlan remote "$(under4 "$k")" key 5 group 1 ||
			bad "port add on host $1: $?"
	done
}

several_remotes() { # HOST: one tunnel to both
	local k list=
	for k in 1 2 3; do
		[ "$k" = "$1" ] || list+=,$(under4 "$k")
	done
	host "$1" port add mesh type vxlan remote "${list#,}" key 5 || bad "port add on host $1: $?"
}

# A group that was given, and the legs' own again.
several_remotes_regrouped() { # HOST
	several_remotes "$1"
	host "$1" port set mesh group 7 || bad "group of host $1: $?"
	equal "group" "$(on "$1" '.[0].group' port show mesh)" 7
	host "$1" port set mesh isolated on || bad "policy of host $1: $?"
	host "$1" port set mesh group none isolated off || bad "group of host $1: $?"
	equal "group" "$(on "$1" '.[0] | has("group")' port show mesh)" false
}

# sums HOST CLASS: frames of that class that came in by the host's tunnels
sums() { on "$1" "[.[] | select(.type == \"vxlan\") | .stats.rx.$2.packets // 0] | add" -s port show; }

mesh() { # MAKE
	local h n before
	underlay 3
	host_up 1 1 2
	host_up 2 3 4
	host_up 3 5 6
	for n in 1 2 3 4 5 6; do ns "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1; done
	for h in 1 2 3; do "$1" "$h"; done
	sniff 2 3 4 5 6
	reach_far 1 "2 3 4 5 6" 5 dst "$ALL" src "$A"
	reach_far 1 "2 3 4 5 6" 4 dst "$C" src "$A" # not known yet
	unsniff
	sniff 1 2 3 4 6
	reach_far 5 1 1 dst "$A" src "$C"
	unsniff
	# known both ways: host 2 sees nothing of it
	before=$(sums 2 unicast)
	sniff 2 3 4 5 6
	reach_far 1 5 5 dst "$C" src "$A"
	equal "unicast by way of host 2" "$(sums 2 unicast)" "$before"
	# what goes round and round would be counted again and again
	before=$(sums 2 broadcast)
	for n in 1 2 3; do reach_far 1 "2 3 4 5 6" 3 dst "$ALL" src "$A"; done
	equal "broadcasts at host 2, with what marks their end" \
		"$(sums 2 broadcast)" $((before + 6))
	equal "at host 3" "$(on 3 '[.[].stats.drops.same_port // 0] | add' stats)" 0
}

run_case "hub none" ports_follow_the_tunnels
run_case "hub none" no_more_than_1500
run_case "hub none" taken_back
run_case "hub none" killed
run_case "hub none" tcp_at_once
run_case "hub none" mesh groups_of_ports
run_case "hub none" mesh several_remotes
run_case "hub none" mesh several_remotes_regrouped
finish
