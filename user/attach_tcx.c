// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_tcx.c - tcx links (kernel 6.6, commit e420bed02507): pinned, replaced in place
 */
#include <bpf/bpf.h>

#include "attach.h"
#include "xsw_names.h"

#define TCX_MAX	    64			       /* programs a device takes: BPF_MPROG_MAX */
#define TCX_INGRESS ((enum bpf_attach_type)46) /* BPF_TCX_INGRESS; not in older headers */

int tcx_attach(int prog, uint32_t ifindex, const char *pin)
{
	const struct attach_link at = { ifindex, TCX_INGRESS, 0, XSW_PROG_TC };

	return link_attach(&at, prog, pin);
}

/* Of any switch: others' programs share the hook, ours does not share a device with itself. */
uint32_t tcx_taken(uint32_t ifindex)
{
	uint32_t ids[TCX_MAX] = {}, n = TCX_MAX, i, found = 0;

	/* the member that is a descriptor elsewhere is the ifindex here (kernel 6.6) */
	if (bpf_prog_query((int)ifindex, TCX_INGRESS, 0, NULL, ids, &n))
		return 0;
	for (i = 0; i < n && !found; i++)
		if (attach_id_is_ours(ids[i], XSW_PROG_TC))
			found = ids[i];
	return found;
}
