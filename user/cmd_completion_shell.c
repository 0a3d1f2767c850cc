// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_completion_shell.c - the shells' parts of completion: they ask `xswitch completion words`
 */
#include <stdio.h>

#include "cmd.h"

static int script(const char *text)
{
	FILE *f = out_stream();

	if (!f)
		return XSW_REFUSED;
	fputs(text, f);
	fclose(f);
	return out_end();
}

static const char bash[] =
	"# bash completion of xswitch(8)\n"
	"_xswitch()\n"
	"{\n"
	"	local IFS=$'\\n' line=${COMP_LINE:0:COMP_POINT} word\n"
	"	mapfile -t COMPREPLY < <(xswitch completion words \"$line\" 2>/dev/null | sort -u)\n"
	"	if [ \"${COMPREPLY[*]}\" = :file ]; then\n"
	"		COMPREPLY=()\n"
	"		compopt -o default\n"
	"		return\n"
	"	fi\n"
	"	# readline replaces what follows the last ':' or '='\n"
	"	word=${line##*[[:space:]]}\n"
	"	case $word in *[:=]*) word=${word%\"${word##*[:=]}\"} ;; *) word= ;; esac\n"
	"	COMPREPLY=(\"${COMPREPLY[@]#\"$word\"}\")\n"
	"	case ${COMPREPLY[*]} in *,) compopt -o nospace ;; esac\n"
	"}\n"
	"complete -F _xswitch xswitch\n";

static const char zsh[] =
	"#compdef xswitch\n"
	"local -a found\n"
	"found=(${(f)\"$(xswitch completion words \"${LBUFFER}\" 2>/dev/null | sort -u)\"})\n"
	"if [[ \"$found\" == :file ]]; then _files; else compadd -- $found; fi\n";

static const char fish[] =
	"# fish completion of xswitch(8)\n"
	"function __xswitch_words\n"
	"	set -l found (xswitch completion words (commandline -cp) 2>/dev/null | sort -u)\n"
	"	if test \"$found\" = :file\n"
	"		__fish_complete_path (commandline -ct)\n"
	"	else\n"
	"		printf '%s\\n' $found\n"
	"	end\n"
	"end\n"
	"complete -c xswitch -f -a '(__xswitch_words)'\n";

int cmd_completion_bash(struct cmd_env *env, struct args *args)
{
	(void)env;
	return args_end(args) ?: script(bash);
}

int cmd_completion_zsh(struct cmd_env *env, struct args *args)
{
	(void)env;
	return args_end(args) ?: script(zsh);
}

int cmd_completion_fish(struct cmd_env *env, struct args *args)
{
	(void)env;
	return args_end(args) ?: script(fish);
}
