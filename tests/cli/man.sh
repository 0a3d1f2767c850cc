#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The manuals: well formed, complete, and their examples work.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

MAN=$WORK/man
"$TOP/scripts/man.sh" "$TOOL" "$MAN" || exit 2
mapfile -t OBJECTS < <("$TOOL" help | sed -n '/^Objects:/,/^$/s/^  \([a-z]*\) .*/\1/p' | grep -vx help)

well_formed() {
	command -v mandoc >/dev/null || skip "no mandoc"
	local ours other
	# that a page exists is checked below, of other projects none is asked for
	equal "mandoc" "$(mandoc -T lint "$MAN"/* 2>/dev/null | grep -v 'referenced manual not found')" ""
	while read -r ours; do
		[ -e "$MAN/$ours" ] || bad "no page $ours"
	done < <(sed -n 's/^\.Xr \(xswitch[^ ]*\) \([0-9]\).*/\1.\2/p' "$MAN"/* | sort -u)
	equal "left over" "$(grep -l '^@' "$MAN"/*)" ""
	for other in "$MAN"/*; do mandoc -T utf8 "$other" >/dev/null || bad "$other"; done
}

every_object_has_a_page() {
	equal "pages" "$(cd "$MAN" && printf '%s\n' xswitch-*.8)" \
		"$(printf 'xswitch-%s.8\n' "${OBJECTS[@]}" | LC_ALL=C sort)"
	while read -r reason; do
		grep -qx "\.It Sy $reason" "$MAN/xswitch.7" || bad "reason $reason"
		grep -q "^| .*\`$reason\`.* |" "$TOP/README.md" || bad "reason $reason in the README"
	done < <(sed -n 's/^\tR(\([a-z_]*\),.*/\1/p' "$TOP/include/xsw_reasons.h")
}

# Each check, and no other, in the manual and in the table of README.md.
every_check_is_listed() {
	local all
	expect 1 xsw doctor --check nonesuch
	all=$(sed -n 's/^.*expected some of //p' <<<"$ERR" | sed 's/, /\n/g' | LC_ALL=C sort)
	at_least 30 wc -l <<<"$all" || bad "only these: $all"
	equal "manual" "$(sed -n '/^\.Sh CHECKS/,/^\.Sh EXAMPLES/s/^\.It Sy //p' "$MAN/xswitch-doctor.8" |
		LC_ALL=C sort)" "$all"
	# shellcheck disable=SC2016 # backquotes of the text
	equal "README" "$(sed -n '/^| of | checks |$/,/^$/p' "$TOP/README.md" | grep -o '`[a-z_]*`' |
		tr -d '`' | LC_ALL=C sort)" "$all"
}

# What follows '#' in the literal displays of a page, as a script
script() {
	echo 'set -eo pipefail'
	sed -n '/^\.Bd -literal/,/^\.Ed/s/^# \{0,1\}//p' "$1" | sed 's/\\e/\\/g; s/\\-/-/g'
}

# Each page begins and ends with an empty machine, as its reader may.
example() {
	local page=$1 status
	mkdir -p "$CASE/cwd"
	(
		cd "$CASE/cwd" || exit
		PATH=$(dirname "$TOOL"):$PATH
		unset XSWITCH
		script "$page" | timeout $((60 * SLOW)) bash -s
	) >"$CASE/out" 2>"$CASE/err"
	status=$?
	[ "$status" = 0 ] || bad "$(basename "$page"): $status $(tail -n 5 "$CASE/err")"
	ip -all netns delete
	wait_until 3000 clean || bad "$(basename "$page") leaves $(leftovers)"
}

examples() {
	local page n=0
	for page in "$MAN"/*; do
		grep -q '^# ' "$page" || continue
		example "$page"
		n=$((n + 1))
	done
	[ "$n" -ge 20 ] || bad "only $n pages have examples"
}

run_case - well_formed
run_case - every_object_has_a_page
run_case - every_check_is_listed
run_case - examples
finish
