#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Eight writers and eight readers at once (tests/soak/hands.py): no command hangs, none is told half of
# another's work, each refusal is a foreseen one, and the end is what the logs of the writers say.
#
# HANDS_SECONDS	how long, default 15; `make soak` takes a minute
# XSW_SEED	what they do, default 1
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

eight_writers_and_eight_readers() {
	undo xsw down --all
	PYTHONDONTWRITEBYTECODE=1 python3 "$TESTS/soak/hands.py" "${HANDS_SECONDS:-15}" "${XSW_SEED:-1}" \
		"$P" >"$WORK/said" 2>&1 || {
		cat "$WORK/said"
		bad "the hands failed"
	}
}

run_case - eight_writers_and_eight_readers
[ "$FAILED" != 0 ] || sed 's/^/# /' "$WORK/said"
finish
