#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Words of type, hook, host and uplink: what is accepted, refused, shown.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# usage REGEX WORDS...: refused as a usage error, nothing is made
usage() {
	local like=$1
	shift
	expect 1 xsw "$@"
	like "error of $*" "$ERR" "$like"
}

field() { xsw -j -d port show "$1" | jq -r ".[0].$2 // empty"; }

words_that_contradict() {
	sw_up 1
	usage 'expected auto, tc or xdp|expected .*xdp' port add x hook ebpf
	usage 'expected .*host' port add x type bridge
	usage 'needs a device: dev IFNAME' port add x type dev
	usage 'no address and no mac' port add x type dev dev lo address 10.0.0.1/24
	usage 'no address and no mac' port add x type dev dev lo mac 02:00:00:00:00:01
	usage 'lives in the switch' port add x type host netns y
	usage 'lives in the switch' port add x type dev dev lo netns y
	usage 'vlan is for type host' port add x vlan 10
	usage 'access port of VLAN 10' port add x type host vlan 10 mode trunk
	usage 'access port of VLAN 10' port add x type host vlan 10 tag 11
	usage 'access port of VLAN 10' port add x type host vlan 10 trunks 10
	usage '4094' port add x type host vlan 4095
	usage 'dev IFNAME' port add a-name-too-long-for-a-device type host
	usage 'PLEN|address' up --host 10.0.0.1
	usage 'two ports would be called "host"' up --ports host --host 10.0.0.1/24
	usage 'two ports would be called "lo"' up --ports lo --uplink lo
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
	expect 0 xsw port add gw type host vlan 10 mode access tag 10 address 10.0.9.1/24
	equal "tag" "$(field gw tag)" 10
}

what_is_shown() {
	sw_up 1
	ip link add up0 type veth peer name up1
	undo ip link del up0
	expect 0 xsw port add gw type host address 10.0.9.1/24 mac 02:00:00:00:00:07
	expect 0 xsw port add up0 type dev dev up0
	expect 0 xsw port add wire dev eth1 netns "$(port 1)" hook xdp
	expect 0 xsw port add asked dev eth2 netns "$(port 1)" hook tc
	bpf_note
	equal "types" "$(xsw -j show | jq -r '[.[0].ports[].type] | join(" ")')" \
		"netns host dev netns netns"
	equal "host" "$(field gw peer) $(field gw mac) $(field gw netns)" "gw 02:00:00:00:00:07 "
	equal "dev" "$(field up0 ifname) $(field up0 peer)$(field up0 netns)" "up0 "
	like "auto" "$(field "$(port 1)" hook_why)" '^auto: tc '
	equal "asked" "$(field asked hook_why)" "asked for"
	equal "xdp" "$(field wire hook)" xdp
	like "behind xdp" "$(field wire tc_hook)" '^(tcx|clsact)$'
	equal "behind tc" "$(field asked tc_hook)" ""
	equal "offloads" "$(field wire offloads | jq -r 'join(" ")')" \
		"inner-gro-on inner-tx-off inner-txvlan-off"
	equal "offloads of tc" "$(field asked offloads)" ""
	like "text" "$(xsw -d port show wire)" \
		'hook xdp .*tc_hook (tcx|clsact) offloads inner-gro-on inner-tx-off'
	equal "without -d" "$(xsw -j port show wire | jq '.[0] | has("tc_hook") or has("offloads")')" false
}

the_same_again_and_otherwise() {
	undo xsw down
	ip link add up0 type veth peer name up1
	undo ip link del up0
	for _ in 1 2; do
		expect 0 xsw up --ports "$(port 1)" --hook xdp --uplink up0 --host 10.0.0.254/24
		equal "stderr" "$ERR" ""
	done
	bpf_note
	equal "hooks" "$(xsw -j show | jq -r '[.[0].ports[].hook] | join(" ")')" "xdp xdp xdp"
	expect 0 xsw up --ports "$(port 1)" --uplink up0
	expect 2 xsw up --ports "$(port 1)" --hook tc
	like "error" "$ERR" 'its hook is xdp.*hint: .*port del'
	expect 2 xsw port add up0 netns x
	like "error" "$ERR" 'File exists: it is of type dev, device up0'
	expect 2 xsw port add host type dev dev up1
	like "error" "$ERR" 'File exists: it is of type host'
	expect 2 xsw port add "$(port 1)" type host
	like "error" "$ERR" "File exists: it is eth0 in namespace"
	expect 2 xsw port add host type host dev other
	like "error" "$ERR" 'File exists'
}

dry_run() {
	undo xsw down
	undo ip link del up0
	ip link add up0 type veth peer name up1
	expect 0 xsw --dry-run up --ports "$(port 1)" --host 10.0.0.254/24 --uplink up0
	like "host" "$OUT" 'make port host: number 2, sw0p2 and sw0 here, 10\.0\.0\.254'
	like "uplink" "$OUT" 'make port up0: number 3, device up0'
	expect 3 xsw show
	# what cannot be is no plan
	expect 3 xsw --dry-run up --ports "$(port 1)" --uplink nodev
	expect 2 xsw --dry-run up --ports "$(port 1)" --uplink lo
	like "error" "$ERR" "loopback"
}

errors_of_the_kernel() {
	sw_up 1
	ip link add taken type veth peer name other
	undo ip link del taken
	expect 2 xsw port add gw type host dev taken
	like "error" "$ERR" 'cannot create taken in namespace of the switch: File exists'
	expect 3 xsw port add x type dev dev nodev
	like "error" "$ERR" 'no device "nodev"'
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
}

run_case - words_that_contradict
run_case - what_is_shown
run_case - the_same_again_and_otherwise
run_case - dry_run
run_case - errors_of_the_kernel
finish
