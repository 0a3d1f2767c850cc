#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The words of trace: what it prints, as text and JSON, and what it refuses.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=02:00:00:00:00:0a B=02:00:00:00:00:0b
ALL=ff:ff:ff:ff:ff:ff

three() {
	sw_up 3
	cfg port set "$(port 1)" mode access tag 10
	cfg port set "$(port 2)" mode access tag 10
	cfg port set "$(port 3)" mode trunk trunks 10,20
	cfg fdb add "$B" dev "$(port 2)" vlan 10
}

# shows WHAT COMMAND... <WANTED: its text, ports as p1, p2, p3
shows() {
	local what=$1
	shift
	equal "$what" "$(xsw "$@" | sed "s/$P\\([0-9]\\)/p\\1/g")" "$(cat)"
}

text() {
	three
	shows "a flood" trace "$(port 1)" dst "$ALL" src "$A" <<-'TEXT'
		 1 parse        60 bytes, untagged
		 2 state        forwarding
		 3 control      no control frame
		 4 vlan         untagged: takes PVID 10
		 5 ingress      member of VLAN 10
		 6 source       02:00:00:00:00:0a
		 7 storm        no limits
		 8 learning     02:00:00:00:00:0a is new: learned
		 9 destination  broadcast: flooded in VLAN 10
		10 egress       p1: same_port: the frame came in here
		10 egress       p2: takes it
		10 egress       p3: takes it
		11 tag          p2: untagged
		11 tag          p3: tagged 10
		12 send         2 copies, counted as broadcast
		flooded to p2 (untagged), p3 (tagged 10)
	TEXT
	shows "one port" trace "$(port 3)" dst "$B" src "$A" vlan 10 prio 3 len 100 <<-'TEXT'
		 1 parse        100 bytes, tag 802.1q 10 prio 3
		 2 state        forwarding
		 3 control      no control frame
		 4 vlan         tagged: VLAN 10
		 5 ingress      member of VLAN 10
		 6 source       02:00:00:00:00:0a
		 7 storm        no limits
		 8 learning     02:00:00:00:00:0a is new: learned
		 9 destination  02:00:00:00:00:0b is on p2 in VLAN 10 (static)
		10 egress       p2: takes it
		11 tag          p2: untagged
		12 send         1 frame, counted as unicast
		forwarded to p2 (untagged)
	TEXT
	shows "a drop" trace "$(port 3)" dst "$B" src "$A" vlan 30 <<-'TEXT'
		 1 parse        60 bytes, tag 802.1q 30
		 2 state        forwarding
		 3 control      no control frame
		 4 vlan         tagged: VLAN 30
		 5 ingress      no member of VLAN 30
		dropped: vlan_ingress: the ingress port is no member of the VLAN
		remedy: xswitch vlan add dev p3 vid 30
	TEXT
	shows "brief" -br trace "$(port 3)" dst "$B" src "$A" vlan 30 <<-'TEXT'
		dropped: vlan_ingress: the ingress port is no member of the VLAN
	TEXT
	shows "advice" trace "$(port 1)" 0102 <<-'TEXT'
		 1 parse        2 bytes: shorter than an Ethernet header
		dropped: runt: shorter than an Ethernet header
		remedy: a frame has 14 bytes at least: the sender must send the rest
	TEXT
}

policies_are_told() {
	three
	cfg port set "$(port 1)" allowed_macs "$B" storm broadcast 10kpps police 1gbit max_macs 5
	shows "a list" trace "$(port 1)" dst "$ALL" src "$A" <<-'TEXT'
		 1 parse        60 bytes, untagged
		 2 state        forwarding
		 3 control      no control frame
		 4 vlan         untagged: takes PVID 10
		 5 ingress      member of VLAN 10
		 6 source       02:00:00:00:00:0a is none of the 1 allowed_macs
		dropped: spoofed_mac: the source is not one of the port's allowed addresses
		remedy: xswitch port set p1 allowed_macs 02:00:00:00:00:0b,02:00:00:00:00:0a
	TEXT
	cfg port set "$(port 1)" allowed_macs "$A"
	shows "rates" trace "$(port 1)" dst "$ALL" src "$A" <<-'TEXT'
		 1 parse        60 bytes, untagged
		 2 state        forwarding
		 3 control      no control frame
		 4 vlan         untagged: takes PVID 10
		 5 ingress      member of VLAN 10
		 6 source       02:00:00:00:00:0a, one of the allowed_macs
		 7 storm        broadcast within 10kpps, police within 1gbit
		 8 learning     02:00:00:00:00:0a is new: learned
		 9 destination  broadcast: flooded in VLAN 10
		10 egress       p1: same_port: the frame came in here
		10 egress       p2: takes it
		10 egress       p3: takes it
		11 tag          p2: untagged
		11 tag          p3: tagged 10
		12 send         2 copies, counted as broadcast
		flooded to p2 (untagged), p3 (tagged 10)
	TEXT
}

# Of another switch than sw0 the command says which.
another_switch() {
	SW=lab
	sw_up 2
	like "remedy" "$(xsw -S lab trace "$(port 1)" dst "$B" src 03:00:00:00:00:01)" "source$"
	cfg -S lab port set "$(port 1)" state down
	like "remedy" "$(xsw -S lab trace "$(port 1)" dst "$B" src "$A")" \
		"remedy: xswitch -S lab port set $(port 1) state up$"
}

json() {
	local got
	three
	got=$(xsw -j trace "$(port 3)" dst "$ALL" src "$A" vlan 10 | sed "s/$P\\([0-9]\\)/p\\1/g")
	equal "all but the steps" "$(jq -c '.[0] | del(.steps)' <<<"$got")" \
		'{"port":"p3","hook":"tc","dst":"ff:ff:ff:ff:ff:ff","src":"02:00:00:00:00:0a","tag":"802.1q 10","len":60,"verdict":"flooded","vlan":10,"class":"broadcast","targets":[{"port":"p1","tagged":false,"form":"untagged"},{"port":"p2","tagged":false,"form":"untagged"}],"copies":2,"refused":[{"port":"p3","reason":"same_port"}],"mirrored":[],"learned":"new"}'
	# the steps are those of the text
	equal "steps" "$(jq -r '.[0].steps[] | "\(.step) \(.name) \(if .port then .port + ": "
		else "" end)\(.result)"' <<<"$got")" \
		"$(xsw trace "$(port 3)" dst "$ALL" src "$A" vlan 10 | sed "s/$P\\([0-9]\\)/p\\1/g" |
			sed -n 's/^ *\([0-9]*\) \([a-z]*\)  */\1 \2 /p')"
	equal "a drop" "$(xsw -j trace "$(port 3)" dst "$B" src "$A" | sed "s/$P\\([0-9]\\)/p\\1/g" |
		jq -c '.[0] | [.verdict, .reason, .sentence, .remedy, .targets, .copies]')" \
		'["dropped","no_pvid","untagged, and the ingress port has no PVID","xswitch port set p3 mode native-untagged tag 1 trunks 1,10,20",[],0]'
}

# The same frame by words and by its bytes.
words_and_bytes() {
	local hex=02000000000b02000000000a8100a00a0800
	three
	hex+=4500002a0000400040fd7ad6c0000201c0000202
	equal "the same" "$(xsw -j trace "$(port 3)" dst "$B" src "$A" vlan 10 prio 5 type 0x0800)" \
		"$(xsw -j trace "$(port 3)" "$hex$(printf '%044d' 0)")"
	like "inner tag" "$(xsw trace "$(port 3)" dst "$B" src "$A" vlan 10 inner 7)" \
		"forwarded to $(port 2) .untagged"
	like "other TPID" "$(xsw trace "$(port 3)" dst "$B" src "$A" vlan 10 tpid 0x88a8)" no_pvid
	like "segments" "$(xsw trace "$(port 1)" dst "$B" src "$A" type 0x0800 len 60000 gso 1400)" \
		"forwarded to $(port 2)"
	like "no segments" "$(xsw trace "$(port 1)" dst "$B" src "$A" type 0x0800 len 60000)" too_big
	like "as long as can be" "$(xsw trace "$(port 1)" dst "$B" src "$A" len 65535)" "65535 bytes"
}

# refuses STATUS REGEX WORD...
refuses() {
	expect "$1" xsw trace "${@:3}"
	like "message of trace ${*:3}" "$ERR" "$2"
}

refusals() {
	three
	refuses 1 'PORT is missing'
	refuses 1 '"dst MAC" is missing' "$(port 1)"
	refuses 1 '"src MAC" is missing' "$(port 1)" dst "$A"
	refuses 1 '"dst MAC" is missing' "$(port 1)" len 60
	refuses 1 '"vlan N" is missing' "$(port 1)" dst "$A" src "$B" prio 3
	refuses 1 '"vlan N" is missing' "$(port 1)" dst "$A" src "$B" inner 3
	refuses 1 '"type 0x0800" or' "$(port 1)" dst "$A" src "$B" gso 3
	refuses 1 'dst "02:00" is not valid' "$(port 1)" dst 02:00
	refuses 1 'vlan "4096" is not valid' "$(port 1)" dst "$A" src "$B" vlan 4096
	refuses 1 'prio "8" is not valid' "$(port 1)" dst "$A" src "$B" vlan 4 prio 8
	refuses 1 'type "65536" is not valid' "$(port 1)" dst "$A" src "$B" type 65536
	refuses 1 'len "0" is not valid' "$(port 1)" dst "$A" src "$B" len 0
	refuses 1 'len "65536" is not valid' "$(port 1)" dst "$A" src "$B" len 65536
	refuses 1 '"dst" is given twice' "$(port 1)" dst "$A" dst "$B"
	refuses 1 '"len" needs a value' "$(port 1)" dst "$A" len
	refuses 1 '"xyz" is no frame: expected' "$(port 1)" xyz
	refuses 1 '"123" is no frame' "$(port 1)" 123
	refuses 1 '"" is no frame' "$(port 1)" ""
	refuses 1 '"01\\n" is no frame' "$(port 1)" $'01\n'
	refuses 1 '"dts" is no frame|"dts" and words|unknown word' "$(port 1)" dts "$A" src "$B"
	refuses 1 '"0102" and words' "$(port 1)" 0102 dst "$A"
	refuses 1 'unknown word "0304"' "$(port 1)" 0102 0304
	refuses 2 '"/nowhere": No such file' "$(port 1)" @/nowhere
	refuses 2 '"": No such file' "$(port 1)" @
	refuses 1 '"/dev/null": truncated' "$(port 1)" @/dev/null
	refuses 2 '"/": .*Is a directory' "$(port 1)" @/
	refuses 1 'no tunnel, it has no remote' "$(port 1)" dst "$A" src "$B" remote 192.0.2.1
	refuses 1 'remote "x" is not valid' "$(port 1)" dst "$A" src "$B" remote x
	refuses 1 'only keys that say the VLAN' "$(port 1)" dst "$A" src "$B" key 7
	refuses 1 'PORT|"a b" is not valid' "a b" 0102
	refuses 3 'has no port "nope"' nope 0102
	expect 3 xsw -S none trace p 0102
	like "no switch" "$ERR" "no switch none"
	expect 0 xsw trace help
	like "help" "$OUT" '^Usage: xswitch trace PORT'
}

# Also from a pipe; what a file has before it breaks is told.
captures() {
	local head=d4c3b2a1020004000000000000000000ffff000001000000
	local one=00000000000000003c0000003c000000
	three
	one+=ffffffffffff02000000000a88b5$(printf '%092d' 0)
	unhex() { python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))' "$1"; }
	equal "from a pipe" "$(unhex "$head$one$one" | xsw -j trace "$(port 1)" @- |
		jq -c 'map([.frame, .verdict, .class])')" '[[1,"flooded","broadcast"],[2,"flooded","broadcast"]]'
	unhex "$head$one${one:0:60}" >"$CASE/cut"
	xsw trace "$(port 1)" "@$CASE/cut" >"$CASE/out" 2>"$CASE/err" && bad "a file cut short is no error"
	equal "before the cut" "$(wc -l <"$CASE/out")" 1
	like "the cut" "$(<"$CASE/err")" "truncated"
	unhex "$head" >"$CASE/empty"
	equal "an empty capture" "$(xsw -j trace "$(port 1)" "@$CASE/empty")" "[]"
	xsw trace "$(port 1)" "@$CASE/cut" 2>/dev/null | head -0
	unhex "${head:0:40}71000000" >"$CASE/cooked"
	refuses 1 'cooked": its link type is LINUX_SLL, not Ethernet' "$(port 1)" "@$CASE/cooked"
}

# It needs the rights to load a program and no lock: a writer may be at work.
no_lock() {
	three
	exec 9<"$XSWITCH_BPFFS/xswitch"
	flock 9
	expect 0 timeout 20 "$TOOL" trace "$(port 1)" dst "$B" src "$A"
	exec 9<&-
	expect 2 setpriv --bounding-set -all --inh-caps -all "$TOOL" trace "$(port 1)" dst "$B" src "$A"
	like "rights" "$ERR" "not permitted without CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN"
}

run_case - text
run_case - policies_are_told
run_case - another_switch
run_case - json
run_case - words_and_bytes
run_case - refusals
run_case - captures
run_case - no_lock
finish
