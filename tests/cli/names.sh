#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Names that try to be something else: a path, an option, a format, a command of a shell, an escape
# of a terminal. Every command refuses them by their name, quoted, and nothing happens; where others
# may give such names (namespaces, devices in them) every output escapes them.
#
# shellcheck disable=SC2317,SC2016 # cases are called by name; nothing is to expand
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

LONG=$(printf 'n%.0s' {1..5000})
EVIL=('' a/b ../x .. . 'a b' "$LONG" -x $'a\nb' $'a\e[31mb' 'a"b' "a'b" '$(id>pwned)' '`id>pwned`'
	'a;id>pwned' 'a|id>pwned' '%s%s%n' 'ü' $'\xff\xfe' 'a\b' '*' '~' '{a,b}' "';id>pwned;'")

A="dst 02:00:00:00:00:01 src 02:00:00:00:00:02"

# Words in which NAME stands for it; of a name that is a file, the file does not exist.
COMMANDS=(
	"NAME" "-S NAME show" "-S NAME up" "-S NAME down" "-n NAME show" "-b NAME"
	"up --ports NAME" "up --ports p:NAME" "up --ports NAME:eth0" "up --uplink NAME" "up --subnet NAME"
	"port NAME" "port add NAME" "port add x netns NAME" "port add x dev NAME"
	"port add x type dev dev NAME" "port add x type NAME" "port add x address NAME"
	"port show NAME" "port del NAME" "port set NAME learning off" "port set P NAME on"
	"vlan show dev NAME" "vlan add dev NAME vid 3" "vlan add dev P vid NAME"
	"fdb get NAME" "fdb show dev NAME" "fdb add 02:00:00:00:00:09 dev NAME" "fdb flush dev NAME"
	"mirror add NAME from P to Q" "mirror add m from NAME to Q" "mirror add m from P to NAME"
	"mirror del NAME" "wire add NAME Q" "wire add P NAME" "wire del NAME"
	"stats dev NAME" "stats NAME" "monitor dev NAME" "monitor NAME" "set NAME 1" "set ageing NAME"
	"trace NAME $A" "trace P @NAME" "trace P dst NAME" "trace --live --port NAME"
	"capture NAME" "capture P -w pcap NAME" "capture P -w no/NAME"
	"apply NAME" "diff NAME" "down NAME" "doctor --check NAME" "metrics --listen NAME"
	"bench --workloads NAME" "bench --backends NAME" "apply --backend NAME /dev/null"
)

# Whatever a command could have left or changed.
world() {
	find "$XSWITCH_BPFFS" /run/netns "$CASE/cwd" -mindepth 1 | sort
	ip -o link | cut -d: -f2
	xsw -j port show | jq -c '[.[] | [.port, .flags, .mode]]'
}

# clean_text WHAT TEXT: nothing a terminal would obey, nothing that is no ASCII
clean_text() {
	[[ ${2//$'\n'/} != *[^' '-'~']* ]] || bad "$1: $(printf '%q' "$2")"
}

# What the kernel takes, and the switch, for the name of a device: what follows is about these.
is_device() { [[ ${#1} -lt 16 && $1 =~ ^[!-~]+$ && $1 != [-.]* && $1 != *[/:%]* ]]; }

every_command_refuses() {
	local LC_ALL=C command name w rc what
	local -a words limit
	sw_up 2
	mkdir "$CASE/cwd"
	cd "$CASE/cwd" || bad "no directory"
	world >"$CASE/before"
	for command in "${COMMANDS[@]}"; do
		limit=()
		[[ $command =~ ^(trace|capture|monitor|metrics) ]] && limit=(timeout 20)
		for name in "${EVIL[@]}"; do
			# no filter is one that takes everything, and files are called what they like
			case $command:$name in
			"capture P -w pcap NAME:" | "up --uplink NAME:" | *"no/NAME:"..) continue ;;
			*"p:NAME:"* | *"x dev NAME:"*) is_device "$name" && continue ;;
			esac
			words=()
			for w in $command; do
				case $w in P) w=${P}1 ;; Q) w=${P}2 ;; esac
				words+=("${w/NAME/"$name"}")
			done
			printf -v what '%q ' "${words[@]}"
			"${limit[@]}" "$TOOL" "${words[@]}" >"$CASE/out" 2>"$CASE/err" </dev/null
			rc=$?
			# without a process each, for there are 1500
			IFS= read -rd '' OUT <"$CASE/out"
			IFS= read -rd '' ERR <"$CASE/err"
			[[ $rc == [123] ]] || bad "${what::200}: exit $rc: $ERR"
			like "error of ${what::200}" "$ERR" '^(xswitch: |Usage)'
			clean_text "error of ${what::200}" "$ERR$OUT"
			[ ${#ERR} -lt 3000 ] || bad "${what::200}: ${#ERR} characters of error"
		done
		rm -f pcap
		world | diff "$CASE/before" - || bad "$command changed something"
	done
}

# --- what others are called ------------------------------------------------------------------

SPACES=('a b' $'a\nb"c' $'\e[31mred' 'ü' '$(id>pwned)' "q'z" '%s%n' 'a\b')

# Namespaces have names as their owners like, and ports are in them by path.
strange_namespaces() {
	local i=0 name
	mkdir "$CASE/cwd"
	cd "$CASE/cwd" || bad "no directory"
	sw_up 1
	for name in "${SPACES[@]}"; do
		undo ip netns del "$name"
		ip netns add "$name" || bad "cannot add $name"
		expect 0 xsw port add "k$((++i))" netns "/run/netns/$name" dev 'e$(id>pwned)'
	done
}

# Text, JSON, OpenMetrics, Graphviz and YAML, each by its own rules.
outputs_escape() {
	local LC_ALL=C words i=0 name
	strange_namespaces
	for words in show "-s -d show" "port show" "-br show" "vlan show" "fdb show" stats doctor; do
		# shellcheck disable=SC2086
		OUT=$(xsw $words 2>&1)
		clean_text "$words" "$OUT"
	done
	for name in "${SPACES[@]}"; do
		equal "JSON of k$((++i))" "$(xsw -j port show "k$i" | jq -r '.[0].netns')" \
			"/run/netns/$name"
		equal "peer of k$i" "$(xsw -j port show "k$i" | jq -r '.[0].peer')" 'e$(id>pwned)'
	done
	xsw metrics >"$CASE/metrics" || bad "metrics: $?"
	equal "lines that are no sample" "$(grep -vE \
		'^(#.*|[a-z_]+(\{([a-z_]+="([^"\\]|\\[n"\\])*",?)*\})? [0-9.e+-]+)$' "$CASE/metrics")" ""
	equal "ports of metrics" "$(grep -c '^xswitch_port_info{.*netns="/run/netns/' "$CASE/metrics")" \
		"${#SPACES[@]}"
	like "a newline in metrics" "$(<"$CASE/metrics")" '/run/netns/a\\nb\\"c"'
	xsw show --dot | dot -Tplain >"$CASE/plain" || bad "Graphviz cannot read it"
	xsw export >"$CASE/t.yaml" || bad "export: $?"
	expect 0 xsw diff "$CASE/t.yaml"
	expect 0 xsw down "$CASE/t.yaml"
	expect 0 xsw apply "$CASE/t.yaml"
	expect 0 xsw diff "$CASE/t.yaml"
	[ ! -e pwned ] || bad "a command of a name was run"
}

# bytes that are no UTF-8 are no text: JSON has no way to say them
no_utf8() {
	local name=$'\xff'
	undo ip netns del "$name"
	ip netns add "$name"
	sw_up 1
	xsw port add k netns "/run/netns/$name" >"$CASE/out" 2>"$CASE/err"
	xsw -j show | jq -e '.[0].ports | length > 0' >/dev/null || bad "no JSON"
	xsw metrics | iconv -f UTF-8 -t UTF-8 >/dev/null || bad "the metrics are no UTF-8"
	xsw show --dot | iconv -f UTF-8 -t UTF-8 >/dev/null || bad "the graph is no UTF-8"
	clean_text show "$(LC_ALL=C xsw show)"
}

# Who owns a namespace calls its device what they like, and waits for somebody who mends it.
commands_of_the_doctor() {
	local fix
	strange_namespaces
	nsenter --net='/run/netns/$(id>pwned)' ip link set dev 'e$(id>pwned)' down
	fix=$(xsw -j -S "$SW" doctor --check down | jq -r '.[0].fix')
	like "fix" "$fix" nsenter
	bash -c "$fix" || bad "fix: $fix"
	equal "mended" "$(xsw doctor --check down)" ""
	[ ! -e pwned ] || bad "a command of a name was run: $fix"
}

# What --print writes means the same to a shell as the commands that are run without it.
printed_scripts() {
	mkdir "$CASE/cwd"
	cd "$CASE/cwd" || bad "no directory"
	cat >"$CASE/t.yaml" <<-'END'
		ports:
		  one: {dev: 'e$(id>pwned)', address: 10.77.0.1/24}
		  two: {dev: "q'z;id>pwned", address: 10.77.0.2/24}
		  three: {dev: '`id>pwned`', address: 10.77.0.3/24}
	END
	undo ip netns del one
	undo ip netns del two
	undo ip netns del three
	undo ip link del sw0
	xsw apply --backend bridge --print "$CASE/t.yaml" >"$CASE/script" || bad "print: $?"
	sh "$CASE/script" || bad "$(<"$CASE/script")"
	ip netns exec one ip link show dev 'e$(id>pwned)' || bad "no device"
	ip netns exec two ip link show dev "q'z;id>pwned" || bad "no device"
	ip netns exec three ip link show dev '`id>pwned`' || bad "no device"
	xsw down --backend bridge --print "$CASE/t.yaml" >"$CASE/script" || bad "print: $?"
	sh "$CASE/script" || bad "$(<"$CASE/script")"
	equal "files" "$(ls)" ""
}

# What is no namespace, though it stands where one would.
no_namespaces() {
	local name
	sw_up 1
	undo rm -r /run/netns/{file,null,fifo,dir,up,root}
	touch /run/netns/file
	mkdir /run/netns/dir
	mkfifo /run/netns/fifo
	ln -s /dev/null /run/netns/null
	ln -s ../../etc /run/netns/up
	ln -s /proc/self/ns/mnt /run/netns/root
	for name in file dir fifo null up root; do
		for words in "up --ports $name" "port add $name" "port add x netns /run/netns/$name" \
			"-n $name show" "-n $name -S other up"; do
			# shellcheck disable=SC2086
			expect 2 timeout 10 "$TOOL" $words
			like "error of $words" "$ERR" 'Invalid argument'
		done
		ls -d "/run/netns/$name" >/dev/null || bad "$name was removed"
	done
	equal "ports" "$(xsw -j show | jq '.[0].ports | length')" 1
}

run_case - every_command_refuses
run_case - outputs_escape
run_case - no_utf8
run_case - commands_of_the_doctor
run_case - printed_scripts
run_case - no_namespaces
finish
