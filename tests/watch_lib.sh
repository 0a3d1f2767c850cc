# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# watch_lib.sh - captures and live traces in the background, and what they saw. After lib.sh.

# shellcheck source-path=SCRIPTDIR source-path=SCRIPTDIR/.. source=bg_lib.sh
. "$TESTS/bg_lib.sh"

# watch NAME WORD...: `xswitch WORD...` in the background, at work when this returns. Its output is
# $CASE/NAME, what it says $CASE/NAME.err.
watch() {
	background "$1" "$TOOL" -v "${@:2}"
	says "$1" looking
}

# unwatch NAME: SIGINT, and it ends well
unwatch() {
	kill -INT "${BG[$1]}"
	ended "$1" 0
}

# seen NAME: the frames of our stations in that capture, in hex, one a line
seen() {
	tcpdump -r "$CASE/$1" -nn -t -xx 'ether[6:4] & 0xfeffff00 = 0x025e5e00' 2>/dev/null |
		awk '/^\t0x/ { if ($1 == "0x0000:" && n++) print ""
			for (i = 2; i <= NF; i++) printf "%s", $i }
			END { if (n) print "" }'
}

has_seen() { [ "$(seen "$1" | wc -l)" -ge "$2" ]; }

# saw NAME FRAME...: exactly these of our stations' frames, in that order. A FRAME is what xframe
# takes, in one word.
saw() {
	local name=$1 want='' frame
	shift
	for frame; do
		# shellcheck disable=SC2086 # words
		want+=$("$XFRAME" hex $frame)$'\n'
	done
	wait_until 5000 has_seen "$name" $# || bad "$name: $(seen "$name" | wc -l) frames, not $#:
$(seen "$name")"
	equal "frames of $name" "$(seen "$name")" "${want%$'\n'}"
}

# A bit of a port's configuration word, as the kernel's map has it.
conf_watch() { # NUMBER
	bpftool -j map lookup pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/ports" \
		key "$(($1 & 255))" "$(($1 >> 8))" 0 0 | jq '
		[.. | objects | .watch? // empty | tostring | ltrimstr("0x") | tonumber] | max'
}

map_id() { bpftool -j map show pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/$1" | jq .id; }

# Programs of watchers of this switch that the kernel has.
watchers() {
	bpftool -j prog show name xsw_trace 2>/dev/null | jq -s --argjson m "$(map_id settings)" '
		[.. | objects | select(.map_ids? and any(.map_ids[]; . == $m))] | length'
}
no_watchers() { [ "$(watchers)" = 0 ]; }
