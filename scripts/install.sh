#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# install.sh - the one list of what is installed, and its installation
#
#   install.sh install      below $DESTDIR; what is built is in $BUILD
#   install.sh uninstall    removes the same files, and what is empty then
#   install.sh list         prints where they go
#
# Directories by the usual names: prefix sbindir datadir mandir docdir unitdir cnidir sysconfdir.
set -eu
cd "$(dirname "$0")/.."

BUILD=${BUILD:-build}
DESTDIR=${DESTDIR:-}
prefix=${prefix:-/usr/local}
sbindir=${sbindir:-$prefix/sbin}
datadir=${datadir:-$prefix/share}
docdir=${docdir:-$datadir/doc/xswitch}
mandir=${mandir:-$datadir/man}
unitdir=${unitdir:-$prefix/lib/systemd/system}
cnidir=${cnidir:-$prefix/lib/cni}
sysconfdir=${sysconfdir:-/etc}

# mode, from where, to where; "@FILE" has names of directories in it
files()
{
	local file

	cat <<-EOF
		755 $BUILD/xswitch $sbindir/xswitch
		755 $BUILD/xswitch-cni $cnidir/xswitch-cni
		644 completion:bash $datadir/bash-completion/completions/xswitch
		644 completion:zsh $datadir/zsh/site-functions/_xswitch
		644 completion:fish $datadir/fish/vendor_completions.d/xswitch.fish
		644 @packaging/systemd/xswitch@.service $unitdir/xswitch@.service
		644 @packaging/systemd/xswitch-agent@.service $unitdir/xswitch-agent@.service
		644 @packaging/systemd/xswitch-exporter.service $unitdir/xswitch-exporter.service
	EOF
	for file in man/*.in; do
		file=$(basename "$file" .in)
		echo "644 $BUILD/man/$file $mandir/man${file##*.}/$file"
	done
	for file in topologies/*.yaml topologies/README.md; do
		echo "644 $file $docdir/$file"
	done
}

content() # FROM
{
	case $1 in
	completion:*) "$BUILD/xswitch" completion "${1#*:}" ;;
	@*) sed "s|@sbindir@|$sbindir|; s|@sysconfdir@|$sysconfdir|" "${1#@}" ;;
	*) cat "$1" ;;
	esac
}

install_one() # MODE FROM TO
{
	mkdir -p "$DESTDIR$(dirname "$3")"
	# a new file takes the place of the old: one that runs stays whole
	content "$2" >"$DESTDIR$3.new"
	chmod "$1" "$DESTDIR$3.new"
	mv -f "$DESTDIR$3.new" "$DESTDIR$3"
}

list_one() # MODE FROM TO
{
	echo "$3"
}

uninstall_one() # MODE FROM TO
{
	rm -f "$DESTDIR$3"
	rmdir -p --ignore-fail-on-non-empty "$DESTDIR$(dirname "$3")" 2>/dev/null || :
}

case ${1-} in
install | uninstall) do=$1_one ;;
list) do=list_one ;;
*)
	sed -n '4,10s/^# \{0,1\}//p' "$0" >&2
	exit 1
	;;
esac
umask 022
files | while read -r mode from to; do
	"$do" "$mode" "$from" "$to"
done
