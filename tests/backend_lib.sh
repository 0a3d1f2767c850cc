# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# backend_lib.sh - topology files by other means: run, printed and run by sh, compared, removed
#
# After lib.sh. The file of a case is $CASE/t.yaml; names of its namespaces begin with $P.

# file LINE...: the topology of the case
file() { printf '%s\n' "$@" >"$CASE/t.yaml"; }

apply() { xsw apply --backend "$@" "$CASE/t.yaml"; }
down() { xsw down --backend "$@" "$CASE/t.yaml"; }

mkdir -p "$WORK/bin"
ln -s "$TOOL" "$WORK/bin/xswitch"

# by_sh COMMAND...: run what it prints
by_sh() {
	"$@" --print >"$CASE/script" || bad "$*: exit $?"
	PATH=$WORK/bin:$PATH sh "$CASE/script" >"$CASE/sh" 2>&1 || bad "script of $*: $(<"$CASE/sh")"
}

# Whatever happens, what was made goes with the case.
takes_down() { undo eval "xsw down --backend $1 '$CASE/t.yaml' || :"; }

# Everything the kernel has of a namespace, but for what it chooses itself.
state_of() { # [ip -n NS]
	"${@:-ip}" -j -d link | jq -c '.[] | {ifname, link, master, mtu, operstate, altnames,
		kind: .linkinfo.info_kind, bridge: (.linkinfo.info_data |
			if . == null then . else {stp_state, vlan_filtering, ageing_time, mcast_snooping,
				vlan_default_pvid, group_fwd_mask} end),
		port: (.linkinfo.info_slave_data | if . == null then . else del(.id, .no, .port_id, .port_no,
			.designated_port, .designated_bridge, .root_id, .bridge_id, .hold_timer,
			.message_age_timer, .forward_delay_timer) end)} | select(.ifname != "lo")' | sort
	"${@:-ip}" -j addr | jq -c '.[] | .ifname as $i | .addr_info[] | select(.scope == "global") |
		[$i, .local, .prefixlen]' | sort
	"${@:-ip}" -j route | jq -c '.[] | [.dst, .gateway, .dev]' | sort
	"${@:-ip}" -6 -j route | jq -c '.[] | select(.protocol != "kernel") | [.dst, .gateway, .dev]' | sort
}

state() {
	local ns
	state_of
	for ns in $(find /run/netns -mindepth 1 -printf '%f\n' | sort); do
		echo "namespace $ns"
		state_of ip -n "$ns"
		ip netns exec "$ns" sysctl net.ipv4.tcp_rmem net.ipv4.ip_forward
	done
	bridge -j fdb show | jq -c '.[] | select(.flags | index("sticky")) | [.mac, .ifname, .master, .vlan]'
	bridge -j vlan show 2>/dev/null | jq -c . || :
}

# What there is beside the topology: of a test that has more than the kernel, it adds to this.
BEFORE=(leftovers)
as_before() { "${BEFORE[@]}" | cmp -s "$CASE/before" -; }

# What the direct run makes, the printed one makes too, and either removes what the other made.
both_ways() { # BACKEND [CHECK...]
	local direct printed
	"${BEFORE[@]}" >"$CASE/before"
	takes_down "$1"
	expect 0 apply "$1"
	equal "stdout" "$OUT$ERR" ""
	"${@:2}"
	direct=$(state)
	by_sh down "$1"
	wait_until 5000 as_before || bad "left by the script: $("${BEFORE[@]}" | diff "$CASE/before" -)"
	by_sh apply "$1"
	"${@:2}"
	printed=$(state)
	[ "$direct" = "$printed" ] ||
		bad "different: $(diff <(echo "$direct") <(echo "$printed"))"
	expect 0 down "$1"
	wait_until 5000 as_before || bad "left: $("${BEFORE[@]}" | diff "$CASE/before" -)"
}

pings() { ip netns exec "$P$1" ping -qc1 -W2 "$2" >/dev/null || bad "$1 does not reach $2"; }
pings_not() { ! ip netns exec "$P$1" ping -qc1 -W1 "$2" >/dev/null || bad "$1 reaches $2"; }
