#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The scenarios of topologies/ that keep VLANs apart, and the one that joins them.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../topo_lib.sh
. "$TESTS/topo_lib.sh"

labs vlan-two-tenants qinq-provider router-on-a-stick
run_case - wrong vlan-two-tenants xswitch 's/tag: 200/tag: 100/'
run_case - wrong vlan-two-tenants xswitch 's/trunks: .*\]/trunks: [100]/'
run_case - wrong qinq-provider xswitch 's/tag: 200/tag: 100/'
run_case - wrong qinq-provider xswitch 's/, qinq-ethtype: 802.1ad/, qinq-ethtype: 802.1q/'
run_case - wrong router-on-a-stick xswitch 's/ip_forward: 1/ip_forward: 0/'
finish
