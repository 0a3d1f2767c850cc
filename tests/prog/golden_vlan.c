// SPDX-License-Identifier: GPL-2.0-only
/*
 * golden_vlan.c - VLANs of a row: modes into flags and sets, the forms in which the frame
 * leaves, the counters of VLANs
 *
 * The bank that is not in use holds the opposite of the one that is, and where no set is to be
 * looked at, both hold what would show.
 */
#include <string.h>

#include "golden.h"

const __u16 row_vids[ROW_VIDS] = ROW_VID_LIST;

/* What the command makes of a mode (user/xsw_vlan.c). */
static const struct {
	__u16 flags;
	bool member;   /* of its tag */
	bool untagged; /* ... which leaves without a tag */
} modes[XSW_MODES] = {
	[XSW_MODE_ACCESS] = { XSW_F_VLAN | XSW_F_ONE | XSW_F_UNTAGGED, true, true },
	[XSW_MODE_TRUNK] = { XSW_F_VLAN | XSW_F_TAGGED },
	[XSW_MODE_NATIVE_UNTAGGED] = { XSW_F_VLAN | XSW_F_TAGGED | XSW_F_UNTAGGED, true, true },
	[XSW_MODE_NATIVE_TAGGED] = { XSW_F_VLAN | XSW_F_TAGGED | XSW_F_UNTAGGED, true },
	[XSW_MODE_TUNNEL] = { XSW_F_VLAN | XSW_F_ONE | XSW_F_TAGGED | XSW_F_UNTAGGED |
				      XSW_F_TUNNEL | XSW_F_AD,
			      true, true },
	[XSW_MODE_HYBRID] = { XSW_F_VLAN | XSW_F_TAGGED | XSW_F_UNTAGGED },
};

static void add(__u64 *set, __u16 vid)
{
	set[vid / 64] |= 1ULL << vid % 64;
}

static void add_list(__u64 *set, __u16 list)
{
	for (int i = 0; i < ROW_VIDS; i++)
		if (list >> i & 1)
			add(set, row_vids[i]);
	for (int i = 0; list & VALL && i < XSW_VLAN_WORDS; i++)
		set[i] |= ~0ULL << !i & ~0ULL >> (i == XSW_VLAN_WORDS - 1);
}

static void fill_sets(const struct row_port *p, __u16 flags, struct xsw_sets banks[2])
{
	struct xsw_sets *set = &banks[!!(flags & XSW_F_BANK)];
	struct xsw_sets *other = &banks[!(flags & XSW_F_BANK)];

	if (modes[p->mode].member)
		add(set->member, p->tag);
	if (modes[p->mode].untagged)
		add(set->untagged, p->tag);
	add_list(set->member, p->vlans);
	add_list(set->untagged, p->untagged);
	add_list(set->cvlans, p->cvlans);
	for (int i = 0; i < XSW_VLAN_WORDS; i++) {
		other->member[i] = ~set->member[i];
		other->untagged[i] = ~set->untagged[i];
		other->cvlans[i] = ~set->cvlans[i];
	}
}

/* Where floods look for the port. */
static void fill_index(const struct row_port *p, unsigned int i, const struct xsw_sets *set,
		       struct xsw_vlan *index)
{
	__u16 number = row_number[i];

	for (int v = 0; v < ROW_VIDS; v++) {
		__u16 vid = row_vids[v];
		bool in = p->mode == XSW_MODE_TRANSPARENT ? !vid :
							    set->member[vid / 64] >> vid % 64 & 1;

		if ((!in || p->apart) && !(p->stale >> v & 1))
			continue;
		index[v].member[number / 64] |= 1ULL << number % 64;
		index[v].summary |= 1ULL << number / 64;
	}
}

static void fill_port(const struct row *row, unsigned int i, struct setup *set)
{
	const struct row_port *p = &row->port[i];
	union xsw_conf *conf = &set->port[i].conf;
	struct xsw_sets *banks = set->sets[i];

	conf->mode = p->mode;
	conf->flags = (XSW_F_DEFAULT | modes[p->mode].flags | (p->cvlans ? XSW_F_CVLANS : 0)) ^
		      p->flip;
	conf->pvid = p->tag;
	fill_sets(p, conf->flags, banks);
	fill_index(p, i, &banks[!!(conf->flags & XSW_F_BANK)], set->vlan);
	for (int b = 0; b < 2 && (!(conf->flags & XSW_F_VLAN) || conf->flags & XSW_F_ONE); b++) {
		memset(banks[b].member, 0xff, sizeof(banks[b].member));
		memset(banks[b].untagged, 0, sizeof(banks[b].untagged));
	}
}

/* The frame in the form `as`. */
static void fill_out(const struct setup *set, const struct row_as *as, struct row_bytes *out)
{
	size_t added = as->tags ? strlen(as->tags) / 2 : 0, macs = set->len < 12 ? set->len : 12;

	memcpy(out->bytes, set->frame, macs);
	for (size_t i = 0; i < added; i++)
		out->bytes[macs + i] = row_hex_byte(as->tags + 2 * i);
	memcpy(out->bytes + macs + added, set->frame + macs + as->cut, set->len - macs - as->cut);
	out->len = set->len - as->cut + added;
}

void row_setup_forms(const struct row *row, struct setup *set)
{
	for (int i = 0; i < ROW_ENDS; i++)
		fill_out(set, &row->as[i], &set->out[i]);
}

void row_setup_vlans(const struct row *row, struct setup *set)
{
	for (unsigned int i = P1; i <= P5; i++)
		fill_port(row, i, set);
	for (int v = 0; v < ROW_VIDS; v++)
		if (row_vids[v] == row->vlan.vid)
			set->vlan[v].flush = row->vlan.flush;
	row_setup_forms(row, set);
}

/* Whether the frame stopped before it was of a VLAN. */
static bool is_outside(const struct row *row, const struct setup *set)
{
	switch (row->drop) {
	case XSW_R_vlan_truncated: /* its own tag, or one inside */
		return !row->vid;
	case XSW_R_runt:
	case XSW_R_port_down:
	case XSW_R_port_blocking:
	case XSW_R_link_local:
	case XSW_R_bpdu_guard:
	case XSW_R_no_pvid:
	case XSW_R_vid_reserved:
	case XSW_R_frame_type:
	case XSW_R_vlan_ingress:
		return true;
	case XSW_R_mirror_port: /* of the ingress port, or of the target */
		return set->tap[row->in].output & set->sw.mirrors;
	default:
		return row->pass;
	}
}

__u16 row_vid(const struct row *row, const struct setup *set)
{
	const __u8 *f = set->frame;

	if (row->port[row->in].policy & XSW_P_WIRE)
		return 0;
	if (row->port[row->in].mode != XSW_MODE_TRANSPARENT)
		return row->vid;
	return set->len >= 18 && f[12] == 0x81 && !f[13] ? (f[14] << 8 | f[15]) & 0xfff : 0;
}

static bool is_count(const struct xsw_count *c, __u64 packets, __u64 bytes)
{
	return c->packets == packets && c->bytes == bytes;
}

/* VLAN 0, that of untagged frames between transparent ports, is not counted. */
const char *row_judge_vlans(const struct row *row, const struct setup *set,
			    const struct outcome *out)
{
	__u64 packets = 0, bytes = 0;
	__u16 vid = row_vid(row, set);

	for (int i = P1; i <= P5; i++) {
		packets += row->to >> i & 1;
		bytes += (row->to >> i & 1) * set->out[i].len;
	}
	for (int v = 0; v < ROW_VIDS; v++) {
		const struct xsw_vlan_stats *vs = &out->vlan[v];
		__u64 ours = vid && row_vids[v] == vid, in = ours && !is_outside(row, set);

		if (!is_count(&vs->rx, in, in * set->len))
			return row_say("VLAN %u rx: %llu frames, %llu bytes", row_vids[v],
				       (unsigned long long)vs->rx.packets,
				       (unsigned long long)vs->rx.bytes);
		if (!is_count(&vs->tx, ours * packets, ours * bytes))
			return row_say("VLAN %u tx: %llu frames, %llu bytes", row_vids[v],
				       (unsigned long long)vs->tx.packets,
				       (unsigned long long)vs->tx.bytes);
	}
	return NULL;
}
