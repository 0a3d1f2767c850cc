// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_script.c - the list of commands: built, printed for sh, run
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "exec.h"
#include "topo_host.h"
#include "topo_steps.h"

#define COMMAND_LIMIT 120    /* seconds */
#define BLANK	      '\x1f' /* between words, before they are cut apart */

// clang-format off
#define BACKENDS(ROW)                                                                              \
	ROW("xswitch", "this switch", TOPO_MARK, topo_xsw_plan)                                    \
	ROW("bridge", "the Linux bridge", TOPO_MARK "-bridge", topo_bridge_plan)                   \
	ROW("ovs", "Open vSwitch with veth pairs", TOPO_MARK "-ovs", topo_ovs_plan)                \
	ROW("ovs-internal", "Open vSwitch with internal ports", TOPO_MARK "-ovs-internal",         \
	    topo_ovs_internal_plan)                                                                \
	ROW("veth", "a veth pair instead of a switch with two ports", TOPO_MARK "-veth",           \
	    topo_veth_plan)
#define BACKEND(...)	   { __VA_ARGS__ },
#define BACKEND_NAME(name, ...) name,

const struct topo_backend topo_backends[] = { BACKENDS(BACKEND) { 0 } };
const char *const topo_backend_words[] = { BACKENDS(BACKEND_NAME) NULL };
// clang-format on

struct command {
	char **words; /* ends with NULL */
	size_t n;
};

struct step {
	struct command make, undo; /* n 0: nothing to take back */
	struct command look;	   /* the undo is for what it prints `line` of; n 0: always */
	char *line;
	size_t section;
};

struct section {
	char *comment;
	struct topo_mark mark;
};

struct topo_script {
	const struct topo *topo;
	const struct topo_backend *backend;
	struct section *sections;
	size_t nsections;
	struct step *steps;
	size_t nsteps;
	unsigned wrong; /* keys that cannot be expressed */
	bool oom;
};

/* --- building ---------------------------------------------------------------------------- */

/* A zeroed element more; NULL: out of memory. */
static void *grow(struct topo_script *s, void *list, size_t *n, size_t size)
{
	char **at = list;
	char *more = reallocarray(*at, *n + 1, size);

	if (!more) {
		s->oom = true;
		return NULL;
	}
	*at = more;
	return memset(more + (*n)++ * size, 0, size);
}

static void add_word(struct topo_script *s, struct command *c, const char *text)
{
	/* the NULL behind the last word is there from the first on */
	char **words = reallocarray(c->words, c->n + 2, sizeof(char *));
	char *word = strdup(text);

	if (words)
		c->words = words;
	if (!words || !word) {
		free(word);
		s->oom = true;
		return;
	}
	c->words[c->n++] = word;
	c->words[c->n] = NULL;
}

/* The words of a format, cut at its own blanks only. */
__attribute__((format(printf, 3, 0))) static void
add_words(struct topo_script *s, struct command *c, const char *fmt, va_list ap)
{
	char *marked = strdup(fmt), *text = NULL, *rest, *word;

	for (char *p = marked; p && *p; p++)
		if (*p == ' ')
			*p = BLANK;
	if (!marked || vasprintf(&text, marked, ap) < 0) {
		s->oom = true;
		text = NULL;
	}
	for (rest = text; rest && (word = strsep(&rest, (char[]){ BLANK, '\0' }));)
		add_word(s, c, word);
	free(text);
	free(marked);
}

/* These know -n; others are run by `ip netns exec`. */
static bool knows_netns(const char *fmt)
{
	static const char *const programs[] = { "ip ", "bridge ", "tc ", "xswitch " };

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		if (!strncmp(fmt, programs[i], strlen(programs[i])))
			return true;
	return false;
}

__attribute__((format(printf, 4, 0))) static void
fill(struct topo_script *s, struct command *c, const char *netns, const char *fmt, va_list ap)
{
	char program[16];

	if (netns && knows_netns(fmt)) {
		snprintf(program, sizeof(program), "%.*s", (int)strcspn(fmt, " "), fmt);
		add_word(s, c, program);
		add_word(s, c, "-n");
		add_word(s, c, netns);
		fmt += strcspn(fmt, " ") + 1;
	} else if (netns) {
		add_word(s, c, "ip");
		add_word(s, c, "netns");
		add_word(s, c, "exec");
		add_word(s, c, netns);
	}
	add_words(s, c, fmt, ap);
}

void script_section(struct topo_script *s, const struct topo_mark *mark, const char *fmt, ...)
{
	struct section *section = grow(s, &s->sections, &s->nsections, sizeof(*section));
	va_list ap;

	if (!section)
		return;
	section->mark = *mark;
	va_start(ap, fmt);
	if (vasprintf(&section->comment, fmt, ap) < 0) {
		section->comment = NULL;
		s->oom = true;
	}
	va_end(ap);
}

void script_do(struct topo_script *s, const char *netns, const char *fmt, ...)
{
	struct step *step = grow(s, &s->steps, &s->nsteps, sizeof(*step));
	va_list ap;

	if (!step)
		return;
	step->section = s->nsections - 1;
	va_start(ap, fmt);
	fill(s, &step->make, netns, fmt, ap);
	va_end(ap);
}

void script_more(struct topo_script *s, const char *fmt, ...)
{
	va_list ap;

	if (!s->nsteps)
		return;
	va_start(ap, fmt);
	add_words(s, &s->steps[s->nsteps - 1].make, fmt, ap);
	va_end(ap);
}

void script_undo(struct topo_script *s, const char *netns, const char *fmt, ...)
{
	va_list ap;

	if (!s->nsteps)
		return;
	va_start(ap, fmt);
	fill(s, &s->steps[s->nsteps - 1].undo, netns, fmt, ap);
	va_end(ap);
}

void script_if(struct topo_script *s, const char *netns, const char *line, const char *fmt, ...)
{
	struct step *step = s->nsteps ? &s->steps[s->nsteps - 1] : NULL;
	va_list ap;

	if (!step)
		return;
	step->line = strdup(line);
	s->oom |= !step->line;
	va_start(ap, fmt);
	fill(s, &step->look, netns, fmt, ap);
	va_end(ap);
}

const char *script_mark(const struct topo_script *s)
{
	return s->backend->mark;
}

void script_cannot(struct topo_script *s, const struct topo_mark *mark, const char *object,
		   const char *name, const char *key, const char *why)
{
	fail(XSW_USAGE, "%s:%u:%u: %s %s: the back end %s cannot express %s%s%s", s->topo->file,
	     mark->line, mark->column, object, name, s->backend->name, key, why ? ": " : "",
	     why ? why : "");
	s->wrong++;
}

void script_at(const struct topo_script *s, const struct topo_mark *mark)
{
	log_place(mark ? s->topo->file : NULL, mark ? mark->line : 0, mark ? mark->column : 0);
}

static void command_free(struct command *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->words[i]);
	free(c->words);
}

void topo_script_free(struct topo_script *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nsteps; i++) {
		command_free(&s->steps[i].make);
		command_free(&s->steps[i].undo);
		command_free(&s->steps[i].look);
		free(s->steps[i].line);
	}
	for (size_t i = 0; i < s->nsections; i++)
		free(s->sections[i].comment);
	free(s->steps);
	free(s->sections);
	free(s);
}

int topo_script_make(const struct topo *topo, const struct topo_backend *backend,
		     struct topo_script **out)
{
	struct topo_script *s = calloc(1, sizeof(*s));
	int status;

	*out = NULL;
	if (!s)
		return fail(XSW_REFUSED, "out of memory");
	s->topo = topo;
	s->backend = backend;
	status = backend->plan(topo, s);
	if (!status && s->wrong)
		status = XSW_USAGE;
	if (!status && s->oom)
		status = fail(XSW_REFUSED, "out of memory");
	if (status)
		topo_script_free(s);
	else
		*out = s;
	return status;
}

/* --- printing ---------------------------------------------------------------------------- */

static void print_word(const char *word, FILE *to)
{
	if (shell_plain(word)) {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (const char *p = word; *p; p++)
		if (*p == '\'')
			fputs("'\\''", to);
		else
			fputc(*p, to);
	fputc('\'', to);
}

static void print_command(const struct command *c, FILE *to)
{
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			fputc(' ', to);
		print_word(c->words[i], to);
	}
}

static bool by_ip(const struct command *c)
{
	return !strcmp(c->words[0], "ip");
}

/* "if ip link show dev sw0p1 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then ...; fi" */
static void print_guarded(const struct step *step, FILE *to)
{
	fputs("if ", to);
	print_command(&step->look, to);
	fputs(by_ip(&step->look) ? " 2>/dev/null | grep -qxF " : " | grep -qxF ", to);
	print_word(step->line, to);
	fputs("; then ", to);
	print_command(&step->undo, to);
	fputs("; fi", to);
}

void topo_script_print(const struct topo_script *s, enum topo_job job, FILE *to)
{
	const struct section *section, *last = NULL;

	fprintf(to, "#!/bin/sh\n# %s: %s, %s\nset -e\n", s->topo->file, s->backend->help,
		job == TOPO_MAKE ? "made" : "removed");
	for (size_t i = 0; i < s->nsteps; i++) {
		const struct step *step = &s->steps[job == TOPO_MAKE ? i : s->nsteps - 1 - i];
		const struct command *c = job == TOPO_MAKE ? &step->make : &step->undo;

		if (!c->n)
			continue;
		section = &s->sections[step->section];
		if (section != last) /* NOLINTNEXTLINE(clang-analyzer-core.*): each step has one */
			fprintf(to, "\n# %s\n", section->comment);
		last = section;
		if (job == TOPO_REMOVE && step->look.n)
			print_guarded(step, to);
		else
			print_command(c, to);
		fputc('\n', to);
	}
}

/* --- running ----------------------------------------------------------------------------- */

/* A command as it is printed; free it. NULL: out of memory. */
static char *command_text(const struct command *c)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	print_command(c, to);
	return fclose(to) ? NULL : text;
}

static int failed(const struct topo_script *s, const struct step *step, const char *text,
		  const struct exec *exec)
{
	const struct topo_mark *mark = &s->sections[step->section].mark;

	return fail(XSW_REFUSED, "%s:%u:%u: %.400s: %s", s->topo->file, mark->line, mark->column,
		    text, exec->error);
}

static int run_command(const struct topo_script *s, const struct step *step,
		       const struct command *c, const struct xsw_opts *opts)
{
	char *text = command_text(c);
	struct exec exec = { 0 };
	int status = XSW_OK;

	if (!text)
		return fail(XSW_REFUSED, "out of memory");
	info("%s", text);
	if (opts->dry_run)
		opts->plan(text);
	else if (exec_run((const char *const *)c->words, COMMAND_LIMIT, &exec))
		status = failed(s, step, text, &exec);
	free(text);
	return status;
}

/* Whether what a step has made is there, and bears the mark. */
static int is_ours(const struct topo_script *s, const struct step *step, bool *ours)
{
	char line[EXEC_NEEDLE_MAX + 1], *text;
	struct exec exec = { .needle = line };
	int status = XSW_OK;

	snprintf(line, sizeof(line), "%s\n", step->line);
	*ours = !exec_run((const char *const *)step->look.words, COMMAND_LIMIT, &exec);
	if (*ours || (exec.ended && by_ip(&step->look))) {
		*ours = exec.hits;
		return XSW_OK;
	}
	text = command_text(&step->look);
	status = failed(s, step, text ? text : "", &exec);
	free(text);
	return status;
}

static void take_back(const struct topo_script *s, size_t done, const struct xsw_opts *opts)
{
	while (done-- > 0)
		if (s->steps[done].undo.n)
			run_command(s, &s->steps[done], &s->steps[done].undo, opts);
}

/* What is not there, or somebody else's, is no error; behind one it goes on. */
static int remove_all(const struct topo_script *s, const struct xsw_opts *opts)
{
	int status = XSW_OK;

	for (size_t i = s->nsteps; i-- > 0;) {
		const struct step *step = &s->steps[i];
		bool ours = step->undo.n;
		int one = ours && step->look.n ? is_ours(s, step, &ours) : XSW_OK;

		if (!one && ours)
			one = run_command(s, step, &step->undo, opts);
		status = status ? status : one;
	}
	return status;
}

int topo_script_run(const struct topo_script *s, enum topo_job job, const struct xsw_opts *opts)
{
	int status = XSW_OK;
	size_t done = 0;

	xsw_signals_hold();
	if (job == TOPO_REMOVE)
		return remove_all(s, opts);
	while (done < s->nsteps && !status) {
		status = run_command(s, &s->steps[done], &s->steps[done].make, opts);
		done += !status;
		if (!status && xsw_interrupted())
			status = XSW_REFUSED;
	}
	if (status)
		take_back(s, done, opts);
	return status;
}
