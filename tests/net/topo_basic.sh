#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The scenarios of topologies/ with one switch or none, and without VLANs.
#
# command
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../topo_lib.sh
. "$TESTS/topo_lib.sh"

# The file without them, then the file.
needs_its_sysctls() {
	prepare same-host-veth xswitch
	machine >"$CASE/before"
	sed '/^namespaces:/,/^$/d' "$FILE" >"$CASE/without.yaml"
	FILE=$CASE/without.yaml
	made
	# whatever this machine gives to new namespaces
	ns host sysctl -qw net.ipv4.conf.all.accept_local=0
	watch host veth1
	silent host 10.0.0.2 -I veth0
	saw host veth1 "$(arp_for 10.0.0.2)" "the ARP request"
	never_saw host veth1 "$(ipv4 '' 01)" "ICMP"
	FILE=$TOPOLOGIES/same-host-veth.yaml
	topo apply || bad "apply: exit $?"
	check_same_host_veth
	gone
}

labs veth-pair switch-two-ports ovs-internal-ports same-host-veth star-8 xdp-uplink
run_case - needs_its_sysctls
run_case - wrong switch-two-ports xswitch 's/(ns2: .*)}/\1, learning: off}/'
finish
