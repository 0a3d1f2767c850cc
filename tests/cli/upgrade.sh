#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# upgrade: its words, what it says and leaves alone; how one sees that it is due.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

pinned() { # SWITCH: ids of its programs
	bpftool -f -j prog show 2>/dev/null | jq -r --arg d "$XSWITCH_BPFFS/xswitch/$1/" '.[] |
		select(any(.pinned[]?; startswith($d))) | "\(.name) \(.id)"' | sort
}

# other_build SWITCH: as if another build of xswitch had loaded its programs
other_build() {
	local meta=$XSWITCH_BPFFS/xswitch/$1/meta bytes
	read -r -a bytes < <(bpftool -j map dump pinned "$meta" |
		jq -r '(.[0].value // .[0].formatted.value) | map(sub("0x"; "")) | join(" ")')
	# struct xsw_meta: build
	bytes[52]=78 bytes[53]=56 bytes[54]=34 bytes[55]=12
	bpftool map update pinned "$meta" key 0 0 0 0 value hex "${bytes[@]}" || bad "no update"
}

words() {
	local line says
	while IFS='|' read -r line says; do
		# shellcheck disable=SC2086
		expect 1 xsw upgrade $line
		like "$line" "$ERR" "$says"
	done <<-'ROWS'
		sw1|unknown word "sw1"
		--all sw1|unknown word "sw1"
		--force --force|"--force" is given twice
		--FORCE|unknown word "--FORCE"
	ROWS
	expect 0 xsw upgrade help
	like "help" "$OUT" '^Usage: xswitch upgrade \[--all\] \[--force\]'
	expect 3 xsw upgrade
	like "none" "$ERR" 'no switch sw0'
	expect 3 xsw -S other upgrade
	expect 0 xsw upgrade --all
	equal "output" "$OUT$ERR" ""
	equal "left" "$(leftovers)" ""
}

already_so() {
	local before
	sw_up 2
	echo upgrade >"$CASE/batch"
	expect 1 xsw -b "$CASE/batch"
	like "batch" "$ERR" 'not in a batch'
	before=$(pinned sw0)
	expect 0 xsw upgrade
	equal "output" "$OUT$ERR" ""
	expect 0 xsw -v upgrade
	like "-v" "$ERR" 'its programs are those of this xswitch: nothing to do'
	expect 0 xsw -j upgrade
	equal "output" "$OUT$ERR" ""
	equal "programs" "$(pinned sw0)" "$before"
	expect 0 xsw upgrade --force
	equal "output" "$OUT$ERR" ""
	equal "programs of both" "$(comm -12 <(echo "$before") <(pinned sw0))" ""
	bpf_note
}

due() {
	local before ours
	sw_up 2
	ours=$(xsw -j -d show | jq -r '.[0].build')
	like "build" "$ours" '^[0-9a-f]{8}$'
	like "text" "$(xsw -d show | head -n 1)" " abi [0-9]+ build $ours "
	equal "JSON" "$(xsw -j -d show | jq -c '.[0] | has("upgrade")')" false
	equal "without -d" "$(xsw -j show | jq -c '.[0] | has("build")')" false
	other_build sw0
	like "text" "$(xsw -d show | head -n 1)" " build 12345678 upgrade due "
	equal "JSON" "$(xsw -j -d show | jq -c '.[0] | [.build, .upgrade]')" '["12345678","due"]'
	expect 0 xsw -j doctor --check outdated
	equal "finding" "$(jq -r '.[0] | "\(.severity) \(.text) \(.fix)"' <<<"$OUT")" \
		"hint its programs are of another build of xswitch (12345678, not $ours) xswitch -S sw0 upgrade"
	before=$(pinned sw0)
	expect 0 xsw --dry-run upgrade
	equal "plan" "$OUT" "replace the programs of 2 ports by build $ours"
	equal "programs after a dry run" "$(pinned sw0)" "$before"
	like "still due" "$(xsw -d show | head -n 1)" ' upgrade due '
	# another command changes something and no programs
	expect 0 xsw set ageing 200
	equal "programs" "$(pinned sw0)" "$before"
	expect 0 xsw upgrade
	bpf_note
	equal "programs of both" "$(comm -12 <(echo "$before") <(pinned sw0))" ""
	equal "build" "$(xsw -j -d show | jq -c '.[0] | [.build, .upgrade]')" "[\"$ours\",null]"
	expect 0 xsw -j doctor --check outdated
	equal "findings" "$OUT" "[]"
	# a new table comes with programs
	other_build sw0
	expect 0 xsw set fdb_size 1000
	bpf_note
	equal "build" "$(xsw -j -d show | jq -r '.[0].build')" "$ours"
	# and so do the first ports at XDP, beside those there are
	[ -z "${XSW_FORCE_ATTACH:-}" ] || return 0
	other_build sw0
	expect 0 xsw port add "$(port 3)" hook xdp
	bpf_note
	equal "build" "$(xsw -j -d show | jq -c '.[0] | [.build, .upgrade]')" '[null,"due"]'
	like "doctor" "$(xsw -j doctor --check outdated | jq -r '.[0].text')" '\(unknown or several, not '
	expect 0 xsw upgrade
	bpf_note
	expect 0 xsw -j doctor --check outdated,detached
	equal "findings" "$OUT" "[]"
	ns 1 ping -qc1 -W5 "$(ip4 2)" >"$CASE/ping" || bad "no answer"
}

every_switch() {
	local one two
	sw_up 1
	undo xsw -S sw1 down
	expect 0 xsw -S sw1 up
	bpf_note
	other_build sw1
	one=$(pinned sw0)
	two=$(pinned sw1)
	expect 0 xsw --dry-run upgrade --all
	like "plan" "$OUT" '^replace the programs of 0 ports by build [0-9a-f]{8}$'
	expect 0 xsw upgrade --all
	bpf_note
	equal "programs of sw0" "$(pinned sw0)" "$one"
	equal "programs of both" "$(comm -12 <(echo "$two") <(pinned sw1))" ""
	# one that was named by the environment is one of all
	other_build sw1
	expect 0 env XSWITCH=sw0 "$TOOL" upgrade --all
	bpf_note
	equal "upgrade of sw1" "$(xsw -S sw1 -j -d show | jq -c '.[0].upgrade')" null
}

# Its devices cannot be reached by number from outside: nothing is touched.
in_a_namespace_without_a_name() {
	local home
	home=${P}home
	ip netns add "$home"
	undo ip netns del "$home"
	ip netns exec "$home" sleep 60 &
	undo reap $!
	undo xsw -n $! down
	expect 0 xsw -n "$home" up --ports "$(port 1)"
	bpf_note
	ip netns del "$home"
	expect 2 xsw upgrade --force
	like "words" "$ERR" 'the network namespace it lives in has no name'
	like "hint" "$ERR" 'hint: run it in that namespace, or with -n PID'
	expect 0 xsw -n $! upgrade --force
	bpf_note
}

run_case - words
run_case - already_so
run_case - due
run_case - every_switch
run_case - in_a_namespace_without_a_name
finish
