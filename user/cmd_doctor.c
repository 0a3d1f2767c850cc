// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_doctor.c - xswitch doctor: what is wrong, and what mends it
 *
 * Example: "switch sw0 port ns1 down warning eth0 in its namespace is down", then indented
 * "fix nsenter --net=/run/netns/ns1 ip link set eth0 up".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"

/* A finding, with the words of the text before it. */
struct record {
	struct doctor_finding f;
	const char *object; /* "machine"; NULL: a switch */
};

#define OFF(member)   offsetof(struct record, member)
#define F_OFF(member) offsetof(struct record, f.member)

static const struct out_field fields[] = {
	{ "object", .kind = OUT_CSTR, .when = OUT_TEXT | OUT_BARE, .off = OFF(object) },
	{ "switch", .kind = OUT_STR, .off = F_OFF(switch_name) },
	{ "port", .kind = OUT_STR, .off = F_OFF(port) },
	{ "check", .kind = OUT_CSTR, .when = OUT_BARE, .off = F_OFF(check) },
	{ "severity", .kind = OUT_CSTR, .when = OUT_BARE, .off = F_OFF(severity) },
	{ "text", .kind = OUT_STR, .when = OUT_BARE, .off = F_OFF(text) },
	{ "fix", .kind = OUT_STR, .when = OUT_LINE, .off = F_OFF(fix) },
	{ 0 },
};

static void print(const struct doctor_finding *f, void *arg)
{
	struct record r = { .f = *f, .object = *f->switch_name ? NULL : "machine" };

	(*(size_t *)arg)++;
	out_record(fields, &r);
}

static int unknown_check(const struct args *args, const char *word)
{
	char list[1024] = "";
	size_t len = 0;

	for (size_t i = 0; doctor_checks[i] && len < sizeof(list); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i ? ", " : "",
					doctor_checks[i]);
	return args_fail(args, XSW_USAGE, "unknown check %s, expected some of %s", quoted(word),
			 list);
}

static int choose_one(const struct args *args, const char *word, struct doctor_spec *spec)
{
	size_t i = 0;

	while (doctor_checks[i] && strcmp(doctor_checks[i], word))
		i++;
	if (!doctor_checks[i])
		return unknown_check(args, word);
	if (spec->checks[i])
		return args_fail(args, XSW_USAGE, "check %s is given twice", quoted(word));
	spec->checks[i] = true;
	return XSW_OK;
}

static int choose(const struct args *args, const char *list, struct doctor_spec *spec)
{
	char *copy, *rest, *word;
	int status = XSW_OK;

	for (size_t i = 0; !list && doctor_checks[i]; i++)
		spec->checks[i] = true;
	if (!list)
		return XSW_OK;
	copy = rest = strdup(list);
	if (!copy)
		return fail(XSW_REFUSED, "out of memory");
	while (!status && (word = strsep(&rest, ",")))
		status = choose_one(args, word, spec);
	free(copy);
	return status;
}

struct words {
	const char *checks;
};

static const struct arg_def args_doctor[] = {
	{ "--check", "LIST", ARG_STRING, .off = offsetof(struct words, checks),
	  .choices = doctor_checks },
};

static int doctor(struct cmd_env *env, struct args *args)
{
	struct doctor_spec spec = { .all = env->out.details };
	struct words words = { 0 };
	size_t told = 0;
	int status, end;

	status = args_parse(args, args_doctor, sizeof(args_doctor) / sizeof(*args_doctor), &words);
	if (!status)
		status = choose(args, words.checks, &spec);
	if (status)
		return status;
	out_begin(&env->out);
	status = doctor_run(&env->xsw, &spec, print, &told);
	if (status && status != XSW_DIFFERS)
		return status;
	end = out_end();
	if (!told)
		info("no findings");
	return end ? end : status;
}

static const struct cmd cmds[] = {
	{ "", doctor, "[--check LIST]",
	  "what is wrong with the machine and its switches (-S: one), with the fix; -d: every check "
	  "made" },
	{ 0 },
};

const struct object cmd_doctor = { "doctor", cmds, "find what is wrong, and what mends it" };
