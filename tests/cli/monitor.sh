#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fdb monitor: what happens to entries, told by frames and commands; who listens and who may. monitor:
# its words, what commands tell, and how it looks.
#
#	1 ---+--- 2
#	     +--- 3
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../monitor_lib.sh
. "$TESTS/monitor_lib.sh"

WATCH=(fdb monitor)
A=$(mac 1) B=$(mac 2)
ALL=ff:ff:ff:ff:ff:ff
speak() { send "$1" dst "$ALL" src "${@:2}"; }

everything_is_told() {
	sw_up 3
	listen m
	speak 1 "$A"
	told m "^learned $A dev $(port 1) master sw0 dynamic$"
	speak 2 "$A"
	told m "^moved $A dev $(port 2) from $(port 1) master sw0 dynamic$"
	speak 3 "$B" vlan 7
	told m "^learned $B dev $(port 3) vlan 7 master sw0 dynamic$"
	cfg fdb add 02:00:00:00:00:01 dev "$(port 1)" vlan 9
	told m "^set 02:00:00:00:00:01 dev $(port 1) vlan 9 master sw0 static$"
	cfg fdb del 02:00:00:00:00:01 vlan 9
	told m "^deleted 02:00:00:00:00:01 dev $(port 1) vlan 9 master sw0 static$"
	cfg fdb flush dev "$(port 2)"
	told m "^flushed dev $(port 2) master sw0$"
	cfg fdb flush vlan 7
	told m "^flushed vlan 7 master sw0$"
	cfg fdb flush
	told m "^flushed master sw0$"
	cfg set ageing 200ms
	speak 1 "$A"
	told m "^aged $A dev $(port 1) master sw0"
	kill "${BG[m]}"
	ended m 0
	equal "stderr" "$(<"$CASE/m.err")" listening
}

limits_are_told() {
	sw_up 3
	listen m
	cfg set max_learned 8
	"$XFRAME" -n "$P"1 send eth0 --macs 20 dst "$ALL" src 02:5e:5e:01:00:00
	told m "^limit 02:5e:5e:.* dev $(port 1) master sw0 of switch$"
	cfg fdb flush
	cfg set max_learned none
	cfg vlan set vid 5 max_learned 3
	"$XFRAME" -n "$P"1 send eth0 --macs 20 dst "$ALL" src 02:5e:5e:02:00:00 vlan 5
	told m "^limit 02:5e:5e:.* dev $(port 1) vlan 5 master sw0 of vlan$"
	equal "in the VLAN" "$(xsw -j fdb show vlan 5 | jq '[.[] | select(.mac < "02:5e:5f")] | length')" 3
	cfg set fdb_size 32
	"$XFRAME" -n "$P"2 send eth0 --macs 100 dst "$ALL" src 02:5e:5e:03:00:00
	told m "^full 02:5e:5e:.* dev $(port 2) master sw0$"
}

flapping_is_told() {
	local i
	sw_up 3
	cfg set flap_limit 3 flap_window 5
	listen m
	for i in 1 2 3 4; do
		speak 1 "$A"
		speak 2 "$A"
		sniffed "$A" || :
	done
	told m "^flap $A dev $(port 1) from $(port 2) master sw0"
	equal "flags" "$(xsw -j fdb get "$A" | jq -c '.[0] | [.port, .flags]')" "[\"$(port 1)\",[\"held\"]]"
	like "text" "$(xsw fdb get "$A")" " held$"
	equal "held" "$(xsw -j show | jq '.[0].fdb.held')" 1
}
sniffed() { xsw fdb get "$1" >/dev/null; }

json_is_one_array() {
	sw_up 3
	listen j -j
	listen t -d
	speak 1 "$A"
	speak 2 "$A" vlan 3
	told j "$A.*\"vlan\":3"
	told t "^20[0-9-]*T[0-9:.]*Z learned $A"
	kill -INT "${BG[j]}"
	ended j 0
	equal "type" "$(jq -r type "$CASE/j")" array
	equal "event" "$(jq -c --arg a "$A" '[.[] | select(.mac == $a)] | map([.event, .port, .vlan, .state])' \
		"$CASE/j")" "[[\"learned\",\"$(port 1)\",null,\"dynamic\"],[\"learned\",\"$(port 2)\",3,\"dynamic\"]]"
	equal "times" "$(jq '[.[] | select(.time | fromdateiso8601? // (sub("\\.[0-9]+Z"; "Z") |
		fromdateiso8601) | (now - .) | fabs > 60)] | length' "$CASE/j")" 0
	listen e -j -- vlan 4000
	kill "${BG[e]}"
	ended e 0
	equal "nothing" "$(<"$CASE/e")" "[]"
}

filters_choose() {
	sw_up 3
	listen d -- dev "$(port 2)"
	listen v -- vlan 10
	listen m
	speak 1 "$A"
	speak 1 "$A" vlan 10
	speak 3 "$B"
	speak 2 "$B" # moved: both ports are concerned
	cfg fdb flush dev "$(port 2)"
	cfg fdb flush vlan 10
	told m "^flushed vlan 10"
	told d "^moved $B dev $(port 2) from $(port 3)"
	told d "^flushed dev $(port 2)"
	told v "^learned $A dev $(port 1) vlan 10"
	told v "^flushed vlan 10"
	equal "others" "$(grep -c "$A" "$CASE/d") $(grep -c "$B" "$CASE/v")" "0 0"
	expect 3 xsw fdb monitor dev nobody
	expect 1 xsw fdb monitor nonsense
	expect 3 xsw -S none fdb monitor
}

slots() { bpftool -j map dump pinned "$XSWITCH_BPFFS/xswitch/sw0/maps/listeners" |
	jq '[.[].formatted.value.until | select(. > 0)] | length'; }
no_slots() { [ "$(slots)" = 0 ]; }

eight_may_listen() {
	local i
	sw_up 2
	for i in 1 2 3 4 5 6 7 8; do listen m"$i"; done
	equal "slots" "$(slots)" 8
	expect 2 xsw fdb monitor
	like "message" "$ERR" "8 listeners already"
	speak 1 "$A"
	for i in 1 2 3 4 5 6 7 8; do told m"$i" "^learned $A"; done
	# one that ends makes room at once, one that is killed in three seconds
	kill "${BG[m3]}"
	ended m3 0
	listen n
	kill -KILL "${BG[m4]}"
	wait "${BG[m4]}"
	again() { timeout 1 "$TOOL" -v fdb monitor >/dev/null 2>"$CASE/late"; grep -q ^listening "$CASE/late"; }
	wait_until 8000 again || bad "no room after a kill"
	speak 2 "$B"
	told n "^learned $B"
	told m8 "^learned $B"
}

it_outlives_a_resize_and_not_the_switch() {
	sw_up 2
	listen m -j
	cfg set fdb_size 1000
	speak 1 "$A"
	told m "$A"
	cfg set ageing 200ms
	told m '"aged"'
	xsw down
	ended m 3
	like "message" "$(<"$CASE/m.err")" "switch sw0 is gone"
	equal "type" "$(jq -r type "$CASE/m")" array
	# and not another one of that name
	sw_up 2
	listen n
	xsw down
	sw_up 2
	ended n 3
}

# A pipe whose reader has gone ends it, with or without something to say.
nobody_reads() {
	sw_up 2
	mkfifo "$CASE/fifo"
	"$TOOL" -v fdb monitor >"$CASE/fifo" 2>"$CASE/p.err" &
	BG[p]=$!
	undo reap $!
	exec 7<"$CASE/fifo"
	wait_until 5000 grep -q listening "$CASE/p.err" || bad "it does not start"
	exec 7<&-
	ended p 0
	wait_until 2000 no_slots || bad "the slot is still taken"
}

# Stopped while more comes than the ring holds: what was lost is counted.
lost_ones_are_counted() {
	local lost got
	sw_up 2
	cfg set fdb_size 100000
	listen m
	kill -STOP "${BG[m]}"
	"$XFRAME" -n "$P"1 send eth0 --macs 50000 dst "$(mac 1 9)" src 02:5e:5e:00:00:00
	kill -CONT "${BG[m]}"
	told m "^lost "
	kill "${BG[m]}"
	wait "${BG[m]}"
	lost=$(awk '/^lost/ { n += $NF } END { print n }' "$CASE/m")
	got=$(grep -c "^learned 02:5e:5e" "$CASE/m")
	like "stderr" "$(<"$CASE/m.err")" "$lost events were lost"
	at_least 20000 echo "$got" || bad "$got came, $lost were lost"
	at_least 50000 echo $((lost + got)) || bad "$got came, $lost were lost"
}

# Two listeners each get everything; nobody waits for the writers' lock.
readers_take_no_lock() {
	sw_up 2
	exec 8<"$XSWITCH_BPFFS/xswitch"
	flock 8
	listen m
	speak 1 "$A"
	told m "^learned $A"
	kill "${BG[m]}"
	ended m 0
	exec 8<&-
}

# --- monitor -------------------------------------------------------------------------------

# lines NAME: without the prefix of namespaces
lines() { sed "s/$P/ns/g" "$CASE/$1"; }

# What commands change, in the words that set it. What changes nothing or was undone is not told.
commands_are_told() {
	local long
	WATCH=(monitor)
	sw_up 3
	listen c -- config
	listen j -j -- config
	cfg port set "$(port 1)" mtu 1400 state down learning off max_macs 5 storm broadcast 10kpps
	cfg port set "$(port 1)" mtu 1400 state down learning off max_macs 5 storm broadcast 10kpps
	cfg port set "$(port 1)" mtu auto state up learning on max_macs none storm broadcast none
	cfg port set "$(port 1)" allowed_macs 02:00:00:00:00:01 allowed_ips 10.0.0.0/24
	cfg port set "$(port 1)" allowed_macs none
	cfg port set "$(port 2)" mode access tag 10
	cfg port set "$(port 2)" mode trunk trunks 10,20-30
	cfg vlan add dev "$(port 2)" vid 40-42,50 untagged
	cfg vlan add dev "$(port 2)" vid 60 pvid
	cfg vlan del dev "$(port 2)" vid 10
	cfg port set "$(port 2)" mode transparent
	cfg wire add "$(port 2)" "$(port 3)"
	cfg wire del "$(port 3)"
	cfg mirror add m from "$(port 1):in,$(port 2)" vlan 10,20-30 to "$(port 3)" tag 7
	cfg mirror del m
	cfg vlan set vid 5-9,11 max_learned 100
	cfg set ageing 60 fdb_size 1000 flap_window 250ms max_learned 50
	cfg set ageing 60
	printf '%s\n' "set ageing 90" "port set $(port 1) hairpin on" "port set $(port 9) mtu 1400" >"$CASE/bad"
	expect 3 xsw -b "$CASE/bad"
	printf '%s\n' "set ageing 91" "port set $(port 1) hairpin on mtu 1300" "vlan set vid 7 max_learned 9" \
		"port add up type dev dev nothing" >"$CASE/bad"
	not xsw -b "$CASE/bad" 2>"$CASE/bad.err" || bad "there is a device called nothing"
	printf '%s\n' "set ageing 93" "port set $(port 3) isolated on" >"$CASE/good"
	cfg -b "$CASE/good"
	cfg port add new netns "$P"4 mode access tag 7 guard on
	cfg port del new
	told c "^config deleted port new"
	stop c
	equal "text" "$(lines c)" "\
config changed port ns1 mtu 1400 state down learning off max_macs 5 storm broadcast 10kpps
config changed port ns1 mtu auto state up learning on max_macs none storm broadcast none
config changed port ns1 allowed_macs 02:00:00:00:00:01 allowed_ips 10.0.0.0/24
config changed port ns1 allowed_macs none
config changed port ns2 mode access tag 10
config changed port ns2 mode trunk trunks 10,20-30
config changed port ns2 mode hybrid
config added vlan 10,20-30 dev ns2
config added vlan 40-42,50 dev ns2 untagged
config added vlan 60 dev ns2
config changed vlan 60 dev ns2 pvid
config deleted vlan 10 dev ns2
config changed port ns2 mode transparent
config added wire ns2 ns3
config deleted wire ns2 ns3
config added mirror m from ns1:in from ns2 vlan 10,20-30 to ns3 tag 7
config deleted mirror m from ns1:in from ns2 vlan 10,20-30 to ns3 tag 7
config changed vlan 5-9 max_learned 100
config changed vlan 11 max_learned 100
config changed switch sw0 ageing 60 fdb_size 1000 max_learned 50 flap_window 250ms
config changed port ns3 isolated on
config changed switch sw0 ageing 93
config added port new type netns netns ns4 dev eth0 mode access tag 7 guard on
config deleted port new"
	stop j
	equal "JSON" "$(jq -c 'del(.time)' "$CASE/j" | sed -n "s/$P/ns/g; 1p; 8,9p; 16p; 20p")" "\
{\"kind\":\"config\",\"event\":\"changed\",\"object\":\"port\",\"name\":\"ns1\",\"words\":[\"mtu\",\"1400\",\"state\",\"down\",\"learning\",\"off\",\"max_macs\",\"5\",\"storm\",\"broadcast\",\"10kpps\"]}
{\"kind\":\"config\",\"event\":\"added\",\"object\":\"vlan\",\"name\":\"10,20-30\",\"port\":\"ns2\"}
{\"kind\":\"config\",\"event\":\"added\",\"object\":\"vlan\",\"name\":\"40-42,50\",\"port\":\"ns2\",\"words\":[\"untagged\"]}
{\"kind\":\"config\",\"event\":\"added\",\"object\":\"mirror\",\"name\":\"m\",\"words\":[\"from\",\"ns1:in\",\"from\",\"ns2\",\"vlan\",\"10,20-30\",\"to\",\"ns3\",\"tag\",\"7\"]}
{\"kind\":\"config\",\"event\":\"changed\",\"object\":\"switch\",\"name\":\"sw0\",\"words\":[\"ageing\",\"60\",\"fdb_size\",\"1000\",\"max_learned\",\"50\",\"flap_window\",\"250ms\"]}"
	# the words of an event are those of the command: what has no room is a second event, or left out
	listen d -- config dev "$(port 3)"
	long=$(seq -s, 2 2 250)
	cfg port set "$(port 3)" mode trunk trunks "$long" group 7 police 10mbit
	cfg port set "$(port 1)" group 7
	cfg port set "$(port 3)" police none
	told d "police none"
	stop d
	equal "too long" "$(lines d)" "\
config changed port ns3 mode trunk trunks police 10mbit group 7
config changed port ns3 police none"
}

# A file is one command: what differs, once; nothing the second time.
a_file_is_told() {
	WATCH=(monitor)
	undo xsw down
	topo() { sed "s/@/$P/g" >"$CASE/$1.yaml"; }
	topo one <<-'EOF'
		ports: {"@1": {mode: hybrid}, "@2": {mtu: 1400}, "@3": }
		vlans: [{dev: "@1", vid: 10-12, untagged: true}]
	EOF
	topo two <<-'EOF'
		set: {recovery: 30}
		ports: {"@1": {mode: hybrid}, "@2": {guard: on}, t: {type: vxlan, remote: 192.0.2.2, key: 7}, "@4": }
		vlans: [{dev: "@1", vid: [11-13], untagged: true}, {vid: 10, max_learned: 5}]
		wires: [[t, "@4"]]
	EOF
	cfg apply "$CASE/one.yaml"
	listen c -- config
	cfg apply "$CASE/two.yaml"
	cfg apply "$CASE/two.yaml"
	cfg set ageing 33
	told c "ageing 33$"
	stop c
	equal "told" "$(lines c)" "\
config deleted port ns3
config changed port ns1 mtu 1446
config deleted vlan 10 dev ns1
config added vlan 13 dev ns1 untagged
config changed port ns2 mtu auto guard on
config added port t type vxlan remote 192.0.2.2 key 7 port 4789
config added port ns4 type netns netns ns4 dev eth0
config changed vlan 10 max_learned 5
config added wire t ns4
config changed switch sw0 recovery 30
config changed switch sw0 ageing 33"
}

# What keeps its name and becomes another: a mirror with other words, one with another output, an
# address, a tunnel with another key.
a_file_makes_others_of_them() {
	WATCH=(monitor)
	undo xsw down
	sed "s/@/$P/g" >"$CASE/one.yaml" <<-'EOF'
		ports: {"@1": , "@2": , "@3": , t: {type: vxlan, remote: 192.0.2.2, key: 3},
		        gw: {type: host, address: 10.77.0.1/24}}
		mirrors: [{name: m, from: ["@1:in"], to: "@3"}, {name: n, to: t}]
	EOF
	sed "s/key: 3/key: 4/; s/1:in/2:out/; s/to: \"/vlan: 10-12, tag: 7&/; s/tag: 7to/tag: 7, to/; s/10.77.0.1/10.77.0.2/; s/to: t/to: gw/" \
		"$CASE/one.yaml" >"$CASE/two.yaml"
	cfg apply "$CASE/one.yaml"
	listen c -- config
	cfg apply "$CASE/two.yaml"
	cfg apply "$CASE/two.yaml"
	cfg port add g2 type host address 10.9.0.1/24
	told c "port g2"
	stop c
	equal "told" "$(lines c)" "\
config deleted port t
config added port t type vxlan remote 192.0.2.2 key 4 port 4789
config changed port gw address 10.77.0.2/24
config deleted mirror n to t
config changed mirror m from ns2:out vlan 10-12 to ns3 tag 7
config added mirror n to gw
config added port g2 type host dev g2 address 10.9.0.1/24"
}

# Each word alone, all together by none, and what filters leave.
words_choose() {
	local name
	WATCH=(monitor)
	sw_up 3
	for name in fdb port drops link config; do listen "$name" -- "$name"; done
	listen all
	listen some -- fdb drops dev "$(port 2)" vlan 10
	listen why -- drops reason src_group
	speak 1 "$A"
	speak 2 "$A" vlan 10
	speak 2 03:5e:5e:00:00:01
	speak 2 03:5e:5e:00:00:02 vlan 10
	speak 1 00:00:00:00:00:00
	cfg port set "$(port 1)" guard on
	speak 1 "$B" vlan 20
	"$XFRAME" -n "$P"1 send eth0 dst 01:80:c2:00:00:00 src "$A" len 60
	ip link set sw0p3 down
	for name in fdb all; do told "$name" "^fdb learned $A dev $(port 1) master sw0 dynamic$"; done
	for name in drops all; do
		told "$name" "^drop src_group dev $(port 2) master sw0 src 03:5e:5e:00:00:01 dst $ALL class broadcast$"
		told "$name" "^drop src_zero dev $(port 1) master sw0 dst $ALL class broadcast$"
		told "$name" "^drop bpdu_guard dev $(port 1) master sw0 src $A dst 01:80:c2:00:00:00 class multicast$"
	done
	for name in port all; do told "$name" "^port guard $A dev $(port 1) master sw0$"; done
	for name in config all; do told "$name" "^config changed port $(port 1) guard on$"; done
	for name in link all; do
		told "$name" "^link down dev $(port 3) master sw0 ifname sw0p3$"
		told "$name" "^link no-carrier dev $(port 3) master sw0 ifname sw0p3$"
	done
	for name in fdb port link config; do
		equal "kinds of $name" "$(cut -d' ' -f1 "$CASE/$name" | sort -u)" "$name"
	done
	equal "kinds of drops" "$(cut -d' ' -f1 "$CASE/drops" | sort -u)" drop
	equal "with filters" "$(lines some)" "\
fdb learned $A dev ns2 vlan 10 master sw0 dynamic
drop src_group dev ns2 vlan 10 master sw0 src 03:5e:5e:00:00:02 dst $ALL class broadcast"
	equal "of one reason" "$(cut -d' ' -f1,2 "$CASE/why" | sort | uniq -c | tr -s ' ')" " 2 drop src_group"
	# ports that come and go are told to both who want ports and who want changes
	cfg port del "$(port 3)"
	for name in port config all; do told "$name" "^config deleted port $(port 3)$"; done
}

bad_words() {
	sw_up 2
	expect 1 xsw monitor nonsense
	like "message" "$ERR" 'monitor: unknown word "nonsense"'
	expect 1 xsw monitor fdb fdb
	expect 1 xsw monitor reason
	expect 1 xsw monitor reason fdb_full
	like "message" "$ERR" 'reason "fdb_full" is not valid: expected runt.*\|isolated'
	expect 1 xsw monitor fdb reason storm
	like "message" "$ERR" 'reason is for drops, which are not asked for'
	expect 1 xsw monitor vlan 4095
	expect 1 xsw monitor --count 0
	expect 1 xsw monitor --count x
	expect 3 xsw monitor dev nobody
	expect 3 xsw -S none monitor
	expect 0 xsw monitor help
	like "help" "$OUT" '\[drops\].*\[--count N\]'
	printf 'monitor\n' >"$CASE/b"
	expect 1 xsw -b "$CASE/b"
}

# --count N, an object a line, a reader that leaves, the end of the switch
it_ends() {
	WATCH=(monitor)
	sw_up 2
	listen n -j -- config --count 2
	cfg set ageing 61
	cfg set ageing 62
	ended n 0
	cfg set ageing 63
	equal "lines" "$(jq -c '.words' "$CASE/n")" '["ageing","61"]
["ageing","62"]'
	equal "times" "$(jq -r .time "$CASE/n" | grep -Ec '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$')" 2
	listen i
	kill -INT "${BG[i]}"
	ended i 0
	listen d -d -- config
	cfg set ageing 64
	told d "^20[0-9-]*T[0-9:.]*Z config changed switch sw0 ageing 64$"
	listen g -j -- link
	xsw down
	ended d 3
	ended g 3
	like "message" "$(<"$CASE/g.err")" "switch sw0 is gone"
}

run_case - everything_is_told
run_case - limits_are_told
run_case - flapping_is_told
run_case - json_is_one_array
run_case - filters_choose
run_case - eight_may_listen
run_case - it_outlives_a_resize_and_not_the_switch
run_case - nobody_reads
run_case - lost_ones_are_counted
run_case - readers_take_no_lock
run_case - commands_are_told
run_case - a_file_is_told
run_case - a_file_makes_others_of_them
run_case - words_choose
run_case - bad_words
run_case - it_ends
finish
