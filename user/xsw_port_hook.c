// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_hook.c - the programs of a port
 */
#include <errno.h>

#include "attach.h"
#include "fault.h"
#include "port.h"
#include "xsw_names.h"

static void link_pin(const struct xsw *sw, uint32_t number, const char *name,
		     char path[PIN_PATH_MAX])
{
	pin_path(path, sw->name, XSW_DIR_PORTS "/%u/%s", number, name);
}

int port_step_attach(struct making *mk)
{
	enum xsw_hook hook = XSW_HOOK_NONE;
	char path[PIN_PATH_MAX];
	int err;

	mk->step = "attach the program";
	pin_path(path, mk->sw->name, XSW_DIR_PORTS "/%u", mk->number);
	err = pin_mkdir(path);
	if (err)
		return err;
	link_pin(mk->sw, mk->number, XSW_LINK_TCX, path);
	err = attach(mk->sw->prog.tc, mk->info->ifindex, path, &hook);
	mk->info->hook = (__u8)hook;
	return err;
}

void port_detach(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	char path[PIN_PATH_MAX];

	/* a command killed on its way recorded no hook: what is there counts */
	link_pin(sw, number, XSW_LINK_TCX, path);
	detach(info->ifindex, path, XSW_HOOK_CLSACT);
}

int port_reattach(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	enum xsw_hook hook = info->hook;
	char path[PIN_PATH_MAX];

	link_pin(sw, number, XSW_LINK_TCX, path);
	if (maps_tx_get(&sw->maps, number) != info->ifindex)
		return 0; /* its device is gone */
	if (attached(info->ifindex, path, hook) == prog_id(sw->prog.tc))
		return 0;
	return attach(sw->prog.tc, info->ifindex, path, &hook);
}
