#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The scenarios of topologies/ with tunnels between hosts.
#
# command
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../topo_lib.sh
. "$TESTS/topo_lib.sh"

labs vlan-over-gre vlan-over-vxlan vlan-over-vxlan-vni vlan-over-geneve three-hosts-vxlan
run_case - wrong vlan-over-vxlan xswitch '/ns1:/s/tag: 20/tag: 10/'
run_case - wrong vlan-over-vxlan xswitch 's/key: 100/key: 101/'
run_case - wrong three-hosts-vxlan xswitch '/mesh/s/, 192.0.2.3\]/]/'
finish
