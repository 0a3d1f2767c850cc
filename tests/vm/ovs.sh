#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Open vSwitch, its kernel data path, beside the switch and at the other end of a trunk.
#
# Left out of the comparison is where the two differ by design: the DEI bit, which Open vSwitch
# does not keep, and 802.1ad, which it takes for a VLAN tag of ours.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../ovs_lib.sh
. "$(dirname "$0")/../ovs_lib.sh"

N=6
FRAMES=24
# a flow's first frame goes by the daemon, and others meanwhile overtake it
export UNORDERED=1

both_up() {
	sw_up "$N"
	ovs_up
	twins_up "$N" to_ovs
	# shellcheck disable=SC2046
	sniff $(seq "$N") $(seq 11 $((10 + N)))
}

# mode N MODE [tag V] [trunks L]: to both; words and meaning are those of Open vSwitch
mode() {
	local n=$1 mode=$2 words=("vlan_mode=$2")
	vport "$n" mode "${@:2}"
	shift 2
	while [ $# -gt 0 ]; do
		words+=("$1=$2")
		shift 2
	done
	vsctl set port "t$n" "${words[@]}" || bad "ovs-vsctl set port t$n $mode ${words[*]}"
}

six_modes() {
	both_up
	mode 1 access tag 10
	mode 2 access tag 20
	mode 3 trunk trunks 10,20
	mode 4 native-untagged tag 10 trunks 10,20
	mode 5 native-tagged tag 10 trunks 10,20
	mode 6 access tag 10
}

deliveries_are_those_of_open_vswitch() {
	local n
	six_modes
	for n in {1..6}; do
		for in in - 0 0p5 10 10p3 20 20p6 30 1 4094; do
			echo "$ALL $(mac "$n") $in"
		done >"$CASE/frames"
		twins_compare "$N" "$n" broadcasts <"$CASE/frames"
	done
	[ "$HEARD" -gt 50 ] || bad "only $HEARD frames arrived anywhere"
}

# Everybody speaks in every VLAN; then what is known, unknown and for all, by lot. Open vSwitch
# forwards by what it has cached until it has thought again about what it learned.
learned_by_lot() {
	local n in
	RANDOM=$((SEED = ${XSW_SEED:-$1}))
	six_modes
	for n in {1..6}; do
		for in in - 10 20; do
			echo "$ALL $(mac "$n") $in"
			echo "$ALL $(mac "$n" 1) $in"
		done >"$CASE/frames"
		twins_compare "$N" "$n" learning <"$CASE/frames"
	done
	ovs-appctl --timeout=$((10 * SLOW)) revalidator/wait || bad "no answer"
	for n in {1..6}; do
		frames_by_lot "$FRAMES" "$n" "${STATION[$n]} ${STATION[$n]} ${OTHER[$n]}" \
			"- - 0p5 10 10p3 20 20p1 30 4094" >"$CASE/frames"
		twins_compare "$N" "$n" "seed $SEED" <"$CASE/frames"
	done
	[ "$HEARD" -gt 100 ] || bad "seed $SEED: only $HEARD frames arrived anywhere"
}

#	1 access 10 --+             +-- 3 access 10
#	             sw0 == trunk == br0
#	2 access 20 --+             +-- 4 access 20
at_the_other_end_of_a_trunk() {
	local t n
	needs openvswitch
	[ "$TEST_SWITCH" = xswitch ] || bad "is one switch"
	t=$(ns_name t)
	undo xsw down
	xsw up --ports "$(port_list 1 2),$t:a" --subnet none || bad "up: $?"
	bpf_note
	xsw port set "$t" mode trunk trunks 10,20
	xsw port set "$(port 1)" mode access tag 10
	xsw port set "$(port 2)" mode access tag 20
	ovs_up t
	to_ovs a
	vsctl set port a vlan_mode=trunk trunks=10,20
	for n in 3 4; do
		undo ip netns del "$(ns_name "$n")"
		ip netns add "$(ns_name "$n")"
		ip -n "$t" link add "t$n" type veth peer name eth0 netns "$(ns_name "$n")"
		ip -n "$t" link set "t$n" up
		ns "$n" ip link set eth0 up
		to_ovs "t$n"
		vsctl set port "t$n" vlan_mode=access tag=$((n * 10 - 20))
	done
	for n in {1..4}; do
		ns "$n" ip addr add "$(ip4 "$n")/24" dev eth0
		ns "$n" ip addr add "$(ip6 "$n")/64" dev eth0 nodad
	done
	answers 1 "$(ip4 3)"
	answers 4 "$(ip6 2)"
	silent 1 "$(ip4 4)"
	silent 3 "$(ip6 2)"
	tcp "$(ip4 3)" 1 3 4000000
	tcp "$(ip6 2)" 4 2 4000000
}

run_case - deliveries_are_those_of_open_vswitch
run_case - learned_by_lot 1
run_case - at_the_other_end_of_a_trunk
finish
