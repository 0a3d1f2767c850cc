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
#include "native_skb.h"
#include "../../bpf/lib/pkt.h"

/* Addresses are loaded unaligned, as the BPF machine can. */
static inline void parse_addresses(struct xsw_pkt *pkt, const void *eth)
	__attribute__((no_sanitize("alignment")));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../bpf/xsw_tc.bpf.c"
#pragma GCC diagnostic pop

#define NOW	   (2000000 * SEC_)
#define IFINDEX(i) (100u + XSW_IFPORTS - 103 + (i)) /* P4 and P5 probe over the end */

static void native_ports(const struct row *row)
{
	for (unsigned int i = P1; i <= P5; i++) {
		__u32 slot = (IFINDEX(i) + row->probe) % XSW_IFPORTS;

		ifports[slot] = (struct xsw_ifport){ IFINDEX(i), row_number[i] };
		native.ifindex[i] = row->port[i].gone ? 0 : IFINDEX(i);
	}
}

static void native_account(const struct row_account *acc)
{
	memcpy(native.pair, acc->pair, sizeof(native.pair));
	native.pair_n = acc->pair_n;
	native.limit[XSW_LIMIT_SWITCH] = acc->all;
	for (unsigned int i = P1; i < ROW_ENDS; i++)
		native.limit[XSW_LIMIT_PORT(row_number[i])] = acc->port[i];
	for (unsigned int i = 0; i < ROW_VIDS; i++)
		native.limit[XSW_LIMIT_VLAN(row_vids[i])] = acc->vlan[i];
}

static void native_accounted(struct row_account *acc)
{
	memcpy(acc->pair, native.pair, sizeof(native.pair));
	acc->pair_n = native.pair_n;
	acc->all = native.limit[XSW_LIMIT_SWITCH];
	for (unsigned int i = P1; i < ROW_ENDS; i++)
		acc->port[i] = native.limit[XSW_LIMIT_PORT(row_number[i])];
	for (unsigned int i = 0; i < ROW_VIDS; i++)
		acc->vlan[i] = native.limit[XSW_LIMIT_VLAN(row_vids[i])];
}

static void native_fill(const struct row *row, const struct setup *set)
{
	memset(&native, 0, sizeof(native));
	memset(&fdb, 0, sizeof(fdb));
	memset(&agequeue, 0, sizeof(agequeue));
	memset(ifports, 0, sizeof(ifports));
	for (int i = 0; i < ROW_VIDS; i++)
		vlans[row_vids[i]] = set->vlan[i];
	native.sw = set->sw;
	memcpy(native.port, set->port, sizeof(native.port));
	memcpy(native.sets, set->sets, sizeof(native.sets));
	native_ports(row);
	native_account(&set->acc);
	for (unsigned int i = 0; i < set->fdb_n; i++)
		fdb_add(set->fdb[i].key, &set->fdb[i].entry);
	while (row->queue_full && !age_push((union xsw_fdb_key){ .word = 1 }))
		;
	native.st[row->in] = set->st;
	memcpy(native.policy, set->policy, sizeof(native.policy));
	memcpy(native.meter, set->meter, sizeof(native.meter));
	memcpy(native.stored, set->stored, sizeof(native.stored));
	native.lists = set->lists;
	native.fine = set->fine;
	native.clock = NOW;
}

/* How the same frame may lie in an skb. */
struct layout {
	const char *name;
	bool beside; /* the outer tag is not in the frame */
	__u32 linear;
};

/* Whether the kernel takes a tag with this TPID out of the frame. */
static bool has_tag(const struct setup *set)
{
	__u16 type = set->frame[12] << 8 | set->frame[13];

	return set->len >= 18 && (type == 0x8100 || type == 0x88a8);
}

static void native_skb_fill(const struct row *row, const struct setup *set,
			    const struct layout *how)
{
	const __u8 *f = set->frame;

	memset(&nskb.ctx, 0, sizeof(nskb.ctx));
	nskb.redirect = nskb.sent_n = nskb.peer = 0;
	memcpy(nskb.frame, f, set->len);
	nskb.ctx.len = set->len;
	if (how->beside) {
		nskb.ctx.vlan_present = 1;
		nskb.ctx.vlan_proto = bpf_htons(f[12] << 8 | f[13]);
		nskb.ctx.vlan_tci = f[14] << 8 | f[15];
		memcpy(nskb.frame + 12, f + 16, set->len - 16);
		nskb.ctx.len -= 4;
	}
	if (nskb.ctx.len >= 14)
		nskb.ctx.protocol = bpf_htons(nskb.frame[12] << 8 | nskb.frame[13]);
	nskb.ctx.ifindex = IFINDEX(row->in);
	nskb.ctx.pkt_type = TEST_PACKET_OTHERHOST;
	nskb.ctx.gso_size = row->gso;
	nskb.ctx.gso_segs = row->gso ? set->len / row->gso : 0;
	native_place(nskb.ctx.len < how->linear ? nskb.ctx.len : how->linear);
}

static void copy_to(const struct setup *set, struct outcome *out, __u32 ifindex,
		    const struct row_bytes *frame)
{
	unsigned int i = ifindex - IFINDEX(0);

	row_left(set, out, i < ROW_ENDS ? i : STRANGER, frame->bytes, frame->len);
}

static void native_collect(const struct setup *set, struct outcome *out, int verdict)
{
	static struct row_bytes last;

	out->now = NOW;
	out->end = NOW;
	memcpy(out->st, native.st, sizeof(out->st));
	for (int i = 0; i < ROW_VIDS; i++)
		out->vlan[i] = native.vlan[row_vids[i]];
	memcpy(out->port, native.port, sizeof(out->port));
	memcpy(out->meter, native.meter, sizeof(out->meter));
	out->ev = native.ev;
	for (int i = 0; i < ROW_FDB; i++)
		if (fdb.used[i])
			out->fdb[out->fdb_n++] = fdb.e[i];
	native_accounted(&out->acc);
	out->epoch = native.sw.epoch;
	out->verdict = verdict;
	for (unsigned int i = 0; i < nskb.sent_n; i++)
		copy_to(set, out, nskb.sent[i].ifindex, &nskb.sent[i].frame);
	if (verdict == TC_ACT_REDIRECT) {
		native_copy(&last);
		copy_to(set, out, nskb.redirect, &last);
	}
	out->peer = verdict == TC_ACT_REDIRECT && nskb.peer;
	if (out->peer && nskb.ctx.pkt_type != TC_PACKET_HOST)
		out->mangled = true;
}

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
	{ "a port recovers", &in_error, NULL, XSW_STATE_FORWARDING, ROW_MTU, false, 0 },
	{ "a port recovers on two CPUs", &in_error, healed_elsewhere, XSW_STATE_FORWARDING, ROW_MTU,
	  false, 0 },
	{ "a port recovers while it is disabled", &in_error, port_disabled, XSW_STATE_DISABLED,
	  ROW_MTU, false, XSW_R_port_down },
	{ "a port recovers while its MTU changes: the next frame tells", &in_error, mtu_changed,
	  XSW_STATE_ERRDISABLED, 9000, false, XSW_R_port_down },
};

static bool is_told(const struct xsw_event *e)
{
	return native.told_n == 1 && e->kind == XSW_EV_GUARD && e->port == row_number[P1] &&
	       e->key.word == key_a().word;
}

static const char *try_race(const struct race *r)
{
	__u64 stopped = 0;

	prepare(r->row);
	native.listener[0] = (struct xsw_listener){ .until = ~0ULL, .kinds = 1 << XSW_EV_GUARD };
	native.sw.listening = ~0ULL;
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

int main(void)
{
	struct tally t = { .driver = "" };

	native_place_init();
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
	test_guard(&t);
	return tally_end(&t, 1);
}
