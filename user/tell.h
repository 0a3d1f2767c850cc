/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tell.h - what the files of telling share: xsw_tell.c, xsw_tell_port.c
 *
 * An event is an object, its name, and the words that a command would take to set it so. Objects:
 *
 *	port ns1	mtu 1400 state down; of a new one where it is and what is not the usual
 *	vlan 10-20	of a port: untagged, pvid, as `vlan add` has them; of all: max_learned 5
 *	switch sw0	ageing 60
 *	wire ns1	ns2
 *	mirror m	from ns1:in vlan 10 to ns3 tag 7
 *
 * The last two are of a plain kind: there or not, with their words. Such objects are told by
 * told_add() alone, from told_now(); what became of them is found out here.
 */
#ifndef XSWITCH_TELL_H
#define XSWITCH_TELL_H

#include "xsw_int.h"

struct told_port {
	union xsw_conf conf;
	struct xsw_sets sets;
	struct arg_addrs addrs; /* of a host port; those inside namespaces are not looked at */
};

struct told_object {
	const char *object; /* "wire" */
	char name[XSW_NAME_MAX];
	char *words;	     /* lines; what stands in one is told together */
	uint32_t port, peer; /* numbers of ports whose it is; 0: none */
};

/* What is set of a switch. */
struct told {
	struct xsw_view *view;
	struct told_port *ports; /* of view->ports */
	struct told_object *objects;
	size_t n;
	bool short_of_memory;
	uint32_t max[XSW_VLANS]; /* max_learned */
};

/* An object is there. Another peer makes it another object. `words` is copied. */
void told_add(struct told *t, const char *object, const char *name, uint32_t port, uint32_t peer,
	      const char *words);

/* --- an event in the making --------------------------------------------------------------- */

struct say {
	struct xsw *sw;
	struct xsw_tell tell;
	size_t at, len; /* of the words: where they begin in the text, how many bytes */
};

struct say say_begin(struct xsw *sw, enum xsw_event_kind kind, enum xsw_event_action action,
		     uint32_t port, const char *object, const char *name);

/*
 * `value` NULL: the word alone. What has no room goes into a second event; a value that is too
 * long for any is left out.
 */
void say_word(struct say *s, const char *word, const char *value);
void say_number(struct say *s, const char *word, uint32_t number);

/* Nothing, if it is a change and nobody said of what. */
void say_end(struct say *s);

/* --- xsw_tell_port.c --- */

/* Port i of `to` against port *old of `from`; NULL: it is new. */
void tell_port(struct xsw *sw, const struct told *from, const struct told *to, const size_t *old,
	       size_t i);

#endif
