#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the versions of the kernel do differently below the switch: tcx came with 6.6, and from
# 6.15 on bpf_redirect_peer() says itself that a frame is for the host.
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

hook() { xsw -j show | jq -r '[.[0].ports[].hook] | unique | join(" ")'; }

the_best_hook_of_the_kernel() {
	local best=tcx
	sw_up 2
	if older 6.6 || [ "${XSW_FORCE_ATTACH:-}" = clsact ]; then best=clsact; fi
	equal "hook" "$(hook)" "$best"
	equal "filters of clsact" "$(tc filter show dev sw0p1 ingress | grep -c "direct-action")" \
		"$([ "$best" = clsact ] && echo 1 || echo 0)"
	answers 1 "$(ip4 2)"
}

# Of an older kernel it is an error, and nothing stays.
tcx_on_request() {
	local XSW_FORCE_ATTACH=tcx
	export XSW_FORCE_ATTACH
	undo xsw down
	if ! older 6.6; then
		expect 0 xsw up --ports "$(port_list 1 2)" --subnet none
		bpf_note
		equal "hook" "$(hook)" tcx
		return
	fi
	expect 2 xsw up --ports "$(port_list 1 2)" --subnet none
	like "error" "$ERR" "cannot attach"
	equal "left" "$(leftovers)" ""
}

# in_receives N: packets that IP took, not those for others
in_receives() {
	# shellcheck disable=SC2016 # awk's own
	ns "$1" awk '/^Ip:/ && n++ { print $4 }' /proc/net/snmp
}

ip_frame() { # DST-MAC FROM TO: UDP from station FROM to port 9 of TO, as words of xframe
	local header sum=0 i
	header=450000280000400040110000$(hex4 "$(ip4 "$2")")$(hex4 "$(ip4 "$3")")
	for ((i = 0; i < 40; i += 4)); do sum=$((sum + 0x${header:i:4})); done
	while ((sum > 0xffff)); do sum=$(((sum & 0xffff) + (sum >> 16))); done
	header=${header:0:20}$(printf %04x $((~sum & 0xffff)))${header:24}
	# no checksum of UDP; the payload fills the frame
	echo "dst $1 src $(mac "$2") type 0x0800 data ${header}3039000900140000$(printf '00%.0s' {1..12})"
}

hex4() { # A.B.C.D
	# shellcheck disable=SC2046,SC2183 # four words
	printf '%02x%02x%02x%02x' $(tr . ' ' <<<"$1")
}

# Known and flooded, the host takes what is for its address and nothing else.
ip_takes_what_is_delivered() {
	local before
	sw_up 3
	quiet 1 2 3
	answers 1 "$(ip4 2)"
	sniff 2 3
	before=$(in_receives 2)
	# known: straight into the namespace
	# shellcheck disable=SC2046
	"$XFRAME" -n "$(ns_name 1)" send eth0 --count 50 $(ip_frame "$(inner_mac 2)" 1 2)
	fence
	equal "known frames that IP of 2 took" $(($(in_receives 2) - before)) 50
	# unknown: copies, each by the device
	cfg fdb flush
	before=$(in_receives 2)
	# shellcheck disable=SC2046
	send 1 $(ip_frame "$(inner_mac 2)" 1 2)
	fence
	equal "flooded frames that IP of 2 took" $(($(in_receives 2) - before)) 1
	before="$(in_receives 2) $(in_receives 3)"
	# shellcheck disable=SC2046
	send 1 $(ip_frame "$(mac 9)" 1 2)
	fence
	equal "frames for somebody else that IP took" "$(in_receives 2) $(in_receives 3)" "$before"
	tcp "$(ip4 2)" 1 2 4000000
}

run_case - the_best_hook_of_the_kernel
run_case - tcx_on_request
run_case - ip_takes_what_is_delivered
finish
