/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo_int.h - what the files that read a topology file share
 *
 *	topo_yaml.c	YAML -> a tree of nodes; alone in knowing libyaml
 *	topo_load.c	the tree -> struct topo, section by section
 *	topo_load_host.c  of namespaces and links
 *	topo_route.c	a route
 *	topo_words.c	a mapping -> words of the command line
 *	topo_check.c	what one section says of another
 *	topo_check_twice.c  what is said twice in other words
 *	topo_check_model.c  what the switch would refuse of a port
 *	topo.c		memory, messages
 */
#ifndef XSWITCH_TOPO_INT_H
#define XSWITCH_TOPO_INT_H

#include "cmd.h"
#include "topo.h"

#define TOPO_BYTES_MAX (16 << 20) /* of a file */
#define TOPO_DEPTH_MAX 16	  /* a port's storm rates are 6 deep */
#define TOPO_TOLD_MAX  20	  /* mistakes that are told */

enum topo_kind {
	TOPO_WORD,
	TOPO_LIST,
	TOPO_MAP,
};

/* Nodes that a file names twice (anchors) are one node here. */
struct topo_node {
	enum topo_kind kind;
	const char *text; /* of a word */
	bool plain;	  /* a word without quotes: true, no, ~ mean something */
	struct topo_mark mark;
	struct topo_node **v; /* of a list; of a map key and value alternately */
	size_t n;
};

struct topo_load {
	struct topo *topo;
	const char *switch_name; /* of the switch at the top level */
	int status;		 /* of the first mistake */
	unsigned told;
};

/* --- topo.c --- */

/* Zeroed, until topo_free(). NULL: no memory, with the message. */
void *topo_alloc(struct topo *topo, size_t size);
char *topo_text(struct topo *topo, const char *text);

/* "FILE:LINE:COLUMN: ...": XSW_USAGE, which becomes the status of the load. */
int topo_mistake(struct topo_load *l, struct topo_mark mark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ /* log.h */
#define topo_mistake(...) ((void)topo_mistake(__VA_ARGS__), XSW_USAGE)
#endif

/* A mistake was told by somebody else: whether to go on looking for more. */
bool topo_goes_on(struct topo_load *l, int status);
#ifdef __clang_analyzer__ /* log.h */
#define topo_goes_on(l, status) (topo_goes_on(l, status) && (status) != XSW_REFUSED)
#endif

/* --- topo_yaml.c --- */

/* The one document of `text`; NULL root: it is empty. An exit status. */
int topo_yaml_read(struct topo_load *l, const char *text, size_t size, struct topo_node **root);

/* --- topo_words.c --- */

struct topo_words {
	struct args args; /* first: what args_parse() gets is the whole */
	const char *file;
	char **argv;
	struct topo_mark *marks; /* of the words, then of the mapping */
	int n;
};

/* A word that means nothing was said: "~", "null", or nothing at all. */
bool topo_is_null(const struct topo_node *node);

/* "a mapping" */
const char *topo_kind_name(const struct topo_node *node);

/*
 * `map`, after the words `first` (or NULL), as words for args_parse(). An exit status; when the
 * words are parsed, messages begin with where the word stands.
 */
int topo_words(struct topo_load *l, const struct topo_node *map, const struct topo_node *first,
	       const struct cmd_words *cmd, struct topo_words *words);

/* --- topo_load_host.c --- */

int topo_take_namespaces(struct topo_load *l, const struct topo_node *map, void *to);
int topo_take_links(struct topo_load *l, const struct topo_node *map, void *to);

/* --- topo_route.c --- */

/* `argv` is borrowed. An exit status. */
int topo_route_parse(int argc, char **argv, struct topo_way *way);

/* --- topo_check.c --- */

/* References, and what may be there once only. */
void topo_check(struct topo_load *l);

/* In the order of the file. */
int topo_by_mark(struct topo_mark a, struct topo_mark b);

/* --- topo_check_twice.c --- */

void topo_check_twice(struct topo_load *l);

/* The mistake at `mark`: `what` stands at `first` already. */
int topo_twice(struct topo_load *l, struct topo_mark mark, struct topo_mark first,
	       const char *what);

/* --- topo_check_model.c --- */

union xsw_conf;
struct xsw_sets;

/* What the model makes of a port's VLANs, with the edits of its switch; messages are its own. */
int topo_port_vlans(const struct topo_switch *sw, const struct topo_port *port,
		    union xsw_conf *conf, struct xsw_sets *sets);

int topo_check_port(struct topo_load *l, const struct topo_switch *sw,
		    const struct topo_port *port);

/* An end of the wire at `mark`. */
int topo_check_wired(struct topo_load *l, const struct topo_switch *sw,
		     const struct topo_port *port, struct topo_mark mark);

/* --- topo_sysctl.c --- */

/* "/proc/sys/net/ipv4/ip_forward" of "net.ipv4.ip_forward" */
void topo_sysctl_path(const char *key, char *path, size_t size);

#endif
