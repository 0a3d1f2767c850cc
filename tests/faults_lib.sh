# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# faults_lib.sh - one command, ended or refused at each of its system calls; after lib.sh
#
# tests/faults/table has the commands. For each of them a switch is made (base, and the row's own
# preparation), the command runs once under strace, which gives the list of its calls and the
# state after it, and then once for each call and fault:
#
#	kill	SIGKILL instead of the call. Frames between untouched ports pass, and the command
#		once more gives the state that it gives undisturbed: one command repairs.
#	error	the call fails. Exit 0 and the new state, or exit 2 with a message that has object and
#		cause, and the old state.
#
# Calls before the first of the command's own (the dynamic linker's) are left out. Of a long run of
# the same call, where a command reads a table row by row, there are some at each end and in
# between: FAULT_RUN.

FAULT_TABLE=$TESTS/faults/table
FAULT_RUN=48	    # calls of one kind in a row from which not each is tried
FAULT_SPREAD=16	    # of those: at either end, and spread between
FAULT_WRONG=${FAULT_WRONG:-100} # lines of what is wrong after which the row is given up

# What a call may be refused with; "-": nothing to tell from any other end of the command.
fault_errors() { # CALL
	case $1 in
	bpf) echo ENOMEM ENOSPC EPERM E2BIG ;;
	sendmsg | sendto | recvmsg | recvfrom) echo ENOBUFS ENOMEM EINTR ;;
	mkdir | rename | unlink | unlinkat | rmdir | renameat2) echo EIO ENOSPC ;;
	mount | umount2) echo EPERM ENOMEM ;;
	socket | bind | connect | setsockopt) echo ENOMEM ;;
	setns | unshare) echo ENOMEM EPERM ;;
	open | openat) echo EMFILE ENFILE ;;
	mmap | mremap) echo ENOMEM ;;
	fcntl | dup3) echo EMFILE ;;
	flock) echo EINTR ENOLCK ;;
	read | pread64 | write | pwrite64 | getdents64 | ioctl) echo EIO ;;
	esac
}

# --- the place ---------------------------------------------------------------------------

# Namespaces a, b, c and the device `ext` were there before, and a pin of somebody else.
fault_world() {
	local n
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	for n in a b c; do undo ip netns del "$n"; done
	undo ip link del ext
	fault_others a b c
	undo rm -f "$XSWITCH_BPFFS/foreign"
	bpftool map create "$XSWITCH_BPFFS/foreign" type array key 4 value 4 entries 1 name foreign
	mkdir -p "$WORK/files"
	cp "$TESTS"/faults/*.batch "$TESTS"/faults/*.yaml "$WORK/files"
	cd "$WORK/files" || exit 2
	undo fault_clear
}

# fault_others NAME...: what others have, as far as it is not there
fault_others() {
	local n
	for n; do
		[ -e "/run/netns/$n" ] && continue
		ip netns add "$n"
		nsenter --net="/run/netns/$n" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	done
	! ip link show ext >/dev/null 2>&1 || return 0
	ip link add ext address 02:ee:00:00:00:01 type veth peer name exti address 02:ee:00:00:00:02
	ip link set ext up
	ip link set exti up
}

# The switch as the row wants it; Ports a and b are what no row touches.
fault_fresh() { # BEFORE
	local line
	xsw down >/dev/null 2>&1
	ip netns list | grep -q '^new' && ip netns del new
	fault_others a b c
	[ "$1" != - ] || return 0
	xsw up --ports a,b --subnet 10.77.0.0/24 2>"$CASE/prepare" || bad "up: $(<"$CASE/prepare")"
	while read -r line; do
		[ -n "$line" ] || continue
		# shellcheck disable=SC2086
		xsw $line 2>"$CASE/prepare" && continue
		! grep "this kernel has no" "$CASE/prepare" || skip "$(<"$CASE/prepare")"
		bad "$line: $(<"$CASE/prepare")"
	done <<<"${1//;/$'\n'}"
	for line in a.2.b b.1.a; do # so that one frame each way is enough to see that frames pass
		nsenter --net="/run/netns/${line%%.*}" ip neigh replace "10.77.0.${line:2:1}" dev eth0 \
			lladdr "$(mac_of "${line##*.}")"
	done
}
mac_of() { ip -n "$1" -o link show dev eth0 | sed 's/.*ether //; s/ .*//'; }

fault_clear() {
	xsw down >/dev/null 2>&1
	ip netns list | grep -q '^new' && ip netns del new
	rm -f "$WORK"/files/*
}

# Everything that a command may change, without indices, counters and what stations say. The programs
# of XDP, pinned for the first port that has it, wait for the next one.
state() {
	{
		xsw -d show
		xsw fdb show state static
		xsw fdb show state extern
		xsw export
		find "$XSWITCH_BPFFS" -mindepth 1 ! -name '*.debug' ! -name xsw_egr ! -name xsw_xdp | sort
		cat /sys/kernel/rcu_expedited
		ip -d -o link | sed 's/^[0-9]*: //' | sort
		for n in /run/netns/*; do
			echo "$n"
			nsenter --net="$n" ip -4 -o addr | sort -k 2
		done
	} 2>&1 | sed -E 's/ entries [0-9]+ .* limited .*//; s/ carrier (on|off)//; s/ learned [0-9]+//; s/^[0-9]+: //
		s/@if[0-9]+//; s/,?(LOWER_UP|NO-CARRIER|M-DOWN)//g; s/ state [A-Z]+ / /
		s/link-netnsid [0-9]+//; s/ifindex [0-9]+//; s/prog\/xdp .*//'
}

passes() { nsenter --net=/run/netns/a ping -qnc1 -W1 10.77.0.2 >"$CASE/ping" 2>&1; }

# --- one command -------------------------------------------------------------------------

# fault_strace WORD...: with the command of the row; its exit status
fault_strace() { fault_run strace -f -qq -o "$CASE/strace" "$@"; }

# fault_run [STRACE...]: the command of the row
# shellcheck disable=SC2086 # COMMAND is words
fault_run() {
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 "$@" "$TOOL" $COMMAND >"$CASE/out" 2>"$CASE/err"
}

# The calls: "NUMBER NAME NTH-OF-ITS-NAME REST"
fault_calls() {
	awk '{ pid = $1 } NR == 1 { main = pid } pid != main || !/^[0-9]+ +[a-z_0-9]+\(/ { next }
		{ call = $2; sub(/\(.*/, "", call); nth[call]++; rest = substr($0, index($0, "("), 70) }
		/openat\(AT_FDCWD, "\/dev\/null", O_RDONLY\)/ { own = 1 }
		own && call != "exit_group" { print ++n, call, nth[call], rest }' "$CASE/strace"
}

# The last call of the opening: the netlink socket is ready.
fault_opening() {
	[ "$BEFORE" = - ] || [ -n "${FAULT_ALL:-}" ] || [[ $COMMAND =~ show$ ]] ||
		awk '/NETLINK_CAP_ACK/ { print $1; exit }' "$CASE/calls"
}

# Without those in the middle of long runs; of those with which every command opens the switch,
# which the row of `show` has all, one in 16.
fault_thin() {
	awk -v run=$FAULT_RUN -v open="$(fault_opening)" -v spread=$FAULT_SPREAD '
		function flush(i) {
			for (i = 1; i <= n; i++)
				if (n <= run || i <= spread || i > n - spread ||
				    !(i % int(n / spread + 1)))
					print held[i]
			n = 0
		}
		$1 <= open && $1 % 16 { next }
		$2 != last { flush(); last = $2 }
		{ held[++n] = $0 }
		END { flush() }'
}

wrong() {
	printf '%s\n' "$*" >>"$CASE/now"
}

differs_from() { # WANTED GOT
	diff -U2 <(tr -s ' ' '\n' <<<"$1") <(tr -s ' ' '\n' <<<"$2") | sed 1,2d | head -16 | xargs -d '\n'
}

# After a kill: the command once more is the repair. It may have been done, and say so.
fault_killed() { # WHERE
	local now rc
	[ -n "$ALONE" ] || passes || wrong "$1: no frame passes: $(<"$CASE/err")"
	fault_run
	rc=$?
	now=$(state)
	[ "$now" = "$NEW" ] ||
		wrong "$1, once more: exit $rc ($(<"$CASE/err")): $(differs_from "$NEW" "$now")"
}

fault_refused() { # WHERE RC
	local now err
	err=$(<"$CASE/err")
	now=$(state)
	case $2 in
	0)
		# what could not be done for another port is said, and done by the next writer
		if [ "$now" != "$NEW" ] && [[ $err =~ ^xswitch:\ port ]]; then
			fault_killed "$1: exit 0 ($err)"
		elif [ "$now" != "$NEW" ]; then
			wrong "$1: exit 0, but: $(differs_from "$NEW" "$now")"
		fi
		;;
	2 | 3)
		[[ $err =~ ^xswitch:\ .+:\ [A-Za-z] ]] || wrong "$1: message \"$err\""
		if [ "$now" != "$OLD" ]; then
			# what is being removed cannot come back: the same command goes on
			if [[ $COMMAND =~ ^(port\ del|down) ]]; then
				fault_killed "$1: exit $2 ($err)"
			else
				wrong "$1: exit $2 ($err): $(differs_from "$OLD" "$now")"
			fi
		fi
		;;
	*) wrong "$1: exit $2: $err" ;;
	esac
	[ -n "$ALONE" ] || passes || wrong "$1: no frame passes: $err"
	[ "$now" = "$OLD" ] || CHANGED=1
}

# One fault, with a verdict: what is wrong is in $CASE/now.
fault_one() { # ERRNO|kill NUMBER CALL NTH REST
	local rc where="call $2, $3 $4 ${*:5} $1"
	: >"$CASE/now"
	if [ "$1" = kill ]; then
		# no --seccomp-bpf: with it strace 6.1 injects no signal
		{ fault_strace -e "trace=$3" -e "inject=$3:signal=KILL:when=$4"; } 2>/dev/null
		rc=$?
		CHANGED=1
		[ "$rc" = 137 ] || return 0
		KILLS+=1
		fault_killed "$where"
	else
		{ fault_strace --seccomp-bpf -e "trace=$3" -e "inject=$3:error=$1:when=$4"; } 2>/dev/null
		rc=$?
		if grep -q INJECTED "$CASE/strace"; then
			ERRORS+=1
			fault_refused "$where" "$rc"
		else
			CHANGED=1
		fi
	fi
}

# As it was before the command, in the short way that the row knows.
fault_back() {
	local line
	[ -n "$CHANGED" ] || return 0
	CHANGED=
	[ "$BACK" != - ] || { fault_fresh "$BEFORE"; return; }
	while read -r line; do
		# shellcheck disable=SC2086
		xsw $line >/dev/null 2>&1
	done <<<"${BACK//;/$'\n'}"
}

# A fault that is not dealt with is tried again on a fresh switch, lest another one left it.
fault_try() {
	fault_one "$@"
	[ -s "$CASE/now" ] || { fault_back; return; }
	fault_fresh "$BEFORE"
	if [ "$(state)" != "$OLD" ]; then
		wrong "cannot be as before: $(differs_from "$OLD" "$(state)")"
	else
		fault_one "$@"
	fi
	cat "$CASE/now" >>"$CASE/wrong"
	[ -s "$CASE/now" ] || return
	CHANGED=
	fault_fresh "$BEFORE"
}

# fault_look NAME: the row, the switch before and after it, and its calls
fault_look() {
	fault_find "$1"
	[ "$BEFORE" != - ] && [ "$COMMAND" != down ] || ALONE=1 # no ports that others use
	fault_world
	fault_fresh "$BEFORE"
	OLD=$(state)
	if ! fault_strace; then
		! grep "this kernel has no" "$CASE/err" || skip "$(<"$CASE/err")"
		bad "$COMMAND: $(<"$CASE/err")"
	fi
	NEW=$(state)
	fault_calls >"$CASE/calls"
	fault_thin <"$CASE/calls" >"$CASE/thin"
	: >"$CASE/wrong"
	fault_back
	[ "$(state)" = "$OLD" ] || bad "$BACK: $(differs_from "$OLD" "$(state)")"
}

# fault_row NAME N|REGEX: all faults, one in N, or those that match
fault_row() {
	local BEFORE COMMAND BACK OLD NEW ALONE='' CHANGED=1 n call nth rest err i=0
	local -i KILLS=0 ERRORS=0
	fault_look "$1"
	while read -r n call nth rest; do
		for err in kill $(fault_errors "$call"); do
			i=$((i + 1))
			fault_chosen "$i" "$2" "$call $rest $err" || continue
			fault_try "$err" "$n" "$call" "$nth" "$rest"
			[ "$(wc -l <"$CASE/wrong")" -lt "$FAULT_WRONG" ] || break 2
		done
	done <"$CASE/thin"
	echo "$1: $(wc -l <"$CASE/calls") calls, $(wc -l <"$CASE/thin") of them tried: $KILLS kills," \
		"$ERRORS errors" | tee -a "${FAULT_REPORT:-/dev/null}"
	[ ! -s "$CASE/wrong" ] || bad "$(tee -a "${FAULT_REPORT:-/dev/null}" <"$CASE/wrong")"
}

# A sample of 1 in N, the same ones for the same XSW_SEED; or those whose words match a pattern.
fault_chosen() { # I N|REGEX "CALL REST ERRNO|kill"
	case $2 in
	*[!0-9]*) [[ $3 =~ $2 ]] ;;
	*) [ $((($1 * 7919 + ${XSW_SEED:-1}) % $2)) = 0 ] ;;
	esac
}

# --- what vanishes while a command is at work ---------------------------------------------

vanish_netns() { ip netns del c; }
vanish_device() { ip link del ext; }
vanish_peer() { ip -n c link set eth0 netns b name moved; }
vanish_bpffs() { umount -l "$XSWITCH_BPFFS"; }

is_held() { grep -q "stopped by SIGSTOP" "$CASE/held" || ! kill -0 "$1" 2>/dev/null; }

# fault_held EVENT CALL NTH: the command stops behind the call, the event happens, it goes on
fault_held() {
	local pid rc
	: >"$CASE/held"
	# shellcheck disable=SC2086
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o "$CASE/held" -e "trace=$2" \
		-e "inject=$2:signal=STOP:when=$3" "$TOOL" $COMMAND >"$CASE/out" 2>"$CASE/err" &
	pid=$!
	wait_until 10000 is_held "$pid" || bad "$2 $3: the command does not come so far"
	"vanish_$1" 2>/dev/null
	kill -CONT "$(sed -n '1s/ .*//p' "$CASE/held")" 2>/dev/null
	wait "$pid"
	rc=$?
	[[ $rc = [0234] ]] || wrong "$1 vanished after $2 $3: exit $rc: $(<"$CASE/err")"
	[ "$rc" = 0 ] || grep -q "^xswitch: " "$CASE/err" || wrong "$1, $2 $3: no message"
}

# What others had is there again; the row's way back, or `down` and `up`, must be enough.
fault_settle() { # WHERE
	if ! mountpoint -q "$XSWITCH_BPFFS"; then
		xsw down 2>"$CASE/err" || wrong "$1: down: $(<"$CASE/err")"
		mount -t bpf bpf "$XSWITCH_BPFFS"
		bpftool map create "$XSWITCH_BPFFS/foreign" type array key 4 value 4 entries 1 \
			name foreign
	else
		xsw show >/dev/null 2>"$CASE/err" || [ -n "$ALONE" ] ||
			wrong "$1: show: $(<"$CASE/err")"
		[ -n "$ALONE" ] || passes || wrong "$1: no frame passes"
	fi
	ip -n b link del moved 2>/dev/null
	CHANGED=1
	fault_back
	fault_fresh "$BEFORE"
	[ "$(state)" = "$OLD" ] || wrong "$1: $(differs_from "$OLD" "$(state)")"
}

# fault_vanish NAME EVENT N: behind one in N of the calls that matter
fault_vanish() {
	local BEFORE COMMAND BACK OLD NEW ALONE='' CHANGED=1 n call nth rest i=0 held=0
	fault_look "$1"
	fault_fresh "$BEFORE"
	while read -r n call nth rest; do
		[[ $call =~ ^(bpf|sendmsg|setns|openat|mount|unlinkat|rename|rmdir|flock)$ ]] || continue
		i=$((i + 1))
		fault_chosen "$i" "$3" || continue
		: >"$CASE/now"
		held=$((held + 1))
		fault_held "$2" "$call" "$nth"
		fault_settle "$2 vanished after call $n, $call $nth $rest"
		cat "$CASE/now" >>"$CASE/wrong"
		[ "$(wc -l <"$CASE/wrong")" -lt "$FAULT_WRONG" ] || break
	done <"$CASE/thin"
	echo "$1: $2 vanished at $held calls" | tee -a "${FAULT_REPORT:-/dev/null}"
	[ ! -s "$CASE/wrong" ] || bad "$(tee -a "${FAULT_REPORT:-/dev/null}" <"$CASE/wrong")"
}

# fault_find NAME: the row of the table, as BEFORE, COMMAND and BACK
fault_find() {
	local name
	while IFS='|' read -r name BEFORE COMMAND BACK; do
		read -r name <<<"$name"
		[ "$name" = "$1" ] || continue
		read -r BEFORE <<<"$BEFORE"
		read -r COMMAND <<<"$COMMAND"
		read -r BACK <<<"$BACK"
		return
	done < <(grep -v '^#' "$FAULT_TABLE")
	bad "the table has no row $1"
}
