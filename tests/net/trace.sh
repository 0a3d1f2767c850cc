#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# trace PORT FRAME: what it says is what happens when the frame really comes, nothing changes by
# asking, and the remedy it names changes the verdict.
#
# command
# variants: clsact
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=../tunnel_lib.sh
. "$(dirname "$0")/../tunnel_lib.sh"

GROUP=03:5e:5e:00:00:99
BPDU=01:80:c2:00:00:00
LLDP=01:80:c2:00:00:0e
A=$(mac 1) B=$(mac 2)

# ask SWITCH-COMMAND PORT HEX|WORD...: what trace says, into $SAID
ask() {
	local how=$1
	shift
	SAID=$($how -j trace "$@") || bad "trace $*: exit $?"
}

said() { jq -r ".[0] | $1 // empty" <<<"$SAID"; }

# says N FRAME-WORD...: of a frame from namespace N
says() {
	local n=$1 hex
	shift
	hex=$("$XFRAME" hex "$@") || bad "bad frame: $*"
	ask xsw "$(port "$n")" "$hex"
}

# form FORM HEX: the frame as a port sends it, by its words
form() {
	local hex=$2 tci=0
	[ "$1" = "as it came" ] || [ -z "$1" ] && echo "${1:+$hex}" && return
	if [ "${hex:24:4}" = 8100 ]; then
		tci=$((16#${hex:28:4}))
		hex=${hex:0:24}${hex:32}
	fi
	[ "$1" = untagged ] && echo "$hex" && return
	printf '%s8100%04x%s\n' "${hex:0:24}" $(((tci & 0xf000) | ${1#tagged })) "${hex:24}"
}

# agree N FRAME-WORD...: trace says what then happens: copies, tags, reason, learning
agree() {
	local n=$1 i hex reason before got
	shift
	arrived
	says "$n" "$@"
	hex=$("$XFRAME" hex "$@")
	reason=$(said .reason)
	before=$(counter "$n" ".drops.${reason:-runt}")
	forget
	send "$n" "$@"
	fence
	for i in "${SNIFFING[@]}"; do
		got=$(frames "$i")
		equal "frame of $n at $i ($*; $SAID)" "$got" "$(form "$(said \
			".targets[] | select(.port == \"$(port "$i")\") | .form")" "$hex")"
	done
	[ -z "$reason" ] || equal "$reason ($*)" "$(counter "$n" ".drops.$reason")" $((before + 1))
	case $(said .learned) in
	new | moved | known)
		equal "entry ($*; $SAID)" "$(fdb_port "$(said .src)" "$(said .vlan)")" "$(port "$n")"
		;;
	esac
}

le32() { printf '%02x%02x%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)); }

# capture FILE HEX...: a classic one
capture() {
	local file=$1 f
	shift
	{
		printf 'd4c3b2a102000400%016x%s%s' 0 "$(le32 65535)" "$(le32 1)"
		for f; do
			printf '%016x%s%s%s' 0 "$(le32 $((${#f} / 2)))" "$(le32 $((${#f} / 2)))" "$f"
		done
	} | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' >"$file"
}

# Ports of every kind.
zoo() {
	sw_up 6 --mtu 1700
	quiet 1 2 3 4 5 6
	vport 1 mode access tag 10
	vport 2 mode trunk trunks 10,20
	vport 3 mode native-untagged tag 10 trunks 20 isolated on
	cfg vlan add dev "$(port 5)" vid 10 pvid untagged
	cfg vlan add dev "$(port 5)" vid 20-21
	vport 5 isolated on allowed_macs "$(mac 5 1),$(mac 5 2)" storm unknown 1bit
	vport 6 mode access tag 20 learning off flood off guard on mtu 1500
	cfg fdb flush
	cfg fdb add "$(mac 1 3)" dev "$(port 3)" vlan 10
	cfg fdb add "$(mac 2 3)" dev "$(port 6)" vlan 20
}

# any WORD...: one of them
any() { local words=("$@"); echo "${words[RANDOM % $#]}"; }

it_is_what_happens() {
	local i n long
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	zoo
	sniff 1 2 3 4 5 6
	RANDOM=7
	for ((i = 0; i < 40; i++)); do
		n=$((RANDOM % 6 + 1)) long=1600
		[ "$n" != 6 ] || long=1500
		# shellcheck disable=SC2046,SC2086
		agree $n dst "$(any "$ALL" "$GROUP" "$LLDP" "$(mac 9)" "$(mac $((RANDOM % 6 + 1)) 1)" \
			"$(mac 1 3)" "$(mac 2 3)")" \
			src "$(any "$(mac $n 1)" "$(mac $n 1)" "$(mac $n 2)" "$(mac 1 3)" "$GROUP")" \
			$(any "" "" "vlan 10" "vlan 20" "vlan 20 prio 5" "vlan 0 prio 3" "vlan 30" \
				"vlan 4095") len "$(any 60 200 1500 $long)"
	done
}

# --- nothing changes -------------------------------------------------------------------------

# What ageing writes at its own times is left out: the round that met an entry, its timer.
dump_maps() {
	local pin name
	for pin in "$XSWITCH_BPFFS/xswitch/$SW"/maps/*; do
		name=${pin##*/}
		[ "$name" != agequeue ] || continue # it cannot be read; its length is in `age`
		case $name in
		fdb) bpftool -j map dump pinned "$pin" | jq -c '.[] | [.key, .value[:24], .value[26:]]' ;;
		age) bpftool -j map dump pinned "$pin" | jq -c '.[] | .value[16:20]' ;;
		*) bpftool map dump pinned "$pin" ;;
		esac | md5sum | sed "s/-/$name/"
	done
}

# Every kind of frame into every port.
trace_everything() {
	local n dst src tag
	for n in 1 2 3 4 5 6; do
		# shellcheck disable=SC2046,SC2086
		capture "$CASE/all" $(for dst in "$ALL" "$BPDU" "$LLDP" "$(mac 1 3)" "$(mac 9)"; do
			for src in "$(mac "$n" 1)" "$(mac 1 3)" "$GROUP"; do
				for tag in "" "vlan 20"; do
					"$XFRAME" hex dst "$dst" src "$src" $tag len 60
				done
			done
		done)
		xsw trace "$(port "$n")" "@$CASE/all" || bad "trace: exit $?"
	done
}

nothing_changes() {
	local before i
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	zoo
	sniff 1 2 3 4 5 6
	send 1 dst "$ALL" src "$A"
	arrived
	forget
	before=$(dump_maps)
	trace_everything >"$CASE/said"
	equal "the maps" "$(diff <(echo "$before") <(dump_maps))" ""
	equal "verdicts" "$(wc -l <"$CASE/said")" 180
	equal "kinds" "$(sed 's/^[0-9]*: //; s/[ :].*//' "$CASE/said" | sort -u | paste -sd' ')" \
		"dropped flooded forwarded"
	fence
	for i in 1 2 3 4 5 6; do equal "frames at $i" "$(frames "$i")" ""; done
	equal "pins" "$(ls "$XSWITCH_BPFFS/xswitch/$SW/progs")" "$(printf 'xsw_ctl\nxsw_tc')"
}

# --- every reason and its remedy -------------------------------------------------------------

RAISED=

# because REASON: trace gave it, and what it names helps. With "advice": that is no command.
because() {
	local what=reason command
	case $1 in fdb_full | learn_limit) what=note ;; esac
	equal "$what ($SAID)" "$(said ".$what")" "$1"
	RAISED+=" $1"
	command=$(said .remedy)
	if [ "${2:-}" = advice ]; then
		equal "remedy of $1" "$command" ""
		[ -n "$(said .advice)" ] || bad "no advice for $1"
		return
	fi
	[[ $command == "xswitch "* ]] || bad "no remedy for $1: $SAID"
	# shellcheck disable=SC2086
	xsw ${command#xswitch } || bad "$command: exit $?"
}

# remedied REASON N FRAME-WORD...: trace and the frame itself give the reason, until it is helped
remedied() {
	local reason=$1 n=$2
	shift 2
	agree "$n" "$@"
	because "$reason"
	says "$n" "$@"
	[ "$(said .reason)$(said .note)" != "$reason" ] || bad "$reason still: $SAID"
}

# again: what was set is not any more
again() {
	local n
	for n in 1 2 3; do
		cfg port set "$(port "$n")" state up mode transparent learning on flood on mcast_flood on \
			bcast_flood on hairpin off isolated off locked off guard off max_macs none \
			allowed_macs none allowed_ips none storm broadcast none police none \
			group_fwd_mask 0 group none mtu 1500
	done
	cfg fdb flush static
	cfg fdb flush
	cfg set max_learned none
}

malformed() {
	local f
	for f in "" 01 0202; do
		ask xsw "$(port 1)" "${ALL//:/}${A//:/}81$f"
		[ -z "$f" ] || continue
		because runt advice
	done
	ask xsw "$(port 1)" "${ALL//:/}${A//:/}81000a"
	because vlan_truncated advice
	agree 1 dst "$ALL" src "$A" vlan 4095
	because vid_reserved advice
	agree 1 dst "$ALL" src "$GROUP"
	because src_group advice
	agree 1 dst "$ALL" src 00:00:00:00:00:00
	because src_zero advice
}

of_states() {
	local state
	for state in down blocking learning; do
		again
		vport 1 state "$state"
		remedied "port_$state" 1 dst "$ALL" src "$A"
		vport 2 state "$state"
		cfg fdb add "$B" dev "$(port 2)"
		remedied egress_down 1 dst "$B" src "$A"
	done
	again
	remedied link_local 1 dst "$LLDP" src "$A"
	vport 1 guard on
	says 1 dst "$BPDU" src "$A"
	because bpdu_guard
	says 1 dst "$BPDU" src "$A"
	equal "reason of a BPDU" "$(said .reason)" link_local
}

of_vlans() {
	again
	vport 1 mode trunk trunks 10
	remedied no_pvid 1 dst "$ALL" src "$A"
	vport 1 mode hybrid
	remedied no_pvid 1 dst "$ALL" src "$A"
	vport 1 mode access tag 10
	remedied frame_type 1 dst "$ALL" src "$A" vlan 20
	vport 1 mode trunk trunks 10,30
	remedied vlan_ingress 1 dst "$ALL" src "$A" vlan 20
	vport 1 mode dot1q-tunnel tag 100 cvlans 5
	remedied vlan_ingress 1 dst "$ALL" src "$A" vlan 7
	again
	vport 1 mode access tag 10
	vport 2 mode access tag 20
	cfg fdb add "$B" dev "$(port 2)" vlan 10
	remedied vlan_egress 1 dst "$B" src "$A"
	vport 1 mode transparent
	vport 2 mode access tag 20
	cfg fdb flush static
	cfg fdb add "$B" dev "$(port 2)"
	remedied vlan_egress 1 dst "$B" src "$A"
	again
	vport 1 mode access tag 77
	vport 2 mode access tag 20
	vport 3 mode access tag 20
	remedied no_target 1 dst "$ALL" src "$A"
	again
	for n in 1 2 3; do vport "$n" mode access tag 10 bcast_flood off; done
	remedied no_target 1 dst "$ALL" src "$A"
	again
	for n in 1 2 3; do vport "$n" isolated on; done
	remedied no_target 1 dst "$ALL" src "$A"
}

of_sources() {
	again
	cfg fdb add "$A" dev "$(port 2)"
	remedied static_move 1 dst "$ALL" src "$A"
	again
	vport 1 locked on
	remedied locked 1 dst "$ALL" src "$A"
	again
	vport 1 allowed_macs "$B,$(mac 7)"
	remedied spoofed_mac 1 dst "$ALL" src "$A"
	equal "list" "$(xsw -j port show "$(port 1)" | jq '.[0].allowed_macs | length')" 3
	again
	vport 1 allowed_ips 10.0.0.1
	remedied spoofed_ip 1 dst "$ALL" src "$A" type 0x0800 \
		data 4500001c00000000401100000a0000020a4d00020000000000080000
	again
	vport 1 storm broadcast 1bit
	agree 1 dst "$ALL" src "$A"
	remedied storm 1 dst "$ALL" src "$A"
	vport 1 police 1bit
	agree 1 dst "$ALL" src "$A"
	remedied policed 1 dst "$ALL" src "$A"
}

of_tables() {
	again
	vport 1 max_macs 1
	agree 1 dst "$ALL" src "$A"
	remedied learn_limit 1 dst "$ALL" src "$B"
	again
	cfg set max_learned 1
	agree 1 dst "$ALL" src "$A"
	remedied learn_limit 1 dst "$ALL" src "$B"
	again
	cfg vlan set vid 10 max_learned 1
	agree 1 dst "$ALL" src "$A" vlan 10
	remedied learn_limit 1 dst "$ALL" src "$B" vlan 10
	cfg vlan set vid 10 max_learned none
	again
	cfg set fdb_size 2
	cfg fdb add "$(mac 7)" dev "$(port 2)"
	cfg fdb add "$(mac 8)" dev "$(port 2)"
	remedied fdb_full 1 dst "$ALL" src "$A"
	equal "table" "$(xsw -j show | jq '.[0].fdb.size')" 4
	cfg set fdb_size 65536
	again
	cfg set flap_limit 2 flap_window 60
	for n in 1 2 1 2 1 2; do
		send "$n" dst "$ALL" src "$A"
		fence
	done
	for n in 1 2; do
		says "$n" dst "$ALL" src "$A"
		[ "$(said .reason)" != flap ] || break
	done
	remedied flap "$n" dst "$ALL" src "$A"
	cfg set flap_limit 50 flap_window 1
}

of_targets() {
	again
	cfg fdb add "$B" dev "$(port 1)"
	remedied same_port 1 dst "$B" src "$A"
	again
	cfg fdb add "$B" dev "$(port 2)"
	vport 2 mtu 1400
	remedied too_big 1 dst "$B" src "$A" len 1514
	# of a flood the port it came in by is asked as well
	again
	for n in 2 3; do vport "$n" mtu 1400; done
	remedied too_big 1 dst "$ALL" src "$A" len 1514
	again
	cfg fdb add "$B" dev "$(port 2)"
	vport 1 isolated on
	vport 2 isolated on
	remedied isolated 1 dst "$B" src "$A"
	vport 1 isolated off
	vport 1 group 3
	vport 2 group 3 isolated off
	remedied isolated 1 dst "$B" src "$A"
}

of_mirrors() {
	again
	cfg mirror add m from "$(port 2):in" to "$(port 3)"
	remedied mirror_port 3 dst "$ALL" src "$A"
	again
	cfg mirror add m from "$(port 2):in" to "$(port 3)"
	cfg fdb add "$B" dev "$(port 3)"
	remedied mirror_port 1 dst "$B" src "$A"
}

every_reason() {
	local all
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	sw_up 3
	quiet 1 2 3
	sniff 1 2 3
	malformed
	of_states
	of_vlans
	of_sources
	of_tables
	of_targets
	of_mirrors
	RAISED+=" src_local" # the_switch_itself
	all=$(sed -n 's/^\tR(\([a-z_]*\), \(DROP\|NOTE\),.*/\1/p' "$TOP/include/xsw_reasons.h" | sort)
	equal "reasons" "$(tr ' ' '\n' <<<"${RAISED# }" | sort -u)" "$all"
}

# --- other ports -----------------------------------------------------------------------------

the_switch_itself() {
	local gw
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	sw_up 2
	quiet 1 2
	xsw port add gw type host address 10.77.0.254/24 || bad "no host port"
	gw=$(xsw -j port show gw | jq -r '.[0].mac')
	sniff 1 2
	says 1 dst "$gw" src "$A"
	equal "verdict" "$(said '"\(.verdict) \(.targets[0].port)"')" "forwarded gw"
	equal "destination" "$(said '.steps[] | select(.name == "destination") | .result')" \
		"$gw is on gw (local)"
	says 1 dst "$ALL" src "$gw"
	because src_local advice
	ask xsw gw "$("$XFRAME" hex dst "$ALL" src "$gw")"
	equal "its own" "$(said '"\(.verdict) \([.targets[].port] | join(" "))"')" \
		"flooded $(port 1) $(port 2)"
}

by_wire() {
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	sw_up 3
	quiet 1 2 3
	cfg wire add "$(port 1)" "$(port 2)"
	sniff 1 2 3
	agree 1 dst "$BPDU" src "$A" vlan 5
	equal "verdict" "$(said '"\(.verdict) \(.targets[0].port) \(.targets[0].form)"')" \
		"forwarded $(port 2) as it came"
	agree 3 dst "$ALL" src "$B"
	because no_target advice
	vport 2 state down
	agree 1 dst "$ALL" src "$A"
	because egress_down
	says 1 dst "$ALL" src "$A"
	equal "verdict" "$(said .verdict)" forwarded
}

a_device_is_gone() {
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	sw_up 3
	cfg fdb add "$B" dev "$(port 2)"
	ip link del "${OUTER[2]}"
	says 1 dst "$B" src "$A"
	equal "verdict" "$(said .verdict)" flooded
	like "destination" "$(said '.steps[] | select(.step == 9) | .result')" "gone: flooded"
	says 1 dst "$ALL" src "$A"
	like "egress" "$(said ".steps[] | select(.step == 10 and .port == \"$(port 2)\") | .result")" \
		"its device is gone"
	# as the port a frame comes in by: that, whatever else is in its way
	vport 2 allowed_macs "$(mac 7)"
	says 2 dst "$ALL" src "$A"
	like "state" "$(said '.steps[] | select(.step == 2) | .result')" "its device is gone"
	equal "remedy" "$(said .remedy)" "xswitch up --ports $(port 2)"
	xsw up --ports "$(port 2)" || bad "up: exit $?"
	bpf_note
	says 2 dst "$ALL" src "$A"
	equal "reason then" "$(said .reason)" spoofed_mac
}

at_xdp() {
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	[ -z "${XSW_FORCE_ATTACH:-}" ] || skip "at XDP the hook is not forced"
	undo xsw down
	xsw up --ports "$(port_list 1 2)" --hook xdp --subnet none || bad "up: exit $?"
	bpf_note
	OUTER[1]=sw0p1 OUTER[2]=sw0p2
	quiet 1 2
	sniff 1 2
	send 2 dst "$ALL" src "$B"
	arrived
	agree 1 dst "$ALL" src "$A"
	agree 1 dst "$B" src "$A"
	equal "hook" "$(said .hook)" xdp
	like "text" "$(xsw trace "$(port 1)" dst "$B" src "$A")" "is at XDP: .* with the same result"
}

# Into one tunnel and out of the other, with what is really carried.
through_tunnels() {
	pair vxlan key 100 mode trunk trunks 10,20
	tenants
	sniff 2 3 4
	reach_far 1 3 3 dst "$ALL" src "$A"
	ask "host 1" "$(port 1)" "$("$XFRAME" hex dst "$ALL" src "$A")"
	equal "at host 1" "$(said '.targets | map("\(.port) \(.remote // "-") \(.form)") | join(",")')" \
		"tun0 192.0.2.2 tagged 10"
	ask "host 2" tun0 dst "$ALL" src "$A" vlan 10
	equal "at host 2" "$(said '.targets | map("\(.port) \(.form)") | join(",")')" "$(port 3) untagged"
	equal "learned" "$(said .learned)" known
	ask "host 2" tun0 dst "$ALL" src "$A" vlan 10 remote 192.0.2.1
	equal "learned" "$(said .learned)" known
	expect 3 host 2 trace tun0 dst "$ALL" src "$A" remote 192.0.2.2
	like "message" "$ERR" "no remote 192.0.2.2"
	expect 1 host 2 trace "$(port 3)" dst "$ALL" src "$A" remote 192.0.2.1
}

tunnel_keys() {
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	pair vxlan key vid+1000 mode trunk trunks 10,20
	tenants
	sniff 2 3 4
	reach_far 1 3 3 dst "$ALL" src "$A"
	ask "host 2" tun0 dst "$ALL" src "$A" key 1010
	equal "VLAN" "$(said .vlan)" 10
	equal "targets" "$(said '.targets | map("\(.port) \(.form)") | join(",")')" "$(port 3) untagged"
	equal "learned" "$(said .learned)" known
	expect 1 host 2 trace tun0 dst "$ALL" src "$A"
	like "message" "$ERR" "key N is missing"
	expect 1 host 2 trace tun0 dst "$ALL" src "$A" key 7
	expect 1 host 2 trace "$(port 3)" dst "$ALL" src "$A" key 7
	ask "host 2" tun0 dst "$ALL" src "$A" key 1030
	equal "reason" "$(said .reason)" vlan_ingress
	# shellcheck disable=SC2046
	host 2 $(said .remedy | sed 's/^xswitch -S sw2 //') || bad "$(said .remedy): exit $?"
	ask "host 2" tun0 dst "$ALL" src "$A" key 1030
	equal "reason then" "$(said .reason)" no_target
}

# --- captures --------------------------------------------------------------------------------

a_capture() {
	[ "$TEST_SWITCH" = xswitch ] || skip "nothing to ask"
	sw_up 2
	quiet 1 2
	capture "$CASE/some" "$("$XFRAME" hex dst "$ALL" src "$A")" \
		"$("$XFRAME" hex dst "$B" src "$GROUP")" "$("$XFRAME" hex dst "$B" src "$A" vlan 4095)"
	equal "verdicts" "$(xsw trace "$(port 1)" "@$CASE/some" | sed 's/: [a-z].*:/:/; s/ (.*//')" \
		"$(printf '1: flooded to %s\n2: the source is a group address\n3: VLAN ID 4095 is reserved' \
			"$(port 2)")"
	equal "JSON" "$(xsw -j trace "$(port 1)" "@$CASE/some" | jq -c 'map([.frame, .verdict])')" \
		'[[1,"flooded"],[2,"dropped"],[3,"dropped"]]'
	like "details" "$(xsw -d trace "$(port 1)" "@$CASE/some" | paste -sd' ')" \
		"^frame 1: +1 parse .*frame 2: +1 parse"
}

run_case - it_is_what_happens
run_case - nothing_changes
run_case - every_reason
run_case - the_switch_itself
run_case - by_wire
run_case - a_device_is_gone
run_case - at_xdp
run_case - through_tunnels
run_case - tunnel_keys
run_case - a_capture
finish
