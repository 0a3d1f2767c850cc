#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# VLANs of ports changed while frames flow, and what becomes of their FDB entries.
#
#	1 access 10 (is changed) ---+--- 3 access 20
#	2 access 10 ----------------+--- 4 trunk 10,20
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"

MANY=12000	# frames, each of a station of its own
RATE=$((6000 / SLOW))

up4() {
	sw_up 4
	quiet 1 2 3 4
	vport 1 mode access tag 10
	vport 2 mode access tag 10
	vport 3 mode access tag 20
	vport 4 mode trunk trunks 10,20
}

# flow N BYTE: broadcasts from N, all sources different; its process is $FLOW
flow() {
	"$XFRAME" -n "$(ns_name "$1")" send eth0 --macs "$MANY" --rate "$RATE" \
		dst "$ALL" src "02:5e:5e:$2:00:00" len 60 &
	FLOW=$!
	undo reap "$FLOW"
}

flows() { kill -0 "$FLOW" 2>/dev/null; }

# sources N [TAG]: stations heard in namespace N, with this tag, sorted
sources() {
	frames "$1" | grep "^.\{24\}${2:-88b5}" | cut -c13-24 | sort
}

heard() { sources "$@" | wc -l; }

enough() {
	[ "$1" -ge 2 ] || bad "only $1 changes while frames flowed"
}

# pvid_change_under_traffic MODE WORDS...: a frame sees the old PVID with the old VLANs or the new
# one with the new; neither a mix nor nothing
pvid_change_under_traffic() {
	local n=0 both
	up4
	vport 1 mode "$1" tag 10 "${@:2}"
	sniff 2 3 4
	flow 1 10
	while flows; do
		cfg port set "$(port 1)" tag 20
		cfg port set "$(port 1)" tag 10
		n=$((n + 1))
	done
	enough "$n"
	fence
	both=$( (sources 2; sources 3) | sort -u | wc -l)
	equal "stations heard in one VLAN or the other" "$both" "$MANY"
	equal "frames" "$(($(frames 2 | wc -l) + $(frames 3 | wc -l)))" "$MANY"
	equal "frames on the trunk" "$(frames 4 | wc -l)" "$MANY"
	[ "$(sources 2)" = "$(sources 4 8100000a)" ] || bad "VLAN 10 and its tag differ"
	[ "$(sources 3)" = "$(sources 4 81000014)" ] || bad "VLAN 20 and its tag differ"
	at_least 1 heard 2 || bad "never in VLAN 10"
	at_least 1 heard 3 || bad "never in VLAN 20"
	equal "drops" "$(counter 1 '.drops | length')" 0
}

mode_change_under_traffic() {
	local n=0
	up4
	sniff 2 3 4
	flow 2 20
	while flows; do
		cfg port set "$(port 4)" mode native-untagged tag 10 trunks 20
		cfg port set "$(port 4)" mode access tag 10
		cfg port set "$(port 4)" mode trunk trunks 10,20
		cfg port set "$(port 4)" mode dot1q-tunnel tag 10
		cfg port set "$(port 1)" mode access tag 20
		cfg port set "$(port 1)" mode transparent
		cfg port set "$(port 1)" mode access tag 10
		n=$((n + 1))
	done
	enough "$n"
	fence
	equal "frames in VLAN 20" "$(frames 3 | wc -l)" 0
	# 4 was a member all the time, now tagged, now not
	equal "frames of 4" "$(frames 4 | wc -l)" "$MANY"
	equal "stations heard at 4" "$( (sources 4; sources 4 8100000a) | sort -u | wc -l)" "$MANY"
	at_least 1 heard 4 || bad "never untagged"
	at_least 1 heard 4 8100000a || bad "never tagged"
}

# A flood goes to those that want it tagged and to the others in two passes. A port that changes
# from one to the other in between gets the frame all the same, and once. Many ports make that
# moment long.
change_of_form_during_floods() {
	local i n=0
	sw_up 24
	quiet {1..24}
	vport 1 mode access tag 10
	for i in {2..24}; do
		if ((i % 2)); then
			vport "$i" mode access tag 10
		else
			vport "$i" mode trunk trunks 10
		fi
	done
	sniff 2
	flow 1 10
	while flows; do
		cfg port set "$(port 2)" mode access tag 10
		cfg port set "$(port 2)" mode trunk trunks 10
		n=$((n + 1))
	done
	enough "$n"
	fence
	equal "stations heard twice" "$( (sources 2; sources 2 8100000a) | sort | uniq -d)" ""
	equal "stations heard" "$( (sources 2; sources 2 8100000a) | sort -u | wc -l)" "$MANY"
}

add_and_del_under_traffic() {
	local n=0 other
	up4
	sniff 1 2 3 4
	flow 3 30
	other=$FLOW
	flow 2 20
	while flows; do
		cfg vlan del dev "$(port 4)" vid 20
		cfg vlan add dev "$(port 4)" vid 20,100-300
		cfg vlan del dev "$(port 4)" vid 100-300
		n=$((n + 1))
	done
	enough "$n"
	wait "$other"
	fence
	# VLAN 10 is not touched by that: every frame, once
	equal "VLAN 10 at 4" "$(sources 4 8100000a | uniq | wc -l)" "$MANY"
	equal "VLAN 10 at 1" "$(sources 1 | uniq | wc -l)" "$MANY"
	equal "frames at 1" "$(frames 1 | wc -l)" "$MANY"
	equal "frames at 2" "$(frames 2 | wc -l)" 0
	equal "other frames at 4" "$(frames 4 | cut -c25-32 | sort -u | xargs)" "8100000a 81000014"
	[ "$(sources 4 81000014 | wc -l)" -lt "$MANY" ] || bad "VLAN 20 was never deleted"
	equal "twice the same at 4" "$(frames 4 | sort | uniq -d)" ""
	# deleted means deleted
	cfg vlan del dev "$(port 4)" vid 20
	from 3 <<<"- no_target"
	from 4 <<<"20 vlan_ingress"
	from 2 <<<"- 1=- 4=10"
}

# learned N STATION TAGS
learned() { send "$1" "$(vframe "$ALL" "$2" "$3"; echo "$HEX")"; }

S1=$(mac 1 1) X1=$(mac 1 2) S2=$(mac 2 1) T=$(mac 4 1)

stations() {
	up4
	cfg fdb add "$X1" dev "$(port 1)" vlan 10 static
	learned 1 "$S1" -
	learned 2 "$S2" -
	learned 4 "$T" 10
	learned 4 "$T" 20
	sniff 1 2 3 4
	fence
	fdb_is "$S1" 1 10
	fdb_is "$S2" 2 10
	fdb_is "$T" 4 10
	fdb_is "$T" 4 20
}

# Known stations of VLAN 10 but S1.
others_are_known() {
	fdb_is "$S2" 2 10
	fdb_is "$T" 4 10
	from 4 "$S2" "$T" <<<"10 2=-"
	from 2 "$T" "$S2" <<<"- 4=10"
}

the_vlan_that_is_left_is_flushed_and_only_that() {
	stations
	vport 1 tag 20
	fdb_is "$S1" none 10
	fdb_is "$S1" none 20
	fdb_is "$X1" 1 10 # static: it stays and is not used
	from 2 "$X1" <<<"- vlan_egress"
	fdb_is "$T" 4 20
	others_are_known
	from 2 "$S1" <<<"- 4=10"
	from 3 "$S1" <<<"- 1=- 4=20"
	# the trunk leaves 20 and joins 30
	cfg port set "$(port 4)" trunks 10,30
	fdb_is "$T" none 20
	others_are_known
	cfg vlan del dev "$(port 4)" vid 30
	others_are_known
	cfg vlan del dev "$(port 4)" vid 10
	fdb_is "$T" none 10
	fdb_is "$S2" 2 10
}

saying_the_same_again_flushes_nothing() {
	stations
	vport 1 mode access tag 10
	vport 1 tag 10
	vport 4 mode trunk trunks 10,20
	vport 4 trunks 20,10
	fdb_is "$S1" 1 10
	fdb_is "$T" 4 10
	fdb_is "$T" 4 20
	cfg vlan add dev "$(port 4)" vid 10,20
	cfg vlan add dev "$(port 4)" vid 30-60
	fdb_is "$T" 4 10
	fdb_is "$T" 4 20
	from 2 "$S1" <<<"- 1=-"
	from 1 "$T" "$S1" <<<"- 4=10"
}

one_address_in_two_vlans_is_two_entries() {
	stations
	learned 3 "$S1" -
	fence
	fdb_is "$S1" 1 10
	fdb_is "$S1" 3 20
	[ "$TEST_SWITCH" = xswitch ] &&
		equal "entries" "$(xsw -j fdb show "$S1" | jq -c '[.[].vlan] | sort')" "[10,20]"
	from 4 "$S1" "$T" <<-ROWS
		10	1=-
		20p4	3=-
	ROWS
	cfg fdb del "$S1" vlan 20
	fdb_is "$S1" 1 10
	from 4 "$S1" "$T" <<-ROWS
		10	1=-
		20	3=-
	ROWS
}

flushes_take_what_they_name() {
	stations
	cfg fdb flush dev "$(port 4)" vlan 10
	fdb_is "$T" none 10
	fdb_is "$T" 4 20
	fdb_is "$S1" 1 10
	fdb_is "$S2" 2 10
	from 2 "$T" "$S2" <<<"- 1=- 4=10"
	from 3 "$T" <<<"- 4=20"
	learned 4 "$T" 10
	fence
	fdb_is "$T" 4 10
	cfg fdb flush vlan 10
	fdb_is "$S1" none 10
	fdb_is "$S2" none 10
	fdb_is "$T" none 10
	fdb_is "$X1" 1 10
	fdb_is "$T" 4 20
	from 3 "$T" <<<"- 4=20"
	from 2 "$S1" <<<"- 1=- 4=10"
	learned 1 "$S1" -
	fence
	cfg fdb flush dev "$(port 4)"
	fdb_is "$T" none 20
	fdb_is "$S1" 1 10
}

a_port_in_all_vlans() {
	local start
	up4
	cfg port set "$(port 1)" mode hybrid
	start=${EPOCHREALTIME/./}
	cfg vlan add dev "$(port 1)" vid 1-4094
	[ "$TEST_SWITCH" = xswitch ] && equal "show" "$(vlans_of 1)" "1-4094"
	vport 4 trunks 1-4094
	sniff 1 2 3 4
	from 4 <<-ROWS
		1	1=1
		10	1=10 2=-
		64p1	1=64p1
		2047	1=2047
		4094p7d	1=4094p7d
	ROWS
	from 1 <<-ROWS
		63	4=63
		20	3=- 4=20
		4094	4=4094
		-	no_pvid
	ROWS
	cfg vlan add dev "$(port 1)" vid 1-4094 untagged
	cfg vlan add dev "$(port 1)" vid 2000 pvid
	[ "$TEST_SWITCH" = xswitch ] && equal "show" "$(vlans_of 1)" \
		"1-1999 untagged; 2000 pvid; 2001-4094 untagged"
	from 4 <<-ROWS
		1999	1=-
		2000	1=2000
		4094	1=-
	ROWS
	cfg vlan del dev "$(port 1)" vid 1-4094
	[ "$TEST_SWITCH" = xswitch ] && equal "show" "$(vlans_of 1)" ""
	from 1 <<-ROWS
		63	vlan_ingress
		-	no_pvid
	ROWS
	from 4 <<-ROWS
		4094	no_target
		20	3=-
	ROWS
	[ $((${EPOCHREALTIME/./} - start)) -lt $((20000000 * SLOW)) ] || bad "it took 20 seconds"
}

a_port_removed_and_made_again() {
	stations
	unsniff
	if [ "$TEST_SWITCH" = xswitch ]; then
		xsw port del "$(port 4)" || bad "port del: $?"
		xsw port add "$(port 4)" || bad "port add: $?"
		equal "VLANs of the new port" "$(vlans_of 4)" "0 pvid untagged; 1-4094"
	fi
	quiet 4
	fdb_is "$T" none 10
	fdb_is "$T" none 20
	sniff 1 2 3 4
	from 4 <<-ROWS
		-	no_target
		10	1=- 2=-
		20p1	3=-
	ROWS
	unsniff
	cfg port del "$(port 4)"
	cfg port add "$(port 4)" mode native-untagged tag 20 trunks 10
	quiet 4
	sniff 1 2 3 4
	from 4 <<-ROWS
		-	3=-
		10	1=- 2=-
		30	vlan_ingress
	ROWS
	from 2 <<<"- 1=- 4=10"
	# a port without VLANs in place of one with them takes part in no flood of theirs
	unsniff
	cfg port del "$(port 4)"
	cfg port add "$(port 4)" mode access tag 30
	quiet 4
	sniff 1 2 3 4
	from 2 <<<"- 1=-"
	from 3 <<<"- no_target"
}

state_is() { [ "$(xsw -j port show "$(port "$1")" | jq -r '.[0].state')" = "$2" ]; }

a_namespace_made_again_keeps_its_vlans() {
	local before n
	[ "$TEST_SWITCH" = xswitch ] || bad "has no up"
	up4
	xsw vlan add dev "$(port 2)" vid 20,30-40
	before=$(xsw vlan show)
	for n in 4 2 1; do ip netns del "$(ns_name "$n")"; done
	for n in 4 2 1; do wait_until 3000 state_is "$n" gone || bad "port $n is not gone"; done
	equal "VLANs of dead ports" "$(xsw vlan show)" "$before"
	xsw up --ports "$(port_list 1 2 3 4)" --subnet none || bad "up again: $?"
	bpf_note
	equal "VLANs" "$(xsw vlan show)" "$before"
	quiet 1 2 4
	sniff 1 2 3 4
	from 1 <<-ROWS
		-	2=- 4=10
		10	frame_type
	ROWS
	from 4 <<-ROWS
		20	2=20 3=-
		10p5	1=- 2=-
		30	vlan_ingress
	ROWS
	from 2 <<<"20 frame_type"
}

# `up` with a mode is for the ports it makes; those that are there stay as they are.
up_with_a_mode() {
	[ "$TEST_SWITCH" = xswitch ] || bad "has no up"
	sw_up 2 --mode access --tag 10
	quiet 1 2
	vport 2 tag 20
	xsw up --ports "$(port_list 1 2 3)" --subnet none --mode access --tag 10 || bad "up: $?"
	bpf_note
	OUTER[3]=sw0p3
	quiet 3
	equal "VLANs" "$(vlans_of 1); $(vlans_of 2); $(vlans_of 3)" \
		"10 pvid untagged; 20 pvid untagged; 10 pvid untagged"
	sniff 1 2 3
	from 1 <<<"- 3=-"
	from 2 <<<"- no_target"
}

run_case "hub none" pvid_change_under_traffic access
run_case "hub none" pvid_change_under_traffic native-untagged trunks 30
run_case "hub none" mode_change_under_traffic
run_case none change_of_form_during_floods
run_case "hub none" add_and_del_under_traffic
run_case "hub none" the_vlan_that_is_left_is_flushed_and_only_that
run_case "hub none" saying_the_same_again_flushes_nothing
run_case "hub none" one_address_in_two_vlans_is_two_entries
run_case "hub none" flushes_take_what_they_name
run_case "hub none" a_port_in_all_vlans
run_case "hub none" a_port_removed_and_made_again
run_case "hub none" a_namespace_made_again_keeps_its_vlans
run_case "hub none" up_with_a_mode
finish
