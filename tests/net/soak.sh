#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Half a minute of everything at once (tests/soak/soak.py): traffic, changes, kills, readers and watchers,
# and no frame where none may be, no count that is wrong, nothing that grows. `make soak` runs it longer.
#
# SOAK_SECONDS	how long, default 30
# XSW_SEED	what happens, default 1; printed when it fails
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

everything_at_once() {
	local name
	undo xsw down --all
	undo ip link del "${P}up"
	for name in a b c d f0 f1 f2 f3 f4 f5 f6 f7 f8; do undo ip netns del "$P$name"; done
	XSOAK=$TOP/build/tests/tools/xsoak PYTHONDONTWRITEBYTECODE=1 \
		python3 "$TESTS/soak/soak.py" "${SOAK_SECONDS:-30}" "${XSW_SEED:-1}" "$P" "$CASE/bpf" >"$WORK/said" 2>&1 || {
		cat "$WORK/said"
		bad "the soak failed"
	}
}

run_case - everything_at_once
[ "$FAILED" != 0 ] || sed 's/^/# /' "$WORK/said"
finish
