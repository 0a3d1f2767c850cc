#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The agent: addresses behind a link that went are unknown at once, devices may be renamed, one that
# is made again is a port again, and so is a new namespace of the old name. Without it, and when it
# is killed, frames flow all the same.
#
#	1 eth0 ---+
#	2 eth0 ---+ switch --- up0 ~~~ eth0 in namespace 8
#	3 eth0 ---+
#
# command
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../agent_lib.sh
. "$TESTS/agent_lib.sh"

A=$(mac 1) B=$(mac 2) C=$(mac 3) F=$(mac 8)
ALL=ff:ff:ff:ff:ff:ff
UP_MAC=02:77:00:00:00:01
LIMIT=200 # fault points of one reaction

far_up() {
	ip netns add "$(ns_name 8)"
	undo ip netns del "$(ns_name 8)"
	wire
	undo ip link del up0
}

# wire [MAC]: the uplink, as it was
wire() {
	ip link add up0 address "${1:-$UP_MAC}" type veth peer name eth0 netns "$(ns_name 8)" ||
		bad "no uplink"
	ns 8 ip link set eth0 up
	ns 8 ip addr add "$(ip4 8)/24" dev eth0
	OUTER[8]=up0
}

state_of() { xsw -j port show "$1" | jq -r '.[0].state'; }
state_is() { [ "$(state_of "$1")" = "$2" ]; }
unknown() { ! xsw fdb get "$1" >/dev/null 2>&1; }

# Both ends of the cable of N have carrier, and their queues: that is not so at once.
plugged() {
	up_there() { ns "$1" ip link show eth0 | grep -q 'state UP'; }
	up_here() { ip link show "${OUTER[$1]}" | grep -q 'state UP'; }
	wait_until 5000 up_there "$1" || bad "$1 has no carrier"
	wait_until 5000 up_here "$1" || bad "${OUTER[$1]} has no carrier"
}

# --- links that go ------------------------------------------------------------------------

lost_carrier_is_forgotten() {
	sw_up 3
	agent g
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 3 "1 2" dst "$ALL" src "$C"
	reach 1 2 dst "$B" src "$A"
	cfg fdb add 02:00:00:00:00:02 dev "$(port 2)"
	ns 2 ip link set eth0 down
	said g "port $(port 2): device sw0p2 lost carrier: what was learned there is forgotten$"
	unsniff
	sniff 1 3
	# unknown: flooded, and what the others have learned is as it was
	reach 1 3 dst "$B" src "$A"
	reach 3 1 dst "$A" src "$C"
	reach 1 3 dst "$C" src "$A"
	fdb_is "$B" none
	fdb_is 02:00:00:00:00:02 2
	ns 2 ip link set eth0 up
	plugged 2
	unsniff
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	agent_saw g
	equal "reactions to one transition" "$(times g "port $(port 2):")" 1
	ns 2 ip link set eth0 down
	two() { [ "$(times g "port $(port 2): .* lost carrier")" = 2 ]; }
	wait_until 10000 two || bad "the second time: $(<"$CASE/g")"
	agent_ended g 0 TERM
}

# Down and up again before anybody looks: the kernel tells of the end alone, and counts.
a_blink_is_not_missed() {
	sw_up 2
	agent g
	sniff 1 2
	reach 2 1 dst "$ALL" src "$B"
	kill -STOP "${AGENT[g]}"
	ns 2 ip link set eth0 down
	ns 2 ip link set eth0 up
	kill -CONT "${AGENT[g]}"
	said g "port $(port 2): .* lost carrier"
	wait_until 5000 unknown "$B" || bad "$B is still known"
	plugged 2
	unsniff
	sniff 1 2
	reach 1 2 dst "$B" src "$A"
}

what_was_before_it_came() {
	sw_up 3
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 3 "1 2" dst "$ALL" src "$C"
	unsniff
	ns 2 ip link set eth0 down
	# another one without carrier has learned nothing: nothing is to be said
	cfg port add idle netns "$(ns_name 1)" dev eth9 learning off
	ns 1 ip link set eth9 down
	agent g
	said g "port $(port 2): device sw0p2 lost carrier"
	unknown "$B" || bad "$B is still known"
	fdb_is "$C" 3
	equal "reactions" "$(times g "port ")" 1
	agent_saw g
	equal "reactions" "$(times g "port ")" 1
}

an_uplink_that_is_set_down() {
	far_up
	sw_up 2 --uplink up0
	agent g
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F"
	reach 1 8 dst "$F" src "$A"
	ip link set up0 down
	said g "port up0: device up0 (went down|lost carrier)"
	unsniff
	sniff 1 2
	reach 1 2 dst "$F" src "$A"
	ip link set up0 up
	plugged 8
	unsniff
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F"
	reach 1 8 dst "$F" src "$A"
}

a_renamed_device_is_followed() {
	far_up
	sw_up 2 --uplink up0
	agent g
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F"
	ip link set up0 down
	ip link set up0 name lan0
	ip link set lan0 up
	undo ip link del lan0
	OUTER[8]=lan0
	said g "port up0: device up0 is called lan0 now"
	plugged 8
	reach 8 "1 2" dst "$ALL" src "$F"
	reach 1 8 dst "$F" src "$A"
	equal "in port show" "$(xsw -j port show up0 | jq -r '.[0].ifname')" lan0
	equal "in fdb show" "$(xsw -j fdb get "$F" | jq -r '.[0].ifname')" lan0
	# the same port by its new name is the port that is there
	expect 0 xsw port add up0 type dev dev lan0
	# of our own devices too; they are taken away by `down`
	ip link set sw0p1 down
	ip link set sw0p1 name "${P}z" up
	said g "port $(port 1): device sw0p1 is called ${P}z now"
	expect 0 xsw port del up0
	equal "promiscuous" "$(ip -d link show lan0 | grep -c 'promiscuity 0')" 1
	expect 0 xsw down
	equal "devices" "$(ip -o link | grep -c "${P}z")" 0
}

# --- devices that come back ----------------------------------------------------------------

# What is set of the uplink's port and must be there afterwards.
settings() { xsw -j port show up0 | jq -cS '.[0] | del(.ifindex, .state, .carrier, .learned)'; }

a_recreated_uplink_is_a_port_again() {
	far_up
	sw_up 2 --uplink up0
	agent g
	cfg port set up0 mtu 1400 bcast_flood off
	cfg fdb add "$F" dev up0
	settings >"$CASE/before"
	ip link del up0
	said g "port up0: device up0 is gone: what was learned there is forgotten; attached again"
	equal "state" "$(state_of up0)" gone
	wire
	said g "port up0: device up0 is back: attached again$"
	bpf_note
	equal "state" "$(state_of up0)" forwarding
	equal "settings" "$(settings)" "$(<"$CASE/before")"
	like "device" "$(ip -d link show up0)" 'PROMISC.*,UP.* mtu 1400 '
	plugged 8
	sniff 1 2 8
	reach 8 "1 2" dst "$A" src "$C"
	reach 1 8 dst "$C" src "$A"
	# set by hand, not learned; and not flooded to
	reach 2 8 dst "$F" src "$B"
	reach 1 2 dst "$ALL" src "$A"
	cfg port set up0 bcast_flood on
	# and again, faster than it is let: it waits, and it comes
	ip link del up0
	wire
	again() { [ "$(times g "up0 is back: attached again$")" = 2 ]; }
	wait_until 15000 again || bad "not the second time: $(<"$CASE/g")"
	# as it was made, when it is no port any more
	expect 0 xsw port del up0
	like "device" "$(ip -d link show up0)" ' mtu 1500 .*promiscuity 0'
	equal "hooks" "$(tc qdisc show dev up0 | grep -c clsact)" 0
}

vlans_and_policies_are_kept() {
	[ "${XSW_FORCE_ATTACH:-}" != xdp ] || skip "VLANs of namespaces are for tc"
	far_up
	sw_up 2 --uplink up0
	cfg port set up0 mode trunk trunks 10-20 max_macs 3 police 10kpps
	cfg port set "$(port 1)" mode access tag 10
	cfg port set "$(port 2)" mode access tag 20
	settings >"$CASE/before"
	agent g
	ip link del up0
	wire
	said g "port up0: device up0 is back: attached again$"
	equal "settings" "$(settings)" "$(<"$CASE/before")"
	plugged 8
	sniff 1 2 8
	send 8 dst "$A" src "$C" vlan 10 len 64
	fence
	equal "at 1" "$(frames 1)" "$("$XFRAME" hex dst "$A" src "$C" len 60)"
	equal "at 2" "$(frames 2)" ""
	equal "learned" "$(xsw -j fdb get "$C" vlan 10 | jq -r '.[0].port')" up0
	forget
	send 1 dst "$C" src "$A" len 60
	fence
	equal "at 8" "$(frames 8)" "$("$XFRAME" hex dst "$C" src "$A" vlan 10 len 64)"
	forget
	send 8 dst "$ALL" src "$F" vlan 30
	arrived
	equal "a VLAN that is not let in" "$(frames 1)$(frames 2)" ""
}

another_device_is_left_alone() {
	far_up
	sw_up 2 --uplink up0
	agent g
	ip link del up0
	said g "device up0 is gone"
	wire 02:77:00:00:00:99
	said g "port up0: a device up0 is there with another address, 02:77:00:00:00:99: left alone"
	ip link set up0 mtu 1450
	ip link set up0 alias nobody
	# what comes after is seen after
	ip link set "${OUTER[2]}" down
	said g "port $(port 2): device sw0p2 went down"
	equal "told" "$(times g "another address")" 1
	equal "state" "$(state_of up0)" gone
	like "device" "$(ip -d link show up0)" 'promiscuity 0'
	# it gets the address: the same device after all
	ip link set up0 address "$UP_MAC"
	said g "up0 is back: attached again"
	equal "state" "$(state_of up0)" forwarding
}

what_is_refused_is_tried_again_and_told_once() {
	far_up
	sw_up 2 --uplink up0
	agent g
	ip link del up0
	said g "device up0 is gone"
	ip link add br9 type bridge
	undo ip link del br9
	kill -STOP "${AGENT[g]}"
	wire
	ip link set up0 master br9
	kill -CONT "${AGENT[g]}"
	said g "port up0: device up0 cannot be a port: it belongs to bridge br9"
	said g "port up0: not connected to up0: 7 attempts more"
	equal "state" "$(state_of up0)" gone
	# what was set is not lost by a refusal
	like "settings" "$(xsw -j port show up0)" '"mode": ?"transparent"'
	ip link set up0 nomaster
	said g "up0 is back: attached again"
	equal "told" "$(times g "cannot be a port")" 1
	plugged 8
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F"
}

a_device_that_was_elsewhere_for_a_while() {
	far_up
	sw_up 2 --uplink up0
	agent g
	ip netns add "${P}other"
	undo ip netns del "${P}other"
	ip link set up0 netns "${P}other"
	said g "port up0: device up0 is gone"
	ip -n "${P}other" link set up0 netns $$
	said g "port up0: device up0 is back: attached again"
	plugged 8
	sniff 1 2 8
	reach 8 "1 2" dst "$ALL" src "$F"
	reach 1 8 dst "$F" src "$A"
}

a_new_namespace_of_the_old_name() {
	local before
	sw_up 3
	agent g
	before=$(ns 2 ip -j link show eth0 | jq -r '.[0].address')
	cfg port set "$(port 2)" hairpin on
	cfg fdb add "$B" dev "$(port 2)"
	ip netns del "$(ns_name 2)"
	said g "port $(port 2): device sw0p2 is gone: .*made again for a new namespace"
	ip netns add "$(ns_name 2)"
	undo ip netns del "$(ns_name 2)"
	said g "port $(port 2): namespace $(ns_name 2) is back: devices made again"
	bpf_note
	equal "address" "$(ns 2 ip -j link show eth0 | jq -r '.[0].address')" "$before"
	equal "setting" "$(xsw -j port show "$(port 2)" | jq '.[0].flags.hairpin')" true
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"
	sniff 1 2 3
	reach 1 2 dst "$B" src "$A"
	reach 2 "1 3" dst "$ALL" src "$F"
	unsniff
	expect 0 xsw down
	# it was not made by xswitch
	[ -e "/run/netns/$(ns_name 2)" ] || bad "down removed a foreign namespace"
}

# Somebody who takes a device out of his namespace wants it so.
a_device_removed_inside_is_not_made_again() {
	sw_up 3
	agent g
	ns 2 ip link del eth0
	said g "port $(port 2): device sw0p2 is gone"
	agent_saw g
	agent_saw g
	state_is "$(port 2)" gone || bad "it was made again"
	equal "devices" "$(ns 2 ip -o link | grep -c eth0)" 0
	# the command still does
	expect 0 xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24
	bpf_note
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"
	# and what comes of it is followed
	ns 2 ip link set eth0 down
	said g "port $(port 2): device sw0p2 lost carrier"
}

# The kernel keeps the tunnel's own device; what its port has room for follows the route.
the_underlay_comes_back() {
	sw_up 1
	ip netns add "${P}far"
	undo ip netns del "${P}far"
	under() {
		ip link add under0 mtu "$1" type veth peer name eth0 mtu "$1" netns "${P}far" ||
			bad "no underlay"
		ip addr add 192.0.2.1/24 dev under0
		ip link set under0 up
		ip -n "${P}far" addr add 192.0.2.2/24 dev eth0
		ip -n "${P}far" link set eth0 up
	}
	under 1500
	undo ip link del under0
	xsw -S far -n "${P}far" up --ports "${P}x" --subnet none || bad "no far switch"
	undo xsw -S far -n "${P}far" down
	undo ip netns del "${P}x"
	ip -n "${P}x" addr add "$(ip4 9)/24" dev eth0
	expect 0 xsw -S far -n "${P}far" port add t type vxlan remote 192.0.2.1 key 7
	expect 0 xsw port add t type vxlan remote 192.0.2.2 key 7
	agent g
	ns 1 ping -qc1 -W2 "$(ip4 9)" || bad "no answer through the tunnel"
	mtu() { xsw -j port show t | jq '.[0].mtu'; }
	mtu_is() { [ "$(mtu)" = "$1" ]; }
	equal "mtu" "$(mtu)" 1446
	ip link del under0
	under 1300
	said g "port t: MTU 1246, as its route has room for now; it was 1446"
	equal "mtu" "$(mtu)" 1246
	equal "of those who follow" "$(ns 1 ip -j link show eth0 | jq '.[0].mtu')" 1246
	ns 1 ping -qc1 -W2 "$(ip4 9)" || bad "no answer through the new underlay"
	agent_ended g 0 TERM
}

# --- too much, and kills -------------------------------------------------------------------

# Stopped, with room for a message or two, while 400 changes are made and two that count.
lost_messages() {
	local i
	far_up
	sw_up 3 --uplink up0
	export XSW_AGENT_RCVBUF=4096
	agent g
	unset XSW_AGENT_RCVBUF
	sniff 1 2 3 8
	reach 2 "1 3 8" dst "$ALL" src "$B"
	reach 3 "1 2 8" dst "$ALL" src "$C"
	reach 8 "1 2 3" dst "$ALL" src "$F"
	unsniff
	kill -STOP "${AGENT[g]}"
	for ((i = 0; i < 200; i++)); do
		echo "link set sw0p1 txqueuelen $((1000 + i % 2))"
		[ "$i" = 100 ] && echo "link set up0 down"
		sleep 0.005
	done | ip -batch - || bad "no changes"
	ns 2 ip link set eth0 down
	ns 2 ip link set eth0 up
	ip link del up0
	wire
	ip link set sw0p3 down
	ip link set sw0p3 name "${P}q" up
	OUTER[3]=${P}q
	kill -CONT "${AGENT[g]}"
	said g "switch sw0: more changes than could be read: everything is looked at anew"
	said g "port $(port 2): .* lost carrier"
	said g "port $(port 3): device sw0p3 is called ${P}q now"
	said g "device up0 is back: attached again"
	agent_saw g
	unknown "$B" || bad "$B is still known"
	unknown "$F" || bad "$F is still known"
	plugged 2
	plugged 3
	plugged 8
	sniff 1 2 3 8
	reach 1 "2 3 8" dst "$B" src "$A"
	reach 8 "1 2 3" dst "$ALL" src "$F"
	reach 1 8 dst "$F" src "$A"
}

# While it reads: 200 a second for some seconds, devices of others too; its memory stays.
changes() { # COUNT
	local i
	for ((i = 0; i < $1; i++)); do
		echo "link set sw0p1 txqueuelen $((1000 + i % 2))"
		echo "link add ${P}a type veth peer name ${P}b"
		echo "link del ${P}a"
		sleep 0.005
	done | ip -batch - || bad "no changes"
}

resident() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; } # KiB

# Memory that the first of them take is there for the others.
many_changes() {
	local before after
	sw_up 2
	# AddressSanitizer would keep what was freed
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=0:thread_local_quarantine_size_kb=0
	agent g
	changes 200
	agent_saw g
	before=$(resident "${AGENT[g]}")
	changes 400
	agent_saw g
	after=$(resident "${AGENT[g]}")
	[ "$after" -lt $((before + 1024)) ] || bad "it had $before KiB, it has $after"
	equal "reactions" "$(times g "port ")" 0
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"
}

killed_in_the_middle() {
	sw_up 3
	agent g
	"$XFRAME" -n "$P"1 send eth0 --count 1000000 --rate $((2000 / SLOW)) \
		dst "$ALL" src 02:aa:00:00:00:01 &
	undo reap $!
	ns 2 ip link set eth0 down
	kill -KILL "${AGENT[g]}"
	wait "${AGENT[g]}" 2>/dev/null
	ns 2 ip link set eth0 up
	plugged 2
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	reach 3 1 dst 02:aa:00:00:00:01 src "$C"
	# without it what was learned stays until it has aged
	ns 2 ip link set eth0 down
	fdb_is "$B" 2
	# another one takes over
	agent h
	said h "port $(port 2): device sw0p2 lost carrier"
	unknown "$B" || bad "$B is still known"
}

# crashing N: an agent that is killed at its Nth point; whether it came that far
crashing() {
	local rc
	{
		XSW_CRASH_AT=$1 "$TOOL" -v agent >"$CASE/crash.out" 2>"$CASE/crash" &
		AGENT[crash]=$!
		over() {
			grep -q "is back: " "$CASE/crash" || ! kill -0 "${AGENT[crash]}" 2>/dev/null
		}
		wait_until 10000 over || bad "neither: $(<"$CASE/crash")"
		kill "${AGENT[crash]}" 2>/dev/null
		wait "${AGENT[crash]}"
		rc=$?
	} 2>/dev/null
	case $rc in
	137) return 0 ;;
	0) return 1 ;;
	*) bad "killed at $1: exit $rc: $(<"$CASE/crash")" ;;
	esac
}

# At each point of its work; the next one takes it from there, and `down` leaves nothing.
killed_while_it_connects_a_device() {
	local n
	far_up
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw up --ports "$(port_list 1)" --subnet 10.77.0.0/24 --uplink up0
		expect 0 xsw port set up0 mtu 1400 flood off
		settings >"$CASE/before"
		ip link del up0
		wire
		crashing "$n" || break
		if [ $((n % 2)) = 1 ]; then
			agent g
			wait_until 10000 state_is up0 forwarding || bad "after a kill at $n: $(<"$CASE/g")"
			equal "settings after a kill at $n" "$(settings)" "$(<"$CASE/before")"
			ns 1 ping -qc1 -W2 "$(ip4 8)" || bad "no answer after a kill at $n"
			agent_ended g 0 TERM
		fi
		expect 0 xsw down
		like "device after a kill at $n" "$(ip -d link show up0)" ' mtu 1500 .*promiscuity 0'
		wait_until 5000 only_ours || bad "left after a kill at $n: $(leftovers)"
	done
	at_least 5 echo "$n" || bad "$n points only"
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	expect 0 xsw down
}
only_ours() { [ "$(leftovers | grep -cv "device up0\|namespace $(ns_name 8)")" = 0 ]; }

killed_while_it_makes_devices() {
	local n
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
		ip netns del "$(ns_name 2)"
		wait_until 5000 state_is "$(port 2)" gone || bad "port 2 is $(state_of "$(port 2)")"
		ip netns add "$(ns_name 2)"
		crashing "$n" || break
		if [ $((n % 2)) = 1 ]; then
			agent g
			wait_until 10000 state_is "$(port 2)" forwarding ||
				bad "after a kill at $n: $(<"$CASE/g")"
			ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer after a kill at $n"
			agent_ended g 0 TERM
		fi
		expect 0 xsw down
		equal "devices after a kill at $n" "$(ns 2 ip -o link | grep -c eth0)" 0
		ip netns del "$(ns_name 2)"
		wait_until 5000 clean || bad "left after a kill at $n: $(leftovers)"
	done
	at_least 5 echo "$n" || bad "$n points only"
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	expect 0 xsw down
	ip netns del "$(ns_name 2)"
}

# --- the others ----------------------------------------------------------------------------

commands_do_not_wait_for_it() {
	sw_up 2
	agent g
	sniff 1
	exec 8<"$XSWITCH_BPFFS/xswitch"
	flock 8
	ns 2 ip link set eth0 down
	send 1 dst "$ALL" src "$A"
	fdb_is "$A" 1
	fdb_is "$B" none
	# a signal ends it though it has something to do and cannot
	agent_ended g 0 TERM
	exec 8<&-
	agent h
	expect 0 xsw --wait 1 set ageing 200
	agent_ended h 0 TERM
}

down_under_an_agent() {
	far_up
	sw_up 3 --uplink up0
	agent g
	expect 0 xsw --wait 2 down
	agent_ended g 0
	like "last words" "$(tail -n1 "$CASE/g")" "switch sw0 is gone: nothing is left to do"
	equal "of ports it said" "$(times g "port ")" 0
	# the kernel frees maps and programs a little later
	left() { leftovers | grep -v "device up0\|namespace $(ns_name 8)"; }
	wait_until 5000 not left || bad "left: $(left)"
	# the bpffs that the first command mounted is unmounted by the last
	mkdir "$CASE/fs"
	export XSWITCH_BPFFS=$CASE/fs
	expect 0 xsw up --ports "$(port_list 1 2)"
	agent h
	ns 2 ip link set eth0 down
	said h "lost carrier"
	expect 0 xsw down
	! mountpoint -q "$CASE/fs" || bad "bpffs is still mounted"
	agent_ended h 0
}

# It lives there, and would keep it.
the_namespace_of_the_switch_goes() {
	ip netns add "${P}home"
	expect 0 xsw -n "${P}home" up --ports "$(port_list 1)"
	undo xsw down
	agent g -n "${P}home"
	ip netns del "${P}home"
	agent_ended g 0
	like "last words" "$(tail -n1 "$CASE/g")" "its namespace ${P}home is gone: nothing is left"
	alone() { [ "$(ns 1 ip -o link | grep -c eth0)" = 0 ]; }
	wait_until 5000 alone || bad "something keeps the namespace"
}

run_case - lost_carrier_is_forgotten
run_case - a_blink_is_not_missed
run_case - what_was_before_it_came
run_case - an_uplink_that_is_set_down
run_case - a_renamed_device_is_followed
run_case - a_recreated_uplink_is_a_port_again
run_case - vlans_and_policies_are_kept
run_case - another_device_is_left_alone
run_case - what_is_refused_is_tried_again_and_told_once
run_case - a_device_that_was_elsewhere_for_a_while
run_case - a_new_namespace_of_the_old_name
run_case - a_device_removed_inside_is_not_made_again
run_case - the_underlay_comes_back
run_case - lost_messages
run_case - many_changes
run_case - killed_in_the_middle
run_case - killed_while_it_connects_a_device
run_case - killed_while_it_makes_devices
run_case - commands_do_not_wait_for_it
run_case - down_under_an_agent
run_case - the_namespace_of_the_switch_goes
finish
