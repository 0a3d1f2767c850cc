/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd.h - objects and commands are rows of tables; help is printed from them
 */
#ifndef XSWITCH_CMD_H
#define XSWITCH_CMD_H

#include "args.h"
#include "log.h"
#include "out.h"
#include "xsw.h"

#define XSW_VERSION "0.1.0"

struct cmd_env {
	struct xsw_opts xsw;
	struct out_opts out;
};

struct cmd {
	const char *name; /* "add"; for an object without commands: "" */
	int (*run)(struct cmd_env *env, struct args *args);
	const char *usage; /* what follows the name */
	const char *help;  /* one sentence */
};

struct object {
	const char *name;
	const struct cmd *cmds; /* ends with a row whose name is NULL; the first is the default */
	const char *help;
};

/* The options of the program: what stands before the object, or without a value anywhere. */
struct cmd_options {
	struct cmd_env env;
	const char *batch;
	bool verbose, very_verbose, version, help, always, never, automatic;
};
extern const struct arg_def cmd_option_rows[];
extern const size_t cmd_noptions;

/* Take them out of the line; an exit status. */
int cmd_options(struct args *args, struct cmd_options *o);

/* One object a file, cmd_<name>.c. */
/* VLAN-ARGS: rows for a struct xsw_vlan_args at offset `at`; `p` is what stands before a word. */
#define CMD_VLAN(at, member) ((at) + offsetof(struct xsw_vlan_args, member))
#define CMD_VLAN_MODE_ROWS(at, p)                                                                  \
	{ p "mode",                                                                                \
	  "MODE",                                                                                  \
	  ARG_CHOICE,                                                                              \
	  .off = CMD_VLAN(at, mode),                                                               \
	  .choices = xsw_mode_words,                                                               \
	  .set_off = CMD_VLAN(at, mode_set) },                                                     \
	{                                                                                          \
		p "tag", "VID", ARG_VID, .off = CMD_VLAN(at, tag)                                  \
	}
#define CMD_VLAN_ROWS(at)                                                                          \
	CMD_VLAN_MODE_ROWS(at, ""), { "trunks", "LIST",                                            \
				      ARG_VIDS, .off = CMD_VLAN(at, trunks),                       \
				      .min = 1, .set_off = CMD_VLAN(at, trunks_set) },             \
		{ "cvlans", "LIST", ARG_VIDS, .off = CMD_VLAN(at, cvlans),                         \
		  .set_off = CMD_VLAN(at, cvlans_set) },                                           \
	{                                                                                          \
		"qinq-ethtype", "802.1ad|802.1q", ARG_CHOICE, .off = CMD_VLAN(at, ethtype),        \
							      .choices = cmd_ethtype_words,        \
							      .set_off = CMD_VLAN(at, ethtype_set) \
	}
extern const char *const cmd_ethtype_words[];

/* Settings of a port that `port add` and `port set` share: rows for a struct xsw_port_change. */
#define CMD_SET(at, kind_, member, ...)                                                            \
	.kind = kind_, .off = (at) + offsetof(struct xsw_port_change, member), ##__VA_ARGS__
#define CMD_SET_FLAG(at, member)  CMD_SET(at, ARG_ONOFF, member)
#define CMD_SET_GIVEN(at, member) .set_off = (at) + offsetof(struct xsw_port_change, policy.member)
// clang-format off
#define CMD_SET_ROWS(at)                                                                           \
	{ "learning", "on|off", CMD_SET_FLAG(at, learning) },                                      \
	{ "flood", "on|off", CMD_SET_FLAG(at, flood) },                                            \
	{ "mcast_flood", "on|off", CMD_SET_FLAG(at, mcast_flood) },                                \
	{ "bcast_flood", "on|off", CMD_SET_FLAG(at, bcast_flood) },                                \
	{ "hairpin", "on|off", CMD_SET_FLAG(at, hairpin) },                                        \
	{ "state", "up|down|blocking|learning|forwarding",                                         \
	  CMD_SET(at, ARG_CHOICE, state, .choices = xsw_state_words) },                            \
	{ "isolated", "on|off", CMD_SET_FLAG(at, policy.isolated) },                               \
	{ "locked", "on|off", CMD_SET_FLAG(at, policy.locked) },                                   \
	{ "guard", "on|off", CMD_SET_FLAG(at, policy.guard) },                                     \
	{ "max_macs", "N|none", CMD_SET(at, ARG_LIMIT, policy.max_macs, .min = 1),                 \
	  CMD_SET_GIVEN(at, max_set) },                                                            \
	{ "allowed_macs", "LIST|none", CMD_SET(at, ARG_MACS, policy.macs),                         \
	  CMD_SET_GIVEN(at, macs_set) },                                                           \
	{ "allowed_ips", "LIST|none", CMD_SET(at, ARG_PREFIXES, policy.ips),                       \
	  CMD_SET_GIVEN(at, ips_set) },                                                            \
	{ "storm", "broadcast|multicast|unknown RATE|none",                                        \
	  CMD_SET(at, ARG_RATES, policy.rate, .choices = cmd_storm_words) },                       \
	{ "police", "RATE|none", CMD_SET(at, ARG_RATE, policy.rate[XSW_METER_POLICE]) },           \
	{ "group_fwd_mask", "MASK", CMD_SET(at, ARG_U32, policy.group_fwd_mask, .max = 0xffff),    \
	  CMD_SET_GIVEN(at, mask_set) },                                                           \
	{ "group", "N|none", CMD_SET(at, ARG_LIMIT, policy.group, .max = XSW_GROUP_MAX),           \
	  CMD_SET_GIVEN(at, group_set) }
// clang-format on
extern const char *const cmd_storm_words[]; /* enum xsw_meter_id */

/* What stands between `port set PORT` and VLAN-ARGS in its usage. */
extern const char cmd_port_set_usage[];
int cmd_port_set(struct cmd_env *env, struct args *args);
/* The ports of `up --ports`, into spec->ports, which has room for so many more; free it. */
#define CMD_PORTS_EXTRA 2 /* a host, an uplink */
int cmd_ports_parse(const struct args *args, const char *list, struct xsw_up_spec *spec);

/* `port add` */
int cmd_port_add(struct cmd_env *env, struct args *args);

/* `stats vlan` */
int cmd_vlan_totals(struct cmd_env *env);

/* "2026-11-21T14:30:00.123456Z", of ns since 1970 */
#define CMD_TIME_MAX 32
void cmd_time(uint64_t ns, char text[CMD_TIME_MAX]);

/* `completion bash`, ... */
int cmd_completion_bash(struct cmd_env *env, struct args *args);
int cmd_completion_zsh(struct cmd_env *env, struct args *args);
int cmd_completion_fish(struct cmd_env *env, struct args *args);

/* `fdb monitor` */
int cmd_fdb_monitor(struct cmd_env *env, struct args *args);

/*
 * The words of a command, and what they mean, for those who have them from elsewhere than the
 * command line. The parsers are args_parse() and what no table can say; an exit status.
 */
struct cmd_words {
	const char *command; /* "port add" */
	const struct arg_def *defs;
	size_t n;
};
extern const struct cmd_words cmd_port_add_words, cmd_port_set_words, cmd_set_words,
	cmd_vlan_add_words, cmd_vlan_set_words, cmd_fdb_add_words, cmd_mirror_add_words;

/* spec->change becomes `change`. */
int cmd_port_add_parse(struct args *args, struct xsw_port_spec *spec,
		       struct xsw_port_change *change);
int cmd_port_set_parse(struct args *args, const char **port, struct xsw_port_change *change);
int cmd_set_parse(struct args *args, struct xsw_change *change);
int cmd_vlan_add_parse(struct args *args, struct xsw_vlan_edit *edit);
int cmd_vlan_set_parse(struct args *args, struct arg_vids *vids, uint32_t *max_learned);
int cmd_fdb_add_parse(struct args *args, struct xsw_fdb_spec *spec);
int cmd_mirror_add_parse(struct args *args, struct xsw_mirror_spec *spec);

struct topo;

/* "--backend NAME" and "--print" of `apply` and `down`: rows for a struct cmd_backend; topo_script.h */
struct cmd_backend {
	int index; /* of topo_backends; 0: xswitch */
	bool given, print;
};
#define CMD_BACKEND_ROWS(at)                                                                       \
	{ "--backend",                                                                             \
	  "NAME",                                                                                  \
	  ARG_CHOICE,                                                                              \
	  .off = (at) + offsetof(struct cmd_backend, index),                                       \
	  .choices = topo_backend_words,                                                           \
	  .set_off = (at) + offsetof(struct cmd_backend, given) },                                 \
	{                                                                                          \
		"--print", .kind = ARG_FLAG, .off = (at) + offsetof(struct cmd_backend, print)     \
	}

/* Whether it is done by commands; the rest is for cmd_backend(). */
bool cmd_backend_asked(const struct cmd_backend *words);
int cmd_backend(const struct cmd_env *env, const struct args *args, const struct cmd_backend *words,
		const struct topo *topo, bool remove);

struct http;

/*
 * Serve /metrics at `where`, "ADDR:PORT" of an option --listen, and say so on stderr; the event
 * loop is the caller's (http.h), who http_close()s *out. `opts` must stay. An exit status, with the
 * message.
 */
int cmd_metrics_serve(const struct args *args, const char *where, const struct xsw_opts *opts,
		      struct http **out);

extern const struct object cmd_vlan, cmd_wire, cmd_metrics, cmd_up, cmd_down, cmd_show;
extern const struct object cmd_port, cmd_fdb, cmd_set, cmd_stats, cmd_bench, cmd_apply;
extern const struct object cmd_diff, cmd_export, cmd_top, cmd_doctor, cmd_trace, cmd_mirror;
extern const struct object cmd_monitor, cmd_agent, cmd_capture, cmd_completion, cmd_upgrade;

/* All of them; ends with NULL. */
extern const struct object *const cmd_objects[];

/* The rest of the line as an expression of pcap-filter(7), which may be one word or many; "": none. */
#define CMD_FILTER_MAX 4096
int cmd_filter(struct args *args, char text[CMD_FILTER_MAX]);

/* Shared descriptions of records, for out_record(). */
extern const struct out_field cmd_port_fields[];  /* struct xsw_port_view, stats with -s */
extern const struct out_field cmd_stats_fields[]; /* struct xsw_stats_view */

/* The lines of a file (or "-", standard input), each a command: all of them or none. */
int cmd_batch(struct cmd_env *env, struct args *args, const char *file);

/* Whether "fdb add" may stand in a batch: it changes something and can be undone. */
bool cmd_batch_may(const char *command);

/* The object of that name; NULL: none, and the message is written. */
const struct object *cmd_find(const struct args *args, const char *name);

/* Dispatch `args` among the rows of an object; `help` works at this level. */
int cmd_run(const struct object *obj, struct cmd_env *env, struct args *args);

/* No address twice; IPv6 has it once, whatever the prefix length. */
int cmd_addrs_once(const struct args *args, const struct arg_addrs *addrs);

/* An address a station may have: neither a group's nor zero. Not given at all: fine. */
int cmd_mac_individual(const struct args *args, const struct arg_mac *mac);

/* Open the switch, look at all of it or at one port, and let `print` put out records. */
int cmd_look(struct cmd_env *env, const char *port,
	     void (*print)(const struct cmd_env *env, const struct xsw_view *view));

/* Find the object that the first word names, and run it. */
int cmd_dispatch(struct cmd_env *env, struct args *args);

/*
 * "[help] [OBJECT]": the usage of the program or of one object, on stdout; on stderr and a usage
 * error when there is no word and nobody `asked`.
 */
int cmd_help(struct args *args, bool asked);

#endif
