// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_conf.c - keys of the network configuration
 *
 * A key is a row. Keys that are not in the table belong to somebody else and are ignored, as the
 * specification wants it; those of the plugin `bridge` that ask for what a switch cannot do are not.
 */
#include <stdlib.h>
#include <string.h>

#include "cni.h"

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

#define BURST_MAX 0x7fffffff8ULL /* bits: 4 GB, as the plugin `bandwidth` has it */

bool cni_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len && strchr(ALNUM, name[0]) && strspn(name, ALNUM "_.-") == len;
}

int cni_fail_value(struct cni *c, int code, const char *where, const json_t *value,
		   const char *what, const char *why)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	cni_fail(c, code, "%s: %.200s is %s %s", where, text ? text : "value", what, why);
	free(text);
	return code;
}

static int bad(struct cni *c, const char *key, const json_t *value, const char *expected)
{
	return cni_fail_value(c, CNI_CONFIG, key, value, "not valid: expected", expected);
}

static int unsupported(struct cni *c, const char *key, const json_t *value, const char *why)
{
	return cni_fail_value(c, CNI_UNSUPPORTED, key, value, "not supported:", why);
}

static bool whole_number(const json_t *value, json_int_t min, json_int_t max)
{
	return json_is_integer(value) && json_integer_value(value) >= min &&
	       json_integer_value(value) <= max;
}

/* --- keys that are more than a value ----------------------------------------------------- */

static int read_switch(struct cni *c, const char *key, const json_t *value)
{
	c->conf.switch_name = json_string_value(value);
	if (!c->conf.switch_name || !switch_name_valid(c->conf.switch_name))
		return bad(c, key, value,
			   "the name of a switch: 1 to 12 of a-z 0-9 _ -, the first no -");
	return CNI_OK;
}

static int read_hook(struct cni *c, const char *key, const json_t *value)
{
	const char *word = json_string_value(value);

	for (int i = 0; word && xsw_hook_words[i]; i++) {
		if (strcmp(xsw_hook_words[i], word))
			continue;
		c->conf.hook = i;
		return CNI_OK;
	}
	return bad(c, key, value, "auto|tc|xdp");
}

static int read_mtu(struct cni *c, const char *key, const json_t *value)
{
	if (!whole_number(value, 68, 65535) && !whole_number(value, 0, 0))
		return bad(c, key, value, "68..65535, or 0: automatic");
	c->conf.mtu = (uint32_t)json_integer_value(value);
	return CNI_OK;
}

static int read_vlan(struct cni *c, const char *key, const json_t *value)
{
	if (!whole_number(value, 0, XSW_VID_MAX))
		return bad(c, key, value, "0..4094");
	c->conf.vlan = (uint32_t)json_integer_value(value);
	return CNI_OK;
}

/* {"id": 10} or {"minID": 20, "maxID": 29}; what is said twice is said. */
static int read_trunk_item(struct cni *c, const char *key, const json_t *item)
{
	const json_t *min = json_object_get(item, "minID"), *max = json_object_get(item, "maxID"),
		     *id = json_object_get(item, "id");

	if (!min != !max || (!min && !id) || (id && !whole_number(id, 1, XSW_VID_MAX)) ||
	    (min && (!whole_number(min, 1, XSW_VID_MAX) ||
		     !whole_number(max, json_integer_value(min), XSW_VID_MAX))))
		return bad(c, key, item,
			   "{\"id\": 1..4094} or {\"minID\": 1..4094, \"maxID\": minID..4094}");
	for (json_int_t vid = json_integer_value(min); min && vid <= json_integer_value(max); vid++)
		c->conf.trunks.word[vid / 64] |= 1ULL << vid % 64;
	if (id)
		c->conf.trunks.word[json_integer_value(id) / 64] |= 1ULL
								    << json_integer_value(id) % 64;
	c->conf.trunk = true;
	return CNI_OK;
}

static int read_trunk(struct cni *c, const char *key, const json_t *value)
{
	json_t *item;
	size_t i;

	if (!json_is_array(value))
		return bad(c, key, value, "a list");
	json_array_foreach(value, i, item) if (read_trunk_item(c, key, item)) return c->code;
	return CNI_OK;
}

/* {"broadcast": "1000pps", "multicast": "10mbit", "unknown": "none"} */
static int read_storm(struct cni *c, const char *key, const json_t *value)
{
	static const struct {
		const char *word;
		enum xsw_meter_id meter;
	} classes[] = { { "broadcast", XSW_METER_BROADCAST },
			{ "multicast", XSW_METER_MULTICAST },
			{ "unknown", XSW_METER_UNKNOWN } };
	size_t i, known = 0;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		const json_t *rate = json_object_get(value, classes[i].word);

		known += rate != NULL;
		if (rate && !parse_rate(json_string_value(rate), &c->conf.rate[classes[i].meter]))
			return bad(c, key, value, "rates like \"1000pps\", \"10mbit\" or \"none\"");
	}
	if (!json_is_object(value) || known != json_object_size(value))
		return bad(c, key, value, "{\"broadcast\"|\"multicast\"|\"unknown\": RATE, ...}");
	return CNI_OK;
}

/* Rate and burst are there both or not at all, as for the plugin `bandwidth`. */
static int read_rate(struct cni *c, const char *key, const json_t *value, const char *rate,
		     const char *burst, uint64_t *out)
{
	const json_t *r = json_object_get(value, rate), *b = json_object_get(value, burst);

	if ((r && !whole_number(r, 0, 1000000000000)) || (b && !whole_number(b, 0, BURST_MAX)) ||
	    !json_integer_value(r) != !json_integer_value(b))
		return bad(c, key, value, "rates in bit/s up to 10^12, each with a burst in bits");
	*out = (uint64_t)json_integer_value(r);
	return CNI_OK;
}

/* What the container sends comes in by the port, where there is a meter; where frames leave is none. */
static int read_bandwidth(struct cni *c, const char *key, const json_t *value)
{
	uint64_t to = 0, from = 0;

	if (!json_is_object(value))
		return bad(c, key, value, "an object");
	if (read_rate(c, key, value, "egressRate", "egressBurst", &from) ||
	    read_rate(c, key, value, "ingressRate", "ingressBurst", &to))
		return c->code;
	if (to)
		return unsupported(
			c, key, value,
			"ingressRate: a port limits what the container sends, not what it receives");
	c->conf.rate[XSW_METER_POLICE] = (struct arg_rate){ from, true, true };
	return CNI_OK;
}

static int read_ipam(struct cni *c, const char *key, const json_t *value)
{
	const json_t *type = json_object_get(value, "type");

	if (!json_is_object(value))
		return bad(c, key, value, "an object");
	if (!type || (json_is_string(type) && !*json_string_value(type)))
		return CNI_OK;
	c->conf.ipam = json_string_value(type);
	if (!c->conf.ipam || strchr(c->conf.ipam, '/') || c->conf.ipam[0] == '.')
		return bad(c, "ipam.type", type, "the name of a program in CNI_PATH");
	return CNI_OK;
}

static int read_dns(struct cni *c, const char *key, const json_t *value)
{
	return json_is_object(value) ? CNI_OK : bad(c, key, value, "an object");
}

static int read_backend(struct cni *c, const char *key, const json_t *value)
{
	if (!json_is_string(value))
		return bad(c, key, value, "\"nftables\"");
	if (strcmp(json_string_value(value), "nftables"))
		return unsupported(c, key, value, "rules are made by nftables");
	return CNI_OK;
}

static int read_not(struct cni *c, const char *key, const json_t *value)
{
	if (!json_is_boolean(value))
		return bad(c, key, value, "true or false");
	return json_is_true(value) ?
		       unsupported(c, key, value, "a port of a switch has no such mode") :
		       CNI_OK;
}

/* --- the table --------------------------------------------------------------------------- */

#define OFF(member) offsetof(struct cni_conf, member)

static const struct {
	const char *key;
	size_t flag; /* of a bool; `read` NULL */
	int (*read)(struct cni *c, const char *key, const json_t *value);
} keys[] = {
	{ "switch", .read = read_switch },
	{ "isGateway", .flag = OFF(gateway) },
	{ "isDefaultGateway", .flag = OFF(default_gateway) },
	{ "forceAddress", .flag = OFF(force_address) },
	{ "ipMasq", .flag = OFF(masq) },
	{ "ipMasqBackend", .read = read_backend },
	{ "mtu", .read = read_mtu },
	{ "hook", .read = read_hook },
	{ "hairpinMode", .flag = OFF(hairpin) },
	{ "vlan", .read = read_vlan },
	{ "vlanTrunk", .read = read_trunk },
	{ "macspoofchk", .flag = OFF(spoofchk) },
	{ "portIsolation", .flag = OFF(isolated) },
	{ "enabledad", .flag = OFF(dad) },
	{ "storm", .read = read_storm },
	{ "bandwidth", .read = read_bandwidth },
	{ "ipam", .read = read_ipam },
	{ "dns", .read = read_dns },
	{ "promiscMode", .read = read_not },
	{ "disableContainerInterface", .read = read_not },
};

static int read_keys(struct cni *c)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) && !c->code; i++) {
		const json_t *value = json_object_get(c->json, keys[i].key);

		if (!value || json_is_null(value))
			continue;
		if (keys[i].read)
			keys[i].read(c, keys[i].key, value);
		else if (json_is_boolean(value))
			*((bool *)((char *)&c->conf + keys[i].flag)) = json_is_true(value);
		else
			bad(c, keys[i].key, value, "true or false");
	}
	return c->code;
}

/* --- what comes with an attachment ------------------------------------------------------- */

static int take_mac(struct cni *c, int code, const char *where, const char *text)
{
	struct arg_mac *mac = &c->conf.mac;

	mac->set = parse_mac(text, mac->byte);
	if (mac->set && !(mac->byte[0] & 1) && memcmp(mac->byte, "\0\0\0\0\0", 6))
		return CNI_OK;
	return cni_fail(c, code,
			"%s: %s is not valid: expected the address of a station, like "
			"02:00:00:00:00:01",
			where, quoted(text));
}

/* "K=V;K=V"; words that somebody else knows are none of ours. */
static int read_args(struct cni *c)
{
	char *args = strdup(c->args ? c->args : ""), *save = NULL;

	if (!args)
		return cni_fail(c, CNI_FAILED, "out of memory");
	for (char *word = strtok_r(args, ";", &save); word && !c->code;
	     word = strtok_r(NULL, ";", &save)) {
		char *value = strchr(word, '=');

		if (!value) {
			cni_fail(c, CNI_ENVIRONMENT,
				 "CNI_ARGS: %s is not valid: expected KEY=VALUE", quoted(word));
			break;
		}
		*value++ = '\0';
		if (!strcmp(word, "MAC") && *value)
			take_mac(c, CNI_ENVIRONMENT, "CNI_ARGS: MAC", value);
	}
	free(args);
	return c->code;
}

/* The later, the stronger: CNI_ARGS, args.cni, runtimeConfig. */
static int read_mac(struct cni *c)
{
	static const char *const places[][2] = { { "args", "cni" }, { "runtimeConfig", NULL } };

	if (read_args(c))
		return c->code;
	for (size_t i = 0; i < 2; i++) {
		const json_t *place = json_object_get(c->json, places[i][0]), *mac;

		if (places[i][1])
			place = json_object_get(place, places[i][1]);
		mac = json_object_get(place, "mac");
		if (!mac || json_is_null(mac) || (json_is_string(mac) && !*json_string_value(mac)))
			continue;
		if (!json_is_string(mac))
			return bad(c, "mac", mac, "the address of a station");
		if (take_mac(c, CNI_CONFIG, "mac", json_string_value(mac)))
			return c->code;
	}
	return CNI_OK;
}

/* What the configuration says counts more than what the runtime says, as for `bandwidth`. */
static int read_runtime(struct cni *c)
{
	const json_t *runtime = json_object_get(c->json, "runtimeConfig");
	const json_t *bandwidth = json_object_get(runtime, "bandwidth");

	if (!bandwidth || json_is_null(bandwidth) || c->conf.rate[XSW_METER_POLICE].set)
		return CNI_OK;
	return read_bandwidth(c, "runtimeConfig.bandwidth", bandwidth);
}

int cni_conf_read(struct cni *c)
{
	const json_t *name = json_object_get(c->json, "name");

	c->conf = (struct cni_conf){ .switch_name = "cni0" };
	c->conf.name = json_string_value(name);
	if (!name)
		return cni_fail(c, CNI_CONFIG, "name: the network has none");
	if (!c->conf.name || !cni_name_valid(c->conf.name))
		return bad(c, "name", name, "a letter or digit, then letters, digits, _ . -");
	if (read_keys(c) || read_runtime(c) || read_mac(c))
		return c->code;
	c->conf.gateway |= c->conf.default_gateway;
	c->opts.switch_name = c->conf.switch_name;
	c->opts.named = true;
	return CNI_OK;
}
