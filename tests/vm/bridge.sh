#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The switch and a Linux bridge with VLAN filtering, given the same settings in the same words
# and the same frames: the same bytes leave by the same ports. What is drawn by lot comes from a
# seed, which a failure names; XSW_SEED=N repeats it.
#
# Left out is where the two differ by design: control frames, the all-zero source, VID 4095.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

N=4
FRAMES=24

both_up() {
	local i
	sw_up "$N"
	bridge_up "$N"
	for ((i = 1; i <= N; i++)); do vport "$i" mode hybrid; done
	# shellcheck disable=SC2046
	sniff $(seq "$N") $(seq 11 $((10 + N)))
}

# vlan N add|del WORDS: to both
vlan() {
	cfg vlan "$2" dev "$(port "$1")" vid "${@:3}"
	bridge vlan "$2" dev "t$1" vid "${@:3}" || bad "bridge vlan $*"
	SAID+="vlan $*; "
}

# flag N WORDS: likewise
flag() {
	cfg port set "$(port "$1")" "${@:2}"
	bridge link set dev "t$1" "${@:2}" || bad "bridge link set $*"
	SAID+="set $*; "
}

SHAPES="- - 0 0p5 0p6d 1 10 10p3 10p7d 20 20p1 30 4094 s10 s10+20 q20 10+20p2 20+s5 0p3+10"

# From each port frames of its two stations and of one that roams.
everybody_sends() {
	local i
	for ((i = 1; i <= N; i++)); do
		frames_by_lot "$FRAMES" "$i" "${STATION[$i]} ${STATION[$i]} ${OTHER[$i]} $ROAMING" \
			"$SHAPES" >"$CASE/frames"
		twins_compare "$N" "$i" "seed $SEED: $SAID" <"$CASE/frames"
	done
}

# Each port a member of some VLANs, in some form.
memberships_by_lot() {
	local i vid round
	SEED=${XSW_SEED:-$1} SAID=
	RANDOM=$SEED
	both_up
	for round in 1 2; do
		for ((i = 1; i <= N; i++)); do
			for vid in 1 10 20 4094; do
				random none tagged tagged untagged pvid "pvid untagged" "pvid untagged"
				case $PICK in
				none) [ "$round" = 1 ] || vlan "$i" del "$vid" ;;
				tagged) vlan "$i" add "$vid" ;;
				*)
					# shellcheck disable=SC2086 # two words
					vlan "$i" add "$vid" $PICK
					;;
				esac
			done
		done
		everybody_sends
	done
	[ "$HEARD" -gt 100 ] || bad "seed $SEED: only $HEARD frames arrived anywhere"
}

flags_by_lot() {
	local i word round
	SEED=${XSW_SEED:-$1} SAID=
	RANDOM=$SEED
	both_up
	for ((i = 1; i <= N; i++)); do
		vlan "$i" add 10 pvid untagged
		vlan "$i" add 20
	done
	for round in 1 2; do
		for ((i = 1; i <= N; i++)); do
			for word in flood mcast_flood bcast_flood learning hairpin; do
				random on on off
				[ "$word" = hairpin ] && random off off on
				flag "$i" "$word" "$PICK"
			done
		done
		everybody_sends
	done
	[ "$HEARD" -gt 100 ] || bad "seed $SEED: only $HEARD frames arrived anywhere"
}

# The frames that bridges of the past got wrong, one after the other.
known_faults_of_bridges() {
	SEED=none SAID=
	both_up
	vlan 1 add 10 pvid untagged
	vlan 1 add 20
	vlan 2 add 20 pvid untagged
	vlan 3 add 10
	vlan 3 add 20
	vlan 4 add 10 untagged # and no PVID
	# the same address in two VLANs; untagged to a port without PVID; a tag of no member
	twins_compare "$N" 3 "$SAID" <<-FRAMES
		$ALL $(mac 3) 10
		$ALL $ROAMING 20
	FRAMES
	twins_compare "$N" 1 "$SAID" <<-FRAMES
		$ALL $ROAMING -
		$(mac 3) $(mac 1) -
		$(mac 3) $(mac 1) 20
		$(mac 3) $(mac 1) 10
		$(mac 4) $(mac 1) 0p3
	FRAMES
	twins_compare "$N" 4 "$SAID" <<-FRAMES
		$ALL $(mac 4) -
		$ALL $(mac 4) 10
		$ROAMING $(mac 4) 10
		$ROAMING $(mac 4) 20
	FRAMES
	twins_compare "$N" 2 "$SAID" <<-FRAMES
		$ROAMING $(mac 2) -
		$ROAMING $(mac 2) 20
		$ROAMING $(mac 2) 10
		$(mac 1) $(mac 2) -
	FRAMES
	[ "$HEARD" -gt 8 ] || bad "only $HEARD frames arrived anywhere"
}

run_case - known_faults_of_bridges
run_case - memberships_by_lot 1
run_case - memberships_by_lot 2
run_case - flags_by_lot 3
finish
