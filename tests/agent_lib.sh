# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# agent_lib.sh - an agent in the background, and what it says; after lib.sh

declare -A AGENT=()

# agent NAME [OPTION...]: it follows; its stdout is $CASE/NAME.out, its stderr $CASE/NAME
agent() {
	local name=$1
	shift
	[ "$TEST_SWITCH" = xswitch ] || return 0
	"$TOOL" -v "$@" agent >"$CASE/$name.out" 2>"$CASE/$name" &
	AGENT[$name]=$!
	undo reap $!
	wait_until 10000 grep -q "^following" "$CASE/$name" || bad "$name: $(<"$CASE/$name")"
}

# said NAME REGEX: a line that matches has come, or comes
said() { wait_until 10000 grep -Eq -- "$2" "$CASE/$1" || bad "$1: no \"$2\" in: $(<"$CASE/$1")"; }

# times NAME REGEX: how many lines match
times() { grep -Ec -- "$2" "$CASE/$1"; }

# agent_ended NAME STATUS [SIGNAL]
agent_ended() {
	local got
	[ -z "${3:-}" ] || kill -s "$3" "${AGENT[$1]}"
	wait "${AGENT[$1]}" 2>/dev/null
	got=$?
	equal "exit status of $1 ($(<"$CASE/$1"))" "$got" "$2"
}

# The agent has seen, and done, what there was to do: it has looked at everything once more, and
# begins again.
agent_saw() { # NAME
	local before i
	# shellcheck disable=SC2317 # called by name
	more() { [ "$(times "$1" "SIGHUP")" -gt "$before" ]; }
	for i in 1 2; do
		before=$(times "$1" "SIGHUP")
		kill -HUP "${AGENT[$1]}"
		wait_until 10000 more "$1" || bad "$1 does not look ($i)"
	done
}
