#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Shapes of the output: JSON keys and types, text against JSON, order, silence.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# keys JSON JQ-PATH "KEY:TYPE ...": those keys are there, with these types
keys() {
	local got
	got=$(jq -r --arg want "$3" "$2 | . as \$o | \$want | split(\" \")[] | split(\":\") |
		select((\$o | has(.[0]) | not) or (\$o[.[0]] | type) != .[1]) | join(\":\")" <<<"$1")
	equal "missing or of another type in $2" "$got" ""
}

# no_nulls JSON
no_nulls() {
	equal "nulls" "$(jq '[.. | select(. == null)] | length' <<<"$1")" 0
}

PORT_KEYS="port:string number:number type:string netns:string ifname:string ifindex:number"
PORT_KEYS+=" peer:string mac:string mtu:number mode:string hook:string state:string"
PORT_KEYS+=" carrier:boolean flags:object"

three() {
	sw_up 3
	xsw fdb add 02:00:00:00:00:01 dev "$(port 1)" || bad "fdb add"
	xsw fdb add 02:00:00:00:00:02 dev "$(port 2)" vlan 10 dynamic || bad "fdb add"
	xsw fdb add 02:00:00:00:00:03 dev "$(port 3)" vlan 4094 extern || bad "fdb add"
}

json_of_the_switch() {
	local j
	three
	j=$(xsw -j show)
	equal "records" "$(jq 'type + " " + (length | tostring)' <<<"$j")" '"array 1"'
	keys "$j" ".[0]" "switch:string ageing:number fdb:object ports:array"
	keys "$j" ".[0].fdb" "size:number entries:number learned:number static:number moved:number
refused:number expired:number"
	keys "$j" ".[0].ports[2]" "$PORT_KEYS"
	no_nulls "$j"
	equal "switch" "$(jq -r '.[0].switch' <<<"$j")" sw0
	equal "stats without -s" "$(jq '.[0].ports[0] | has("stats")' <<<"$j")" false
	equal "order" "$(jq -c '[.[0].ports[].number]' <<<"$j")" "[1,2,3]"
	j=$(xsw -j -s -d show)
	keys "$j" ".[0].ports[0]" "$PORT_KEYS stats:object"
	no_nulls "$j"
	# an empty switch
	xsw -S empty up || bad "up without ports: $?"
	undo xsw -S empty down
	equal "ports of an empty switch" "$(xsw -S empty -j show | jq -c '.[0].ports')" "[]"
	equal "port show" "$(xsw -S empty -j port show)" "[]"
	equal "fdb show" "$(xsw -S empty -j fdb show)" "[]"
	equal "stats" "$(xsw -S empty -j stats)" "[]"
	equal "text of nothing" "$(xsw -S empty fdb show)" ""
}

json_of_ports() {
	local j
	three
	j=$(xsw -j -s port show)
	keys "$j" ".[1]" "$PORT_KEYS stats:object"
	keys "$j" ".[1].flags" "learning:boolean flood:boolean mcast_flood:boolean bcast_flood:boolean
hairpin:boolean"
	keys "$j" ".[1].stats" "rx:object tx:object drops:object"
	keys "$j" ".[1].stats.rx" "unicast:object unknown:object multicast:object broadcast:object"
	keys "$j" ".[1].stats.tx.unknown" "packets:number bytes:number"
	equal "one port" "$(xsw -j port show "$(port 2)" | jq -r '.[].port')" "$(port 2)"
	# against what the kernel says
	equal "ifindex" "$(jq '.[1].ifindex' <<<"$j")" "$(ip -j link show sw0p2 | jq '.[0].ifindex')"
	equal "ifname" "$(jq -r '.[1].ifname' <<<"$j")" sw0p2
	equal "mac" "$(jq -r '.[1].mac' <<<"$j")" "$(ns 2 ip -j link show eth0 |
		jq -r '.[0].address')"
	like "alias" "$(ip link show sw0p2)" "alias .*$(port 2)"
}

json_of_the_fdb() {
	local j
	three
	j=$(xsw -j fdb show state static)
	keys "$j" ".[0]" "mac:string port:string ifname:string ifindex:number state:string flags:array"
	equal "keys in VLAN 0" "$(jq '.[0] | has("vlan") or has("used")' <<<"$j")" false
	j=$(xsw -j -s fdb show 02:00:00:00:00:02)
	keys "$j" ".[0]" "vlan:number used:number updated:number"
	equal "vlan" "$(jq '.[0].vlan' <<<"$j")" 10
	equal "get" "$(xsw -j fdb get 02:00:00:00:00:03 vlan 4094 | jq -r '.[0] | .port, .state' |
		xargs)" "$(port 3) extern"
	expect 3 xsw fdb get 02:00:00:00:00:03
	equal "filter dev" "$(xsw -j fdb show dev "$(port 3)" state extern | jq length)" 1
	equal "filter vlan" "$(xsw -j fdb show vlan 10 | jq -r '.[].mac')" 02:00:00:00:00:02
	equal "filter mac" "$(xsw -j fdb show 02:00:00:00:00:01 | jq length)" 1
	equal "no match" "$(xsw -j fdb show 02:00:00:00:00:77)" "[]"
}

# Entries of every state on two ports in two VLANs; what is left of them after a flush.
left_after() { # WORDS... of `fdb flush`
	local p v s i=16
	for s in "" static extern; do
		# shellcheck disable=SC2086 # a word or none
		xsw fdb flush $s || bad "flush"
	done
	for p in 1 2; do for v in 10 20; do for s in static extern dynamic; do
		xsw fdb add 02:00:00:00:00:"$i" dev "$(port "$p")" vlan "$v" "$s" || bad "fdb add"
		i=$((i + 1))
	done; done; done
	expect 0 xsw fdb flush "$@"
	xsw -j fdb show | jq -r '[.[] | select(.vlan) | .mac[15:] | tonumber - 16] | sort | join(" ")'
}

flushes_and_filters_combine() {
	local a b
	sw_up 2
	a=$(port 1) b=$(port 2)
	equal "flush" "$(left_after)" "0 1 3 4 6 7 9 10"
	equal "flush dev" "$(left_after dev "$a")" "0 1 3 4 6 7 8 9 10 11"
	equal "flush vlan" "$(left_after vlan 20)" "0 1 2 3 4 6 7 8 9 10"
	equal "flush dev vlan" "$(left_after dev "$b" vlan 20)" "0 1 2 3 4 5 6 7 8 9 10"
	equal "flush static" "$(left_after static)" "1 2 4 5 7 8 10 11"
	equal "flush static dev" "$(left_after static dev "$a")" "1 2 4 5 6 7 8 9 10 11"
	equal "flush extern vlan" "$(left_after vlan 10 extern)" "0 2 3 4 5 6 8 9 10 11"
	equal "flush static dev vlan" "$(left_after dev "$b" vlan 10 static)" \
		"0 1 2 3 4 5 7 8 9 10 11"
	equal "show" "$(xsw -j fdb show dev "$b" vlan 20 state extern | jq -c '[.[] | .mac]')" \
		'["02:00:00:00:00:26"]'
	equal "show mac" "$(xsw -j fdb show dev "$b" 02:00:00:00:00:16)" "[]"
	expect 1 xsw fdb flush local
	expect 3 xsw fdb flush dev nobody
}

pretty_is_the_same_json() {
	three
	equal "pretty" "$(xsw -j -p port show | jq -cS .)" "$(xsw -j port show | jq -cS .)"
	at_least 10 grep -c '^ ' <(xsw -j -p port show) || bad "not indented"
	equal "indented lines of plain JSON" "$(xsw -j port show | grep -c '^ ')" 0
}

# Every value of the JSON of an entry stands in its line of text, and there is a line for each.
text_against_json() {
	local text json row word
	three
	json=$(xsw -j fdb show | jq -S 'sort_by(.mac, .vlan)')
	text=$(xsw fdb show | sort)
	equal "lines" "$(wc -l <<<"$text")" "$(jq length <<<"$json")"
	while read -r row; do
		for word in $(jq -r '.mac, .port, .state, (.vlan // empty)' <<<"$row"); do
			grep -F "$(jq -r .mac <<<"$row")" <<<"$text" | grep -qw -- "$word" ||
				bad "\"$word\" of $row is not in the text: $text"
		done
	done < <(jq -c '.[]' <<<"$json")
	like "words of bridge(8)" "$(xsw fdb show 02:00:00:00:00:02)" \
		"^02:00:00:00:00:02 dev $(port 2) vlan 10 .*dynamic"
	text=$(xsw port show)
	equal "lines" "$(wc -l <<<"$text")" 3
	while read -r row; do
		for word in $(jq -r '.number, .type, .netns, .ifname, .peer, .mac, .mtu, .mode,
				.hook, .state' <<<"$row"); do
			grep "^$(jq -r .port <<<"$row") " <<<"$text" | grep -qw -- "$word" ||
				bad "\"$word\" is not in the text: $text"
		done
	done < <(xsw -j port show | jq -c '.[]')
}

counters_add_up() {
	local rx tx drops
	sw_up 3
	sniff 2 3
	"$XFRAME" -n "$P"1 send eth0 --count 100 dst ff:ff:ff:ff:ff:ff src "$(mac 1)" len 100
	fence
	rx=$(xsw -j stats dev "$(port 1)" | jq '.[0].stats.rx.broadcast')
	tx=$(xsw -j stats dev "$(port 2)" | jq '.[0].stats.tx.broadcast')
	at_least 100 jq .packets <<<"$rx" || bad "rx $rx"
	at_least 10000 jq .bytes <<<"$rx" || bad "rx $rx"
	at_least 100 jq .packets <<<"$tx" || bad "tx $tx"
	send 1 dst 01:80:c2:00:00:0e src "$(mac 1)"
	drops=$(xsw -j stats drops dev "$(port 1)")
	equal "drops" "$(jq '.[] | select(.reason == "link_local") | .packets' <<<"$drops")" 1
	like "text" "$(xsw stats drops dev "$(port 1)")" "link_local"
}

environment_names_the_switch() {
	sw_up 1
	equal "XSWITCH" "$(XSWITCH=sw0 xsw -j show | jq -r '.[0].switch')" sw0
	XSWITCH=other expect 3 xsw show
	equal "-S wins" "$(XSWITCH=other xsw -S sw0 -j show | jq -r '.[0].switch')" sw0
}

no_colour_unless_asked_for() {
	sw_up 1
	[[ $(xsw show) != *$'\e'* ]] || bad "colours in a pipe"
	[[ $(xsw --color=always show) == *$'\e'* ]] || bad "no colours with --color=always"
	[[ $(xsw --color=always -j show) != *$'\e'* ]] || bad "colours in JSON"
}

settings_are_shown() {
	sw_up 2
	expect 0 xsw set ageing 250ms
	equal "ageing" "$(xsw -j show | jq '.[0].ageing')" 0.25
	expect 0 xsw set ageing 60
	equal "ageing" "$(xsw -j show | jq '.[0].ageing')" 60
	expect 0 xsw set fdb_size 1000
	equal "size" "$(xsw -j show | jq '.[0].fdb.size')" 1000
	expect 0 xsw port set "$(port 2)" flood off learning off hairpin on state blocking
	equal "flags" "$(xsw -j port show "$(port 2)" | jq -c '.[0] | [.flags.flood,
		.flags.learning, .flags.hairpin, .flags.mcast_flood, .state]')" \
		'[false,false,true,true,"blocking"]'
	equal "flags of the other" "$(xsw -j port show "$(port 1)" | jq -c '.[0] | [.flags.flood,
		.state]')" '[true,"forwarding"]'
	equal "entries after a new size" "$(xsw -j fdb show dev "$(port 2)" state static)" "[]"
}

flags_may_stand_last() {
	three
	equal "fdb show -j" "$(xsw fdb show -j | jq -S 'sort_by(.mac)')" \
		"$(xsw -j fdb show | jq -S 'sort_by(.mac)')"
	equal "port show -d" "$(xsw port show "$(port 1)" -d)" "$(xsw -d port show "$(port 1)")"
	expect 1 xsw fdb show -S sw0
}

run_case - json_of_the_switch
run_case - flags_may_stand_last
run_case - json_of_ports
run_case - json_of_the_fdb
run_case - flushes_and_filters_combine
run_case - pretty_is_the_same_json
run_case - text_against_json
run_case - counters_add_up
run_case - environment_names_the_switch
run_case - no_colour_unless_asked_for
run_case - settings_are_shown
finish
