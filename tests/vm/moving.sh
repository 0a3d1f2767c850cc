#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# docs/moving.md: the left columns, what the Linux bridge and Open vSwitch are told.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$TESTS/vm_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../ovs_lib.sh
. "$TESTS/ovs_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../moving_lib.sh
. "$TESTS/moving_lib.sh"

devices() {
	local v
	for v in v1 v2 uplink; do
		undo ip link del "$v"
		ip link add "$v" up type veth peer name "$v.far" || bad "$v"
		ip link set "$v.far" up
	done
}

from_the_linux_bridge() {
	ip link add probe type bridge vlan_filtering 1 2>/dev/null || skip "no VLAN filtering"
	ip link del probe
	devices
	command -v brctl >/dev/null || brctl() { :; }
	moving_run "Linux bridge" 2 25
}

from_open_vswitch() {
	ovs_start
	devices
	moving_run "Open vSwitch" 2 17
}

run_case - from_the_linux_bridge
run_case - from_open_vswitch
finish
