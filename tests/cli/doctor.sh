#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# doctor: what is said, in text and JSON, of the machine and of a switch as a whole; each finding
# provoked, by faults of the system calls where there is no other way.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# Those of switches as "CHECK SEVERITY"
findings() { xsw -j doctor | jq -r '.[] | select(.switch) | "\(.check) \(.severity)"'; }
healthy() { equal "findings of a healthy switch" "$(findings)" ""; }

# of CHECK KEY: of the finding in $OUT
of() { jq -r --arg c "$1" "[.[] | select(.check == \$c)][0].$2 // empty" <<<"$OUT"; }

mend() { bash -c "xswitch() { '$TOOL' \"\$@\"; }; $1" || bad "the fix \"$1\" fails"; }

pin() { echo "$XSWITCH_BPFFS/xswitch/sw0/$1"; }

# --- words ---------------------------------------------------------------------------------

words() {
	local line says
	while IFS='|' read -r line says; do
		# shellcheck disable=SC2086
		expect 1 xsw doctor $line
		like "$line" "$ERR" "$says"
	done <<-'ROWS'
		everything|unknown word "everything"
		--check|"--check" needs a value
		--check nonesuch|unknown check "nonesuch", expected some of capability, kernel, .*subnet_differs
		--check mtu,|unknown check ""
		--check mtu,,gone|unknown check ""
		--check mtu,gone,mtu|check "mtu" is given twice
		--check mtu --check gone|"--check" is given twice
		--check MTU|unknown check "MTU"
	ROWS
	expect 0 xsw doctor help
	like "help" "$OUT" '^Usage: xswitch doctor \[--check LIST\]'
	expect 0 xsw help
	like "objects" "$OUT" '  doctor +find what is wrong'
	xsw -vv doctor --check kernel,kernel_slow >/dev/null 2>"$CASE/verbose" || [ $? = 4 ] || bad "-vv: $?"
	not grep libbpf "$CASE/verbose" || bad "$(wc -l <"$CASE/verbose") lines"
}

without_a_switch() {
	expect 0 xsw doctor --check capability,gone,mtu
	equal "output" "$OUT$ERR" ""
	expect 0 xsw -v doctor --check capability,gone,mtu
	equal "stderr" "$ERR" "no findings"
	expect 0 xsw -j doctor --check capability,gone,mtu
	equal "JSON" "$OUT" "[]"
	expect 3 xsw -S none doctor
	like "named" "$ERR" 'no switch none'
	expect 3 env XSWITCH=none "$TOOL" doctor
	expect 3 xsw -S none -j doctor --check mtu
	# the machine alone needs no switch
	expect 3 xsw -S none doctor --check capability
	equal "left" "$(leftovers)" ""
}

# What was made is what was asked for, and -d tells of each.
which_checks() {
	local all
	sw_up 1
	echo doctor >"$CASE/batch"
	expect 1 xsw -b "$CASE/batch"
	like "batch" "$ERR" 'not in a batch'
	expect 0 xsw -j -d doctor --check capability,gone,mtu
	equal "records" "$(jq -r '.[] | "\(.switch // "machine") \(.check) \(.severity)"' <<<"$OUT")" \
		"machine capability passed
sw0 remains passed
sw0 damaged passed
sw0 gone passed
sw0 mtu passed"
	expect 0 xsw -d doctor --check capability
	equal "text" "$OUT" "machine capability passed this process may load programs and change devices"
	expect 0 xsw -d doctor --check gone
	like "text" "$OUT" "switch sw0 gone passed its device is there$"
	# each once, in the order of the table
	xsw -j -d doctor >"$CASE/all"
	all=$(jq -r '.[].check' "$CASE/all" | uniq)
	equal "each once" "$(sort <<<"$all" | uniq -d)" ""
	at_least 25 wc -l <<<"$all" || bad "only $(wc -l <<<"$all") checks"
	equal "without anything wrong" "$(jq -r '[.[] | select(.switch) | .severity] | unique | join(" ")' \
		"$CASE/all")" passed
}

switches() {
	sw_up 1
	xsw -S b up --ports "$(port 2)" --subnet none || bad "up: $?"
	undo xsw -S b down
	bpf_note
	ip netns del "$(ns_name 1)"
	ip netns del "$(ns_name 2)"
	all_gone() { [ "$(xsw -j doctor --check gone | jq length)" = 2 ]; }
	wait_until 5000 all_gone || bad "$(xsw doctor)"
	by_switch() { "$@" -j doctor --check gone | jq -r '[.[].switch] | join(" ")'; }
	equal "all" "$(by_switch xsw)" "b sw0"
	equal "-S" "$(by_switch xsw -S b)" b
	equal "environment" "$(by_switch env XSWITCH=sw0 "$TOOL")" sw0
}

golden() {
	local p
	sw_up 2
	p=$(port 1)
	ns 1 ip link set eth0 down
	expect 4 xsw doctor --check down
	equal "text" "$OUT" "switch sw0 port $p down warning eth0 in its namespace, its other end, is down
    fix nsenter --net=/run/netns/$p ip link set eth0 up"
	equal "stderr" "$ERR" ""
	expect 4 xsw -j doctor --check down
	equal "JSON" "$OUT" "[{\"switch\":\"sw0\",\"port\":\"$p\",\"check\":\"down\",\"severity\":\"warning\",$(
		)\"text\":\"eth0 in its namespace, its other end, is down\",$(
		)\"fix\":\"nsenter --net=/run/netns/$p ip link set eth0 up\"}]"
	# a line a finding
	expect 4 xsw -br doctor --check down
	equal "lines" "$(wc -l <<<"$OUT")" 1
	xsw doctor | head -n 1 >/dev/null
}

# It looks and does nothing else, and waits for no lock.
nothing_changes() {
	local pid
	sw_up 2
	world() { ip -o -d link; ip -o addr; find "$XSWITCH_BPFFS" | sort; xsw -j -d show; xsw -j fdb show; }
	settled() { ! ns 1 ip addr | grep -q tentative && ! ns 2 ip addr | grep -q tentative; }
	wait_until 5000 settled
	steady() { world >"$CASE/1"; world | cmp -s - "$CASE/1"; }
	wait_until 10000 steady || bad "no silence"
	world >"$CASE/before"
	expect 0 xsw doctor
	world | diff "$CASE/before" - || bad "doctor changed something"
	# a writer that has its lock for longer than anybody waits
	python3 -c 'import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(60)' "$XSWITCH_BPFFS/xswitch" >"$CASE/locked" &
	pid=$!
	undo reap "$pid"
	wait_until 5000 grep -q locked "$CASE/locked" || bad "no lock"
	expect 0 xsw --wait 0 -j doctor
	equal "severity" "$(of busy severity)" hint
	ns 1 ip link set eth0 down
	expect 4 xsw --wait 1 -j doctor
	equal "findings" "$(jq -r '[.[] | select(.switch) | "\(.check) \(.severity) \(.text)"] | join(";")' \
		<<<"$OUT")" "busy warning \"python3\" (pid $pid) has been at work all the time, 1 s: half of $(
		)a change is no use to look at"
	kill "$pid"
	wait "$pid" 2>/dev/null
	equal "then" "$(findings)" "down warning"
}

# Ports come and go all the while: never is anything wrong with them.
beside_writers() {
	local i
	sw_up 2
	(while :; do
		xsw up --ports "$(port_list 3 4 5)" --subnet 10.77.0.0/24
		for i in 3 4 5; do xsw port del "$(port "$i")"; done
	done) >/dev/null 2>&1 &
	undo reap $!
	for ((i = 0; i < 20; i++)); do
		OUT=$(xsw --wait 30 doctor --check gone,unmade,detached,mtu,down,netns)
		equal "output" "$OUT" ""
	done
	kill $!
	wait $! 2>/dev/null
	for i in 3 4 5; do xsw port del "$(port "$i")" 2>/dev/null; done
	return 0
}

# --- the machine -----------------------------------------------------------------------------

rights() {
	expect 4 setpriv --bounding-set=-all --inh-caps=-all "$TOOL" doctor
	equal "text" "$OUT" "machine capability error switches cannot be looked at from all sides without CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN (to load programs), CAP_SYS_ADMIN (to mount a BPF file system)
    fix run it as root, or with the capabilities that are missing"
	expect 4 setpriv --bounding-set=-net_admin "$TOOL" -j -d doctor
	like "missing" "$(of capability text)" 'without CAP_NET_ADMIN \(to load programs\)$'
	equal "others" "$(jq -r '[.[] | select(.check != "capability") | .severity] | unique | join(" ")' \
		<<<"$OUT")" skipped
	# nobody asked, but nothing else can be said
	expect 0 setpriv --bounding-set=-net_admin "$TOOL" doctor --check bpffs
}

bpffs() {
	sw_up 1
	# another mount namespace, where the switch cannot be seen
	expect 4 unshare -m bash -c "umount '$XSWITCH_BPFFS' && '$TOOL' -j doctor --check bpffs"
	equal "severity" "$(of bpffs severity)" warning
	like "text" "$(of bpffs text)" "^no BPF file system at $XSWITCH_BPFFS, but a switch runs in this kernel"
	like "fix" "$(of bpffs fix)" "^mount -t bpf bpf $XSWITCH_BPFFS, or go"
	expect 4 env XSWITCH_BPFFS=/run/nowhere "$TOOL" -j doctor --check bpffs
	equal "severity" "$(of bpffs severity)" error
	like "text" "$(of bpffs text)" "^no directory /run/nowhere for a BPF file system: No such file"
	mkdir "$WORK/ro"
	undo rmdir "$WORK/ro"
	expect 4 unshare -m bash -c "mount -t bpf -o ro bpf $WORK/ro &&
		XSWITCH_BPFFS=$WORK/ro '$TOOL' -j doctor --check bpffs"
	like "text" "$(of bpffs text)" "is read-only$"
	xsw down
	# there may be switches of others in this kernel
	OUT=$(unshare -m bash -c "umount '$XSWITCH_BPFFS' && '$TOOL' -j doctor --check bpffs")
	like "without a switch" "$(of bpffs severity)" '^(hint|warning)$'
	like "without a switch" "$(of bpffs text)" "^no BPF file system at $XSWITCH_BPFFS(: \`up\` mounts one|, but)"
}

# A fault in each call to bpf(2) in turn: what is not there is named, and nothing worse happens.
kernel_features() {
	local n max=200 says out="$CASE/faults"
	: >"$out"
	for ((n = 1; n < max; n++)); do
		ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o "$CASE/strace" -e trace=bpf -e "inject=bpf:error=EINVAL:when=$n+" \
			"$TOOL" -j doctor --check kernel,kernel_slow >"$CASE/json" 2>"$CASE/err" ||
			[ $? = 4 ] || bad "fault at $n: $(<"$CASE/err")"
		grep -q INJECTED "$CASE/strace" || break
		jq -r '.[] | "\(.check) \(.severity) \(.text) FIX \(.fix)"' "$CASE/json" >>"$out" ||
			bad "fault at $n: no JSON"
	done
	[ "$n" -lt "$max" ] || bad "more than $max calls"
	[ "$n" -gt 10 ] || bad "only $n calls"
	for says in "programs at tc" bpf_loop bpf_for_each_map_elem bpf_timer bpf_redirect_peer devmaps \
		"ring buffers"; do
		grep -q "^kernel error no $says.* (Invalid argument): no switch can be made FIX a kernel of version" \
			"$out" || bad "nobody misses $says: $(sort -u "$out")"
	done
	for says in "tcx links" "XDP with devmaps" "XDP for frames with fragments"; do
		grep -q "^kernel_slow hint no $says.*(Invalid argument): .* FIX a kernel of version" "$out" ||
			bad "nobody misses $says: $(sort -u "$out")"
	done
}

memlock() {
	local poor=(setpriv --bounding-set=-sys_resource) caps
	expect 0 xsw doctor --check memlock
	# the limit alone does not matter: newer kernels do not count by it
	expect 0 bash -c "ulimit -l 64; ${poor[*]} '$TOOL' doctor --check memlock"
	faulty() { # COMMAND...: the kernel would count
		expect "$1" bash -c "ulimit -l 64
			export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0; exec ${*:2} strace -f -o /dev/null \
			-e inject=bpf:error=EPERM '$TOOL' -j doctor --check memlock"
	}
	faulty 4 "${poor[@]}"
	equal "severity" "$(of memlock severity)" error
	like "text" "$(of memlock text)" 'of which this process may have 65536 bytes$'
	# who may raise it, by CAP_SYS_RESOURCE, has nothing to fear
	caps=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
	[ $((0x$caps >> 24 & 1)) = 0 ] || faulty 0
}

# --- the switch --------------------------------------------------------------------------------

remains() {
	local n fix
	for ((n = 1; n < 100; n++)); do
		crashes "$n" up --ports "$(port_list 1 2)" --subnet none || break
		[ -e "$(pin meta)" ] && break
		[ -d "$(pin "")" ] || continue
		expect 4 xsw -j doctor
		equal "severity after $n" "$(of remains severity)" warning
		equal "findings after $n" "$(jq -r '[.[] | select(.switch) | .check] | unique | join(" ")' \
			<<<"$OUT")" remains
		fix=$(of remains fix)
		mend "$fix"
		healthy
	done
	[ "$n" -gt 5 ] || bad "only $n points"
	xsw down
}

# Half a port, whatever the step.
unmade() {
	local n seen=0
	sw_up 1
	for ((n = 1; n < 100; n++)); do
		crashes "$n" port add "$(port 2)" address 10.77.0.2/24 || break
		OUT=$(xsw -j doctor --check unmade,stale_pin)
		if [ -n "$(of unmade text)" ]; then
			seen=$((seen + 1))
			like "after $n" "$(of unmade text)" "^port $(port 2) was not made, or not removed, to its end"
			mend "$(of unmade fix)"
		elif [ "$(xsw -j show | jq '.[0].ports | length')" = 2 ]; then
			xsw port del "$(port 2)"
		fi
		healthy
	done
	[ "$seen" -gt 5 ] || bad "only $seen of $n were seen"
	xsw port del "$(port 2)"
	# a change of the table
	for ((n = 1; n < 100; n++)); do
		crashes "$n" set fdb_size $((1000 + n)) || break
		OUT=$(xsw -j doctor --check unmade,damaged)
		bpf_note
		[ -d "$(pin resize)" ] || continue
		like "after $n" "$(of unmade text)" "^a change of its programs was interrupted"
		mend "$(of unmade fix)"
		healthy
	done
	bpf_note
	# a policy
	seen=0
	for ((n = 1; n < 100; n++)); do
		crashes "$n" port set "$(port 1)" allowed_macs "02:00:00:00:00:01" || break
		OUT=$(xsw -j doctor --check unmade)
		[ -n "$(of unmade text)" ] || continue
		seen=$((seen + 1))
		like "after $n" "$(of unmade text)" "^a change of policies was interrupted"
		mend "$(of unmade fix)"
		healthy
		xsw port set "$(port 1)" allowed_macs none
	done
	[ "$seen" -gt 0 ] || bad "no interrupted change of policies"
}

stale_pin() {
	sw_up 1
	mkdir "$(pin ports/77)"
	expect 4 xsw -j doctor
	equal "severity" "$(of stale_pin severity)" warning
	equal "text" "$(of stale_pin text)" "$(pin ports/77) belongs to no port; what it held is gone"
	mend "$(of stale_pin fix)"
	healthy
	if [ -e "$(pin ports/1/tcx_ingress)" ]; then
		mkdir "$(pin ports/78)"
		undo rm -r "$(pin ports/78)"
		# a second name of a link that is at work
		mkdir "$(pin ports/79)"
		bpftool link pin id "$(bpftool -f -j link show | jq --arg p "$(pin ports/1/tcx_ingress)" \
			'.[] | select(any(.pinned[]?; . == $p)) | .id')" "$(pin ports/79/tcx_ingress)" ||
			bad "cannot pin"
		undo rm -r "$(pin ports/79)"
		expect 4 xsw -j doctor --check stale_pin
		equal "text" "$(jq -r '.[1].text' <<<"$OUT")" \
			"$(pin ports/79) belongs to no port; the link in it still is at a device"
	fi
}

damaged() {
	sw_up 1
	mv "$(pin maps/limits)" "$(pin maps/hidden)"
	expect 4 xsw -j doctor
	equal "findings" "$(jq -r '[.[] | select(.switch) | "\(.check) \(.severity) \(.text)"] | join(";")' \
		<<<"$OUT")" "damaged error pin limits: No such file or directory"
	equal "fix" "$(of damaged fix)" "xswitch -S sw0 down"
	# another map in its place
	mv "$(pin maps/hidden)" "$(pin maps/limits)"
	healthy
	mv "$(pin maps/limits)" "$(pin maps/hidden)"
	bpftool map pin pinned "$(pin maps/age)" "$(pin maps/limits)"
	expect 4 xsw -j -d doctor --check mtu
	equal "text" "$(of damaged text)" "pin limits: not what this xswitch made"
	equal "others" "$(of mtu severity): $(of mtu text)" "skipped: not checked: the switch cannot be opened"
	rm "$(pin maps/hidden)"
	mend "$(of damaged fix)"
	equal "left" "$(findings)" ""
}

# A record that no command has written is not believed by anybody, and the switch can still be removed.
wild_record() {
	local value
	undo ip netns del "$P"1 # of which `down` cannot know
	ip netns add "$P"1
	sw_up 1
	value=$(bpftool -j map lookup pinned "$(pin maps/info)" key 1 0 0 0 |
		jq -r '[range(64) | "0x41"] + .value[64:] | join(" ")')
	# shellcheck disable=SC2086
	bpftool map update pinned "$(pin maps/info)" key 1 0 0 0 value $value
	expect 2 xsw -j show
	equal "stderr" "$ERR" "xswitch: switch sw0: pin info: not what this xswitch made
hint: \`xswitch -S sw0 down\` removes what is left of the switch"
	expect 2 xsw port set "$(port 1)" learning off
	expect 4 xsw -j doctor --check damaged
	equal "text" "$(of damaged text)" "pin info: not what this xswitch made"
	mend "$(of damaged fix)"
	equal "left" "$(findings)" ""
}

# le N BYTES: a number as bpftool takes it
le() {
	local i
	for ((i = 0; i < $2; i++)); do printf '%d ' $((($1 >> (8 * i)) & 255)); done
}

# poke MAP KEY OFFSET NUMBER [BYTES]: a word of 8 bytes, or as many, of a map's value
poke() {
	local file at=$3 bytes=${5:-8} key value new i
	file=$(pin "$1")
	read -ra key < <(le "$2" 4)
	read -ra new < <(le "$4" "$bytes")
	mapfile -t value < <(bpftool -j map lookup pinned "$file" key "${key[@]}" | jq -r '.value[]')
	for ((i = 0; i < bytes; i++)); do value[at + i]=${new[i]}; done
	bpftool map update pinned "$file" key "${key[@]}" value "${value[@]}" || bad "cannot change $1"
}

another_version() {
	undo ip netns del "$(ns_name 1)" # its record cannot be read then
	sw_up 1
	poke meta 0 4 99 4
	expect 4 xsw -j doctor
	equal "findings" "$(findings)" "damaged error"
	like "text" "$(of damaged text)" '^made by another version of xswitch \(ABI 99, not [0-9]+\)'
	xsw down || bad "down: $?"
}

clock() {
	local tick made
	sw_up 1
	healthy
	# struct xsw_switch: ageing, refresh, tick
	tick=$(bpftool -j map lookup pinned "$(pin maps/settings)" key 0 0 0 0 |
		jq '.formatted.value.tick // .value.tick')
	poke maps/settings 0 16 $((tick * 2))
	expect 4 xsw -j doctor
	equal "findings" "$(findings)" "clock error"
	like "text" "$(of clock text)" "^a tick is $((tick / 500)) us to the switch and $((tick / 1000)) us to"
	poke maps/settings 0 16 "$tick"
	healthy
	# struct xsw_meta: magic, abi, three words of the namespace, created
	made=$(($(date +%s) * 1000000000))
	poke meta 0 32 $((made + 3600 * 1000000000))
	expect 0 xsw -j doctor --check clock
	equal "severity" "$(of clock severity)" hint
	like "text" "$(of clock text)" '^the time of day was set back by 3[56][0-9][0-9] s or more'
	poke meta 0 32 $((made - 400 * 86400 * 1000000000))
	expect 0 xsw -j doctor --check clock
	like "text" "$(of clock text)" '^the time of day was set forward by [0-9]+ s or more'
}

fdb_full() {
	local i
	sw_up 2
	cfg set fdb_size 64
	bpf_note
	healthy
	for ((i = 1; i <= 62; i++)); do
		printf 'fdb add 02:00:00:00:00:%02x dev %s\n' "$i" "$(port 1)"
	done >"$CASE/batch"
	cfg -b "$CASE/batch"
	expect 0 xsw -j doctor
	equal "findings" "$(findings)" "fdb_full hint"
	like "text" "$(of fdb_full text)" '^6[2-4] of 64 entries are in use, 0 times'
	"$XFRAME" -n "$P"1 send eth0 --macs 40 dst ff:ff:ff:ff:ff:ff src 02:5e:5e:01:00:00
	refused() { [ "$(xsw -j show | jq '.[0].fdb.refused')" -gt 0 ]; }
	wait_until 3000 refused || bad "nothing is refused"
	expect 4 xsw -j doctor
	equal "findings" "$(findings)" "fdb_full warning"
	equal "fix" "$(of fdb_full fix)" "xswitch -S sw0 set fdb_size 128"
	mend "$(of fdb_full fix)"
	bpf_note
	healthy
}

limits() {
	sw_up 2
	cfg fdb flush
	cfg set max_learned 5
	"$XFRAME" -n "$P"1 send eth0 --macs 20 dst ff:ff:ff:ff:ff:ff src 02:5e:5e:01:00:00
	full() { [ "$(findings)" = "$1" ]; }
	wait_until 3000 full "fdb_full warning" || bad "$(findings)"
	expect 4 xsw -j doctor
	equal "text" "$(of fdb_full text)" \
		"the limit of 5 learned addresses is reached: frames to others are flooded"
	cfg set max_learned none
	healthy
	cfg fdb flush
	cfg port set "$(port 1)" max_macs 3
	"$XFRAME" -n "$P"1 send eth0 --macs 20 dst ff:ff:ff:ff:ff:ff src 02:5e:5e:02:00:00
	wait_until 3000 full "fdb_full hint" || bad "$(findings)"
	expect 0 xsw -j doctor
	equal "port" "$(of fdb_full port)" "$(port 1)"
	like "text" "$(of fdb_full text)" '^its limit of 3 addresses is reached'
	cfg port set "$(port 1)" max_macs none
	cfg vlan set vid 5 max_learned 2
	"$XFRAME" -n "$P"1 send eth0 --macs 20 dst ff:ff:ff:ff:ff:ff src 02:5e:5e:03:00:00 vlan 5
	wait_until 3000 full "fdb_full hint" || bad "$(findings)"
	expect 0 xsw -j doctor
	like "text" "$(of fdb_full text)" '^the limit of VLAN 5, 2 addresses, is reached'
}

listeners() {
	local i pid
	sw_up 1
	for ((i = 0; i < 8; i++)); do
		"$TOOL" -v fdb monitor >/dev/null 2>"$CASE/$i.err" &
		undo reap $!
		pid=$!
		wait_until 5000 grep -q listening "$CASE/$i.err" || bad "$(<"$CASE/$i.err")"
		[ "$i" -lt 7 ] && healthy
	done
	expect 4 xsw -j doctor
	equal "findings" "$(findings)" "listener warning"
	equal "text" "$(of listener text)" \
		"all 8 slots for listeners are taken: the next one is refused"
	kill "$pid"
	wait "$pid" 2>/dev/null
	healthy
	# struct xsw_listener: until, lost, kinds and pid
	poke maps/listeners 7 0 $((1 << 62))
	expect 4 xsw -j doctor
	equal "findings" "$(findings)" "listener warning
listener warning"
	like "text" "$(of listener text)" "^the slot of a listener \\(pid $pid\\) ends [0-9]{5,} s from now"
	poke maps/listeners 7 0 0
	healthy
	poke maps/listeners 0 8 12
	expect 0 xsw -j doctor
	equal "findings" "$(findings)" "listener hint"
	like "text" "$(of listener text)" '^listener 0 \(pid [0-9]+\) is too slow and has lost 12 events$'
}

run_case - words
run_case - without_a_switch
run_case - which_checks
run_case - switches
run_case - golden
run_case - nothing_changes
run_case - beside_writers
run_case - rights
run_case - bpffs
run_case - kernel_features
run_case - memlock
run_case - remains
run_case - unmade
run_case - stale_pin
run_case - damaged
run_case - wild_record
run_case - another_version
run_case - clock
run_case - fdb_full
run_case - limits
run_case - listeners
finish
