# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tunnel_lib.sh - hosts, each a namespace with a switch of its own, and tunnels between them
#
#	guests 1 2 ... --- sw1, host 1 === underlay === host 2, sw2 --- guests 3 4 ...
#	                   192.0.2.1  2001:db8::1       192.0.2.2
#
# After lib.sh and stream_lib.sh. Guest N is namespace N of lib.sh, host H is namespace 90 + H.

# shellcheck disable=SC2034,SC2153,SC2154 # of lib.sh

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
