#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xswitch bench: the shape of what it says, and that it leaves nothing. No figure is judged.
#
# alone: its senders and receivers are real-time processes
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# Short: no figure is judged.
export XSWITCH_BENCH_TINY=1

# Everything of this machine that a measurement might change.
machine_state() {
	ip -o link | awk '{ print $1, $2 }'
	ip netns list
	cat /proc/self/mounts
	find "$XSWITCH_BPFFS" ! -name '*.debug'
	find /run -mindepth 1 -maxdepth 1
	cat /sys/kernel/rcu_expedited 2>/dev/null
	[ ! -e "$CASE/switch" ] || xsw -j port show | jq -c '.[] | [.port, .ifindex, .mac, .hook]'
}

# What was measured on is not what is here: a process of the bench, by its name.
bench_runs() {
	local exe
	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe")" = "$TOOL" ] && return 0
	done
	return 1
}

unchanged() { [ "$(machine_state)" = "$BEFORE" ]; }

# nothing_left: no process, and everything as it was
nothing_left() {
	wait_until 30000 not bench_runs || bad "a process is left"
	wait_until 5000 unchanged || bad "left: $(diff <(echo "$BEFORE") <(machine_state))"
}

has_bridge() {
	ip link add probe type bridge 2>/dev/null && ip link del probe
}

# A switch of the user's own stands beside, of the name that the bench uses itself.
figures_as_json() {
	local j names=veth,xswitch
	sw_up 2
	: >"$CASE/switch"
	BEFORE=$(machine_state)
	expect 0 xsw bench --quick --rounds 2 --backends "$names" --workloads udp64,cpu64,rr,prog -j \
		--report "$CASE/page"
	j=$OUT
	nothing_left
	like "progress" "$ERR" "udp64: round 2 of 2: xswitch, about [0-9]+:[0-9][0-9] left"
	equal "records" "$(jq 'type + " " + (length | tostring)' <<<"$j")" '"array 1"'
	equal "nulls" "$(jq '[.. | select(. == null)] | length' <<<"$j")" 0
	equal "rounds" "$(jq -c '.[0] | [.rounds, .quick]' <<<"$j")" "[2,true]"
	equal "kernel" "$(jq -r '.[0].machine.kernel' <<<"$j")" "$(uname -r)"
	equal "machine" "$(jq -c '.[0].machine | [(.cpus | type), (.load | type),
		(.mitigations | type), .versions[0].program]' <<<"$j")" \
		'["number","number","array","xswitch"]'
	equal "back ends" "$(jq -r '[.[0].backends[].backend] | join(",")' <<<"$j")" "$names"
	equal "MTUs" "$(jq '[.[0].backends[].mtu] | unique == [1500]' <<<"$j")" true
	equal "failures" "$(jq -c '.[0].failures' <<<"$j")" "[]"
	equal "figures of udp64" "$(jq -r '[.[0].figures[] | select(.workload == "udp64") |
		.figure] | unique | join(",")' <<<"$j")" lost,received
	equal "figures of cpu64" "$(jq -r '[.[0].figures[] | select(.workload == "cpu64") |
		.figure + " " + .backend] | join(",")' <<<"$j")" "packet ${names//,/,packet }"
	equal "figures of prog are of xswitch" "$(jq -r '[.[0].figures[] |
		select(.workload == "prog") | .backend] | unique | join(",")' <<<"$j")" xswitch
	equal "samples" "$(jq '[.[0].figures[].samples | map(.round) == [1,2]] | all' <<<"$j")" true
	equal "the reference has no ratio" "$(jq -c '.[0].figures[] |
		select(.figure == "received" and .backend == "veth") | .ratios' <<<"$j")" "[]"
	equal "ratio of the reference's value" "$(jq '.[0].figures | map(select(.figure == "p50")) |
		(.[] | select(.backend == "veth") | .samples[0].value) as $v |
		.[] | select(.backend == "xswitch") |
		((.samples[0].value / $v - .ratios[0].samples[0].value) | fabs) < 1e-9' <<<"$j")" true
	equal "goal" "$(jq -c '.[0].figures[] | select(.figure == "received" and
		.backend == "xswitch") | .ratios[0] | [.of, .goal, .verdict]' <<<"$j")" \
		'["veth",0.97,"unresolved"]'
	equal "values" "$(jq '[.[0].figures[] | select(.unit != "%") | .median > 0 and .low <= .median
		and .median <= .high] | all' <<<"$j")" true
	page_is_whole "$CASE/page/index.html" "${names##*,}"
}

# page_is_whole FILE BACKEND: it parses, it shows the back end, and needs nothing from elsewhere
page_is_whole() {
	python3 - "$@" <<-'PYTHON' || bad "the page is not whole"
		import sys, xml.etree.ElementTree as tree
		path, backend = sys.argv[1:]
		page = tree.parse(path).getroot()
		svg = "{http://www.w3.org/2000/svg}"
		plots = list(page.iter(svg + "svg"))
		assert plots, "no plot"
		assert any(t.text == backend for p in plots for t in p.iter(svg + "text")), "no bar"
		for p in plots:
		    width, height = map(float, p.get("viewBox").split()[2:])
		    for r in p.iter(svg + "rect"):
		        assert float(r.get("width")) >= 0
		        assert float(r.get("x")) + float(r.get("width")) <= width
		        assert float(r.get("y")) + float(r.get("height")) <= height
		assert any(list(p.iter(svg + "circle")) for p in plots), "no samples"
		for e in page.iter():
		    assert not {"src", "href"} & set(e.keys()), e.tag
	PYTHON
}

a_table() {
	local line
	BEFORE=$(machine_state)
	expect 0 xsw bench --quick --rounds 1 --backends xswitch,veth --workloads tcp,rr
	nothing_left
	[[ $OUT == "kernel $(uname -r), "* ]] || bad "machine: $OUT"
	for line in "^veth mtu 1500 tso o" "^xswitch mtu 1500" "^workload +figure +back end +median" \
		"^tcp +rate .*Gbit/s. +veth +[0-9.]+ +[0-9.]+ \.\. [0-9.]+$" \
		"^tcp +rate .*Gbit/s. +xswitch .* of veth .* >= 0.970 +unresolved$" \
		"^rr +p99 .us. +xswitch .* of veth .* <= 1.050 +unresolved$" \
		"^Less than 5 rounds resolve nothing"; do
		grep -qE "$line" <<<"$OUT" || bad "no line \"$line\" in: $OUT"
	done
}

# pairs_measured BACKENDS WORKLOADS: each of the plan has a sample and none failed; $J is the record.
# Before 6.15 the floor cannot run.
pairs_measured() {
	local absent words=(--quick --rounds 1 --backends "$1" --workloads "$2")
	BEFORE=$(machine_state)
	expect 0 xsw bench "${words[@]}" -j --report "$CASE/page"
	J=$OUT
	nothing_left
	page_is_whole "$CASE/page/index.html" "${1##*,}"
	equal "failures" "$(jq -c '.[0].failures' <<<"$J")" "[]"
	absent=$(jq -r '.[0].not_run[].backend' <<<"$J")
	[[ -z $absent || $absent = floor ]] || bad "not run: $absent"
	equal "pairs" "$(jq -r '.[0].figures[] | select(.samples != []) |
		.workload + " " + .backend' <<<"$J" | sort -u)" \
		"$(xsw --dry-run bench "${words[@]}" | awk -v absent="$absent" \
			'$4 != absent { print $2, $4 }' | sort)"
}

figures_of() { # WORKLOAD BACKEND
	jq -r --arg w "$1" --arg b "$2" '[.[0].figures[] | select(.workload == $w and
		.backend == $b) | .figure] | join(",")' <<<"$J"
}

workloads() {
	xsw --dry-run bench --rounds 1 --backends xswitch | awk '{ print $2 }' | paste -sd,
}

# Figures of a workload that depend on nothing here; sockets through tags need the kernel's devices.
every_workload() {
	local names=bridge,xswitch w figures
	has_bridge || names=xswitch
	pairs_measured "$names" "$(workloads)"
	while read -r w figures; do
		equal "figures of $w" "$(figures_of "$w" xswitch)" "$figures"
	done <<-'LIST'
		tcp rate,efficiency
		udp64 received,lost
		rr p50,p99,p99.9
		frames rate,lost
		flood copy 2,bare 2,copy 3,bare 3
		macs learn 1k,rate 1k,flooded 1k,memory 1k
		macflood alone,attacked,kept,leaked
		loop alone,looped,kept,storm
		flush all 1k,port 1k
		age idle,stall
		vxlan received,lost,rate,efficiency
		scale up 4,show 4,down 4,gone 4
		prog packet,empty,jited,verified
	LIST
	like "vlan" "$(figures_of vlan xswitch)" '^frames(,received,lost,rate,efficiency)?$'
	like "qinq" "$(figures_of qinq xswitch)" '^frames(,received,lost,rate,efficiency)?$'
	equal "known addresses are not flooded" "$(jq '[.[0].figures[] |
		select(.figure == "flooded 1k") | .median < 1] | all' <<<"$J")" true
	equal "memory" "$(jq '.[0].figures[] | select(.figure == "memory 1k") |
		.median > 0.05 and .median < 50' <<<"$J")" true
}

# Those that only connect pairs, VLANs, XDP: what is theirs alone.
other_back_ends() {
	pairs_measured veth,floor,xswitch-vlan,xswitch-xdp,xswitch-mixed tcp,udp64,frames,flood,vlan,qinq
	equal "pairs have no floods" "$(jq -r '[.[0].figures[] | select(.workload == "flood") |
		.backend] | unique | join(",")' <<<"$J")" xswitch-mixed,xswitch-vlan,xswitch-xdp
	equal "floods in a VLAN" "$(figures_of flood xswitch-vlan)" \
		"copy 2,bare 2,copy 3,bare 3,apart 3"
	equal "XDP is without segmentation" "$(jq -c '.[0].backends[] |
		select(.backend == "xswitch-xdp") | [.tso, .tx_checksum]' <<<"$J")" "[false,false]"
}

# A back end either runs or says why not; that alone is no error.
what_cannot_run() {
	local j
	expect 0 xsw bench --quick --rounds 1 --backends veth,bridge-vlan,ovs \
		--workloads rr -j
	j=$OUT
	equal "all are accounted for" "$(jq -r '.[0] | [.backends[].backend, .not_run[].backend] |
		sort | join(",")' <<<"$j")" bridge-vlan,ovs,veth
	equal "reasons" "$(jq '[.[0].not_run[].reason | length > 9] | all' <<<"$j")" true
	if ! ip link add probe type bridge vlan_filtering 1 2>/dev/null; then
		like "reason" "$(jq -r '.[0].not_run[0].reason' <<<"$j")" \
			"; it needs CONFIG_BRIDGE_VLAN_FILTERING$"
	else
		ip link del probe
	fi
	if ! PATH=$PATH:/usr/sbin:/usr/local/sbin command -v ovs-vswitchd >/dev/null; then
		equal "reason" "$(jq -r '.[0].not_run[] | select(.backend == "ovs").reason' <<<"$j")" \
			"ovs-vswitchd is not installed"
		j=$(xsw bench --backends ovs --workloads rr --rounds 1 2>"$CASE/err")
		equal "exit status when nothing can run" $? 2
		like "stdout" "$j" "ovs not run: "
		like "stderr" "$(<"$CASE/err")" "nothing was measured"
	fi
	j=$(xsw bench --quick --rounds 1 --backends ovs,xswitch --workloads prog)
	[[ $j == *"ovs not run: "* || $j == *"ovs mtu "* ]] || bad "nothing about ovs: $j"
}

# interrupted SIGNAL STATUS
interrupted() {
	local pid status
	BEFORE=$(machine_state)
	# a shell makes what it starts in the background deaf to SIGINT
	python3 -c 'import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$TOOL" bench --quick --rounds 50 --backends xswitch \
		--workloads scale >"$CASE/out" 2>"$CASE/err" &
	pid=$!
	wait_until 30000 grep -q "scale: round 2" "$CASE/err" || bad "it does not start"
	kill -"$1" "$pid"
	wait "$pid"
	status=$?
	equal "exit status" "$status" "$2"
	equal "stdout" "$(<"$CASE/out")" ""
	[ "$1" = KILL ] || like "stderr" "$(<"$CASE/err")" "xswitch: bench: interrupted"
	nothing_left
}

bad_words() {
	expect 1 xsw bench --backends veth,hub
	like "error" "$ERR" '--backends "hub": expected some of veth,floor,bridge,'
	expect 1 xsw bench --workloads udp
	like "error" "$ERR" '"udp": expected some of tcp,tcp-many,udp64,'
	expect 1 xsw bench --backends veth,,bridge
	expect 1 xsw bench --backends ''
	expect 1 xsw bench --backends veth,
	expect 1 xsw bench --backends veth,veth
	like "error" "$ERR" '"veth" is given twice'
	expect 1 xsw bench --rounds 0
	expect 1 xsw bench --rounds 1001
	expect 1 xsw bench --rounds
	expect 1 xsw bench veth
	expect 1 xsw -n 1 bench
	expect 0 xsw bench help
	like "help" "$OUT" '^Usage: xswitch bench \[--backends LIST\]'
}

plan_only() {
	expect 0 xsw --dry-run bench --backends veth,xswitch --workloads rr,scale,prog --rounds 3
	equal "plan" "$OUT" "measure rr on veth 3 times
measure rr on xswitch 3 times
measure scale on xswitch 3 times
measure prog on xswitch 3 times"
}

# The report is asked for where it cannot be: the figures are not lost.
no_room_for_the_page() {
	xsw bench --quick --rounds 1 --backends xswitch --workloads prog --report /proc/no/such \
		>"$CASE/out" 2>"$CASE/err"
	equal "exit status" $? 2
	like "stderr" "$(<"$CASE/err")" 'cannot write the report in "/proc/no/such": No such file'
	like "stdout" "$(<"$CASE/out")" "prog +packet"
}

not_for_everybody() {
	expect 2 setpriv --reuid 65534 --clear-groups --inh-caps=-all "$TOOL" bench --rounds 1
	like "stderr" "$ERR" "not permitted"
}

run_case - bad_words
run_case - plan_only
run_case - not_for_everybody
run_case - figures_as_json
run_case - a_table
run_case - every_workload
run_case - other_back_ends
run_case - what_cannot_run
run_case - interrupted INT 2
run_case - interrupted TERM 2
run_case - interrupted KILL 137
run_case - no_room_for_the_page
finish
