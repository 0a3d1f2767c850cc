#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# row.sh NAME [N [EVENT]] - the faults of one command of the table, or one in N of them; or what becomes of
# it when EVENT happens meanwhile
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../faults_lib.sh
. "$TESTS/faults_lib.sh"

if [ -n "${3:-}" ]; then
	run_case - fault_vanish "$1" "$3" "${2:-1}"
else
	run_case - fault_row "$1" "${2:-1}"
fi
finish
