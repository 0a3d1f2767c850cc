#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The words for port policies and wires: what they show, what they refuse, that what is refused or
# killed leaves nothing half made, and that what goes leaves nothing behind.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

LIMIT=150 # fault points, or calls of bpf(2), of one command
M1=02:00:00:00:00:01
M2=02:00:00:00:00:0a

# set_port N WORDS...
set_port() {
	local n=$1
	shift
	expect 0 xsw port set "$(port "$n")" "$@"
	equal "stdout of port set" "$OUT" ""
}

# port_json N JQ-FILTER WANTED
port_json() {
	equal "port $1, $2" "$(xsw -j port show "$(port "$1")" | jq -c ".[0] | $2")" "$3"
}

# says N REGEX: in the text of the port
says() { like "text of port $1" "$(xsw -d port show "$(port "$1")" | paste -sd' ')" "$2"; }
says_nothing_of() { [[ $(xsw port show "$(port "$1")") != *$2* ]] || bad "port $1 says $2"; }

# dump MAP: its records
dump() { bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/$1"; }
records() { dump "$1" | jq length; }

# policy_word N: the bits in the configuration word, decimal
policy_word() {
	bpftool -j map lookup pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/ports" \
		key "$(($1 % 256))" "$(($1 / 256))" 0 0 | jq -r '.value[7]' | xargs printf '%d\n'
}

# Everything these commands may change.
state() {
	xsw -j -d port show | jq -S 'map(del(.carrier, .learned))'
	xsw wire show
	dump policies | jq -S 'map(.formatted // .)'
	dump macs | jq 'map(.formatted // .) | sort_by(tostring)'
	dump ips | jq 'map(.formatted // .) | sort_by(tostring)'
	ip -j link show sw0p1 | jq '.[0].mtu'
}

# Numbers of lists go up.
nolist() { sed 's/"list": [0-9]*//'; }

clean_maps() { # but for the ports that are named
	equal "macs" "$(records macs)" 0
	equal "ips" "$(records ips)" 0
	equal "policies" "$(records policies)" 0
}

# Buckets of a port stay until the port goes.
nothing_in_maps() {
	clean_maps
	equal "meters" "$(records meters)" 0
}

flags_and_numbers() {
	local word
	sw_up 2
	for word in isolated locked guard; do
		port_json 1 ".flags.$word" false
		set_port 1 "$word" on
		port_json 1 ".flags.$word" true
		says 1 "$word on"
		port_json 2 ".flags.$word" false
		set_port 1 "$word" on
		port_json 1 ".flags.$word" true
		set_port 1 "$word" off
		port_json 1 ".flags.$word" false
		says 1 "$word off"
	done
	port_json 1 'has("max_macs"), has("group_fwd_mask")' "$(printf 'false\nfalse')"
	set_port 1 max_macs 7 group_fwd_mask 0x4001
	port_json 1 '[.max_macs, .group_fwd_mask]' '[7,16385]'
	says 1 ' max_macs 7 group_fwd_mask 16385( |$)'
	set_port 1 max_macs 4294967295
	port_json 1 '.max_macs' 4294967295
	set_port 1 max_macs none group_fwd_mask 0
	port_json 1 'has("max_macs") or has("group_fwd_mask")' false
	says_nothing_of 1 max_macs
	set_port 1 group 32767
	port_json 1 .group 32767
	says 1 ' group 32767( |$)'
	set_port 1 group 7
	port_json 1 '[.group, .flags.isolated]' '[7,false]'
	set_port 1 group none
	port_json 1 'has("group")' false
	set_port 1 group 7 isolated on
	set_port 1 group 0
	port_json 1 '[has("group"), .flags.isolated]' '[false,true]'
	set_port 1 isolated off
	says_nothing_of 1 ' group '
	port_json 1 '.learned | type' '"number"'
	equal "bits left" "$(policy_word 1)" 0
	clean_maps
}

lists() {
	sw_up 2
	set_port 1 allowed_macs "$M2,$M1"
	port_json 1 .allowed_macs "[\"$M1\",\"$M2\"]"
	says 1 " allowed_macs $M1,$M2( |\$)"
	set_port 2 allowed_macs "$M1" allowed_ips 10.0.0.1
	set_port 1 allowed_ips 2001:db8::/64,10.0.0.1,::/0,10.0.1.0/24,fe80::1,0.0.0.0/0
	port_json 1 .allowed_ips '["0.0.0.0/0","10.0.0.1","10.0.1.0/24","::/0","2001:db8::/64","fe80::1"]'
	port_json 1 .allowed_macs "[\"$M1\",\"$M2\"]"
	says 1 ' allowed_ips 0.0.0.0/0,10.0.0.1,10.0.1.0/24,::/0,2001:db8::/64,fe80::1( |$)'
	# what is shown can be given
	set_port 1 allowed_ips "$(xsw -j port show "$(port 1)" | jq -r '.[0].allowed_ips | join(",")')"
	port_json 1 '.allowed_ips | length' 6
	# one list is changed, the other stays
	set_port 1 allowed_macs "$M1"
	port_json 1 '[.allowed_macs, (.allowed_ips | length)]' "[[\"$M1\"],6]"
	set_port 1 allowed_ips none
	port_json 1 '[.allowed_macs, has("allowed_ips")]' "[[\"$M1\"],false]"
	set_port 1 allowed_macs none
	port_json 1 'has("allowed_macs") or has("allowed_ips")' false
	says_nothing_of 1 allowed
	# the other port was never touched, and no old list is left
	port_json 2 '[.allowed_macs, .allowed_ips]' "[[\"$M1\"],[\"10.0.0.1\"]]"
	equal "macs" "$(records macs)" 1
	equal "ips" "$(records ips)" 1
	# IPv6 as a whole is not IPv4
	set_port 2 allowed_ips ::/0
	port_json 2 .allowed_ips '["::/0"]'
	equal "records of ::/0" "$(records ips)" 2
	set_port 2 allowed_ips none allowed_macs none
	clean_maps
}

many_addresses() {
	local list
	sw_up 2
	list=$(seq 0 255 | xargs printf '10.9.%d.0/24,')
	set_port 1 allowed_ips "${list%,}"
	port_json 1 '.allowed_ips | length' 256
	expect 1 xsw port set "$(port 1)" allowed_ips "${list}10.0.0.1"
	like "the first one too many" "$ERR" 'allowed_ips "10\.0\.0\.1" is not valid: .* 256 at most'
	list=$(seq 0 255 | xargs printf '02:00:00:00:01:%02x,')
	set_port 1 allowed_macs "${list%,}"
	port_json 1 '[.allowed_macs, .allowed_ips | length]' '[256,256]'
	set_port 2 allowed_ips 10.0.0.1
	port_json 2 .allowed_ips '["10.0.0.1"]'
	expect 0 xsw port del "$(port 1)"
	equal "macs" "$(records macs)" 0
	equal "ips" "$(records ips)" 1
}

rates() {
	sw_up 1
	set_port 1 storm broadcast 1000pps storm multicast 10kpps storm unknown 2mpps police 100mbit
	port_json 1 '[.storm, .police]' \
		'[{"broadcast":"1000pps","multicast":"10kpps","unknown":"2mpps"},"100mbit"]'
	says 1 ' storm broadcast 1000pps multicast 10kpps unknown 2mpps police 100mbit( |$)'
	set_port 1 storm multicast none police 1gbit
	port_json 1 '[.storm, .police]' '[{"broadcast":"1000pps","unknown":"2mpps"},"1gbit"]'
	set_port 1 storm broadcast 10kbit storm unknown 1bit police 1500pps
	port_json 1 '[.storm, .police]' '[{"broadcast":"10kbit","unknown":"1bit"},"1500pps"]'
	set_port 1 storm broadcast none storm unknown none
	port_json 1 '[has("storm"), .police]' '[false,"1500pps"]'
	set_port 1 police none
	port_json 1 'has("storm") or has("police")' false
	says_nothing_of 1 storm
	equal "bits left" "$(policy_word 1)" 0
	clean_maps
}

# One command, one record: nothing else changes, and nothing of a refused one holds.
one_change_keeps_the_others() {
	local before
	sw_up 2
	set_port 1 isolated on guard on max_macs 3 allowed_macs "$M1" allowed_ips 10.0.0.1 \
		storm broadcast 5kpps police 1gbit group_fwd_mask 4 group 9 locked on learning off
	before=$(state | nolist)
	set_port 1 mtu 1400 state blocking hairpin on
	set_port 1 mtu auto state up hairpin off
	equal "after other settings" "$(state | nolist)" "$before"
	set_port 1 allowed_ips 10.0.0.2
	set_port 1 allowed_ips 10.0.0.1
	equal "after a list came and went" "$(state | nolist)" "$before"
	set_port 1 mode access tag 10
	port_json 1 '[.mode, .flags.isolated, .flags.guard, .max_macs, .police, .group]' \
		'["access",true,true,3,"1gbit",9]'
	set_port 1 mode transparent
	equal "after a mode" "$(state | nolist)" "$before"
}

bad_words() {
	local before status says line
	sw_up 2
	set_port 1 storm broadcast 5kpps allowed_macs "$M1"
	before=$(state)
	while IFS='|' read -r status line says; do
		# shellcheck disable=SC2086
		expect "$status" xsw port set "$(port 1)" isolated on mtu 1400 $line
		like "port set $line" "$ERR" "$says"
		equal "state after $line" "$(state)" "$before"
		# shellcheck disable=SC2086
		expect "$status" xsw port add new isolated on $line
		like "port add $line" "$ERR" "$says"
		equal "state after port add $line" "$(state)" "$before"
	done <<-ROWS
		1|locked maybe|locked "maybe" is not valid: expected on\|off
		1|guard|"guard" needs a value: on\|off
		1|guard on guard off|"guard" is given twice
		1|max_macs 0|max_macs "0" is not valid: expected a number, 1..4294967295, or none
		1|max_macs 4294967296|max_macs "4294967296"
		1|max_macs -1|max_macs "-1"
		1|allowed_macs $M1,|allowed_macs ""
		1|allowed_macs $M1,02:00|allowed_macs "02:00"
		1|allowed_macs $M2,$M2|allowed_macs "$M2" is not valid.*each once
		1|allowed_macs ff:ff:ff:ff:ff:ff|allowed_macs "ff:ff:ff:ff:ff:ff"
		1|allowed_macs 00:00:00:00:00:00|allowed_macs "00:00:00:00:00:00"
		1|allowed_ips 10.0.0.1/24|allowed_ips "10.0.0.1/24" is not valid.*no bits behind
		1|allowed_ips 10.0.0.0/33|allowed_ips "10.0.0.0/33"
		1|allowed_ips 10.0.0.1,10.0.0.1|allowed_ips "10.0.0.1" is not valid.*each once
		1|allowed_ips 2001:db8::1/64|allowed_ips "2001:db8::1/64"
		1|allowed_ips 10.0.0.1;|allowed_ips "10.0.0.1;"
		1|allowed_ips|"allowed_ips" needs a value
		1|storm unicast 1pps|storm "unicast" is not valid: expected broadcast\|multicast\|unknown
		1|storm broadcast|"storm" needs a value
		1|storm broadcast 10|storm "10" is not valid: expected none, or a rate like 1000pps
		1|storm broadcast 0pps|storm "0pps"
		1|storm broadcast 1pps storm broadcast 2pps|storm "broadcast" is given twice
		1|police 1001gbit|police "1001gbit"
		1|police 1.5mbit|police "1.5mbit"
		1|group_fwd_mask 0x10000|group_fwd_mask "0x10000" is not valid: expected a number, 0..65535
		1|group 32768|group "32768" is not valid: expected a number, 0..32767, or none
		1|group -1|group "-1"
		1|group|"group" needs a value
		1|vlan 7|vlan
	ROWS
	expect 3 xsw port set nonesuch isolated on
	like "error" "$ERR" '"nonesuch"'
	expect 1 xsw port set "$(port 1)"
	equal "state at the end" "$(state)" "$before"
}

# A refusal late in the command takes back what came before it.
refused_late() {
	local before
	sw_up 1
	set_port 1 guard on
	before=$(state)
	expect 1 xsw port set "$(port 1)" isolated on allowed_macs "$M1" mode access
	equal "state" "$(state)" "$before"
}

# Every call of bpf(2) fails in turn: the port has the old policy, or the new one.
every_call_refused() {
	local n before after want
	command -v strace >/dev/null || skip "no strace"
	sw_up 1
	set_port 1 guard on allowed_macs "$M1,$M2" police 1gbit
	before=$(state)
	set_port 1 guard off allowed_macs none allowed_ips 10.0.0.1,10.0.0.2 police none \
		storm broadcast 9pps isolated on mtu 1400
	after=$(state)
	for ((n = 1; n < LIMIT; n++)); do
		set_port 1 guard on allowed_macs "$M1,$M2" allowed_ips none police 1gbit \
			storm broadcast none isolated off mtu auto
		ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -qq -o "$CASE/strace" \
			-e trace=bpf -e "inject=bpf:error=ENOMEM:when=$n" "$TOOL" port set "$(port 1)" \
			guard off allowed_macs none allowed_ips 10.0.0.1,10.0.0.2 police none \
			storm broadcast 9pps isolated on mtu 1400 2>"$CASE/err"
		case $? in
		0) want=$after ;;
		2)
			like "call $n refused" "$(<"$CASE/err")" '^xswitch: '
			want=$before
			;;
		*) bad "call $n refused: $(<"$CASE/err")" ;;
		esac
		# what could not be removed is left to the next command
		expect 0 xsw port set "$(port 1)" learning on
		diff <(state | nolist) <(nolist <<<"$want") >"$CASE/diff" ||
			bad "state, call $n refused: $(<"$CASE/diff")"
		grep -q INJECTED "$CASE/strace" || break
	done
	echo "$n calls" >&2
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT calls"
}

# A namespace can hide a VLAN tag beside the frame from XDP: no anti-spoofing there. The hook is
# written into the record of the port, as if it had been made with it.
refused_at_xdp() {
	local word hook bytes pin=$XSWITCH_BPFFS/xswitch/$SW/maps/info
	sw_up 1
	set_port 1 allowed_ips 10.0.0.1
	bytes=$(bpftool -j map lookup pinned "$pin" key 1 0 0 0 | jq -r '.value | join(" ")')
	# shellcheck disable=SC2206
	bytes=($bytes)
	hook=${bytes[453]}
	bytes[453]=3
	bpftool map update pinned "$pin" key 1 0 0 0 value "${bytes[@]}" || bad "no info"
	for word in "locked on" "allowed_macs $M1"; do
		# shellcheck disable=SC2086
		expect 2 xsw port set "$(port 1)" isolated on $word
		like "port set $word" "$ERR" "port $(port 1): ${word%% *} cannot be enforced at XDP: .*hint: "
		port_json 1 '[.flags.isolated, .flags.locked, has("allowed_macs")]' '[false,false,false]'
	done
	# what it has can go, and the others are enforced behind XDP
	set_port 1 allowed_ips none
	expect 2 xsw port set "$(port 1)" allowed_ips 10.0.0.1
	set_port 1 isolated on guard on police 1gbit storm unknown 1kpps max_macs 3
	bytes[453]=$hook
	bpftool map update pinned "$pin" key 1 0 0 0 value "${bytes[@]}"
}

dry_run() {
	local before
	sw_up 3
	set_port 1 guard on
	before=$(state)
	expect 0 xsw --dry-run port set "$(port 1)" isolated on allowed_ips 10.0.0.1
	like "plan" "$OUT" "port $(port 1)"
	expect 0 xsw --dry-run wire add "$(port 2)" "$(port 3)"
	like "plan" "$OUT" "$(port 2).*$(port 3)"
	expect 0 xsw --dry-run port add "${P}9" locked on allowed_macs "$M1"
	equal "state" "$(state)" "$before"
}

added_with_policy() {
	sw_up 1
	undo ip netns del "${P}9"
	expect 0 xsw port add "${P}9" address 10.77.0.9/24 isolated on guard on max_macs 4 learning off group 5 \
		allowed_macs "$M1" allowed_ips 10.77.0.9 storm broadcast 100pps state blocking
	equal "port" "$(xsw -j port show "${P}9" | jq -c '.[0] | [.flags.isolated, .flags.guard,
		.flags.locked, .flags.learning, .max_macs, .allowed_macs, .allowed_ips, .storm.broadcast,
		.state, .group]')" "[true,true,false,false,4,[\"$M1\"],[\"10.77.0.9\"],\"100pps\",\"blocking\",5]"
	expect 0 xsw port del "${P}9"
	nothing_in_maps
	# the number is given again, and nothing sticks to it
	expect 0 xsw port add "${P}9"
	equal "policy of the next one" "$(xsw -j port show "${P}9" | jq -c '.[0] | [.number,
		.flags.isolated, .flags.guard, has("max_macs"), has("allowed_macs"), has("storm"), has("group")]')" \
		'[2,false,false,false,false,false,false]'
	nothing_in_maps
}

# The namespace is made anew: the port is made again and keeps what was set.
remade_port_keeps_its_policy() {
	sw_up 3
	set_port 1 guard on max_macs 9 allowed_ips 10.77.0.1 police 1gbit
	expect 0 xsw wire add "$(port 2)" "$(port 3)"
	ip netns del "${P}1"
	ip netns del "${P}2"
	gone() { [ "$(xsw -j port show "$(port "$1")" | jq -r '.[0].state')" = gone ]; }
	wait_until 5000 gone 1 || bad "port 1 is not gone"
	wait_until 5000 gone 2 || bad "port 2 is not gone"
	expect 0 xsw up --ports "$(port_list 1 2 3)" --subnet 10.77.0.0/24
	port_json 1 '[.state, .flags.guard, .max_macs, .allowed_ips, .police]' \
		'["forwarding",true,9,["10.77.0.1"],"1gbit"]'
	equal "wires" "$(xsw wire)" "$(port 2) peer $(port 3)"
}

wires() {
	sw_up 4
	equal "no wire" "$(xsw wire)" ""
	equal "no wire" "$(xsw -j wire)" "[]"
	expect 0 xsw wire add "$(port 2)" "$(port 1)"
	expect 0 xsw wire add "$(port 3)" "$(port 4)"
	expect 0 xsw wire add "$(port 1)" "$(port 2)"
	equal "text" "$(xsw wire | paste -sd,)" \
		"$(port 1) peer $(port 2),$(port 3) peer $(port 4)"
	equal "show" "$(xsw wire show)" "$(xsw wire)"
	equal "JSON" "$(xsw -j wire)" "[{\"port\":\"$(port 1)\",\"peer\":\"$(port 2)\"},
{\"port\":\"$(port 3)\",\"peer\":\"$(port 4)\"}]"
	port_json 1 .wire "\"$(port 2)\""
	port_json 2 .wire "\"$(port 1)\""
	says 1 " wire $(port 2)( |\$)"
	expect 0 xsw wire del "$(port 2)"
	equal "one left" "$(xsw wire)" "$(port 3) peer $(port 4)"
	port_json 1 'has("wire")' false
	# a wired port that goes frees the other
	expect 0 xsw port del "$(port 3)"
	equal "none left" "$(xsw wire)" ""
	port_json 4 '[has("wire"), .state]' '[false,"forwarding"]'
	clean_maps
}

bad_wires() {
	local before status line says
	sw_up 5
	expect 0 xsw wire add "$(port 1)" "$(port 2)"
	set_port 4 mode access tag 10
	set_port 5 locked on
	before=$(state)
	while IFS='|' read -r status line says; do
		# shellcheck disable=SC2086
		expect "$status" xsw $line
		like "$line" "$ERR" "$says"
		equal "state after $line" "$(state)" "$before"
	done <<-ROWS
		1|wire add|PORT is missing
		1|wire add $(port 3)|PORT is missing
		1|wire add $(port 3) $(port 4) $(port 5)|"$(port 5)"
		1|wire add $(port 3) a/b|"a/b" is not valid
		1|wire add $(port 3) $(port 3)|"$(port 3)".*one port
		1|wire del|PORT is missing
		1|wire show $(port 1)|"$(port 1)"
		1|wire cut|"cut"
		3|wire add $(port 3) nonesuch|"nonesuch"
		3|wire del nonesuch|"nonesuch"
		3|wire del $(port 3)|port $(port 3) is not wired
		2|wire add $(port 3) $(port 1)|port $(port 1): File exists: it is wired to $(port 2)
		2|wire add $(port 1) $(port 3)|port $(port 1): File exists: it is wired to $(port 2)
		2|wire add $(port 3) $(port 4)|mode is access
		2|wire add $(port 5) $(port 3)|port $(port 5): a wire has no policies but
		2|port set $(port 1) mode access tag 5|port $(port 1): it is wired to $(port 2)
		2|port set $(port 1) isolated on|it is wired
		2|port set $(port 1) guard on|it is wired
		2|port set $(port 1) group 1|it is wired
		2|port set $(port 1) allowed_ips 10.0.0.1|it is wired
		2|port set $(port 1) storm unknown 1pps|it is wired
		2|vlan add dev $(port 1) vid 5|it is wired
		2|vlan del dev $(port 2) vid 5|it is wired
	ROWS
	# what a wire can have, and what changes nothing
	set_port 1 police 1gbit storm broadcast 100pps isolated off max_macs none
	port_json 1 '[.wire, .police, .storm.broadcast]' "[\"$(port 2)\",\"1gbit\",\"100pps\"]"
	expect 0 xsw wire del "$(port 2)"
	port_json 1 '[has("wire"), .police, .storm.broadcast]' '[false,"1gbit","100pps"]'
}

# A transparent port is in the flood index of all VLANs; a wired one in none.
wire_and_flood_index() {
	sw_up 2
	row() {
		bpftool -j map lookup pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/vlans" key 0 0 0 0 |
			jq -r '.value[16]'
	}
	equal "before" "$(row)" 0x06
	expect 0 xsw wire add "$(port 1)" "$(port 2)"
	equal "wired" "$(row)" 0x00
	set_port 1 learning off mtu 1400
	equal "still wired" "$(row)" 0x00
	expect 0 xsw wire del "$(port 1)"
	equal "after" "$(row)" 0x06
}

# After a kill at any point the port has, setting by setting, the old policy or the new one; the next
# writer leaves no list, record or mark that nobody names.
killed_port_set() {
	local n lists
	sw_up 2
	for ((n = 1; n < LIMIT; n++)); do
		set_port 1 isolated on group 3 storm broadcast 7pps allowed_macs "$M1,$M2" \
			allowed_ips 10.0.0.1
		crashes "$n" port set "$(port 1)" isolated off group 4 guard on storm broadcast 9pps \
			allowed_macs none allowed_ips 10.0.0.2,::/0 max_macs 3 || break
		lists=$(xsw -j port show "$(port 1)" | jq -c '.[0] | [.allowed_macs, .allowed_ips]')
		like "lists, killed at $n" "$lists" \
			"^\\[(null|\\[\"$M1\",\"$M2\"\\]),(\\[\"10.0.0.1\"\\]|\\[\"10.0.0.2\",\"::/0\"\\])\\]\$"
		# any writer will do
		expect 0 xsw port set "$(port 2)" hairpin on
		equal "lists, killed at $n, after the next" \
			"$(xsw -j port show "$(port 1)" | jq -c '.[0] | [.allowed_macs, .allowed_ips]')" \
			"$lists"
		equal "mark, killed at $n" "$(dump policies | jq '[.[] | .formatted // . |
			select(.key == 0)] | length')" 0
		equal "lists there are, killed at $n" "$(dump policies | jq -c '[.[] |
			.formatted.value.list] | unique')" "$({ dump macs; dump ips; } |
			jq -sc '[.[][].formatted.key.list] | unique')"
		# half of a command is not woken by the next one
		like "group, killed at $n" "$(xsw -j port show "$(port 1)" | jq '.[0].group')" '^[34]$'
		set_port 1 isolated off guard off storm broadcast none max_macs none group none
		set_port 1 allowed_macs none allowed_ips none
		clean_maps
	done
	echo "$n points" >&2
	[ "$n" -lt "$LIMIT" ] || bad "more than $LIMIT points"
	port_json 1 '[.flags.isolated, .flags.guard, .storm.broadcast, has("allowed_macs"), .allowed_ips,
		.group]' '[false,true,"9pps",false,["10.0.0.2","::/0"],4]'
}

# Details that no bit names are forgotten, not taken along.
killed_command_is_not_continued() {
	local n
	sw_up 1
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" port set "$(port 1)" guard on police 1gbit allowed_ips 10.0.0.1 || break
		expect 0 xsw port set "$(port 1)" isolated on
		like "killed at $n, then isolated" "$(xsw -j port show "$(port 1)" | jq -c '.[0] |
			[.flags.guard, .police, .allowed_ips]')" \
			'^\[(false,null,null|true,"1gbit",\["10.0.0.1"\])\]$'
		set_port 1 isolated off guard off police none allowed_ips none
		clean_maps
	done
}

killed_wires() {
	local n wired
	sw_up 3
	row() {
		bpftool -j map lookup pinned "$XSWITCH_BPFFS/xswitch/$SW/maps/vlans" key 0 0 0 0 |
			jq -r '.value[16]'
	}
	for ((n = 1; n < LIMIT; n++)); do
		crashes "$n" wire add "$(port 1)" "$(port 2)" || break
		expect 0 xsw port set "$(port 3)" hairpin on
		wired=$(xsw wire)
		if [ -n "$wired" ]; then
			equal "wire" "$wired" "$(port 1) peer $(port 2)"
			equal "flood index, killed at $n" "$(row)" 0x08
			expect 0 xsw wire del "$(port 1)"
		fi
		equal "flood index, killed at $n" "$(row)" 0x0e
		equal "bits" "$(policy_word 1) $(policy_word 2)" "0 0"
		clean_maps
	done
	for ((n = 1; n < LIMIT; n++)); do
		expect 0 xsw wire add "$(port 1)" "$(port 2)"
		crashes "$n" wire del "$(port 2)" || break
		expect 0 xsw port set "$(port 3)" hairpin on
		if [ -n "$(xsw wire)" ]; then
			equal "flood index, killed at $n" "$(row)" 0x08
		else
			equal "flood index, killed at $n" "$(row)" 0x0e
			clean_maps
		fi
	done
	equal "at the end" "$(xsw wire)" ""
	equal "bits" "$(policy_word 1) $(policy_word 2)" "0 0"
}

killed_port_del() {
	local n
	sw_up 2
	for ((n = 1; n < LIMIT; n++)); do
		set_port 1 allowed_macs "$M1" allowed_ips 10.0.0.1 guard on max_macs 2
		crashes "$n" port del "$(port 1)" || break
		expect 0 xsw up --ports "$(port_list 1 2)" --subnet 10.77.0.0/24
		equal "killed at $n, made again" "$(xsw -j port show "$(port 1)" | jq -c '.[0] |
			[.state, .flags.guard, has("allowed_macs"), has("allowed_ips"), has("max_macs")]')" \
			'["forwarding",false,false,false,false]'
		clean_maps
	done
	nothing_in_maps
}

run_case - flags_and_numbers
run_case - lists
run_case - many_addresses
run_case - rates
run_case - one_change_keeps_the_others
run_case - bad_words
run_case - refused_late
run_case - every_call_refused
run_case - refused_at_xdp
run_case - dry_run
run_case - added_with_policy
run_case - remade_port_keeps_its_policy
run_case - wires
run_case - bad_wires
run_case - wire_and_flood_index
run_case - killed_port_set
run_case - killed_command_is_not_continued
run_case - killed_wires
run_case - killed_port_del
finish
