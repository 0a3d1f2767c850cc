#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Counters add up: a random mix of a million frames of all classes, VLANs and reasons through all
# kinds of ports, then every sum against what was sent and what arrived, frame by frame.
#
#	1 ... 18 ---[ switch ]--- host
#
# The seed is printed; SUMS_SEED=N runs that one again.
#
# alone: it takes a CPU for its time
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

SEED=${SUMS_SEED:-$((16#${P:1:6}))}
XMIX=$TOP/build/tests/tools/xmix
MIX=() # ports, as xmix wants them
WIRED='[]'

# begin N...: an empty switch, and namespaces for its ports; no frames but ours anywhere
begin() {
	mute "$@"
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	undo xsw down
	xsw up --subnet none || bad "up: exit $?"
}

# member N VLAN PORT-WORDS...: namespace N as port N; VLAN is that of its copies, for xmix
member() {
	local n=$1
	xsw port add "$(port "$n")" "${@:3}" || bad "port add $*: exit $?"
	MIX+=("$(ns_name "$n"),eth0,${SW}p$n,$2")
}

# the static station of port N, in a VLAN
static() { xsw fdb add "$(printf 02:5e:5e:01:%02x:00 "$1")" dev "$2" vlan "$3" || bad "fdb add"; }

rows() { jq -r '.[] | map(tostring) | join("  ")'; }

# Run the mix; $CASE/{mix,stats,vlans,metrics} are what is to be compared.
mix() { # COUNT XMIX-WORD...
	echo "seed $SEED"
	"$XMIX" "$SEED" "$@" "${MIX[@]}" >"$CASE/mix" || bad "xmix, seed $SEED: exit $?"
	xsw -j stats >"$CASE/stats"
	xsw -j stats vlan >"$CASE/vlans"
	xsw metrics | "$TESTS/tools/openmetrics" >"$CASE/metrics" || bad "metrics"
}

# sums mixed|transparent: everything that must be equal, [what, counted, expected]
sums() {
	jq -n --slurpfile m "$CASE/mix" --slurpfile s "$CASE/stats" --slurpfile v "$CASE/vlans" \
		--argjson wired "$WIRED" --arg modes "$1" '
	def total(f): [.[] | f] | add // 0;
	def notes: ["fdb_full", "learn_limit"];
	# before the frame had a VLAN
	def early: ["runt", "vlan_truncated", "port_down", "port_blocking", "link_local",
		"bpdu_guard", "vid_reserved", "no_pvid", "frame_type", "vlan_ingress", "mirror_port"];
	def reasons(which): .stats.drops | to_entries | map(select(.key as $k | which | index($k)) |
		.value) | add // 0;
	def all: .stats.drops | [.[]] | add // 0;
	def rx: .stats.rx | total(.packets);
	$m[0] as $m | $s[0] as $s | $v[0] as $v | [
	(range($s | length) | $s[.] as $p | $m.ports[.] as $q |
		[$p.port + " rx packets", ($p | rx), $q.sent],
		[$p.port + " rx bytes", ($p.stats.rx | total(.bytes)), $q.sent_bytes],
		[$p.port + " rx individual", $p.stats.rx.unicast.packets + $p.stats.rx.unknown.packets,
			$q.individual],
		[$p.port + " rx multicast", $p.stats.rx.multicast.packets, $q.multicast],
		[$p.port + " rx broadcast", $p.stats.rx.broadcast.packets, $q.broadcast],
		[$p.port + " tx packets", ($p.stats.tx | total(.packets)), $q.got],
		[$p.port + " tx bytes", ($p.stats.tx | total(.bytes)), $q.got_bytes]),
	["ports", ($s | length), ($m.ports | length)],
	["rx less drops", ($s | total(rx - all + reasons(notes))), $m.forwarded],
	(if $modes == "mixed" then ["rx of VLANs", ($v | total(.stats.rx.packets)),
		($s | map(select(.port as $n | $wired | index($n) | not)) |
		total(rx - reasons(early)))]
	else ["VLANs with frames", ($v | map(select(.stats.rx.packets > 0)) | length),
		($m.entered | length)] end),
	($m.entered | keys[] as $n | ($v[] | select(.vlan == ($n | tonumber))) as $c |
		["VLAN " + $n + " rx packets", $c.stats.rx.packets, $m.entered[$n].packets],
		["VLAN " + $n + " rx bytes", $c.stats.rx.bytes, $m.entered[$n].bytes]),
	($m.vlans | keys[] as $n | ($v[] | select(.vlan == ($n | tonumber))) as $c |
		["VLAN " + $n + " tx packets", $c.stats.tx.packets, $m.vlans[$n].packets],
		["VLAN " + $n + " tx bytes", $c.stats.tx.bytes, $m.vlans[$n].bytes]),
	["VLANs with copies", ($v | map(select(.stats.tx.packets > 0)) | length),
		($m.vlans | length)],
	["frames twice", $m.twice, 0], ["other frames", $m.noise, 0]]' >"$CASE/sums"
	equal "counted and expected, seed $SEED" "$(jq 'map(select(.[1] != .[2]))' "$CASE/sums" | rows)" ""
	at_least "$((7 * ${#MIX[@]} + 5))" jq length "$CASE/sums" || bad "only $(<"$CASE/sums")"
}

# `metrics` and `stats` say the same, and every counter is there, also what never happened.
metrics_agree() {
	jq -n --slurpfile x "$CASE/metrics" --slurpfile s "$CASE/stats" --slurpfile v "$CASE/vlans" \
		--argjson reasons "$(xsw -d stats drops | awk '{ print $2 }' | sort -u | jq -nR '[inputs]')" '
	def packets: "xswitch_\(.)_packets_total";
	($x[0] | map({ key: (.[0] + " " + (.[1] | del(.switch) | tojson)), value: .[2] }) |
		from_entries) as $x |
	def said(name; labels): $x[name + " " + (labels | tojson)];
	$s[0] as $s | $v[0] as $v | [
	($s[] | .port as $p | .stats as $c | ("rx", "tx") as $d |
		({ rx: "receive", tx: "transmit" }[$d]) as $word | $c[$d] | keys[] as $class |
		["packets", "bytes"][] as $what |
		["\($p) \($d) \($class) \($what)",
		said("xswitch_port_\($word)_\($what)_total"; { port: $p, class: $class }),
		$c[$d][$class][$what]]),
	($s[] | .port as $p | .stats.drops as $d | $reasons[] |
		["\($p) \(.)", (said("xswitch_port_drop_packets_total"; { port: $p, reason: . }) //
		said("xswitch_port_note_packets_total"; { port: $p, reason: . })), ($d[.] // 0)]),
	($v[] | .vlan as $n | .stats as $c | ("rx", "tx") as $d |
		({ rx: "receive", tx: "transmit" }[$d]) as $word | ["packets", "bytes"][] as $what |
		["VLAN \($n) \($d) \($what)",
		said("xswitch_vlan_\($word)_\($what)_total"; { vlan: ($n | tostring) }),
		$c[$d][$what]])]' >"$CASE/agree"
	equal "metrics and stats" "$(jq 'map(select(.[1] != .[2]))' "$CASE/agree" | rows)" ""
	at_least "$((45 * ${#MIX[@]}))" jq length "$CASE/agree" || bad "only $(<"$CASE/agree")"
}

# Every reason that a device can bring about was counted somewhere.
all_reasons() {
	local reason
	for reason in $(xsw -d stats drops | awk '{ print $2 }' | sort -u); do
		case $reason in runt | vlan_truncated) continue ;; esac # no device sends these
		jq -e --arg r "$reason" 'any(.[]; .stats.drops[$r] > 0)' "$CASE/stats" >/dev/null ||
			bad "no $reason, seed $SEED"
	done
}

# Ports of all modes, states and policies; VLAN 40 has one member.
everything() { # COUNT
	local n host rate
	begin $(seq 18)
	member 1 10 mode access tag 10
	member 2 10 mode access tag 10 isolated on
	member 3 20 mode access tag 20 state down
	member 4 10 mode access tag 10 isolated on hairpin on
	member 5 0 mode trunk trunks 10,20,30,40
	member 6 20 mode native-untagged tag 20 trunks 10,30 mtu 1000
	member 7 =30 mode dot1q-tunnel tag 30
	member 8 =20 mode access tag 20 locked on
	# less than any machine sends
	rate=$((20 / SLOW + 1))pps
	member 9 10 mode access tag 10 storm broadcast "$rate" storm multicast "$rate" \
		storm unknown "$rate" police $((100 / SLOW + 1))pps
	member 10 20 mode access tag 20 state blocking
	member 11 20 mode access tag 20 guard on
	member 12 10 mode access tag 10 allowed_macs "$(stations 12)" max_macs 4
	xsw port add gw type host mode access tag 10 || bad "host port: exit $?"
	host=$(xsw -j port show gw | jq -r '.[0].ifname')
	MIX+=("-,$(xsw -j port show gw | jq -r '.[0].peer'),$host,10")
	member 14 20
	xsw vlan add dev "$(port 14)" vid 20 pvid untagged || bad "vlan add"
	xsw vlan add dev "$(port 14)" vid 10 || bad "vlan add"
	member 15 =0
	member 16 =0
	xsw wire add "$(port 15)" "$(port 16)" || bad "wire add"
	member 17 20 mode access tag 20 state learning allowed_ips 10.66.17.0/31
	member 18 20
	# nothing leaves by a port that is down, so there are no copies
	xsw mirror add m from "$(port 3):out" to "$(port 18)" || bad "mirror add"
	bpf_note
	xsw set ageing 3 fdb_size 250 flap_limit 2 flap_window 10 recovery 5ms || bad "set"
	for n in 1 2 4 9 12; do static "$n" "$(port "$n")" 10; done
	for n in 3 6 8 11 14; do static "$n" "$(port "$n")" 20; done
	static 7 "$(port 7)" 30
	static 10 "$(port 1)" 20 # which is no member
	for n in 0 1 2 3 4; do
		xsw fdb add "02:5e:5e:00:08:0$n" dev "$(port 8)" vlan 20 || bad "fdb add"
	done
	WIRED=$(jq -nc '$ARGS.positional' --args "$(port 15)" "$(port 16)")
	mix "$1" --src "$(xsw -j port show gw | jq -r '.[0].mac')"
	sums mixed
	metrics_agree
	all_reasons
}

stations() { seq -s, -f "02:5e:5e:00:$(printf %02x "$1"):0%g" 0 7; }

# Transparent ports at XDP, alone and beside ports at tc: every tag is a VLAN.
fast() { # COUNT HOOK...
	local n=0 hook
	begin $(seq $(($# - 1)))
	for hook in "${@:2}"; do
		n=$((n + 1))
		member "$n" "*" hook "$hook"
	done
	bpf_note
	xsw set ageing 500ms fdb_size 20000 || bad "set"
	mix "$1"
	sums transparent
	metrics_agree
}

run_case - everything $((1000000 / SLOW))
run_case - fast $((300000 / SLOW)) xdp xdp xdp xdp
run_case - fast $((300000 / SLOW)) xdp xdp tc tc xdp
finish
