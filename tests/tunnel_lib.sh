# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tunnel_lib.sh - hosts, each a namespace with a switch of its own, and tunnels between them
#
#	guests 1 2 ... --- sw1, host 1 === underlay === host 2, sw2 --- guests 3 4 ...
#	                   192.0.2.1  2001:db8::1       192.0.2.2
#
# After lib.sh. Guest N is namespace N of lib.sh, host H is namespace 90 + H.

# shellcheck disable=SC2004,SC2034,SC2153,SC2154 # of lib.sh

# shellcheck source-path=SCRIPTDIR source=stream_lib.sh
. "$TESTS/stream_lib.sh"

TAGS4=$((1500 - 20 - 8 - 8 - 14 - 4)) # MTU over IPv4 and UDP, with room for a tag

under4() { echo "192.0.2.$1"; }
under6() { echo "2001:db8::$1"; }
hostns() { ns_name $((90 + $1)); }

# host H COMMAND...: xswitch for the switch of the host
host() { xsw -S "sw$1" -n "$(hostns "$1")" "${@:2}"; }

# far H COMMAND...: any command in the namespace of the host
far() { nsenter --net="/run/netns/$(hostns "$1")" "${@:2}"; }

# underlay N [MTU]: so many hosts on one bridge; two are joined by a veth pair
underlay() {
	local h n=$1 mtu=${2:-1500}
	[ "$TEST_SWITCH" = xswitch ] || bad "no tunnels"
	for ((h = 1; h <= n; h++)); do
		ip netns add "$(hostns "$h")"
		undo ip netns del "$(hostns "$h")"
		ip -n "$(hostns "$h")" link set lo up
	done
	if [ "$n" = 2 ]; then
		ip link add u0 netns "$(hostns 1)" mtu "$mtu" type veth \
			peer name u0 netns "$(hostns 2)" mtu "$mtu"
	else
		ip netns add "$(hostns 0)"
		undo ip netns del "$(hostns 0)"
		ip -n "$(hostns 0)" link add br0 up type bridge mcast_snooping 0
	fi
	for ((h = 1; h <= n; h++)); do
		if [ "$n" != 2 ]; then
			ip -n "$(hostns 0)" link add "u$h" mtu "$mtu" type veth \
				peer name u0 netns "$(hostns "$h")" mtu "$mtu"
			ip -n "$(hostns 0)" link set "u$h" master br0 up
		fi
		far "$h" ip link set u0 up
		far "$h" ip addr add "$(under4 "$h")/24" dev u0
		far "$h" ip addr add "$(under6 "$h")/64" dev u0 nodad
	done
}

# host_up H GUEST...: the switch of the host, with these guests
host_up() {
	local h=$1 i=0 n
	shift
	undo host "$h" down
	# shellcheck disable=SC2046
	host "$h" up --ports "$(port_list "$@")" --subnet none || bad "up of host $h: exit $?"
	bpf_note
	for n; do
		i=$((i + 1))
		OUTER[$n]=sw${h}p$i
		OUTER_NS[$n]=$(hostns "$h")
		ns "$n" ip addr add "$(ip4 "$n")/24" dev eth0
		ns "$n" ip addr add "$(ip6 "$n")/64" dev eth0 nodad
	done
}

# A port on both of two hosts, each with the other one as its remote.
tunnel() { # NAME WORD...
	local h
	for h in 1 2; do
		host "$h" port add "$1" "${@:2}" remote "$(under4 $((3 - h)))" ||
			bad "port add $* on host $h: exit $?"
	done
}

guest_mtu() { # MTU GUEST...: it fits through the tunnel
	local n
	for n in "${@:2}"; do ns "$n" ip link set eth0 mtu "$1"; done
}

mtu_of() { host "$1" -j port show "$2" | jq '.[0].mtu'; } # HOST PORT

# outer H COMMAND...: what comes in at the underlay of host H while the command runs, in $OUT
outer() {
	local h=$1
	shift
	: >"$CASE/outer"
	"$XFRAME" -n "$(hostns "$h")" sniff u0 --ready >>"$CASE/outer" &
	local pid=$!
	undo reap "$pid"
	wait_until 3000 grep -q ready "$CASE/outer" || bad "no sniffer at host $h"
	"$@"
	wait_until 3000 grep -q "$SEEN" "$CASE/outer" || bad "\"$SEEN\" is not on the wire: $(<"$CASE/outer")"
	reap "$pid"
	OUT=$(grep "$SEEN" "$CASE/outer")
}

# field HEX FROM BYTES: bytes of a frame
field() { echo "${1:$(($2 * 2)):$(($3 * 2))}"; }

# reach_far FROM "TO..." CONTROL FRAME: as reach, through tunnels. A broadcast sent after the frame
# goes the same way: when it has arrived at CONTROL, so has the frame.
reach_far() {
	local from=$1 to=$2 control=$3 hex n got want mark
	shift 3
	hex=$("$XFRAME" hex "$@") || bad "bad frame: $*"
	printf -v mark '%s025e5e00%02x5e' ffffffffffff "$from"
	forget
	send "$from" "$@"
	send "$from" dst ff:ff:ff:ff:ff:ff src "$(mac "$from" 94)"
	wait_until 3000 grep -q "^$mark" "$CASE/sniff.$control" || bad "nothing reaches $control"
	fence
	for n in "${SNIFFING[@]}"; do
		[ "$n" = "$from" ] && continue
		got=$(frames "$n" | grep -v "^$mark")
		want=
		[[ " $to " == *" $n "* ]] && want=$hex
		[ "$got" = "$want" ] ||
			bad "from $from to \"$to\": namespace $n got \"$got\", wanted \"$want\" ($*)"
	done
}

# on H JQ [COMMAND...]: of what `xswitch -j` says on a host
on() { host "$1" -j "${@:3}" | jq -r "$2"; }

fdb_far() { # HOST MAC: "PORT REMOTE" of its entry
	on "$1" '.[0] | "\(.port) \(.remote // "")"' fdb get "$2"
}

# gone H "DEVICES": the host has no others; the test's own are lo and u0
gone() {
	equal "devices of host $1" \
		"$(far "$1" ip -br link | awk '{ sub("@.*", "", $1); print $1 }' | sort | xargs)" "$2"
}

station() { ns "$1" ip -j link show eth0 | jq -r '.[0].address'; }

# pair TYPE WORD...: guests 1, 2 on host 1 and 3, 4 on host 2, and `port add tun0 type TYPE WORD...`
pair() {
	underlay 2
	host_up 1 1 2
	host_up 2 3 4
	tunnel tun0 type "$@"
	guest_mtu "$(mtu_of 1 tun0)" 1 2 3 4
}

# guest_of H N: a guest of a host without a switch of ours, by the device tN
guest_of() {
	local net
	net=$(hostns "$1")
	OUTER[$2]=t$2
	OUTER_NS[$2]=$net
	undo ip netns del "$(ns_name "$2")"
	ip netns add "$(ns_name "$2")"
	ip -n "$net" link add "t$2" type veth peer name eth0 netns "$(ns_name "$2")"
	ip -n "$net" link set "t$2" addrgenmode none up
	ns "$2" ip link set eth0 up
	ns "$2" ip addr add "$(ip4 "$2")/24" dev eth0
	ns "$2" ip addr add "$(ip6 "$2")/64" dev eth0 nodad
}

# 1 and 3 in VLAN 10, 2 and 4 in VLAN 20
tenants() {
	host 1 port set "$(port 1)" mode access tag 10
	host 1 port set "$(port 2)" mode access tag 20
	host 2 port set "$(port 3)" mode access tag 10
	host 2 port set "$(port 4)" mode access tag 20
}

snmp() { # HOST GROUP FIELD...: sum of these counters
	far "$1" nstat -asz "${@:2}" | awk '!/^#/ { n += $2 } END { print n + 0 }'
}

# No packet of the underlay is cut, none is too long, and one inside is many segments.
tcp_as_long_as_can_be() { # ADDR-FUNCTION [BYTES-OF-A-PACKET]
	local h n
	stream "$("$1" 3)" 1 3 "" 30000000
	stream "$("$1" 2)" 4 2 "" 10000000
	for n in 1 2 3 4; do equal "checksum errors of $n" "$(csum_errors "$n")" 0; done
	for h in 1 2; do
		equal "fragments of host $h" \
			"$(snmp "$h" IpFragCreates IpReasmReqds Ip6FragCreates Ip6ReasmReqds)" 0
		equal "too long on host $h" \
			"$(on "$h" '[.[].stats.drops.too_big // 0] | add' stats)" 0
		equal "checksum errors of host $h" \
			"$(snmp "$h" UdpInCsumErrors Udp6InCsumErrors IpInHdrErrors)" 0
	done
	n=$(far 2 ip -j -s link show u0 | jq '.[0].stats64.rx | .bytes / .packets | floor')
	[ "$n" -gt "${2:-3000}" ] || bad "packets of $n bytes: segmentation offload is lost"
}

# Nothing that guests 1 to 4 on hosts 1 and 2 were sent was broken, cut or dropped for its length.
carried_whole() {
	local n
	for n in 1 2 3 4; do equal "checksum errors of $n" "$(csum_errors "$n")" 0; done
	for n in 1 2; do
		equal "fragments of host $n" "$(snmp "$n" IpFragCreates IpReasmReqds IpFragFails)" 0
	done
	equal "too long" "$(on 1 '[.[].stats.drops.too_big // 0] | add' stats)" 0
}
