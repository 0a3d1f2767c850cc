#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The words for mirrors: what they show, what they refuse, and that what goes leaves nothing.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# text WANTED, with @ for the prefix of ports
text() { equal "text" "$(xsw mirror show | sed "s/$P/@/g")" "$1"; }
json() { equal "JSON" "$(xsw -j "${@:2}" mirror show | sed "s/$P/@/g" | jq -c .)" "$1"; }

add() { expect 0 xsw mirror add "$@"; equal "stdout" "$OUT$ERR" ""; }

# refused STATUS REGEX WORDS...: and nothing has changed
refused() {
	local status=$1 regex=$2 before
	shift 2
	before=$(xsw mirror show)
	expect "$status" xsw "$@"
	like "$*" "${ERR//$P/@}" "$regex"
	equal "mirrors after $*" "$(xsw mirror show)" "$before"
}

shown() {
	sw_up 4
	text ""
	json "[]"
	add m1 from "$(port 1):in" from "$(port 2),$(port 3):out" vlan 0,10,30-32 to "$(port 4)" tag 100
	add all to "$(port 4)"
	text "$(printf '%s\n' "m1 from @1:in,@2,@3:out vlan 0,10,30-32 to @4 tag 100" "all to @4")"
	equal "show one" "$(xsw mirror show all)" "all to $(port 4)"
	equal "show is the default" "$(xsw mirror)" "$(xsw mirror show)"
	json '[{"mirror":"m1","from":["@1:in","@2","@3:out"],"vlan":[0,10,30,31,32],"to":"@4","tag":100},{"mirror":"all","to":"@4"}]'
	equal "counters" "$(xsw -j -s mirror show m1 | jq -c '.[0] | [.packets, .bytes, .lost] | map(type)')" \
		'["number","number","number"]'
	like "counters" "$(xsw -s mirror show all)" '^all to .* packets [0-9]+ bytes [0-9]+ lost 0$'
	equal "port" "$(xsw -j port show "$(port 4)" | jq -r '.[0].mirror')" m1
	equal "source" "$(xsw -j port show "$(port 1)" | jq -r '.[0] | has("mirror")')" false
	like "port" "$(xsw port show "$(port 4)")" ' mirror m1( |$)'
	# the same once more is nothing; counters go on
	add m1 from "$(port 1):in" from "$(port 2)" from "$(port 3):out" vlan 0,10,30-32 \
		to "$(port 4)" tag 100
	expect 0 xsw mirror del m1
	text "all to @4"
	equal "port" "$(xsw -j port show "$(port 4)" | jq -r '.[0].mirror')" all
	expect 0 xsw mirror del all
	text ""
	equal "port" "$(xsw -j port show "$(port 4)" | jq -r '.[0] | has("mirror")')" false
}

bad_input() {
	sw_up 4
	add m1 from "$(port 1)" to "$(port 4)"
	refused 1 'mirror add: NAME is missing' mirror add
	refused 1 'mirror add: to PORT is missing' mirror add m2
	refused 1 'mirror add: to PORT is missing' mirror add m2 from "$(port 1)"
	refused 1 'unknown word "form", expected from PORT' mirror add m2 form "$(port 1)" to "$(port 4)"
	refused 1 '"a/b" is not valid: expected a port name' mirror add a/b to "$(port 4)"
	refused 1 'from "a/b:in" is not valid: expected ports like' mirror add m2 from a/b:in to "$(port 4)"
	refused 1 'from "@1:in" is not valid' mirror add m2 from "$(port 1),$(port 1):in" to "$(port 4)"
	refused 1 'from "@1" is not valid' mirror add m2 from "$(port 2)" from "$(port 1),$(port 1)" to "$(port 4)"
	refused 1 'from "" is not valid' mirror add m2 from "$(port 1)," to "$(port 4)"
	refused 1 '"to" is given twice' mirror add m2 to "$(port 4)" to "$(port 3)"
	refused 1 '"tag" needs a value: VID' mirror add m2 to "$(port 4)" tag
	refused 1 'tag "0" is not valid' mirror add m2 to "$(port 4)" tag 0
	refused 1 'tag "4095" is not valid' mirror add m2 to "$(port 4)" tag 4095
	refused 1 'vlan "4095" is not valid' mirror add m2 to "$(port 4)" vlan 4095
	refused 1 'vlan "9-8" is not valid' mirror add m2 to "$(port 4)" vlan 9-8
	refused 1 'vlan "1,1" is not valid' mirror add m2 to "$(port 4)" vlan 1,1
	refused 3 'switch sw0 has no port "nobody"' mirror add m2 to nobody
	refused 3 'switch sw0 has no port "nobody"' mirror add m2 from nobody to "$(port 4)"
	refused 3 'has no port "@1:sideways"' mirror add m2 from "$(port 1):sideways" to "$(port 4)"
	refused 1 'port @3 cannot be its source and its output' mirror add m2 from "$(port 3):in" to "$(port 3)"
	refused 2 'mirror m1: File exists, and it is another one' mirror add m1 to "$(port 4)"
	refused 2 'port @4: it is the output port of mirror m1' mirror add m2 from "$(port 4)" to "$(port 3)"
	refused 2 'port @1: mirror m1 copies its frames' mirror add m2 to "$(port 1)"
	refused 3 'switch sw0 has no mirror "m2"' mirror del m2
	refused 3 'switch sw0 has no mirror "m2"' mirror show m2
	refused 1 'mirror del: NAME is missing' mirror del
	refused 1 'unknown word "x"' mirror del m1 x
	refused 1 'unknown word "x"' mirror show m1 x
	expect 3 xsw -S none mirror show
	expect 0 xsw mirror help
	like "help" "$OUT" 'mirror add NAME \[from PORT'
	expect 0 xsw mirror add help
}

# What a port is to a mirror, and what may become of it.
ports_of_mirrors() {
	sw_up 4
	add m1 from "$(port 1),$(port 2)" to "$(port 4)"
	expect 2 xsw port del "$(port 4)"
	like "message" "$ERR" "^xswitch: port $(port 4): it is the output of mirror m1"
	like "message" "$ERR" 'hint: .*mirror del m1'
	# a source goes, the last one does not
	expect 0 xsw port del "$(port 1)"
	text "m1 from @2 to @4"
	expect 2 xsw port del "$(port 2)"
	like "message" "$ERR" "it is the only source of mirror m1"
	expect 2 xsw wire add "$(port 3)" "$(port 4)"
	like "message" "$ERR" "port $(port 4): it is the output of mirror m1"
	expect 0 xsw wire add "$(port 2)" "$(port 3)"
	refused 2 'port @3: it is wired' mirror add m2 to "$(port 3)"
	expect 0 xsw mirror del m1
	# a number that is given again is nobody's source
	add all from "$(port 2)" to "$(port 4)"
	expect 0 xsw port add "$(port 1)"
	bpf_note
	text "all from @2 to @4"
	expect 0 xsw mirror del all
	refused 2 'its keys are those of VLANs' mirror add m2 to "$(tunnel_of_vlans)"
}

tunnel_of_vlans() {
	xsw port add tun0 type vxlan remote 192.0.2.2 key vid >&2 || bad "port add"
	bpf_note
	echo tun0
}

dry_run() {
	sw_up 3
	expect 0 xsw --dry-run mirror add m1 from "$(port 1)" to "$(port 3)"
	equal "plan" "$OUT" "mirror m1 to port $(port 3)"
	text ""
	expect 1 xsw --dry-run mirror add m1 from "$(port 3)" to "$(port 3)"
	add m1 from "$(port 1)" to "$(port 3)"
	expect 0 xsw --dry-run mirror del m1
	equal "plan" "$OUT" "remove mirror m1"
	text "m1 from @1 to @3"
}

as_many_as_there_may_be() {
	local i
	sw_up 2
	for ((i = 1; i <= 32; i++)); do echo "mirror add m$i from $(port 1) to $(port 2)"; done >"$CASE/batch"
	expect 0 xsw -b "$CASE/batch"
	equal "mirrors" "$(xsw mirror show | wc -l)" 32
	refused 2 'mirror m33: a switch has 32 mirrors at most' mirror add m33 to "$(port 2)"
	expect 0 xsw mirror del m7
	add m33 from "$(port 1)" to "$(port 2)"
	for ((i = 1; i <= 33; i++)); do [ "$i" = 7 ] || echo "mirror del m$i"; done >"$CASE/batch"
	expect 0 xsw -b "$CASE/batch"
	text ""
}

# Of a batch all or nothing, and counters of what comes back go on.
in_batches() {
	local before
	sw_up 4
	add m1 from "$(port 1)" vlan 0 to "$(port 4)" tag 7
	send 1 dst ff:ff:ff:ff:ff:ff src "$(mac 1)" len 60
	counted() { xsw -j -s mirror show m1 | jq '.[0].packets // 0'; }
	wait_until 3000 at_least 1 counted || bad "nothing is copied"
	before=$(counted)
	printf '%s\n' "mirror del m1" "mirror add m1 to $(port 3)" "mirror add m2 from $(port 1) to $(port 3)" \
		"port add ${P}new" "mirror add m3 from ${P}new:out to $(port 3)" "mirror del m2" \
		"port set $(port 1) flood off" "fdb del 02:00:00:00:00:77" >"$CASE/batch"
	expect 3 xsw -b "$CASE/batch"
	like "message" "$ERR" "$CASE/batch:8: .*no entry"
	text "m1 from @1 vlan 0 to @4 tag 7"
	[ -e "/run/netns/${P}new" ] && bad "the new port stays"
	equal "bits" "$(bits)" "1 0 0 1"
	sed -i '$d' "$CASE/batch"
	expect 0 xsw -b "$CASE/batch"
	bpf_note
	text "$(printf '%s\n' "m1 to @3" "m3 from @new:out to @3")"
	equal "bits" "$(bits)" "1 1 1 1"
	printf '%s\n' "mirror del m1" "mirror add m1 from nobody to $(port 4)" >"$CASE/batch"
	expect 3 xsw -b "$CASE/batch"
	like "message" "$ERR" 'batch:2: .*no port "nobody"'
	text "$(printf '%s\n' "m1 to @3" "m3 from @new:out to @3")"
	: "$before"
}

# The bit `mirror` of ports 1 to 4.
bits() {
	bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/taps" |
		jq -r '[.[1:5][].formatted.value | if .in + .out + .output > 0 then 1 else 0 end] | join(" ")'
}

run_case - shown
run_case - bad_input
run_case - ports_of_mirrors
run_case - dry_run
run_case - as_many_as_there_may_be
run_case - in_batches
finish
