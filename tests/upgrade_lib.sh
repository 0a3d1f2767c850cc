# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# upgrade_lib.sh - streams at full rate, numbered unit by unit, and what must not change. After lib.sh.
#
#	1 --udp--> 2    1 --tcp--> 2    3 --frames for one port--> 4    5 --floods--> 2, 4, 6

# shellcheck disable=SC2034,SC2154 # of and for others
XSEQ=$TOP/build/tests/tools/xseq

UNITS='{lost, twice, late, overrun} == {lost: 0, twice: 0, late: 0, overrun: 0}'
# what came twice is what TCP itself sent again, for this machine was too slow
SEGMENTS='.lost == 0 and .disorder == 0 and .dsack <= .retrans'

# quiet N...: namespaces that say nothing but what is sent here
quiet() { local n; for n; do ns "$n" ip link set eth0 arp off; done; }

declare -A STREAM=()
# begin NAME ARGS...: an xseq in the background; halt NAME CONDITION: it ends, and the condition holds
begin() {
	local name=$1
	shift
	"$XSEQ" "$@" >"$CASE/$name" 2>"$CASE/$name.err" &
	STREAM[$name]=$!
	undo reap $!
	wait_until 10000 grep -q ready "$CASE/$name.err" || bad "$name: $(<"$CASE/$name.err")"
}

halt() {
	kill "${STREAM[$1]}"
	wait "${STREAM[$1]}" || bad "$1: $(<"$CASE/$1.err")"
	jq -e "$2" "$CASE/$1" >/dev/null || bad "$1: $(<"$CASE/$1")"
	echo "$1 $(<"$CASE/$1")" >&2
}

begin_all() {
	begin udp -c 0 udp "$P"1 "$P"2 "$(ip4 2)" 5001
	begin tcp -c 1 tcp "$P"1 "$P"2 "$(ip4 2)" 5002
	begin known -c 0 raw "$P"3 "$P"4 "$(mac 4)" "$(mac 3)"
	begin flood -c 1 raw "$P"5 "${P}2,${P}4,${P}6" "$(mac 99)" "$(mac 5)"
}

halt_all() {
	halt udp "$UNITS"
	halt tcp "$SEGMENTS"
	halt known "$UNITS"
	halt flood "$UNITS"
}

# Six ports; of what 3 to 6 send and get nothing is noise.
six() {
	mute 1 2 3 4 5 6

	undo xsw down
	xsw up --ports "$(port_list 1 2 3 4 5 6)" --subnet 10.77.0.0/24 || bad "up: exit $?"
	quiet 3 4 5 6
	cfg fdb add "$(mac 4)" dev "$(port 4)" dynamic
	cfg fdb add "$(mac 44)" dev "$(port 4)" static vlan 7
	ns 1 ping -qc1 -W5 "$(ip4 2)" >"$CASE/ping" || bad "no answer"
	bpf_note
}

# Every program that is pinned or runs at a port, by name.
programs() {
	bpftool -f -j prog show 2>/dev/null | jq -r --arg d "$XSWITCH_BPFFS/" '.[] |
		select(any(.pinned[]?; startswith($d))) | "\(.name) \(.id)"' | sort
}

# The programs at the ports are those that are pinned.
same_everywhere() {
	equal "findings" "$(xsw -j doctor --check detached,unmade,outdated,damaged)" "[]"
	if [ "${XSW_FORCE_ATTACH:-}" = xdp ]; then
		equal "programs at XDP" "$(ip -j link | jq -r '[.[].xdp.prog.id // empty] | unique |
			join(" ")')" "$(programs | sed -n 's/^xsw_xdp //p')"
	fi
}

# What of the switch must not change by itself.
state() {
	xsw -j show | jq -S 'del(.. | .carrier?, .stats?, .fdb?, .learned?)'
	xsw export
	xsw -j vlan show | jq -S 'del(.. | .learned?)'
	xsw -j mirror show
	xsw -j fdb show | jq -cS 'sort_by(.mac, .vlan)[]'
}

same_state() { # FILE
	state >"$CASE/now"
	diff "$1" "$CASE/now" || bad "something has changed"
}

count() { xsw -j -s port show "$(port "$1")" | jq ".[0].stats.$2"; }

units() { jq .sent "$CASE/$1"; }

# VLANs, a policy, a mirror, a host port, a tunnel: what they do, before and after
everything() {
	sw_up 4
	quiet 1 2 3 4
	cfg vlan set vid 10 max_learned 50
	cfg port set "$(port 1)" allowed_macs "$(mac 1),$(mac 11)"
	cfg port set "$(port 1)" mode access tag 10
	cfg port set "$(port 2)" mode trunk trunks 10,20
	cfg mirror add m from "$(port 1):in" to "$(port 4)"
	cfg port add up0 type host address 10.77.1.1/24
	undo ip link del under
	ip link add under type veth peer name under1
	ip addr add 192.0.2.1/24 dev under
	ip link set under up
	cfg port add t1 type vxlan remote 192.0.2.2 key 7
	bpf_note
	sniff 1 2 3 4
}

everything_works() {
	local hex
	hex=$("$XFRAME" hex dst "$(mac 77)" src "$(mac 1)")
	forget
	send 1 dst "$(mac 77)" src "$(mac 1)"
	send 1 dst "$(mac 77)" src "$(mac 12)" # not allowed
	fence
	equal "at 2" "$(frames 2)" "${hex:0:24}8100000a${hex:24}"
	# the mirror looks at what comes in, whatever becomes of it
	equal "at 4" "$(frames 4)" "$hex
$("$XFRAME" hex dst "$(mac 77)" src "$(mac 12)")"
	at_least 1 counter 1 .drops.spoofed_mac || bad "a policy has not held"
}

# seen N: a watcher and a listener tell of a new station N of port 1
declare -i STATION=0
seen() {
	STATION+=1
	send 1 dst "$(mac 2)" src "$(mac "$1" $((STATION % 256)))"
	grep -q "02:5e:5e:00:$(printf %02x "$1"):" "$CASE/live" &&
		grep -q "02:5e:5e:00:$(printf %02x "$1"):" "$CASE/monitor"
}
