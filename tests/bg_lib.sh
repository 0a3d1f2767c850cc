# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bg_lib.sh - commands that go on in the background, and how they end. After lib.sh.

declare -A BG=() # NAME: process

# background NAME COMMAND...: its output is $CASE/NAME, what it says $CASE/NAME.err
background() {
	: >"$CASE/$1.err"
	"${@:2}" >"$CASE/$1" 2>"$CASE/$1.err" &
	BG[$1]=$!
	undo reap $!
}

# says NAME WORD: on stderr, in the end
says() { wait_until 10000 grep -q "$2" "$CASE/$1.err" || bad "$1: $(<"$CASE/$1.err")"; }

# ended NAME STATUS: by itself, or because it was told to
ended() {
	local got
	wait "${BG[$1]}"
	got=$?
	equal "exit status of $1 ($(<"$CASE/$1.err"))" "$got" "$2"
}
