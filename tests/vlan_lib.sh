# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vlan_lib.sh - frames with tags, written as words, for the tests of VLANs
#
# After lib.sh. A frame is written by its tags, outermost first, joined by "+":
#
#	-		untagged
#	10		0x8100, VID 10
#	10p5d		... with PCP 5 and DEI
#	s100+10p5	0x88a8 with VID 100 outside of 0x8100 with VID 10
#	q7		0x9100
#
# A table of `from` has a row for each frame sent: what goes in, then PORT=FRAME for every port
# it must leave by, or the one reason that is counted instead. "@N" in front: to station N;
# "@MAC": to this address.
#
#	from 2 <<-ROWS
#		-	1=10 4=-
#		10	frame_type
#	ROWS

# shellcheck source-path=SCRIPTDIR source=stream_lib.sh
. "$TESTS/stream_lib.sh"

ALL=ff:ff:ff:ff:ff:ff
PAYLOAD=46	# bytes after the type

# No neighbour discovery from these namespaces: counters become exact.
quiet() {
	local n
	for n; do
		ns "$n" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6' || bad "not quiet"
	done
}

# vport N VLAN-ARGS...
vport() {
	local n=$1
	shift
	cfg port set "$(port "$n")" "$@"
}

# tags WORDS: the bytes of a stack of tags, into $TAGS
tags() {
	local tag tpid tci
	TAGS=
	[ "$1" = - ] && return
	for tag in ${1//+/ }; do
		[[ $tag =~ ^([sq]?)([0-9]+)(p([0-7]))?(d?)$ ]] || bad "\"$tag\" is no tag"
		case ${BASH_REMATCH[1]} in
		s) tpid=88a8 ;;
		q) tpid=9100 ;;
		*) tpid=8100 ;;
		esac
		tci=$((BASH_REMATCH[2] | ${BASH_REMATCH[4]:-0} << 13))
		[ -n "${BASH_REMATCH[5]}" ] && tci=$((tci | 0x1000))
		printf -v TAGS '%s%s%04x' "$TAGS" $tpid $tci
	done
}

# vframe DST SRC TAGS: hex, into $HEX
vframe() {
	tags "$3"
	[ "${#PAYLOAD_HEX}" = $((2 * PAYLOAD)) ] ||
		PAYLOAD_HEX=$(for ((i = 0; i < PAYLOAD; i++)); do printf %02x $((i & 255)); done)
	HEX=${1//:/}${2//:/}${TAGS}88b5$PAYLOAD_HEX
}
PAYLOAD_HEX=

# Every reason counted so far, "PORT REASON" and how often.
reasons() {
	[ "$TEST_SWITCH" = xswitch ] || return 0
	xsw -S "$SW" -j stats | jq -r '.[] | .port as $p | .stats.drops | to_entries[] |
		"\($p) \(.key) \(.value)"'
}

# fence() and frames() without a process for each look: tables look often
fence_seen() { # N ROUND
	local got
	mapfile -t got <"$CASE/sniff.$1"
	[[ " ${got[*]}" == *" ${FENCE}0$2"* ]]
}

table_fence() {
	local i n pids=()
	for i in 1 2; do
		for n in "${SNIFFING[@]}"; do
			"$XFRAME" send "${OUTER[$n]}" "${FENCE}0$i" &
			pids[n]=$!
		done
		for n in "${SNIFFING[@]}"; do
			wait "${pids[n]}" || bad "no fence on port $n"
		done
		for n in "${SNIFFING[@]}"; do
			wait_until 10000 fence_seen "$n" "$i" || bad "port $n is deaf"
		done
	done
}

got_in() { # N: into $GOT, with a newline after each
	local line
	GOT=
	while read -r line; do
		[[ $line == "$FENCE"* ]] || GOT+=$line$'\n'
	done <"$CASE/sniff.$1"
}

# from PORT [DST [SRC]] <ROWS: all rows in one go, then everything is compared. Without SRC each
# row has a station of its own.
from() {
	local n=$1 dst=${2:-$ALL} src=${3:-} in out word frames=() i=0 k station to
	local -A want=() why=() was=()
	while read -r in out; do
		[ -n "$in" ] || continue
		i=$((i + 1)) to=$dst
		if [[ $in == @* ]]; then
			to=${in#@}
			[ "${#to}" = 17 ] || to=$(mac "$to")
			read -r in out <<<"$out"
		fi
		printf -v station '02:5e:5e:00:%02x:%02x' "$n" $((i + 100))
		station=${src:-$station}
		vframe "$to" "$station" "$in"
		frames+=("$HEX" ",")
		for word in $out; do
			if [[ $word =~ ^([0-9]+)=(.+)$ ]]; then
				k=${BASH_REMATCH[1]}
				vframe "$to" "$station" "${BASH_REMATCH[2]}"
				want[$k]+=$HEX$'\n'
			else
				why[$word]=$((${why[$word]:-0} + 1))
			fi
		done
	done
	unset 'frames[-1]'
	while read -r k word i; do was["$k $word"]=$i; done < <(reasons)
	forget
	send "$n" "${frames[@]}"
	table_fence
	for k in "${SNIFFING[@]}"; do
		got_in "$k"
		[ "$GOT" = "${want[$k]:-}" ] ||
			bad "from $n to $dst: namespace $k: $(diff <(frames "$k") \
				<(printf %s "${want[$k]:-}") | grep '^[<>]' | cut -c1-60 |
				sed 's/^</got/; s/^>/wanted/')"
	done
	counted "$n"
}

# The reasons are those of the table, of port N, and no others. (Variables of from().)
counted() {
	local p reason count found='' wanted='' own
	[ "$TEST_SWITCH" = xswitch ] || return 0
	own=$(port "$1")
	while read -r p reason count; do
		count=$((count - ${was["$p $reason"]:-0}))
		[ "$count" = 0 ] || found+="$p $reason $count"$'\n'
	done < <(reasons)
	for reason in "${!why[@]}"; do wanted+="$own $reason ${why[$reason]}"$'\n'; done
	[ "$found" = "$wanted" ] ||
		equal "reasons, frames from $1" "$(sort <<<"$found")" "$(sort <<<"$wanted")"
}

# The VLANs of a port as one line: "10 pvid untagged; 20-29"
vlans_of() {
	xsw vlan show dev "$(port "$1")" | sed 's/^[^ ]* //; s/ *$//' | paste -sd';' | sed 's/;/; /g'
}

# listener N FILTER...: like sniff, with other filters; fence works on it
listener() {
	local n=$1 f words=(--filter "src=${FENCE_SRC%:00}")
	shift
	for f; do words+=(--filter "$f"); done
	: >"$CASE/sniff.$n"
	"$XFRAME" -n "$(ns_name "$n")" sniff eth0 --ready "${words[@]}" >>"$CASE/sniff.$n" &
	# shellcheck disable=SC2004,SC2034 # associative, and of lib.sh
	SNIFFER[$n]=$!
	undo reap $!
	SNIFFING+=("$n")
	wait_until 3000 grep -q ready "$CASE/sniff.$n" || bad "the sniffer of $n does not start"
	: >"$CASE/sniff.$n"
}

# --- streams -----------------------------------------------------------------------------

# tcp ADDR FROM TO [BYTES]: what goes in comes out, no segment with a wrong checksum
tcp() {
	local n
	stream "$1" "$2" "$3" "" "${4:-30000000}"
	for n in "$2" "$3"; do equal "checksum errors of $n" "$(csum_errors "$n")" 0; done
}

# Mean size of what a device received: many segments are one packet, or offloads were lost.
frame_size() { # DEVICE
	ip -j -s link show "$1" | jq '.[0].stats64.rx | .bytes / .packets | floor'
}

inner_mac() { # N
	ns "$1" ip -j link show eth0 | jq -r '.[0].address'
}

answers() { # FROM ADDR
	ns "$1" ping -qc2 -i0.05 -W2 "$2" >/dev/null || bad "$1 does not reach $2"
}
