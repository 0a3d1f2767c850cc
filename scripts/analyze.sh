#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# analyze.sh - what reads the sources longer than a compiler does; the last line is a total
#
#   analyze.sh [tidy | cppcheck | scan]... [FILE...]
#
# Without a name: tidy and cppcheck. Without FILE: every C file of user/ and tests/; those of bpf/ are read
# where native tests include them. One test a file and tool; files with findings have a line each.
#
# tidy      clang-tidy by .clang-tidy: its own checks, clang's warnings, and the checkers of scan-build,
#           which are the same code; more of them are on
# cppcheck  another reader of the same
# scan      scan-build over a build of everything, for those who doubt that; one test
set -u
cd "$(dirname "$0")/.." || exit 1

# What cppcheck is not asked, and why:
cppcheck_off=(
	missingInclude              # it knows libc by its own tables, and is not given other headers
	arithOperationsOnVoidPointer # GNU C, in both compilers
	invalidPointerCast          # fields of a record are read at their offset
	readdirCalled strtokCalled  # no process has two threads that use them
	selfAssignment              # reads `err = err ?: next()` as `err = err`
	invalidFunctionArg          # has mmap(-1) and close(-1) for mistakes
	invalidPrintfArgType_uint   # bit-fields and sums of small types; compilers check formats by type
	invalidScanfArgType_int     # reads %hhx as char
	uninitvar uninitStructMember # what is filled through a pointer; compilers and valgrind look for it
	autoVariables               # the context of a call, in what the call alone looks at
	nullPointerRedundantCheck   # `(want ? want : have)->name`: one of the two is always there
	ctunullpointer
)
# macros of libraries that stand where a statement does
cppcheck_macros=(
	'LIBBPF_OPTS(type,name,...)=struct type name = { __VA_ARGS__ }'
	'DECLARE_LIBXDP_OPTS(type,name,...)=struct type name = { __VA_ARGS__ }'
	'bpf_object__for_each_program(p,o)=while ((p = bpf_object__next_program(o, p)))'
	'json_array_foreach(a,i,v)=while ((v = json_array_get(a, i = next_of(v))))'
	'json_object_foreach(o,k,v)=while ((v = json_object_get(o, k)))'
	'bpf_object__for_each_map(m,o)=while ((m = bpf_object__next_map(o, m)))'
)

# --- the tools: print what they find in FILE, return 0 only if that is nothing ------------

# A finding is its line and those below it. What bpftool wrote into a skeleton is not ours.
ours()
{
	awk -v top="$PWD/" '
		/: (warning|error): / { own = $0 !~ /build\/skel\// }
		own { sub(top, ""); print; bad = 1 }
		END { exit bad }'
}

run_tidy() # FILE
{
	local out status

	# shellcheck disable=SC2086 # flags are words
	out=$(clang-tidy --quiet "$1" -- $FLAGS 2>"$TMP/err.$$")
	status=$?
	if [ "$status" != 0 ] && [ -z "$out" ]; then
		cat "$TMP/err.$$"
		return 1
	fi
	ours <<<"$out"
}

run_cppcheck() # FILE
{
	cppcheck --quiet --enable=warning,performance,portability --inline-suppr --std=c11 \
		--library=posix --error-exitcode=1 -D__x86_64__ -D__clang_analyzer__ \
		"${cppcheck_macros[@]/#/-D}" "${cppcheck_off[@]/#/--suppress=}" \
		-Iinclude -Iuser -Ibpf -Itests/unit -Itests/prog "$1" 2>&1
}

one() # TOOL FILE
{
	local out=$TMP/$1.${2//\//_}

	"run_$1" "$2" >"$out.log" || mv "$out.log" "$out.bad"
}

# It knows no marks in the code, so those that silence clang-tidy are looked for here.
run_scan()
{
	local log=$TMP/scan where file line text bad=0

	rm -rf build/scan # what is up to date would not be looked at
	if ! scan-build -o build/scan/report --use-cc=clang make --no-print-directory \
		-j"$(nproc)" BUILD=build/scan CFLAGS=-O1 all tests >"$log" 2>&1; then
		tail -n 25 "$log"
		return 1
	fi
	while IFS=: read -r file line where text; do
		[[ $file != build/* ]] || continue # bpftool's, not ours
		sed -n "$((line > 1 ? line - 1 : 1)),${line}p" "$file" | grep -q NOLINT && continue
		echo "$file:$line:$where:$text"
		bad=1
	done < <(grep -E '^[^ :]+:[0-9]+:[0-9]+: warning: ' "$log" | sort -u)
	return "$bad"
}

# ------------------------------------------------------------------------------------------

if [ "${1-}" = --one ]; then
	one "$2" "$3"
	exit 0
fi
tools=()
while [[ ${1-} =~ ^(tidy|cppcheck|scan)$ ]]; do
	tools+=("$1")
	shift
done
[ ${#tools[@]} -gt 0 ] || tools=(tidy cppcheck)
# the longest first: the last one is not waited for alone
[ $# -gt 0 ] || mapfile -t files < <(ls -S user/*.c tests/*/*.c)
[ $# = 0 ] || files=("$@")
absent=$(scripts/deps.sh --check build lint analyze | tr '\n' ' ')
if [ -n "$absent" ]; then
	echo "analyze.sh: not installed: $absent" >&2
	echo "hint: as root, make deps" >&2
	exit 1
fi

passed=0 failed=0
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
if ! make --no-print-directory -s -j"$(nproc)" skeletons; then
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi
FLAGS=$(make --no-print-directory -s test-flags)
export TMP FLAGS
for tool in "${tools[@]}"; do
	start=$SECONDS bad=0
	if [ "$tool" = scan ]; then
		if run_scan >"$TMP/found"; then
			echo "ok scan"
			passed=$((passed + 1))
		else
			echo "not ok scan"
			sed 's/^/  /' "$TMP/found"
			failed=$((failed + 1))
		fi
		continue
	fi
	printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 1 "$0" --one "$tool"
	for file in "${files[@]}"; do
		log=$TMP/$tool.${file//\//_}
		[ -e "$log.log" ] && continue
		bad=$((bad + 1))
		echo "not ok $tool $file"
		[ ! -e "$log.bad" ] || sed 's/^/  /' "$log.bad"
	done
	echo "$tool: $((${#files[@]} - bad)) of ${#files[@]} files without findings, $((SECONDS - start)) s"
	passed=$((passed + ${#files[@]} - bad)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
