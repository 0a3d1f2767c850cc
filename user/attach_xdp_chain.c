// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_xdp_chain.c - one of several XDP programs of a device, by libxdp's dispatcher
 *
 * The dispatcher runs the programs in the order of their priorities; ours is last, for it keeps
 * the frames that it forwards. It cannot be an XDP program then: libxdp loads it once more, as an
 * extension of the dispatcher, so its id is not that of the pinned program. What is attached is
 * libxdp's to pin, below its own directory of bpffs.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xdp/libxdp.h>

#include "attach.h"
#include "xsw_names.h"

#define CHAIN_PRIORITY 90 /* the default is 50, less is earlier */

static int silent(enum libxdp_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

/* Ours among the programs of the device; *all to be closed by the caller. */
static struct xdp_program *find(uint32_t ifindex, struct xdp_multiprog **all)
{
	struct xdp_program *prog = NULL;

	libxdp_set_print(silent);
	*all = xdp_multiprog__get_from_ifindex((int)ifindex);
	if (libxdp_get_error(*all)) {
		*all = NULL;
		return NULL;
	}
	if (xdp_multiprog__is_legacy(*all)) {
		prog = xdp_multiprog__main_prog(*all);
		return prog && !strcmp(xdp_program__name(prog), XSW_PROG_XDP) ? prog : NULL;
	}
	while ((prog = xdp_multiprog__next_prog(prog, *all)))
		if (!strcmp(xdp_program__name(prog), XSW_PROG_XDP))
			return prog;
	return NULL;
}

/* Where the kernel refuses the dispatcher, libxdp attaches the one program by itself. */
static bool is_single(uint32_t ifindex)
{
	struct xdp_multiprog *all;
	bool single;

	find(ifindex, &all);
	single = !all || xdp_multiprog__is_legacy(all);
	xdp_multiprog__close(all);
	return single;
}

int xdp_chain_attach(struct bpf_object *obj, uint32_t ifindex)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .obj = obj, .prog_name = XSW_PROG_XDP);
	struct xdp_program *prog;
	int err;

	libxdp_set_print(silent);
	prog = xdp_program__create(&opts);
	err = (int)libxdp_get_error(prog);
	if (err)
		return err;
	xdp_program__set_run_prio(prog, CHAIN_PRIORITY);
	err = xdp_program__attach(prog, (int)ifindex, XDP_MODE_NATIVE, 0);
	if (!err && is_single(ifindex)) {
		xdp_program__detach(prog, (int)ifindex, XDP_MODE_NATIVE, 0);
		err = -ENOSYS;
	}
	xdp_program__close(prog);
	return err == -EEXIST ? -EBUSY : err;
}

int xdp_chain_detach(uint32_t ifindex)
{
	struct xdp_multiprog *all;
	struct xdp_program *prog = find(ifindex, &all);
	int err = 0;

	if (prog && !xdp_multiprog__is_legacy(all))
		err = xdp_program__detach(prog, (int)ifindex, XDP_MODE_NATIVE, 0);
	xdp_multiprog__close(all);
	return err;
}

uint32_t xdp_chain_attached(uint32_t ifindex)
{
	struct xdp_multiprog *all;
	struct xdp_program *prog = find(ifindex, &all);
	uint32_t id = prog ? xdp_program__id(prog) : 0;

	xdp_multiprog__close(all);
	return id;
}
