#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# verifier.sh - what the kernel's verifier had to do for each program
#
#   verifier.sh OBJECT...            one line a program
#   verifier.sh --json OBJECT...     one object a program, as in docs/verifier.json
#   verifier.sh --check OBJECT...    against docs/verifier.json; the last line is a total
#   verifier.sh --record OBJECT...   docs/verifier.json anew, for this kernel and in machines (tests/vm/boot)
#                                    for 6.1 and 6.12, with the objects of build/bpf
#
# Instructions processed (of a limit of a million) and the stacks of its functions, in bytes. Loads the
# objects into a BPF file system of its own; nothing stays. A program may process 5 % more than is recorded
# for the kernel; what another clang has compiled is compared with nothing.
set -u
cd "$(dirname "$0")/.." || exit 1

RECORD=docs/verifier.json
MORE=5 # percent
KERNEL=$(uname -r | sed -E 's/^([0-9]+\.[0-9]+).*/\1/')

# The log of `bpftool -d prog loadall` -> "program processed stack"
report()
{
	awk -F"'" '
		/BEGIN PROG LOAD LOG/ { prog = $2; stack = "-" }
		/^stack depth/ { sub(/^stack depth */, ""); stack = $0 }
		/^processed [0-9]+ insns/ {
			split($0, word, " ")
			printf "%-16s %10d  %s\n", prog, word[2], stack
		}'
}

# The mount goes with the process.
load_all() # DIRECTORY OBJECT...
{
	local dir=$1 object name out
	shift

	mount -t bpf bpf "$dir" || return 1
	printf '%-16s %10s  %s\n' PROGRAM INSNS "STACK (main+functions)"
	for object; do
		name=${object##*/}
		name=${name%%.*} # bpffs takes no dots
		if ! out=$(bpftool -d prog loadall "$object" "$dir/$name" 2>&1); then
			printf '%s\n' "$out" | tail -n 25 >&2
			echo "verifier.sh: $object does not load" >&2
			return 1
		fi
		printf '%s\n' "$out" | report
	done
}

# In a mount namespace of its own.
measure() # OBJECT...
{
	local dir status

	dir=$(mktemp -d) || return 1
	unshare --mount --propagation private scripts/verifier.sh --inside "$dir" "$@"
	status=$?
	rmdir "$dir"
	return "$status"
}

json() # OBJECT...
{
	local clang

	clang=$(clang -dumpversion) || return 1
	set -o pipefail
	measure "$@" | awk -v kernel="$KERNEL" -v clang="$clang" -v date="$(date +%F)" 'NR > 1 {
		printf "{\"kernel\":\"%s\",\"program\":\"%s\",\"insns\":%d,\"stack\":\"%s\"," \
			"\"clang\":\"%s\",\"date\":\"%s\"}\n", kernel, $1, $2, $3, clang, date }'
}

check() # OBJECT...
{
	local lines

	# shellcheck disable=SC2016 # jq's own $
	json "$@" | jq -rn --argjson more "$MORE" --slurpfile old "$RECORD" '
		def verdict: . as $now | first($old[0][] |
			select(.kernel == $now.kernel and .program == $now.program)) // null |
			if . == null and ($old[0] | all(.kernel != $now.kernel)) then
				["skip", "no record for kernel \($now.kernel)"]
			elif . == null then ["not ok", "not recorded: make verifier-record"]
			elif .clang != $now.clang then ["skip", "recorded with clang \(.clang)"]
			elif $now.insns * 100 > .insns * (100 + $more) then
				["not ok", "\(.insns) recorded, \($more) % more allowed; " +
				 "if it has to be: make verifier-record"]
			else ["ok", "\(.insns) recorded"] end;
		reduce inputs as $now ([]; . + [($now | verdict) + [$now]]) |
		(.[] | "\(.[0]) \(.[2].program) on \(.[2].kernel): \(.[2].insns) instructions, \(.[1])"),
		([length, ([.[] | select(.[0] == "ok")] | length), ([.[] | select(.[0] == "skip")] | length)] |
		 if .[0] == 0 then "0 passed, 1 failed, 0 skipped"
		 else "\(.[1]) passed, \(.[0] - .[1] - .[2]) failed, \(.[2]) skipped" end)' |
		{ lines=$(cat); echo "$lines"; [[ $lines == *" 0 failed,"* ]]; }
}

record() # OBJECT...
{
	local tmp kernel

	tmp=$(mktemp) || return 1
	json "$@" >"$tmp" || return 1
	for kernel in 6.1 6.12; do
		if ! { tests/vm/fetch "$kernel" &&
			tests/vm/boot "$kernel" scripts/verifier.sh --json "$@" >"$tmp.vm" &&
			grep '^{"kernel"' "$tmp.vm" >>"$tmp"; }; then
			tail -n 25 "$tmp.vm" >&2
			return 1
		fi
	done
	jq -sc 'sort_by((.kernel | split(".") | map(tonumber)), .program) | .[]' "$tmp" |
		sed '1s/^/[/; $!s/$/,/; $s/$/]/' >"$RECORD"
	rm -f "$tmp" "$tmp.vm"
}

mode=measure
case ${1-} in
--inside)
	shift
	load_all "$@"
	exit
	;;
--json | --check | --record)
	mode=${1#--}
	shift
	;;
esac
[ $# -gt 0 ] || { echo "usage: verifier.sh [--json | --check | --record] OBJECT..." >&2; exit 1; }
if [ "$(id -u)" != 0 ]; then
	echo "verifier.sh: loading programs needs root" >&2
	exit 2
fi
"$mode" "$@"
