# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# stream_lib.sh - streams of bytes between namespaces. After lib.sh.

# stream ADDR FROM TO [-u] [BYTES]: what goes in comes out
stream() {
	local addr=$1 from=$2 to=$3 flag=$4 bytes=$5 pid
	head -c "$bytes" /dev/urandom >"$CASE/in"
	: >"$CASE/listen" # of an earlier stream
	# shellcheck disable=SC2086
	ns "$to" "$XSTREAM" listen $flag "$addr" 5001 >"$CASE/got" 2>"$CASE/listen" &
	pid=$!
	undo reap "$pid"
	wait_until 3000 grep -q ready "$CASE/listen" || bad "the listener does not start"
	# shellcheck disable=SC2086
	ns "$from" timeout $((20 * SLOW)) "$XSTREAM" connect $flag "$addr" 5001 <"$CASE/in" || bad "sending failed"
	wait_until 10000 not kill -0 "$pid" 2>/dev/null || bad "the stream does not end"
	equal "sha256" "$(sha256sum <"$CASE/got")" "$(sha256sum <"$CASE/in")"
}

csum_errors() { # N
	ns "$1" nstat -asz | awk '/InCsumErrors/ { n += $2 } END { print n + 0 }'
}
