#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# row.sh NAME [N] - the faults of one command of the table, or one in N of them
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../faults_lib.sh
. "$TESTS/faults_lib.sh"

case_of() { # NAME BEFORE COMMAND BACK
	run_case - fault_row "$@" "$EACH"
}

EACH=${2:-1}
fault_table "$1" case_of
finish
