/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * doctor.h - what is wrong with the machine and its switches, and what mends it
 *
 * A check is a row of a table. It looks and changes nothing, and takes no lock: while a writer is at
 * work a switch is looked at again, for half of a change looks like damage.
 */
#ifndef XSWITCH_DOCTOR_H
#define XSWITCH_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "xsw.h"

struct doctor_finding {
	char switch_name[16];	 /* empty: the machine */
	char port[XSW_NAME_MAX]; /* empty: none */
	const char *check;	 /* "jit_off" */
	const char *severity; /* "error", "warning", "hint"; of a check itself "passed", "skipped" */
	char text[512];
	char fix[512]; /* a command, or in words; empty: none */
};

/* error: frames are lost or a command will fail; warning: they may; hint: worth to know. */

#define DOCTOR_CHECKS_MAX 64

/* Their names, up to NULL; what check i looks at, as a sentence. */
extern const char *const doctor_checks[];
const char *doctor_sentence(size_t i);

struct doctor_spec {
	bool checks[DOCTOR_CHECKS_MAX]; /* those to be made */
	bool all;			/* tell what passed, too */
};

typedef void (*doctor_fn)(const struct doctor_finding *finding, void *arg);

/*
 * The machine, and the switch that opts name or all there are (those in the namespace that opts
 * name). XSW_DIFFERS: there is an error or a warning. XSW_MISSING: no such switch.
 */
int doctor_run(const struct xsw_opts *opts, const struct doctor_spec *spec, doctor_fn fn,
	       void *arg);

#endif
