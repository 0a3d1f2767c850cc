// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe_feature.c - what the kernel can, by programs of xsw_probe.bpf.c loaded one at a time
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "probe.h"
#include "xsw_probe.skel.h"

#define TCX_INGRESS ((enum bpf_attach_type)46) /* BPF_TCX_INGRESS; not in older headers */
#define LOOPBACK    1			       /* its ifindex in every namespace */

static const struct {
	const char *prog;
	const char *map; /* NULL: it has none */
} probes[PROBE_FEATURES] = {
	[PROBE_PLAIN] = { "probe_plain", NULL },
	[PROBE_LOOP] = { "probe_loop", NULL },
	[PROBE_EACH] = { "probe_each", "probe_array" },
	[PROBE_TIMER] = { "probe_timer", "probe_timers" },
	[PROBE_PEER] = { "probe_peer", NULL },
	[PROBE_DEVMAP] = { "probe_devmap", "probe_devs" },
	[PROBE_RINGBUF] = { "probe_ringbuf", "probe_ring" },
	[PROBE_XDP] = { "probe_xdp", "probe_targets" },
	[PROBE_XDP_FRAGS] = { "probe_frags", NULL },
};

static struct xsw_probe *try(enum probe_feature f, int *err)
{
	struct xsw_probe *obj = xsw_probe__open();
	struct bpf_program *prog;
	struct bpf_map *map;

	if (!obj) {
		*err = -errno;
		return NULL;
	}
	bpf_object__for_each_program(prog, obj->obj)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), probes[f].prog));
	bpf_object__for_each_map(map, obj->obj) bpf_map__set_autocreate(
		map, probes[f].map && !strcmp(bpf_map__name(map), probes[f].map));
	*err = xsw_probe__load(obj);
	if (!*err)
		return obj;
	xsw_probe__destroy(obj);
	return NULL;
}

/*
 * The object with this program and its map alone, loaded; NULL: *err. The errno is all there is to
 * know, and nine objects are 900 lines of libbpf's at -vv.
 */
static struct xsw_probe *load(enum probe_feature f, int *err)
{
	libbpf_print_fn_t print = libbpf_set_print(NULL);
	struct xsw_probe *obj = try(f, err);

	libbpf_set_print(print);
	return obj;
}

/* Asking who is attached is refused where the kernel does not know the place (EINVAL). */
static int probe_tcx(void)
{
	__u32 ids[64], n = sizeof(ids) / sizeof(*ids);

	return bpf_prog_query(LOOPBACK, TCX_INGRESS, 0, NULL, ids, &n) ? -errno : 0;
}

int probe_feature(enum probe_feature f)
{
	int err;

	if (f == PROBE_TCX)
		return probe_tcx();
	xsw_probe__destroy(load(f, &err));
	return err;
}

int probe_jit(bool *jit)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	struct xsw_probe *obj;
	int err;

	obj = load(PROBE_PLAIN, &err);
	if (!obj)
		return err;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(obj->progs.probe_plain), &info, &len))
		err = -errno;
	*jit = info.jited_prog_len;
	xsw_probe__destroy(obj);
	return err;
}
