#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The switch and a Linux bridge with VLAN filtering, set up alike by lot, and the same random frames
# to both: the same bytes leave by the same ports (xtwin.c; it says which frames it takes to see a
# difference). XSW_SEED=N begins there, XSW_ROUNDS=N goes on for longer. bridge.sh has what is
# written down.
#
# Left out is where the two differ by design: control frames, VID 4095, the VLAN of an access port
# as a tag, a source of a static entry on another port.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

N=4
FRAMES=48
VIDS="1 10 20 4094"
ROUNDS=${XSW_ROUNDS:-16}

both_up() {
	sw_up "$N"
	bridge_up "$N"
}

ours() { OURS+="$*"$'\n'; }
theirs() { THEIRS+="$*"$'\n'; }

# member N VID [WORDS]: to the port of the bridge
member() {
	theirs vlan add dev "t$1" vid "${@:2}"
	MEMBER[$1]+=" $2"
}

# Some VLANs, at least one, into $SOME; with commas into $LIST
some_vids() {
	local vid
	SOME=
	for vid in $VIDS; do
		random 0 1
		[ "$PICK" = 0 ] || SOME+=" $vid"
	done
	# shellcheck disable=SC2086 # words
	[ -n "$SOME" ] || { random $VIDS; SOME=" $PICK"; }
	LIST=${SOME# }
	LIST=${LIST// /,}
}

# vlans_by_lot N: a mode, and what bridge(8) calls that
vlans_by_lot() {
	local n=$1 vid p tag
	p=$(port "$n")
	for vid in ${MEMBER[$n]:-}; do theirs vlan del dev "t$n" vid "$vid"; done
	MEMBER[$n]='' KIND[$n]=''
	some_vids
	random hybrid hybrid hybrid access trunk native-untagged native-tagged
	# shellcheck disable=SC2086 # words
	case $PICK in
	hybrid)
		ours port set "$p" mode access tag 1 # a hybrid port would keep its VLANs
		ours port set "$p" mode hybrid
		for vid in $SOME; do
			random "" "" untagged pvid "pvid untagged"
			ours vlan add dev "$p" vid "$vid" $PICK
			member "$n" "$vid" $PICK
		done
		;;
	access)
		random $VIDS
		ours port set "$p" mode access tag "$PICK"
		member "$n" "$PICK" pvid untagged
		KIND[$n]=,u
		;;
	trunk)
		ours port set "$p" mode trunk trunks "$LIST"
		for vid in $SOME; do member "$n" "$vid"; done
		;;
	*)
		ours port set "$p" mode "$PICK" tag "${SOME##* }" trunks "$LIST"
		tag="pvid untagged"
		[ "$PICK" = native-untagged ] || tag=pvid
		for vid in $SOME; do
			if [ "$vid" = "${SOME##* }" ]; then member "$n" "$vid" $tag; else member "$n" "$vid"; fi
		done
		;;
	esac
}

flags_by_lot() { # N
	local word said='' on
	for word in flood mcast_flood bcast_flood learning hairpin isolated locked; do
		case $word in
		hairpin | isolated) random off off off on ;;
		locked) random off off off off off off off on ;;
		*) random on on on on off ;;
		esac
		on=$PICK
		said+=" $word $on"
	done
	ours port set "$(port "$1")" "$said"
	theirs link set dev "t$1" "$said"
}

# A station that is written down, in a VLAN of its port.
static_by_lot() { # N
	local mac
	printf -v mac '02:5e:5e:01:%02x:00' "$1"
	[ -z "${STATIC[$1]:-}" ] || ours fdb del "$mac" vlan "${STATIC[$1]}"
	[ -z "${STATIC[$1]:-}" ] || ip_batch+="fdb del $mac dev t$1 master vlan ${STATIC[$1]}"$'\n'
	STATIC[$1]=''
	# shellcheck disable=SC2086 # words
	random no ${MEMBER[$1]}
	[ "$PICK" = no ] && return
	STATIC[$1]=$PICK
	ours fdb add "$mac" dev "$(port "$1")" vlan "$PICK" static
	theirs fdb add "$mac" dev "t$1" master static vlan "$PICK"
}

configure() { # PORT...: anew, both
	local n ip_batch=''
	OURS='' THEIRS=''
	for n; do
		vlans_by_lot "$n"
		flags_by_lot "$n"
		static_by_lot "$n"
	done
	SAID+=$OURS
	printf %s "$ip_batch" | bridge -batch - || bad "seed $SEED: bridge: $ip_batch"
	printf %s "$THEIRS" | bridge -batch - || bad "seed $SEED: bridge: $THEIRS"
	printf %s "$OURS" | xsw -S "$SW" -b - || bad "seed $SEED: $OURS"
}

# What of a change of VLANs each of the two takes for a loss of the VLAN is their own affair.
forget_both() { eval "$1" || bad "no flush"; }

# Everything anew, one port anew, nothing anew: then frames find what those before them taught.
by_lot() { # SEED
	local round n ports=() copies sum=0
	local -A MEMBER=() KIND=() STATIC=()
	local reset="$TOOL -S $SW fdb flush && ip link set br0 type bridge fdb_flush"
	SEED=${XSW_SEED:-$1} SAID=
	RANDOM=$SEED
	both_up
	# shellcheck disable=SC2046 # words
	for ((round = 0; round < ROUNDS; round++)); do
		case $((round % 3)) in
		0) SAID='' && configure $(seq "$N") && forget_both "$reset" ;;
		1) configure $((RANDOM % N + 1)) && forget_both "$reset" ;;
		esac
		ports=()
		for ((n = 1; n <= N; n++)); do
			ports+=("$(ns_name "$n"),${OUTER[$n]},$(ns_name "$(twin "$n")"),t$n${KIND[$n]}")
		done
		copies=$("$TOP/build/tests/tools/xtwin" $((SEED * 1000 + round)) "$FRAMES" "$reset" "${ports[@]}") ||
			{ echo "$copies"$'\n'"$SAID"; bad "seed $SEED, round $round"; }
		sum=$((sum + copies))
	done
	[ "$sum" -gt $((ROUNDS * 10)) ] || bad "seed $SEED: only $sum copies in $ROUNDS rounds"
}

run_case - by_lot 1
finish
