#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Words of tunnel ports: what may be asked for, what is shown, in text and JSON.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# An empty switch, in a namespace of its own: the UDP ports are there for it alone.
sw_tunnel() {
	ip netns add "$(ns_name 91)"
	undo ip netns del "$(ns_name 91)"
	undo xsw down
	xsw -n "$(ns_name 91)" up || bad "up: $?"
	bpf_note
}

# refused STATUS REGEX WORD...: of `port add t`; nothing stays
refused() {
	expect "$1" xsw port add t "${@:3}"
	like "error of ${*:3}" "$ERR" "$2"
	equal "ports after ${*:3}" "$(xsw port show)" ""
	equal "devices after ${*:3}" "$(ip -n "$(ns_name 91)" -br link | wc -l)" 1
}

addresses() {
	local bad
	sw_tunnel
	refused 1 'port t: type vxlan needs the other end: remote IP' type vxlan
	for bad in 192.0.2.1/24 192.0.2.256 0.0.0.0 224.0.0.1 255.255.255.255 ff02::1 :: \
		::ffff:192.0.2.1 host "192.0.2.1," ,192.0.2.1 192.0.2.1,192.0.2.1; do
		refused 1 'port add: remote .* is not valid: expected addresses of hosts' \
			type vxlan remote "$bad"
	done
	refused 1 'remote "192.0.2.x" is not valid' type vxlan remote 192.0.2.1,192.0.2.x
	refused 1 'its remotes are of IPv4 and of IPv6' type vxlan remote 192.0.2.1,2001:db8::1
	refused 1 'local is an IPv6 address, remote is not' type vxlan remote 192.0.2.1 \
		local 2001:db8::1
	refused 1 'local .* is not valid: expected an address of a host' type vxlan \
		remote 192.0.2.1 local 192.0.2.1/32
	# one too many
	refused 1 'is not valid.*64 at most' type vxlan \
		remote "$(seq -f 192.0.2.%g 1 65 | paste -sd,)"
}

keys() {
	local bad
	sw_tunnel
	for bad in -1 1.5 vid+ vid- vlan vid+-1 4294967296 ""; do
		refused 1 'key .* is not valid: expected a number, vid, or vid\+N' type vxlan \
			remote 192.0.2.1 key "$bad"
	done
	refused 1 'key 16777216 is too large: vxlan has 0..16777215' type vxlan \
		remote 192.0.2.1 key 16777216
	refused 1 'key 16777216 is too large: geneve has' type geneve remote 192.0.2.1 key 16777216
	refused 1 'key vid\+16773122 is too large' type vxlan remote 192.0.2.1 key vid+16773122
	refused 1 'a key for each VLAN is for mode trunk, not access' type vxlan remote 192.0.2.1 \
		key vid mode access tag 1
	expect 0 xsw port add t type vxlan remote 192.0.2.1 key vid+16773121
	equal "mode" "$(xsw -j port show t | jq -r '.[0].mode')" trunk
	expect 2 xsw port set t mode transparent
	like "error" "$ERR" 'with a key for each VLAN its mode is trunk'
	expect 2 xsw vlan add dev t vid 7
	expect 0 xsw port set t trunks 10,20
	equal "VLANs" "$(xsw vlan show dev t | xargs)" "t 10 untagged t 20 untagged"
}

words_of_other_types() {
	local w
	sw_tunnel
	refused 1 'type gre has no UDP port' type gre remote 192.0.2.1 port 4789
	for w in 0 65536 x; do
		refused 1 'port .* is not valid: expected a number, 1..65535' type vxlan \
			remote 192.0.2.1 port "$w"
	done
	refused 1 'is for hook tc' type vxlan remote 192.0.2.1 hook xdp
	refused 1 'xswitch makes the device of type vxlan' type vxlan remote 192.0.2.1 dev x
	refused 1 'has no address and no mac' type vxlan remote 192.0.2.1 address 10.0.0.1/24
	refused 1 'has no address and no mac' type vxlan remote 192.0.2.1 mac 02:00:00:00:00:01
	refused 1 "lives in the switch's namespace" type vxlan remote 192.0.2.1 netns x
	refused 1 'vlan is for type host' type vxlan remote 192.0.2.1 vlan 10
	refused 1 'expected netns.dev.host.vxlan.gre.geneve' type stt remote 192.0.2.1
	for w in "remote 192.0.2.1" "local 192.0.2.1" "key 0" "port 1"; do
		# shellcheck disable=SC2086
		refused 1 'remote, local, key and port are of types vxlan, gre and geneve' $w
	done
	refused 1 '"remote" is given twice' type vxlan remote 192.0.2.1 remote 192.0.2.2
}

# What this kernel lacks has a name and a remedy.
kinds_the_kernel_lacks() {
	local type kind module
	sw_tunnel
	while read -r type kind module; do
		if ip -n "$(ns_name 91)" link add probe type "$kind" external 2>/dev/null; then
			ip -n "$(ns_name 91)" link del probe
			continue
		fi
		refused 2 "port t: this kernel has no $kind devices.*hint:.*module $module" \
			type "$type" remote 192.0.2.1 key 1
	done <<-KINDS
		gre gretap ip_gre
		geneve geneve geneve
	KINDS
}

shown() {
	local text
	sw_tunnel
	xsw port add one type vxlan remote 192.0.2.1 key 0x10 || bad "port add: $?"
	xsw port add two type vxlan remote 192.0.2.1,192.0.2.2,192.0.2.3 local 192.0.2.9 \
		key vid+100 trunks 10,20 port 4790 isolated on max_macs 5 || bad "port add: $?"
	xsw port add six type vxlan remote 2001:db8::1 key vid port 4790 mtu 1300 ||
		bad "port add: $?"
	equal "text of one" "$(xsw port show one)" "one number 1 type vxlan dev sw0t1 \
remote 192.0.2.1 key 16 port 4789 mtu 1446 mode transparent hook $(hook) state forwarding carrier on"
	text=$(xsw port show two)
	like "text of two" "$text" '^two number 2 type vxlan dev sw0t2 remote 192.0.2.1,192.0.2.2,192.0.2.3 local 192.0.2.9 key vid\+100 port 4790 mtu 1450 mode trunk trunks 10,20 '
	equal "JSON of two" "$(xsw -j port show two | jq -c '.[0] |
		[.port, .number, .type, .ifname, .remotes, .local, .key, .udp_port, .mtu, .max_macs,
		.flags.isolated]')" \
		'["two",2,"vxlan","sw0t2",["192.0.2.1","192.0.2.2","192.0.2.3"],"192.0.2.9","vid+100",4790,1450,5,true]'
	equal "JSON of six" "$(xsw -j port show six | jq -c '.[0] |
		[.number, .ifname, .remotes, .local, .key, .udp_port, .mtu]')" \
		'[5,"sw0t2",["2001:db8::1"],null,"vid",4790,1300]'
	equal "ports" "$(xsw -j show | jq -c '[.[0].ports[].port]')" '["one","two","six"]'
	equal "nulls" "$(xsw -j -s -d show | jq '[.. | select(. == null)] | length')" 0
	equal "stray" "$(xsw -j -s show | jq '.[0].stray')" 0
	equal "stray without -s" "$(xsw -j show | jq '.[0] | has("stray")')" false
	equal "alias" "$(ip -n "$(ns_name 91)" -j link show sw0t2 | jq -r '.[0].ifalias')" \
		"xswitch sw0 vxlan 4790"
	# the same again changes nothing; another one is another
	expect 0 xsw port add one type vxlan remote 192.0.2.1 key 16
	expect 2 xsw port add one type vxlan remote 192.0.2.1 key 17
	expect 2 xsw port add two type vxlan remote 192.0.2.1,192.0.2.2 local 192.0.2.9 key vid+100 \
		port 4790
	expect 2 xsw port add one netns "$(ns_name 1)"
	like "error" "$ERR" 'File exists: it is of type vxlan'
}

hook() { if [ "${XSW_FORCE_ATTACH:-}" = clsact ]; then echo clsact; else xsw -j port show one | jq -r '.[0].hook'; fi; }

entries() {
	sw_tunnel
	xsw port add two type vxlan remote 192.0.2.1,192.0.2.2 key 1 || bad "port add: $?"
	expect 1 xsw fdb add 02:00:00:00:00:01 dev two
	like "error" "$ERR" 'port two has 2 remotes: which one.*hint: remote IP'
	expect 3 xsw fdb add 02:00:00:00:00:01 dev two remote 192.0.2.3
	like "error" "$ERR" 'port two has no remote 192.0.2.3'
	expect 1 xsw fdb add 02:00:00:00:00:01 dev two remote two
	expect 0 xsw fdb add 02:00:00:00:00:01 dev two remote 192.0.2.2
	expect 0 xsw fdb add 02:00:00:00:00:01 dev two remote 192.0.2.2
	expect 2 xsw fdb add 02:00:00:00:00:01 dev two remote 192.0.2.1
	expect 0 xsw fdb add 02:00:00:00:00:02 dev two remote 192.0.2.1 vlan 10
	equal "text" "$(xsw fdb show | sort)" "02:00:00:00:00:01 dev two remote 192.0.2.2 master sw0 static
02:00:00:00:00:02 dev two remote 192.0.2.1 vlan 10 master sw0 static"
	equal "JSON" "$(xsw -j fdb get 02:00:00:00:00:01 | jq -c '.[0] | [.port, .remote]')" \
		'["two","192.0.2.2"]'
	equal "of the port" "$(xsw -j fdb show dev two | jq length)" 2
	expect 0 xsw fdb flush dev two static
	equal "entries" "$(xsw fdb show)" ""
}

# All or nothing, as any line of a batch; a dry run says what would be made.
planned() {
	sw_tunnel
	equal "plan" "$(xsw --dry-run port add t type vxlan remote 192.0.2.1,192.0.2.2 key 5)" \
		"make port t: number 1, vxlan to 192.0.2.1
make port t: number 2, vxlan to 192.0.2.2"
	equal "ports" "$(xsw port show)" ""
	printf '%s\n' "port add t type vxlan remote 192.0.2.1,192.0.2.2 key 5" \
		"port set t learning off" "fdb add 02:00:00:00:00:01 dev t remote 192.0.2.7" \
		>"$CASE/batch"
	expect 3 xsw -b "$CASE/batch"
	equal "ports" "$(xsw port show)" ""
	equal "devices" "$(ip -n "$(ns_name 91)" -br link | wc -l)" 1
	sed -i s/192.0.2.7/192.0.2.2/ "$CASE/batch"
	expect 0 xsw -b "$CASE/batch"
	equal "remote" "$(xsw -j fdb show | jq -r '.[0].remote')" 192.0.2.2
	# an error takes back what holds for both of its legs
	printf '%s\n' "port set t mtu 1200 mode access tag 5" \
		"fdb add 02:00:00:00:00:02 dev t remote 192.0.2.8" >"$CASE/batch"
	expect 3 xsw -b "$CASE/batch"
	equal "port" "$(xsw -j port show t | jq -c '.[0] | [.mtu, .mode]')" '[1446,"transparent"]'
}

run_case - addresses
run_case - keys
run_case - words_of_other_types
run_case - kinds_the_kernel_lacks
run_case - shown
run_case - entries
run_case - planned
finish
