#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is asked for twice is done once; a plan changes nothing; namespaces of others stay;
# namespaces by name, PID and path.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# Everything an `up` that has nothing to do must leave as it is.
identity() {
	local x
	ip -o link show | sed 's/ state .* mode/ mode/'
	for x in /run/netns/*; do
		stat -c '%n %i' "$x"
		nsenter --net="$x" ip -o addr show | sed 's/valid_lft.*//; s/ tentative//'
		nsenter --net="$x" ip -o link show
	done
	find "$XSWITCH_BPFFS" -mindepth 1 | sort
	: >"$CASE/bpf.id"
	for x in prog map link; do
		bpftool -f -j "$x" show | jq -r --arg d "$XSWITCH_BPFFS/" '.[] |
			select(any(.pinned[]?; startswith($d))) | "\(.id) \(.pinned)"'
	done
	xsw -j -d show | jq -S 'del(.. | .carrier?, .fdb?)'
	xsw -j fdb show state static
}

settled() {
	local x
	for x in /run/netns/*; do
		nsenter --net="$x" ip addr | grep -q tentative && return 1
	done
	return 0
}

up_again_changes_nothing() {
	sw_up 3
	wait_until 5000 settled
	xsw fdb add 02:00:00:00:00:01 dev "$(port 1)"
	xsw set ageing 7
	xsw port set "$(port 2)" flood off
	identity >"$CASE/before"
	expect 0 xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24
	identity | diff "$CASE/before" - || bad "up again changed something"
	# fewer, or none: nothing is asked of the others
	expect 0 xsw up --ports "$(port 2)"
	expect 0 xsw up
	identity | diff "$CASE/before" - || bad "up of one port changed something"
}

up_of_more_adds_only_them() {
	sw_up 2
	wait_until 5000 settled
	identity >"$CASE/before"
	expect 0 xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24
	bpf_note
	equal "lines that are gone but for those of the switch" "$(identity |
		diff "$CASE/before" - | grep '^<' | grep -vc '[]}],\{0,1\}$')" 0
	ns 3 ping -qc1 -W2 10.77.0.1 || bad "no answer"
	equal "address of the new one" "$(ns 3 ip -j -4 addr show eth0 |
		jq -r '.[0].addr_info[0].local')" 10.77.0.3
}

the_mac_is_the_same_next_time() {
	local mac
	sw_up 2
	mac=$(ns 1 cat /sys/class/net/eth0/address 2>/dev/null)
	mac=$(xsw -j port show "$(port 1)" | jq -r '.[0].mac')
	xsw down
	sw_up 2
	equal "mac" "$(xsw -j port show "$(port 1)" | jq -r '.[0].mac')" "$mac"
	[ "$mac" != "$(xsw -j port show "$(port 2)" | jq -r '.[0].mac')" ] || bad "twice the same"
}

dry_run() {
	local words
	expect 0 xsw --dry-run up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
	like "plan" "$OUT$ERR" "$(port 1)"
	equal "left" "$(leftovers)" ""
	sw_up 2
	wait_until 5000 settled
	xsw fdb add 02:00:00:00:00:01 dev "$(port 1)"
	identity >"$CASE/before"
	for words in down "port del $(port 1)" "port add $(port 3)" "port set $(port 1) flood off" \
		"set ageing 5" "set fdb_size 100" "fdb add 02:00:00:00:00:02 dev $(port 1)" \
		"fdb replace 02:00:00:00:00:01 dev $(port 2)" "fdb del 02:00:00:00:00:01" \
		"fdb flush static" "up --ports $(port_list 1 2 3 4)" "down --all"; do
		# shellcheck disable=SC2086
		expect 0 xsw --dry-run $words
		identity | diff "$CASE/before" - || bad "--dry-run $words changed something"
	done
}

namespaces_that_were_there_stay() {
	ip netns add "${P}1"
	undo ip netns del "${P}1"
	sw_up 2
	equal "both" "$(ip netns | grep -c "^$P")" 2
	xsw port del "$(port 2)" || bad "port del: $?"
	equal "made by up" "$(ip netns | grep -c "^${P}2")" 0
	xsw down
	equal "made by ip netns" "$(ip netns | grep -c "^${P}1")" 1
	equal "devices in it" "$(ns 1 ip -o link | wc -l)" 1
}

namespaces_made_by_up_are_those_of_ip_netns() {
	sw_up 2
	ip netns exec "$(ns_name 1)" ping -qc1 -W2 10.77.0.2 || bad "no answer"
	equal "lo" "$(ns 1 ip -j link show lo | jq -r '.[0].flags | index("UP") != null')" true
}

namespace_by_pid() {
	local pid
	sw_up 1
	unshare --net sleep $((60 * SLOW)) &
	pid=$!
	undo reap "$pid"
	elsewhere() { [ "$(readlink /proc/"$pid"/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; }
	wait_until 3000 elsewhere
	expect 0 xsw port add box netns "$pid" address 10.77.0.9/24
	nsenter --net=/proc/"$pid"/ns/net ping -qc1 -W2 10.77.0.1 || bad "no answer"
	equal "state" "$(xsw -j port show box | jq -r '.[0].state')" forwarding
	kill "$pid"
	wait "$pid" 2>/dev/null
	gone() { [ "$(xsw -j port show box | jq -r '.[0].state')" = gone ]; }
	wait_until 5000 gone || bad "the port of a dead process is not gone"
	expect 0 xsw port del box
}

namespace_by_path() {
	sw_up 1
	ip netns add "${P}2"
	undo ip netns del "${P}2"
	expect 0 xsw port add path netns "/run/netns/${P}2" dev eth3 address 10.77.0.2/24 \
		address fd77::22/64 mac 02:00:00:00:00:77 mtu 1400
	ns 2 ping -qc1 -W2 10.77.0.1 || bad "no answer"
	equal "mac" "$(ns 2 ip -j link show eth3 | jq -r '.[0].address')" 02:00:00:00:00:77
	equal "mtu" "$(ns 2 ip -j link show eth3 | jq '.[0].mtu')" 1400
	equal "mtu shown" "$(xsw -j port show path | jq '.[0].mtu')" 1400
	like "addresses" "$(ns 2 ip -o addr show eth3)" 'fd77::22/64'
	expect 0 xsw port del path
	equal "devices in it" "$(ns 2 ip -o link | wc -l)" 1
}

several_ports_in_one_namespace() {
	undo xsw down
	expect 0 xsw up --ports "${P}1:eth0,${P}1:eth1,${P}2" --subnet none
	bpf_note
	equal "devices" "$(ns 1 ip -o link | grep -c eth)" 2
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 3
	expect 0 xsw port del "$(xsw -j show | jq -r '.[0].ports[0].port')"
	equal "devices" "$(ns 1 ip -o link | grep -c eth)" 1
	expect 0 xsw down
	[ ! -e "/run/netns/${P}1" ] || bad "the namespace is left"
}

the_switch_in_another_namespace() {
	ip netns add "${P}lab"
	undo ip netns del "${P}lab"
	undo xsw -n "${P}lab" down
	expect 0 xsw -n "${P}lab" up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
	bpf_note
	equal "devices here" "$(ip -o link | grep -c sw0p)" 0
	equal "devices there" "$(ip -n "${P}lab" -o link | grep -c sw0p)" 2
	ns 1 ping -qc1 -W2 10.77.0.2 || bad "no answer"
	equal "netns" "$(xsw -n "${P}lab" -j show | jq -r '.[0].netns')" "${P}lab"
	expect 0 xsw -n "${P}lab" down
	equal "devices there" "$(ip -n "${P}lab" -o link | grep -c sw0p)" 0
}

outer_ends_are_silent() {
	local dev
	sw_up 2
	for dev in sw0p1 sw0p2; do
		equal "addresses of $dev" "$(ip -o addr show dev "$dev" | wc -l)" 0
		equal "disable_ipv6 of $dev" "$(sysctl -n net.ipv6.conf."$dev".disable_ipv6)" 1
	done
}

down_all() {
	sw_up 2
	expect 0 xsw -S b up --ports "$(port_list 3 4)" --subnet none
	expect 0 xsw -S c up
	expect 0 xsw down --all
	expect 3 xsw show
	expect 3 xsw -S b show
	expect 3 xsw -S c show
}

# The first lives in a namespace with a name, the other in this one, which has none.
down_all_in_several_namespaces() {
	ip netns add "${P}lab"
	undo ip netns del "${P}lab"
	undo xsw -S a down
	expect 0 xsw -n "${P}lab" -S a up --ports "$(port 3)" --subnet none
	sw_up 1
	expect 0 xsw down --all
	equal "devices here" "$(ip -o link | grep -c sw0p)" 0
	equal "devices there" "$(ip -n "${P}lab" -o link | grep -c ap1)" 0
}

# Also of ports that come later, whatever their number.
the_subnet_of_the_switch() {
	local n
	undo xsw down
	undo ip netns del "$(ns_name 2)"
	for n in 10.77.0.0/24 10.0.0.0/16; do
		expect 0 xsw up --ports "$(port 1)" --subnet "$n"
		expect 0 xsw port add "$(port 2)"
		equal "address of a port added" \
			"$(ns 2 ip -j addr show eth0 | jq -r '.[0].addr_info[] | select(.family == "inet") | "\(.local)/\(.prefixlen)"')" \
			"${n%.0/*}.2/${n#*/}"
		expect 0 xsw down
	done
}

# What is said of a port that is there holds, or is an error; `up` speaks of new ports only.
said_of_a_port_that_is_there() {
	local words before
	sw_up 2
	before=$(xsw -j -d show)
	for words in "" "address $(ip4 1)/24" "mac $(xsw -j port show "$(port 1)" | jq -r '.[0].mac')" "mtu 1500" "mode transparent learning on" \
		"state up flood on group none"; do
		# shellcheck disable=SC2086
		expect 0 xsw port add "$(port 1)" $words
		equal "stderr" "$ERR" ""
	done
	while IFS='|' read -r words like; do
		# shellcheck disable=SC2086
		expect 2 xsw port add "$(port 1)" $words
		like "$words" "$ERR" "port $(port 1): File exists: $like.*hint: "
	done <<-'END'
		address 10.77.0.9/24|it has no address 10.77.0.9/24
		address 10.78.0.1/25|it has no address 10.78.0.1/25
		mac 02:00:00:00:00:99|its MAC address is
		mtu 900|its MTU
		mode access tag 7|its MTU, VLANs or settings
		learning off|its MTU, VLANs or settings
		max_macs 5|its MTU, VLANs or settings
	END
	expect 1 xsw port add "$(port 1)" mode access
	expect 1 xsw up --ports "$(port 1)" --mode access
	expect 1 xsw port add "$(port 1)" mode trunk tag 10
	expect 0 xsw up --ports "$(port 1),$(port 2)" --mode access --tag 5 --mtu 1400
	equal "switch" "$(xsw -j -d show)" "$before"
	cfg port set "$(port 1)" mode trunk trunks 10,20 max_macs 9
	expect 0 xsw port add "$(port 1)" mode trunk trunks 10,20 max_macs 9
	expect 0 xsw port add "$(port 1)" mode trunk
	expect 2 xsw port add "$(port 1)" mode trunk trunks 10
}

the_host_has_an_address_of_its_own() {
	undo xsw down
	expect 1 xsw up --ports "$(port_list 1 2)" --host 10.0.0.2/24
	like "error" "$ERR" "port $(port 2): its address of the subnet, 10.0.0.2, is that of port host.*hint: "
	equal "left" "$(leftovers)" ""
	expect 0 xsw up --ports "$(port_list 1 2)" --host 10.0.0.4/24
	expect 0 xsw up --ports "$(port_list 1 2)" --host 10.0.0.4/24
	expect 2 xsw up --ports "$(port_list 1 2)" --host 10.0.0.5/24
	expect 1 xsw up --ports "$(port_list 1 2 3)"
	expect 0 xsw port add "$(port 3)" address 10.0.0.9/24
}

addresses_are_those_of_hosts() {
	local a
	sw_up 1
	for a in 0.0.0.0/0 224.0.0.1/24 255.255.255.255/8 ff02::1/64 ::/0 ::ffff:10.0.0.1/96; do
		expect 1 xsw port add x address "$a"
		like "error" "$ERR" "$a"
	done
	expect 1 xsw port add x mtu 1000 address fd00::1/64
	like "error" "$ERR" 'port x: address fd00::1/64 needs an MTU of 1280, not 1000'
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
}

# -v: each step; the same words as of a dry run
verbose() {
	undo xsw down
	expect 0 xsw -v up --ports "$(port 1)"
	equal "stdout" "$OUT" ""
	like "stderr" "$ERR" "switch sw0: make switch sw0"
	like "stderr" "$ERR" "switch sw0: make port $(port 1): number 1"
	expect 0 xsw --dry-run fdb add 02:00:00:00:00:77 dev "$(port 1)" vlan 10 static
	equal "plan" "$OUT" "add entry 02:00:00:00:00:77 in VLAN 10 to port $(port 1)"
	expect 0 xsw -v fdb add 02:00:00:00:00:77 dev "$(port 1)" vlan 10 static
	like "stderr" "$ERR" "switch sw0: add entry 02:00:00:00:00:77 in VLAN 10 to port $(port 1)"
	expect 0 xsw --dry-run fdb flush dev "$(port 1)" vlan 10 static
	equal "plan" "$OUT" "flush the static entries of port $(port 1) in VLAN 10"
	expect 0 xsw --dry-run vlan set vid 10,20-30 max_learned 5
	equal "plan" "$OUT" "set max_learned 5 of VLANs 10,20-30"
	# already so: nothing to do
	expect 0 xsw --dry-run port set "$(port 1)" learning on mode transparent state up
	equal "plan" "$OUT" ""
	expect 0 xsw --dry-run set ageing 300 flap_limit 50
	equal "plan" "$OUT" ""
	expect 0 xsw down
	expect 0 xsw --dry-run down
	equal "plan" "$OUT" ""
}

run_case - up_again_changes_nothing
run_case - the_subnet_of_the_switch
run_case - up_of_more_adds_only_them
run_case - the_mac_is_the_same_next_time
run_case - dry_run
run_case - namespaces_that_were_there_stay
run_case - namespaces_made_by_up_are_those_of_ip_netns
run_case - namespace_by_pid
run_case - namespace_by_path
run_case - several_ports_in_one_namespace
run_case - the_switch_in_another_namespace
run_case - outer_ends_are_silent
run_case - down_all
run_case - down_all_in_several_namespaces
run_case - said_of_a_port_that_is_there
run_case - the_host_has_an_address_of_its_own
run_case - addresses_are_those_of_hosts
run_case - verbose
finish
