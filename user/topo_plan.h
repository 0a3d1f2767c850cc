/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo_plan.h - what a file asks for beside what there is
 *
 *	topo_slot.c	settings as text in one form: slots
 *	topo_want.c	a switch of a file as a state
 *	topo_have.c	a running switch as a state
 *	topo_mirror.c	mirrors, in one form
 *	topo_compare.c	two states -> lines for the reader, steps for the switch
 *	topo_apply.c	steps done; undone
 *	topo_host.h	namespaces, links, sysctls and routes: compared and made
 *	topo_run.c	a whole file
 *	topo_export.c	a state -> a file
 *
 * A state has what is not default, in the form in which it is shown, so that both sides compare
 * as text and what a command learns to set needs no code here but its line in topo_have.c.
 */
#ifndef XSWITCH_TOPO_PLAN_H
#define XSWITCH_TOPO_PLAN_H

#include "cmd.h"
#include "topo.h"

/* --- topo_slot.c --- */

#define TOPO_SLOTS_MAX 64

/* A row of a command's table; of "storm", one a kind of frames. */
struct topo_slot {
	const struct arg_def *def;
	const char *choice; /* "broadcast"; NULL: none */
	char key[40];	    /* "storm broadcast" */
	const char *normal; /* what holds where nothing is said */
};

struct topo_slots {
	const struct cmd_words *cmd;
	struct topo_slot v[TOPO_SLOTS_MAX];
	size_t n;
};

/* By slot; NULL: as it is normally. */
struct topo_values {
	const char *v[TOPO_SLOTS_MAX];
};

void topo_slots_init(struct topo_slots *slots, const struct cmd_words *cmd);

/* -1: none */
int topo_slot(const struct topo_slots *slots, const char *key);
const char *topo_get(const struct topo_slots *slots, const struct topo_values *values,
		     const char *key);

/* `text` (NULL: normal) in its one form. An exit status: no memory. */
int topo_put(struct topo *mem, const struct topo_slots *slots, struct topo_values *values,
	     const char *key, const char *text);

/* The words of a command, after the first `from` of them. */
int topo_put_words(struct topo *mem, const struct topo_slots *slots, struct topo_values *values,
		   char **words, int from, int n);

/* "10,20,30-40" */
void topo_vids_text(const struct arg_vids *vids, char *buf, size_t size);

/* "10.0.0.1/24" */
void topo_addr_text(const struct arg_addr *addr, char *buf, size_t size);

/* Sorted, with commas. */
#define TOPO_ADDRS_TEXT (ARG_ADDRS_MAX * 52)
void topo_addrs_text(const struct arg_addrs *addrs, char *buf, size_t size);

/* --- states --- */

struct topo_vlans {
	struct arg_vids member, untagged;
	uint32_t pvid;
};

struct topo_port_state {
	const char *name;
	const char *place; /* namespace and device: two ports cannot have the same */
	struct topo_values values;
	struct topo_vlans *vlans;     /* of mode hybrid */
	const struct topo_port *port; /* of a file */
	uint32_t number;	      /* of a switch, like the rest */
	bool whole, xdp;
	bool gone; /* it will be: removed, or made again */
};

struct topo_entry {
	uint8_t mac[6];
	uint32_t vlan;
	const char *port;
	struct arg_addr remote; /* family 0: the port has none, or one */
	enum xsw_fdb_state state;
};

/* Every array but `ports` is sorted. */
struct topo_state {
	const char *name, *netns;
	struct topo_values set;
	struct topo_port_state *ports; /* in their order */
	struct topo_port_state **by_name;
	size_t nports;
	uint32_t limits[XSW_VID_MAX + 1];
	struct topo_entry *fdb;
	size_t nfdb, fdb_room;
	struct topo_wire *wires; /* the lower name first */
	size_t nwires;
	struct topo_mirror *mirrors; /* their sources too */
	size_t nmirrors;
};

/* What all of it needs: tables, memory. */
struct topo_env {
	struct topo_slots port, set;
	struct topo *mem;
};

int topo_env_init(struct topo_env *env);
void topo_env_free(struct topo_env *env);

int topo_want(struct topo_env *env, const struct topo_switch *sw, struct topo_state **out);

/* `dynamic`: learned entries too. */
int topo_have(struct topo_env *env, struct xsw *sw, bool dynamic, struct topo_state **out);

/* What both do last: one form, and sorted. An exit status. */
int topo_settle(struct topo_env *env, struct topo_state *state);
struct topo_port_state *topo_find(const struct topo_state *state, const char *name);

/* --- topo_mirror.c --- */

/* "from a:in,b vlan 10 to c tag 100" */
#define TOPO_MIRROR_TEXT 32768
void topo_mirror_text(const struct topo_mirror *mirror, char text[TOPO_MIRROR_TEXT]);

/* By name, and the sources of each. */
void topo_mirrors_sort(struct topo_mirror *mirrors, size_t n);

/* --- topo_compare.c --- */

enum topo_step_kind { /* in the order in which they are done */
	STEP_MIRROR_DEL,
	STEP_WIRE_DEL,
	STEP_PORT_DEL,
	STEP_SET,
	STEP_PORT_ADD, /* all together */
	STEP_PORT_SET,
	STEP_PORT_ADDRS,
	STEP_VLAN_DEL,
	STEP_VLAN_ADD,
	STEP_LIMIT,
	STEP_FDB_DEL,
	STEP_FDB_ADD,
	STEP_WIRE_ADD,
	STEP_MIRROR_ADD,
	STEP_PORT_END, /* removed last: nothing can fail any more */
};

struct topo_step {
	enum topo_step_kind kind;
	size_t number; /* in the order in which they were found */
	const char *name, *other;
	const struct topo_port *port;
	char **words;
	int nwords;
	bool all_cvlans;
	struct xsw_vlan_edit *edit;
	uint32_t limit;
	struct topo_entry entry;
	const struct topo_mirror *mirror;
};

struct topo_plan {
	struct topo_env *env;
	struct topo_line *lines;
	size_t nlines, lines_room;
	struct topo_step *steps;
	size_t nsteps, steps_room;
	int status; /* XSW_OK, or no memory */
};

void topo_line(struct topo_plan *plan, struct topo_line line);
void topo_plan_free(struct topo_plan *plan);

/* `have` NULL: there is no such switch. The steps are sorted. */
int topo_compare(struct topo_plan *plan, const struct topo_state *want, struct topo_state *have);

/* --- topo_export.c --- */

/* A file that makes it, into memory: free(*text). An exit status. */
int topo_export_text(const struct topo_env *env, const struct topo_state *state, char **text);

/* --- topo_yaml_out.c: the same library, the other way --- */

struct topo_out;

/* NULL: no memory, with the message. */
struct topo_out *topo_out_new(void);

/* What was put, free() it; NULL: no memory, with the message. Frees `out`. */
char *topo_out_end(struct topo_out *out);

/* A mapping or list, all on one line or not, up to its end; in a mapping words are key and value
 * in turn. */
void topo_out_map(struct topo_out *out, bool one_line);
void topo_out_list(struct topo_out *out, bool one_line);
void topo_out_close(struct topo_out *out);
void topo_out_word(struct topo_out *out, const char *text);

/* --- topo_apply.c --- */

/* What becomes of a running switch, to undo it when another one fails. */
struct topo_done {
	char *before; /* a file that makes what was; NULL: there was no switch */
	bool changed;
};

int topo_apply_switch(const struct xsw_opts *opts, const struct topo_switch *sw,
		      struct topo_done *done);
int topo_undo_switch(const struct xsw_opts *opts, const struct topo_switch *sw,
		     const struct topo_done *done);

/* Lines of what would be done; the steps stay those of the last switch. */
int topo_diff_switch(const struct xsw_opts *opts, const struct topo_switch *from,
		     struct topo_plan *plan);

/* The options as they concern this switch. */
struct xsw_opts topo_opts(const struct xsw_opts *opts, const struct topo_switch *sw);

#endif
