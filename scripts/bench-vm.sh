#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-vm.sh - how fast the switch is on other kernels, counted in instructions
#
#   bench-vm.sh [--kernel KERNEL]...         measure and show; pages and JSON in build/vm/KERNEL/bench
#   bench-vm.sh --docs [--kernel KERNEL]...  the same, and make docs/bench-vm.* of it
#   bench-vm.sh --check [--kernel KERNEL]    has a change moved a figure of docs/bench-vm.json?
#
# An emulated machine (tests/vm) runs `xswitch bench` in two ways: plain, where figures are of
# the emulator and only ratios say something, and with a clock that goes on by 1 ns an
# instruction, where they repeat (most within 0.1 %). --check does the latter alone and names what moved by more
# than 1 %, to the better or worse: exit 1. Kernels: 6.12 unless told; --check: the first of the file.
set -u
cd "$(dirname "$0")/.." || exit 1

DOCS=docs/bench-vm
BACKENDS=veth,floor,bridge,bridge-vlan,ovs,ovs-internal,xswitch,xswitch-vlan
COUNTED=(--quick --rounds 2 --workloads "udp64,cpu64,rr,flood,prog")
PLAIN=(--quick --rounds 5 --workloads "tcp,cpu64")
LIMIT=3600 # seconds a machine may run
MOVED=1    # percent

mode=show
kernels=()
while [ $# -gt 0 ]; do
	case $1 in
	--docs | --check) mode=${1#--} ;;
	--kernel) kernels+=("${2:?--kernel needs a version}"); shift ;;
	*) echo "bench-vm.sh: unknown option $1" >&2; exit 2 ;;
	esac
	shift
done
if [ ${#kernels[@]} = 0 ]; then
	kernels=(6.12)
	[ "$mode" != check ] || kernels=("$(jq -r '.[0].kernel' $DOCS.json)") || exit 1
fi

here() { # KERNEL WAY
	echo "${XSW_VM_DIR:-build/vm}/$1/bench/$2"
}

measure() { # KERNEL WAY OPTIONS...
	local dir
	dir=$(here "$1" "$2")
	echo "== kernel $1, $2"
	tests/vm/bench --limit $LIMIT "${@:3}" 2>&1 | sed -u "s/^/[$1] /"
	[ "${PIPESTATUS[0]}" = 0 ] || { echo "bench-vm.sh: kernel $1: not measured" >&2; exit 1; }
	[ -s "$dir/bench.json" ] || exit 1
}

counted() { # KERNEL
	measure "$1" icount --icount "$1" "$(here "$1" icount)" --backends $BACKENDS "${COUNTED[@]}"
}

plain() { # KERNEL
	measure "$1" plain "$1" "$(here "$1" plain)" --backends $BACKENDS "${PLAIN[@]}"
}

# What is kept of both ways; of the second only figures that the scheduler has no part in are
# instructions.
record() { # KERNEL
	local plain
	plain=$(here "$1" plain)/bench.json
	[ "$mode" != check ] && [ -s "$plain" ] || plain=/dev/null
	jq -n --arg kernel "$1" --arg date "$(date -u +%F)" --slurpfile counted "$(here "$1" icount)/bench.json" \
		--slurpfile plain "$plain" '
		def short: {workload, figure, backend};
		$counted[0][0] as $c | {
			kernel: $kernel, release: $c.machine.kernel, $date,
			versions: $c.machine.versions,
			not_run: $c.not_run,
			instructions: [$c.figures[] | select(
				(.workload | IN("cpu64", "flood")) or
				(.workload == "rr" and .figure == "p50") or
				(.workload == "prog" and .figure == "packet")) |
				short + {value: (.median * if .unit == "us" then 1000 else 1 end | round)}],
			per_second: [$c.figures[] | select(.figure == "received") |
				short + {value: (.median * 1000 | round)}],
			ratios: [$plain[]?[0].figures[] | select(.figure | IN("rate", "received", "packet", "p50")) |
				select(.ratios != []) | short + {of: .ratios[0].of} +
				(.ratios[0] | {ratio, low, high} | map_values(. * 1000 | round / 1000))]
		}'
}

rows() { # FILE: of a table, one a back end
	jq -r '
		def of($w; $f; $b): .instructions[] | select(.workload == $w and .figure == $f and .backend == $b);
		def value($w; $f; $b): [of($w; $f; $b).value][0];
		def cell: if . == null then "" else tostring end;
		def ratio($a; $b): if $a == null or $b == null then "" else
			($a / $b * 1000 | round / 1000 | tostring) end;
		. as $all | [.per_second[].backend] | .[] as $b | $all |
		"| `\($b)` | " + ([
			(value("cpu64"; "packet"; $b) | cell),
			ratio(value("cpu64"; "packet"; $b); value("cpu64"; "packet"; "veth")),
			ratio(value("cpu64"; "packet"; $b); value("cpu64"; "packet"; "bridge")),
			(value("rr"; "p50"; $b) | cell),
			(value("flood"; "copy 2"; $b) | cell), (value("flood"; "copy 32"; $b) | cell),
			(value("prog"; "packet"; $b) | cell),
			([.per_second[] | select(.backend == $b).value][0] | cell)] | join(" | ")) + " |"' "$1"
}

ratio_rows() { # FILE
	jq -r '.ratios[] | select(.workload != "prog") |
		"| `\(.workload)` \(.figure) | `\(.backend)` | \(.ratio) of \(.of) | \(.low) .. \(.high) |"' "$1"
}

table() { # FILE
	echo '| back end | datagram | of veth | of bridge | request and response | copy, 2 ports | copy, 32 ports | program | datagrams/s |'
	echo '|---|---|---|---|---|---|---|---|---|'
	rows "$1"
}

# Plots of the page, each a file that stands by itself.
plots() { # KERNEL
	mkdir -p docs
	python3 - "$(here "$1" icount)/index.html" "$DOCS-$1" <<-'PYTHON'
		import sys, xml.etree.ElementTree as tree
		page, out = sys.argv[1:]
		SVG, HTML = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xhtml}"
		tree.register_namespace("", SVG)
		root = tree.parse(page).getroot()
		style = root.find(f".//{HTML}style").text
		for svg in root.iter(f"{{{SVG}}}svg"):
		    title = svg.find(f"{{{SVG}}}title").text.split()
		    if title[:2] not in (["cpu64", "packet"], ["rr", "p50"], ["flood", "copy"]):
		        continue
		    rule = tree.Element(f"{{{SVG}}}style")
		    rule.text = style + "svg{background:var(--card)}\n"
		    svg.insert(1, rule)
		    name = "-".join(w for w in title if w.isalnum())
		    tree.ElementTree(svg).write(f"{out}-{name}.svg", encoding="unicode")
	PYTHON
}

section() { # FILE
	local kernel plot
	kernel=$(jq -r .kernel "$1")
	jq -r '"\n## Kernel \(.release)\n\n\(.date); " + ([.versions[] | if .program == "xswitch" then "xswitch \(.version)" else .version end] |
		join(", ")) + "." +
		([.not_run[] | " Not run: `\(.backend)`, \(.reason)."] | join(""))' "$1"
	printf '\nInstructions:\n\n'
	table "$1"
	echo
	for plot in cpu64-packet rr-p50 flood-copy-2 flood-copy-32; do
		[ ! -e "$DOCS-$kernel-$plot.svg" ] || echo "![$plot](${DOCS##*/}-$kernel-$plot.svg)"
	done
	[ "$(jq '.ratios | length' "$1")" != 0 ] || return 0
	printf '\nPlain, of the time the emulator takes, five rounds:\n\n'
	printf '| figure | back end | ratio | 95 %% |\n|---|---|---|---|\n'
	ratio_rows "$1"
}

introduction() {
	cat <<-'MARKDOWN'
		# Speed on other kernels, counted in instructions

		`make bench-vm DOCS=1` made this page, its plots and [bench-vm.json](bench-vm.json); `make bench-vm-check` measures again and
		names every figure of instructions that moved by more than 1 %. Debian's kernel runs emulated (`qemu-system-x86_64 -accel tcg`),
		one processor, mitigations off. With `-icount shift=0` its clock goes on by 1 ns an instruction and nothing else, everything that is
		measured is in its memory, and what it draws by lot comes from a seed: a figure repeats within 0.1 % as a rule and 0.6 % at worst seen,
		however busy the machine is. Instructions are not time: a load that misses the caches counts as one.

		- *datagram*: 64-byte UDP sent and received by one process (`cpu64`): system calls, both stacks, and the switch between them.
		- *request and response*: one byte there and back between two processes, median (`rr`).
		- *copy*: of a broadcast, sent by a packet socket, all of its path, divided by the receivers (`flood`).
		- *program*: the switch's alone, known unicast, by BPF_PROG_TEST_RUN, without the cost of the test run (`prog`).
		- *datagrams/s*: sender and receiver as processes that take turns on the processor (`udp64`), in seconds of that clock. Who loses
		  how many depends on every turn; shown, not checked. Nor are those of Open vSwitch, whose daemon works meanwhile.
	MARKDOWN
}

docs() { # FILE...
	local file
	{
		introduction
		for file; do section "$file"; done
	} >$DOCS.md
	jq -s . "$@" >$DOCS.json
}

compare() { # OLD NEW
	jq -rn --slurpfile old "$1" --slurpfile new "$2" --argjson limit $MOVED '
		def key: "\(.workload) \(.figure), \(.backend)";
		($new[0].instructions | map({key: key, value: .value}) | from_entries) as $now |
		# a daemon has a part in those of Open vSwitch
		[$old[0].instructions[] | select(.backend | startswith("ovs") | not) |
			{key: key, old: .value, new: $now[key]} |
			.percent = if .new then 100 * (.new - .old) / .old else null end] |
		(.[] | select(.new == null) | "gone: \(.key): \(.old)"),
		(.[] | select(.percent != null and (.percent | fabs) > $limit) |
			"moved: \(.key): \(.old) -> \(.new) instructions, \(.percent * 10 | round / 10) %, " +
			if .percent > 0 then "worse" else "better" end),
		"\(length) figures, \([.[] | select(.new != null and (.percent | fabs) <= $limit)] | length) " +
			"within \($limit) %, largest difference of those \([.[] | .percent // 0 | fabs |
			select(. <= $limit)] | max * 1000 | round / 1000) %"'
}

check() { # KERNEL
	local verdict
	jq -e --arg kernel "$1" '.[] | select(.kernel == $kernel)' $DOCS.json >"$tmp/old" ||
		{ echo "bench-vm.sh: $DOCS.json has no kernel $1" >&2; exit 2; }
	counted "$1"
	record "$1" >"$tmp/new" || exit 1
	if [ "$(jq -r .release "$tmp/old")" != "$(jq -r .release "$tmp/new")" ]; then
		echo "bench-vm.sh: kernel $(jq -r .release "$tmp/new"), compared with" \
			"$(jq -r .release "$tmp/old")" >&2
	fi
	verdict=$(compare "$tmp/old" "$tmp/new") || exit 1
	echo "$verdict"
	! grep -qE '^(gone|moved):' <<<"$verdict"
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
scripts/deps.sh --install build demo test vm || exit 1
make --no-print-directory -j"$(nproc)" all || exit 1
tests/vm/fetch "${kernels[@]}" || exit 1
status=0
records=()
for kernel in "${kernels[@]}"; do
	if [ "$mode" = check ]; then
		check "$kernel" || status=1
		continue
	fi
	counted "$kernel"
	plain "$kernel"
	records+=("$(here "$kernel" record.json)")
	record "$kernel" >"${records[-1]}" || exit 1
	table "${records[-1]}"
	ratio_rows "${records[-1]}"
	[ "$mode" != docs ] || plots "$kernel" || exit 1
done
[ "$mode" != docs ] || docs "${records[@]}"
exit $status
