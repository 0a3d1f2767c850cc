// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_vlan.c - VLANs of ports: modes into sets, sets into maps
 *
 * Every mode is membership + untagged set + PVID + accepted frames (xsw_abi.h). A change goes:
 * the new set into the bank that is not in use, the port into the flood index of VLANs it
 * joins, the configuration word, out of the index of those it leaves, their entries flushed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "grace.h"
#include "xsw_int.h"
#include "xsw_names.h"

const char *const xsw_mode_words[] = {
	[XSW_MODE_TRANSPARENT] = "transparent",
	[XSW_MODE_ACCESS] = "access",
	[XSW_MODE_TRUNK] = "trunk",
	[XSW_MODE_NATIVE_UNTAGGED] = "native-untagged",
	[XSW_MODE_NATIVE_TAGGED] = "native-tagged",
	[XSW_MODE_TUNNEL] = "dot1q-tunnel",
	[XSW_MODE_HYBRID] = "hybrid",
	[XSW_MODES] = NULL,
};

#define VLAN_FLAGS                                                                                 \
	(XSW_F_VLAN | XSW_F_ONE | XSW_F_TAGGED | XSW_F_UNTAGGED | XSW_F_TUNNEL | XSW_F_CVLANS |    \
	 XSW_F_AD | XSW_F_ALL_TRUNKS)

/* What a mode needs, allows and means. */
static const struct {
	bool tag, trunks; /* has one */
	__u16 flags;
	bool tag_untagged; /* VLAN `tag` leaves without a tag */
} modes[XSW_MODES] = {
	[XSW_MODE_TRANSPARENT] = {},
	[XSW_MODE_ACCESS] = { .tag = true,
			      .flags = XSW_F_VLAN | XSW_F_ONE | XSW_F_UNTAGGED,
			      .tag_untagged = true },
	[XSW_MODE_TRUNK] = { .trunks = true, .flags = XSW_F_VLAN | XSW_F_TAGGED },
	[XSW_MODE_NATIVE_UNTAGGED] = { .tag = true,
				       .trunks = true,
				       .flags = XSW_F_VLAN | XSW_F_TAGGED | XSW_F_UNTAGGED,
				       .tag_untagged = true },
	[XSW_MODE_NATIVE_TAGGED] = { .tag = true,
				     .trunks = true,
				     .flags = XSW_F_VLAN | XSW_F_TAGGED | XSW_F_UNTAGGED },
	[XSW_MODE_TUNNEL] = { .tag = true,
			      .flags = XSW_F_VLAN | XSW_F_ONE | XSW_F_TAGGED | XSW_F_UNTAGGED |
				       XSW_F_TUNNEL,
			      .tag_untagged = true },
	[XSW_MODE_HYBRID] = { .flags = XSW_F_VLAN | XSW_F_TAGGED | XSW_F_UNTAGGED },
};

static void set_bit(__u64 *set, uint32_t vid)
{
	set[vid / 64] |= 1ULL << vid % 64;
}

static void clear_bit(__u64 *set, uint32_t vid)
{
	set[vid / 64] &= ~(1ULL << vid % 64);
}

static bool has_bit(const __u64 *set, uint32_t vid)
{
	return set[vid / 64] >> vid % 64 & 1;
}

/* 1..4094 */
static void set_all(__u64 *set)
{
	memset(set, 0xff, sizeof(__u64) * XSW_VLAN_WORDS);
	clear_bit(set, 0);
	clear_bit(set, XSW_VLANS - 1);
}

static bool is_empty(const __u64 *set)
{
	int i;

	for (i = 0; i < XSW_VLAN_WORDS; i++)
		if (set[i])
			return false;
	return true;
}

static void maps_dir(const struct xsw *sw, char dir[PIN_PATH_MAX])
{
	pin_path(dir, sw->name, XSW_DIR_MAPS);
}

/* Whether the data path looks at the set of such a port. */
static bool has_sets(union xsw_conf conf)
{
	return conf.flags & XSW_F_VLAN && (!(conf.flags & XSW_F_ONE) || conf.flags & XSW_F_CVLANS);
}

void vlan_current(struct xsw *sw, uint32_t number, union xsw_conf conf, struct xsw_sets *sets)
{
	char dir[PIN_PATH_MAX];

	memset(sets, 0, sizeof(*sets));
	maps_dir(sw, dir);
	if (has_sets(conf) && maps_sets_read(&sw->maps, dir, number, conf.flags, sets))
		memset(sets, 0, sizeof(*sets));
	if (conf.flags & XSW_F_ONE) {
		memset(sets->member, 0, sizeof(sets->member));
		set_bit(sets->member, conf.pvid % XSW_VLANS);
		memcpy(sets->untagged, sets->member, sizeof(sets->member));
	}
}

/* The mode meant: as given, or as Open vSwitch reads `tag` and `trunks` without one. */
static int choose_mode(const struct xsw_vlan_args *args, union xsw_conf conf)
{
	if (args->mode_set)
		return args->mode;
	if (conf.flags & XSW_F_VLAN)
		return conf.mode;
	if (args->trunks_set)
		return args->tag ? XSW_MODE_NATIVE_TAGGED : XSW_MODE_TRUNK;
	return args->tag ? XSW_MODE_ACCESS : XSW_MODE_TRANSPARENT;
}

static int check_args(const char *port, const struct xsw_vlan_args *args, int mode, uint32_t tag)
{
	const char *word = xsw_mode_words[mode];

	if (modes[mode].tag && !tag)
		return fail(XSW_USAGE, "port %s: mode %s needs a tag: tag 1..4094", port, word);
	if (!modes[mode].tag && args->tag) {
		fail(XSW_USAGE, "port %s: mode %s has no tag of its own, but tag %u was given",
		     port, word, args->tag);
		hint("native-untagged and native-tagged have one beside their trunks");
		return XSW_USAGE;
	}
	if (!modes[mode].trunks && args->trunks_set)
		return fail(XSW_USAGE, "port %s: mode %s has no trunks", port, word);
	if (mode != XSW_MODE_TUNNEL && args->cvlans_set)
		return fail(XSW_USAGE, "port %s: mode %s has no cvlans; dot1q-tunnel has", port,
			    word);
	if (args->ethtype_set && (mode == XSW_MODE_TRANSPARENT || mode == XSW_MODE_ACCESS))
		return fail(XSW_USAGE, "port %s: mode %s has no qinq-ethtype", port, word);
	return XSW_OK;
}

/* The members of trunk modes, without the native VLAN. Returns XSW_F_ALL_TRUNKS or 0. */
static __u16 plan_members(const struct xsw_vlan_args *args, bool same, union xsw_conf old,
			  struct xsw_sets *sets)
{
	if (args->trunks_set) {
		memcpy(sets->member, args->trunks.word, sizeof(sets->member));
		return 0;
	}
	if (!same || old.flags & XSW_F_ALL_TRUNKS) {
		set_all(sets->member);
		return XSW_F_ALL_TRUNKS;
	}
	if (old.pvid && args->tag && old.pvid != args->tag)
		clear_bit(sets->member, old.pvid); /* the native VLAN that was */
	return 0;
}

int vlan_plan(struct xsw *sw, const char *port, uint32_t number, const struct xsw_vlan_args *args,
	      union xsw_conf *conf, struct xsw_sets *sets)
{
	int mode = choose_mode(args, *conf), err;
	bool same = mode == conf->mode && conf->flags & XSW_F_VLAN;
	uint32_t tag = args->tag ? args->tag : same && modes[mode].tag ? conf->pvid : 0;
	union xsw_conf old = *conf;

	err = number ? wire_free(sw, port, number) : XSW_OK;
	if (!err)
		err = check_args(port, args, mode, tag);
	if (err)
		return err;
	if (same && number)
		vlan_current(sw, number, *conf, sets);
	else
		memset(sets, 0, sizeof(*sets));
	conf->mode = (__u8)mode;
	conf->flags = (__u16)((conf->flags & ~VLAN_FLAGS) | modes[mode].flags);
	if (mode == XSW_MODE_HYBRID && same)
		conf->flags |= old.flags & (XSW_F_TAGGED | XSW_F_UNTAGGED);
	conf->pvid = (__u16)(mode == XSW_MODE_HYBRID && same ? old.pvid : tag);
	if (args->ethtype_set ? !args->ethtype :
	    same	      ? old.flags & XSW_F_AD :
				mode == XSW_MODE_TUNNEL)
		conf->flags |= XSW_F_AD;
	if (modes[mode].trunks)
		conf->flags |= plan_members(args, same, old, sets);
	if (tag) {
		if (conf->flags & XSW_F_ONE)
			memset(sets->member, 0, sizeof(sets->member));
		set_bit(sets->member, tag);
		memset(sets->untagged, 0, sizeof(sets->untagged));
		if (modes[mode].tag_untagged)
			set_bit(sets->untagged, tag);
	}
	if (args->cvlans_set)
		memcpy(sets->cvlans, args->cvlans.word, sizeof(sets->cvlans));
	if (mode == XSW_MODE_TUNNEL && !is_empty(sets->cvlans))
		conf->flags |= XSW_F_CVLANS;
	return XSW_OK;
}

/*
 * A frame that reads the bank about to be written must be through: it cannot be older than a
 * few ticks, so a wait is needed after a recent change only.
 */
static void bank_settle(struct xsw *sw, uint32_t number)
{
	uint64_t now = prog_clock(&sw->prog, &sw->maps);

	if (now - sw->maps.mem.ports[number].changed < 100000000)
		grace_wait();
	sw->maps.mem.ports[number].changed = now;
}

/* Enter or leave the flood index of every VID in `set` that is not in `other`. */
static void index_update(struct xsw *sw, uint32_t number, const __u64 *set, const __u64 *other,
			 bool on)
{
	uint32_t vid;

	for (vid = 0; vid < XSW_VLANS; vid++)
		if (has_bit(set, vid) && !has_bit(other, vid))
			maps_member_set(&sw->maps, vid, number, on);
}

/* What a port is a member of; a transparent one of everything, and a closed one of nothing. */
static void members_of(union xsw_conf conf, const struct xsw_sets *sets, __u64 *set)
{
	if (conf.flags & XSW_F_VLAN)
		memcpy(set, sets->member, sizeof(sets->member));
	else
		memset(set, conf.word ? 0xff : 0, sizeof(__u64) * XSW_VLAN_WORDS);
}

/* Entries of the VLANs that a port leaves, and only those; also of the frames it let in just now. */
static int flush_left(struct xsw *sw, uint32_t number, const __u64 *old, const __u64 *new)
{
	bool waited = false;
	uint32_t vid;
	int err = 0;

	for (vid = 0; vid < XSW_VLANS && !err; vid++) {
		if (!has_bit(old, vid) || has_bit(new, vid))
			continue;
		if (!waited)
			grace_wait();
		waited = true;
		err = prog_flush(&sw->prog, number, (int)vid);
	}
	return err;
}

/* The VLANs whose floods must ask the port: a transparent one stands in row 0 for all, a wired
 * one nowhere. */
static void index_of(union xsw_conf conf, const struct xsw_sets *sets, __u64 *set)
{
	memset(set, 0, sizeof(__u64) * XSW_VLAN_WORDS);
	if (!conf.word || conf.policy & XSW_P_WIRE)
		return;
	if (conf.flags & XSW_F_VLAN)
		memcpy(set, sets->member, sizeof(sets->member));
	else
		set_bit(set, 0);
}

int vlan_store(struct xsw *sw, uint32_t number, union xsw_conf conf, const struct xsw_sets *sets,
	       bool keep_state)
{
	__u64 before[XSW_VLAN_WORDS], after[XSW_VLAN_WORDS];
	union xsw_conf old = maps_conf_load(&sw->maps, number);
	struct xsw_sets had;
	char dir[PIN_PATH_MAX];
	int err = 0;

	vlan_current(sw, number, old, &had);
	index_of(old, &had, before);
	index_of(conf, sets, after);
	conf.flags = (__u16)((conf.flags & ~XSW_F_BANK) | (old.flags & XSW_F_BANK));
	if (has_sets(conf)) {
		maps_dir(sw, dir);
		conf.flags ^= XSW_F_BANK;
		bank_settle(sw, number);
		err = maps_sets_write(&sw->maps, dir, number, conf.flags, sets);
		if (err)
			return err;
	}
	index_update(sw, number, after, before, true);
	(keep_state ? maps_conf_keep : maps_conf_store)(&sw->maps, number, conf);
	index_update(sw, number, before, after, false);
	maps_epoch_bump(&sw->maps);
	members_of(old, &had, before);
	members_of(conf, sets, after);
	err = flush_left(sw, number, before, after);
	if (!err && sw->ports[number].type == XSW_TYPE_HOST)
		err = port_host_locals(sw, number, old, &had, conf, sets);
	return err;
}

void vlan_close(struct xsw *sw, uint32_t number)
{
	const __u64 none[XSW_VLAN_WORDS] = {};
	union xsw_conf old = maps_conf_load(&sw->maps, number);
	__u64 before[XSW_VLAN_WORDS];
	struct xsw_sets had;

	vlan_current(sw, number, old, &had);
	index_of(old, &had, before);
	maps_conf_store(&sw->maps, number, (union xsw_conf){});
	index_update(sw, number, before, none, false);
}

/* --- vlan add, vlan del ---------------------------------------------------------------- */

static void edit_add(const struct xsw_vlan_edit *edit, union xsw_conf *conf, struct xsw_sets *sets)
{
	uint32_t vid;

	for (vid = 1; vid <= XSW_VID_MAX; vid++) {
		if (!has_bit(edit->vids.word, vid))
			continue;
		set_bit(sets->member, vid);
		(edit->untagged ? set_bit : clear_bit)(sets->untagged, vid);
		if (edit->pvid)
			conf->pvid = (__u16)vid;
		else if (conf->pvid == vid)
			conf->pvid = 0;
	}
}

/* How many were there. */
static uint32_t edit_del(const struct xsw_vlan_edit *edit, union xsw_conf *conf,
			 struct xsw_sets *sets)
{
	uint32_t vid, n = 0;

	for (vid = 1; vid <= XSW_VID_MAX; vid++) {
		if (!has_bit(edit->vids.word, vid) || !has_bit(sets->member, vid))
			continue;
		n++;
		clear_bit(sets->member, vid);
		clear_bit(sets->untagged, vid);
		if (conf->pvid == vid)
			conf->pvid = 0;
	}
	return n;
}

int vlan_edit_plan(const struct xsw_vlan_edit *edit, union xsw_conf *conf, struct xsw_sets *sets)
{
	if (!(conf->flags & XSW_F_VLAN)) {
		if (edit->del)
			return fail(XSW_MISSING, "port %s is transparent: it has no VLAN to delete",
				    edit->port);
		conf->flags |= XSW_F_TAGGED | XSW_F_UNTAGGED;
		conf->pvid = 0;
	}
	memset(sets->cvlans, 0, sizeof(sets->cvlans));
	conf->mode = XSW_MODE_HYBRID;
	conf->flags = (__u16)((conf->flags | XSW_F_VLAN) &
			      ~(XSW_F_ONE | XSW_F_TUNNEL | XSW_F_CVLANS | XSW_F_ALL_TRUNKS));
	if (!edit->del)
		edit_add(edit, conf, sets);
	else if (!edit_del(edit, conf, sets))
		return fail(XSW_MISSING, "port %s is a member of none of these VLANs", edit->port);
	return XSW_OK;
}

static int edit_one(struct xsw *sw, uint32_t number, const void *arg)
{
	const struct xsw_vlan_edit *edit = arg;
	union xsw_conf conf = maps_conf_load(&sw->maps, number);
	struct xsw_sets sets;
	int err;

	vlan_current(sw, number, conf, &sets);
	err = vlan_edit_plan(edit, &conf, &sets) ?: tunnel_vlans(&sw->ports[number], conf, &sets);
	if (!err && sw->ports[number].hook == XSW_HOOK_XDP)
		err = port_hook_check(edit->port, sw->ports[number].type, conf);
	if (err)
		return err;
	if (xsw_plan(sw, "change the VLANs of port %s", edit->port))
		return XSW_OK;
	err = batch_keep_port(sw, number) ?: batch_keep_learned(sw);
	if (err)
		return err;
	err = vlan_store(sw, number, conf, &sets, true);
	return err ? fail(XSW_REFUSED, "port %s: cannot change its VLANs: %s", edit->port,
			  strerror(-err)) :
		     XSW_OK;
}

int xsw_vlan_edit(struct xsw *sw, const struct xsw_vlan_edit *edit)
{
	uint32_t number;
	int err = xsw_port_need(sw, edit->port, &number);

	if (!err)
		err = wire_free(sw, edit->port, number);
	return err ? err : legs_change(sw, number, edit_one, edit);
}

/* --- vlan set --------------------------------------------------------------------------- */

int xsw_vlan_limit(struct xsw *sw, const struct arg_vids *vids, uint32_t max_learned)
{
	char text[256];
	int err;

	if (batch_checking(sw))
		return XSW_CHECKED;
	vids_text(vids, 1, text, sizeof(text));
	if (max_learned ? xsw_plan(sw, "set max_learned %u of VLANs %s", max_learned, text) :
			  xsw_plan(sw, "set max_learned none of VLANs %s", text))
		return XSW_OK;
	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid++) {
		struct xsw_limit *limit = &sw->maps.mem.limits[XSW_LIMIT_VLAN(vid)];

		if (!has_bit(vids->word, vid))
			continue;
		err = batch_keep_limit(sw, XSW_LIMIT_VLAN(vid));
		if (err)
			return err;
		__atomic_store_n(&limit->max, max_learned, __ATOMIC_RELEASE);
	}
	return XSW_OK;
}

uint32_t xsw_vlan_limit_get(const struct xsw *sw, uint32_t vid)
{
	return sw->maps.mem.limits[XSW_LIMIT_VLAN(vid)].max;
}
