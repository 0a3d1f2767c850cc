#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lint.sh - what a reader should not have to check; the last line is a total
#
#   lint.sh            every check
#   lint.sh NAME...    only these: format shellcheck spdx includes words files functions gcc
#
# The warnings of clang come from analyze.sh, whose clang-tidy has them on its way.
#
# The tables below are the architecture as data: a module that needs a new dependency changes
# its row here, in the same commit.
set -u
cd "$(dirname "$0")/.." || exit 1
shopt -s nullglob

# Which headers a file may include. Of the rows whose pattern fits a file, the first counts.
# Everything is written as a regular expression on what stands after #include.
#
# file                            allowed
include_rules='
include/*.h                       <linux/types\.h>|"xsw_[a-z]+\.h"
bpf/lib/{maps,ctx_*}.h            <linux/[a-z_/]+\.h>|<bpf/[a-z_]+\.h>|"[a-z_]+\.h"
bpf/lib/*.h                       "[a-z_]+\.h"
bpf/*.bpf.c                       "lib/[a-z_]+\.h"|<linux/[a-z_/]+\.h>|<bpf/[a-z_]+\.h>
user/cmd_bench*.c                 LIBC|"(cmd|bench)\.h"
user/cmd_doctor.c                 LIBC|"(cmd|doctor)\.h"
user/cmd_{metrics,agent}.c        LIBC|"(cmd|http|metrics|xsw_agent)\.h"
user/dot.[ch]                     LIBC|"(dot|topo_plan|xsw)\.h"
user/http_child.c                 LIBC|<microhttpd\.h>|"(http_int|rights)\.h"
user/http*.[ch]                   LIBC|"(http|http_int)\.h"
user/metrics*.[ch]                LIBC|"(metrics|metrics_int|cmd|xsw|xsw_[a-z]+)\.h"
user/cmd_stats*.[ch]              LIBC|"(cmd|cmd_stats|wake|xsw_[a-z]+)\.h"
user/cmd_top.c                    LIBC|"(cmd|term|top|wake|xsw_rate)\.h"
user/wake.[ch]                    LIBC|"wake\.h"
user/clock.[ch]                   LIBC|"clock\.h"
user/term.[ch]                    LIBC|<ncursesw/(curses|term)\.h>|"term\.h"
user/{top,top_*}.[ch]             LIBC|"(top|term|xsw_rate)\.h"
user/cmd_trace*.[ch]              LIBC|"(cmd|cmd_trace|args_frame|pcap|xsw_explain)\.h"
user/cmd_capture.c                LIBC|"(cmd|pcap_out)\.h"
user/cni*.[ch]                    LIBC|<jansson\.h>|"(cni|exec|fault|netif|netns|rights|xsw)\.h"
user/cmd*.[ch]                    LIBC|"(cmd|args|dot|out|log|xsw|xsw_[a-z]+|topo|topo_[a-z]+)\.h"
user/main.c                       LIBC|"(cmd|args|out|log|xsw|xsw_names)\.h"
user/{args,out,parse}*.[ch]       LIBC|<jansson\.h>|"(args|args_frame|parse|out|out_[a-z]+|log|xsw_[a-z]+)\.h"
user/netif*.[ch]                  LIBC|LINUX|<netlink/[a-z/_-]+\.h>|"(clock|netif|netif_[a-z]+|netns)\.h"
user/netns*.[ch]                  LIBC|LINUX|"netns\.h"
user/{prog,prog_trace,probe_feature}.c  LIBC|LINUX|<bpf/[a-z]+\.h>|"OWN"|"[a-z_]+\.skel\.h"
user/pcap{,_*}.[ch]               LIBC|<pcap/[a-z]+\.h>|"(pcap|pcap_[a-z]+|xsw_watch)\.h"
user/{prog,maps,pin,probe,log}*.[ch]  LIBC|LINUX|<bpf/[a-z]+\.h>|"OWN"
user/bench_{stat,data,svg*,report}.[ch]  LIBC|"(bench|bench_svg)\.h"
user/bench.h                      LIBC|"out\.h"
user/bench_{work_prog,backend_floor,backend_xsw,bare}.c  LIBC|LINUX|<bpf/[a-z]+\.h>|"(bench_lab|pin)\.h"
user/bench*.[ch]                  LIBC|LINUX|"(bench|bench_lab|exec|grace|log|netif|netns|probe|rights)\.h"
user/topo_yaml*.[ch]              LIBC|<yaml\.h>|"OWN"
user/topo*.[ch]                   LIBC|"(topo|topo_[a-z]+|cmd|args|exec|fault|log|out|netns|netif|xsw|xsw_[a-z]+)\.h"
user/exec.[ch]                    LIBC|"exec\.h"
user/doctor*.[ch]                 LIBC|"(doctor|doctor_int|attach|clock|netif|netns|pin|port|probe|xsw|xsw_[a-z]+)\.h"
user/attach*.[ch]                 LIBC|LINUX|<bpf/[a-z]+\.h>|<xdp/[a-z]+\.h>|"OWN"
user/*.[ch]                       LIBC|LINUX|"OWN"
'
libc='<(sys/|net/|netinet/|arpa/)?[a-z0-9_]+\.h>'
linux='<(linux|asm)/[a-z0-9_/]+\.h>'
own='[a-z_]+\.h'

# What a file may not say outside comments and strings.
#
# file                            never
word_rules='
bpf/lib/{pkt,parse,switch,stats,fdb,vlan,known,ports,policy,meter,inet,learn,flap}.h  __sk_buff|xdp_md|bpf_[a-z_]+|SEC *\(
user/bench*.c                     (^|[^a-z_])(printf|puts|putchar) *\(|stdout|out_[a-z]+ *\(
user/{xsw,doctor}*.c              (^|[^a-z_])(v?f?d?printf|puts|fputs|putchar) *\(|stdout|out_[a-z]+ *\(
user/*.c                          (^|[^a-z_.>])(system|popen|gets|atoi|atol) *\(
user/{args,log,maps,netif,netns,pin,probe,prog,attach}*.c  (^|[^a-z_])(printf|puts|putchar) *\(|stdout
'

# Lines a file may have; the first row that fits counts. And lines from { to } of a function.
file_budgets='
user/main.c      100
user/cmd_*.c     250
user/*.[ch]      500
bpf/*.c          500
bpf/lib/*.h      500
include/*.h      500
'
function_budget=60

passed=0 failed=0

# Files that fit a pattern of the tables; braces expand.
glob()
{
	# shellcheck disable=SC2086 # a pattern is to expand
	eval "printf '%s\n' $1"
}

c_files()
{
	find include bpf user tests -name '*.[ch]' | sort
}

scripts_list()
{
	local file

	find .ci scripts tests topologies -type f 2>/dev/null | sort | while read -r file; do
		case $(head -c 64 "$file" | tr -d '\0' | head -n 1) in
		'#!'*sh | '#!'*sh\ *) echo "$file" ;;
		*) [ "${file%.sh}" = "$file" ] || echo "$file" ;;
		esac
	done
}

# The file without comments, strings and character constants, line numbers kept.
bare_code() # FILE
{
	awk '{
		line = $0
		out = ""
		while (line != "") {
			if (comment) {
				end = index(line, "*/")
				if (!end)
					break
				line = substr(line, end + 2)
				comment = 0
			} else if (match(line, /^"([^"\\]|\\.)*"/) ||
				   match(line, /^\047([^\047\\]|\\.)+\047/)) {
				out = out "\"\""
				line = substr(line, RLENGTH + 1)
			} else if (substr(line, 1, 2) == "/*") {
				comment = 1
				line = substr(line, 3)
			} else if (substr(line, 1, 2) == "//") {
				break
			} else {
				out = out substr(line, 1, 1)
				line = substr(line, 2)
			}
		}
		print out
	}' "$1"
}

# "first" rows of a table: FILE -> its value, or nothing
declare -A row_of
index_rows() # TABLE
{
	local pattern value file

	row_of=()
	while read -r pattern value; do
		[ -n "$pattern" ] || continue
		while read -r file; do
			[ -f "$file" ] || continue
			[ -n "${row_of[$file]+set}" ] || row_of[$file]=$value
		done < <(glob "$pattern")
	done <<<"$1"
}

# --- the checks: print what is wrong, return 0 only if nothing is -------------------------

check_format()
{
	local out

	out=$(c_files | xargs clang-format --dry-run -Werror 2>&1) && return
	sed -nE 's/^([^ ]+:[0-9]+):[0-9]+: error: .*/\1: not as make format writes it/p' \
		<<<"$out" | uniq
	return 1
}

check_shellcheck()
{
	# every file is read with what it sources, so few at a time are no slower
	scripts_list | xargs -P "$(nproc)" -n 4 shellcheck -x -P SCRIPTDIR
}

check_spdx()
{
	local file bad=0

	while read -r file; do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2\.0-only' && continue
		echo "$file: no SPDX line"
		bad=1
	done < <(c_files; scripts_list; echo Makefile)
	return $bad
}

check_includes()
{
	local file allowed number what bad=0

	index_rows "$include_rules"
	for file in "${!row_of[@]}"; do
		allowed=${row_of[$file]}
		allowed=${allowed//LIBC/$libc}
		allowed=${allowed//LINUX/$linux}
		allowed=${allowed//OWN/$own}
		while IFS=: read -r number what; do
			[[ $what =~ ^($allowed)$ ]] && continue
			echo "$file:$number: may not include $what"
			bad=1
		done < <(sed -nE '/^ *# *include/{=;s/^ *# *include *([<"][^>"]*[>"]).*/\1/p}' "$file" |
			paste -d: - -)
	done
	return $bad
}

check_words()
{
	local pattern words file hits bad=0

	while read -r pattern words; do
		[ -n "$pattern" ] || continue
		while read -r file; do
			[ -f "$file" ] || continue
			hits=$(bare_code "$file" | grep -nE "$words") || continue
			printf '%s\n' "$hits" | sed "s|^|$file:|"
			bad=1
		done < <(glob "$pattern")
	done <<<"$word_rules"
	return $bad
}

check_files()
{
	local file lines bad=0

	index_rows "$file_budgets"
	for file in "${!row_of[@]}"; do
		lines=$(wc -l <"$file")
		[ "$lines" -gt "${row_of[$file]}" ] || continue
		echo "$file: $lines lines, ${row_of[$file]} allowed"
		bad=1
	done
	return $bad
}

# In this style { and } of a function, and of nothing else, stand alone in column 0.
check_functions()
{
	# shellcheck disable=SC2016 # awk's own $0
	find include bpf user -name '*.[ch]' | sort | xargs awk -v max=$function_budget '
		FNR == 1 { start = 0 }
		/^[A-Za-z_].*\(/ { name = $0 }
		/^{/ {
			if (start) {
				print FILENAME ":" FNR ": { in column 0 within a function"
				bad = 1
			}
			start = FNR
		}
		/^}[ \t]*$/ {
			if (!start) {
				print FILENAME ":" FNR ": } in column 0 without its {"
				bad = 1
			} else if (FNR - start + 1 > max) {
				print FILENAME ":" start ": " FNR - start + 1 " lines, " \
					max " allowed: " name
				bad = 1
			}
			start = 0
		}
		END { exit bad }'
}

# The build itself where its compiler is gcc, so that nothing is compiled twice.
check_gcc()
{
	local args=(CC=gcc BUILD=build/lint)

	[[ $(cc --version) != *"Free Software Foundation"* ]] || args=()
	make --no-print-directory -j"$(nproc)" "${args[@]}" all tests
}

# ------------------------------------------------------------------------------------------

check() # NAME
{
	local out

	if out=$("check_$1" 2>&1); then
		echo "ok $1"
		passed=$((passed + 1))
	else
		echo "not ok $1"
		printf '%s\n' "$out" | sed 's/^/  /'
		failed=$((failed + 1))
	fi
}

absent=$(scripts/deps.sh --check build lint | tr '\n' ' ')
if [ -n "$absent" ]; then
	echo "lint.sh: not installed: $absent" >&2
	echo "hint: as root, make deps" >&2
	exit 1
fi
[ $# -gt 0 ] || set -- format shellcheck spdx includes words files functions gcc
for name; do
	check "$name"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
