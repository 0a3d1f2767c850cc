#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Pins that are not what they should be: of the right name and another kind, size, program, or
# switch; directories instead. Every command says what is wrong and goes on living; `down` removes
# what it can, and nothing that is somebody else's.
#
# More of that, pin by pin: tests/cli/refused.sh.
#
# shellcheck disable=SC2317,SC2086 # cases are called by name; numbers need no quotes
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

DIR=$XSWITCH_BPFFS/xswitch/sw0

# What may be told of a switch with such a pin: refused or gone, in words.
survives() {
	local words rc
	for words in show "-s show" "port show" "fdb show" "fdb flush" "set ageing 3" "port add x" stats \
		"vlan show" "mirror show" metrics "doctor --check damaged,detached" "up --ports $(port_list 1 2 3)" \
		"port set $(port 1) learning off" "port del $(port 2)" export; do
		xsw $words >"$CASE/out" 2>"$CASE/err"
		rc=$?
		case $rc in
		0 | 2 | 3 | 4) ;;
		*) bad "$1: $words: exit $rc: $(<"$CASE/err")" ;;
		esac
		[ "$rc" != 2 ] || like "$1: $words" "$(<"$CASE/err")" '^xswitch: '
	done
}

map_of() { # PIN KEY VALUE ENTRIES
	bpftool map create "$1" type array key "$2" value "$3" entries "$4" name foreign || bad "no map"
}

# The right name and type, another size.
another_size() {
	local name
	for name in info settings ports vlans tx limits events meta; do
		sw_up 2
		if [ $name = meta ]; then
			rm "$DIR/meta"
			map_of "$DIR/meta" 4 8 1
		else
			rm "$DIR/maps/$name"
			map_of "$DIR/maps/$name" 4 8 1
		fi
		survives "$name"
		expect 0 xsw down
		[ $name = info ] && ip netns del "${P}1" && ip netns del "${P}2"
		ip netns del "${P}3" 2>/dev/null
		wait_until 5000 clean || bad "$name: down left $(leftovers)"
	done
}

# Nobody but who put it there knows what it is for.
directories_stay() {
	local pin
	for pin in meta maps/fdb maps/info maps/settings progs/xsw_tc progs/xsw_ctl; do
		sw_up 2
		rm "$DIR/$pin"
		mkdir "$DIR/$pin"
		survives "$pin"
		expect 2 xsw down
		like "error" "$ERR" 'holds pins that are not ours; they stay|meta'
		[ -d "$DIR/$pin" ] || bad "$pin was removed"
		rmdir "$DIR/$pin"
		expect 0 xsw down
		for n in 1 2 3; do ip netns del "${P}$n" 2>/dev/null; done
		wait_until 5000 clean || bad "$pin: down left $(leftovers)"
	done
}

# A link of somebody's, pinned where ours should be: it runs on whatever becomes of the switch.
a_foreign_link() {
	local pin=$DIR/ports/1/tcx_ingress n
	sw_up 2
	[ -e "$pin" ] || skip "ports have no links here"
	undo ip link del "${P}f"
	undo rm -f "$pin"
	ip link add "${P}f" type veth peer name "${P}g"
	rm "$pin"
	"$TOP/build/tests/tools/xtcx" "${P}f" last "$pin" || bad "no foreign link"
	link=$(stat -c %i "$pin")
	survives "a foreign link"
	expect 2 xsw down
	like "error" "$ERR" 'holds pins that are not ours; they stay'
	equal "the foreign link" "$(stat -c %i "$pin")" "$link"
	like "its device" "$(bpftool link show pinned "$pin" 2>&1)" "prog|ifindex"
	rm "$pin"
	expect 0 xsw down
	for n in 1 2 3; do ip netns del "${P}$n" 2>/dev/null; done
	return 0
}

# What is no link is none, whatever its first words look like.
a_map_for_a_link() {
	local pin=$DIR/ports/1/tcx_ingress n
	sw_up 2
	[ -e "$pin" ] || skip "ports have no links here"
	undo rm -f "$pin"
	rm "$pin"
	map_of "$pin" 4 8 1
	survives "a map for a link"
	expect 2 xsw down
	like "error" "$ERR" 'holds pins that are not ours; they stay'
	rm "$pin"
	expect 0 xsw down
	for n in 1 2 3; do ip netns del "${P}$n" 2>/dev/null; done
	return 0
}

run_case - a_foreign_link
run_case - a_map_for_a_link
run_case - another_size
run_case - directories_stay
finish
