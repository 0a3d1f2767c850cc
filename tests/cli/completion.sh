#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the shells offer: by the tables of the commands, and names that are there.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# offers LINE WORD...: exactly these, in any order
offers() {
	local got want
	got=$("$TOOL" completion words "$1" 2>"$CASE/err" | sort -u | tr '\n' ' ')
	want=$(printf '%s\n' "${@:2}" | sort -u | tr '\n' ' ')
	equal "after '$1'" "$got" "${want# }"
	equal "stderr after '$1'" "$(<"$CASE/err")" ""
}

words_of_the_tables() {
	offers "xswitch por" port
	offers "xswitch port " show add set del
	offers "xswitch -j port s" show set
	offers "xswitch --stats --net" --netns
	offers "xswitch -" --{batch,brief,color,color={always,auto,never},details,dry-run,help,json} \
		--{netns,pretty,stats,switch,verbose,version,wait} -b -br -d -h -j -n -p -s -S -v -vv -V
	offers "xswitch port set ns1 s" state storm
	offers "xswitch port set ns1 storm " broadcast multicast unknown
	offers "xswitch port set ns1 storm broadcast " none
	offers "xswitch port set ns1 guard " on off
	offers "xswitch port set ns1 guard on state b" blocking
	offers "xswitch port set ns1 guard on gu" # not twice
	offers "xswitch port set ns1 mode acc" access
	offers "xswitch fdb add 02:00:00:00:00:01 dev ns1 st" static sticky
	offers "xswitch stats --watch dr" drops
	offers "xswitch completion " bash zsh fish words
	offers "xswitch apply " :file
	offers "xswitch apply --backend " xswitch bridge ovs ovs-internal veth
	offers "xswitch down --backend ovs" ovs ovs-internal
	offers "xswitch doctor --check mt" mtu
	offers "xswitch doctor --check mtu,sub" mtu,subnet mtu,subnet_differs
	offers "xswitch -b fi" :file
	offers "xswitch capture ns1 --write " :file
}

nothing_where_nothing_can_be() {
	offers ""
	offers "xswitch"
	offers "xswitch nosuch "
	offers "xswitch port nosuch "
	offers "xswitch port set ns1 nosuch "
	offers "xswitch port set ns1 guard perhaps "
	offers 'xswitch port set "ns1 '
	offers "xswitch show x "
	offers "xswitch -S Bad port set "
}

names_there_are() {
	local a b
	a=$(port 1) b=$(port 2)
	sw_up 2
	xsw port set "$b" mode trunk trunks 10,20-22
	xsw mirror add spy from "$a" to "$b" || bad "no mirror"
	xsw fdb add 02:00:00:00:00:07 dev "$a" || bad "no entry"
	offers "xswitch port set " "$a" "$b"
	offers "xswitch port del $a" "$a"
	offers "xswitch fdb show dev " "$a" "$b"
	offers "xswitch mirror del " spy
	offers "xswitch mirror add m from $a:in,$b" "$a:in,$b"
	offers "xswitch -S " "$SW"
	offers "xswitch -S none port del " # no such switch: nothing, and no message
	offers "xswitch fdb get 02:00:00:00:00:07" 02:00:00:00:00:07
	offers "xswitch port add x netns $P" "$a" "$b"
	offers "xswitch up --ports $a,$P" "$a,$a" "$a,$b"
	like "VLANs" "$("$TOOL" completion words 'xswitch fdb show vlan ' | sort -nu | tr '\n' ' ')" \
		'10 20 22 '
	like "devices" "$("$TOOL" completion words 'xswitch port add u type dev dev ')" 'lo'
}

# A line that is being typed changes nothing, whatever it says.
nothing_is_done() {
	sw_up 2
	local line before
	before=$(xsw -j show)
	for line in "port del $(port 1) " "down " "fdb flush " "set ageing 1 " "-b /dev/null " \
		"capture $(port 1) tcp " "trace --live " "agent " "monitor --count 1 " "up --ports a "; do
		timeout $((5 * SLOW)) "$TOOL" completion words "xswitch $line" >/dev/null 2>&1 ||
			bad "'$line': $?"
	done
	equal "switch" "$(xsw -j show)" "$before"
}

# in_bash LINE: what bash would put there, by the function that `completion bash` defines
in_bash() {
	PATH=$(dirname "$TOOL"):$PATH bash -c '
		. <(xswitch completion bash)
		compopt() { local IFS=" "; echo "compopt $*"; }
		COMP_LINE=$1 COMP_POINT=${#1}
		_xswitch
		printf "%s\n" "${COMPREPLY[@]}"' bash "$1"
}

bash_has_it() {
	equal "objects" "$(in_bash 'xswitch mir')" mirror
	equal "files" "$(in_bash 'xswitch apply ' | head -n 1)" "compopt -o default"
	sw_up 1
	xsw fdb add 02:00:00:00:00:07 dev "$(port 1)" || bad "no entry"
	# readline takes what follows a colon as the word
	equal "MAC" "$(in_bash 'xswitch fdb get 02:00:00:0')" 00:00:07
	# what was typed before the cursor counts, not what follows it
	equal "shell syntax" "$("$TOOL" completion bash | bash -n 2>&1)" ""
}

other_shells() {
	"$TOOL" completion zsh | head -n 1 | grep -qx '#compdef xswitch' || bad "zsh"
	if command -v zsh >/dev/null; then
		equal "zsh syntax" "$("$TOOL" completion zsh | zsh -n 2>&1)" ""
	fi
	if command -v fish >/dev/null; then
		equal "fish syntax" "$("$TOOL" completion fish | fish --no-execute 2>&1)" ""
	fi
}

errors() {
	expect 1 "$TOOL" completion tcsh
	like "message" "$ERR" 'unknown command "tcsh", expected bash, zsh, fish, words, help'
	expect 1 "$TOOL" completion bash now
	like "message" "$ERR" 'unknown word "now"'
	expect 1 "$TOOL" completion words
	like "message" "$ERR" 'LINE is missing'
}

run_case - words_of_the_tables
run_case - nothing_where_nothing_can_be
run_case - names_there_are
run_case - nothing_is_done
run_case - bash_has_it
run_case - other_shells
run_case - errors
finish
