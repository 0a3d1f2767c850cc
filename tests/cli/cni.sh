#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xswitch-cni: what it answers to CHECK, GC, STATUS and VERSION, in each version, and to bad input.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../cni_lib.sh
. "$TESTS/cni_lib.sh"

check_finds_damage() {
	local net='{vlan: 10, isDefaultGateway: true}'
	containers 1
	add 1 "$net"
	damaged() { # WHAT COMMAND...
		"${@:2}"
		fails 102 CHECK 1 "$(with_result 1 "$net")"
		like "error" "$(answer .details)" "$1"
	}
	cni 0 CHECK 1 "$(with_result 1 "$net")"
	equal "output" "$(<"$ANSWER")" ""
	fails 7 CHECK 1 "$net"
	damaged 'its VLAN is not as configured' xsw port set "$(port_of 1)" mode access tag 11
	xsw port set "$(port_of 1)" mode access tag 10
	damaged 'is disabled' xsw port set "$(port_of 1)" state down
	xsw port set "$(port_of 1)" state up
	damaged 'gateway sw0.10 has no address 10.88.0.1/24' ip addr flush dev sw0.10
	ip addr add 10.88.0.1/24 dev sw0.10
	cni 0 CHECK 1 "$(with_result 1 "$net")"
	damaged 'has not its route to 0.0.0.0/0' ns 1 ip route del default
	ns 1 ip route add default via 10.88.0.1
	damaged 'has address 02:00:00:00:00:01' ns 1 ip link set eth0 address 02:00:00:00:00:01
	ns 1 ip link set eth0 address "$(jq -r '.interfaces[1].mac' "$CASE/result.1")"
	damaged 'eth0 of the container is down' ns 1 ip link set eth0 down
	ns 1 ip link set eth0 up
	ns 1 ip route add default via 10.88.0.1
	cni 0 CHECK 1 "$(with_result 1 "$net")"
	mv "$IPAM/net1/10.88.0.2" "$CASE/lease"
	fails 999 CHECK 1 "$(with_result 1 "$net")"
	like "error" "$(answer .details)" 'IPAM plugin host-local'
	mv "$CASE/lease" "$IPAM/net1/10.88.0.2"
	damaged 'has no device eth0|port .* is gone' ns 1 ip link del eth0
	damaged 'no switch sw0' expect 0 xsw down
	del 1 "$net"
}

garbage() {
	local net='{cniVersion: "1.1.0", vlan: 10, isGateway: true, ipMasq: true}' valid
	command -v nft >/dev/null || skip "nft is not installed"
	containers 1 2 3
	undo nft delete table inet xswitch_cni
	add 1 "$net"
	add 2 "$net"
	add 3 '{name: "other", vlan: 20, ipam: {subnet: "10.89.0.0/24"}}'
	xsw port add mine type host
	fails 7 GC - "$net"
	fails 7 GC - "$net * {\"cni.dev/valid-attachments\": [{containerID: \"x\"}]}"
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 5
	valid=$(jq -nc --arg id "${P}2" '[{containerID: $id, ifname: "eth0"}]')
	cni 0 GC - "$net * {\"cni.dev/valid-attachments\": $valid}"
	equal "output" "$(<"$ANSWER")" ""
	equal "ports" "$(xsw -j show | jq -r '.[0].ports[].port' | sort | xargs)" \
		"$(printf '%s\n' "$(port_of 2)" "$(port_of 3 other)" mine sw0.10 | sort | xargs)"
	like "rules" "$(nft list table inet xswitch_cni | grep masquerade)" \
		"^[^$'\n']*comment \"$(port_of 2)\"$"
	cni 0 GC - "$net * {\"cni.dev/valid-attachments\": []}"
	equal "ports" "$(xsw -j show | jq -r '.[0].ports[].port' | sort | xargs)" \
		"$(printf '%s\n' "$(port_of 3 other)" mine sw0.10 | sort | xargs)"
	equal "tables" "$(nft list tables)" ""
	cni 0 GC - "$net * {switch: \"none\", \"cni.dev/valid-attachments\": []}"
}

status() {
	cni 0 STATUS - '{cniVersion: "1.1.0"}'
	equal "output" "$(<"$ANSWER")" ""
	fails 50 STATUS - '{cniVersion: "1.1.0", ipam: {type: "nothing"}}'
	fails 7 STATUS - '{cniVersion: "1.1.0", vlan: 5000}'
	xsw up
	cni 0 STATUS - '{cniVersion: "1.1.0"}'
	rm "$XSWITCH_BPFFS/xswitch/sw0/maps/fdb"
	fails 50 STATUS - '{cniVersion: "1.1.0"}'
	expect 0 xsw down
	STATUS=0
	setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin \
		env CNI_COMMAND=STATUS CNI_PATH=/usr/lib/cni "$PLUGIN" \
		>"$ANSWER" 2>/dev/null < <(conf '{cniVersion: "1.1.0"}') || STATUS=$?
	equal "status without rights" "$STATUS $(answer .code)" "1 50"
}

versions() {
	local v
	equal "versions" "$(CNI_COMMAND=VERSION "$PLUGIN" <<<'{"cniVersion": "0.4.0"}' |
		jq -c '[.cniVersion, .supportedVersions]')" \
		'["0.4.0",["0.3.1","0.4.0","1.0.0","1.1.0"]]'
	equal "of nobody" "$(CNI_COMMAND=VERSION "$PLUGIN" </dev/null | jq -r .cniVersion)" 1.1.0
	containers 1
	for v in 0.3.1 0.4.0 1.0.0 1.1.0; do
		add 1 "{cniVersion: \"$v\"}"
		equal "version" "$(result .cniVersion)" "$v"
		equal "keys of $v" "$(result '[(.ips[0] | has("version")),
			(.interfaces[0] | has("mtu"))] | map(tostring) | join(" ")')" \
			"$(case $v in 0.*) echo true false ;; 1.0.0) echo false false ;; *) echo false true ;; esac)"
		case $v in
		0.3.1) fails 1 CHECK 1 "$(with_result 1 "{cniVersion: \"$v\"}")" ;;
		*) cni 0 CHECK 1 "$(with_result 1 "{cniVersion: \"$v\"}")" ;;
		esac
		[ "$v" = 1.1.0 ] || for c in GC STATUS; do
			fails 1 "$c" - "{cniVersion: \"$v\", \"cni.dev/valid-attachments\": []}"
		done
		del 1 "{cniVersion: \"$v\"}"
		equal "addresses in use" "$(leases net1)" ""
	done
	equal "family" "$(jq -r '.ips[0].version // "none"' "$CASE/result.1")" none
	for v in 0.2.0 2.0.0 1.0 ''; do
		fails 1 ADD 1 "{cniVersion: \"$v\"}"
		equal "version of the error" "$(answer .cniVersion)" "${v:-1.1.0}"
	done
	fails 1 ADD 1 'del(.cniVersion)'
	fails 6 ADD 1 '{cniVersion: 1}'
}

# Its configuration, as a runtime hands it on.
of_the_readme() {
	local list net check
	command -v nft >/dev/null || skip "nft is not installed"
	containers 1
	undo xsw -S cni0 down
	list=$(sed -n '/^## Containers/,/^}$/{/^{$/,/^}$/p}' "$TOP/README.md")
	net=$(jq -c --arg dir "$IPAM" '.cniVersion as $v | .name as $n | .plugins[0] |
		.cniVersion = $v | .name = $n | .ipam.dataDir = $dir | del(.capabilities)' <<<"$list")
	call 0 ADD 1 <<<"$net"
	equal "address" "$(answer '.ips[0].address')" 10.88.10.2/24
	# before the next answer takes its place
	check=$(jq -c --argjson prev "$(<"$ANSWER")" '.prevResult = $prev' <<<"$net")
	call 0 CHECK 1 <<<"$check"
	talk 1 10.88.10.1
	call 0 DEL 1 <<<"$net"
	equal "tables" "$(nft list tables)" ""
}

# --- what is wrong with the input --------------------------------------------------------

bad_environment() {
	local c
	containers 1
	ANSWER=$CASE/answer
	for c in "" add NONE VERSIO; do
		CNI_COMMAND=$c "$PLUGIN" </dev/null >"$ANSWER" && bad "\"$c\" is taken"
		equal "code" "$(answer .code)" 4
	done
	ID='' fails 4 ADD 1
	like "error" "$(answer .details)" 'CNI_CONTAINERID: ""'
	ID=../x fails 4 ADD 1
	ID=-x fails 4 DEL 1
	for c in "" . .. a/b a:b "a b" 1234567890123456 $'a\n'; do
		IFNAME=$c fails 4 ADD 1
		like "error" "$(answer .details)" CNI_IFNAME
	done
	NETNS='' fails 4 ADD 1
	like "error" "$(answer .details)" 'CNI_NETNS: ""'
	NETNS=x fails 4 ADD 1
	CNIPATH='' fails 4 ADD 1
	like "error" "$(answer .details)" 'CNI_PATH is missing'
	nothing_of_it
}

bad_configuration() {
	local c text
	containers 1
	for text in '' '{' '[]' '1' 'null' '{"a": 1} x' $'{"\xff": 1}' '{"name": "\u0000"}'; do
		fails_text 6 ADD 1 "$text"
	done
	while read -r c; do
		fails 7 ADD 1 "$c"
	done <<-'EOF'
		del(.name)
		{name: ""}
		{name: "a/b"}
		{name: 1}
		{switch: "UP"}
		{switch: 1}
		{switch: "a234567890123"}
		{vlan: 4095}
		{vlan: -1}
		{vlan: "10"}
		{vlan: 1.5}
		{vlanTrunk: 10}
		{vlanTrunk: [10]}
		{vlanTrunk: [{}]}
		{vlanTrunk: [{id: 0}]}
		{vlanTrunk: [{minID: 5}]}
		{vlanTrunk: [{minID: 5, maxID: 4}]}
		{vlanTrunk: [{minID: 5, maxID: 4095}]}
		{isGateway: 1}
		{ipMasq: "yes"}
		{mtu: 67}
		{mtu: 65536}
		{hook: "none"}
		{macspoofchk: {}}
		{portIsolation: []}
		{storm: "100pps"}
		{storm: {all: "100pps"}}
		{storm: {broadcast: 100}}
		{storm: {broadcast: "100"}}
		{bandwidth: 1}
		{bandwidth: {egressBurst: 1}}
		{bandwidth: {egressRate: -1, egressBurst: 1}}
		{ipam: "host-local"}
		{ipam: {type: 1}}
		{ipam: {type: "../host-local"}}
		{ipMasqBackend: 1}
		{dns: []}
		{promiscMode: 1}
	EOF
	fails 7 DEL 1 '{vlan: 4095}'
	for c in '{ipMasqBackend: "iptables"}' '{promiscMode: true}' \
		'{disableContainerInterface: true}'; do
		fails 2 ADD 1 "$c"
		like "error" "$(answer .details)" "$(jq -nr "$c | to_entries[0] | .key + \": \" + (.value | tojson)")"
	done
	fails 7 ADD 1 '{switch: "a23456789012", vlan: 4000, isGateway: true}'
	nothing_of_it
	# what nobody here knows is somebody else's
	add 1 '{somebody: {else: [1, null]}, bridge: "br0", promiscMode: false, vlan: null,
		"cni.dev/other": 1, ipMasqBackend: "nftables"}'
}

# What is no answer of an IPAM plugin, and one that knows no version.
bad_ipam() {
	local answer
	containers 1
	mkdir "$CASE/bin"
	ipam() { # ANSWER
		# shellcheck disable=SC2016 # for the script
		printf '#!/bin/sh\ncat >"%s"\n[ "$CNI_COMMAND" = ADD ] || exit 0\ncat <<"E"\n%s\nE\n' \
			"$CASE/told" "$1" >"$CASE/bin/mine"
		chmod +x "$CASE/bin/mine"
	}
	for answer in '' x '[]' '{"ips": 1}' '{"ips": [1]}' '{"ips": [{"address": "10.0.0.1"}]}' \
		'{"ips": [{"address": "10.0.0.1/24", "gateway": "fd00::1"}]}' \
		'{"ips": [{"address": "10.0.0.1/24"}], "routes": [{"dst": "x"}]}'; do
		ipam "$answer"
		CNIPATH=$CASE/bin cni 1 ADD 1 '{ipam: {type: "mine"}}'
		like "code for $answer" "$(answer .code)" '^(6|103)$'
		nothing_of_it
	done
	ipam '{"ips": []}'
	CNIPATH=$CASE/bin fails 103 ADD 1 '{ipam: {type: "mine"}}'
	ipam '{"ips": [{"address": "10.0.0.1/24"}], "routes": [{"dst": "10.1.0.0/16", "table": 5}]}'
	CNIPATH=$CASE/bin fails 2 ADD 1 '{ipam: {type: "mine"}}'
	nothing_of_it
	ipam '{"ips": [{"address": "10.0.0.7/24"}]}'
	CNIPATH=/nowhere:$CASE/bin cni 0 ADD 1 '{ipam: {type: "mine"}, own: {key: "x"}}'
	equal "address" "$(ns 1 ip -j addr show eth0 | jq -r '.[0].addr_info[0].local')" 10.0.0.7
	equal "what it was told" "$(jq -r .own.key "$CASE/told")" x
	CNIPATH=$CASE/bin cni 0 DEL 1 '{ipam: {type: "mine"}}'
}

cni_ready
run_case - check_finds_damage
run_case - garbage
run_case - status
run_case - versions
run_case - of_the_readme
run_case - bad_environment
run_case - bad_configuration
run_case - bad_ipam
finish
