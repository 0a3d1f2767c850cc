#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The scenarios of topologies/ on what only some kernels have: GRE and Geneve, VLAN devices, VLAN
# filtering of the bridge, Open vSwitch. The rest is in tests/net/topo_*.sh, everywhere.
#
# long
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../topo_lib.sh
. "$TESTS/topo_lib.sh"

for file in "$TOPOLOGIES"/*.yaml; do
	scenario=$(basename "$file" .yaml)
	for backend in $(can "$scenario"); do
		! rare "$scenario" "$backend" || run_case - lab "$scenario" "$backend"
	done
done
finish
