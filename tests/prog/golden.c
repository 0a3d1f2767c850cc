// SPDX-License-Identifier: GPL-2.0-only
/*
 * golden.c - a row becomes what the maps hold, and what they held afterwards is judged
 */
#include <linux/pkt_cls.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"

const __u16 row_number[ROW_ENDS + 1] = ROW_NUMBERS;

const struct row *const *row_tables(void)
{
	static const struct row *tables[] = {
		rows_frame, rows_control, rows_learn, rows_time,   rows_egress, rows_size,
		rows_vlan,  rows_tunnel,  rows_limit, rows_flap,   rows_policy, rows_wire,
		rows_group, rows_meter,	  rows_inet,  rows_mirror, NULL,	NULL,
	};

	tables[sizeof(tables) / sizeof(tables[0]) - 2] = rows_modes();
	return tables;
}

static const struct {
	const char *name;
	bool drop;
} reason_info[XSW_REASONS_MAX] = {
#define DROP			true
#define NOTE			false
#define R(name, kind, sentence) [XSW_R_##name] = { #name, kind },
	XSW_REASON_LIST(R)
#undef R
#undef DROP
#undef NOTE
};

const char *reason_name(unsigned int reason)
{
	return reason < XSW_REASONS && reason_info[reason].name ? reason_info[reason].name : "none";
}

const char *row_say(const char *fmt, ...)
{
	static char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return text;
}

__u8 row_hex_byte(const char *hex)
{
	__u8 byte = 0;

	for (int i = 0; i < 2; i++)
		byte = (__u8)(byte << 4 | ((hex[i] & 0xf) + (hex[i] > '9' ? 9 : 0)));
	return byte;
}

static union xsw_fdb_key key_of(const char *mac, __u16 vid)
{
	union xsw_fdb_key key = { .vid = vid };

	for (int i = 0; i < 6; i++)
		key.mac[i] = row_hex_byte(mac + 2 * i);
	return key;
}

static void fill_frame(const struct row *row, struct setup *set)
{
	size_t given = strlen(row->frame) / 2;

	set->len = row->len ? row->len : ROW_LEN;
	if (row->len == ROW_EMPTY)
		set->len = 0;
	if (set->len > ROW_LEN_MAX)
		abort();
	for (size_t i = 0; i < set->len; i++)
		set->frame[i] = i < given ? row_hex_byte(row->frame + 2 * i) : i * 37 + 1;
	set->gso = row->gso;
}

__u8 row_abi_state(enum row_state state)
{
	switch (state) {
	case DISABLED:
		return XSW_STATE_DISABLED;
	case BLOCKING:
		return XSW_STATE_BLOCKING;
	case LEARNING:
		return XSW_STATE_LEARNING;
	case ERRDISABLED:
		return XSW_STATE_ERRDISABLED;
	case FORWARDING:
		break;
	}
	return XSW_STATE_FORWARDING;
}

static void fill_ports(const struct row *row, struct setup *set)
{
	for (int i = P1; i <= P5; i++) {
		const struct row_port *p = &row->port[i];

		set->port[i] = (struct xsw_port){
			.conf.mtu = p->mtu ? p->mtu : ROW_MTU,
			.conf.state = row_abi_state(p->state),
			.flush = p->flush,
			.vlan_flush = p->vlan_flush,
		};
	}
}

static struct xsw_fdb_entry entry_of(const struct row_entry *r, __u32 seq, __u64 now)
{
	__u64 since = (now - r->since) >> XSW_FLAP_TICK;

	return (struct xsw_fdb_entry){
		.dest.port = row_number[r->port],
		.dest.state = r->state,
		.dest.flags = r->flags,
		.dest.seq = r->seq ? r->seq : seq,
		.seen = now - r->age,
		.updated = now - (r->moves ? (__u64)r->age : r->age + SEC_),
		.home = row_number[r->home],
		.moves = r->flags & XSW_FDB_HELD ? since >> 16 : r->moves,
		.since = (__u16)since,
	};
}

static __u64 time_or(__u64 given, __u64 fallback)
{
	if (given == ROW_NEVER)
		return 0;
	return given ? given : fallback;
}

static void fill_memory(const struct row *row, __u64 now, struct setup *set)
{
	if (row->cache.mac) {
		set->st.src = key_of(row->cache.mac, row->cache.vid).word;
		set->st.src_until = now - row->cache.age + set->sw.refresh;
		set->st.src_epoch = ROW_EPOCH - row->cache.stale;
	}
	if (row->found.mac) {
		set->st.dst = key_of(row->found.mac, row->found.vid).word;
		set->st.dst_until = now - row->found.age + set->sw.refresh;
		set->st.dst_epoch = ROW_EPOCH - row->found.stale;
		set->st.dst_port = row_number[row->found.port];
	}
}

void row_setup(const struct row *row, __u64 now, struct setup *set)
{
	const struct row_entry *r;

	memset(set, 0, offsetof(struct setup, frame));
	set->sw.ageing = time_or(row->ageing, ROW_AGEING);
	set->sw.refresh = time_or(row->refresh, ROW_REFRESH);
	set->sw.seq = row->seq ? row->seq : ROW_SEQ;
	set->sw.flush = row->flush;
	set->sw.epoch = ROW_EPOCH;
	set->sw.group_fwd_mask = row->group_fwd_mask;
	set->sw.hosts = row->hosts;
	set->sw.flap_limit = row->flap_limit;
	set->sw.flap_window = row->flap_window ? row->flap_window : SEC_;
	set->sw.tc_ports = row->tc_ports;
	fill_ports(row, set);
	for (r = row->fdb; r->mac; r++) {
		struct row_fdb *f = &set->fdb[set->fdb_n++];

		f->key = key_of(r->mac, r->vid);
		f->entry = entry_of(r, set->sw.seq, now);
	}
	fill_memory(row, now, set);
	fill_frame(row, set);
	row_setup_vlans(row, set);
	row_setup_policies(row, now, set);
	row_setup_account(row, set);
	row_setup_mirrors(row, set);
}

void row_setup_next(const struct row *row, const struct outcome *before, struct setup *set)
{
	fill_frame(row, set);
	row_setup_forms(row, set);
	memcpy(set->port, before->port, sizeof(set->port));
	memcpy(set->meter, before->meter, sizeof(set->meter));
	memcpy(set->fdb, before->fdb, sizeof(set->fdb));
	set->fdb_n = before->fdb_n;
	set->acc = before->acc;
	set->sw.epoch = before->epoch;
	set->sw.seq = row->seq ? row->seq : ROW_SEQ;
}

static void count_since(struct xsw_count *c, const struct xsw_count *before, int n)
{
	for (int i = 0; i < n; i++) {
		c[i].packets -= before[i].packets;
		c[i].bytes -= before[i].bytes;
	}
}

void row_since(struct outcome *out, const struct outcome *before)
{
	const struct xsw_events *ev = &before->ev;

	for (int i = 0; i < ROW_ENDS; i++) {
		count_since(out->st[i].rx, before->st[i].rx, XSW_CLASSES);
		count_since(out->st[i].tx, before->st[i].tx, XSW_CLASSES);
		for (int r = 0; r < XSW_REASONS_MAX; r++)
			out->st[i].reasons[r] -= before->st[i].reasons[r];
	}
	for (int v = 0; v < ROW_VIDS; v++) {
		count_since(&out->vlan[v].rx, &before->vlan[v].rx, 1);
		count_since(&out->vlan[v].tx, &before->vlan[v].tx, 1);
	}
	for (int i = 0; i < ROW_MIRRORS; i++) {
		count_since(&out->mirror[i].sent, &before->mirror[i].sent, 1);
		out->mirror[i].lost -= before->mirror[i].lost;
	}
	out->ev.learned -= ev->learned;
	out->ev.moved -= ev->moved;
	out->ev.expired -= ev->expired;
	out->ev.refused -= ev->refused;
	out->ev.limited -= ev->limited;
	out->ev.held -= ev->held;
}

void row_left(const struct setup *set, struct outcome *out, unsigned int port, const void *bytes,
	      __u32 len)
{
	const struct row_bytes *want = &set->out[port];

	if (port != STRANGER && len == want->len && !memcmp(bytes, want->bytes, len)) {
		out->copies[port]++;
		return;
	}
	out->mangled = true;
	out->bad.port = port;
	out->bad.len = len;
	memcpy(out->bad.bytes, bytes, len < sizeof(out->bad.bytes) ? len : sizeof(out->bad.bytes));
}

static const struct row_fdb *find(const struct row_fdb *f, unsigned int n, union xsw_fdb_key key)
{
	while (n--)
		if (f[n].key.word == key.word)
			return &f[n];
	return NULL;
}

static bool is_now(__u64 t, const struct outcome *out)
{
	return t >= out->now && t <= out->end;
}

static const char *judge_entry(const struct row_entry *r, const struct setup *set,
			       const struct outcome *out)
{
	union xsw_fdb_key key = key_of(r->mac, r->vid);
	const struct row_fdb *old = find(set->fdb, set->fdb_n, key);
	const struct row_fdb *f = find(out->fdb, out->fdb_n, key);
	union xsw_fdb_dest want = { .port = row_number[r->port], .state = r->state };
	bool kept = r->how == KEPT || r->how == STOPPED;

	if (!f)
		return row_say("no entry %s %u", r->mac, r->vid);
	want.flags = r->flags;
	want.seq = set->sw.seq;
	if (r->how == KEPT || (r->how == SEEN && r->state >= XSW_FDB_STATIC))
		want.seq = old ? old->entry.dest.seq : 0;
	if (f->entry.dest.word != want.word)
		return row_say("entry %s %u: port %u state %u seq %u, not port %u state %u seq %u",
			       r->mac, r->vid, f->entry.dest.port, f->entry.dest.state,
			       f->entry.dest.seq, want.port, want.state, want.seq);
	if (kept ? !old || f->entry.seen != old->entry.seen : !is_now(f->entry.seen, out))
		return row_say("entry %s %u was seen at %llu (now %llu)", r->mac, r->vid,
			       (unsigned long long)f->entry.seen, (unsigned long long)out->now);
	if (r->how == NEW ? !is_now(f->entry.updated, out) :
			    !old || f->entry.updated != old->entry.updated)
		return row_say("entry %s %u was updated at %llu (now %llu)", r->mac, r->vid,
			       (unsigned long long)f->entry.updated, (unsigned long long)out->now);
	return NULL;
}

/* What is remembered of its moves. */
static const char *judge_moves(const struct row_entry *r, const struct outcome *out)
{
	union xsw_fdb_key key = key_of(r->mac, r->vid);
	const struct row_fdb *f = find(out->fdb, out->fdb_n, key);

	if (r->flags & XSW_FDB_HELD)
		return NULL;
	if (f->entry.moves != r->moves || (r->moves && f->entry.home != row_number[r->home]))
		return row_say("entry %s %u: %u moves since port %u, not %u since %u", r->mac,
			       r->vid, f->entry.moves, f->entry.home, r->moves,
			       row_number[r->home]);
	return NULL;
}

static const char *judge_events(const struct row *row, const struct setup *set,
				const struct outcome *out)
{
	enum row_event e = row->event;
	bool held = e == HELD || e == HELD_BACK;

	if (out->ev.learned != (e == LEARNED) || out->ev.moved != (e == MOVED) ||
	    out->ev.refused != (e == REFUSED) || out->ev.limited != (e == LIMITED) ||
	    out->ev.held != held || out->ev.expired)
		return row_say(
			"events: learned %llu, moved %llu, refused %llu, limited %llu, "
			"held %llu, expired %llu",
			(unsigned long long)out->ev.learned, (unsigned long long)out->ev.moved,
			(unsigned long long)out->ev.refused, (unsigned long long)out->ev.limited,
			(unsigned long long)out->ev.held, (unsigned long long)out->ev.expired);
	if ((e == MOVED || held) == (out->epoch == set->sw.epoch))
		return row_say("epoch was %u and is %u", set->sw.epoch, out->epoch);
	return NULL;
}

static const char *judge_fdb(const struct row *row, const struct setup *set,
			     const struct outcome *out)
{
	const struct row_entry *list = row->after[0].mac ? row->after : row->fdb;
	const char *wrong;
	unsigned int n = 0;

	for (; list[n].mac; n++) {
		wrong = judge_entry(&list[n], set, out);
		if (!wrong && row->flap_limit)
			wrong = judge_moves(&list[n], out);
		if (wrong)
			return wrong;
	}
	if (out->fdb_n != n)
		return row_say("%u entries, not %u", out->fdb_n, n);
	return judge_events(row, set, out);
}

/* The counters of one port: rx, tx and reasons, and nothing that should not be there. */
static const char *judge_port(const struct row *row, const struct setup *set,
			      const struct outcome *out, unsigned int i)
{
	const struct xsw_stats *st = &out->st[i];
	bool ours = i == row->in && !row->pass;

	for (unsigned int c = 0; c < XSW_CLASSES; c++) {
		__u64 rx = ours && c == row->class;
		__u64 tx = ((row->to >> i & 1) && c == row->class) + row_copies(row, i, c);

		if (st->rx[c].packets != rx || st->rx[c].bytes != rx * set->len)
			return row_say("P%u rx class %u: %llu frames, %llu bytes", i, c,
				       (unsigned long long)st->rx[c].packets,
				       (unsigned long long)st->rx[c].bytes);
		if (st->tx[c].packets != tx || st->tx[c].bytes != tx * set->out[i].len)
			return row_say("P%u tx class %u: %llu frames, %llu bytes", i, c,
				       (unsigned long long)st->tx[c].packets,
				       (unsigned long long)st->tx[c].bytes);
	}
	for (unsigned int r = 0; r < XSW_REASONS_MAX; r++) {
		__u64 want = ours && r && (r == row->drop || r == row->note);

		if (st->reasons[r] != want)
			return row_say("P%u counts %llu of %s (expected %s)", i,
				       (unsigned long long)st->reasons[r], reason_name(r),
				       reason_name(row->drop));
	}
	return NULL;
}

/* The law of the counters: what came in and did not stop was forwarded. */
static const char *judge_sum(const struct row *row, const struct outcome *out)
{
	__u64 rx = 0, stopped = 0;

	for (int i = P1; i <= P5; i++) {
		for (int c = 0; c < XSW_CLASSES; c++)
			rx += out->st[i].rx[c].packets;
		for (int r = 0; r < XSW_REASONS; r++)
			stopped += reason_info[r].drop ? out->st[i].reasons[r] : 0;
	}
	if (rx - stopped != (row->to != 0))
		return row_say("rx %llu - dropped %llu is not what was forwarded",
			       (unsigned long long)rx, (unsigned long long)stopped);
	return NULL;
}

static const char *bad_frame(const struct outcome *out)
{
	char hex[2 * sizeof(out->bad.bytes) + 1] = "";

	for (unsigned int i = 0; i < sizeof(out->bad.bytes) && i < out->bad.len; i++)
		sprintf(hex + 2 * i, "%02x", out->bad.bytes[i]);
	return row_say("P%u got another frame, of %u bytes: %s", out->bad.port, out->bad.len, hex);
}

static const char *judge_sent(const struct row *row, const struct outcome *out)
{
	bool sent = row->to && !row->spent, peer = false;
	int verdict = row->pass ? TC_ACT_UNSPEC : sent ? TC_ACT_REDIRECT : TC_ACT_SHOT;

	if (out->verdict != ROW_UNKNOWN && out->verdict != verdict)
		return row_say("verdict %d, not %d", out->verdict, verdict);
	for (unsigned int i = P1; i <= P5; i++) {
		int want = (int)(row->to >> i & 1);

		for (int c = 0; c < XSW_CLASSES; c++)
			want += (int)row_copies(row, i, c);

		if (out->copies[i] != ROW_UNKNOWN && out->copies[i] != want)
			return row_say("P%u got %d frames, not %d", i, out->copies[i], want);
		peer |= row->to >> i & 1 && row->class == XSW_UNICAST &&
			row->port[i].flip & XSW_F_PEER && !(row->port[i].policy & XSW_P_WIRE);
	}
	if (out->mangled)
		return bad_frame(out);
	if (out->peer != ROW_UNKNOWN && out->peer != peer)
		return row_say("redirect to the %s", out->peer ? "peer" : "device");
	return NULL;
}

const char *row_judge(const struct row *row, const struct setup *set, const struct outcome *out)
{
	const char *wrong = judge_sent(row, out);

	for (unsigned int i = P1; !wrong && i <= P5; i++)
		wrong = judge_port(row, set, out, i);
	if (!wrong)
		wrong = judge_sum(row, out);
	if (!wrong)
		wrong = row_judge_vlans(row, set, out);
	if (!wrong)
		wrong = row_judge_policies(row, set, out);
	if (!wrong)
		wrong = judge_fdb(row, set, out);
	if (!wrong)
		wrong = row_judge_mirrors(row, set, out);
	return wrong ? wrong : row_judge_account(set, out);
}

void row_cover(struct coverage *cov, const struct outcome *out)
{
	for (int i = P1; i <= P5; i++)
		for (int r = 0; r < XSW_REASONS; r++)
			cov->seen[r] |= out->st[i].reasons[r] != 0;
}

void row_report_coverage(struct tally *t, const struct coverage *cov, const enum xsw_reason *cannot,
			 size_t n)
{
	char name[64];

	for (unsigned int r = 1; r < XSW_REASONS; r++) {
		size_t i = 0;

		while (i < n && cannot[i] != r)
			i++;
		snprintf(name, sizeof(name), "reason %s is raised by a row", reason_name(r));
		if (i < n)
			tally_skip(t, name, "not possible with this driver");
		else
			tally_row(t, name, NULL, cov->seen[r] ? NULL : "by none");
	}
}

void tally_row(struct tally *t, const char *name, const char *variant, const char *wrong)
{
	if (wrong)
		t->failed++;
	else
		t->passed++;
	printf("%s %s%s%s%s%s%s\n", wrong ? "not ok" : "ok", t->driver, name, variant ? ", " : "",
	       variant ? variant : "", wrong ? ": " : "", wrong ? wrong : "");
}

void tally_skip(struct tally *t, const char *name, const char *why)
{
	t->skipped++;
	printf("ok %s%s # skip %s\n", t->driver, name, why);
}

int tally_end(const struct tally *all, size_t n)
{
	struct tally sum = {};

	for (size_t i = 0; i < n; i++) {
		sum.passed += all[i].passed;
		sum.failed += all[i].failed;
		sum.skipped += all[i].skipped;
	}
	printf("%u passed, %u failed, %u skipped\n", sum.passed, sum.failed, sum.skipped);
	return sum.failed || !sum.passed;
}
