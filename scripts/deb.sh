#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deb.sh - the Debian packages, in build/deb, from what git tracks
#
# The time of the newest commit is the time of everything in them: from the same commit come the
# same bytes.
set -eu
cd "$(dirname "$0")/.."
scripts/deps.sh --install build package
# of a make that calls this for another build; its words reach others by MAKEFLAGS, too
unset SAN COV BUILD ARGS MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL

version=$(sed -n 's/^#define XSW_VERSION "\(.*\)"/\1/p' user/cmd.h)
out=$PWD/build/deb
tree=$out/xswitch-$version
rm -rf "$out"
mkdir -p "$tree"
git ls-files -z | xargs -0 cp --parents -t "$tree"
cp -r packaging/debian "$tree/debian"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
sed "s/@VERSION@/$version/; s/@DATE@/$(date -uRd "@$SOURCE_DATE_EPOCH")/" \
	packaging/debian/changelog >"$tree/debian/changelog"
cd "$tree"
dpkg-buildpackage -us -uc -b -Pnocheck >"$out/build.log" 2>&1 || {
	tail -n 30 "$out/build.log" >&2
	exit 1
}
rm -rf "$tree"
ls "$out"/*.deb
