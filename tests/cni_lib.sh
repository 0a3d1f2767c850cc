#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cni_lib.sh - xswitch-cni called as a runtime does
#
# Containers are namespaces $P1, $P2, ..., and their IDs these names. A configuration is a filter of jq
# for the usual one: '{vlan: 10}' adds a key. Environment, for one call: ID NETNS IFNAME MORE_ARGS CNIPATH.

PLUGIN=$(dirname "$TOOL")/xswitch-cni
IPAM=$WORK/ipam # where host-local writes down who has which address

containers() { # N...
	local n
	undo rm -rf "$IPAM"
	undo xsw -S "$SW" down
	for n; do
		undo remove_netns "$P$n"
		ip netns add "$P$n"
		ns "$n" ip link set lo up
	done
}

remove_netns() { [ ! -e "/run/netns/$1" ] || ip netns del "$1"; }

# An object adds keys, anything else is a filter already.
whole() { # [JQ]
	local filter=${1:-.}
	[ "${filter:0:1}" != '{' ] || filter=". * ($filter)"
	echo "$filter"
}

conf() { # [JQ]
	jq -nc --arg dir "$IPAM" --arg sw "$SW" "{cniVersion: \"1.0.0\", name: \"net1\",
		type: \"xswitch-cni\", switch: \$sw,
		ipam: {type: \"host-local\", subnet: \"10.88.0.0/24\", dataDir: \$dir}} |
		$(whole "${1:-}") |
		if .ipam | type == \"object\" and .subnet == null then del(.ipam.subnet) else . end"
}

# cni STATUS|any COMMAND N|- [JQ]: what it answers is in the file $ANSWER, its exit status in $STATUS
cni() {
	call "$1" "$2" "$3" < <(conf "${4:-}")
}

call() { # STATUS|any COMMAND N|-
	local attachment=()
	[ "$3" = - ] || attachment=("CNI_CONTAINERID=${ID-$P$3}" "CNI_IFNAME=${IFNAME-eth0}"
		"CNI_NETNS=${NETNS-/run/netns/$P$3}" "CNI_ARGS=${MORE_ARGS-}")
	STATUS=0
	ANSWER=${ANSWER:-$CASE/answer}
	{ # the shell tells of a kill, here to nobody
		env CNI_COMMAND="$2" CNI_PATH="${CNIPATH-/nowhere:/usr/lib/cni}" "${attachment[@]}" \
			"$PLUGIN" >"$ANSWER" 2>"$ANSWER.err" || STATUS=$?
	} 2>/dev/null
	[ "$1" = any ] || [ "$STATUS" = "$1" ] ||
		bad "$2 $3: exit $STATUS, wanted $1: $(<"$ANSWER") $(<"$ANSWER.err")"
}

answer() { jq -r "$1" "$ANSWER"; }

# fails CODE COMMAND N|- [JQ]
fails() {
	fails_text "$1" "$2" "$3" "$(conf "${4:-}")"
}

fails_text() { # CODE COMMAND N|- CONFIGURATION
	call 1 "$2" "$3" <<<"$4"
	equal "answer to $2 with $4" "$(answer '[keys[], .code] | join(" ")')" \
		"cniVersion code details msg $1"
}

add() { # N [JQ]
	cni 0 ADD "$1" "${2:-}"
	cp "$ANSWER" "$CASE/result.$1"
	LAST=$1
}

del() { # N [JQ]
	cni 0 DEL "$1" "${2:-}"
	equal "answer to DEL" "$(<"$ANSWER")" ""
}

# Of the last ADD.
result() { jq -r "$1" "$CASE/result.$LAST"; }

# with_result N [JQ]: the filter, and the result of ADD
with_result() {
	echo "$(whole "${2:-}") | .prevResult = $(<"$CASE/result.$1")"
}

leases() { # NETWORK: addresses in use
	find "$IPAM/$1" -name '*.*.*.*' -printf '%f\n' 2>/dev/null | sort | xargs
}

port_of() { # N [NETWORK]: the name of its port
	xsw -S "$SW" -j show | jq -r --arg id "$(printf %.12s "$P$1")-${IFNAME-eth0}-cni-" \
		'.[0].ports[].port | select(startswith($id))'
}

# device N KEY: of eth0 of a container, as ip(8) has it; N -: of sw0p1
device() {
	if [ "$1" = - ]; then ip -j link show sw0p1; else ns "$1" ip -j link show eth0; fi |
		jq -r ".[0].$2"
}

talk() { # FROM ADDRESS
	ns "$1" ping -qc2 -i0.05 -W3 "$2" >"$CASE/ping" || bad "no answer from $2 to $1"
}

nothing_of_it() {
	equal "addresses in use" "$(leases net1)" ""
	[ -z "$(xsw -j show 2>/dev/null | jq -r '.[].ports[]')" ] || bad "a port stays"
	ip link show sw0p1 2>/dev/null && bad "a device stays"
	return 0
}

cni_ready() {
	[ -x /usr/lib/cni/host-local ] && return
	echo "skip all: containernetworking-plugins is not installed"
	SKIPPED+=1
	finish
}
