#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# man.sh - the manuals: man/PAGE.SECTION.in with what the program itself says of its words
#
#   man.sh XSWITCH DIR      writes DIR/PAGE.SECTION
#
# A line of a page that stands for the tables of the code:
#
#   @date@                 of the newest commit, SOURCE_DATE_EPOCH if that is set
#   @object OBJECT@        the beginning of its page: name, and how its commands are called
#   @commands OBJECT@      what each of them does
#   @objects@ @options@    of the program
#   @reasons@              include/xsw_reasons.h
#   @checks@               user/doctor.c
set -eu
cd "$(dirname "$0")/.."
xswitch=$1 dir=$2
mkdir -p "$dir"

# Text as it stands: no request of roff, no escape.
plain()
{
	sed 's/\\/\\e/g; s/^[.'\'']/\\\&&/; s/-/\\-/g'
}

usage() # OBJECT
{
	echo '.Bd -literal -compact'
	"$xswitch" "$1" help | sed '/^$/,$d; s/^Usage: //; s/^       //' | plain
	echo '.Ed'
}

# "  name   text", and lines that go on below the text
list() # MACRO
{
	local macro=$1

	echo '.Bl -tag -width Ds'
	plain | awk -v macro="$macro" '
		/^  [^ ]/ {
			split($0, part, /   */)
			name = part[2]
			text = substr($0, index($0, name) + length(name))
			if (name ~ / / && part[3] == "") {
				text = substr(name, index(name, " "))
				name = substr(name, 1, index(name, " ") - 1)
			}
			sub(/^ */, "", text)
			print ".It " macro " " name
			print text | "fold -s -w 76"
			close("fold -s -w 76")
			next
		}
		{ sub(/^ */, ""); print | "fold -s -w 76"; close("fold -s -w 76") }'
	echo '.El'
}

commands() # OBJECT
{
	local text

	text=$("$xswitch" "$1" help | sed '1,/^$/d; /^Without a command/d')
	if "$xswitch" "$1" help | grep -q '^Without a command'; then
		list Cm <<<"${text%$'\n'}"
		printf 'Without a command:\n.Cm %s .\n' \
			"$("$xswitch" "$1" help | sed -n 's/^Without a command: \(.*\)\.$/\1/p')"
	else
		echo .Pp
		sed 's/^ *//; /^$/d' <<<"$text" | fold -s -w 76 | plain
	fi
}

section() # HEADING: of the program's help
{
	"$xswitch" help | sed "1,/^$1:/d; /^\$/,\$d"
}

reasons()
{
	local kind

	for kind in DROP NOTE; do
		if [ $kind = DROP ]; then
			echo 'The frame ends here:'
		else
			echo 'The frame goes on, but something beside it did not happen:'
		fi
		sed -nE 's/^\tR\(([a-z_]+), '$kind', "(.*)"\).*/  \1   \2/p' include/xsw_reasons.h | list Sy
	done
}

checks()
{
	local kind of

	while read -r kind of; do
		echo ".Ss $of"
		sed -nE 's/^\tROW\('"$kind"', ([a-z_]+), "(.*)"\).*/  \1   \2/p' user/doctor.c | list Sy
	done <<-'ROWS'
		MACHINE Of the machine
		PINS Of the pins of a switch
		SWITCH Of a switch
		OF_PORTS Of a port
	ROWS
}

object() # OBJECT
{
	printf '.Dd %s\n.Dt XSWITCH-%s 8\n.Os\n.Sh NAME\n.Nm xswitch-%s\n.Nd %s\n.Sh SYNOPSIS\n' \
		"$date" "${1^^}" "$1" "$(section Objects | sed -n "s/^  $1 *//p")"
	usage "$1"
	echo '.Sh DESCRIPTION'
}

page() # FILE
{
	local line

	while IFS= read -r line; do
		case $line in
		@object\ *@) object "${line:8:-1}" ;;
		@commands\ *@) commands "${line:10:-1}" ;;
		@objects@) section Objects | list Cm ;;
		@options@) section Options | list Fl | sed 's/^\.It Fl \\-/.It Fl /; /^\.It Fl/{s/, \\-/ , Fl /g}' ;;
		@reasons@) reasons ;;
		@checks@) checks ;;
		*@date@*) echo "${line/@date@/$date}" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$1"
}

when=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || :)}
date=$(LC_ALL=C date -ud "@${when:-$(date +%s)}" '+%B %-d, %Y')
for in in man/*.in; do
	page "$in" | sed 's/ *$//' >"$dir/$(basename "$in" .in)"
done
