// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_words.c - the command that makes a port again where it was
 *
 * What `up` and `port add` meet under their own words is not made anew: programs that were taken away
 * are put back, devices that are gone are made, and all that was set of the port stays.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"

struct words {
	char *at;
	size_t size;
};

static void __attribute__((format(printf, 2, 3))) add(struct words *w, const char *fmt, ...)
{
	size_t len = strlen(w->at);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->at + len, w->size - len, fmt, ap);
	va_end(ap);
}

/* Whether `up --ports NAME` means it. */
static bool is_plain(const struct xsw_info *info, bool mac)
{
	return info->type == XSW_TYPE_NETNS && info->hook != XSW_HOOK_XDP && !mac &&
	       !strcmp(info->netns, info->name) && !strcmp(info->ifname, "eth0");
}

static void add_tunnel(struct words *w, const struct xsw *sw, uint32_t number)
{
	struct xsw_port_view v = { 0 };

	if (tunnel_view(sw, number, &v))
		return;
	for (size_t i = 0; v.remotes && v.remotes[i]; i++)
		add(w, "%s%s", i ? "," : " remote ", v.remotes[i]);
	if (*v.local)
		add(w, " local %s", v.local);
	if (*v.key)
		add(w, " key %s", v.key);
	if (v.udp_port)
		add(w, " port %u", v.udp_port);
	free((void *)v.remotes);
}

void port_words(const struct xsw *sw, uint32_t number, char text[PORT_WORDS_MAX])
{
	const struct xsw_info *info = &sw->ports[number];
	struct words w = { text, PORT_WORDS_MAX };
	char mac[MAC_TEXT];
	uint8_t usual[6];
	bool own;

	*text = '\0';
	port_stable_mac(sw, info->name, "inner", usual);
	own = type_has_inner(info->type) && memcmp(usual, info->mac, sizeof(usual));
	if (is_plain(info, own)) {
		add(&w, "up --ports %s", info->name);
		return;
	}
	add(&w, "port add %s", info->name);
	if (info->type == XSW_TYPE_NETNS)
		add(&w, " netns %s", shell_word(*info->netns ? info->netns : info->netns_path));
	else
		add(&w, " type %s", xsw_type_words[info->type]);
	if (type_is_tunnel(info->type))
		add_tunnel(&w, sw, number);
	else
		add(&w, " dev %s",
		    shell_word(info->type == XSW_TYPE_DEV ? info->outer : info->ifname));
	if (own)
		add(&w, " mac %s", mac_text(info->mac, mac));
	if (info->hook == XSW_HOOK_XDP)
		add(&w, " hook xdp%s", info->flags & XSW_I_CHAIN ? " --xdp-chain" : "");
}
