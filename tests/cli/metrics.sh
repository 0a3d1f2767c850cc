#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# metrics: the text against the standard's parser and against show and stats; the server, its
# clients good and bad. That the counters are right is tests/net/sums.sh.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# sample NAME LABELS-AS-JSON: its value; they are all labels it has
sample() {
	jq --arg n "$1" --argjson l "$2" '.[] | select(.[0] == $n and .[1] == $l) | .[2]' "$CASE/json"
}

# read [OPTION...]: metrics into $CASE/text and, by the parser, $CASE/json
read_metrics() {
	xsw "$@" metrics >"$CASE/text" || bad "metrics: exit $?"
	"$TESTS/tools/openmetrics" <"$CASE/text" >"$CASE/json" || bad "not OpenMetrics: $(<"$CASE/text")"
}

# quiet_up N: ports 1..N, no frames but ours
quiet_up() {
	local i
	# shellcheck disable=SC2046
	mute $(seq "$1")
	undo xsw down
	# shellcheck disable=SC2046
	xsw up --subnet none --ports "$(port_list $(seq "$1"))" || bad "up: exit $?"
	for ((i = 1; i <= $1; i++)); do OUTER[$i]=${SW}p$i; done
	bpf_note
}

# Rows of the table.
reasons() { grep -c '^	R(' "$TESTS/../include/xsw_reasons.h"; }

names() { jq -r '.[][0]' "$CASE/json" | sort -u; }

text_is_what_the_standard_says() {
	sw_up 2
	read_metrics
	equal "end" "$(tail -n 1 "$CASE/text")" "# EOF"
	equal "units" "$(grep -Ec '^# TYPE .*_(bytes|seconds) ' "$CASE/text")" \
		"$(grep -c '^# UNIT ' "$CASE/text")"
	equal "families without help" "$(awk '$2 == "TYPE" { t[$3] } $2 == "HELP" && NF > 3 { delete t[$3] }
		END { for (f in t) print f }' "$CASE/text")" ""
	equal "foreign names" "$(names | grep -v ^xswitch_)" ""
	equal "families twice" "$(awk '$2 == "TYPE" { print $3 }' "$CASE/text" | sort | uniq -d)" ""
	like "build" "$(grep ^xswitch_build_info "$CASE/text")" \
		'^xswitch_build_info\{version="[0-9.]+",abi="[0-9]+"\} 1$'
	equal "of a port" "$(grep "port=\"$(port 1)\"" "$CASE/text" | grep -c total)" $((4 * 4 + $(reasons)))
}

# Counters of mirrors are those of `mirror show`.
copies_of_mirrors() {
	local m='{"switch":"sw0","mirror":"m"}'
	quiet_up 3
	xsw mirror add m from "$(port 1):in" to "$(port 3)" tag 5 || bad "mirror add"
	sniff 2 3
	send 1 dst "$(mac 2)" src "$(mac 1)"
	wait_until 3000 grep -q . "$CASE/sniff.3" || bad "no copy"
	read_metrics
	equal "copies" "$(sample xswitch_mirror_packets_total "$m")" 1
	equal "bytes" "$(sample xswitch_mirror_bytes_total "$m")" 64
	equal "lost" "$(sample xswitch_mirror_lost_packets_total "$m")" 0
}

# Against what the other commands say.
values_are_those_of_show() {
	local j sw='{"switch":"sw0"}' p key
	quiet_up 3
	xsw set max_learned 1000 ageing 12 || bad "set"
	xsw port set "$(port 1)" max_macs 7 mode access tag 10 || bad "port set"
	xsw port set "$(port 2)" state blocking || bad "port set"
	xsw vlan set vid 10 max_learned 5 || bad "vlan set"
	xsw fdb add 02:00:00:00:00:01 dev "$(port 3)" || bad "fdb add"
	sniff 1 3
	send 1 dst "$(mac 3)" src "$(mac 1)"
	send 3 dst "$(mac 1)" src "$(mac 3)"
	arrived
	unsniff
	ip link del sw0p3
	read_metrics
	j=$(xsw -j -d -s show)
	for key in size:fdb_size entries:fdb_entries learned:fdb_learned_entries \
		static:fdb_static_entries max_learned:fdb_max_learned_entries moved:fdb_moved_total \
		refused:fdb_refused_total expired:fdb_expired_total limited:fdb_limited_total \
		held:fdb_held_total; do
		equal "$key" "$(sample "xswitch_${key#*:}" "$sw")" "$(jq ".[0].fdb.${key%:*}" <<<"$j")"
	done
	at_least 2 sample xswitch_fdb_learned_total "$sw" || bad "learned"
	equal "ageing" "$(sample xswitch_switch_ageing_seconds "$sw")" 12
	equal "stray" "$(sample xswitch_switch_stray_packets_total "$sw")" 0
	p="{\"switch\":\"sw0\",\"port\":\"$(port 1)\"}"
	equal "carrier" "$(sample xswitch_port_carrier "$p")" 1
	equal "mtu" "$(sample xswitch_port_mtu_bytes "$p")" 1500
	equal "learned" "$(sample xswitch_port_learned_entries "$p")" 1
	equal "max_macs" "$(sample xswitch_port_max_learned_entries "$p")" 7
	p='{"switch":"sw0","vlan":"10"}'
	equal "VLAN learned" "$(sample xswitch_vlan_learned_entries "$p")" 1
	equal "VLAN limit" "$(sample xswitch_vlan_max_learned_entries "$p")" 5
	equal "VLAN rx" "$(sample xswitch_vlan_receive_packets_total "$p")" 1
	equal "states" "$(jq -r '.[] | select(.[0] == "xswitch_port_state" and .[2] == 1) |
		.[1].port + " " + .[1].xswitch_port_state' "$CASE/json")" \
		"$(printf '%s forwarding\n%s blocking\n%s gone' "$(port 1)" "$(port 2)" "$(port 3)")"
	equal "info" "$(jq -c --arg p "$(port 1)" '.[] | select(.[0] == "xswitch_port_info" and
		.[1].port == $p) | .[1] | [.number, .type, .netns, .ifname, .peer, .mac, .mode, .hook]' \
		"$CASE/json")" "$(jq -c '.[0].ports[0] | [(.number | tostring), .type, .netns, .ifname,
		.peer, .mac, .mode, .hook]' <<<"$j")"
}

# All there are, in the order of their names, or the one of -S or the environment.
switches() {
	sw_up 1
	ip netns add "$(ns_name 9)"
	undo ip netns del "$(ns_name 9)"
	undo xsw -S "a" down
	undo xsw -S "z" down
	xsw -S z up || bad "up"
	xsw -n "$(ns_name 9)" -S a up --ports "$(port 8)" || bad "up"
	read_metrics
	infos() { jq -r '.[] | select(.[0] == "xswitch_switch_info") | .[1].switch + ":" + .[1].netns' \
		"$CASE/json" | xargs; }
	equal "all" "$(infos)" "a:$(ns_name 9) sw0: z:"
	# a switch in this namespace after one that lives in another
	equal "carrier" "$(sample xswitch_port_carrier "{\"switch\":\"sw0\",\"port\":\"$(port 1)\"}")" 1
	XSWITCH=a read_metrics
	equal "environment" "$(infos)" "a:$(ns_name 9)"
	read_metrics -S z
	equal "-S" "$(infos)" z:
	read_metrics -n "$(ns_name 9)"
	equal "-n" "$(infos)" "a:$(ns_name 9)"
	expect 3 xsw -S none metrics
	expect 3 xsw -n "$(ns_name 9)" -S z metrics
	expect 1 xsw -j metrics
	like "error" "$ERR" "-j .*metrics are text"
	expect 1 xsw metrics sw0
	expect 0 xsw metrics help
	like "help" "$OUT" "--listen.*every switch or the one of -S"
	# one that is of another kind is told, and hides no other
	mv "$XSWITCH_BPFFS/xswitch/z/maps/vlans" "$XSWITCH_BPFFS/xswitch/z/maps/hidden"
	xsw metrics 2>"$CASE/err" >"$CASE/text" || bad "exit $?"
	mv "$XSWITCH_BPFFS/xswitch/z/maps/hidden" "$XSWITCH_BPFFS/xswitch/z/maps/vlans"
	like "stderr" "$(<"$CASE/err")" "switch z: pin vlans"
	equal "readable" "$(grep '^xswitch_switch_readable' "$CASE/text" | sed 's/.*"\(.*\)"} /\1 /' | xargs)" \
		"a 1 sw0 1 z 0"
	expect 2 setpriv --reuid 65534 --clear-groups "$TOOL" metrics
	undo xsw down --all
	expect 0 xsw down --all
	expect 0 xsw metrics
	equal "without any" "$(grep -vc '^#' <<<"$OUT")" 1
}

# VLANs that ports name are there before their first frame; a trunk of all has those with frames.
vlans_are_named_or_seen() {
	quiet_up 3
	vlans() { jq -r '.[] | select(.[0] == "xswitch_vlan_receive_packets_total") |
		.[1].vlan + ":" + (.[2] | tostring)' "$CASE/json" | xargs; }
	xsw port set "$(port 1)" mode native-untagged tag 7 trunks 10-12 || bad "port set"
	xsw port set "$(port 2)" mode trunk || bad "port set"
	read_metrics
	equal "named" "$(vlans)" "7:0 10:0 11:0 12:0"
	sniff 2
	send 2 dst "$(mac 3)" src "$(mac 1)" vlan 99
	send 2 dst "$(mac 3)" src "$(mac 1)" vlan 11
	arrived
	read_metrics
	equal "seen" "$(vlans)" "7:0 10:0 11:1 12:0 99:1"
}

# A namespace that is known by its path alone, with everything in it that a label must escape.
hostile_names() {
	local dir="$WORK/a \"b\" \\ c"$'\n'"é"
	undo xsw down
	xsw up || bad "up"
	mkdir "$dir"
	touch "$dir/ns"
	undo rm -r "$dir"
	unshare --net="$dir/ns" true || bad "no namespace"
	undo umount "$dir/ns"
	xsw port add x netns "$dir/ns" || bad "port add"
	read_metrics
	equal "netns" "$(jq -r '.[] | select(.[0] == "xswitch_port_info") | .[1].netns' "$CASE/json")" \
		"$WORK/a \"b\" \\ c"$'\n''\303\251/ns'
	equal "lines that are none" "$(grep -Evc '^(#|xswitch_)' "$CASE/text")" 0
}

# --- the server --------------------------------------------------------------------------

# serve WORD...: in the background; $URL is where
serve() {
	"$TOOL" metrics --listen "$@" 2>"$CASE/server.err" &
	SERVER=$!
	undo reap $!
	wait_until 5000 grep -q "^xswitch: metrics at http" "$CASE/server.err" ||
		bad "it does not start: $(<"$CASE/server.err")"
	URL=$(sed -n 's/^xswitch: metrics at //p' "$CASE/server.err")
}

stopped() { # SIGNAL
	kill -s "$1" "$SERVER"
	wait "$SERVER"
	equal "exit status after $1" $? 0
	equal "stderr" "$(wc -l <"$CASE/server.err")" 1
}

get() { curl -sS --max-time 10 "$@"; }

answers() {
	quiet_up 2
	serve 0
	like "where" "$URL" '^http://127\.0\.0\.1:[0-9]+/metrics$'
	get -D "$CASE/head" -H 'Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5' \
		"$URL" >"$CASE/body" || bad "curl: $?"
	like "type" "$(tr -d '\r' <"$CASE/head" | grep -i ^content-type)" \
		': application/openmetrics-text; version=1\.0\.0; charset=utf-8$'
	"$TESTS/tools/openmetrics" <"$CASE/body" >"$CASE/json" || bad "not OpenMetrics"
	equal "same as on stdout" "$(diff <(xsw metrics) "$CASE/body")" ""
	# the older format, for who does not ask for the new one
	get -D "$CASE/head" "$URL" >"$CASE/body" || bad "curl: $?"
	like "type" "$(tr -d '\r' <"$CASE/head" | grep -i ^content-type)" \
		': text/plain; version=0\.0\.4; charset=utf-8$'
	equal "not of that format" "$(grep -Ec '^# (EOF|UNIT)|^# TYPE .*(info|stateset)$' "$CASE/body")" 0
	/usr/bin/python3 -c 'import sys
from prometheus_client.parser import text_string_to_metric_families as parse
print(sum(len(f.samples) for f in parse(sys.stdin.read())))' <"$CASE/body" >"$CASE/n" || bad "parser"
	equal "samples" "$(<"$CASE/n")" "$(jq length "$CASE/json")"
	# nothing else
	code() { get -o "$CASE/body" -D "$CASE/head" -w '%{http_code}' "$@"; }
	equal "HEAD" "$(code -I "$URL") $(wc -c <"$CASE/body")" "200 $(wc -c <"$CASE/head")"
	like "length" "$(<"$CASE/head")" 'Content-Length: [1-9][0-9]{3}'
	equal "another page" "$(code "${URL%/*}/")" 404
	equal "another page" "$(code "${URL}x")" 404
	equal "a query" "$(code "$URL?a=b")" 200
	equal "POST" "$(code -d x "$URL")" 405
	like "Allow" "$(<"$CASE/head")" 'Allow: GET, HEAD'
	equal "PUT" "$(code -X PUT "$URL")" 405
	equal "DELETE elsewhere" "$(code -X DELETE "${URL}x")" 404
	stopped TERM
}

# What comes and goes is followed, and nothing is kept open.
switches_come_and_go() {
	local fds
	open_fds() { find "/proc/$SERVER/fd" -type l | wc -l; }
	serve 0
	switches_now() { get "$URL" | sed -n 's/^xswitch_switch_readable{switch="\(.*\)"} 1/\1/p' | xargs; }
	equal "none" "$(switches_now)" ""
	fds=$(open_fds)
	sw_up 2
	equal "one" "$(switches_now)" sw0
	xsw -S other up || bad "up"
	undo xsw -S other down
	equal "two" "$(switches_now)" "other sw0"
	xsw port set "$(port 1)" mode access tag 5 || bad "port set"
	xsw set fdb_size 1234 || bad "set"
	get "$URL" >"$CASE/body"
	like "size" "$(<"$CASE/body")" 'xswitch_fdb_size\{switch="sw0"\} 1234'
	like "VLAN" "$(<"$CASE/body")" 'xswitch_vlan_receive_packets_total\{switch="sw0",vlan="5"\} [0-9]'
	xsw down || bad "down"
	equal "the other" "$(switches_now)" other
	equal "descriptors" "$(open_fds)" "$fds"
	stopped INT
}

# A switch of -S that is not there: an answer that says so, and the server goes on.
the_one_that_was_named() {
	"$TOOL" -S one metrics --listen 0 2>"$CASE/server.err" &
	SERVER=$!
	undo reap $!
	wait_until 5000 grep -q "metrics at" "$CASE/server.err" || bad "it does not start"
	URL=$(sed -n 's/^xswitch: metrics at //p' "$CASE/server.err")
	equal "status" "$(get -o /dev/null -w '%{http_code}' "$URL")" 500
	xsw -S one up || bad "up"
	undo xsw -S one down
	equal "status" "$(get -o /dev/null -w '%{http_code}' "$URL")" 200
}

where_it_listens() {
	local bad port
	undo xsw down
	xsw up || bad "up"
	serve "[::1]:0"
	like "where" "$URL" '^http://\[::1\]:[0-9]+/metrics$'
	get -g "$URL" >/dev/null || bad "no answer by IPv6"
	port=${URL##*:}
	port=${port%/metrics}
	expect 2 xsw metrics --listen "[::1]:$port"
	like "error" "$ERR" "cannot listen at \"\[::1\]:$port\": Address already in use"
	like "hint" "$ERR" "hint: "
	serve "$port" # free in IPv4
	equal "where" "$URL" "http://127.0.0.1:$port/metrics"
	expect 2 xsw metrics --listen "192.0.2.1:$port"
	like "error" "$ERR" "192.0.2.1:$port\": Cannot assign requested address"
	stopped TERM
	serve ":$port" # at once
	equal "where" "$URL" "http://127.0.0.1:$port/metrics"
	stopped TERM
	serve 0.0.0.0:0
	like "where" "$URL" '^http://0\.0\.0\.0:'
	for bad in "" : x localhost:9000 127.0.0.1 127.0.0.1: 127.0.0.1:65536 127.0.0.1:-1 ::1:9000 \
		"[::1]" "[::1:9000" "[]:9000" 9000x 127.0.0.1:9000/metrics 127.0.0.1:000000001; do
		expect 1 xsw metrics --listen "$bad"
		like "error of \"$bad\"" "$ERR" 'no address and port: expected|is missing|empty'
	done
	expect 1 xsw metrics --listen
	expect 1 xsw -j metrics --listen 0
}

# Those who do not read, do not ask, or ask slowly, keep nobody else waiting and do not stay.
slow_clients() {
	sw_up 2
	serve 0
	/usr/bin/python3 - "$URL" <<-'PY' || bad "clients: $?"
		import re, socket, sys, time, urllib.request

		url = sys.argv[1]
		host, port = re.match(r"http://(.*):(\d+)/", url).groups()

		def client(text):
		    s = socket.socket()
		    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
		    s.connect((host, int(port)))
		    s.send(text)
		    return s

		def answered(limit):
		    start = time.time()
		    assert b"xswitch_" in urllib.request.urlopen(url, timeout=limit).read()

		get = b"GET /metrics HTTP/1.1\r\nHost: x\r\n"
		some = [client(get + b"\r\n") for _ in range(8)] + [client(get) for _ in range(4)]
		answered(5)
		# all places taken by those who never finish their request: until their time is over
		many = [client(b"G") for _ in range(24)]
		answered(60)
		for s in many[:8]:
		    s.settimeout(60)
		    assert s.recv(100) == b"", "a silent client is still there"
		# rubbish is refused, and the server is well
		for text in (b"\0" * 100, b"GET " + b"x" * 100000, b"GET /metrics HTTP/9.9\r\n\r\n", b"\r\n"):
		    s = client(text)
		    s.close()
		for s in some + many:
		    s.close()
		answered(30)
	PY
	stopped TERM
}

# One that is answered is closed: nobody keeps a place.
one_request_a_connection() {
	sw_up 1
	serve 0
	/usr/bin/python3 - "$URL" <<-'PY' || bad "$?"
		import re, socket, sys
		host, port = re.match(r"http://(.*):(\d+)/", sys.argv[1]).groups()
		s = socket.create_connection((host, int(port)), 10)
		s.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
		text = b""
		while True:
		    got = s.recv(65536)
		    if not got:
		        break
		    text += got
		assert text.count(b"HTTP/1.1 200") == 1, text[:200]
		assert b"Connection: close" in text
	PY
}

full_disk_and_closed_pipe() {
	sw_up 2
	xsw metrics >/dev/full 2>"$CASE/err"
	equal "exit status" $? 2
	like "error" "$(<"$CASE/err")" "cannot write the output"
	xsw metrics 2>"$CASE/err" | head -n 1 >/dev/null
	equal "closed pipe" "${PIPESTATUS[0]}$(<"$CASE/err")" 0
}

run_case - text_is_what_the_standard_says
run_case - values_are_those_of_show
run_case - copies_of_mirrors
run_case - switches
run_case - vlans_are_named_or_seen
run_case - hostile_names
run_case - answers
run_case - switches_come_and_go
run_case - the_one_that_was_named
run_case - where_it_listens
run_case - slow_clients
run_case - one_request_a_connection
run_case - full_disk_and_closed_pipe
finish
