#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# top on a real terminal, that of tmux: keys, traffic, sizes, five hundred ports, every way to end.
#
#	tmux --- bash --- xswitch top
#	1 ---+--- 2 ...
#
# command
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=$(mac 1) B=$(mac 2)
export TMUX_TMPDIR=$WORK
unset TMUX

# a server of this case alone, which ends with it
tm() { timeout 20 tmux -L "$P" -f /dev/null "$@"; }

# terminal [COLUMNS ROWS]: with a shell in it
terminal() {
	undo tm kill-server
	tm new-session -d -x "${1:-100}" -y "${2:-24}" "env PS1='$ ' bash --norc --noprofile" ||
		bad "no tmux"
	wait_until 10000 sees '^\$' || bad "no shell: $(screen)"
}

screen() { tm capture-pane -p; }
sees() { screen | grep -Eq -- "$1"; }
# shown REGEX: there, or soon
shown() { wait_until 10000 sees "$1" || bad "no \"$1\" on the screen: $(screen)"; }
keys() { tm send-keys "$@" || bad "no keys $*"; }
pane() { tm display-message -p "#{$1}"; }
size() { tm resize-window -x "$1" -y "$2" || bad "no size $1 $2"; }

# run WORDS...: in the shell; what its terminal is like before, and after with the exit status
run() { keys "clear; stty -g >$CASE/before; '$TOOL' $* 2>$CASE/err; echo \"rc=\$?\"" Enter; }

# left STATUS: it has ended so, and the terminal is what it was
left() {
	shown "^rc=$1\$"
	equal "alternate screen" "$(pane alternate_on)" 0
	equal "cursor" "$(pane cursor_flag)" 1
	keys "stty -g >$CASE/after" Enter
	wait_until 5000 test -s "$CASE/after" || bad "no shell: $(screen)"
	equal "terminal" "$(<"$CASE/after")" "$(<"$CASE/before")"
	rm -f "$CASE/after"
	keys "echo back" Enter
	shown '^back$'
}

# traffic N RATE: from port N, until the case ends, a minute at most
traffic() {
	"$XFRAME" -n "$P$1" send eth0 --rate "$2" --count $(($2 * 60)) dst "$B" \
		src "$(printf '02:5e:5e:01:%02x:%02x' $(($1 / 256)) $(($1 % 256)))" len 100 &
	undo reap $!
}

first_row() { screen | awk '/^PORT/ { getline; print $1; exit }'; }
is_first() { [ "$(first_row)" = "$(port "$1")" ]; }

ports_rates_and_pages() {
	local p
	sw_up 4
	terminal
	run top
	shown '^xswitch sw0: 4 ports, FDB [0-9]+ of 65536, up [0-9:]+, [0-9:]+Z, every 1 s$'
	for p in 1 2 3 4; do shown "^$(port "$p") +forwarding +transparent "; done
	shown '^q quit'
	equal "alternate screen" "$(pane alternate_on)" 1
	equal "order" "$(first_row)" "$(port 1)"
	traffic 3 1000
	# 1000 a second, by a clock that is not this one
	shown "^$(port 3) +forwarding +transparent +([89][0-9][0-9]|1[01][0-9][0-9]) "
	keys 4
	shown ' vRXpps'
	wait_until 5000 is_first 3 || bad "not sorted: $(screen)"
	keys r
	shown ' \^RXpps'
	wait_until 5000 not is_first 3 || bad "not reversed: $(screen)"
	keys 4 Enter
	shown "^port $(port 3)  number 3  type netns  state forwarding  carrier on"
	shown "^device  netns $(port 3)  dev sw0p3  peer eth0  mac .*  mtu 1500"
	shown "^ways    hook (tcx|clsact)"
	shown "^unknown +([89][0-9][0-9]|1[01][0-9][0-9]) +[0-9]+k +0 +0"
	shown "^nothing was dropped"
	cfg port set "$(port 3)" max_macs 7 police 1gbit
	shown "^FDB     learned [0-9]+  max_macs 7"
	shown "^limits  police 1gbit"
	send 3 dst "$B" src 00:00:00:00:00:00
	shown "^src_zero +[0-9.]+ +1  the source address is all zero"
	keys Escape d
	shown "^src_zero +[0-9.]+ +1  $(port 3): the source address is all zero"
	keys h
	shown "sort by another column"
	keys q q
	shown '^PORT'
	keys Space
	shown 'PAUSED$'
	keys Space +
	shown 'every 2 s$'
	keys q
	left 0
	equal "stderr" "$(<"$CASE/err")" ""
}

five_hundred_ports() {
	local pid ticks
	sw_up 500
	terminal 80 24
	run top
	shown '^xswitch sw0: 500 ports'
	cfg fdb add "$B" dev "$(port 2)" # a flood to five hundred would be slow
	traffic 321 1000
	keys 5
	wait_until 10000 is_first 321 || bad "not sorted: $(screen)"
	shown "^$(port 321) .* ([89][0-9][0-9]|1[01][0-9][0-9]) +[0-9]+k "
	keys 1 End
	shown "^$(port 500) "
	keys PageUp
	wait_until 5000 not sees "^$(port 500) " || sees "^$(port 483) " || bad "no page: $(screen)"
	size 20 5
	shown '^xswitch sw0: 500 por$'
	shown '^PORT\^  '
	size 1 1
	size 2 2
	size 3 9
	size 200 50
	shown '^xswitch sw0: 500 ports, FDB .* every 1 s$'
	shown "^$(port 483) "
	equal "rows" "$(screen | grep -c forwarding)" 45
	# one goes while it is looked at
	keys Home Enter
	shown "^port $(port 1)  number 1 "
	cfg port del "$(port 1)"
	shown "^port $(port 1) is gone"
	keys Escape
	shown '^xswitch sw0: 499 ports'
	# what a refresh costs: the bound is for slow machines, it is about 0.4 %
	pid=$(pgrep -P "$(pane pane_pid)" -n)
	ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
	ticks=$(ticks)
	sleep 3
	ticks=$(($(ticks) - ticks))
	[ "$ticks" -lt $((75 * SLOW)) ] || bad "$ticks ticks of CPU in 3 s"
	keys q
	left 0
}

the_switch_goes() {
	sw_up 2
	terminal
	run top
	shown '^PORT'
	keys Enter
	shown "^port $(port 1)"
	xsw down
	left 3
	equal "message" "$(<"$CASE/err")" "xswitch: switch sw0 is gone"
}

signals_restore_the_terminal() {
	local s
	sw_up 2
	terminal
	for s in TERM HUP INT QUIT; do
		run top
		shown '^PORT'
		kill -"$s" "$(pgrep -P "$(pane pane_pid)" -n)"
		left 0
		equal "stderr after $s" "$(<"$CASE/err")" ""
	done
	run top
	shown '^PORT'
	keys C-c
	left 0
	# stopped, and on again
	run top
	shown '^PORT'
	keys C-z
	shown 'Stopped'
	equal "alternate screen" "$(pane alternate_on)" 0
	keys "fg >/dev/null" Enter
	shown '^PORT'
	keys q
	shown '^\$ $|^\$$'
	equal "cursor" "$(pane cursor_flag)" 1
	# the terminal goes; LeakSanitizer stops its process to look at it, and the kernel goes on with what
	# is stopped when a terminal goes (kill_orphaned_pgrp()): both wait for ever
	keys "export ASAN_OPTIONS=\$ASAN_OPTIONS:detect_leaks=0" Enter
	run top
	shown '^PORT'
	s=$(pgrep -P "$(pane pane_pid)" -n)
	tm kill-server
	wait_until 20000 not test -e "/proc/$s" || bad "it lives on without a terminal"
}

# Its end is the end of nothing else: an uplink of the switch, an addition, a resize.
the_switch_changes() {
	sw_up 2
	terminal
	run top
	shown '^xswitch sw0: 2 ports, FDB .* of 65536'
	cfg set fdb_size 1000
	shown '^xswitch sw0: 2 ports, FDB .* of 1000'
	send 1 dst "$B" src "$A"
	shown "^$(port 1) .* [2-9]$"
	undo ip netns del "$P"new
	cfg port add new netns "$P"new mode access tag 12
	shown '^new +forwarding +access 12 '
	cfg port set new state down
	shown '^new +disabled '
	cfg port del new
	shown '^xswitch sw0: 2 ports'
	keys q
	left 0
}

no_terminal() {
	sw_up 2
	expect 1 xsw top
	equal "message" "$ERR" "xswitch: top: standard input and output must be a terminal
hint: xswitch stats --watch prints the same rates, a line a port"
	expect 1 xsw -j top
	like "message" "$ERR" "a screen has no JSON"
	expect 1 xsw top now
	like "message" "$ERR" "unknown word \"now\""
	terminal
	keys "clear; TERM=nonsense '$TOOL' top; echo rc=\$?" Enter
	shown '^xswitch: top: this terminal \(TERM="nonsense"\) is unknown'
	shown '^rc=1$'
	keys "clear; TERM=dumb '$TOOL' top; echo rc=\$?" Enter
	shown '^rc=1$'
	keys "clear; '$TOOL' top </dev/null; echo rc=\$?" Enter
	shown '^rc=1$'
	keys "clear; '$TOOL' top | cat; echo rc=\${PIPESTATUS[0]}" Enter
	shown '^rc=1$'
}

run_case - ports_rates_and_pages
run_case - five_hundred_ports
run_case - the_switch_goes
run_case - signals_restore_the_terminal
run_case - the_switch_changes
run_case - no_terminal
finish
