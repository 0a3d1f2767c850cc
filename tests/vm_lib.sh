# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vm_lib.sh - for the tests of what only some kernels have (tests/vm): modules, and another
# switch beside ours that is given the same frames
#
# After lib.sh and vlan_lib.sh. In a machine of `make test-vm` a module that is missing is a
# failure; elsewhere the case is skipped.

needs() { # MODULE...
	local m
	for m; do
		modprobe -q "$m" && continue
		[ -z "${XSW_VM:-}" ] || bad "no module $m in the kernel $(uname -r)"
		skip "no module $m"
	done
}

# older VERSION: is the kernel?
older() { [ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" != "$1" ]; }

# --- twins -------------------------------------------------------------------------------
#
# Port N of the switch is in namespace N, its twin in namespace 10 + N is a port of the other
# switch, by the device tN.

twin() { echo $((10 + $1)); }

twins_up() { # N [DEVICE-COMMAND]: namespaces and devices; the command is called with each device
	local i t
	for ((i = 1; i <= $1; i++)); do
		t=$(twin "$i")
		# shellcheck disable=SC2004,SC2034 # associative, and of lib.sh
		OUTER[$t]=t$i
		undo ip netns del "$(ns_name "$t")"
		ip netns add "$(ns_name "$t")"
		undo ip link del "t$i"
		ip link add "t$i" type veth peer name eth0 netns "$(ns_name "$t")"
		ip link set "t$i" addrgenmode none up
		ns "$t" ip link set eth0 up
		"${@:2}" "t$i"
		quiet "$i" "$t"
	done
}

to_bridge() { ip link set "$1" master br0; }

bridge_up() { # N: a Linux bridge with VLAN filtering, in no VLAN yet, and its twins
	needs bridge
	undo ip link del br0
	ip link add br0 type bridge vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0 ||
		bad "no bridge with VLAN filtering"
	ip link set br0 up addrgenmode none
	twins_up "$1" to_bridge
}

# random WORD...: one of them, into $PICK; which, only RANDOM's seed says
random() {
	local n=$((RANDOM % $#))
	# shellcheck disable=SC2034 # the result
	PICK=${*:n+1:1}
}

# Station N and another one behind the same port; a random frame without a process for each address.
STATION=() OTHER=()
for ((n = 1; n <= 9; n++)); do
	printf -v "STATION[$n]" '02:5e:5e:00:%02x:00' "$n"
	printf -v "OTHER[$n]" '02:5e:5e:00:%02x:01' "$n"
done
ROAMING=02:5e:5e:00:4d:00

# frames_by_lot N FROM SOURCES TAGS: lines "DST SRC TAGS" to everybody, groups, known and unknown;
# not in a subshell, where RANDOM begins anew
frames_by_lot() {
	local i dst src tags sources=()
	read -ra sources <<<"$3"
	read -ra tags <<<"$4"
	for ((i = 0; i < $1; i++)); do
		random "$ALL" 01:00:5e:00:01:02 33:33:00:00:00:05 "${STATION[@]}" "${OTHER[$2]}" \
			"${OTHER[3]}" $ROAMING
		dst=$PICK
		random "${sources[@]}"
		src=$PICK
		random "${tags[@]}"
		echo "$dst $src $PICK"
	done
}

# twins_compare PORTS PORT "WORDS": the frames "DST SRC TAGS" on stdin from a port and from its
# twin; the same must arrive everywhere, byte for byte, and in order unless $UNORDERED says that
# the other switch does not keep it
twins_compare() {
	local ports=$1 n=$2 what=$3 k dst src in frames=() sent='' ours theirs
	while read -r dst src in; do
		vframe "$dst" "$src" "$in"
		frames+=("$HEX" ",")
		sent+="$dst $src $in"$'\n'
	done
	unset 'frames[-1]'
	forget
	send "$n" "${frames[@]}"
	send "$(twin "$n")" "${frames[@]}"
	table_fence
	for ((k = 1; k <= ports; k++)); do
		got_in "$k"
		ours=$GOT
		got_in "$(twin "$k")"
		theirs=$GOT
		if [ -n "$UNORDERED" ]; then
			ours=$(printf %s "$ours" | sort) theirs=$(printf %s "$theirs" | sort)
		fi
		HEARD=$((HEARD + $(grep -c . <<<"$theirs")))
		[ "$ours" = "$theirs" ] && continue
		bad "$what: from $n, at $k, < ours, > theirs:"$'\n'"$(diff <(echo "$ours") \
			<(echo "$theirs") | grep '^[<>]' | cut -c1-50)"$'\n'"sent: $sent"
	done
}
HEARD=0	# frames compared
UNORDERED=
