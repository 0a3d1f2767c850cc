// SPDX-License-Identifier: GPL-2.0-only
/*
 * args.c - command words into values; every error quotes the word and says what was expected
 *
 * One walk over the words: each finds its row in the table, and the row stores the value. A
 * required name takes the first word whatever it is, so that a port may be called "dev"; any
 * other positional gets what is no keyword.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "log.h"
#include "xsw_abi.h"

struct parse {
	struct args *args;
	const struct arg_def *defs;
	size_t n;
	void *obj;
	uint64_t seen;		/* bit i: defs[i] has its value */
	char bad[ARG_ITEM_MAX]; /* the item of a list that is at fault */
};

/* A word, with what stands after its '=' where it has one ("--ports=ns1"). */
struct word {
	const char *text;
	const char *value; /* NULL: none */
};

/* --- messages ------------------------------------------------------------------------- */

#undef args_fail
int args_fail(const struct args *a, int status, const char *fmt, ...)
{
	const char *command = a->command ? a->command : "";
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fail(status, "%s%s%s", command, *command ? ": " : "", text);
	if (status == XSW_USAGE)
		hint("xswitch%s%s help", *command ? " " : "", command);
	return status;
}

int args_later(const struct args *a, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return args_fail(a, XSW_REFUSED, "%s is not available in this version", what);
}

static bool positional(const struct arg_def *def)
{
	return !*def->word;
}

static bool repeats(const struct arg_def *def)
{
	return def->kind == ARG_ADDR || def->kind == ARG_RATES || def->kind == ARG_SOURCES;
}

static int bad_value(const struct parse *p, const struct arg_def *def, const char *value)
{
	bool list = def->kind == ARG_MACS || def->kind == ARG_PREFIXES || def->kind == ARG_HOSTS ||
		    def->kind == ARG_SOURCES;
	const char *word = def->word;
	char buf[512];

	return args_fail(p->args, XSW_USAGE, "%.*s%s%s is not valid: expected %s",
			 (int)strcspn(word, "|"), word, *word ? " " : "",
			 quoted(list ? p->bad : value), args_expected(def, buf, sizeof(buf)));
}

static int unknown_word(const struct parse *p, const char *kind, const char *text)
{
	char list[2048] = "";
	size_t len = 0;

	for (size_t i = 0; i < p->n && len < sizeof(list); i++) {
		const struct arg_def *def = &p->defs[i];
		const char *sep = len ? ", " : ", expected ";

		if (def->kind == ARG_LATER || (p->seen >> i & 1 && !repeats(def)))
			continue;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%.*s%s%s", sep,
					(int)strcspn(def->word, "|"), def->word,
					*def->word && def->what ? " " : "",
					def->what ? def->what : "");
	}
	/* of the program's options there are too many for a line: the hint has them */
	args_fail(p->args, XSW_USAGE, "unknown %s %s%s", kind, quoted(text),
		  !p->args->command ? "" :
		  *list		    ? list :
				      ", expected nothing more");
	if (*text == '-' && p->args->command)
		hint("options of the program, which `xswitch help` lists, stand before the object");
	return XSW_USAGE;
}

/* --- tables --------------------------------------------------------------------------- */

static void *member(const struct parse *p, size_t off)
{
	return (char *)p->obj + off;
}

static bool store_choice(const struct arg_def *def, const char *value, int *out)
{
	for (int i = 0; def->choices[i]; i++) {
		if (strcmp(def->choices[i], value))
			continue;
		*out = i;
		return true;
	}
	return false;
}

static bool store_number(const struct arg_def *def, const char *value, uint32_t *out)
{
	uint64_t min = def->min, max = def->max ? def->max : UINT32_MAX, v;

	if (def->kind == ARG_VID) {
		min = 1;
		max = XSW_VID_MAX;
	}
	if (!parse_u64(value, min, max, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

/* IEEE 802.1Q-2022 8.8.3: ageing times go up to 1,000,000 s; longer ones are typing errors. */
static bool store_time(const struct arg_def *def, const char *value, uint64_t *out)
{
	uint64_t ns;

	if (!parse_time(value, &ns) || ns > 1000000 * 1000000000ULL || ns < def->min)
		return false;
	*out = ns;
	return true;
}

static bool store_limit(const struct arg_def *def, const char *value, uint32_t *out)
{
	if (strcmp(value, def->choices ? def->choices[0] : "none"))
		return store_number(def, value, out);
	*out = 0;
	return true;
}

static bool store_onoff(const char *value, struct arg_flag *flag)
{
	flag->on = !strcmp(value, "on");
	flag->set = flag->on || !strcmp(value, "off");
	return flag->set;
}

static bool store_mac(const char *value, struct arg_mac *mac)
{
	mac->set = parse_mac(value, mac->byte);
	return mac->set;
}

/* Room for one more was checked by the caller. */
static bool store_addr(const char *value, struct arg_addrs *list)
{
	struct arg_addr *a = &list->v[list->n];

	if (!parse_addr(value, a, true) || !addr_is_host(a))
		return false;
	list->n++;
	return true;
}

static bool store_string(const struct arg_def *def, const char *value, const char **out)
{
	if ((def->kind == ARG_NAME && !port_name_valid(value)) ||
	    (def->kind == ARG_NETNS && !netns_spec_valid(value)) ||
	    (def->kind == ARG_IFNAME && !ifname_valid(value)))
		return false;
	*out = value;
	return true;
}

/* false: `value` is none of this kind, and nothing was stored. */
static bool store(struct parse *p, const struct arg_def *def, const char *value)
{
	void *to = member(p, def->off);

	switch (def->kind) {
	case ARG_STRING:
	case ARG_NAME:
	case ARG_NETNS:
	case ARG_IFNAME:
		return store_string(def, value, to);
	case ARG_U32:
	case ARG_VID:
		return store_number(def, value, to);
	case ARG_MAC:
		return store_mac(value, to);
	case ARG_ONOFF:
		return store_onoff(value, to);
	case ARG_CHOICE:
		return store_choice(def, value, to);
	case ARG_TIME:
		return store_time(def, value, to);
	case ARG_ADDR:
		return store_addr(value, to);
	case ARG_VIDS:
		return parse_vids(value, (uint32_t)def->min, to);
	case ARG_LIMIT:
		return store_limit(def, value, to);
	case ARG_MACS:
		return parse_macs(value, to, p->bad);
	case ARG_PREFIXES:
		return parse_prefixes(value, to, p->bad);
	case ARG_HOST:
		return parse_host(value, to);
	case ARG_HOSTS:
		return parse_hosts(value, to, p->bad);
	case ARG_SOURCES:
		return parse_sources(value, to, p->bad);
	case ARG_KEY:
		return parse_key(value, to);
	case ARG_RATE:
		return parse_rate(value, to);
	case ARG_FLAG:
		*(bool *)to = true;
		return true;
	case ARG_RATES: /* take_rate() */
	case ARG_LATER:
		break;
	}
	return false;
}

static void mark(struct parse *p, const struct arg_def *def)
{
	p->seen |= 1ULL << (def - p->defs);
	if (def->set_off)
		*(bool *)member(p, def->set_off) = true;
}

/* Is `text`, up to `len`, one of the spellings of a row? */
static bool spelt(const struct arg_def *def, const char *text, size_t len)
{
	for (const char *s = def->word; *s; s += strspn(s, "|")) {
		size_t n = strcspn(s, "|");

		if (n == len && !memcmp(s, text, n))
			return true;
		s += n;
	}
	return false;
}

static const struct arg_def *find_keyword(const struct parse *p, struct word *w)
{
	const char *eq = strncmp(w->text, "--", 2) ? NULL : strchr(w->text, '=');

	for (size_t i = 0; i < p->n; i++)
		if (spelt(&p->defs[i], w->text, strlen(w->text)))
			return &p->defs[i];
	for (size_t i = 0; eq && i < p->n; i++) {
		if (p->defs[i].kind == ARG_FLAG ||
		    !spelt(&p->defs[i], w->text, (size_t)(eq - w->text)))
			continue;
		w->value = eq + 1;
		return &p->defs[i];
	}
	return NULL;
}

static const char *next_value(const struct parse *p, const struct arg_def *def)
{
	if (args_cursor(p->args))
		p->args->may(p->args, def, true);
	return args_next(p->args);
}

/* "storm broadcast 10kpps": the choice, then the rate. */
static int take_rates(struct parse *p, const struct arg_def *def, const char *keyword)
{
	const struct arg_def first = { .word = "", .kind = ARG_CHOICE, .choices = def->choices },
			     second = { .word = "", .what = "RATE|none", .kind = ARG_RATE };
	const char *choice = next_value(p, &first), *value;
	struct arg_rate *rate = member(p, def->off);
	char buf[512];
	int i;

	if (choice && !store_choice(def, choice, &i))
		return args_fail(p->args, XSW_USAGE, "%s %s is not valid: expected %s", keyword,
				 quoted(choice), args_choices(def, buf, sizeof(buf)));
	value = choice ? next_value(p, &second) : NULL;
	if (!value)
		return args_fail(p->args, XSW_USAGE, "%s needs a value: %s", quoted(keyword),
				 def->what);
	if (rate[i].set)
		return args_fail(p->args, XSW_USAGE, "%s %s is given twice", keyword,
				 quoted(choice));
	if (!parse_rate(value, &rate[i]))
		return bad_value(p, def, value);
	mark(p, def);
	return XSW_OK;
}

static bool digit_follows(const struct args *a)
{
	const char *next = args_peek(a);

	return next && *next >= '0' && *next <= '9';
}

static int take_keyword(struct parse *p, const struct arg_def *def, const struct word *w)
{
	const char *value = w->value;

	if (def->kind == ARG_LATER)
		return args_later(p->args, "%s", quoted(w->text));
	if (def->kind == ARG_RATES)
		return take_rates(p, def, w->text);
	if (def->kind == ARG_ADDR) {
		if (((struct arg_addrs *)member(p, def->off))->n == ARG_ADDRS_MAX)
			return args_fail(p->args, XSW_USAGE, "%s is given more than %d times",
					 quoted(w->text), ARG_ADDRS_MAX);
	} else if (p->seen >> (def - p->defs) & 1 && !repeats(def)) {
		return args_fail(p->args, XSW_USAGE, "%s is given twice", quoted(w->text));
	}
	if (!value && def->kind != ARG_FLAG)
		value = def->alone && !digit_follows(p->args) ? def->alone : next_value(p, def);
	if (!value && def->kind != ARG_FLAG)
		return args_fail(p->args, XSW_USAGE, "%s needs a value: %s", quoted(w->text),
				 def->what);
	if (!store(p, def, value))
		return bad_value(p, def, value);
	mark(p, def);
	return XSW_OK;
}

/* The first positional without a value that takes any word, required names before all. */
static const struct arg_def *greedy(const struct parse *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (positional(&p->defs[i]) && p->defs[i].required && !(p->seen >> i & 1))
			return p->defs[i].kind == ARG_NAME ? &p->defs[i] : NULL;
	return NULL;
}

static int take_positional(struct parse *p, const char *text)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct arg_def *def = &p->defs[i];

		if (!positional(def) || p->seen >> i & 1)
			continue;
		if (store(p, def, text)) {
			mark(p, def);
			return XSW_OK;
		}
		if (def->required || def->kind == ARG_NAME)
			return bad_value(p, def, text);
	}
	return unknown_word(p, "word", text);
}

static int missing(const struct parse *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct arg_def *def = &p->defs[i];

		if (def->required && !(p->seen >> i & 1))
			return args_fail(p->args, XSW_USAGE, "%s%s%s is missing", def->word,
					 *def->word ? " " : "", def->what);
	}
	return XSW_OK;
}

/* What might stand at the cursor. */
static void tell(const struct parse *p)
{
	const struct arg_def *only = greedy(p);

	for (size_t i = 0; i < p->n; i++) {
		const struct arg_def *def = &p->defs[i];

		if (def->kind == ARG_LATER || (p->seen >> i & 1 && !repeats(def)))
			continue;
		if (!only || def == only)
			p->args->may(p->args, def, positional(def));
	}
}

int args_parse(struct args *a, const struct arg_def *defs, size_t ndefs, void *obj)
{
	struct parse p = { .args = a, .defs = defs, .n = ndefs, .obj = obj };
	const char *text;
	int status;

	for (;;) {
		struct word w = { 0 };
		const struct arg_def *def;

		if (args_cursor(a))
			tell(&p);
		text = args_next(a);
		if (!text)
			return missing(&p);
		w.text = text;
		def = greedy(&p) ? NULL : find_keyword(&p, &w);

		status = def ? take_keyword(&p, def, &w) : take_positional(&p, text);
		if (status)
			return status;
	}
}

int args_options(struct args *a, const struct arg_def *defs, size_t ndefs, void *obj)
{
	struct parse p = { .args = a, .defs = defs, .n = ndefs, .obj = obj };
	int status;

	while (args_peek(a) && args_peek(a)[0] == '-') {
		struct word w = { 0 };
		const struct arg_def *def;

		if (args_cursor(a))
			tell(&p);
		w.text = args_next(a);
		def = find_keyword(&p, &w);
		status = def ? take_keyword(&p, def, &w) : unknown_word(&p, "option", w.text);
		if (status)
			return status;
	}
	return XSW_OK;
}

void args_late_flags(struct args *a, const struct arg_def *defs, size_t ndefs, void *obj)
{
	const struct parse p = { .args = a, .defs = defs, .n = ndefs, .obj = obj };
	int kept = 0;

	for (int i = 0; i < a->argc; i++) {
		struct word w = { .text = a->argv[i] };
		const struct arg_def *def = *w.text == '-' ? find_keyword(&p, &w) : NULL;

		if (def && def->kind == ARG_FLAG)
			*(bool *)member(&p, def->off) = true;
		else
			a->argv[kept++] = a->argv[i];
	}
	a->argc = kept;
}

int args_end(struct args *a)
{
	const char *text = args_peek(a);

	if (!text)
		return XSW_OK;
	return args_fail(a, XSW_USAGE, "unknown word %s, expected nothing more", quoted(text));
}

const char *args_peek(const struct args *a)
{
	return a->argc > 0 ? a->argv[0] : NULL;
}

bool args_cursor(const struct args *a)
{
	return a->may && a->argc == 1;
}

const char *args_next(struct args *a)
{
	if (args_cursor(a))
		a->may(a, NULL, false);
	if (a->at)
		a->at(a);
	if (a->argc <= 0)
		return NULL;
	a->argc--;
	return *a->argv++;
}
