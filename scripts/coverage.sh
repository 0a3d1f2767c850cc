#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh - lines of user/ and bpf/lib/ that tests have run; the last line is a total
#
#   coverage.sh            build with counters and sanitizers, run the tests, report
#   coverage.sh --report   of what tests of such a build (make SAN=1 COV=1) have left in build/cov/profile
#   coverage.sh --clear    forget that
#
# A line counts if any program has run it. Of bpf/lib it is what native tests include: what the kernel runs
# is counted nowhere. Two tests: the sum of user/ and that of bpf/lib/, each 90 % at least.
set -u
cd "$(dirname "$0")/.." || exit 1

LEAST=90
dir=build/cov

run()
{
	make --no-print-directory -j"$(nproc)" SAN=1 COV=1 all tests || return
	# what fails is for those parts to tell
	make --no-print-directory SAN=1 COV=1 unit
	make --no-print-directory SAN=1 COV=1 net ARGS=--command
	return 0
}

# Every program that has counters, as arguments for llvm-cov: the same code is in many.
objects()
{
	local bin

	printf '%s\n' "$dir/xswitch"
	for bin in "$dir"/tests/unit/test_*; do
		[[ $bin == *.[od] ]] || printf -- '-object\n%s\n' "$bin"
	done
}

# lcov's records -> "PERCENT NOT-RUN LINES FILE", then a test for each sum
table()
{
	awk -v least="$LEAST" -v top="$PWD/" '
		# tests include bpf/ by a path through their own directory
		function plain(path) {
			sub(top, "", path)
			while (sub(/[^\/]+\/\.\.\//, "", path));
			return path
		}
		/^SF:/ { file = plain(substr($0, 4)); next }
		/^DA:/ && file ~ /^(user|bpf\/lib)\// {
			split(substr($0, 4), word, ",")
			line = file ":" word[1]
			if (!(line in seen)) {
				seen[line] = 1
				lines[file]++
			}
			if (word[2] > 0 && !(line in run)) {
				run[line] = 1
				ran[file]++
			}
		}
		END {
			sort = "sort -k 4"
			printf "%7s %8s %6s  %s\n", "RUN", "NOT RUN", "LINES", "FILE"
			for (file in lines) {
				part = file ~ /^user/ ? "user" : "bpf/lib"
				all[part] += lines[file]
				hit[part] += ran[file]
				share = 100 * ran[file] / lines[file]
				printf "%6.1f%% %8d %6d  %s%s\n", share, lines[file] - ran[file],
					lines[file], file, share < least ? "  <" : "" | sort
			}
			close(sort)
			split("user bpf/lib", parts, " ")
			for (i = 1; i <= 2; i++) {
				part = parts[i]
				share = all[part] ? 100 * hit[part] / all[part] : 0
				good = share >= least
				passed += good
				printf "%s %s: %.1f%% of %d lines, %d%% wanted\n",
					good ? "ok" : "not ok", part, share, all[part], least
			}
			printf "%d passed, %d failed, 0 skipped\n", passed, 2 - passed
			exit passed < 2
		}'
}

report()
{
	local bins

	if ! compgen -G "$dir/profile/*.profraw" >/dev/null; then
		echo "coverage.sh: $dir/profile has nothing: no test of \`make SAN=1 COV=1\` was run" >&2
		echo "0 passed, 1 failed, 0 skipped"
		return 1
	fi
	llvm-profdata merge -o "$dir/profdata" "$dir"/profile/*.profraw || return
	mapfile -t bins < <(objects)
	llvm-cov export -format=lcov -instr-profile "$dir/profdata" "${bins[@]}" >"$dir/lcov" || return
	table <"$dir/lcov"
}

case ${1-} in
--report) report ;;
--clear) rm -rf "$dir/profile" ;;
'')
	rm -rf "$dir/profile"
	run && report
	;;
*)
	sed -n '6,8s/^# \{0,1\}//p' "$0" >&2
	exit 1
	;;
esac
