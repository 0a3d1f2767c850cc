#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Installed by make and by dpkg, as a service, and gone again without a trace.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

UNITS=$TOP/packaging/systemd
BUILT=$(dirname "$TOOL")
export BUILD=$BUILT # scripts/install.sh

"$TOP/scripts/man.sh" "$TOOL" "$BUILT/man" || exit 2

files_of() { (cd "$1" && find . -type f -printf '%m /%P\n' | sort -k2); }

installed_and_uninstalled() {
	local dir=$CASE/dest
	DESTDIR=$dir "$TOP/scripts/install.sh" install
	equal "what is installed" "$(files_of "$dir" | cut -d' ' -f2)" \
		"$("$TOP/scripts/install.sh" list | sort)"
	equal "modes" "$(files_of "$dir" | cut -d' ' -f1 | sort | uniq -c | awk '{print $2}' |
		tr '\n' ' ')" "644 755 "
	equal "version" "$("$dir/usr/local/sbin/xswitch" --version)" "$("$TOOL" --version)"
	like "unit" "$(<"$dir/usr/local/lib/systemd/system/xswitch@.service")" \
		$'\n''ExecStart=/usr/local/sbin/xswitch -S %i apply /etc/xswitch/%i.yaml'
	not grep -r '@s[a-z]*dir@' "$dir" || bad "a directory is not filled in"
	# again, and with another prefix, beside each other
	DESTDIR=$dir "$TOP/scripts/install.sh" install
	DESTDIR=$dir prefix=/opt/x "$TOP/scripts/install.sh" install
	mkdir -p "$dir/usr/local/share/man/man8"
	touch "$dir/usr/local/share/man/man8/other.8"
	DESTDIR=$dir "$TOP/scripts/install.sh" uninstall
	DESTDIR=$dir prefix=/opt/x "$TOP/scripts/install.sh" uninstall
	equal "left" "$(files_of "$dir")" "644 /usr/local/share/man/man8/other.8"
}

# unit NAME: with its directories filled in, as make install does
unit() {
	mkdir -p "$CASE/etc/xswitch"
	sed "s|@sbindir@|$BUILT|; s|@sysconfdir@|$CASE/etc|" "$UNITS/$1"
}

# run_unit NAME KEY INSTANCE: the lines of that key, as the service manager would run them
run_unit() {
	local line
	unit "$1" | sed -n "s/^$2=//p" | sed "s|%i|$3|g" | while read -r line; do
		$line >>"$CASE/unit.out" 2>&1 || bad "$line: $? $(<"$CASE/unit.out")"
	done
}

units_are_well_formed() {
	command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
	mkdir -p "$CASE/units"
	for f in "$UNITS"/*; do unit "$(basename "$f")" >"$CASE/units/$(basename "$f")"; done
	(cd "$CASE/units" && cp xswitch@.service xswitch@sw0.service &&
		cp xswitch-agent@.service xswitch-agent@sw0.service)
	for f in xswitch@sw0 xswitch-agent@sw0 xswitch-exporter; do
		# the machine's own units are none of ours
		equal "$f" "$(systemd-analyze verify --man=no "$CASE/units/$f.service" 2>&1 |
			grep "$CASE")" ""
	done
}

service() {
	local pid file=$CASE/etc/xswitch/sw0.yaml
	mkdir -p "$CASE/etc/xswitch"
	echo "ports: {$(port 1): {address: 10.77.0.1/24}, $(port 2): {address: 10.77.0.2/24}}" >"$file"
	run_unit xswitch@.service ExecStart sw0
	ns 1 ping -qi 0.01 -c $((150 * SLOW)) -W 2 10.77.0.2 >"$CASE/ping" &
	pid=$!
	undo reap "$pid"
	# reloaded over and over while frames pass: more ports, fewer, other VLANs beside
	for i in 3 4 5; do
		echo "ports: {$(port 1): {address: 10.77.0.1/24}, $(port 2): {address: 10.77.0.2/24},
			$(port "$i"): {mode: access, tag: $i}}" >"$file"
		run_unit xswitch@.service ExecReload sw0
	done
	wait "$pid" || bad "ping: $(<"$CASE/ping")"
	like "ping" "$(<"$CASE/ping")" ' 0% packet loss'
	equal "ports" "$(xsw -j show | jq -c '[.[].ports[].port]')" \
		"[\"$(port 1)\",\"$(port 2)\",\"$(port 5)\"]"
	run_unit xswitch@.service ExecStop sw0
	equal "left" "$(leftovers)" ""
}

# --- the Debian package -----------------------------------------------------------------------

# A copy of this machine's root that takes changes and keeps them apart.
new_root() {
	local dir=$CASE/root
	mkdir "$dir"
	mount -t tmpfs root "$dir" || bad "tmpfs"
	mkdir "$dir"/{upper,work,all}
	undo umount -l "$dir"
	mount -t overlay -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work" overlay "$dir/all" ||
		skip "no overlayfs"
	undo umount -l "$dir/all"
	mkdir -p "$dir/all/run"
	for d in proc dev sys run; do
		mount --rbind "/$d" "$dir/all/$d" || bad "mount $d"
		undo umount -l "$dir/all/$d"
	done
	ROOT=$dir/all UPPER=$dir/upper
}

debian_package() {
	local deb id
	command -v dpkg-buildpackage dh lintian >/dev/null || skip "debhelper or lintian is missing"
	git -C "$TOP" rev-parse HEAD >/dev/null 2>&1 || skip "not a git checkout"
	"$TOP/scripts/deb.sh" >"$CASE/debs" 2>"$CASE/log" || bad "$(<"$CASE/log")"
	deb=$(grep '/xswitch_' "$CASE/debs")
	equal "lintian" "$(lintian --allow-root -IL +pedantic --fail-on none "$deb" 2>&1)" ""
	new_root
	cp "$deb" "$ROOT/root/"
	chroot "$ROOT" dpkg -i "/root/$(basename "$deb")" >"$CASE/log" 2>&1 || bad "$(<"$CASE/log")"
	# of the same sources, elsewhere, at another time: the same bytes
	id=$(readelf -n "$ROOT/usr/sbin/xswitch" | sed -n 's/.*Build ID: //p')
	[ ! "$TOP/build/xswitch" -nt "$TOP/user/main.c" ] ||
		equal "build" "$id" "$(readelf -n "$TOP/build/xswitch" | sed -n 's/.*Build ID: //p')"
	chroot "$ROOT" xswitch up --ports "$(port 1)" --subnet none || bad "up"
	equal "ports" "$(xsw -j show | jq -c '[.[].ports[].port]')" "[\"$(port 1)\"]"
	chroot "$ROOT" dpkg -P xswitch >"$CASE/log" 2>&1 || bad "$(<"$CASE/log")"
	equal "switches after removal" "$(leftovers)" ""
	rm "$ROOT/root/$(basename "$deb")"
	equal "traces" "$(cd "$UPPER" && find . ! -type d | grep -v '^./var/\(log\|lib/dpkg\|cache\)/')" ""
}

run_case - installed_and_uninstalled
run_case - units_are_well_formed
run_case - service
run_case - debian_package
finish
