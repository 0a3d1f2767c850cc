# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# moving_lib.sh - the sessions of docs/moving.md

# moving_lines TITLE COLUMN: the commands of that column of the table below the heading
moving_lines() {
	awk -F ' *\\| *' -v title="## $1" -v column="$2" '
		/^## / { on = $0 == title }
		on && $column ~ /^`.*`$/ { print substr($column, 2, length($column) - 2) }
	' "$TOP/docs/moving.md"
}

# moving_run TITLE COLUMN LEAST: each must succeed, and there are so many at least
moving_run() {
	local line n=0
	while IFS= read -r line; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words as a reader types them
		$line >"$CASE/out" 2>"$CASE/err" </dev/null || bad "$line: $? $(<"$CASE/err")"
	done < <(moving_lines "$1" "$2")
	[ "$n" -ge "$3" ] || bad "$1: only $n commands"
}
