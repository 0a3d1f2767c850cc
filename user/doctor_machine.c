// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor_machine.c - what no switch can help: the kernel, the rights, the file system
 */
#include <errno.h>
#include <string.h>

#include "attach.h"
#include "doctor_int.h"
#include "probe.h"
#include "xsw_names.h"

int doctor_capability(struct doctor *d)
{
	char text[RIGHTS_TEXT];

	if (!rights_missing(RIGHT_ALL, text))
		return 0;
	doctor_found(d, DOCTOR_ERROR, NULL,
		     "switches cannot be looked at from all sides without %s", text);
	doctor_fix(d, "run it as root, or with the capabilities that are missing");
	return 0;
}

/* What a kernel may lack, and what then happens. */
static const struct feature {
	enum probe_feature feature;
	const char *name, *since;
	const char *instead; /* NULL: no switch without it */
	bool callback;	     /* refused too where programs are interpreted */
} features[] = {
	{ PROBE_PLAIN, "programs at tc", "4.1", NULL, false },
	{ PROBE_LOOP, "bpf_loop", "5.17", NULL, true },
	{ PROBE_EACH, "bpf_for_each_map_elem", "5.13", NULL, true },
	{ PROBE_TIMER, "bpf_timer", "5.15", NULL, true },
	{ PROBE_PEER, "bpf_redirect_peer", "5.10", NULL, false },
	{ PROBE_DEVMAP, "devmaps that programs at tc may read", "5.8", NULL, false },
	{ PROBE_RINGBUF, "ring buffers", "5.8", NULL, false },
	{ PROBE_TCX, "tcx links", "6.6", "ports have filters of clsact, which others can remove",
	  false },
	{ PROBE_XDP, "XDP with devmaps", "5.8", "no port can have hook xdp", false },
	{ PROBE_XDP_FRAGS, "XDP for frames with fragments", "5.18", "no port can have hook xdp",
	  false },
};
#define FEATURES (sizeof(features) / sizeof(*features))

static void try_feature(struct doctor *d, const struct feature *f)
{
	int err = probe_feature(f->feature);

	if (!err)
		return;
	doctor_found(d, f->instead ? DOCTOR_HINT : DOCTOR_ERROR, NULL, "no %s (%s): %s", f->name,
		     strerror(-err), f->instead ?: "no switch can be made");
	doctor_fix(d, "a kernel of version %s or newer that is built with it", f->since);
}

int doctor_kernel(struct doctor *d)
{
	bool jit = true;

	probe_jit(&jit);
	for (size_t i = 0; i < FEATURES; i++)
		if (!features[i].instead && (jit || !features[i].callback))
			try_feature(d, &features[i]);
	return 0;
}

/* What cannot be tried is told by the version: see enum xsw_kernel. */
int doctor_kernel_slow(struct doctor *d)
{
	for (size_t i = 0; i < FEATURES; i++)
		if (features[i].instead)
			try_feature(d, &features[i]);
	if (!probe_kernel(6, 3)) {
		doctor_found(d, DOCTOR_HINT, NULL,
			     "XDP cannot redirect frames with fragments: they go by tc");
		doctor_fix(d, "a kernel of version 6.3 or newer");
	}
	return 0;
}

int doctor_jit_off(struct doctor *d)
{
	bool jit = true;
	int err = probe_jit(&jit);

	if (err || jit)
		return 0; /* what cannot be loaded is the other check's */
	doctor_found(d, DOCTOR_ERROR, NULL,
		     "the JIT compiler is off: the kernel refuses the switch's programs, whose "
		     "callbacks it cannot interpret; switches that are there already go on");
	doctor_fix(d, "sysctl -w net.core.bpf_jit_enable=1");
	return 0;
}

int doctor_memlock(struct doctor *d)
{
	uint64_t limit;

	if (!probe_memlock_matters(&limit))
		return 0;
	doctor_found(d, DOCTOR_ERROR, NULL,
		     "this kernel counts BPF maps as locked memory, of which this process may have "
		     "%llu bytes",
		     (unsigned long long)limit);
	doctor_fix(d, "ulimit -l unlimited, or LimitMEMLOCK=infinity for a service");
	return 0;
}

/* A switch that is alive while nothing can be seen of it: another mount namespace has its pins. */
static void not_mounted(struct doctor *d)
{
	bool alive = attach_somewhere(XSW_PROG_TC);

	doctor_found(d, alive ? DOCTOR_WARNING : DOCTOR_HINT, NULL, "no BPF file system at %s%s",
		     pin_bpffs(),
		     alive ? ", but a switch runs in this kernel: it was made in another mount "
			     "namespace, and is out of reach from this one" :
			     ": `up` mounts one");
	doctor_fix(
		d, "mount -t bpf bpf %s%s", shell_word(pin_bpffs()),
		alive ? ", or go where it was made (`xswitch -n NS` instead of `ip netns exec NS "
			"xswitch`)" :
			"");
}

int doctor_bpffs(struct doctor *d)
{
	int err = pin_bpffs_check();

	if (err == -ENODEV) {
		not_mounted(d);
	} else if (err == -EROFS) {
		doctor_found(d, DOCTOR_ERROR, NULL, "the BPF file system at %s is read-only",
			     pin_bpffs());
		doctor_fix(d, "mount -o remount,rw %s", shell_word(pin_bpffs()));
	} else if (err) {
		doctor_found(d, DOCTOR_ERROR, NULL, "no directory %s for a BPF file system: %s",
			     pin_bpffs(), strerror(-err));
		doctor_fix(d, "mkdir %s, or name another one by XSWITCH_BPFFS",
			   shell_word(pin_bpffs()));
	}
	return 0;
}
