/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy.h - the part of xsw_int.h that is about policies of ports
 */
#ifndef XSWITCH_POLICY_H
#define XSWITCH_POLICY_H

#include "xsw_int.h"

/* --- xsw_policy.c --- */

/* From what a port has to what it is to have. */
struct policy_change {
	__u8 old_bits, bits; /* enum xsw_port_policy */
	struct xsw_policy old, policy;
	uint32_t old_max, max;
	uint32_t old_group, group;
	bool touched; /* they differ */
	bool lists;   /* so do the allowed addresses, which become these: */
	struct arg_macs macs;
	struct arg_prefixes ips;
};

/*
 * Check what is asked for against what the port has (`number` 0: it is not there yet) and what it
 * can enforce. `conf` gets the bits. An exit status, with the message.
 */
int policy_plan(const struct xsw *sw, const char *port, uint32_t number,
		const struct xsw_policy_args *args, union xsw_conf *conf,
		struct policy_change *change);

/* Whether the port's hook can enforce these; an exit status, with the message. */
int policy_enforceable(const struct xsw_info *info, uint8_t bits);

/*
 * Everything but the configuration word; 0, or -errno and nothing has changed. Then the caller
 * stores the word and ends, or undoes.
 */
int policy_begin(struct xsw *sw, uint32_t number, struct policy_change *change);
void policy_end(struct xsw *sw, const struct policy_change *change);
void policy_undo(struct xsw *sw, uint32_t number, struct policy_change *change);

/* The message for an error of policy_begin(). */
int policy_failed(const char *port, int err);

/* Details of the policies that hold; the others are zero. -errno: they cannot be read. */
int policy_current(const struct xsw *sw, uint32_t number, uint8_t bits, struct xsw_policy *policy);

/* The split horizon group of a port; 0: none. */
uint32_t policy_group(const struct xsw *sw, uint32_t number);

/* `policies` as it is to be; a port without any policy has no record. -errno */
int policy_store(struct xsw *sw, uint32_t number, uint8_t bits, const struct xsw_policy *policy);

/* The entries of a list; 0: none. -errno */
int policy_list_del(struct xsw *sw, uint32_t list);

/* What it has, as arguments that set all of it. -errno */
int policy_keep(const struct xsw *sw, uint32_t number, struct xsw_policy_args *args);

/* Change nothing of the configuration word but its bits. */
void policy_bits_store(struct xsw *sw, uint32_t number, uint8_t bits);

/* An entry of `ips` as an address. */
struct arg_addr policy_ip(const struct xsw_ip_key *key);

/* How long an error-disabled port stays so, ns; 0: its time has passed, UINT64_MAX: for good. */
uint64_t policy_errdisabled(const struct xsw *sw, uint32_t number);

/* An error-disabled port whose time has passed forwards again. */
void policy_recover(struct xsw *sw, uint32_t number);

/* Policy, lists, buckets and limits of a closed port: its number may be given again. */
void policy_drop(struct xsw *sw, uint32_t number);

/* What a killed command left; usually nothing. 0, or -errno: not all of it could be removed. */
int policy_sweep(struct xsw *sw);

/* --- xsw_policy_view.c --- */

/* What `port show` has of policies, into views in the order of numbers; 0 or -errno. */
int policy_view(struct xsw *sw, struct xsw_view *view);

#endif
