#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Ports whose device or namespace goes away while frames flow: the others do not suffer, `show`
# says so, `up` again heals, and nobody inherits the place of a dead port.
#
#	1 (sends all the time) ---+--- 2 (goes away)
#	                          +--- 3
#
# command
# variants: clsact xdp
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2) C=$(mac 3)
ALL=ff:ff:ff:ff:ff:ff

# Traffic for everybody and for B, until the case ends.
up3_under_traffic() {
	sw_up 3
	"$XFRAME" -n "$P"1 send eth0 --count 1000000 --rate $((2000 / SLOW)) \
		dst "$ALL" src 02:aa:00:00:00:01 , dst "$B" src 02:aa:00:00:00:01 &
	undo reap $!
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
}

# From now on 2 is not to be asked.
without_2() {
	unsniff
	sniff 1 3
}

state_of() { xsw -j port show "$(port "$1")" | jq -r '.[0].state'; }
state_is() { [ "$(state_of "$1")" = "$2" ]; }

# heals [UP-OPTION...]: the same `up` again
heals() {
	wait_until 3000 state_is 2 gone || bad "port 2 is $(state_of 2), not gone"
	without_2
	# what was for B is flooded now and not lost
	reach 1 3 dst "$B" src "$A"
	reach 3 1 dst "$ALL" src "$C"
	reach 1 3 dst "$C" src "$A"
	xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24 || bad "up again: $?"
	bpf_note
	equal "state" "$(state_of 2)" forwarding
	unsniff
	sniff 1 2 3
	reach 2 "1 3" dst "$ALL" src "$B"
	reach 1 2 dst "$B" src "$A"
	reach 1 3 dst "$C" src "$A"
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer after healing"
	xsw down || bad "down: $?"
	equal "left" "$(leftovers_but_traffic)" ""
}

leftovers_but_traffic() { wait_until 3000 clean || leftovers; }

namespace_deleted() {
	up3_under_traffic
	unsniff # a sniffer in it would keep it
	ip netns del "$(ns_name 2)"
	heals
}

namespace_deleted_and_made_again() {
	up3_under_traffic
	unsniff
	ip netns del "$(ns_name 2)"
	wait_until 3000 state_is 2 gone || bad "port 2 is $(state_of 2)"
	ip netns add "$(ns_name 2)"
	ns 2 ip link set lo up
	undo ip netns del "$(ns_name 2)"
	wait_until 3000 state_is 2 gone || bad "port 2 is $(state_of 2) in a new namespace"
	without_2
	reach 1 3 dst "$B" src "$A"
	xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24 || bad "up again: $?"
	bpf_note
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer after healing"
	xsw down || bad "down: $?"
	# that one was not made by xswitch
	[ -e "/run/netns/$(ns_name 2)" ] || bad "down removed a foreign namespace"
}

device_removed_inside() {
	up3_under_traffic
	ns 2 ip link del eth0
	heals
}

device_removed_outside() {
	up3_under_traffic
	ip link del "${OUTER[2]}"
	heals
}

device_moved_to_another_namespace() {
	up3_under_traffic
	ip netns add "${P}other"
	undo ip netns del "${P}other"
	undo ip -n "${P}other" link del "${OUTER[2]}"
	ip link set "${OUTER[2]}" netns "${P}other"
	without_2
	reach 1 3 dst "$ALL" src "$A"
	wait_until 3000 state_is 2 gone || bad "port 2 is $(state_of 2)"
	xsw down || bad "down: $?"
}

# A process keeps the namespace alive: its name is gone, the veth still carries frames.
namespace_held_by_a_process() {
	local pid
	up3_under_traffic
	ns 2 sleep $((60 * SLOW)) &
	pid=$!
	undo reap "$pid"
	in_ns2() { [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; }
	wait_until 2000 in_ns2
	ip netns del "$(ns_name 2)"
	reach 1 "2 3" dst "$ALL" src "$A"
	# it does forward: `show` must not say otherwise
	equal "state" "$(state_of 2)" forwarding
	expect 0 xsw down
	equal "devices in the nameless namespace" \
		"$(nsenter --net="/proc/$pid/ns/net" ip -o link | grep -c eth0)" 0
}

# impostor INDEX NAME: a foreign device with that ifindex
impostor() {
	ip link add "$2" index "$1" type veth peer name eth0 netns "${P}evil" ||
		bad "cannot make a device with ifindex $1"
	undo ip link del "$2"
	ip link set "$2" up addrgenmode none
	ip -n "${P}evil" link set eth0 up
	ip link set "$2" up
}

# an_impostor_hears_nothing NAME [GONE]: with GONE the ports' state is read before it comes
an_impostor_hears_nothing() {
	local index
	up3_under_traffic
	ip netns add "${P}evil"
	undo ip netns del "${P}evil"
	index=$(cat "/sys/class/net/${OUTER[2]}/ifindex" 2>/dev/null ||
		ip -j link show "${OUTER[2]}" | jq '.[0].ifindex')
	ip link del "${OUTER[2]}"
	wait_until 3000 not ip link show "${OUTER[2]}"
	impostor "$index" "$1"
	unsniff
	OUTER['evil']=$1
	sniff 1 3 evil
	reach 1 3 dst "$ALL" src "$A"
	reach 1 3 dst "$B" src "$A"
	# and what it sends is not ours
	reach evil "" dst "$ALL" src "$(mac 7)"
	fdb_is "$(mac 7)" none
	equal "state" "$(state_of 2)" gone
	equal "frames of the switch at the impostor" \
		"$("$XFRAME" -n "${P}evil" sniff eth0 --timeout 300 --filter src=02:aa)" ""
}

an_impostor_with_the_ifindex_hears_nothing() {
	an_impostor_hears_nothing "${P}x"
	xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24 || bad "up again: $?"
	bpf_note
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer after healing"
	ip link show "${P}x" || bad "up removed a foreign device"
	xsw down || bad "down: $?"
	ip link show "${P}x" || bad "down removed a foreign device"
}

# The name too: `up` cannot have it, `down` must leave it.
an_impostor_with_ifindex_and_name_is_left_alone() {
	an_impostor_hears_nothing "${OUTER[2]:-sw0p2}"
	xsw down || bad "down: $?"
	ip link show "sw0p2" || bad "down removed a foreign device"
}

an_outer_end_that_is_down_and_up_again() {
	up3_under_traffic
	ip link set "${OUTER[2]}" down
	without_2
	reach 1 3 dst "$ALL" src "$A"
	ip link set "${OUTER[2]}" up
	unsniff
	sniff 1 2 3
	reach 1 "2 3" dst "$ALL" src "$A"
}

a_renamed_outer_end_still_works() {
	up3_under_traffic
	ip link set "${OUTER[2]}" down
	ip link set "${OUTER[2]}" name "${P}y" up
	OUTER[2]=${P}y
	reach 1 2 dst "$B" src "$A"
	equal "ifname" "$(xsw -j port show "$(port 2)" | jq -r '.[0].ifname')" "${P}y"
	xsw down || bad "down: $?"
	equal "devices" "$(ip -o link | grep -c "${P}y")" 0
}

# SW=hub has no state to be asked for: none of these can pass there.
run_case "hub none" namespace_deleted
run_case "hub none" namespace_deleted_and_made_again
run_case "hub none" device_removed_inside
run_case "hub none" device_removed_outside
run_case "hub none" device_moved_to_another_namespace
run_case "none" namespace_held_by_a_process
run_case "hub none" an_impostor_with_the_ifindex_hears_nothing
run_case "hub none" an_impostor_with_ifindex_and_name_is_left_alone
run_case "hub none" an_outer_end_that_is_down_and_up_again
run_case "hub none" a_renamed_outer_end_still_works
finish
