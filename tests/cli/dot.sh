#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# show --dot: the drawing as text, its nodes and edges as Graphviz reads them, names from outside.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# draw [OPTION...]: the drawing in $CASE/dot, and what Graphviz makes of it in $CASE/plain
draw() {
	xsw "$@" show --dot >"$CASE/dot" || bad "show --dot: exit $?"
	dot -Tplain "$CASE/dot" >"$CASE/plain" 2>"$CASE/err" || bad "dot: $(<"$CASE/err")"
	equal "what dot says" "$(<"$CASE/err")" ""
	dot -Tsvg "$CASE/dot" >"$CASE/svg" || bad "dot -Tsvg"
}

nodes() { grep -c '^node ' "$CASE/plain"; }
edges() { grep -c '^edge ' "$CASE/plain"; }
# clusters, by their names without numbers
clusters() { sed -n 's/^\tsubgraph "cluster \([a-z]*\).*/\1/p' "$CASE/dot" | sort | uniq -c | xargs; }
has() { grep -qxF -- "$1" "$CASE/dot" || bad "no line \"$1\" in: $(<"$CASE/dot")"; }

the_whole_text() {
	undo xsw down
	xsw up --ports red,blue --subnet 10.9.0.0/24 || bad "up"
	xsw port set blue mode access tag 10 || bad "port set"
	draw
	equal "text" "$(<"$CASE/dot")" "$(cat <<'DOT'
graph "sw0" {
	graph [rankdir=LR, fontname="sans-serif"];
	node [shape=box, fontname="sans-serif", fontsize=11];
	edge [fontname="sans-serif", fontsize=9];
	subgraph "cluster switch" {
		label="switch sw0";
		style=filled;
		color=gray92;
		"port 1" [label="red\nsw0p1"];
		"port 2" [label="blue\nsw0p2"];
	}
	subgraph "cluster namespace 1" {
		label="namespace red";
		"device 1" [label="eth0\n10.9.0.1/24"];
	}
	"port 1" -- "device 1" [label=""];
	subgraph "cluster namespace 2" {
		label="namespace blue";
		"device 2" [label="eth0\n10.9.0.2/24"];
	}
	"port 2" -- "device 2" [label="access 10", color=firebrick, fontcolor=firebrick];
}
DOT
	)"
	equal "shape" "$(nodes) $(edges) $(clusters)" "4 2 2 namespace 1 switch"
}

# Every kind of port once: what is behind it, and how the edge says which VLANs.
everything() {
	ip netns add "$(ns_name 9)"
	undo ip netns del "$(ns_name 9)"
	ip -n "$(ns_name 9)" link set lo up
	ip -n "$(ns_name 9)" link add up0 type veth peer name up1
	undo xsw down
	xsw -n "$(ns_name 9)" up --subnet 10.9.0.0/24 || bad "up"
	xsw port add a netns "$(port 1)" address 10.0.0.1/24 address fd00::1/64 mode trunk \
		trunks 10,20-22 || bad "port add"
	xsw port add b netns "$(port 1)" dev eth1 mode native-untagged tag 10 || bad "port add"
	xsw port add c netns "$(port 2)" mode dot1q-tunnel tag 30 cvlans 5,6 || bad "port add"
	xsw port add gw type host address 10.0.0.254/24 mode access tag 10 || bad "port add"
	xsw port add up type dev dev up0 mode trunk || bad "port add"
	xsw port add t type vxlan remote 192.0.2.2,192.0.2.3 key 7 || bad "port add"
	xsw port add g type vxlan remote 192.0.2.2 port 4790 key vid+100 trunks 10 || bad "port add"
	xsw port add w1 netns "$(port 3)" || bad "port add"
	xsw port add w2 netns "$(port 3)" dev eth1 || bad "port add"
	xsw wire add w1 w2 || bad "wire add"
	xsw port add h netns "$(port 4)" mode trunk \
		trunks "$(seq -s, 2 2 200)" || bad "port add"
	xsw vlan add dev "$(xsw -j port show | jq -r '.[-1].port')" vid 3 pvid untagged || bad "vlan add"
	xsw mirror add watch from a to h || bad "mirror add"
	draw
	like "mirror" "$(<"$CASE/dot")" '"port [0-9]+" \[label="h\\n[^"]*\\nmirror watch"'
	like "switch" "$(<"$CASE/dot")" "label=\"switch sw0\\\\nin namespace $(ns_name 9)\""
	# the remote 192.0.2.2 is one node for two tunnels
	equal "nodes" "$(nodes)" $((10 + 8 + 2))
	equal "edges" "$(edges)" $((8 + 3 + 1))
	equal "clusters" "$(clusters)" "5 namespace 1 switch"
	has '	"port 1" -- "device 1" [label="trunk vlans 10,20-22", penwidth=2];'
	has '		"device 1" [label="eth0\n10.0.0.1/24\nfd00::1/64"];'
	like "native" "$(<"$CASE/dot")" '\[label="native-untagged 10 all", penwidth=2\]'
	like "tunnel" "$(<"$CASE/dot")" '\[label="dot1q-tunnel 30 cvlans 5-6", color='
	like "host" "$(<"$CASE/dot")" 'label="namespace of the switch";
		"device 4" \[label="gw\\n10.0.0.254/24"\]'
	has '	"device 5" [label="up0", shape=ellipse];'
	has '	"port 5" -- "device 5" [label="trunk all", penwidth=2];'
	like "vxlan" "$(<"$CASE/dot")" '-- "remote 192.0.2.2" \[label="vxlan key 7 port 4789"\]'
	like "a key for each VLAN" "$(<"$CASE/dot")" \
		'-- "remote 192.0.2.2" \[label="vxlan key vid\+100 port 4790\\ntrunk vlans 10", penwidth=2\]'
	like "wire" "$(<"$CASE/dot")" '"port [0-9]+" -- "port [0-9]+" \[label="wire"'
	like "a long list" "$(<"$CASE/dot")" 'label="hybrid pvid 3 vlans 2-4,6,8,[0-9,]*\.\.\."'
}

# What does not forward looks different: port, device and edge.
states_are_seen() {
	sw_up 4
	xsw port set "$(port 1)" state down || bad "port set"
	xsw port set "$(port 2)" state blocking || bad "port set"
	ip netns del "$(ns_name 3)"
	ns 4 ip link set eth0 down
	gone() { xsw port show "$(port 3)" | grep -q gone; }
	wait_until 3000 gone || bad "not gone"
	draw
	of_state() { grep -c "\"\(port\|device\) $1\".*$2" "$CASE/dot"; }
	equal "disabled" "$(of_state 1 'style=dotted, color=gray40, fontcolor=gray40')" 3
	equal "blocking" "$(of_state 2 'color=orange3, fontcolor=orange3')" 3
	equal "gone" "$(of_state 3 'style=dashed, color=gray60, fontcolor=gray60')" 3
	like "gone" "$(<"$CASE/dot")" "label=\"$(port 3)\\\\nsw0p3\\\\ngone\""
	like "no carrier" "$(<"$CASE/dot")" "label=\"$(port 4)\\\\nsw0p4\\\\nno carrier\""
}

# Names of devices and paths of namespaces may hold what means something to Graphviz.
hostile_names() {
	local dir="$WORK/\"] evil [x=\"\\N&lt;\$(id)"$'\n\e[31mé' dev='"\N;{}&gt;'
	undo xsw down
	xsw up --subnet none || bad "up"
	mkdir "$dir"
	touch "$dir/ns"
	undo rm -r "$dir"
	unshare --net="$dir/ns" true || bad "no namespace"
	undo umount "$dir/ns"
	xsw port add x netns "$dir/ns" dev '"];' || bad "port add"
	ip link add "$dev" type veth peer name up1
	undo ip link del up1
	ip link set "$dev" alias '"]; evil -- evil [label="'
	xsw port add y type dev dev "$dev" || bad "port add"
	draw
	equal "shape" "$(nodes) $(edges) $(clusters)" "4 2 1 namespace 1 switch"
	equal "other than ASCII" "$(LC_ALL=C grep -c $'[^\t -~]' "$CASE/dot")" 0
	equal "device" "$(gvpr 'N [name == "device 2"] { print($.label) }' "$CASE/dot")" '"\\N;{}&amp;gt;'
	# as it is read in the end
	drawn() { grep -qF -- "$1" "$CASE/svg" || bad "no $1 in: $(grep '<text' "$CASE/svg")"; }
	drawn '>&quot;\N;{}&amp;gt;</text>'
	drawn "/&quot;] evil [x=&quot;\\N&amp;lt;\$(id)\\012\\033[31m\\303\\251/ns</text>"
}

words() {
	expect 3 xsw show --dot
	sw_up 1
	expect 1 xsw -j show --dot
	like "error" "$ERR" '-j and --dot'
	expect 1 xsw show --dot -j
	expect 1 xsw show --dott
	like "error" "$ERR" '"--dott"'
	expect 1 xsw show --dot --dot
	expect 0 xsw show help
	like "help" "$OUT" '--dot'
	undo xsw -S other down
	xsw -S other up || bad "up"
	draw -S other # the one of -S, as show does
	equal "an empty one" "$(nodes) $(edges) $(clusters)" "0 0 1 switch"
	like "name" "$(<"$CASE/dot")" '^graph "other"'
	xsw show --dot >/dev/full 2>"$CASE/err"
	equal "exit status" $? 2
	like "error" "$(<"$CASE/err")" "cannot write the output"
}

# Reading addresses of many namespaces leaves nothing open, and takes no lock.
many() {
	local start=${EPOCHREALTIME/./}
	sw_up 100
	exec 8<"$XSWITCH_BPFFS/xswitch"
	flock 8
	draw
	exec 8<&-
	equal "shape" "$(nodes) $(edges)" "200 100"
	echo "$(((${EPOCHREALTIME/./} - start) / 1000)) ms"
}

run_case - the_whole_text
run_case - everything
run_case - states_are_seen
run_case - hostile_names
run_case - words
run_case - many
finish
