/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_offer.h - names there are, for completion
 */
#ifndef XSWITCH_XSW_OFFER_H
#define XSWITCH_XSW_OFFER_H

#include "xsw.h"

/* What the completion of a word may be: each that there is, XSW_OFFERS at most, in no order. */
enum xsw_offer {
	XSW_OFFER_NONE,
	XSW_OFFER_SWITCH,
	XSW_OFFER_PORT,
	XSW_OFFER_MIRROR,
	XSW_OFFER_VLAN, /* "10"; one may come again and again */
	XSW_OFFER_MAC,	/* of the FDB */
	XSW_OFFER_NETNS,
	XSW_OFFER_DEVICE, /* of the caller's namespace */
	XSW_OFFER_FILE,	  /* the shell knows */
};
#define XSW_OFFERS 2000
typedef void (*xsw_offer_fn)(const char *name, void *arg);
void xsw_offer(const struct xsw_opts *opts, enum xsw_offer what, xsw_offer_fn fn, void *arg);

#endif
