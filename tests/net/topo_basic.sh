#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The scenarios of topologies/ with one switch and without VLANs.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$TESTS/vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../topo_lib.sh
. "$TESTS/topo_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../topo_checks.sh
. "$TESTS/topo_checks.sh"

for s in veth-pair switch-two-ports same-host-veth star-8 vlan-two-tenants qinq-provider router-on-a-stick xdp-uplink; do
run_case - lab $s xswitch
done
finish
