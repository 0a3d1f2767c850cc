#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# verifier.sh - what the kernel's verifier had to do for each program
#
#   verifier.sh OBJECT...
#
# One line a program: instructions processed (of a limit of a million) and the deepest stack of
# its functions. Loads the objects into a BPF file system of its own; nothing stays.
set -u

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

# Runs in a mount namespace of its own: the mount goes with the process.
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

if [ "${1-}" = --inside ]; then
	shift
	load_all "$@"
	exit
fi
[ $# -gt 0 ] || { echo "usage: verifier.sh OBJECT..." >&2; exit 1; }
if [ "$(id -u)" != 0 ]; then
	echo "verifier.sh: loading programs needs root" >&2
	exit 2
fi
dir=$(mktemp -d) || exit 1
trap 'rmdir "$dir"' EXIT
unshare --mount --propagation private "$0" --inside "$dir" "$@"
