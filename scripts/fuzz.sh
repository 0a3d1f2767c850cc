#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fuzz.sh - libFuzzer over every target of tests/fuzz; the last line is "N passed, N failed, N skipped"
#
#   fuzz.sh [--seconds N] [--coverage | --minimise] [NAME...]     names as in tests/fuzz/fuzz_NAME.c
#
# Each target runs over its corpus, tests/fuzz/corpus/NAME, then N seconds (default 10) over what can be
# made of it. New inputs that reach new code stay in build/fuzz/corpus; what makes a target fail is kept in
# build/fuzz/found and named. --coverage: no more than the corpora, and how many lines of the code that a target
# is meant for they reach. --minimise: what was found in build/fuzz/corpus goes into the corpora, as few
# files as reach the same edges.
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=10
mode=fuzz
while [ $# -gt 0 ]; do
	case $1 in
	--seconds) seconds=$2 && shift ;;
	--coverage) mode=coverage ;;
	--minimise) mode=minimise ;;
	*) break ;;
	esac
	shift
done
build=$PWD/build/fuzz
passed=0 failed=0

# What lies elsewhere and is an input too.
declare -A ALSO=([topo]=topologies)
# Bytes of an input, where 1000 is not what it takes.
declare -A LENGTH=([topo]=4000 [pcap]=1500 [netlink]=1500)
# The code that a target is meant for.
declare -A MEANT=(
	[args]="user/main.c user/args.c user/args_expect.c user/args_split.c user/cmd.c"
	[batch]="user/cmd_batch.c"
	[core]="bpf/xsw_tc.bpf.c bpf/lib/switch.h bpf/lib/walk.h bpf/lib/vlan.h bpf/lib/learn.h
		bpf/lib/fdb.h bpf/lib/policy.h bpf/lib/meter.h bpf/lib/ctx_tc.h bpf/lib/account.h"
	[filter]="user/pcap_filter.c bpf/lib/ctx_filter.h"
	[frame]="user/args_frame.c"
	[netlink]="user/netif.c"
	[pcap]="user/pcap.c"
	[pins]="user/maps_record.c user/maps_meta.c user/maps.c user/xsw_find.c user/xsw_view.c
		user/xsw_policy_view.c user/xsw_vlan_view.c user/xsw_listen_view.c"
	[topo]="user/topo_yaml.c user/topo_load.c user/topo_load_host.c user/topo_words.c user/topo_check.c"
	[values]="user/args_value.c"
	[words]="user/args.c user/cmd_port_add.c user/cmd_port_set.c user/cmd_ports.c user/cmd_set.c"
)

mk() # DIRECTORY CFLAGS MAKE-ARGUMENT...
{
	make --no-print-directory -s -j"$(nproc)" BUILD="$1" CC=clang CFLAGS="$2" "${@:3}" >/dev/null || {
		echo "0 passed, 1 failed, 0 skipped"
		exit 1
	}
}

# The directories that a target begins with.
corpus() # NAME
{
	mkdir -p "tests/fuzz/corpus/$1"
	echo "tests/fuzz/corpus/$1" ${ALSO[$1]+"${ALSO[$1]}"}
}

run() # NAME LIBFUZZER-ARGUMENT...: its output in $log
{
	log=$build/found/$1.log
	"$build/tests/fuzz/fuzz_$1" -timeout=10 -rss_limit_mb=2048 -max_len="${LENGTH[$1]-1000}" \
		-close_fd_mask=3 -artifact_prefix="$build/found/$1-" "${@:2}" >"$log" 2>&1
}

# What it said last.
bad() # NAME
{
	echo "not ok $1"
	tail -n 40 "$log" | sed 's/^/  /'
	failed=$((failed + 1))
}

fuzz() # NAME
{
	local runs reached dirs

	mkdir -p "$build/corpus/$1"
	read -ra dirs <<<"$(corpus "$1")"
	run "$1" -max_total_time="$seconds" -len_control=0 -print_final_stats=1 \
		"$build/corpus/$1" "${dirs[@]}" || { bad "$1" && return; }
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	reached=$(sed -nE 's/.* cov: ([0-9]+) ft: .*/\1/p' "$log" | tail -n 1)
	echo "ok $1: $runs inputs, $reached branches reached"
	passed=$((passed + 1))
}

minimise() # NAME
{
	local new=$build/merged/$1 dirs

	rm -rf "$new"
	mkdir -p "$new" "$build/corpus/$1"
	read -ra dirs <<<"$(corpus "$1")"
	run "$1" -merge=1 -use_counters=0 "$new" "${dirs[@]}" "$build/corpus/$1" || { bad "$1" && return; }
	rm -rf "tests/fuzz/corpus/$1"
	mv "$new" "tests/fuzz/corpus/$1"
	echo "ok $1: $(find "tests/fuzz/corpus/$1" -type f | wc -l) files," \
		"$(find "tests/fuzz/corpus/$1" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }') bytes"
	passed=$((passed + 1))
}

coverage() # NAME
{
	local bin=$build/cover/tests/fuzz/replay_$1 raw=$build/cover/$1 dirs files

	read -ra dirs <<<"$(corpus "$1")"
	read -ra files <<<"$(tr -s '\n\t' ' ' <<<"${MEANT[$1]}")"
	log=$raw.log
	if LLVM_PROFILE_FILE=$raw.raw "$bin" "${dirs[@]}" >"$log" 2>&1 &&
		"$(clang -print-prog-name=llvm-profdata)" merge -o "$raw.data" "$raw.raw" >"$log" 2>&1 &&
		"$(clang -print-prog-name=llvm-cov)" export -summary-only -instr-profile "$raw.data" "$bin" \
			"${files[@]/#/$PWD/}" >"$raw.json" 2>"$log"; then
		jq -r --arg name "$1" --arg top "$PWD/" '.data[0] | "ok \($name): \(.totals.lines.percent |
			floor) % of lines, \(.totals.branches.percent | floor) % of branches",
			(.files[] | "  \(.filename | ltrimstr($top)) \(.summary.lines.percent | floor) %")' \
			"$raw.json"
		passed=$((passed + 1))
	else
		bad "$1"
	fi
}

if [ "$mode" = coverage ]; then
	mk "$build/cover" "-O0 -g -fprofile-instr-generate -fcoverage-mapping" replays
else
	mk "$build" "-O1 -g -fsanitize=fuzzer-no-link -Wno-unused-command-line-argument" SAN=1 fuzzers
fi
if [ $# = 0 ]; then
	mapfile -t names < <(basename -s .c -a tests/fuzz/fuzz_*.c | sed 's/^fuzz_//')
	set -- "${names[@]}"
fi
mkdir -p "$build/found"
for name; do "$mode" "$name"; done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
