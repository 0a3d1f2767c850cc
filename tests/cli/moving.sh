#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# docs/moving.md: the right columns, from the first line to the last.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../moving_lib.sh
. "$TESTS/moving_lib.sh"

prepare() {
	ip link add uplink type veth peer name far-end && ip link set uplink up && ip link set far-end up
	ip address add 192.0.2.1/24 dev far-end
	undo ip link del uplink
	undo xsw down
	PATH=$(dirname "$TOOL"):$PATH
}

session() { # TITLE
	prepare
	moving_run "$1" 3 17
	ip -all netns delete
}

from_the_linux_bridge() { session "Linux bridge"; }
from_open_vswitch() { session "Open vSwitch"; }

run_case - from_the_linux_bridge
run_case - from_open_vswitch
finish
