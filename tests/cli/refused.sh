#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel refuses and what others left: no capability, no bpffs, pins that are not
# ours, another ABI. A clear error, exit 2, nothing half made. Calls that are refused: net/faults.sh.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

MAPS=$XSWITCH_BPFFS/xswitch/sw0/maps

not_root() {
	local words
	cp "$TOOL" "$CASE/xswitch" && chmod 755 "$CASE/xswitch"
	nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$CASE/xswitch" "$@"; }
	expect 2 nobody up --ports "$(port_list 1 2)"
	like "capability" "$ERR" 'CAP_(NET_ADMIN|SYS_ADMIN|BPF)'
	equal "left" "$(leftovers)" ""
	sw_up 2
	for words in show down "port show" "port add x" "fdb show" "fdb flush" "set ageing 3"; do
		# shellcheck disable=SC2086
		expect 2 nobody $words
		like "capability for $words" "$ERR" 'CAP_'
	done
	equal "state" "$(xsw -j show | jq -c '[.[0].ports[].state]')" '["forwarding","forwarding"]'
	nobody help >/dev/null || bad "help needs root"
}

# without CAPABILITY: root, but for one
without() {
	setpriv --bounding-set "-$1" --inh-caps "-$1" "$TOOL" "${@:2}"
}

one_capability_short() {
	local cap rc
	for cap in net_admin sys_admin; do
		without "$cap" up --ports "$(port_list 1 2)" --subnet none 2>"$CASE/err"
		rc=$?
		case $rc in
		0) xsw down ;;
		2) like "error" "$(<"$CASE/err")" 'CAP_[A-Z_]+' ;;
		*) bad "without $cap: exit $rc" ;;
		esac
		wait_until 3000 clean || bad "without $cap: left $(leftovers)"
	done
	expect 2 without net_admin up --ports "$(port_list 1 2)"
	like "error" "$ERR" CAP_NET_ADMIN
}

bpffs_is_mounted_when_missing() {
	mkdir "$CASE/fs"
	XSWITCH_BPFFS=$CASE/fs
	undo umount "$CASE/fs"
	expect 0 xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
	equal "file system" "$(stat -f -c %T "$CASE/fs")" bpf_fs
	ns 1 ping -qc1 -W2 10.77.0.2 || bad "no answer"
	expect 0 xsw down
	XSWITCH_BPFFS=$WORK/bpf
}

no_place_for_a_bpffs() {
	XSWITCH_BPFFS=$CASE/nonesuch
	expect 2 xsw up --ports "$(port_list 1 2)"
	like "error" "$ERR" nonesuch
	like "hint" "$ERR" 'hint:'
	expect 3 xsw show
	XSWITCH_BPFFS=/etc/passwd
	expect 2 xsw up --ports "$(port_list 1 2)"
	like "error" "$ERR" /etc/passwd
	XSWITCH_BPFFS=$WORK/bpf
	equal "left" "$(leftovers)" ""
}

# spoilt PIN: every command says so and names the pin; `down` removes the switch
spoilt() {
	local words
	for words in show "port show" "fdb show" "fdb flush" "set ageing 3" "port add x" \
		"port del $(port 1)" "up --ports $(port_list 1 2 3)"; do
		# shellcheck disable=SC2086
		expect 2 xsw $words
		like "error of $words" "$ERR" "$1"
	done
	expect 0 xsw down
	# without `info` nobody knows who made the namespaces
	[ "$1" = info ] && ip netns del "${P}1" && ip netns del "${P}2"
	wait_until 5000 clean || bad "$1: down left $(leftovers)"
}

a_foreign_map_in_place_of_ours() {
	local name
	for name in fdb ports info tx vlans; do
		sw_up 2
		rm "$MAPS/$name"
		bpftool map create "$MAPS/$name" type array key 4 value 3 entries 7 name foreign
		spoilt "$name"
	done
}

a_pin_is_missing() {
	local name
	for name in fdb ports info events; do
		sw_up 2
		rm "$MAPS/$name"
		spoilt "$name"
	done
}

a_program_in_place_of_a_map() {
	sw_up 2
	rm "$MAPS/fdb"
	bpftool prog pin pinned "$XSWITCH_BPFFS/xswitch/sw0/progs/xsw_tc" "$MAPS/fdb" ||
		bad "cannot pin"
	spoilt fdb
}

# patch OFFSET BYTE: one byte of struct xsw_meta
patch_meta() {
	local meta=$XSWITCH_BPFFS/xswitch/sw0/meta bytes
	read -r -a bytes < <(bpftool -j map dump pinned "$meta" |
		jq -r '(.[0].value // .[0].formatted.value) | map(sub("0x"; "")) | join(" ")')
	[ "${#bytes[@]}" = 72 ] || bad "meta has ${#bytes[@]} bytes"
	bytes[$1]=$2
	bpftool map update pinned "$meta" key 0 0 0 0 value hex "${bytes[@]}" || bad "no update"
}

another_abi_version() {
	local words
	sw_up 2
	patch_meta 4 63 # 99
	for words in show "fdb show" "port add x" "set ageing 5" "up --ports $(port_list 1 2 3)"; do
		# shellcheck disable=SC2086
		expect 2 xsw $words
		like "error of $words" "$ERR" 'ABI|version'
		like "error of $words" "$ERR" 99
	done
	# frames do not care
	ns 1 ping -qc1 -W2 10.77.0.2 || bad "no answer"
	patch_meta 4 03
	expect 0 xsw show
}

meta_that_is_none() {
	sw_up 2
	patch_meta 0 ff
	expect 2 xsw show
	patch_meta 0 31
	expect 0 xsw show
}

# `up` writes it last and `down` removes it first: what is there is half a switch.
meta_is_missing() {
	sw_up 2
	rm "$XSWITCH_BPFFS/xswitch/sw0/meta"
	expect 0 xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
	ns 1 ping -qc1 -W2 10.77.0.2 || bad "no answer after repair"
	rm "$XSWITCH_BPFFS/xswitch/sw0/meta"
	expect 0 xsw down
}

pins_of_others_stay() {
	undo rm -f "$XSWITCH_BPFFS/foreign"
	bpftool map create "$XSWITCH_BPFFS/foreign" type array key 4 value 4 entries 1 name foreign
	sw_up 2
	expect 0 xsw down
	[ -e "$XSWITCH_BPFFS/foreign" ] || bad "a foreign pin was removed"
}

run_case - not_root
run_case - one_capability_short
run_case - bpffs_is_mounted_when_missing
run_case - no_place_for_a_bpffs
run_case - a_foreign_map_in_place_of_ours
run_case - a_pin_is_missing
run_case - a_program_in_place_of_a_map
run_case - another_abi_version
run_case - meta_that_is_none
run_case - meta_is_missing
run_case - pins_of_others_stay
finish
