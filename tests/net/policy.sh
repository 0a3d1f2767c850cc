#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Policies of ports with real frames: what passes, what must not arrive, and what is counted.
# Rates are tested by frames: at one bit a second the bucket holds one frame, however slow the
# machine is.
#
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"

GROUP=03:5e:5e:00:00:99
BPDU=01:80:c2:00:00:00
LLDP=01:80:c2:00:00:0e

# Switch of three quiet ports, all sniffed.
three() {
	sw_up 3
	quiet 1 2 3
	cfg fdb flush
	sniff 1 2 3
}

# pset N WORDS...
pset() {
	local n=$1
	shift
	cfg port set "$(port "$n")" "$@"
}

hex4() { # 10.0.0.1
	# shellcheck disable=SC2046,SC2086
	printf %02x ${1//./ }
}

hex6() { # fd77::1, one "::" in it
	local part half out
	for half in "${1%%::*}" "${1##*::}"; do
		out=
		for part in ${half//:/ }; do out+=$(printf %04x "0x$part"); done
		[ "$half" = "${1%%::*}" ] && part=$out
		HEAD=${HEAD-$out}
	done
	printf '%s%.*s%s' "$HEAD" $((32 - ${#HEAD} - ${#out})) 00000000000000000000000000000000 "$out"
	unset HEAD
}

# Payloads; what the switch does not read is zero.
ip4_from() { echo "type 0x0800 data 4500001c0000000040110000$(hex4 "$1")$(hex4 10.77.0.2)0000000000080000"; }
arp_from() { # SENDER [TARGET]
	echo "type 0x0806 data 0001080006040001$(mac 1 | tr -d :)$(hex4 "$1")000000000000$(hex4 "${2:-10.77.0.2}")"
}
ip6_from() { echo "type 0x86dd data 6000000000083b40$(hex6 "$1")$(hex6 fd77::2)0000000000000000"; }
nd() { # TYPE SOURCE TARGET
	echo "type 0x86dd data 6000000000183aff$(hex6 "$2")$(hex6 ff02::1)$(printf %02x "$1")00000000000000$(hex6 "$3")"
}

locked() {
	local flood="dst $ALL len 60"
	three
	# learned before, static, and neither
	send 1 dst "$ALL" src "$(mac 1 1)" len 60
	fdb_is "$(mac 1 1)" 1
	cfg fdb add "$(mac 1 2)" dev "$(port 1)"
	pset 1 locked on
	# shellcheck disable=SC2086
	{
		reach 1 "2 3" src "$(mac 1 1)" $flood
		reach 1 "2 3" src "$(mac 1 2)" $flood
		reach 1 "" src "$(mac 1 3)" $flood
		drops 1 locked
		fdb_is "$(mac 1 3)" none
		# the entry of another port, or of another VLAN, does not count
		reach 2 "1 3" src "$(mac 2)" $flood
		reach 1 "" src "$(mac 2)" $flood
		fdb_is "$(mac 2)" 2
		reach 1 "" vlan 7 src "$(mac 1 2)" $flood
		cfg fdb flush dev "$(port 1)"
		reach 1 "" src "$(mac 1 1)" $flood
		reach 1 "2 3" src "$(mac 1 2)" $flood
		pset 1 locked off
		reach 1 "2 3" src "$(mac 1 3)" $flood
	}
}

allowed_macs() {
	three
	pset 1 allowed_macs "$(mac 1 1),$(mac 1 2)"
	reach 1 "2 3" dst "$ALL" src "$(mac 1 1)" len 60
	reach 1 "2 3" dst "$ALL" src "$(mac 1 2)" vlan 5 len 60
	reach 1 "" dst "$ALL" src "$(mac 1 3)" len 60
	drops 1 spoofed_mac
	fdb_is "$(mac 1 3)" none
	reach 2 "1 3" dst "$ALL" src "$(mac 1 3)" len 60
	pset 1 allowed_macs "$(mac 1 3)"
	reach 1 "2 3" dst "$ALL" src "$(mac 1 3)" len 60
	reach 1 "" dst "$ALL" src "$(mac 1 1)" len 60
	pset 1 allowed_macs none
	reach 1 "2 3" dst "$ALL" src "$(mac 1 1)" len 60
}

# ip_rows: "+" what passes, "-" what does not
ip_rows() {
	local verdict what
	while read -r verdict what; do
		# shellcheck disable=SC2046,SC2086
		case $verdict in
		+) reach 1 "2 3" dst "$ALL" src "$(mac 1)" $($what) ;;
		-) reach 1 "" dst "$ALL" src "$(mac 1)" $($what) ;;
		esac
	done
}

allowed_ips() {
	three
	pset 1 allowed_ips 10.77.0.1,10.99.0.0/16,fd77::1,fe80::/64
	ip_rows <<-ROWS
		+ ip4_from 10.77.0.1
		- ip4_from 10.77.0.3
		+ ip4_from 10.99.255.1
		- ip4_from 10.98.255.255
		- ip4_from 0.0.0.0
		+ arp_from 10.77.0.1
		- arp_from 10.77.0.2
		+ arp_from 0.0.0.0 10.77.0.1
		- arp_from 0.0.0.0 10.77.0.3
		+ ip6_from fd77::1
		- ip6_from fd77::3
		+ ip6_from fe80::5e:1
		- ip6_from fe80:0:0:1::1
		+ nd 135 fd77::1 fd77::2
		- nd 135 fd77::2 fd77::1
		+ nd 135 :: fd77::1
		- nd 135 :: fd77::3
		+ nd 136 fe80::1 fd77::1
		- nd 136 fe80::1 fd77::3
		+ echo type 0x88b5 len 60
	ROWS
	drops 1 spoofed_ip
	# behind a tag they are read too
	# shellcheck disable=SC2046
	reach 1 "" dst "$ALL" src "$(mac 1)" vlan 5 $(ip4_from 10.77.0.3)
	# shellcheck disable=SC2046
	reach 1 "2 3" dst "$ALL" src "$(mac 1)" vlan 5 $(ip4_from 10.77.0.1)
	# all of IPv6 is not all of IPv4
	pset 1 allowed_ips ::/0,10.77.0.1
	ip_rows <<-ROWS
		+ ip6_from fd77::3
		+ ip4_from 10.77.0.1
		- ip4_from 10.77.0.3
	ROWS
	pset 1 allowed_ips 0.0.0.0/0
	ip_rows <<-ROWS
		- ip6_from fd77::1
		+ ip4_from 10.77.0.3
		+ arp_from 10.77.0.3
	ROWS
	pset 1 allowed_ips none
	ip_rows <<-ROWS
		+ ip6_from fd77::3
		+ ip4_from 10.77.0.3
	ROWS
}

# A namespace with its own addresses and no others works as before.
honest_traffic() {
	sw_up 2
	cfg port set "$(port 1)" allowed_ips "$(ip4 1),$(ip6 1),fe80::/64" \
		allowed_macs "$(ns 1 ip -j link show eth0 | jq -r '.[0].address')"
	ns 1 ping -qc2 -i0.2 -W2 "$(ip4 2)" >/dev/null || bad "no answer by IPv4"
	ns 2 ping -qc2 -i0.2 -W2 "$(ip6 1)" >/dev/null || bad "no answer by IPv6"
	ns 1 ip addr add 10.77.0.200/24 dev eth0
	! ns 1 ping -qc1 -W1 -I 10.77.0.200 "$(ip4 2)" >/dev/null || bad "a stolen address is answered"
	drops 1 spoofed_ip
}

# One more address than the port may have: it is not learned, its frames go on.
max_macs() {
	local i
	[ "$TEST_SWITCH" = xswitch ] || skip "no limit"
	three
	pset 1 max_macs 2
	for i in 1 2 3; do
		reach 1 "2 3" dst "$ALL" src "$(mac 1 "$i")" len 60
	done
	fdb_is "$(mac 1 1)" 1
	fdb_is "$(mac 1 2)" 1
	fdb_is "$(mac 1 3)" none
	drops 1 learn_limit
	learned() { xsw -j port show "$(port 1)" | jq '.[0].learned'; }
	equal "learned" "$(learned)" 2
	# fewer than there are: they stay until they age; none: the third may come
	pset 1 max_macs 1
	equal "learned" "$(learned)" 2
	pset 1 max_macs none
	reach 1 "2 3" dst "$ALL" src "$(mac 1 3)" len 60
	fdb_is "$(mac 1 3)" 1
	equal "learned" "$(learned)" 3
	cfg fdb flush dev "$(port 1)"
	equal "learned after a flush" "$(learned)" 0
}

# burst N WORDS...: 20 frames from namespace N; how many arrived in namespace 2, into $GOT
burst() {
	local n=$1
	shift
	forget
	send "$n" --count 20 "$@"
	fence
	GOT=$(frames 2 | wc -l)
}

storm() {
	local words class
	three
	send 2 dst "$ALL" src "$(mac 2)" len 60
	fdb_is "$(mac 2)" 2
	for class in broadcast multicast unknown; do
		case $class in
		broadcast) words="dst $ALL" ;;
		multicast) words="dst $GROUP" ;;
		unknown) words="dst $(mac 9)" ;;
		esac
		words+=" src $(mac 1) len 60"
		# shellcheck disable=SC2086
		{
			pset 1 storm $class 1bit
			burst 1 $words
			equal "$class at 1bit" "$GOT" 1
			drops 1 storm
			pset 1 storm $class none
			burst 1 $words
			equal "$class after none" "$GOT" 20
		}
	done
	# each class has its own bucket, and known unicast has none
	pset 1 storm broadcast 1bit storm multicast 1gbit
	burst 1 dst "$ALL" src "$(mac 1)" len 60
	equal "broadcast" "$GOT" 1
	burst 1 dst "$GROUP" src "$(mac 1)" len 60
	equal "multicast" "$GOT" 20
	burst 1 dst "$(mac 9)" src "$(mac 1)" len 60
	equal "unknown" "$GOT" 20
	burst 1 dst "$(mac 2)" src "$(mac 1)" len 60
	equal "unicast" "$GOT" 20
	# and each port
	burst 3 dst "$ALL" src "$(mac 3)" len 60
	equal "broadcast of port 3" "$GOT" 20
}

# A tenth of a second's worth at once, then what time brings.
storm_in_packets() {
	local start took got
	three
	pset 1 storm broadcast 50pps
	forget
	start=${EPOCHREALTIME/./}
	send 1 --count 400 dst "$ALL" src "$(mac 1)" len 60
	fence
	took=$((${EPOCHREALTIME/./} - start))
	got=$(frames 2 | wc -l)
	[ "$got" -ge 5 ] || bad "$got frames of a burst of 5 in $took us"
	[ "$got" -le $((5 + took * 50 / 1000000 + 1)) ] || bad "$got frames at 50pps in $took us"
}

police() {
	three
	send 2 dst "$ALL" src "$(mac 2)" len 60
	fdb_is "$(mac 2)" 2
	pset 1 police 1bit
	burst 1 dst "$(mac 2)" src "$(mac 1)" len 60
	equal "known unicast at 1bit" "$GOT" 1
	drops 1 policed
	burst 1 dst "$ALL" src "$(mac 1)" len 60
	equal "the same bucket for all classes" "$GOT" 0
	burst 3 dst "$(mac 2)" src "$(mac 3)" len 60
	equal "of port 3" "$GOT" 20
	# what is owed at one rate is not at another
	pset 1 police 1gbit
	burst 1 dst "$(mac 2)" src "$(mac 1)" len 60
	equal "at 1gbit" "$GOT" 20
	pset 1 police none
	burst 1 dst "$(mac 2)" src "$(mac 1)" len 60
	equal "after none" "$GOT" 20
}

isolated() {
	three
	send 2 dst "$ALL" src "$(mac 2)" len 60
	send 1 dst "$ALL" src "$(mac 1)" len 60
	fdb_is "$(mac 2)" 2
	pset 1 isolated on
	reach 1 "2 3" dst "$ALL" src "$(mac 1)" len 60
	pset 2 isolated on
	reach 1 3 dst "$ALL" src "$(mac 1)" len 60
	reach 2 3 dst "$ALL" src "$(mac 2)" len 60
	reach 3 "1 2" dst "$ALL" src "$(mac 3)" len 60
	reach 1 "" dst "$(mac 2)" src "$(mac 1)" len 60
	drops 1 isolated
	reach 1 3 dst "$(mac 3)" src "$(mac 1)" len 60
	reach 3 1 dst "$(mac 1)" src "$(mac 3)" len 60
	pset 2 isolated off
	reach 1 2 dst "$(mac 2)" src "$(mac 1)" len 60
}

groups() {
	sw_up 4
	sniff 1 2 3 4
	send 2 dst "$ALL" src "$(mac 2)" len 60
	send 1 dst "$ALL" src "$(mac 1)" len 60
	fdb_is "$(mac 2)" 2
	pset 1 group 5
	reach 1 "2 3 4" dst "$ALL" src "$(mac 1)" len 60
	pset 2 group 5
	pset 3 group 6
	pset 4 group 6
	reach 1 "3 4" dst "$ALL" src "$(mac 1)" len 60
	reach 3 "1 2" dst "$ALL" src "$(mac 3)" len 60
	reach 4 "1 2" dst "$ALL" src "$(mac 4)" len 60
	reach 1 "" dst "$(mac 2)" src "$(mac 1)" len 60
	drops 1 isolated
	reach 1 3 dst "$(mac 3)" src "$(mac 1)" len 60
	reach 3 1 dst "$(mac 1)" src "$(mac 3)" len 60
	pset 2 group 6
	reach 1 2 dst "$(mac 2)" src "$(mac 1)" len 60
	reach 3 "" dst "$(mac 2)" src "$(mac 3)" len 60
	pset 2 hairpin on
	reach 3 2 dst "$(mac 2)" src "$(mac 3)" len 60
	pset 2 hairpin off
	reach 3 "" dst "$(mac 2)" src "$(mac 3)" len 60
	pset 2 group none
	reach 3 2 dst "$(mac 2)" src "$(mac 3)" len 60
}

state_of() { xsw -j port show "$(port "$1")" | jq -r '.[0].state'; }
state_is() { [ "$TEST_SWITCH" != xswitch ] || equal "state of port $1" "$(state_of "$1")" "$2"; }

guard() {
	local left
	three
	pset 1 guard on
	reach 2 "" dst "$BPDU" src "$(mac 2)" len 60
	state_is 2 forwarding
	reach 1 "2 3" dst "$ALL" src "$(mac 1)" len 60
	reach 1 "" dst "$LLDP" src "$(mac 1)" len 60
	state_is 1 forwarding
	reach 1 "" dst "$BPDU" src "$(mac 1)" len 60
	drops 1 bpdu_guard
	state_is 1 errdisabled
	reach 1 "" dst "$ALL" src "$(mac 1)" len 60
	drops 1 port_down
	reach 2 3 dst "$ALL" src "$(mac 2)" len 60
	if [ "$TEST_SWITCH" = xswitch ]; then
		left=$(xsw -j -d port show "$(port 1)" | jq '.[0].recovery | floor')
		if [ "$left" -lt 200 ] || [ "$left" -gt 300 ]; then bad "$left s until recovery"; fi
		equal "without -d" "$(xsw -j port show "$(port 1)" | jq '.[0].recovery')" null
	fi
	# another setting does not wake it, `state up` does at once
	pset 1 learning on mtu 1500
	state_is 1 errdisabled
	pset 1 mode access tag 4
	pset 1 mode transparent
	state_is 1 errdisabled
	pset 1 state up
	state_is 1 forwarding
	reach 1 "2 3" dst "$ALL" src "$(mac 1)" len 60
	# a second one, and guard off leaves the state to its time
	reach 1 "" dst "$BPDU" src "$(mac 1)" len 60
	pset 1 guard off
	state_is 1 errdisabled
	pset 1 state up
	reach 1 "" dst "$BPDU" src "$(mac 1)" len 60
	state_is 1 forwarding
}

passes() { # a broadcast from namespace $1 arrives in namespace $2
	forget
	send "$1" dst "$ALL" src "$(mac "$1")" len 60
	fence
	[ -n "$(frames "$2")" ]
}

guard_recovers_by_itself() {
	three
	cfg set recovery 1
	pset 1 guard on
	send 1 dst "$BPDU" src "$(mac 1)" len 60
	fence
	state_is 1 errdisabled
	not passes 1 2 || bad "an error-disabled port forwards"
	wait_until 5000 passes 1 2 || bad "port 1 does not come back"
	state_is 1 forwarding
	# the first frame towards it wakes it, too
	send 1 dst "$BPDU" src "$(mac 1)" len 60
	fence
	state_is 1 errdisabled
	wait_until 5000 passes 2 1 || bad "port 1 does not come back for a frame out"
	# and `show` says so before any frame comes
	send 1 dst "$BPDU" src "$(mac 1)" len 60
	fence
	up() { [ "$(state_of 1)" = forwarding ]; }
	wait_until 5000 up || bad "show does not know that the time has passed"
	# never: until it is set
	cfg set recovery 0
	send 1 dst "$BPDU" src "$(mac 1)" len 60
	fence
	state_is 1 errdisabled
	equal "no end" "$(xsw -j -d port show "$(port 1)" | jq '.[0].recovery')" null
	pset 1 state up
	passes 1 2 || bad "not up"
}

group_fwd_mask() {
	three
	pset 1 group_fwd_mask 0x4000
	reach 1 "2 3" dst "$LLDP" src "$(mac 1)" len 60
	reach 1 "" dst "$BPDU" src "$(mac 1)" len 60
	reach 2 "" dst "$LLDP" src "$(mac 2)" len 60
	drops 2 link_local
	# all sixteen bits, also those the kernel's bridge refuses; together with the switch's own
	pset 1 group_fwd_mask 0x0007
	cfg set group_fwd_mask 0x4000
	reach 1 "2 3" dst "$BPDU" src "$(mac 1)" len 60
	reach 1 "2 3" dst 01:80:c2:00:00:01 src "$(mac 1)" len 60
	reach 1 "2 3" dst 01:80:c2:00:00:02 src "$(mac 1)" len 60
	reach 1 "" dst 01:80:c2:00:00:03 src "$(mac 1)" len 60
	reach 1 "2 3" dst "$LLDP" src "$(mac 1)" len 60
	# a guard wins
	pset 1 guard on
	reach 1 "" dst "$BPDU" src "$(mac 1)" len 60
	state_is 1 errdisabled
}

wire() {
	local f
	three
	send 1 dst "$ALL" src "$(mac 1)" len 60
	fdb_is "$(mac 1)" 1
	cfg fdb add "$(mac 1 7)" dev "$(port 1)"
	cfg wire add "$(port 1)" "$(port 2)"
	fdb_is "$(mac 1)" none
	while read -r f; do
		# shellcheck disable=SC2086
		{
			reach 1 2 $f src "$(mac 1)" len 64
			reach 2 1 $f src "$(mac 2)" len 64
		}
	done <<-ROWS
		dst $ALL
		dst $(mac 3)
		dst $BPDU
		dst $LLDP
		dst 01:80:c2:00:00:01
		vlan 10 prio 5 dst $ALL
		vlan 4095 dst $ALL
		vlan 7 tpid 0x88a8 vlan 8 dst $BPDU
	ROWS
	# group and zero sources are no business of a wire
	reach 1 2 dst "$ALL" src "03:5e:5e:00:00:01" len 60
	reach 1 2 dst "$ALL" src 00:00:00:00:00:00 len 60
	fdb_is "$(mac 1)" none
	fdb_is "$(mac 2)" none
	# the switch does not send there, not even for a static entry
	reach 3 "" dst "$ALL" src "$(mac 3)" len 60
	reach 3 "" dst "$(mac 1 7)" src "$(mac 3)" len 60
	drops 3 egress_down
	cfg wire del "$(port 2)"
	reach 3 "1 2" dst "$ALL" src "$(mac 3)" len 60
	reach 3 1 dst "$(mac 1 7)" src "$(mac 3)" len 60
	reach 1 "2 3" dst "$ALL" src "$(mac 1)" len 60
	reach 1 "" dst "$BPDU" src "$(mac 1)" len 60
}

wire_carries_traffic() {
	sw_up 3
	cfg wire add "$(port 1)" "$(port 2)"
	ns 1 ping -qc2 -i0.2 -W2 "$(ip4 2)" >/dev/null || bad "no answer by IPv4"
	ns 2 ping -qc2 -i0.2 -W2 "$(ip6 1)" >/dev/null || bad "no answer by IPv6"
	! ns 1 ping -qc1 -W1 "$(ip4 3)" >/dev/null || bad "port 3 is reached"
	# a rate of the wire
	quiet 1 2
	sniff 1 2
	cfg port set "$(port 1)" police 1bit
	burst 1 dst "$ALL" src "$(mac 1)" len 60
	equal "at 1bit" "$GOT" 1
	cfg port del "$(port 1)"
	unsniff
	ns 2 ping -qc1 -W2 "$(ip4 3)" >/dev/null || bad "the other end is no port again"
}

# A list is replaced by another: a source that both have never loses a frame.
list_changes_under_traffic() {
	local i n=4000 got onoff=(on off)
	[ "$TEST_SWITCH" = xswitch ] || skip "no lists"
	three
	pset 1 allowed_macs "$(mac 1),$(mac 1 1)"
	send 1 dst "$ALL" src "$(mac 1)" len 60
	fence
	forget
	"$XFRAME" -n "${P}1" send eth0 --count "$n" --rate 2000 dst "$ALL" src "$(mac 1)" len 60 &
	i=0
	while kill -0 $! 2>/dev/null && [ "$i" -lt 200 ]; do
		pset 1 allowed_macs "$(mac 1),$(mac 1 $((2 + i % 7)))" storm broadcast $((1 + i % 2))gbit
		pset 1 allowed_macs none
		pset 1 allowed_macs "$(mac 1)" isolated "${onoff[i % 2]}"
		i=$((i + 1))
	done
	wait $!
	UNDERWAY=1
	fence
	got=$(frames 2 | wc -l)
	equal "frames through $i changes" "$got" "$n"
	equal "spoofed_mac" "$(counter 1 .drops.spoofed_mac)" 0
}

run_case "hub none" locked
run_case "hub none" allowed_macs
run_case "hub none" allowed_ips
run_case "hub none" honest_traffic
run_case - max_macs
run_case "hub none" storm
run_case "hub none" storm_in_packets
run_case "hub none" police
run_case "hub none" isolated
run_case "hub none" groups
run_case "hub none" guard
run_case "hub none" guard_recovers_by_itself
run_case "hub none" group_fwd_mask
run_case "hub none" wire
run_case "hub none" wire_carries_traffic
run_case - list_changes_under_traffic
finish
