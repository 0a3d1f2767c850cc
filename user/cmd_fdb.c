// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_fdb.c - xswitch fdb: the forwarding database
 *
 * Example: "02:00:00:00:00:01 dev ns1 vlan 10 master sw0 dynamic", as bridge(8) has it.
 */
#include "cmd.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define NS_PER_S     1000000000ULL

/* Times are whole seconds, as in bridge(8). */
struct row {
	struct xsw_fdb_view v;
	const char *master;
	const char *const *flags;
	uint64_t used, updated;
};

#define ROW_OFF(member) offsetof(struct row, member)

static const struct out_field fdb_fields[] = {
	{ "mac", .kind = OUT_MAC, .when = OUT_BARE, .off = ROW_OFF(v.mac) },
	{ "port", "dev", OUT_CSTR, .off = ROW_OFF(v.port) },
	{ "remote", .kind = OUT_STR, .off = ROW_OFF(v.remote) },
	{ "vlan", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW_OFF(v.vlan) },
	{ "master", .kind = OUT_CSTR, .when = OUT_TEXT, .off = ROW_OFF(master) },
	{ "ifname", .kind = OUT_CSTR, .when = OUT_LONG, .off = ROW_OFF(v.ifname) },
	{ "ifindex", .kind = OUT_U32, .when = OUT_NONZERO | OUT_LONG, .off = ROW_OFF(v.ifindex) },
	{ "state", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(v.state) },
	{ "flags", .kind = OUT_WORDS, .when = OUT_BARE, .off = ROW_OFF(flags) },
	{ "used", .kind = OUT_U64, .when = OUT_STATS, .off = ROW_OFF(used) },
	{ "updated", .kind = OUT_U64, .when = OUT_STATS, .off = ROW_OFF(updated) },
	{ 0 },
};

static void print(const struct xsw_fdb_view *v, void *arg)
{
	const struct cmd_env *env = arg;
	struct row row = { *v, .master = env->xsw.switch_name, .flags = v->flags,
			   .used = v->used / NS_PER_S, .updated = v->updated / NS_PER_S };

	out_record(fdb_fields, &row);
}

/* What any of the commands may be given. */
struct words {
	struct arg_mac mac;
	const char *port;
	uint32_t vlan;
	bool vlan_set;
	int state;
	struct arg_addr remote;
};

#define OFF(member) offsetof(struct words, member)

#define WORD_DEV  "dev", "PORT", ARG_NAME, .off = OFF(port)
#define WORD_VLAN "vlan", "N", ARG_VID, .off = OFF(vlan), .set_off = OFF(vlan_set)
#define WORD_MAC  "", "MAC", ARG_MAC, .off = OFF(mac), .required = true

static const struct arg_def args_show[] = {
	{ WORD_DEV },
	{ WORD_VLAN },
	{ "state", "STATE", ARG_CHOICE, .off = OFF(state), .choices = xsw_fdb_words },
	{ "", "MAC", ARG_MAC, .off = OFF(mac) },
};

/* A filter borrows the words. */
static struct xsw_fdb_filter filter(const struct words *w)
{
	return (struct xsw_fdb_filter){ .port = w->port,
					.vlan_set = w->vlan_set,
					.vlan = w->vlan,
					.state = w->state,
					.mac = w->mac };
}

/* The model's verdict counts before that of the output. */
static int finish(struct xsw *sw, int status)
{
	int end = out_end();

	xsw_close(sw);
	return status ? status : end;
}

static int fdb_show(struct cmd_env *env, struct args *args)
{
	struct words words = { .state = -1 };
	struct xsw_fdb_filter f;
	struct xsw *sw = NULL;
	int status;

	status = args_parse(args, args_show, COUNT(args_show), &words);
	if (status)
		return status;
	status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	f = filter(&words);
	out_begin(&env->out);
	return finish(sw, xsw_fdb_each(sw, &f, print, env));
}

static const struct arg_def args_key[] = { { WORD_MAC }, { WORD_VLAN } };

static int open_by_key(struct cmd_env *env, struct args *args, enum xsw_mode mode,
		       struct words *words, struct xsw **sw)
{
	*sw = NULL;
	return args_parse(args, args_key, COUNT(args_key), words) ?: xsw_open(sw, &env->xsw, mode);
}

static int fdb_get(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct xsw *sw;
	int status = open_by_key(env, args, XSW_READ, &words, &sw);

	if (status)
		return status;
	out_begin(&env->out);
	return finish(sw, xsw_fdb_get(sw, words.mac.byte, words.vlan, print, env));
}

static int fdb_del(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct xsw *sw;
	int status = open_by_key(env, args, XSW_WRITE, &words, &sw);

	if (status)
		return status;
	status = xsw_fdb_del(sw, words.mac.byte, words.vlan);
	xsw_close(sw);
	return status;
}

static const char *const add_states[] = { "static", "sticky", "dynamic", "extern", NULL };
static const enum xsw_fdb_state add_values[] = { XSW_FDB_STATIC, XSW_FDB_STATIC, XSW_FDB_DYNAMIC,
						 XSW_FDB_EXTERN };

static const struct arg_def args_add[] = {
	{ WORD_MAC },
	{ "dev", "PORT", ARG_NAME, .off = OFF(port), .required = true },
	{ WORD_VLAN },
	{ "remote", "IP", ARG_HOST, .off = OFF(remote) },
	{ "", "static|sticky|dynamic|extern", ARG_CHOICE, .off = OFF(state),
	  .choices = add_states },
};

int cmd_fdb_add_parse(struct args *args, struct xsw_fdb_spec *spec)
{
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_add, COUNT(args_add), &words);
	if (!status)
		status = cmd_mac_individual(args, &words.mac);
	*spec = (struct xsw_fdb_spec){ .vlan = words.vlan,
				       .port = words.port,
				       .remote = words.remote,
				       .state = add_values[words.state] };
	for (size_t i = 0; i < sizeof(spec->mac); i++)
		spec->mac[i] = words.mac.byte[i];
	return status;
}

const struct cmd_words cmd_fdb_add_words = { "fdb add", args_add, COUNT(args_add) };

static int add(struct cmd_env *env, struct args *args, bool replace)
{
	struct xsw_fdb_spec spec;
	struct xsw *sw = NULL;
	int status = cmd_fdb_add_parse(args, &spec);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	spec.replace = replace;
	status = xsw_fdb_add(sw, &spec);
	xsw_close(sw);
	return status;
}

static int fdb_add(struct cmd_env *env, struct args *args)
{
	return add(env, args, false);
}

static int fdb_replace(struct cmd_env *env, struct args *args)
{
	return add(env, args, true);
}

static const char *const flush_states[] = { "static", "extern", NULL };
static const enum xsw_fdb_state flush_values[] = { XSW_FDB_STATIC, XSW_FDB_EXTERN };

static const struct arg_def args_flush[] = {
	{ WORD_DEV },
	{ WORD_VLAN },
	{ "", "static|extern", ARG_CHOICE, .off = OFF(state), .choices = flush_states },
};

static int fdb_flush(struct cmd_env *env, struct args *args)
{
	struct words words = { .state = -1 };
	struct xsw_fdb_filter f;
	struct xsw *sw = NULL;
	int status;

	status = args_parse(args, args_flush, COUNT(args_flush), &words);
	if (status)
		return status;
	f = filter(&words);
	f.state = words.state < 0 ? XSW_FDB_DYNAMIC : flush_values[words.state];
	status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_fdb_flush(sw, &f);
	xsw_close(sw);
	return status;
}

static const struct cmd cmds[] = {
	{ "show", fdb_show, "[dev PORT] [vlan N] [state STATE] [MAC]",
	  "entries; devices with -d, times with -s" },
	{ "get", fdb_get, "MAC [vlan N]", "one entry" },
	{ "add", fdb_add, "MAC dev PORT [remote IP] [vlan N] [static|sticky|dynamic|extern]",
	  "make an entry; static (also spelt sticky) unless said otherwise" },
	{ "del", fdb_del, "MAC [vlan N]", "remove an entry" },
	{ "replace", fdb_replace,
	  "MAC dev PORT [remote IP] [vlan N] [static|sticky|dynamic|extern]",
	  "make or change an entry" },
	{ "flush", fdb_flush, "[dev PORT] [vlan N] [static|extern]",
	  "remove the dynamic entries, or the static or extern ones" },
	{ "monitor", cmd_fdb_monitor, "[dev PORT] [vlan N]",
	  "what happens to entries, until SIGINT or SIGTERM; times with -d" },
	{ 0 },
};

const struct object cmd_fdb = {
	"fdb", cmds, "forwarding database: show, get, add, del, replace, flush, monitor"
};
