# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# monitor_lib.sh - monitors in the background, for tests of what they say

declare -A LISTENER=()
WATCH=(monitor) # the command

# listen NAME [OPTION...] [-- WORD...]: a monitor in the background; its output is $CASE/NAME
listen() {
	local name=$1 options=()
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	"$TOOL" -v "${options[@]}" "${WATCH[@]}" "$@" >"$CASE/$name" 2>"$CASE/$name.err" &
	LISTENER[$name]=$!
	undo reap $!
	wait_until 5000 grep -q listening "$CASE/$name.err" || bad "$name: $(<"$CASE/$name.err")"
}

# told NAME REGEX: a line that matches has come, or comes
told() { wait_until 5000 grep -Eq -- "$2" "$CASE/$1" || bad "$1: no \"$2\" in: $(tail -c 700 "$CASE/$1")"; }

# untold NAME REGEX: none has come; ask for something that comes later before
untold() { ! grep -Em1 -- "$2" "$CASE/$1" || bad "$1: \"$2\" is told"; }

# ended NAME STATUS
ended() {
	local got
	wait "${LISTENER[$1]}"
	got=$?
	equal "exit status of $1 ($(<"$CASE/$1.err"))" "$got" "$2"
}

# stop NAME: as by SIGTERM
stop() {
	kill "${LISTENER[$1]}"
	ended "$1" 0
}
