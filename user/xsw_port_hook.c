// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_hook.c - the programs of a port
 *
 * Every port has xsw_tc. With `hook xdp` xsw_xdp stands before it, on the same device, and the port
 * has a slot in `xtx`, by which XDP sends to it. A device that cannot have that (no native XDP,
 * offloads in the way) is a tc port, and the record says why. `auto` is tc.
 */
#include <errno.h>

#include "attach.h"
#include "fault.h"
#include "port.h"
#include "xsw_names.h"

static void link_pin(const struct xsw *sw, uint32_t number, const char *name,
		     char path[PIN_PATH_MAX])
{
	pin_path(path, sw->name, XSW_DIR_PORTS "/%u/%s", port_pin_number(sw, number), name);
}

uint32_t port_pin_number(const struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];

	return type_is_tunnel(info->type) ? XSW_TUNNEL_NUMBER(info->leg.slot) : number;
}

const char *port_hook_why(const struct xsw_info *info)
{
	static const char *const why[] = {
		[XSW_WHY_AUTO] = "auto: tc keeps segmentation offload intact between namespaces",
		[XSW_WHY_ASKED] = "asked for",
		[XSW_WHY_NO_NATIVE] = "tc, not xdp: the driver has no native XDP",
		[XSW_WHY_NO_PEER] = "tc, not xdp: the other end of the veth is in a namespace "
				    "without a name, its offloads are out of reach",
		[XSW_WHY_OFFLOADS] = "tc, not xdp: an offload of the device that hides tags or "
				     "checksums from XDP cannot be changed",
	};

	return info->hook_why < sizeof(why) / sizeof(*why) ? why[info->hook_why] : "unknown";
}

bool port_wants_xdp(const struct xsw_port_spec *spec, union xsw_conf conf)
{
	if (spec->hook != XSW_HOOK_ARG_AUTO)
		return spec->hook == XSW_HOOK_ARG_XDP;
	/* the tests ask for it everywhere, except where it would be refused */
	return attach_forced() == XSW_HOOK_XDP && !type_is_tunnel(spec->type) &&
	       !(spec->type == XSW_TYPE_NETNS && conf.flags & XSW_F_VLAN);
}

int port_hook_check(const char *port, enum xsw_port_type type, union xsw_conf conf)
{
	if (type != XSW_TYPE_NETNS || !(conf.flags & XSW_F_VLAN))
		return XSW_OK;
	fail(XSW_REFUSED,
	     "port %s: mode %s is not safe under xdp: whoever owns the namespace can hide a VLAN "
	     "tag beside the frame, where XDP does not see it",
	     port, xsw_mode_words[conf.mode % XSW_MODES]);
	hint("hook tc keeps VLANs apart; hook xdp is for mode transparent");
	return XSW_REFUSED;
}

/* The programs come with the first port that needs them. */
static int load_xdp(struct xsw *sw)
{
	char dir[PIN_PATH_MAX];
	int err;

	if (sw->prog.xdp >= 0 && sw->prog.egr >= 0)
		return 0;
	err = xsw_note_build(sw);
	if (!err)
		err = prog_load_xdp(&sw->prog, &sw->maps);
	if (err)
		return err;
	pin_path(dir, sw->name, XSW_DIR_PROGS);
	err = prog_pin(&sw->prog, dir);
	fault_point();
	return err;
}

static int refused_foreign(struct making *mk, const struct attach_foreign *foreign)
{
	mk->status = fail(XSW_REFUSED,
			  "port %s: device %s has an XDP program already: %s (program id %u)",
			  mk->info->name, mk->info->outer,
			  *foreign->name ? quoted(foreign->name) : "without a name", foreign->id);
	hint(mk->spec->chain ? "libxdp can share the device only with programs that came by it; "
			       "hook tc leaves XDP to this one" :
			       "--xdp-chain shares the device with it, hook tc leaves XDP to it");
	return -ECANCELED;
}

/* Not what was asked for, and no reason to give up: 0. */
static int fall_back(struct making *mk, enum xsw_hook_why why)
{
	port_offload_restore(mk->sw, mk->info);
	mk->info->offloads = 0;
	mk->info->hook_why = (__u8)why;
	warn("port %s: %s", mk->info->name, port_hook_why(mk->info));
	return 0;
}

static int use_chain(struct bpf_object *obj, void *arg)
{
	const struct xsw_info *info = arg;

	return xdp_chain_attach(obj, info->ifindex);
}

/* Through libxdp; -ENOSYS: not on this kernel. */
static int attach_chain(struct making *mk)
{
	struct xsw_info *info = mk->info;
	int err;

	info->flags |= XSW_I_CHAIN;
	err = port_record(mk) ?: xsw_note_build(mk->sw);
	if (!err)
		err = prog_xdp_object(&mk->sw->maps, use_chain, info);
	fault_point();
	if (err != -ENOSYS)
		return err;
	info->flags &= ~(__u32)XSW_I_CHAIN;
	warn("port %s: the kernel refuses libxdp's dispatcher: a single XDP program, no chain",
	     info->name);
	return err;
}

static int attach_program(struct making *mk, struct attach_foreign *foreign)
{
	char path[PIN_PATH_MAX];
	int err = mk->spec->chain ? attach_chain(mk) : -ENOSYS;

	if (err == -EBUSY)
		xdp_foreign(mk->info->ifindex, foreign);
	if (err != -ENOSYS)
		return err;
	link_pin(mk->sw, mk->number, XSW_LINK_XDP, path);
	return xdp_attach(mk->sw->prog.xdp, mk->info->ifindex, path, foreign);
}

static int detach_xdp(const struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	int err = info->flags & XSW_I_CHAIN ? xdp_chain_detach(info->ifindex) : 0;
	char path[PIN_PATH_MAX];

	link_pin(sw, number, XSW_LINK_XDP, path);
	return xdp_detach(path) ?: err;
}

/* The program first: where it cannot be, the device's offloads are not touched. */
static int attach_xdp(struct making *mk)
{
	struct xsw_info *info = mk->info;
	struct attach_foreign foreign = {};
	bool dev = info->type == XSW_TYPE_DEV;
	int err;

	mk->step = "load the XDP programs";
	err = load_xdp(mk->sw);
	if (err)
		return err;
	mk->step = "attach the XDP program";
	err = attach_program(mk, &foreign);
	if (err == -EBUSY)
		return refused_foreign(mk, &foreign);
	if (err == -EOPNOTSUPP && dev)
		return fall_back(mk, XSW_WHY_NO_NATIVE);
	if (!err)
		err = port_offload_set(mk);
	if (dev && (err == -ENXIO || err == -EOPNOTSUPP)) {
		detach_xdp(mk->sw, mk->number);
		return fall_back(mk, err == -ENXIO ? XSW_WHY_NO_PEER : XSW_WHY_OFFLOADS);
	}
	if (err)
		return err;
	mk->step = "enter it into the maps";
	info->tc_hook = info->hook;
	info->hook = XSW_HOOK_XDP;
	fault_point();
	return maps_xtx_set(&mk->sw->maps, mk->number, info->ifindex, mk->sw->prog.egr);
}

int port_step_attach(struct making *mk)
{
	bool xdp = port_wants_xdp(mk->spec, mk->conf);
	enum xsw_hook hook = XSW_HOOK_NONE;
	char path[PIN_PATH_MAX];
	int err;

	mk->step = "attach the program";
	pin_path(path, mk->sw->name, XSW_DIR_PORTS "/%u", port_pin_number(mk->sw, mk->number));
	err = pin_mkdir(path);
	if (err)
		return err;
	link_pin(mk->sw, mk->number, XSW_LINK_TCX, path);
	err = attach(mk->sw->prog.tc, mk->info->ifindex, path, &hook);
	mk->info->hook = (__u8)hook;
	mk->info->hook_why = mk->spec->hook == XSW_HOOK_ARG_AUTO && !xdp ? XSW_WHY_AUTO :
									   XSW_WHY_ASKED;
	if (!err && xdp)
		err = attach_xdp(mk);
	return err;
}

int port_detach(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	char path[PIN_PATH_MAX];
	int err;

	/* a command killed on its way recorded no hook: what is there counts */
	maps_xtx_clear(&sw->maps, number);
	err = detach_xdp(sw, number);
	link_pin(sw, number, XSW_LINK_TCX, path);
	return detach(info->ifindex, path, XSW_HOOK_CLSACT) ?: err;
}

static int reattach_xdp(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	struct attach_foreign foreign = {};
	char path[PIN_PATH_MAX];
	int err;

	link_pin(sw, number, XSW_LINK_XDP, path);
	if (info->flags & XSW_I_CHAIN ?
		    prog_is_again(xdp_chain_attached(info->ifindex), sw->prog.xdp, &sw->maps) :
		    xdp_attached(path) == prog_id(sw->prog.xdp))
		return 0;
	err = maps_xtx_set(&sw->maps, number, info->ifindex, sw->prog.egr);
	if (!err && info->flags & XSW_I_CHAIN) {
		/* a moment without: xsw_tc does it all */
		xdp_chain_detach(info->ifindex);
		return prog_xdp_object(&sw->maps, use_chain, &sw->ports[number]);
	}
	return err ? err : xdp_attach(sw->prog.xdp, info->ifindex, path, &foreign);
}

int port_reattach(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	bool xdp = info->hook == XSW_HOOK_XDP;
	enum xsw_hook hook = xdp ? info->tc_hook : info->hook;
	char path[PIN_PATH_MAX];
	uint32_t alive;
	int err = maps_tx_read(&sw->maps, number, &alive);

	link_pin(sw, number, XSW_LINK_TCX, path);
	if (err || alive != info->ifindex)
		return err; /* 0: its device is gone */
	if (attached(info->ifindex, path, hook) != prog_id(sw->prog.tc))
		err = attach(sw->prog.tc, info->ifindex, path, &hook);
	return err || !xdp ? err : reattach_xdp(sw, number);
}
