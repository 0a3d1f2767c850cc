# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# monitor_lib.sh - monitors in the background, for tests of what they say. After lib.sh.

# shellcheck source-path=SCRIPTDIR source-path=SCRIPTDIR/.. source=bg_lib.sh
. "$TESTS/bg_lib.sh"

WATCH=(monitor) # the command

# listen NAME [OPTION...] [-- WORD...]: a monitor in the background; its output is $CASE/NAME
listen() {
	local name=$1 options=()
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	background "$name" "$TOOL" -v "${options[@]}" "${WATCH[@]}" "$@"
	says "$name" listening
}

# told NAME REGEX: a line that matches has come, or comes
told() { wait_until 5000 grep -Eq -- "$2" "$CASE/$1" || bad "$1: no \"$2\" in: $(tail -c 700 "$CASE/$1")"; }

# untold NAME REGEX: none has come; ask for something that comes later before
untold() { ! grep -Em1 -- "$2" "$CASE/$1" || bad "$1: \"$2\" is told"; }

# stop NAME: as by SIGTERM
stop() {
	kill "${BG[$1]}"
	ended "$1" 0
}
