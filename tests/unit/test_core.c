// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_core.c - the golden rows through the programs of bpf/, compiled natively
 *
 * The source of the BPF programs is included as it is: what runs here is the core and what
 * surrounds it, over the maps of native_maps.h and the skb of native_skb.h. A row runs with
 * the outer tag in the frame and, where the kernel would have taken it out, beside it; with
 * the whole frame linear and with too little of it. Then come the cases that no single frame
 * on a quiet switch can show: other CPUs, the ageing walk, the requests of the command.
 */
#include "model.h"
#include "native_row.h"

static void run_row(struct tally *t, struct coverage *cov, const struct row *row,
		    const struct layout *how)
{
	struct outcome out = {};
	static struct setup set;

	row_setup(row, NOW, &set);
	if (how->beside && !has_tag(&set))
		return;
	native_fill(row, &set);
	native_skb_fill(row, &set, how);
	native_collect(&set, &out, xsw_tc(&nskb.ctx));
	row_cover(cov, &out);
	tally_row(t, row->name, how->name, row_judge(row, &set, &out));
}

static void run_rows(struct tally *t)
{
	static const struct layout layouts[] = {
		{ NULL, false, ROW_LEN_MAX },
		{ "tag beside the frame", true, ROW_LEN_MAX },
		{ "nothing linear", false, 0 },
		{ "half a header linear", false, 7 },
		{ "a header linear", false, 14 },
		{ "nothing linear, tag beside the frame", true, 0 },
	};
	struct coverage cov = {};

	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		for (const struct row *const *rows = row_tables(); *rows; rows++)
			for (const struct row *row = *rows; row->name; row++)
				run_row(t, &cov, row, &layouts[i]);
	row_report_coverage(t, &cov, NULL, 0);
}

/* --- what another CPU may do in the middle ------------------------------------------- */

static const struct row quiet = {
	.name = "quiet",
	.fdb = { { A, 0, P3 } },
	.in = P1,
	.frame = B A "88b5",
};

static const struct row fresh = { .name = "fresh", .in = P1, .frame = B A "88b5" };

static union xsw_fdb_key key_a(void)
{
	return fdb_key(XSW_MAC_AT(0, 2) | XSW_MAC_AT(5, 10), 0);
}

static void prepare(const struct row *row)
{
	static const struct layout plain = { NULL, false, ROW_LEN_MAX };
	static struct setup set;

	row_setup(row, NOW, &set);
	native_fill(row, &set);
	native_skb_fill(row, &set, &plain);
}

/* Another CPU has just learned A on P2. */
static void learned_elsewhere(void)
{
	struct xsw_fdb_entry e = { .dest.port = row_number[P2], .dest.seq = ROW_SEQ, .seen = NOW };

	fdb_add(key_a(), &e);
}

/* Another CPU has just moved A to P2. */
static void moved_elsewhere(void)
{
	fdb_get(key_a())->dest.port = row_number[P2];
	native.sw.epoch++;
}

static void test_lost_add(struct tally *t)
{
	const char *wrong = NULL;

	prepare(&fresh);
	native.meanwhile = learned_elsewhere;
	xsw_tc(&nskb.ctx);
	if (native.ev.learned || native.ev.refused || native.st[P1].reasons[XSW_R_fdb_full])
		wrong = "counted";
	else if (fdb_get(key_a())->dest.port != row_number[P2])
		wrong = "overwritten";
	tally_row(t, "another CPU learns the address first", NULL, wrong);

	prepare(&fresh);
	native.meanwhile = learned_elsewhere;
	xsw_tc(&nskb.ctx);
	xsw_tc(&nskb.ctx);
	if (fdb_get(key_a())->dest.port != row_number[P1] || native.ev.moved != 1)
		wrong = "it did not";
	tally_row(t, "another CPU learns the address first: the next frame moves it", NULL, wrong);
}

static void test_lost_move(struct tally *t)
{
	const char *wrong = NULL;

	prepare(&quiet);
	native.meanwhile = moved_elsewhere;
	xsw_tc(&nskb.ctx);
	if (native.ev.moved || fdb_get(key_a())->dest.port != row_number[P2])
		wrong = "counted, or moved twice";
	tally_row(t, "another CPU moves the address first", NULL, wrong);
	wrong = NULL;
	xsw_tc(&nskb.ctx);
	if (fdb_get(key_a())->dest.port != row_number[P1] || native.ev.moved != 1)
		wrong = "it did not";
	tally_row(t, "another CPU moves the address first: the next frame moves it", NULL, wrong);
}

static void test_ping_pong(struct tally *t)
{
	const char *wrong = NULL;

	prepare(&quiet);
	for (unsigned int i = 0; i < 6 && !wrong; i++) {
		unsigned int port = i & 1 ? P2 : P1;

		nskb.ctx.ifindex = IFINDEX(port);
		xsw_tc(&nskb.ctx);
		if (fdb_get(key_a())->dest.port != row_number[port] || native.ev.moved != i + 1)
			wrong = "a move was missed";
	}
	tally_row(t, "an address that alternates between two ports moves every time", NULL, wrong);
}

/* --- accounts: what is counted is what is there, whoever was quicker ------------------- */

/* When native.meanwhile runs while a new address of a new pair is learned, or moves there. */
enum {
	BEFORE_PAIR, /* the pair is not made yet */
	BEFORE_TAKE, /* the entry does not count yet */
	BEFORE_ADD,  /* it counts, but is not there or does not point there yet */
};

static void meanwhile(unsigned int when, void (*other)(void))
{
	native.meanwhile = other;
	native.later = when;
}

static const char *accounts(unsigned int learned)
{
	static struct setup set;
	struct outcome out = {};
	const char *wrong;

	for (int i = 0; i < ROW_FDB; i++)
		if (fdb.used[i])
			out.fdb[out.fdb_n++] = fdb.e[i];
	native_accounted(&out.acc);
	set.acc = out.acc;
	wrong = row_judge_account(&set, &out);
	if (!wrong && out.acc.all.learned != learned)
		wrong = row_say("%u are counted, not %u", out.acc.all.learned, learned);
	return wrong;
}

static int is_valid(union xsw_fdb_key key)
{
	const struct xsw_fdb_entry *e = fdb_get(key);

	return e && fdb_valid(&native.sw, e, e->dest, key, native.clock);
}

static int flush(unsigned int port, __u16 vid)
{
	struct xsw_ctl c = { .port = row_number[port], .key.vid = vid };

	native.sw.clock = native.clock;
	return ctl_flush(&c, &native.sw);
}

static void flush_all(void)
{
	flush(STRANGER, XSW_ANY_VID);
}

static void flush_p1(void)
{
	flush(P1, XSW_ANY_VID);
}

static void flush_p1_vlan(void)
{
	flush(P1, 0);
}

static void flush_vlan(void)
{
	flush(STRANGER, 0);
}

static void test_flush_races(struct tally *t)
{
	static void (*const flushes[])(void) = { flush_all, flush_p1, flush_p1_vlan, flush_vlan };
	static const char *const names[] = { "the switch", "the port", "the VLAN of the port",
					     "the VLAN" };
	static const struct row *const rows[] = { &fresh, &quiet };

	for (unsigned int i = 0; i < 12; i++) {
		const struct row *row = rows[i / 6];
		unsigned int when = i % 3, f = i % 4;
		const char *wrong;
		unsigned int left;

		prepare(row);
		meanwhile(when, flushes[f]);
		xsw_tc(&nskb.ctx);
		/* an entry of P3 outlives the flush of P1 */
		left = row == &quiet && is_valid(key_a());
		wrong = accounts(left);
		if (!wrong && native.meanwhile)
			wrong = "it did not happen";
		if (!wrong && left && fdb_get(key_a())->dest.port == row_number[P1])
			wrong = "learned all the same";
		if (!wrong && left != (row == &quiet && (f == 1 || f == 2) && when < BEFORE_ADD))
			wrong = "the entry of another port is gone, or holds";
		tally_row(t,
			  row_say("a flush of %s while an address is %s, %u", names[f],
				  row == &quiet ? "moved" : "learned", when),
			  NULL, wrong);
		xsw_tc(&nskb.ctx);
		wrong = accounts(1);
		if (!wrong && fdb_get(key_a())->dest.port != row_number[P1])
			wrong = "it did not";
		tally_row(t, "the next frame is learned after a flush", NULL, wrong);
	}
}

static void delete_a(void)
{
	struct xsw_ctl c = { .key = key_a() };

	ctl_del(&c, &native.sw);
}

/* A is deleted, and its memory becomes the entry of C on the same port. */
static void delete_and_reuse(void)
{
	struct xsw_fdb_entry e = { .dest = fdb_get(key_a())->dest, .seen = NOW };
	struct xsw_ctl_entry c = { fdb_key(XSW_MAC_AT(0, 2) | XSW_MAC_AT(5, 12), 0), e };

	delete_a();
	ctl_new(&native.sw, &c, 0);
}

static void move_to_p2(void)
{
	fdb_learn(&native.sw, &native.st[P2], key_a().word, row_number[P2], NOW);
}

static void test_entry_races(struct tally *t)
{
	const char *wrong;

	prepare(&quiet);
	meanwhile(BEFORE_ADD, delete_a);
	xsw_tc(&nskb.ctx);
	wrong = fdb_get(key_a()) ? "moved" : accounts(0);
	tally_row(t, "an address is deleted while it moves", NULL, wrong);

	prepare(&quiet);
	meanwhile(BEFORE_ADD, delete_and_reuse);
	xsw_tc(&nskb.ctx);
	wrong = fdb_get(key_a()) || native.ev.moved ? "moved" : accounts(1);
	if (!wrong && fdb.e[0].entry.dest.port != row_number[P3])
		wrong = "another address was moved";
	tally_row(t, "an address is deleted while it moves, and its memory taken", NULL, wrong);

	for (unsigned int when = BEFORE_PAIR; when <= BEFORE_ADD; when++) {
		prepare(&quiet);
		meanwhile(when, move_to_p2);
		xsw_tc(&nskb.ctx);
		wrong = accounts(1);
		if (!wrong && (native.ev.moved != 1 || fdb_get(key_a())->dest.port != 2))
			wrong = "moved twice";
		tally_row(t, "two CPUs move one address", NULL, wrong);
	}

	prepare(&fresh);
	meanwhile(BEFORE_ADD, move_to_p2);
	xsw_tc(&nskb.ctx);
	wrong = accounts(1);
	tally_row(t, "two CPUs learn one address", NULL, wrong);

	prepare(&fresh);
	xsw_tc(&nskb.ctx);
	native.clock += ROW_AGEING;
	meanwhile(0, move_to_p2);
	fdb_get(key_a())->dest.port = row_number[P1];
	age_tick(NULL, NULL, &native.age);
	tally_row(t, "an address is deleted by the walk or learned again, not both", NULL,
		  accounts(fdb_get(key_a()) != NULL));
}

/* --- events ----------------------------------------------------------------------------- */

static void listen(__u64 until, __u32 kinds)
{
	native.listener[0] = (struct xsw_listener){ .until = until, .kinds = kinds };
	native.sw.listening = until;
	native.sw.hearing = kinds >> XSW_EV_DROP & 1 ? until : 0;
}

static const char *told(unsigned int n, enum xsw_event_kind kind, __u16 port, __u16 old)
{
	const struct xsw_event *e = &native.told[n - 1];

	if (native.told_n != n)
		return row_say("%u events, not %u", native.told_n, n);
	if (e->kind != kind || e->port != port || e->old != old || e->time != mono_now())
		return row_say("event %u of port %u, old %u", e->kind, e->port, e->old);
	return NULL;
}

static void test_events(struct tally *t)
{
	const char *wrong;

	prepare(&fresh);
	xsw_tc(&nskb.ctx);
	tally_row(t, "nobody listens", NULL, native.told_n ? "told" : NULL);

	prepare(&fresh);
	listen(NOW + SEC_, ~0u);
	xsw_tc(&nskb.ctx);
	wrong = told(1, XSW_EV_LEARNED, 1, 0);
	if (!wrong && native.told[0].key.word != key_a().word)
		wrong = "of another address";
	tally_row(t, "an event of learning", NULL, wrong);
	nskb.ctx.ifindex = IFINDEX(P2);
	xsw_tc(&nskb.ctx);
	tally_row(t, "an event of a move", NULL, told(2, XSW_EV_MOVED, 2, 1));
	native.sw.clock = native.clock;
	flush_p1();
	tally_row(t, "an event of a flush", NULL, told(3, XSW_EV_FLUSHED, 1, 0));
	delete_a();
	tally_row(t, "an event of a deletion", NULL, told(4, XSW_EV_DELETED, 2, 0));
	native.listener[0].kinds = 1 << XSW_EV_AGED;
	xsw_tc(&nskb.ctx);
	tally_row(t, "no event of a kind that is not wanted", NULL,
		  native.told_n == 4 ? NULL : "told");
	native.clock += ROW_AGEING;
	listen(native.clock + SEC_, 1 << XSW_EV_AGED);
	age_tick(NULL, NULL, &native.age);
	tally_row(t, "an event of ageing", NULL, told(5, XSW_EV_AGED, 2, 0));

	prepare(&fresh);
	listen(NOW, ~0u);
	xsw_tc(&nskb.ctx);
	tally_row(t, "a listener that is gone", NULL, native.told_n ? "told" : NULL);

	prepare(&fresh);
	listen(NOW + SEC_, ~0u);
	native.listener[1].until = NOW + SEC_;
	native.listener[1].kinds = ~0u;
	native.told_n = NATIVE_TOLD;
	xsw_tc(&nskb.ctx);
	tally_row(t, "an event that finds no room is counted by its listener", NULL,
		  native.listener[0].lost == 1 && native.listener[1].lost == 1 ? NULL : "no");
}

#define NO_DROPS (~0u & ~(1u << XSW_EV_DROP))

/* A frame from a group address, with tag 10, is dropped. */
static const struct row dropped = {
	.name = "dropped",
	.in = P1,
	.frame = B "03000000000a"
		   "8100000a88b5",
};

static const char *told_drop(void)
{
	const struct xsw_event *e = &native.told[0];
	const char *wrong = told(1, XSW_EV_DROP, 1, 0);

	if (wrong)
		return wrong;
	if (e->reason != XSW_R_src_group || e->class != XSW_UNICAST || e->key.vid != 10)
		return row_say("reason %u, class %u, VLAN %u", e->reason, e->class, e->key.vid);
	return memcmp(e->key.mac, "\3\0\0\0\0\12", 6) || memcmp(e->dst, "\2\0\0\0\0\13", 6) ?
		       "other addresses" :
		       NULL;
}

static void test_drops(struct tally *t)
{
	prepare(&dropped);
	listen(NOW + SEC_, ~0u);
	xsw_tc(&nskb.ctx);
	tally_row(t, "a drop is told", NULL, told_drop());

	prepare(&dropped);
	listen(NOW + SEC_, NO_DROPS);
	xsw_tc(&nskb.ctx);
	tally_row(t, "no drop is told to who listens to the rest", NULL,
		  native.told_n ? "told" : NULL);
	listen(NOW + SEC_, ~0u);
	native.listener[0].kinds = NO_DROPS;
	xsw_tc(&nskb.ctx);
	tally_row(t, "... even while another one wants them", NULL, native.told_n ? "told" : NULL);

	prepare(&dropped);
	listen(NOW, ~0u);
	xsw_tc(&nskb.ctx);
	tally_row(t, "no drop is told to a listener that is gone", NULL,
		  native.told_n ? "told" : NULL);

	prepare(&dropped);
	listen(NOW + SEC_, ~0u);
	native.unread = XSW_RING_DROPS;
	xsw_tc(&nskb.ctx);
	tally_row(t, "half a ring is not for drops, which are counted", NULL,
		  !native.told_n && native.listener[0].lost_drops == 1 && !native.listener[0].lost ?
			  NULL :
			  "it is");
	memcpy(nskb.frame + 6, "\2\0\0\0\0\12", 6);
	native_place(nskb.linear);
	xsw_tc(&nskb.ctx);
	tally_row(t, "... and is for all else", NULL, told(1, XSW_EV_LEARNED, 1, 0));
}

/* What xsw_ctl says to a request to tell. */
static int tell(__u16 kind, __u16 port, const char *text)
{
	struct xsw_tell what = { .event = { .time = 1, .kind = kind, .port = port } };
	struct xsw_ctl c = { .op = XSW_CTL_TELL };

	strcpy(what.text, text);
	memset(&nskb, 0, sizeof(nskb));
	memcpy(nskb.frame + XSW_CTL_HDR, &c, sizeof(c));
	memcpy(nskb.frame + XSW_CTL_HDR + sizeof(c), &what, sizeof(what));
	nskb.ctx.len = XSW_CTL_HDR + sizeof(c) + sizeof(what);
	native_place(XSW_CTL_HDR + sizeof(c) + sizeof(what));
	return xsw_ctl(&nskb.ctx);
}

static void test_tell(struct tally *t)
{
	const char *wrong;

	prepare(&fresh);
	wrong = tell(XSW_EV_CONFIG, 2, "port") || native.told_n ? "told" : NULL;
	tally_row(t, "a command tells nobody", NULL, wrong);
	listen(NOW + SEC_, NO_DROPS);
	wrong = tell(XSW_EV_CONFIG, 2, "port") ? "refused" : told(1, XSW_EV_CONFIG, 2, 0);
	if (!wrong && strcmp(native.tell.text, "port"))
		wrong = "with another text";
	tally_row(t, "a command tells, with a text and the time", NULL, wrong);
	wrong = tell(XSW_EV_RECOVERED, 2, "") ? "refused" : told(2, XSW_EV_RECOVERED, 2, 0);
	tally_row(t, "a command tells that a port recovered", NULL, wrong);
	wrong = tell(XSW_EV_LEARNED, 2, "") != -CTL_EINVAL || native.told_n != 2 ? "it does" : NULL;
	tally_row(t, "a command tells nothing that is the data path's", NULL, wrong);
}

static void test_refusals(struct tally *t)
{
	static const struct row full = {
		.name = "full",
		.limit.port[P1] = 1,
		.fdb = { { C, 0, P1 } },
		.in = P1,
		.frame = B A "88b5",
	};
	static const struct row taken = {
		.name = "taken",
		.fdb = { { B, 0, P2 }, { C, 0, P3 }, { D, 0, P4 }, { E, 0, P5 } },
		.in = P1,
		.frame = B A "88b5",
	};
	const char *wrong;

	prepare(&full);
	listen(NOW + 10 * SEC_, ~0u);
	for (int i = 0; i < 3; i++)
		xsw_tc(&nskb.ctx);
	wrong = told(1, XSW_EV_LIMIT, 1, XSW_LIMIT_PORT(1));
	tally_row(t, "a limit is told once", NULL, native.ev.limited == 3 ? wrong : "not counted");
	native.clock += SEC_;
	xsw_tc(&nskb.ctx);
	tally_row(t, "a limit is told again after a second", NULL,
		  told(2, XSW_EV_LIMIT, 1, XSW_LIMIT_PORT(1)));

	prepare(&taken);
	listen(NOW + 10 * SEC_, ~0u);
	xsw_tc(&nskb.ctx);
	xsw_tc(&nskb.ctx);
	tally_row(t, "a full table is told once", NULL,
		  told(1, XSW_EV_FULL, 1, XSW_LIMIT_FULL) ?: accounts(4));
}

/* Four moves within a window: what listeners hear, and who may speak. */
static void test_flap(struct tally *t)
{
	static const struct row row = {
		.name = "flap",
		.flap_limit = 3,
		.fdb = { { A, 0, P3 } },
		.in = P1,
		.frame = B A "88b5",
	};
	const char *wrong;

	prepare(&row);
	for (unsigned int i = 0; i < 3; i++) {
		nskb.ctx.ifindex = IFINDEX(i & 1 ? P3 : P1);
		xsw_tc(&nskb.ctx);
	}
	listen(NOW + 10 * SEC_, 1 << XSW_EV_FLAP);
	nskb.ctx.ifindex = IFINDEX(P2);
	wrong = xsw_tc(&nskb.ctx) == TC_ACT_SHOT ? told(1, XSW_EV_FLAP, 63, 2) : "it moved";
	if (!wrong && (native.ev.held != 1 || native.ev.moved != 3))
		wrong = "not counted";
	tally_row(t, "an address is held where it was first", NULL, wrong ?: accounts(1));
	for (int i = 0; i < 5; i++) {
		native.clock += SEC_ / 2;
		wrong = wrong ?: xsw_tc(&nskb.ctx) == TC_ACT_SHOT ? NULL : "it ends before";
	}
	tally_row(t, "a hold lasts while frames come", NULL, wrong);
	native.clock += SEC_ + 20 * MSEC;
	nskb.redirect = nskb.sent_n = 0;
	xsw_tc(&nskb.ctx);
	wrong = fdb_get(key_a())->dest.port == 2 ? NULL : "it does not";
	tally_row(t, "a hold ends when it was quiet", NULL, wrong ?: accounts(1));
}

/* --- what a port remembers, from one frame to the next --------------------------------- */

static const struct row found = {
	.name = "found",
	.fdb = { { A, 0, P2, .age = ROW_AGEING - 500 * MSEC }, { B, 0, P1 } },
	.in = P1,
	.frame = A B "88b5",
};

/* Where a frame of B to A goes; 0: flooded, or nowhere. */
static unsigned int goes_to(void)
{
	nskb.redirect = nskb.sent_n = 0;
	if (xsw_tc(&nskb.ctx) != TC_ACT_REDIRECT || nskb.sent_n)
		return 0;
	return nskb.redirect - IFINDEX(0);
}

static void test_memory_ends(struct tally *t)
{
	const char *wrong = NULL;

	prepare(&found);
	for (int i = 0; i < 5 && !wrong; i++, native.clock += 100 * MSEC)
		if (goes_to() != P2)
			wrong = "it ends before";
	if (!wrong && goes_to())
		wrong = "it does not";
	tally_row(t, "what is remembered of a destination ends with its entry", NULL, wrong);

	prepare(&found);
	wrong = goes_to() == P2 ? NULL : "not found";
	native.sw.flush = ++native.sw.seq;
	native.sw.epoch++;
	if (!wrong && goes_to())
		wrong = "it does not";
	tally_row(t, "what is remembered of a destination ends with a flush", NULL, wrong);

	prepare(&found);
	fdb_get(key_a())->seen = NOW;
	wrong = goes_to() == P2 ? NULL : "not found";
	fdb_get(key_a())->dest.port = row_number[P3];
	native.clock += ROW_REFRESH;
	if (!wrong && goes_to() != P3)
		wrong = "it does not";
	tally_row(t, "what is remembered of a destination ends after a refresh time", NULL, wrong);
}

/* A, which P1 has just found on P2, speaks on P3; then P1 sends to it again. */
static void test_memory_moves(struct tally *t)
{
	const char *wrong;

	prepare(&found);
	wrong = goes_to() == P2 ? NULL : "not found";
	memcpy(nskb.frame, "\xff\xff\xff\xff\xff\xff\2\0\0\0\0\12", 12);
	nskb.ctx.ifindex = IFINDEX(P3);
	native_place(nskb.linear);
	xsw_tc(&nskb.ctx);
	memcpy(nskb.frame, "\2\0\0\0\0\12\2\0\0\0\0\13", 12);
	nskb.ctx.ifindex = IFINDEX(P1);
	native_place(nskb.linear);
	if (!wrong && (native.ev.moved != 1 || goes_to() != P3))
		wrong = "it does not";
	tally_row(t, "what is remembered of a destination ends with its move", NULL, wrong);
}

/* --- the ageing walk ------------------------------------------------------------------ */

static void test_age_walk(struct tally *t)
{
	const char *wrong = NULL;

	prepare(&fresh);
	xsw_tc(&nskb.ctx);
	if (agequeue.n != 1 || native.age.queued != 1)
		wrong = "not queued";
	tally_row(t, "a learned address is queued", NULL, wrong);

	wrong = age_start() || native_timer != AGE_ROUND_MIN ? "no timer" : NULL;
	age_tick(NULL, NULL, &native.age);
	if (!fdb_get(key_a()) || agequeue.n != 1 || native.age.left)
		wrong = "lost";
	if (native_timer != AGE_ROUND_MAX)
		wrong = "when is the next round?";
	tally_row(t, "the walk keeps an address that is in use", NULL, wrong);

	native.clock = NOW + ROW_AGEING;
	age_tick(NULL, NULL, &native.age);
	wrong = fdb_get(key_a()) || agequeue.n || native.age.queued || native.ev.expired != 1 ?
			"kept" :
			NULL;
	tally_row(t, "the walk removes an expired address", NULL, wrong);
}

static void test_age_flushed(struct tally *t)
{
	const char *wrong = NULL;

	prepare(&fresh);
	xsw_tc(&nskb.ctx);
	native.sw.flush = ++native.sw.seq;
	age_tick(NULL, NULL, &native.age);
	if (fdb_get(key_a()) || agequeue.n || native.ev.expired)
		wrong = "kept, or counted as expired";
	tally_row(t, "the walk removes a flushed address", NULL, wrong);
}

static void test_age_twice(struct tally *t)
{
	prepare(&fresh);
	xsw_tc(&nskb.ctx);
	age_push(key_a());
	age_tick(NULL, NULL, &native.age);
	tally_row(t, "an address queued twice is queued once after a round", NULL,
		  agequeue.n == 1 && native.age.queued == 1 && fdb_get(key_a()) ? NULL : "no");
}

static void test_age_interval(struct tally *t)
{
	prepare(&fresh);
	native.sw.ageing = 400 * MSEC;
	age_tick(NULL, NULL, &native.age);
	tally_row(t, "a round is a quarter of the ageing time", NULL,
		  native_timer == 100 * MSEC ? NULL : "no");
	native.sw.ageing = 1;
	age_tick(NULL, NULL, &native.age);
	tally_row(t, "rounds are not closer than 20 ms", NULL,
		  native_timer == 20 * MSEC ? NULL : "no");
}

/* --- the requests of the command ------------------------------------------------------ */

static int ctl(enum xsw_ctl_op op, unsigned int port, enum xsw_fdb_state state)
{
	struct xsw_ctl c = {
		.op = op,
		.port = row_number[port],
		.state = state,
		.key = key_a(),
	};

	memset(nskb.frame, 0, XSW_CTL_HDR);
	memcpy(nskb.frame + XSW_CTL_HDR, &c, sizeof(c));
	nskb.ctx.len = XSW_CTL_HDR + sizeof(c);
	native_place(0);
	return xsw_ctl(&nskb.ctx);
}

static const char *is_entry(unsigned int port, enum xsw_fdb_state state, unsigned int queued)
{
	const struct xsw_fdb_entry *e = fdb_get(key_a());

	if (!e || e->dest.port != row_number[port] || e->dest.state != state)
		return "not that entry";
	if (e->dest.seq != native.sw.seq || e->seen != native.clock || e->updated != native.clock)
		return "not of now";
	return agequeue.n == queued ? NULL : "queue";
}

static void test_ctl_delete(struct tally *t)
{
	enum xsw_fdb_state state;
	const char *wrong;

	for (state = XSW_FDB_DYNAMIC; state < XSW_FDB_STATES; state++) {
		prepare(&fresh);
		ctl(XSW_CTL_FDB_PUT, P2, state);
		wrong = accounts(state == XSW_FDB_DYNAMIC);
		if (!wrong && (ctl(XSW_CTL_FDB_DEL, 0, 0) || fdb_get(key_a())))
			wrong = "refused";
		if (!wrong && ctl(XSW_CTL_FDB_DEL, 0, 0) != -CTL_ENOENT)
			wrong = "twice";
		tally_row(t, "delete an entry", NULL, wrong ?: accounts(0));
	}
	prepare(&quiet);
	native.clock += ROW_AGEING;
	wrong = ctl(XSW_CTL_FDB_DEL, 0, 0) == -CTL_ENOENT ? accounts(1) : "done";
	tally_row(t, "delete an expired entry", NULL, wrong);
}

/* As many learned addresses as may be. */
static const struct row full = {
	.name = "full",
	.limit.all = 1,
	.fdb = { { C, 0, P1 } },
	.in = P1,
	.frame = B A "88b5",
};

static void test_ctl_limit(struct tally *t)
{
	const char *wrong;

	prepare(&full);
	wrong = ctl(XSW_CTL_FDB_ADD, P2, XSW_FDB_DYNAMIC) == -CTL_EDQUOT ? NULL : "done";
	tally_row(t, "add a dynamic entry above the limit", NULL, wrong ?: accounts(1));
	wrong = ctl(XSW_CTL_FDB_ADD, P2, XSW_FDB_STATIC) ? "refused" : accounts(1);
	tally_row(t, "add a static entry above the limit", NULL, wrong);
	wrong = ctl(XSW_CTL_FDB_PUT, P2, XSW_FDB_DYNAMIC) == -CTL_EDQUOT ? NULL : "done";
	if (!wrong && fdb_get(key_a())->dest.state != XSW_FDB_STATIC)
		wrong = "changed";
	tally_row(t, "replace static by dynamic above the limit", NULL, wrong ?: accounts(1));
}

/* Entries of another table: A on P2, changed `updated` ns after NOW and seen then. */
static int copy(int limits, __s64 updated)
{
	struct xsw_ctl c = { .op = XSW_CTL_FDB_COPY, .port = 1, .state = limits };
	struct xsw_ctl_entry e = {
		.key = key_a(),
		.entry.dest.port = row_number[P2],
		.entry.seen = NOW + updated,
		.entry.updated = NOW + updated,
	};

	memset(nskb.frame, 0, XSW_CTL_HDR);
	memcpy(nskb.frame + XSW_CTL_HDR, &c, sizeof(c));
	memcpy(nskb.frame + XSW_CTL_HDR + sizeof(c), &e, sizeof(e));
	nskb.ctx.len = XSW_CTL_HDR + sizeof(c) + sizeof(e);
	native_place(0);
	return xsw_ctl(&nskb.ctx);
}

static void test_ctl_copy(struct tally *t)
{
	const char *wrong;

	prepare(&fresh);
	wrong = copy(1, -SEC_) || fdb_get(key_a())->dest.port != 2 || agequeue.n != 1 ||
				fdb_get(key_a())->updated != NOW - SEC_ ?
			"it does not" :
			accounts(1);
	tally_row(t, "a copied entry keeps its age, counts and is queued", NULL, wrong);

	prepare(&quiet); /* A on P3, changed a second ago */
	wrong = copy(1, -2 * (__s64)SEC_) || fdb_get(key_a())->dest.port != 63 ? "no" : NULL;
	tally_row(t, "of two entries the one changed last stays", NULL, wrong ?: accounts(1));
	wrong = copy(1, 0) || fdb_get(key_a())->dest.port != 2 ? "no" : NULL;
	tally_row(t, "of two entries the one changed last comes", NULL, wrong ?: accounts(1));

	prepare(&full);
	wrong = copy(1, 0) || fdb_get(key_a()) ? "no" : NULL;
	tally_row(t, "a copy above the limit is left out", NULL, wrong ?: accounts(1));
	wrong = copy(0, 0) || !fdb_get(key_a()) ? "no" : NULL;
	tally_row(t, "a copy whatever the limits", NULL, wrong ?: accounts(2));
	nskb.ctx.len--;
	tally_row(t, "a copy cut short", NULL, xsw_ctl(&nskb.ctx) == -22 ? NULL : "done");
}

static void test_ctl_flush(struct tally *t)
{
	static const struct row row = {
		.name = "four",
		.fdb = { { A, 0, P1 }, { B, 0, P2 }, { A, 10, P1 }, { B, 10, P2, .seq = 5 } },
		.in = P1,
		.frame = B A "88b5",
	};
	const struct {
		unsigned int port;
		__u16 vid;
		unsigned int left;
	} scopes[] = {
		{ STRANGER, XSW_ANY_VID, 0 },
		{ P1, XSW_ANY_VID, 2 },
		{ STRANGER, 10, 2 },
		{ STRANGER, 0, 2 },
		{ P1, 10, 3 },
		{ P1, 0, 3 },
		{ P3, 10, 4 },
	};

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		unsigned int valid = 0, n;
		const char *wrong;

		prepare(&row);
		n = native.pair_n;
		wrong = flush(scopes[i].port, scopes[i].vid) ? "refused" : accounts(scopes[i].left);
		for (int e = 0; e < ROW_FDB; e++)
			valid += fdb.used[e] && is_valid(fdb.e[e].key);
		if (!wrong && (valid != scopes[i].left || native.pair_n != n))
			wrong = row_say("%u are left, in %u pairs", valid, native.pair_n);
		tally_row(t, "flush by request", NULL, wrong);
	}
	prepare(&row);
	tally_row(t, "flush of no such VLAN", NULL, flush(P1, 4096) == -22 ? accounts(4) : "done");
}

static void test_ctl(struct tally *t)
{
	int err;

	prepare(&fresh);
	err = ctl(XSW_CTL_FDB_ADD, P2, XSW_FDB_STATIC);
	tally_row(t, "add static", NULL, err ? "refused" : is_entry(P2, XSW_FDB_STATIC, 0));
	tally_row(t, "an entry set by hand moves the epoch", NULL,
		  native.sw.epoch != ROW_EPOCH ? NULL : "no");
	err = ctl(XSW_CTL_FDB_ADD, P3, XSW_FDB_DYNAMIC);
	tally_row(t, "add what is there", NULL,
		  err != -FDB_EEXIST ? "done" : is_entry(P2, XSW_FDB_STATIC, 0));
	err = ctl(XSW_CTL_FDB_PUT, P3, XSW_FDB_DYNAMIC);
	tally_row(t, "replace static by dynamic", NULL,
		  err ? "refused" : is_entry(P3, XSW_FDB_DYNAMIC, 1));
	err = ctl(XSW_CTL_FDB_PUT, P2, XSW_FDB_DYNAMIC);
	tally_row(t, "replace dynamic by dynamic: queued once", NULL,
		  err ? "refused" : is_entry(P2, XSW_FDB_DYNAMIC, 1));
	native.clock += ROW_AGEING;
	err = ctl(XSW_CTL_FDB_ADD, P1, XSW_FDB_DYNAMIC);
	tally_row(t, "add over an expired entry", NULL,
		  err ? "refused" : is_entry(P1, XSW_FDB_DYNAMIC, 1));
	err = ctl(XSW_CTL_FDB_PUT, P1, XSW_FDB_EXTERN);
	tally_row(t, "replace dynamic by extern", NULL,
		  err ? "refused" : is_entry(P1, XSW_FDB_EXTERN, 1));
	native.sw.clock = 0;
	err = ctl(XSW_CTL_CLOCK, P1, XSW_FDB_STATIC);
	tally_row(t, "the clock, and nothing else", NULL,
		  err || native.sw.clock != native.clock ? "no" : is_entry(P1, XSW_FDB_EXTERN, 1));
	err = ctl(99, P1, XSW_FDB_STATIC);
	tally_row(t, "unknown request", NULL, err == -22 ? NULL : "done");
	nskb.ctx.len--;
	err = xsw_ctl(&nskb.ctx);
	tally_row(t, "request cut short", NULL, err == -22 ? NULL : "done");
}

/* --- a guarded port, and what happens to its configuration meanwhile ------------------- */

static const struct row guarded = {
	.name = "guarded",
	.port[P1] = { .policy = XSW_P_CONTROL, .guard = true },
	.in = P1,
	.frame = BPDU A "88b5",
};

static const struct row in_error = {
	.name = "in error",
	.port[P1] = { .policy = XSW_P_CONTROL, .guard = true, .state = ERRDISABLED, .until = 0 },
	.in = P1,
	.frame = B A "88b5",
};

static void mtu_changed(void)
{
	native.port[P1].conf.mtu = 9000;
}

static void port_disabled(void)
{
	native.port[P1].conf.state = XSW_STATE_DISABLED;
}

static void tripped_elsewhere(void)
{
	native.port[P1].conf.state = XSW_STATE_ERRDISABLED;
}

static void healed_elsewhere(void)
{
	native.port[P1].conf.state = XSW_STATE_FORWARDING;
}

struct race {
	const char *name;
	const struct row *row;
	void (*meanwhile)(void);
	__u8 state;  /* enum xsw_state, afterwards */
	__u16 mtu;   /* the same */
	bool told;   /* of the guard */
	__u8 reason; /* enum xsw_reason; 0: forwarded */
};

static const struct race races[] = {
	{ "a guarded port trips, and says so", &guarded, NULL, XSW_STATE_ERRDISABLED, ROW_MTU, true,
	  XSW_R_bpdu_guard },
	{ "a guarded port trips while its MTU changes", &guarded, mtu_changed,
	  XSW_STATE_ERRDISABLED, 9000, true, XSW_R_bpdu_guard },
	{ "a guarded port trips while it is disabled", &guarded, port_disabled, XSW_STATE_DISABLED,
	  ROW_MTU, false, XSW_R_bpdu_guard },
	{ "a guarded port trips on two CPUs and says so once", &guarded, tripped_elsewhere,
	  XSW_STATE_ERRDISABLED, ROW_MTU, false, XSW_R_bpdu_guard },
	{ "a port recovers, and says so", &in_error, NULL, XSW_STATE_FORWARDING, ROW_MTU, true, 0 },
	{ "a port recovers on two CPUs: this one says nothing", &in_error, healed_elsewhere,
	  XSW_STATE_FORWARDING, ROW_MTU, false, 0 },
	{ "a port recovers while it is disabled", &in_error, port_disabled, XSW_STATE_DISABLED,
	  ROW_MTU, false, XSW_R_port_down },
	{ "a port recovers while its MTU changes: the next frame tells", &in_error, mtu_changed,
	  XSW_STATE_ERRDISABLED, 9000, false, XSW_R_port_down },
};

static bool is_told(const struct xsw_event *e)
{
	return native.told_n == 1 && e->port == row_number[P1] &&
	       (e->kind == XSW_EV_RECOVERED ||
		(e->kind == XSW_EV_GUARD && e->key.word == key_a().word));
}

static const char *try_race(const struct race *r)
{
	__u64 stopped = 0;

	prepare(r->row);
	listen(~0ULL, 1 << XSW_EV_GUARD | 1 << XSW_EV_RECOVERED);
	native.meanwhile = r->meanwhile;
	xsw_tc(&nskb.ctx);
	for (unsigned int i = 1; i < XSW_REASONS; i++)
		stopped += native.st[P1].reasons[i];
	if (native.port[P1].conf.state != r->state)
		return row_say("state %u", native.port[P1].conf.state);
	if (native.port[P1].conf.mtu != r->mtu)
		return "the change is lost";
	if (r->told ? !is_told(&native.told[0]) : native.told_n)
		return "told, or not";
	if (stopped != !!r->reason || (r->reason && !native.st[P1].reasons[r->reason]))
		return "another reason";
	return NULL;
}

static void test_guard(struct tally *t)
{
	for (size_t i = 0; i < sizeof(races) / sizeof(races[0]); i++)
		tally_row(t, races[i].name, NULL, try_race(&races[i]));

	/* from the first BPDU to the first frame after the time, in and out */
	prepare(&guarded);
	xsw_tc(&nskb.ctx);
	native.clock += XSW_RECOVERY_DEFAULT - 1;
	xsw_tc(&nskb.ctx);
	tally_row(t, "a port is in error for the recovery time", NULL,
		  native.st[P1].reasons[XSW_R_port_down] == 1 ? NULL : "it is not");
	native.clock++;
	memcpy(nskb.frame, "\2\0\0\0\0\13", 6);
	native_place(nskb.linear);
	xsw_tc(&nskb.ctx);
	tally_row(t, "... and no longer", NULL,
		  native.port[P1].conf.state == XSW_STATE_FORWARDING && fdb_get(key_a()) ? NULL :
											   "it is");
}

/* --- rows that nobody wrote down: see model.h ------------------------------------------ */

#define RANDOM_ROWS 1000000

/* Each row lies in the skb in another way than the one before. */
static const char *judge_random(const struct row *row, void *arg)
{
	static const struct layout layouts[] = {
		{ NULL, false, ROW_LEN_MAX },
		{ "tag beside the frame", true, ROW_LEN_MAX },
		{ "nothing linear", false, 0 },
	};
	const struct layout *how = &layouts[row->frame[23] % 3]; /* any digit of the row */
	static struct setup set;
	struct outcome out = {};

	(void)arg;
	row_setup(row, NOW, &set);
	if (how->beside && !has_tag(&set))
		how = layouts;
	native_fill(row, &set);
	native_skb_fill(row, &set, how);
	native_collect(&set, &out, xsw_tc(&nskb.ctx));
	return row_judge(row, &set, &out);
}

int main(void)
{
	struct tally t = { .driver = "" };

	native_place_init();
	row_mono = NOW;
	run_rows(&t);
	test_lost_add(&t);
	test_lost_move(&t);
	test_ping_pong(&t);
	test_memory_ends(&t);
	test_memory_moves(&t);
	test_age_walk(&t);
	test_age_flushed(&t);
	test_age_twice(&t);
	test_age_interval(&t);
	test_ctl(&t);
	test_ctl_delete(&t);
	test_ctl_limit(&t);
	test_ctl_copy(&t);
	test_ctl_flush(&t);
	test_flush_races(&t);
	test_entry_races(&t);
	test_events(&t);
	test_drops(&t);
	test_tell(&t);
	test_refusals(&t);
	test_flap(&t);
	test_guard(&t);
	random_rows(&t, RANDOM_ROWS, judge_random, NULL);
	return tally_end(&t, 1);
}
