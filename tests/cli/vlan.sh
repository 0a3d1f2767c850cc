#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The words for VLANs: what they show, what they refuse, and that what is refused, said twice or
# only planned changes nothing.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../vlan_lib.sh
. "$(dirname "$0")/../vlan_lib.sh"

# One port of each mode.
seven() {
	sw_up 7
	vport 2 mode access tag 10
	vport 3 mode trunk trunks 10,20-29
	vport 4 mode native-untagged tag 10 trunks 20
	vport 5 mode native-tagged tag 100
	vport 6 mode dot1q-tunnel tag 10 cvlans 0,5-7
	vport 7 mode hybrid
	cfg vlan add dev "$(port 7)" vid 10 pvid untagged
	cfg vlan add dev "$(port 7)" vid 20,21,23-25
	cfg vlan add dev "$(port 7)" vid 22 untagged
	# no addresses but those of the test are learned from now on
	quiet 1 2 3 4 5 6 7
	cfg fdb flush
}

# Everything the commands of this file can change.
state() {
	xsw -j port show | jq -S 'map(del(.carrier))'
	xsw vlan show
	xsw -j fdb show | jq -S 'sort_by(.mac, .vlan)'
}

text_of_vlan_show() {
	local n
	seven
	expect 0 xsw vlan show
	equal "lines" "$OUT" "$(sed "s/^/$P/" <<-END
		1 0 pvid untagged
		1 1-4094
		2 10 pvid untagged
		3 10
		3 20-29
		4 10 pvid untagged
		4 20
		5 1-99
		5 100 pvid
		5 101-4094
		6 10 pvid untagged
		7 10 pvid untagged
		7 20-21
		7 22 untagged
		7 23-25
	END
	)"
	equal "stderr" "$ERR" ""
	for n in "" show; do
		# shellcheck disable=SC2086
		equal "bare form" "$(xsw vlan $n)" "$OUT"
	done
}

json_of_vlan_show() {
	local j
	seven
	j=$(xsw -j vlan show)
	equal "one record a line" "$(jq length <<<"$j")" "$(xsw vlan show | wc -l)"
	equal "record of a range" "$(jq -c '.[1]' <<<"$j")" \
		"{\"port\":\"${P}1\",\"ifname\":\"sw0p1\",\"vlan\":1,\"vlanEnd\":4094,\"flags\":[]}"
	equal "record of one" "$(jq -c '.[2]' <<<"$j")" \
		"{\"port\":\"${P}2\",\"ifname\":\"sw0p2\",\"vlan\":10,\"flags\":[\"pvid\",\"untagged\"]}"
	equal "nulls" "$(jq '[.. | select(. == null)] | length' <<<"$j")" 0
	# the same in both forms
	equal "text of the JSON" "$(jq -r '.[] | "\(.port) \(.vlan)" + (if .vlanEnd then
		"-\(.vlanEnd)" else "" end) + ([.flags[] | " " + .] | add // "")' <<<"$j")" \
		"$(xsw vlan show)"
	equal "pretty" "$(xsw -j -p vlan show | jq -c .)" "$(jq -c . <<<"$j")"
}

# shown WANTED ARGS...: ranges of `vlan show ARGS`, ports by number
shown() {
	local ranges=$1
	shift
	expect 0 xsw vlan show "$@"
	equal "vlan show $*" "$(paste -sd';' <<<"${OUT//"$P"/}")" "$ranges"
	equal "JSON of vlan show $*" "$(xsw -j vlan show "$@" | jq -r '.[] | .port + " " +
		([.vlan, .vlanEnd // empty] | map(tostring) | join("-"))')" \
		"$(cut -d' ' -f1-2 <<<"$OUT")"
}

filters() {
	seven
	shown "3 10;3 20-29" dev "$(port 3)"
	shown "3 25" dev "$(port 3)" vid 25
	shown "3 10;3 20;3 28-29" dev "$(port 3)" vid 1-20,28-40
	shown "1 22-24;3 22-24;5 22-24;7 22 untagged;7 23-24" vid 22-24
	shown "1 0 pvid untagged" vid 0
	shown "1 4094;5 4094" vid 4094
	shown "" dev "$(port 2)" vid 20
	equal "nothing" "$(xsw -j vlan show dev "$(port 2)" vid 20)" "[]"
	expect 3 xsw vlan show dev nonesuch
	like "error" "$ERR" '"nonesuch"'
	equal "a port without VLANs" "$(vport 7 mode transparent; vport 7 mode hybrid; vlans_of 7)" ""
}

counters_with_s() {
	seven
	sniff 3
	send 2 dst "$ALL" src "$(mac 2)" len 100
	send 2 dst "$ALL" src "$(mac 2)" len 60
	send 3 vlan 20 dst "$ALL" src "$(mac 3)" len 64
	fence
	expect 0 xsw -j -s vlan show dev "$(port 2)" vid 10
	# whatever the namespaces said for themselves before they were quiet is in VLAN 10 too
	equal "keys" "$(jq -c '.[0].stats | [keys, (.rx | keys), (.tx | keys)]' <<<"$OUT")" \
		'[["rx","tx"],["bytes","packets"],["bytes","packets"]]'
	[ "$(jq '.[0].stats.rx.packets' <<<"$OUT")" -ge 2 ] || bad "VLAN 10: $OUT"
	equal "without -s" "$(xsw -j vlan show | jq '[.[] | select(has("stats"))] | length')" 0
	expect 0 xsw -j stats vlan
	equal "keys" "$(jq -c '.[0] | keys' <<<"$OUT")" '["stats","vlan"]'
	equal "VLAN 20" "$(jq -c '.[] | select(.vlan == 20)' <<<"$OUT")" \
		'{"vlan":20,"stats":{"rx":{"packets":1,"bytes":64},"tx":{"packets":4,"bytes":256}}}'
	equal "order" "$(jq -c 'map(.vlan) == (map(.vlan) | sort)' <<<"$OUT")" true
	equal "records" "$(xsw stats vlan | wc -l)" "$(jq length <<<"$OUT")"
	like "text" "$(xsw stats vlan)" 'vlan 20 rx packets 1 bytes 64 tx packets 4 bytes 256'
	like "text of vlan show -s" "$(xsw -s vlan show dev "$(port 3)" vid 20)" \
		'rx packets 1 bytes 64 tx packets 4 bytes 256'
	expect 1 xsw stats vlan dev "$(port 1)"
	like "error" "$ERR" "\"$(port 1)\""
}

# port_json N JQ-FILTER WANTED
port_json() {
	equal "port $1, $2" "$(xsw -j port show "$(port "$1")" | jq -c ".[0] | $2")" "$3"
}

json_of_ports() {
	local keys='[.mode, .tag // 0, .pvid // 0]'
	seven
	port_json 1 "$keys" '["transparent",0,0]'
	port_json 2 "$keys" '["access",10,10]'
	port_json 3 "$keys" '["trunk",0,0]'
	port_json 4 "$keys" '["native-untagged",10,10]'
	port_json 5 "$keys" '["native-tagged",100,100]'
	port_json 6 "$keys" '["dot1q-tunnel",10,10]'
	port_json 7 "$keys" '["hybrid",0,10]'
	port_json 1 'has("tag") or has("trunks") or has("pvid") or has("cvlans")' false
	port_json 2 'has("trunks")' false
	port_json 3 .trunks '[10,20,21,22,23,24,25,26,27,28,29]'
	port_json 4 '.trunks | index(20) != null' true
	port_json 5 'has("trunks")' false # all
	port_json 6 .cvlans '[0,5,6,7]'
	port_json 6 '."qinq-ethtype"' '"802.1ad"'
	equal "nulls" "$(xsw -j port show | jq '[.. | select(. == null)] | length')" 0
	like "text" "$(xsw port show "$(port 3)")" ' mode trunk trunks 10,20-29 '
	like "text" "$(xsw port show "$(port 2)")" ' mode access tag 10 pvid 10 '
	like "text" "$(xsw port show "$(port 6)")" ' cvlans 0,5-7 qinq-ethtype 802.1ad '
	# what a trunk of all has left is no longer all
	expect 0 xsw vlan del dev "$(port 5)" vid 50-4094
	port_json 5 '[.mode, (.trunks | length), .trunks[-1]]' '["hybrid",49,49]'
}

# refused STATUS QUOTED COMMAND...: with that in the message, and nothing changed
refused() {
	local status=$1 quoted=$2
	shift 2
	expect "$status" xsw "$@"
	like "error of $*" "$ERR" "$quoted"
	state | diff "$CASE/before" - || bad "$* changed something"
}

bad_lists() {
	local vid
	seven
	state >"$CASE/before"
	for vid in 0 4095 4096 -1 10x x 20-10 10,10 10-20,15 10-20,20-30 1-4095 0-10 "" "," "10," ",10" \
		10- -10 1-2-3 1e1 " 10" 99999999999999999999 all; do
		refused 1 "vid \"$vid\"" vlan add dev "$(port 7)" vid "$vid"
		refused 1 "vid \"$vid\"" vlan del dev "$(port 7)" vid "$vid"
		refused 1 "trunks \"$vid\"" port set "$(port 3)" trunks "$vid"
	done
	for vid in 0 4095 4096 -1 10x 10-11 10,11 ""; do
		refused 1 "tag \"$vid\"" port set "$(port 2)" tag "$vid"
		refused 1 "tag \"$vid\"" port add new mode access tag "$vid"
		refused 1 "tag \"$vid\"" up --ports new --mode access --tag "$vid"
	done
	for vid in 4095 -1 7-5 5,5 10x; do
		refused 1 "cvlans \"$vid\"" port set "$(port 6)" cvlans "$vid"
		refused 1 "vid \"$vid\"" vlan show vid "$vid"
	done
	[ ! -e /run/netns/new ] || bad "a namespace was made"
}

words_that_do_not_fit() {
	local verb
	seven
	state >"$CASE/before"
	refused 1 '"acess"' port set "$(port 1)" mode acess
	refused 1 transparent port set "$(port 1)" mode acess # what was expected
	refused 1 '"802.1x"' port set "$(port 6)" qinq-ethtype 802.1x
	refused 1 '"acess"' up --ports new --mode acess
	for verb in "set $(port 1)" "add new"; do
		# shellcheck disable=SC2086
		{
			refused 1 'access needs a tag' port $verb mode access
			refused 1 'dot1q-tunnel needs a tag' port $verb mode dot1q-tunnel
			refused 1 'native-tagged needs a tag' port $verb mode native-tagged
			refused 1 'native-untagged needs a tag' port $verb mode native-untagged trunks 10
			refused 1 'tag 10' port $verb mode trunk tag 10
			refused 1 'tag 10' port $verb mode hybrid tag 10
			refused 1 'tag 10' port $verb mode transparent tag 10
			refused 1 'access has no trunks' port $verb mode access tag 10 trunks 20
			refused 1 'has no trunks' port $verb mode dot1q-tunnel tag 10 trunks 20
			refused 1 'has no cvlans' port $verb mode access tag 10 cvlans 20
			refused 1 'has no cvlans' port $verb mode trunk cvlans 20
			refused 1 'has no cvlans' port $verb cvlans 20
			refused 1 'no qinq-ethtype' port $verb mode access tag 10 qinq-ethtype 802.1ad
			refused 1 '"tag"' port $verb tag 10 tag 20
			refused 1 '"mode"' port $verb mode
		}
	done
	# of the mode a port has
	refused 1 'trunks' port set "$(port 2)" trunks 10
	refused 1 'cvlans' port set "$(port 2)" cvlans 10
	refused 1 'tag 20' port set "$(port 3)" tag 20
	refused 1 'tag 20' port set "$(port 7)" tag 20
	refused 1 pvid vlan add dev "$(port 7)" vid 30,31 pvid
	refused 1 pvid vlan add dev "$(port 7)" vid 30-40 pvid untagged
	refused 1 '"pvid"' vlan del dev "$(port 7)" vid 10 pvid
	refused 1 '"tagged"' vlan add dev "$(port 7)" vid 30 tagged
	refused 1 vid vlan add dev "$(port 7)"
	refused 1 dev vlan add vid 10
	refused 1 vid vlan del dev "$(port 7)"
	refused 1 '"replace"' vlan replace dev "$(port 7)" vid 10
	refused 1 '"sh"' vlan sh
	refused 1 '"vlans"' stats vlans
	[ ! -e /run/netns/new ] || bad "a namespace was made"
}

missing_is_3() {
	seven
	state >"$CASE/before"
	refused 3 '"nonesuch"' vlan add dev nonesuch vid 10
	refused 3 '"nonesuch"' vlan del dev nonesuch vid 10
	refused 3 '"nonesuch"' vlan show dev nonesuch
	refused 3 '"nonesuch"' port set nonesuch mode access tag 10
	refused 3 "$(port 2)" vlan del dev "$(port 2)" vid 11
	refused 3 "$(port 3)" vlan del dev "$(port 3)" vid 1-9,30-4094
	refused 3 "$(port 7)" vlan del dev "$(port 7)" vid 30
	refused 3 "$(port 1)" vlan del dev "$(port 1)" vid 10 # transparent: no set to take it from
	expect 3 xsw -S none vlan show
	expect 3 xsw -S none vlan add dev x vid 10
	expect 3 xsw -S none stats vlan
	like "error" "$ERR" none
	# a part of the list is there: that part goes
	expect 0 xsw vlan del dev "$(port 7)" vid 21-22,30
	equal "left" "$(vlans_of 7)" "10 pvid untagged; 20; 23-25"
}

dry_run() {
	local words
	seven
	state >"$CASE/before"
	for words in "vlan add dev $(port 1) vid 10" "vlan add dev $(port 7) vid 30 pvid untagged" \
		"vlan del dev $(port 7) vid 10" "vlan del dev $(port 3) vid 20-25" \
		"port set $(port 1) mode access tag 10" "port set $(port 2) tag 20" \
		"port set $(port 3) trunks 1-4094" "port set $(port 6) cvlans 9" \
		"port add new mode access tag 10" "up --ports new --mode access --tag 10"; do
		# shellcheck disable=SC2086
		expect 0 xsw --dry-run $words
		like "plan of $words" "$OUT$ERR" "$P|new"
		state | diff "$CASE/before" - || bad "--dry-run $words changed something"
	done
	[ ! -e /run/netns/new ] || bad "a namespace was made"
	# what would be refused is refused
	expect 1 xsw --dry-run port set "$(port 1)" mode access
	expect 3 xsw --dry-run vlan del dev "$(port 2)" vid 11
	expect 3 xsw --dry-run vlan add dev nonesuch vid 11
}

the_same_again_changes_nothing() {
	local words
	seven
	cfg fdb add 02:00:00:00:00:01 dev "$(port 2)" vlan 10 dynamic
	cfg fdb add 02:00:00:00:00:02 dev "$(port 3)" vlan 20 dynamic
	cfg fdb add 02:00:00:00:00:03 dev "$(port 7)" vlan 20 dynamic
	cfg fdb add 02:00:00:00:00:04 dev "$(port 1)" dynamic
	state >"$CASE/before"
	for words in "port set $(port 1) mode transparent" \
		"port set $(port 2) mode access tag 10" "port set $(port 2) tag 10" \
		"port set $(port 2) mode access" \
		"port set $(port 3) mode trunk trunks 10,20-29" "port set $(port 3) mode trunk" \
		"port set $(port 3) trunks 20-29,10" \
		"port set $(port 4) mode native-untagged tag 10 trunks 20" \
		"port set $(port 5) mode native-tagged tag 100" \
		"port set $(port 6) mode dot1q-tunnel tag 10 cvlans 0,5-7 qinq-ethtype 802.1ad" \
		"port set $(port 6) tag 10" "port set $(port 7) mode hybrid" \
		"vlan add dev $(port 7) vid 10 pvid untagged" \
		"vlan add dev $(port 7) vid 20,21,23-25" "vlan add dev $(port 7) vid 22 untagged"; do
		# shellcheck disable=SC2086
		expect 0 xsw $words
		equal "output of $words" "$OUT$ERR" ""
		state | diff "$CASE/before" - || bad "$words changed something"
	done
}

# A word that is not given stays; OVS's shorthand gives the mode.
one_word_at_a_time() {
	local keys='[.mode, .tag // 0, .pvid // 0]'
	sw_up 4
	expect 0 xsw port set "$(port 1)" tag 10
	port_json 1 "$keys" '["access",10,10]'
	expect 0 xsw port set "$(port 1)" tag 20
	port_json 1 "$keys" '["access",20,20]'
	equal "VLANs" "$(vlans_of 1)" "20 pvid untagged"
	expect 0 xsw port set "$(port 2)" trunks 10,20
	port_json 2 "$keys" '["trunk",0,0]'
	expect 0 xsw port set "$(port 2)" trunks 30
	equal "VLANs" "$(vlans_of 2)" "30"
	# other settings leave VLANs alone
	expect 0 xsw port set "$(port 2)" learning off
	equal "VLANs" "$(vlans_of 2)" "30"
	expect 0 xsw port set "$(port 2)" mode native-untagged tag 5
	equal "all trunks" "$(vlans_of 2)" "1-4; 5 pvid untagged; 6-4094"
	expect 0 xsw port set "$(port 2)" trunks 7
	equal "native stays" "$(vlans_of 2)" "5 pvid untagged; 7"
	expect 0 xsw port set "$(port 2)" tag 6
	equal "trunks stay" "$(vlans_of 2)" "6 pvid untagged; 7"
	expect 0 xsw port set "$(port 2)" mode transparent
	equal "VLANs" "$(vlans_of 2)" "0 pvid untagged; 1-4094"
	expect 0 xsw port set "$(port 3)" mode dot1q-tunnel tag 10 cvlans 5
	expect 0 xsw port set "$(port 3)" tag 11
	port_json 3 .cvlans '[5]'
	expect 0 xsw port set "$(port 3)" qinq-ethtype 802.1q
	port_json 3 '[.tag, .cvlans, ."qinq-ethtype"]' '[11,[5],"802.1q"]'
	# the same words when a port is made
	expect 0 xsw port add "$(port 5)" tag 10
	expect 0 xsw port add "$(port 6)" trunks 10-12
	bpf_note
	equal "VLANs" "$(vlans_of 5); $(vlans_of 6)" "10 pvid untagged; 10-12"
	port_json 5 .mode '"access"'
	port_json 6 .mode '"trunk"'
}

# The words of bridge(8).
a_port_becomes_hybrid() {
	sw_up 4
	expect 0 xsw vlan add dev "$(port 1)" vid 10
	port_json 1 .mode '"hybrid"'
	equal "a transparent one: empty sets" "$(vlans_of 1)" "10"
	expect 0 xsw vlan add dev "$(port 1)" vid 10 pvid untagged
	equal "flags" "$(vlans_of 1)" "10 pvid untagged"
	expect 0 xsw vlan add dev "$(port 1)" vid 20 pvid
	equal "one PVID" "$(vlans_of 1)" "10 untagged; 20 pvid"
	expect 0 xsw vlan add dev "$(port 1)" vid 20
	equal "flags as given last" "$(vlans_of 1)" "10 untagged; 20"
	expect 0 xsw vlan del dev "$(port 1)" vid 10,20
	equal "nothing" "$(vlans_of 1)" ""
	port_json 1 .mode '"hybrid"'
	vport 2 mode access tag 10
	expect 0 xsw vlan add dev "$(port 2)" vid 30-40
	equal "an access port: its sets" "$(vlans_of 2)" "10 pvid untagged; 30-40"
	port_json 2 '[.mode, .pvid, has("tag")]' '["hybrid",10,false]'
	vport 3 mode native-tagged tag 5 trunks 6,7
	expect 0 xsw vlan del dev "$(port 3)" vid 5
	equal "the PVID goes with its VLAN" "$(vlans_of 3)" "6-7"
	port_json 3 '[.mode, has("pvid")]' '["hybrid",false]'
	vport 4 mode dot1q-tunnel tag 8 cvlans 1
	expect 0 xsw vlan add dev "$(port 4)" vid 9 untagged
	equal "a tunnel" "$(vlans_of 4)" "8 pvid untagged; 9 untagged"
	port_json 4 '[.mode, has("cvlans")]' '["hybrid",false]'
}

up_with_a_mode() {
	sw_up 2 --mode access --tag 10
	equal "VLANs" "$(vlans_of 1); $(vlans_of 2)" "10 pvid untagged; 10 pvid untagged"
	expect 0 xsw up --ports "$(port_list 1 2 3)" --mode trunk
	bpf_note
	equal "VLANs" "$(vlans_of 1); $(vlans_of 3)" "10 pvid untagged; 1-4094"
	port_json 3 '[.mode, has("trunks")]' '["trunk",false]'
	expect 0 xsw up help
	like "help" "$OUT" '--mode MODE.*--tag'
}

run_case - text_of_vlan_show
run_case - json_of_vlan_show
run_case - filters
run_case - counters_with_s
run_case - json_of_ports
run_case - bad_lists
run_case - words_that_do_not_fit
run_case - missing_is_3
run_case - dry_run
run_case - the_same_again_changes_nothing
run_case - one_word_at_a_time
run_case - a_port_becomes_hybrid
run_case - up_with_a_mode
finish
